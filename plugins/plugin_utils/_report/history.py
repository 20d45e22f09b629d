# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The file of the last runs, to which several runs may write at once."""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import Any, Callable, Iterator, List, Mapping

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._adapter.waiting import Clock, poll
from ...module_utils._domain.errors import EdgeError
from ...module_utils._domain.report import history
from .._files.whole_file import REMEDY, reason, target_of, write_whole

_LARGEST = 64 << 20
WHAT = "the history"
# Another run holds the lock for as long as it takes to read and write a small file.
_LOCK_SECONDS = 30.0
_LOCK_PAUSE = 0.05
# A link that somebody planted there is not followed.
_LOCK_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


def remember(
    path: str, run: Mapping[str, Any], *, keep: int, warn: Callable[[str], None], clock: Clock
) -> List[dict[str, Any]]:
    """Add the run, and forget all but the last ``keep``; the runs before it, the oldest first. Raises EdgeError.

    A file that is no history any more is put aside, with a warning: what earlier runs found is worth less than what
    this one found.
    """
    target = target_of(path)
    with _locked(target, clock):
        earlier = _read(target, warn)
        # A run that began earlier may end later.
        runs = sorted([*earlier, dict(run)], key=lambda each: str(each["at"]))
        write_whole(target, history.render(runs[-keep:]), what=WHAT)
    return earlier


def _read(target: str, warn: Callable[[str], None]) -> List[dict[str, Any]]:
    try:
        return history.parse(read_plain(target, limit=_LARGEST)[0].decode("utf-8"))
    except FileNotFoundError:
        return []
    except OSError as exc:
        raise _refused("read", target, exc) from exc
    except ValueError as exc:
        aside = _put_aside(target)
        warn(
            f"The history {target} cannot be read ({reason(exc)}). It was put aside as {aside}, and a new one is begun."
        )
        return []


def _put_aside(target: str) -> str:
    """Under a name that is free, so that nothing is lost by a second one."""
    number, aside = 1, f"{target}.damaged"
    while os.path.lexists(aside):
        number += 1
        aside = f"{target}.damaged-{number}"
    try:
        os.rename(target, aside)
    except OSError as exc:
        raise _refused("put aside", target, exc) from exc
    return aside


@contextlib.contextmanager
def _locked(target: str, clock: Clock) -> Iterator[None]:
    """One run at a time. The lock is a file beside the history, because each run puts another history in its place."""
    folder, name = os.path.split(target)
    try:
        os.makedirs(folder, exist_ok=True)
        descriptor = os.open(os.path.join(folder, f".{name}.lock"), _LOCK_FLAGS, 0o600)
    except OSError as exc:
        raise _refused("write", target, exc) from exc
    try:
        if not poll(lambda: _lock(descriptor), bool, seconds=_LOCK_SECONDS, pause=_LOCK_PAUSE, clock=clock):
            raise EdgeError(
                f"Cannot write {WHAT} to {target}: another run has had its lock for {_LOCK_SECONDS:.0f} s. "
                "Look for a run that hangs on this controller.",
                path=target,
            )
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _refused(verb: str, target: str, error: OSError) -> EdgeError:
    return EdgeError(f"Cannot {verb} {WHAT} {target}: {reason(error)}. {REMEDY}.", path=target)

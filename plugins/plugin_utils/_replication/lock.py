# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One run of a mesh at a time, also between controllers that share the folder of its state.

The lock is a file with an owner and an expiry, and not a lock of the operating system: those are not to be relied on
over a network file system, and say nothing of who holds them. A link to a name that must be free is atomic on both.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from datetime import datetime, timedelta
from typing import Any, Callable, Iterator, Optional

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.errors import EdgeError
from ...module_utils._domain.foreign_json import parsed
from ...module_utils._domain.moment import moment, stamp
from .._files.whole_file import reason, write_whole
from .process import has_died, identity

WHAT = "the lock of the replication"
_LARGEST = 1 << 16


class LockError(EdgeError):
    """Another run has the lock, or this one has lost it."""


class Lock:
    """``with Lock(path, owner="…", seconds=900, …) as lock:``; ``renew`` before the seconds are over."""

    def __init__(self, path: str, *, owner: str, seconds: float, clock: Clock, warn: Callable[[str], None]) -> None:
        self._path = path
        self._owner = owner
        self._seconds = seconds
        self._clock = clock
        self._warn = warn
        self._token = secrets.token_hex(16)

    @contextlib.contextmanager
    def held(self) -> Iterator[Lock]:
        """Raises LockError where another run has it.

        One that has expired, or whose run was killed on this host, is taken over, with a warning.
        """
        self._take()
        try:
            yield self
        finally:
            if (self._read() or {}).get("token") == self._token:
                os.unlink(self._path)

    def renew(self) -> None:
        """Put the expiry off. Raises LockError when another run has taken the lock over."""
        found = self._read()
        if found is None or found["token"] != self._token:
            by = f" by {found['owner']}, since {found['since']}" if found else ""
            raise LockError(
                f"Cannot go on: the lock {self._path} has expired, and was taken over{by}. Nothing more was written. "
                "Run it again when that run has ended; raise the lock's seconds when runs take that long.",
                path=self._path,
            )
        write_whole(self._path, self._content(), what=WHAT)

    def _take(self) -> None:
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            while not self._make():
                found = self._read()
                if found is not None and self._is_in_use(found):
                    raise LockError(
                        f"Cannot replicate: {found['owner']} does, since {found['since']}, and has the lock "
                        f"{self._path} until {found['expires']}. Wait for it. When that run is certain to have died, "
                        "remove the file.",
                        path=self._path,
                    )
                self._put_aside(found)
        except OSError as exc:
            raise LockError(
                f"Cannot make the lock {self._path}: {reason(exc)}. Choose a folder on the controller that you may "
                "write.",
                path=self._path,
            ) from exc

    def _is_in_use(self, found: dict[str, Any]) -> bool:
        return moment(found["expires"]) > self._clock.now() and not has_died(found["process"])

    def _make(self) -> bool:
        """The file is there with its content, or not at all: an empty one would look like one that is damaged."""
        draft = f"{self._path}.{self._token}"
        write_whole(draft, self._content(), what=WHAT)
        try:
            os.link(draft, self._path)
        except FileExistsError:
            return False
        finally:
            os.unlink(draft)
        return True

    def _put_aside(self, found: Optional[dict[str, Any]]) -> None:
        """A lock that nobody uses. When another run has taken it over just now, that one's is put back."""
        aside = f"{self._path}.{self._token}"
        try:
            os.rename(self._path, aside)
        except FileNotFoundError:
            return
        try:
            if self._read(aside) != found:
                with contextlib.suppress(FileExistsError):
                    os.link(aside, self._path)
                return
        finally:
            os.unlink(aside)
        whose = f"{found['owner']}, which ended or died after {found['since']}" if found else "nobody that it names"
        self._warn(f"The lock {self._path} was left behind, and taken over. It was held by {whose}.")

    def _content(self) -> str:
        now = self._clock.now()
        expires = now + timedelta(seconds=self._seconds)
        content = {
            "owner": self._owner,
            "process": identity(os.getpid()),
            "token": self._token,
            "since": stamp(now),
            "expires": stamp(expires),
        }
        return json.dumps(content, indent=1) + "\n"

    def _read(self, path: Optional[str] = None) -> Optional[dict[str, Any]]:
        """None where there is none; one that cannot be read has expired."""
        try:
            found = parsed(read_plain(path or self._path, limit=_LARGEST)[0].decode("utf-8"))
            if isinstance(found, dict) and isinstance(moment(found["expires"]), datetime):
                return {key: str(found[key]) for key in ("owner", "process", "token", "since", "expires")}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        return None

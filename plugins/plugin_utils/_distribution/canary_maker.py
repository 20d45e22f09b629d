# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Who makes canaries on this controller, so that what an interrupted run left is told from what a run of now uses.

All runs of a user share a lock, which ends with them however they end. A run that could have it for itself for a moment
knows that every canary of this controller that is older than that moment was left behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
from typing import Iterator, Tuple

LOCK_FILE = "~/.ansible/hybrid_jfrog_canary.lock"
_MAKER = re.compile(r"[0-9a-f]{5}")


@contextlib.contextmanager
def maker(path: str = LOCK_FILE) -> Iterator[Tuple[str, bool]]:
    """Five hexadecimal digits that name this controller, and whether no other run of it was going on at the beginning.

    Where no such file can be kept, the name is good for this run alone.
    """
    try:
        descriptor = _open(os.path.expanduser(path))
    except OSError:
        yield secrets.token_hex(3)[:5], False
        return
    try:
        alone = _is_alone(descriptor)
        name = _name(descriptor, alone=alone)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield name, alone
    finally:
        os.close(descriptor)


def _open(path: str) -> int:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _is_alone(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _name(descriptor: int, *, alone: bool) -> str:
    text = os.pread(descriptor, 5, 0).decode("ascii", "replace")
    if _MAKER.fullmatch(text):
        return text
    name = secrets.token_hex(3)[:5]
    if alone:
        os.pwrite(descriptor, name.encode(), 0)
    return name

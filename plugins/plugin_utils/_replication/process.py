# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Which process a file speaks of, so that one that was killed is told from one that works on.

By /proc, so on Linux only: the boot, the namespace of the process numbers, the number, and when the process started,
because a number is given again (proc(5)). Of another host or container nothing can be told.
"""

from __future__ import annotations

import os
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = "/proc/self/ns/pid"
# In /proc/PID/stat, counted after the name in brackets, which may have blanks in it.
_STATE, _STARTED = 0, 19
_ENDED = "ZX"  # nobody has asked yet how it ended


def identity(pid: int) -> str:
    """Who a process of this host is; an empty text when there is none, or when that cannot be told."""
    try:
        place = _place()
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return "" if told[_STATE] in _ENDED else f"{place} {pid} {told[_STARTED]}"
    except (OSError, ValueError, IndexError):
        return ""


def has_died(told: str) -> bool:
    """Whether the process with this identity was one of this host and is no more."""
    place, _blank, rest = told.rpartition(" ")[0].rpartition(" ")
    try:
        return bool(place) and place == _place() and identity(int(rest)) != told
    except (OSError, ValueError):
        return False


def _place() -> str:
    return f"{_BOOT.read_text(encoding='utf-8').strip()} {os.readlink(_NAMESPACE)}"

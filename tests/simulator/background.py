# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``up`` and ``down``: the simulator as a process in the background. Both are done when they return."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from simulator.service import LOCK, READY

LOG = "simulator.log"
# A large fleet takes a while, because every site has keys of its own.
LONGEST = 300
PAUSE = 0.05


def up(data: Path, arguments: Sequence[str]) -> int:
    """Start ``serve`` with these arguments, and wait until everything answers. The exit code."""
    data.mkdir(parents=True, exist_ok=True)
    # Another simulator may be at work there, and write into the same file.
    with (data / LOG).open("a", encoding="utf-8") as log:
        begin = log.tell()
        process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "serve", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        if _comes_true(lambda: process.poll() is not None or _serves(data / READY, process.pid)):
            if process.poll() is None:
                print(f"ready: {data}")
                return 0
            print((data / LOG).read_bytes()[begin:].decode("utf-8", "replace").strip(), file=sys.stderr)
            return 1
        print(f"Cannot serve: it took more than {LONGEST} seconds. See {data / LOG}.", file=sys.stderr)
    except BaseException:
        process.terminate()
        raise
    process.terminate()
    return 1


def down(data: Path, stop: Callable[[], None]) -> int:
    """End the simulator of a folder, if there is one, and wait until it has. ``stop`` asks it to. The exit code."""
    if not (data / READY).exists():
        return 0
    stop()
    with (data / LOCK).open("a") as lock:
        if _comes_true(lambda: _is_free(lock.fileno())):
            return 0
    print(f"Cannot end the simulator of {data}: it goes on after {LONGEST} seconds.", file=sys.stderr)
    return 1


def _comes_true(condition: Callable[[], bool]) -> bool:
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(PAUSE)
    return False


def _serves(ready: Path, pid: int) -> bool:
    """Whether the description is there, and not that of an earlier process."""
    return ready.exists() and json.loads(ready.read_text(encoding="utf-8"))["pid"] == pid


def _is_free(descriptor: int) -> bool:
    """The lock is held as long as the simulator lives."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``up``: the simulator as a process in the background, which is left when it serves."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from simulator.service import READY

LOG = "simulator.log"
# A large fleet takes a while, because every site has keys of its own.
LONGEST = 300


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
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends:
        if _serves(data / READY, process.pid):
            print(f"ready: {data}")
            return 0
        if process.poll() is not None:
            print((data / LOG).read_bytes()[begin:].decode("utf-8", "replace").strip(), file=sys.stderr)
            return 1
        time.sleep(0.05)
    process.terminate()
    print(f"Cannot serve: it took more than {LONGEST} seconds. See {data / LOG}.", file=sys.stderr)
    return 1


def _serves(ready: Path, pid: int) -> bool:
    """Whether the description is there, and not that of an earlier process."""
    return ready.exists() and json.loads(ready.read_text(encoding="utf-8"))["pid"] == pid

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of a playbook or of what it is compared with, from outside: time, processor time and memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ANSIBLE_PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
COLLECTIONS = Path(__file__).resolve().parents[2] / ".venv/collections"
LONGEST_SECONDS = 3600
PAUSE = 0.25  # between two looks at the memory


@dataclass(frozen=True)
class Measured:
    """``cpu_seconds`` are of the controller, and of modules on a local connection. ``memory_mib`` is the peak
    of the main process and its workers together, of which shared pages count in parts (PSS)."""

    seconds: float
    cpu_seconds: float
    memory_mib: float
    main_memory_mib: float
    code: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def run(playbook: Path, inventory: Path, *, forks: int, log: Path) -> Measured:
    """Run a playbook over an inventory. What it prints is in ``log``."""
    return measure([str(ANSIBLE_PLAYBOOK), "-i", str(inventory), str(playbook)], inventory.parent, forks=forks, log=log)


def measure(command: Sequence[str], folder: Path, *, forks: int, log: Path) -> Measured:
    """Run a command in a folder. What it prints is in ``log``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder, forks),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        memory = _Memory(process.pid)
        memory.start()
        try:
            code = process.wait(timeout=LONGEST_SECONDS)
        finally:
            seconds = time.monotonic() - begun
            memory.stop()
            if process.poll() is None:
                process.kill()
                process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(round(seconds, 2), round(spent, 2), round(memory.peak, 1), round(memory.main_peak, 1), code)


def _environment(folder: Path, forks: int) -> dict[str, str]:
    """What a user would set for a fleet: pipelining, and no facts as variables of their own."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "JFROG_"))},
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_FORKS": str(forks),
        "ANSIBLE_PIPELINING": "True",
        "ANSIBLE_INJECT_FACT_VARS": "False",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS": "ignore",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
        "HOME": str(folder),
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }


class _Memory(threading.Thread):
    """Looks at a process and its children until it is stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.main_peak = 0.0
        self._pid = pid
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(PAUSE):
            main = _proportional(self._pid)
            self.main_peak = max(self.main_peak, main)
            self.peak = max(self.peak, main + sum(_proportional(child) for child in _children(self._pid)))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _children(pid: int) -> list[int]:
    """The workers: children of the main process. What they start, modules on a local connection, is the target's."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (OSError, ValueError):
        return []


def _proportional(pid: int) -> float:
    """PSS in MiB; nothing for a process that has ended."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except (OSError, ValueError):
        pass
    return 0.0

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A playbook as a process of its own, run to its end or killed in the middle."""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chaos.world import World
from integration.family import Family

# A platform that is too busy for ever puts off each task by two minutes (docs/long_runs.md): some runs have several.
LONGEST = 600.0


@dataclass
class Ended:
    """How a run ended. ``code`` is None for one that was killed, or had to be."""

    code: int | None
    output: str
    report: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    too_long: bool = False


class Run:
    """A playbook that runs. ``kill``: the number of a task, and the seconds after its begin, at which it is killed."""

    def __init__(self, world: World, playbook: str, *, kill: tuple[int, float] | None = None) -> None:
        fleet = world.fleet
        self._report = fleet.report
        self._report.unlink(missing_ok=True)
        self._kill = kill
        self._tasks = 0
        self._lines: list[str] = []
        self._begun = time.monotonic()
        self._family = Family()
        self._process = subprocess.Popen(
            [*fleet._command(f"{playbook}.yml"), *world.arguments],
            cwd=fleet.folder,
            env={**fleet._environment(), "PYTHONUNBUFFERED": "1", **world.environment, **self._family.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._killed = threading.Event()
        self._alarm = self._after(LONGEST, self._end)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait(self) -> Ended:
        """Until it has ended, however it does."""
        code: int | None = self._process.wait()
        self._reader.join()
        seconds = time.monotonic() - self._begun
        self._alarm.cancel()
        report = {}
        if self._report.exists():
            report = json.loads(self._report.read_text())
        killed = self._killed.is_set()
        too_long = killed and seconds >= LONGEST
        return Ended(None if killed else code, "".join(self._lines), report, round(seconds, 1), too_long)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)
            self._tasks += bool(re.match(r"TASK \[", line))
            if self._kill is not None and self._tasks == self._kill[0]:
                self._after(self._kill[1], self._end)
                self._kill = None

    @staticmethod
    def _after(seconds: float, work: Callable[[], None]) -> threading.Timer:
        timer = threading.Timer(seconds, work)
        timer.daemon = True
        timer.start()
        return timer

    def _end(self) -> None:
        """With all its children, as when the machine goes down."""
        if self._process.poll() is None:
            self._killed.set()
            self._family.kill()

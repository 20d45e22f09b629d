# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was measured, a file for each run, so that an interrupted benchmark goes on where it was.

Results of another state of the code are not mixed with those of this one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmark.scenarios import ROOT, Scenario, Step

# What the numbers depend on.
CODE = (
    "plugins",
    "playbooks",
    "roles",
    "tests/simulator",
    "tests/hosts",
    "tests/benchmark/playbooks",
    "tests/benchmark/replication",
)


@dataclass(frozen=True)
class Run:
    """One run of one playbook."""

    scenario: str
    transport: str
    size: int
    playbook: str
    number: int
    measured: dict[str, Any]
    counts: dict[str, int]
    load: str
    at: str


class Results:
    """A folder of results."""

    def __init__(self, folder: Path) -> None:
        self._top = folder
        self._folder = folder / _state_of_code()

    def has(self, scenario: Scenario, step: Step) -> bool:
        return self._path(scenario.name, step.playbook, step.number).exists()

    def add(self, run: Run) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(run.scenario, run.playbook, run.number)
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(asdict(run), indent=1) + "\n")
        draft.replace(path)

    def runs(self) -> list[Run]:
        """Everything that is measured of this state of the code."""
        return [Run(**json.loads(path.read_text())) for path in sorted(self._folder.glob("*.json"))]

    def keep_log(self, log: Path) -> Path:
        """Keep what a run printed that failed."""
        self._top.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(log, self._top / log.name))

    def clear(self) -> None:
        shutil.rmtree(self._top, ignore_errors=True)

    def _path(self, scenario: str, playbook: str, number: int) -> Path:
        return self._folder / f"{scenario}.{playbook.replace(' ', '-')}.{number}.json"


def _state_of_code() -> str:
    """A short name for the state of everything that counts."""
    summed = hashlib.sha256()
    for top in CODE:
        for path in sorted((ROOT / top).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                summed.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return summed.hexdigest()[:12]

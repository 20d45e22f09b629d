# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One schedule from its world to its judgement."""

from __future__ import annotations

import contextlib
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from chaos import invariants, stranger
from chaos.applying import Chaos
from chaos.launching import Ended, Run
from chaos.scenarios import SCENARIOS
from chaos.schedule import Schedule
from chaos.world import World, world


@dataclass
class Outcome:
    """What became of a schedule. ``found``: what was not true; ``error``: the harness itself failed."""

    seed: int
    playbook: str
    kind: str
    events: list[dict[str, Any]]
    codes: list[int | None] = field(default_factory=list)
    # Requests that met a fault of the schedule.
    met: int = 0
    seconds: float = 0.0
    found: list[str] = field(default_factory=list)
    error: str | None = None
    outputs: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.found and self.error is None

    def as_line(self) -> dict[str, Any]:
        """For the file of results: the terminals of those that are in order are of no use."""
        told = asdict(self)
        return {**told, "outputs": [] if self.ok else self.outputs}


def run(schedule: Schedule, folder: Path | None = None) -> Outcome:
    """Run the playbook with the schedule, and once more without. With a folder, everything is left there."""
    outcome = Outcome(schedule.seed, schedule.playbook, schedule.kind, list(schedule.events))
    begun = time.monotonic()
    with contextlib.ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
        try:
            with world(place) as made:
                _run(made, schedule, outcome)
        except Exception:
            outcome.error = traceback.format_exc()
    outcome.seconds = round(time.monotonic() - begun, 1)
    return outcome


def _run(made: World, schedule: Schedule, outcome: Outcome) -> None:
    SCENARIOS[schedule.playbook].build(made)
    stranger.settle(made)
    made.simulator.calls.clear()
    made.fleet._write_inventory()

    with Chaos(made, schedule):
        disturbed = _disturbed(made, schedule)
    outcome.met = sum(1 for call in made.simulator.calls if call.fault is not None)
    made.settle()
    for ended in disturbed:
        _note(outcome, "in the run", ended, _of(made, schedule, ended))
    _judge(outcome, "after the run", _left(made, schedule, outcome))

    ended = Run(made, schedule.playbook).wait()
    _note(outcome, "in the clean run", ended, _of(made, Schedule(schedule.seed, schedule.playbook, ()), ended))
    _judge(outcome, "at the end", [*invariants.of_end(made, schedule, ended), *_left(made, schedule, outcome)])


def _left(made: World, schedule: Schedule, outcome: Outcome) -> list[str]:
    """What is not true of what is there."""
    return [
        *invariants.of_state(made),
        *invariants.of_files(made, schedule, killed=None in outcome.codes),
        *invariants.of_others(made, schedule),
        *invariants.nothing_written(made, schedule),
    ]


def _of(made: World, schedule: Schedule, ended: Ended) -> list[str]:
    """What is not true of what a run told."""
    return [*invariants.of_answer(made, schedule, ended), *invariants.of_secrets(made, ended)]


def _disturbed(made: World, schedule: Schedule) -> list[Ended]:
    """The run, and that of the second controller where there is one."""
    kill, second = None, None
    for event in schedule.events:
        if event.get("kind") == "kill":
            kill = (event["task"], event["delay"])
        elif event.get("kind") == "second":
            second = event
    runs = [Run(made, schedule.playbook, kill=kill)]
    if second is not None:
        time.sleep(second["delay"])
        runs.append(Run(made, schedule.playbook))
    return [one.wait() for one in runs]


def _note(outcome: Outcome, moment: str, ended: Ended, found: list[str]) -> None:
    outcome.codes.append(ended.code)
    outcome.outputs.append(ended.output)
    _judge(outcome, moment, found)


def _judge(outcome: Outcome, moment: str, found: list[str]) -> None:
    outcome.found += [f"{moment}: {one}" for one in found]

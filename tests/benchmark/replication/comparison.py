# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of the replication over instances that are in step, and the bare client after it, in turn."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmark import measuring
from benchmark.results import Results, Run
from benchmark.scenarios import LOCAL, ROOT, Scenario, Step
from benchmark.serving import Served, serving

NAME = "replication"
REPLICATE, BARE, MERGE = "replicate", "bare client", "merge"
PLAYBOOK = ROOT / "playbooks/replicate_security.yml"
PROGRESS = "Read "
USERS, QUICK_USERS = 5000, 500
PAIRS = 3


def measure(results: Results, *, quick: bool) -> None:
    """What is not measured yet. ``quick``: once, and a tenth of the users."""
    users, pairs = (QUICK_USERS, 1) if quick else (USERS, PAIRS)
    steps = [Step(name, number) for number in range(1, pairs + 1) for name in (REPLICATE, BARE)]
    scenario = Scenario(f"{NAME}-{users}", LOCAL, users, True, (*steps, Step(MERGE, 1)))
    missing = [step for step in scenario.steps if not results.has(scenario, step)]
    if not missing:
        return
    print(f"{scenario.name}: {users} users on each of three instances", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="benchmark-"))
    try:
        for run in _runs(scenario, missing, folder, results):
            results.add(run)
            print(f"  {run.playbook:17} {run.measured['seconds']:8.2f} s  {run.counts}", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _runs(scenario: Scenario, steps: list[Step], folder: Path, results: Results) -> Iterator[Run]:
    with serving("benchmark.replication.simulated", folder / "mesh", str(scenario.size)) as served:
        inventory = folder / "mesh/controller/inventory.json"
        # The first contact: what is measured are the runs after it.
        _timed(REPLICATE, served, inventory, folder / "first.log", results)
        for step in steps:
            if step.playbook == MERGE:
                measured, counts = {"seconds": _merge_seconds(scenario.size)}, {}
            else:
                log = folder / f"{step.playbook}-{step.number}.log".replace(" ", "-")
                measured, counts = _timed(step.playbook, served, inventory, log, results)
            yield Run(
                scenario=scenario.name,
                transport=scenario.transport,
                size=scenario.size,
                playbook=step.playbook,
                number=step.number,
                measured=measured,
                counts=counts,
                load=Path("/proc/loadavg").read_text().split()[0],
                at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            )


def _timed(
    what: str, served: Served, inventory: Path, log: Path, results: Results
) -> tuple[dict[str, Any], dict[str, int]]:
    served.ask("clear")
    if what == REPLICATE:
        measured = measuring.run(PLAYBOOK, inventory, forks=5, log=log)
    else:
        client = str(Path(__file__).parent / "bare.py")
        measured = measuring.measure([sys.executable, client, str(inventory)], inventory.parent, forks=5, log=log)
    if measured.code != 0:
        raise SystemExit(f"{what} ended with {measured.code}; what it printed is in {results.keep_log(log)}")
    said = sum(line.startswith(PROGRESS) for line in log.read_text(errors="replace").splitlines())
    return measured.as_dict(), {**served.ask("counts"), "lines_of_progress": said}


def _merge_seconds(users: int) -> float:
    """In a process of its own, as nothing else is timed in this one either."""
    command = [sys.executable, "-m", "benchmark.replication.decisions", str(users)]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return float(json.loads(told.stdout))

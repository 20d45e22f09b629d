# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is measured: which playbooks, over which fleets, how often, and in which order.

What is compared with each other runs alternately over the same fleet, so that what else the machine does meets all of
it alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN = Path(__file__).resolve().parent / "playbooks"

PING, CHECK, BASELINE_CHECK = "ping", "check", "baseline check"
ONBOARD, BASELINE_ONBOARD = "onboard", "baseline onboard"
PLAYBOOKS = {
    PING: OWN / "ping.yml",
    CHECK: ROOT / "playbooks/report_drift.yml",
    BASELINE_CHECK: OWN / "baseline_check.yml",
    ONBOARD: ROOT / "playbooks/onboard_edge.yml",
    BASELINE_ONBOARD: OWN / "baseline_onboard.yml",
}
LOCAL, SSH = "local", "ssh"

SIZES = (10, 50, 200, 1000)
NEW_EDGES = 50
# Ping and check at a size, as often as it takes to see how they scatter.
PAIRS = {10: 5, 50: 3, 200: 3, 1000: 1}
# The baseline takes ten times as long and more, so it is measured less often, and not where that is very long.
BASELINE_RUNS = {10: 2, 50: 1}
LARGEST_OVER_SSH = 200


@dataclass(frozen=True)
class Step:
    """One run of a playbook over the fleet of its scenario."""

    playbook: str
    number: int


@dataclass(frozen=True)
class Scenario:
    """Runs over one fleet. ``name`` is that of its results."""

    name: str
    transport: str
    size: int
    joined: bool
    steps: tuple[Step, ...]


def scenarios(sizes: Sequence[int], transports: Sequence[str], *, quick: bool) -> Iterator[Scenario]:
    """The smallest first, so that something can be seen soon. ``quick``: once each."""
    for size in sorted(sizes):
        for transport in transports:
            if transport == SSH and size > LARGEST_OVER_SSH:
                continue
            yield _checks(size, transport, quick=quick)
    new = min(NEW_EDGES, max(sizes))
    for playbook in (ONBOARD, BASELINE_ONBOARD):
        for number in range(1, (1 if quick or playbook == BASELINE_ONBOARD else 2) + 1):
            steps = (Step(playbook, number),)
            yield Scenario(f"local-{new}-{playbook}-{number}".replace(" ", "-"), LOCAL, new, False, steps)


def _checks(size: int, transport: str, *, quick: bool) -> Scenario:
    pairs = 1 if quick else PAIRS.get(size, 1)
    steps = [Step(playbook, number) for number in range(1, pairs + 1) for playbook in (PING, CHECK)]
    # Over SSH the ratio to ping is what counts; the baseline is measured once at a small size to see that it is alike.
    baselines = BASELINE_RUNS.get(size, 0) if transport == LOCAL else int(size == min(SIZES))
    steps += [Step(BASELINE_CHECK, number) for number in range(1, (min(1, baselines) if quick else baselines) + 1)]
    return Scenario(f"{transport}-{size}-check", transport, size, True, tuple(steps))

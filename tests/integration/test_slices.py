# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Slices of a fleet, as docs/schedules.md makes them: two runs at once over a half each do what one run does."""

from __future__ import annotations

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from integration.fleet import ROOT, Fleet, Run
from simulator.license_buckets import opened
from simulator.simulator import Simulator
from simulator.urls import normal
from unit.simulator.federating import circle, targets

BUCKET = "edges"
PAGE = (ROOT / "docs/schedules.md").read_text()
(GROUPS,) = (
    block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "ansible.builtin.constructed" in block
)
# By the hash of their names; the page has more slices than this fleet needs.
HALVES = {1: {"lyon", "turin"}, 2: {"osaka", "quito"}}


def sliced(fleet: Fleet) -> None:
    """Four Edges, one of them HA, that get licences from a bucket and are federated by the platform."""
    platform = fleet.simulator.platform
    file = platform.make_license_bucket(9)
    platform.buckets[BUCKET] = opened(file.content, file.key, name=BUCKET, url=file.url)
    fleet.common = {"edge_license_bucket": BUCKET, "edge_base_url": "{{ edge_url }}"}
    for name in sorted(HALVES[1] | HALVES[2]):
        edge = fleet.add(
            name,
            nodes=2 if name == "osaka" else 1,
            licensed=False,
            edge_federation=["users", "groups"],
            edge_circle_of_trust_acknowledged=True,
        )
        circle(edge, platform)
    (fleet.folder / "groups.yml").write_text(re.sub(r"% \d+", "% 2", GROUPS))


def run_halves(fleet: Fleet, playbook: str) -> dict[int, Run]:
    """Both at once, each with its own reports."""
    fleet._write_inventory()

    def run(number: int) -> Run:
        report, history = (fleet.folder / f"{kind}-{number}.json" for kind in ("report", "history"))
        report.unlink(missing_ok=True)
        told = {"edge_report_path": str(report), "edge_report_history_path": str(history)}
        ended = subprocess.run(
            [
                *fleet._command(playbook),
                *("-i", str(fleet.folder / "groups.yml"), "-e", f"edge_hosts=edge_slice_{number}"),
                *("-e", json.dumps(told)),
            ],
            cwd=fleet.folder,
            env=fleet._environment(),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        found = json.loads(report.read_text()) if report.exists() else {}
        return Run(ended.returncode, ended.stdout + ended.stderr, found)

    with ThreadPoolExecutor(2) as both:
        return dict(zip(HALVES, both.map(run, HALVES)))


def joined(simulator: Simulator) -> dict[str, Any]:
    """What one run over the whole fleet makes of the platform."""
    return {
        "jpds": sorted((jpd["name"], normal(jpd["url"])) for jpd in simulator.platform.jpds if not jpd["local"]),
        "licences": {edge.name: len(edge.licences) for edge in simulator.edges},
        "statuses": {simulator.jpd_view.status(jpd) for jpd in simulator.platform.jpds},
        "federated": sorted(targets(simulator.platform)),
    }


@pytest.mark.slow
def test_two_runs_over_halves_of_the_fleet_at_once_do_what_one_run_does(fleet: Fleet) -> None:
    sliced(fleet)
    simulator = fleet.simulator
    expected = {
        "jpds": sorted((edge.name, normal(edge.url)) for edge in simulator.edges),
        "licences": {"lyon": 1, "osaka": 2, "quito": 1, "turin": 1},
        "statuses": {"ONLINE"},
        "federated": sorted(edge.url for edge in simulator.edges),
    }

    onboarded = run_halves(fleet, "onboard_edge.yml")

    assert {number: run.code for number, run in onboarded.items()} == {1: 0, 2: 0}, onboarded
    assert {number: {*fleet.edge_states(run)} for number, run in onboarded.items()} == HALVES
    assert joined(simulator) == expected

    # No JPD is deleted: its licence would be a finding about the platform, which the other slice may see as well.
    simulator.platform.break_pairing("lyon")
    simulator.platform.break_pairing("osaka")
    simulator.platform.edit_jpd("quito", tags=["x"])
    simulator.platform.federation.targets.clear()
    corrected = run_halves(fleet, "correct_drift.yml")

    assert {number: run.code for number, run in corrected.items()} == {1: 0, 2: 0}, corrected
    assert joined(simulator) == expected
    assert {state for run in corrected.values() for state in fleet.edge_states(run).values()} == {"corrected"}
    whole = fleet.run("report_drift.yml")
    assert whole.code == 0, whole.output


def test_each_edge_is_in_one_slice_with_all_its_nodes_and_has_a_group_of_its_own(fleet: Fleet) -> None:
    fleet.noisy = False  # what is printed is read to the letter
    for number in range(12):
        fleet.add(f"edge{number}", nodes=1 + number % 2, started=False)
    fleet._write_inventory()
    (fleet.folder / "groups.yml").write_text(GROUPS)
    listed = subprocess.run(
        [
            *(str(ROOT / ".venv/bin/ansible-inventory"), "--list"),
            *("-i", str(fleet.folder / "inventory.json"), "-i", str(fleet.folder / "groups.yml")),
        ],
        cwd=fleet.folder,
        env=fleet._environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    groups = {name: {*group.get("hosts", ())} for name, group in json.loads(listed.stdout).items()}
    slices = [hosts for name, hosts in groups.items() if name.startswith("edge_slice_")]
    nodes = {edge.name: {node.name for node in edge.nodes} for edge in fleet.simulator.edges}
    assert sorted(host for hosts in slices for host in hosts) == sorted(host for own in nodes.values() for host in own)
    assert [name for name, own in nodes.items() if not any(own <= hosts for hosts in slices)] == []
    assert {name: groups[f"edge_{name}"] for name in nodes} == nodes

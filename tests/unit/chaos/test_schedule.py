# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is drawn from a seed: the same everywhere, of everything, and in words that the simulator knows."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from chaos.schedule import NODES, PLAYBOOKS, STEPS, Schedule, draw
from integration.fleet import ROOT
from simulator.faults import KINDS, Faults
from simulator.node.sequence import steps_of

SEEDS = range(2000)


def events(where: str) -> list[dict[str, object]]:
    return [event for seed in SEEDS for event in draw(seed).events if event["where"] == where]


def test_schedule_of_a_seed_is_the_same_in_another_process() -> None:
    code = "import json; from chaos.schedule import draw; print(json.dumps([draw(seed).events for seed in range(50)]))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "tests"), "PYTHONHASHSEED": "7"}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True).stdout
    assert json.loads(told) == [list(draw(seed).events) for seed in range(50)]


def test_seeds_go_through_all_playbooks_in_turn_unless_one_is_named() -> None:
    assert [draw(seed).playbook for seed in range(len(PLAYBOOKS))] == list(PLAYBOOKS)
    assert {draw(seed, "trust_edges").playbook for seed in range(20)} == {"trust_edges"}


def test_every_playbook_with_work_meets_faults_crashes_and_a_second_controller() -> None:
    met = {(draw(seed).playbook, draw(seed).kind) for seed in SEEDS}
    assert met == {(playbook, kind) for playbook in PLAYBOOKS for kind in ("faults", "crash", "concurrent")}


def test_faults_of_requests_are_all_that_the_simulator_knows_but_for_words_of_no_server_of_ours() -> None:
    drawn = {str(event["kind"]) for event in events("request")}
    assert set(KINDS) - drawn == {"404", "405", "406", "501"}
    for event in events("request"):
        Faults().add(**{name: value for name, value in event.items() if name != "where"})  # type: ignore[arg-type]


def test_nodes_meet_full_and_read_only_disks_crashes_and_somebody_else() -> None:
    found = events("node")
    assert {event["kind"] for event in found} == {"disk_full", "read_only", "crash", "comment", "ledger_gone"}
    assert {event["node"] for event in found} == set(NODES)
    assert {event["step"] for event in found if event["kind"] == "crash"} == set(STEPS)
    assert set(STEPS) <= {step.name for step in steps_of("7")}


def test_controller_meets_kills_a_second_one_and_full_and_read_only_disks() -> None:
    found = events("controller")
    assert {event["kind"] for event in found} == {"kill", "second", "disk_full", "read_only"}
    assert {event["left"] for event in found if event["kind"] == "disk_full"} == {0, 16, 100}


def test_playbook_that_only_reads_meets_no_full_disk_and_no_crash_of_a_node() -> None:
    reading = [draw(seed, name) for name, ground in PLAYBOOKS.items() if ground.reads_only for seed in range(200)]
    assert {event["where"] for schedule in reading for event in schedule.events} == {"request", "clock", "controller"}


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        pytest.param(({"where": "clock", "site": "acme", "seconds": 5},), "faults", id="faults"),
        pytest.param(({"where": "controller", "kind": "kill", "task": 1, "delay": 0.0},), "crash", id="crash"),
        pytest.param(({"where": "controller", "kind": "second", "delay": 0.0},), "concurrent", id="concurrent"),
    ],
)
def test_schedule_counts_as_what_happens_to_the_controller(events: tuple[dict[str, object], ...], kind: str) -> None:
    assert Schedule(1, "onboard_edge", events).kind == kind


def test_schedule_is_told_on_one_line() -> None:
    schedule = Schedule(1, "onboard_edge", ({"where": "request", "kind": "503", "site": "acme", "after": 2},))
    assert str(schedule) == "request 503 site=acme after=2"

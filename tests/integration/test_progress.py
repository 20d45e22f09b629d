# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a long run says of itself: the callback progress, and the action that reads all Edges."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from integration.fleet import Fleet, Run
from unit.client.hanging_server import hanging

WATCHED = {"ANSIBLE_CALLBACKS_ENABLED": "hybrid.jfrog.progress", "HYBRID_JFROG_PROGRESS_INTERVAL": "1"}


def run_tasks(fleet: Fleet, *tasks: dict[str, Any], **environment: str) -> Run:
    play = [{"name": "Play", "hosts": "edge_nodes", "gather_facts": False, "tasks": list(tasks)}]
    path = fleet.folder / "play.json"
    path.write_text(json.dumps(play))
    return fleet.run(str(path), **environment)


def sleeping(name: str, seconds: str) -> dict[str, Any]:
    return {"name": name, "ansible.builtin.command": f"sleep {seconds}", "changed_when": False}


def lines_about(run: Run, name: str) -> list[str]:
    return [line for line in run.output.splitlines() if line.startswith(f"{name}: ")]


@pytest.fixture
def three(fleet: Fleet) -> Fleet:
    for name in ("lyon", "osaka", "quito"):
        fleet.add(name)
    return fleet


def test_long_task_says_every_few_seconds_who_is_waited_for(three: Fleet, tmp_path: Path) -> None:
    slow = "{{ 8 if inventory_hostname == 'quito-1' else 0 }}"

    run = run_tasks(three, sleeping("Wait", slow), **WATCHED)

    assert run.code == 0, run.output
    told = lines_about(run, "Wait")
    pattern = r"Wait: 2 of 3 hosts after \d+ s; slowest so far: (lyon|osaka)-1 \(\d+ s\); waiting for 1: quito-1"
    assert re.fullmatch(pattern, told[-1])
    assert len(told) >= 2


def test_task_of_an_included_file_does_not_guess_how_many_hosts_it_has(three: Fleet, tmp_path: Path) -> None:
    (three.folder / "some.json").write_text(json.dumps([sleeping("Wait", "4")]))
    include = {"ansible.builtin.include_tasks": "some.json", "when": "inventory_hostname == 'quito-1'"}

    run = run_tasks(three, include, **WATCHED)

    assert re.fullmatch(r"Wait: 0 hosts after \d s; waiting for 1: quito-1", lines_about(run, "Wait")[0]), run.output


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({}, id="not-enabled"),
        pytest.param({**WATCHED, "HYBRID_JFROG_PROGRESS_INTERVAL": "0"}, id="switched-off"),
        pytest.param({**WATCHED, "HYBRID_JFROG_PROGRESS_INTERVAL": "60"}, id="short-run"),
    ],
)
def test_nothing_is_said_unless_it_is_asked_for_and_takes_long(three: Fleet, environment: dict[str, str]) -> None:
    run = run_tasks(three, sleeping("Wait", "3"), **environment)

    assert (run.code, lines_about(run, "Wait")) == (0, []), run.output


def test_reading_of_many_edges_says_which_are_waited_for(fleet: Fleet) -> None:
    fleet.add("lyon")
    read = {
        "name": "Read",
        "hybrid.jfrog.fleet_info": {"progress_interval": 1, "edge_timeout": 5},
        "run_once": True,
        "no_log": True,
    }
    with hanging("silent") as url:
        fleet.add("osaka", edge_url=url)

        run = run_tasks(fleet, read)

    told = lines_about(run, "Read the Edges")
    assert told, run.output
    assert re.fullmatch(r"Read the Edges: 1 of 2 Edges after \d s; waiting for 1: osaka", told[-1])

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a mesh stands, by ansible-playbook. What counts as what is in tests/unit/domain/replication/test_standing.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.security.state import new_user
from simulator.simulator import Simulator
from unit.modules.play import play

NOTHING: list[Any] = []


@pytest.fixture
def options(simulator: Simulator, tmp_path: Path) -> dict[str, Any]:
    lyon = simulator.add_edge("lyon", version="7.70.2")
    simulator.platform.security.put("users", "alice", new_user(email="alice@example.com"))
    return {
        "state_path": str(tmp_path / "state/security.json"),
        "level": 1,
        "policy": {"join": "union"},
        "instances": [
            {"name": site.name, "url": site.url, "access_token": site.admin_token(), "ca_path": str(simulator.ca_path)}
            for site in (simulator.platform, lyon)
        ],
    }


def test_info_before_between_and_after_runs_tells_drift_and_last_success_and_writes_nothing(
    simulator: Simulator, tmp_path: Path, options: dict[str, Any]
) -> None:
    look = {"hybrid.jfrog.security_replication_info": {**options, "max_age_hours": 1}, "run_once": True}
    before = play(tmp_path / "before", {"Look": look}, "-vvvv")

    found = before.results["Look"]["replication"]
    assert not before.results["Look"]["changed"]
    assert simulator.calls.writes == NOTHING
    assert not (tmp_path / "state").exists()
    assert (found["state"], found["run"]) == ("drifted", 0)
    assert [(row["name"], row["drift"], row["last_success"]) for row in found["instances"]] == [
        ("acme", {}, None),
        ("lyon", {"users": ["alice"]}, None),
    ]
    # Access serves users from 7.84.3 on.
    assert [(row["version"], row["apis"], row["may_write"]) for row in found["instances"]] == [
        (simulator.platform.version, {"users": "access"}, True),
        ("7.70.2", {"users": "legacy_v1"}, True),
    ]
    assert [token["access_token"] for token in options["instances"] if token["access_token"] in before.output] == []

    run = {"hybrid.jfrog.security_replication": options, "run_once": True}
    after = play(tmp_path / "after", {"Replicate": run, "Look": look}).results["Look"]["replication"]
    assert (after["state"], after["run"], after["findings"]) == ("in_order", 1, NOTHING)
    assert all(row["age_seconds"] < 600 for row in after["instances"])


@pytest.mark.parametrize(
    ("prepare", "result", "told"),
    [
        pytest.param("drift", {"failed": True}, "Security on 2 instances: 1 drifted, 1 in order.", id="drifted"),
        pytest.param(
            "away", {"unreachable": True}, "Security on 2 instances: 1 unreachable, 1 in order.", id="unreachable"
        ),
        pytest.param(None, {"failed": False}, "Security is in step on all 2 instances.", id="in-step"),
    ],
)
def test_info_that_is_to_fail_ends_as_the_instances_stand_and_says_so(
    simulator: Simulator,
    tmp_path: Path,
    options: dict[str, Any],
    prepare: str | None,
    result: dict[str, bool],
    told: str,
) -> None:
    play(tmp_path / "run", {"Replicate": {"hybrid.jfrog.security_replication": options}})
    if prepare == "drift":
        simulator.platform.security.put("users", "bob", new_user(email="bob@example.com"))
    if prepare == "away":
        simulator.faults.add(site="lyon", kind="refuse", times=None)

    look = {"hybrid.jfrog.security_replication_info": {**options, "fail_when_out_of_step": True}}
    looked = play(tmp_path / "look", {"Look": look})

    assert {key: looked.results["Look"].get(key, False) for key in result} == result
    assert told in looked.output
    assert ("replication" in looked.results["Look"]) == (prepare is None)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"max_age_hours": 0}, "max_age_hours is 0, and has to be more than 0", id="age"),
        pytest.param({"max_parallel": 0}, "max_parallel is 0", id="parallel"),
        pytest.param({"policy": "by_date"}, "the preset 'by_date' is not known", id="policy"),
    ],
)
def test_info_that_cannot_be_meant_fails_or_is_a_finding(
    tmp_path: Path, options: dict[str, Any], changed: dict[str, Any], words: str
) -> None:
    asked = {**options, **changed}
    tasks = {
        "Fail": {"hybrid.jfrog.security_replication_info": asked},
        "Report": {"hybrid.jfrog.security_replication_info": {**asked, "on_failure": "report"}},
    }

    results = play(tmp_path, tasks).results

    assert results["Fail"]["failed"]
    assert words in results["Fail"]["msg"]
    found = results["Report"]["replication"]
    assert (found["state"], [words in one["reason"] for one in found["findings"]]) == ("needs_person", [True])

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that keep users, groups and permissions in step, run as a user would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from integration.fleet import Fleet
from simulator.security.state import new_user
from simulator.simulator import Simulator


@pytest.fixture
def mesh(fleet: Fleet, simulator: Simulator) -> Fleet:
    """The platform and an Edge that is not joined; alice is known at the platform only."""
    fleet.add("lyon")
    simulator.platform.security.put("users", "alice", new_user(email="alice@example.com"))
    fleet.common["security_replication_instances"] = [
        {
            "name": site.name,
            "url": site.url,
            "access_token": site.admin_token(),
            "ca_path": str(simulator.ca_path),
            "join": "union",
        }
        for site in (simulator.platform, simulator.edge("lyon"))
    ]
    fleet.common["security_replication_level"] = 1
    return fleet


def email(simulator: Simulator, name: str) -> str | None:
    """That of alice."""
    site = simulator.platform if name == "acme" else simulator.edge(name)
    found = site.security.get("users", "alice")
    return found["email"] if found else None


def state(fleet: Fleet) -> Path:
    return fleet.folder / "state/security.json"


def test_replicate_security_brings_into_step_once_and_report_security_says_when_not(
    mesh: Fleet, simulator: Simulator
) -> None:
    before = mesh.run("report_security.yml")
    assert (before.code, email(simulator, "lyon")) == (2, None), before.output
    assert "    to write: users: alice" in before.output.splitlines()

    predicted = mesh.run("replicate_security.yml", "--check", "--diff")
    assert (predicted.code, predicted.changed) == (0, 1), predicted.output
    assert "lyon: would be written: create users alice" in predicted.output
    assert simulator.calls.writes == []
    assert not state(mesh).exists()

    done = mesh.run("replicate_security.yml")
    assert (done.code, done.changed, email(simulator, "lyon")) == (0, 1, "alice@example.com"), done.output
    assert "lyon: written: users alice" in done.output

    again = mesh.run("replicate_security.yml", verbosity=4)
    assert (again.code, again.changed) == (0, 0), again.output
    after = mesh.run("report_security.yml", "-e", "security_replication_max_age_hours=1")
    assert after.code == 0, after.output
    assert "Security is in step on all 2 instances." in after.output
    tokens = [one["access_token"] for one in mesh.common["security_replication_instances"]]
    shown = "".join(run.output for run in (before, predicted, done, again, after)) + state(mesh).read_text()
    assert [token for token in tokens if token in shown] == []


@pytest.mark.slow
def test_replicate_security_restores_an_earlier_run(mesh: Fleet, simulator: Simulator) -> None:
    mesh.run("replicate_security.yml")
    simulator.edge("lyon").security.put("users", "alice", new_user(email="wrong@example.com"))
    assert mesh.run("replicate_security.yml").code == 0
    assert email(simulator, "acme") == "wrong@example.com"

    restored = mesh.run("replicate_security.yml", "-e", "security_replication_restore_run=1")

    assert restored.code == 0, restored.output
    assert {email(simulator, name) for name in ("acme", "lyon")} == {"alice@example.com"}
    assert mesh.run("replicate_security.yml").changed == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            {"security_replication_instances": None},
            "missing required arguments: security_replication_instances",
            id="no-instances",
        ),
        pytest.param(
            {"security_replication_level": 4}, "value of security_replication_level must be one of", id="level"
        ),
        pytest.param({"security_replication_policy": "oldest"}, "the preset 'oldest' is not known", id="policy"),
    ],
)
def test_replicate_security_with_a_wrong_inventory_says_what_is_wrong_and_writes_nothing(
    mesh: Fleet, simulator: Simulator, change: dict[str, Any], told: str
) -> None:
    for name, value in change.items():
        if value is None:
            del mesh.common[name]
        else:
            mesh.common[name] = value

    run = mesh.run("replicate_security.yml")

    assert run.code == 2
    assert told in " ".join(run.output.split())
    assert simulator.calls.writes == []


@pytest.mark.slow
def test_drift_report_tells_of_the_instances_and_ends_as_the_worst(mesh: Fleet, simulator: Simulator) -> None:
    mesh.onboard()
    drifted = mesh.run("report_drift.yml")
    assert (drifted.code, Fleet.edge_states(drifted)) == (2, {"lyon": "in_order"}), drifted.output
    assert {row["name"]: row["drift"] for row in drifted.report["replication"]["instances"]} == {
        "acme": {},
        "lyon": {"users": ["alice"]},
    }

    assert mesh.run("replicate_security.yml").code == 0
    assert mesh.run("report_drift.yml").code == 0

    content = json.loads(state(mesh).read_text())
    state(mesh).write_text(json.dumps({**content, "run": 7}))
    damaged = mesh.run("report_drift.yml")
    assert (damaged.code, Fleet.edge_states(damaged)) == (2, {"lyon": "in_order"}), damaged.output
    [finding] = damaged.report["replication"]["findings"]
    assert "changed or damaged" in finding["reason"]
    # What corrects the fleet leaves security to replicate_security.
    assert mesh.run("correct_drift.yml").report["replication"] is None

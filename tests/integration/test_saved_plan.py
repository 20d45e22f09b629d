# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan that is saved, reviewed and applied; refused when the fleet has moved, gone on with after a kill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.fleet import Fleet, Run, fleet_at
from simulator.node.testing import authority

pytestmark = pytest.mark.xdist_group("saved_plan")

CORPORATE = authority("Example Corporate CA")
CONSOLE = {"shared": {"logging": {"consoleLog": {"enabled": True}}}}


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Two Edges that are joined; each test leaves them in order."""
    folder = tmp_path_factory.mktemp("saved_plan")
    with fleet_at(folder) as fleet:
        fleet.add("lyon")
        fleet.add("osaka", nodes=2, routers=True, edge_node_ca_path="")
        fleet.onboard()
        yield fleet


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return tmp_path / "plan.json"


def save(fleet: Fleet, plan: Path, *arguments: str) -> Run:
    return fleet.run("report_drift.yml", "-e", f"edge_plan_path={plan}", *arguments)


def apply(fleet: Fleet, plan: Path, *arguments: str) -> Run:
    return fleet.run("correct_drift.yml", "-e", f"edge_apply_plan={plan}", *arguments)


def changes(plan: Path, edge: str) -> list[tuple[str, str, int]]:
    saved = next(one for one in json.loads(plan.read_text())["edges"] if one["name"] == edge)
    return [(change["step"], change["host"], change["pass"]) for change in saved["changes"]]


def test_plan_that_was_reviewed_is_applied_and_answers_what_policy_asks(fleet: Fleet, plan: Path) -> None:
    fleet.simulator.platform.edit_jpd("lyon", tags=["x"])
    fleet.simulator.platform.edit_jpd("osaka", tags=["y"])
    fleet.variables["lyon"]["edge_policy"] = "ask"
    fleet.simulator.calls.clear()

    saved = save(fleet, plan)

    assert (saved.code, fleet.simulator.calls.writes) == (2, [])
    assert [one["policy"] for one in saved.edge("lyon")["held"]] == ["ask"]
    assert plan.stat().st_mode & 0o777 == 0o600
    assert (changes(plan, "lyon"), changes(plan, "osaka")) == ([("jpd", "lyon-1", 1)], [("jpd", "osaka-1", 1)])
    assert f"The plan was saved to {plan}: 2 changes on 2 of 2 Edges" in saved.output

    # A look at whether it still fits, and a rehearsal, change neither the fleet nor the plan.
    text = plan.read_text()
    assert fleet.run("report_drift.yml", "-e", f"edge_apply_plan={plan}").code == 2
    assert apply(fleet, plan, "--check").code == 0
    assert (plan.read_text(), fleet.simulator.calls.writes) == (text, [])

    applied = apply(fleet, plan)

    assert applied.code == 0, applied.output
    assert Fleet.edge_states(applied) == {"lyon": "corrected", "osaka": "corrected"}
    assert fleet.run("report_drift.yml").code == 0
    again = apply(fleet, plan)
    assert (again.code, again.changed) == (0, 0), again.output
    del fleet.variables["lyon"]["edge_policy"]


def test_plan_is_refused_when_the_fleet_has_moved_and_nothing_is_written(fleet: Fleet, plan: Path) -> None:
    fleet.simulator.platform.edit_jpd("lyon", tags=["x"])
    fleet.simulator.platform.edit_jpd("osaka", tags=["y"])
    assert save(fleet, plan).code == 2
    text = plan.read_text()
    fleet.simulator.platform.delete_jpd("lyon")
    fleet.simulator.calls.clear()

    refused = apply(fleet, plan)

    assert (refused.code, fleet.simulator.calls.writes) == (2, []), refused.output
    assert "1 Edge has moved since it was made" in refused.output
    assert "is drifted: not registered at the platform" in refused.output
    assert "Make a new plan with report_drift.yml" in refused.output
    assert plan.read_text() == text

    # What has not moved can still be applied without the rest.
    limited = apply(fleet, plan, "--limit", "osaka")

    assert limited.code == 0, limited.output
    assert Fleet.edge_states(limited) == {"osaka": "corrected"}
    assert "lyon" not in [jpd["name"] for jpd in fleet.simulator.platform.jpds]
    assert fleet.run("correct_drift.yml").code == 0


@pytest.mark.slow
def test_edge_that_the_plan_does_not_have_is_left_and_said_so(fleet: Fleet, plan: Path) -> None:
    assert save(fleet, plan, "--limit", "osaka").code == 0
    fleet.simulator.platform.edit_jpd("lyon", tags=["x"])
    fleet.simulator.calls.clear()

    left = apply(fleet, plan)

    assert (left.code, fleet.simulator.calls.writes) == (2, []), left.output
    assert [finding["what"] for finding in left.edge("lyon")["findings"]] == ["applied plan"]
    assert "the plan that is applied does not have this Edge" in left.output
    assert fleet.run("correct_drift.yml").code == 0


@pytest.mark.slow
def test_plan_that_was_interrupted_is_gone_on_with(fleet: Fleet, plan: Path) -> None:
    osaka = fleet.simulator.edge("osaka")
    for node in osaka.nodes:
        fleet.node_variables[node.name] = {"edge_system_yaml": CONSOLE}
    assert save(fleet, plan).code == 2
    assert changes(plan, "osaka") == [
        ("system_yaml", "osaka-1", 1),
        ("system_yaml", "osaka-2", 1),
        ("restart", "osaka-1", 1),
        ("restart", "osaka-2", 1),
    ]
    written = [node.layout.system_yaml for node in osaka.nodes]
    fleet.run_until(
        "correct_drift.yml",
        lambda: "consoleLog" in written[0].read_text(),
        arguments=("-e", f"edge_apply_plan={plan}"),
    )
    assert list(json.loads(plan.read_text())["begun"]) == ["osaka"]

    finished = apply(fleet, plan)

    assert finished.code == 0, finished.output
    assert Fleet.edge_states(finished)["osaka"] == "corrected"
    assert ["consoleLog" in path.read_text() for path in written] == [True, True]
    assert list(json.loads(plan.read_text())["done"]) == ["osaka"]
    assert fleet.run("report_drift.yml").code == 0


@pytest.mark.slow
def test_second_pass_is_a_part_of_the_applied_plan(fleet: Fleet, plan: Path) -> None:
    osaka = fleet.simulator.edge("osaka")
    fleet.variables["osaka"]["edge_tls_ca_certificates"] = [{"name": "corporate", "content": CORPORATE.pem}]
    for node in osaka.nodes:
        certificate, key = CORPORATE.server_pair("127.0.0.1")
        own = {"edge_server_certificate": certificate, "edge_server_private_key": key}
        fleet.node_variables.setdefault(node.name, {}).update(own)
    assert save(fleet, plan).code == 2
    assert {(step, number) for step, _host, number in changes(plan, "osaka")} == {
        ("tls_ca_certificate", 1),
        ("server_certificate", 1),
        ("restart", 1),
        ("system_yaml", 2),
        ("restart", 2),
    }

    applied = apply(fleet, plan)

    assert applied.code == 0, applied.output
    assert ["httpsConnector" in node.layout.system_yaml.read_text() for node in osaka.nodes] == [True, True]
    assert fleet.run("report_drift.yml").code == 0


@pytest.mark.slow
def test_onboarding_that_was_reviewed_is_applied_and_gone_on_with(fleet: Fleet, plan: Path) -> None:
    quito = fleet.add("quito")
    store = fleet.folder / "secrets/quito.join.key"
    saved = fleet.run("onboard_edge.yml", "--check", "-e", f"edge_plan_path={plan}")
    assert saved.code == 0, saved.output
    assert changes(plan, "quito") == [("join_key", "quito-1", 1), ("restart", "quito-1", 1), ("jpd", "quito-1", 1)]
    arguments = ("-e", f"edge_apply_plan={plan}")
    fleet.run_until("onboard_edge.yml", store.exists, arguments=arguments)

    joined = fleet.run("onboard_edge.yml", *arguments)

    assert joined.code == 0, joined.output
    assert quito.database.join_key == store.read_text()
    assert "quito" in [jpd["name"] for jpd in fleet.simulator.platform.jpds]
    again = fleet.run("onboard_edge.yml", *arguments)
    assert (again.code, again.changed) == (0, 0), again.output


def broken(plan: Path, change: dict[str, Any]) -> None:
    plan.write_text(json.dumps({**json.loads(plan.read_text()), **change}))


def test_file_that_is_no_plan_of_this_run_is_refused_before_anything_is_written(fleet: Fleet, plan: Path) -> None:
    fleet.simulator.platform.edit_jpd("lyon", tags=["x"])
    fleet.simulator.calls.clear()
    missing = apply(fleet, plan)
    assert save(fleet, plan).code == 2
    onboarding = fleet.run("onboard_edge.yml", "-e", f"edge_apply_plan={plan}")
    broken(plan, {"onboarding": True})
    edited = apply(fleet, plan)
    both = apply(fleet, plan, "-e", f"edge_plan_path={plan}")

    for run, words in (
        (missing, "Cannot read the plan"),
        (onboarding, "it was made for a drift correction. Apply it with correct_drift.yml"),
        (edited, "it was changed or damaged since it was saved"),
        (both, "mutually exclusive"),
    ):
        assert run.code == 2, run.output
        assert words in run.output, run.output
    assert fleet.simulator.calls.writes == []
    assert fleet.run("correct_drift.yml").code == 0

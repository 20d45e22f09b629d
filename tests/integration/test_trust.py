# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Circles of trust by the playbooks: a platform of one's own, one in the cloud, and several Edges that wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.fleet import Fleet
from simulator.certificates import sha256
from simulator.simulator import Simulator
from simulator.switches import Switches

OLD = "7.25.7"  # without pairing tokens, so a circle of trust is needed


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Fleet]:
    """An Edge in a circle of trust with a self-hosted platform."""
    with Simulator(tmp_path / "simulator", switches=Switches(start_duration=0.0, trusted_import_delay=0.2)) as running:
        running.add_platform("acme", saas=False)
        fleet = Fleet(running, tmp_path / "controller")
        fleet.add("quito", version=OLD, edge_circle_of_trust_acknowledged=True)
        yield fleet


def root_of(site: Any) -> str:
    return sha256(site.database.root_certificate)


@pytest.mark.slow
def test_self_hosted_platform_in_the_inventory_is_made_to_trust_the_edge(own: Fleet) -> None:
    node = own.list_platform_node()

    first = own.run("onboard_edge.yml")

    assert first.code == 0, first.output
    assert list(own.simulator.platform.database.trusted) == [root_of(own.simulator.edge("quito"))]
    assert list(node.layout.trusted.iterdir()) == []
    assert not [path for path in (own.folder / "support_requests").rglob("*.*") if path.name != ".lock"]
    second = own.run("onboard_edge.yml")
    assert (second.code, second.changed) == (0, 0), second.output
    assert second.edge("quito")["trust_state"] == "trusted both ways"


def test_self_hosted_platform_outside_the_inventory_gets_a_request_that_says_what_to_do(own: Fleet) -> None:
    first = own.run("onboard_edge.yml")

    assert first.code == 0, first.output
    assert first.edge("quito")["trust_state"] == "waiting for the platform"
    assert "If this platform is self-hosted" in (own.folder / "support_requests/quito/request.txt").read_text()


@pytest.mark.slow
def test_edges_that_wait_for_the_cloud_share_one_request_until_they_are_trusted(fleet: Fleet) -> None:
    for name in ("lyon", "quito"):
        fleet.add(name, version=OLD, edge_circle_of_trust_acknowledged=True)
    first = fleet.onboard()
    assert {edge["trust_state"] for edge in first.report["edges"]} == {"waiting for the platform"}
    common = fleet.folder / "support_requests/_all"
    assert sorted(path.name for path in common.iterdir()) == ["lyon.crt", "quito.crt", "request.txt"]

    for name in ("lyon", "quito"):
        fleet.simulator.platform.support.import_certificate((common / f"{name}.crt").read_text())
    second = fleet.run("report_drift.yml")
    assert {edge["trust_state"] for edge in second.report["edges"]} == {"trusted both ways"}


def accepted(fleet: Fleet) -> set[tuple[str, str]]:
    """Truster and issuer of every trust between two Edges."""
    roots = {root_of(edge): edge.name for edge in fleet.simulator.edges}
    return {
        (edge.name, roots[known]) for edge in fleet.simulator.edges for known in edge.database.trusted if known in roots
    }


def mesh_of(*names: str) -> set[tuple[str, str]]:
    return {(a, b) for a in names for b in names if a != b}


def add_members(fleet: Fleet, *names: str, **variables: Any) -> None:
    for name in names:
        fleet.add(name, edge_circle_of_trust_acknowledged=True, **variables)


def test_mesh_of_edges_trusts_both_ways_and_a_second_run_only_asks(fleet: Fleet) -> None:
    add_members(fleet, "lyon", "quito")
    fleet.add("osaka", nodes=2, edge_circle_of_trust_acknowledged=True)
    predicted = fleet.run("trust_edges.yml", "--check")
    assert (predicted.code, predicted.changed, accepted(fleet)) == (0, 3, set()), predicted.output

    first = fleet.run("trust_edges.yml")

    assert first.code == 0, first.output
    assert accepted(fleet) == mesh_of("lyon", "osaka", "quito")
    assert "osaka    yes   -      yes" in first.output
    fleet.simulator.calls.clear()
    second = fleet.run("trust_edges.yml")
    assert (second.code, second.changed) == (0, 0), second.output
    assert set(second.executions.values()) == {1}
    asked = [call.path.rpartition("/")[2] for call in fleet.simulator.calls.find(by_client=True)]
    # Once to plan and once to report: a root per Edge, and a question per pair.
    assert (asked.count("root"), asked.count("validate_server")) == (6, 12)


def test_mesh_is_of_those_who_name_each_other(fleet: Fleet) -> None:
    add_members(fleet, "lyon", edge_trust_peers=["quito"])
    add_members(fleet, "quito", edge_trust_peers=[])
    add_members(fleet, "osaka", edge_trust_peers="osaka")  # its own group, so nobody else
    run = fleet.run("trust_edges.yml")

    assert run.code == 0, run.output
    assert accepted(fleet) == mesh_of("lyon", "quito")


@pytest.mark.slow
def test_member_that_is_gone_stops_no_other_and_ends_the_run_as_unreachable(fleet: Fleet) -> None:
    add_members(fleet, "lyon", "quito", "osaka")
    fleet.simulator.faults.add(site="osaka", kind="refuse")
    run = fleet.run("trust_edges.yml")

    assert run.code == 4, run.output
    assert accepted(fleet) == mesh_of("lyon", "quito")
    fleet.simulator.faults.clear()
    assert (again := fleet.run("trust_edges.yml")).code == 0, again.output
    assert accepted(fleet) == mesh_of("lyon", "quito", "osaka")


def test_mesh_that_nobody_agreed_to_is_refused_before_anything_is_asked(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.add("quito", edge_circle_of_trust_acknowledged=True)
    run = fleet.run("trust_edges.yml")

    assert run.code == 2
    assert "Cannot make the Edges lyon trust others" in run.output
    assert fleet.simulator.calls.find(by_client=True, path="/access") == []


@pytest.mark.slow
def test_mesh_that_was_killed_is_finished_by_the_next_run(fleet: Fleet) -> None:
    add_members(fleet, "lyon", "quito", "osaka")
    fleet.run_until("trust_edges.yml", lambda: len(accepted(fleet)) >= 2)
    assert (finished := fleet.run("trust_edges.yml")).code == 0, finished.output
    assert accepted(fleet) == mesh_of("lyon", "quito", "osaka")

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``onboard_edge.yml`` over a simulated fleet."""

from __future__ import annotations

import pytest

from integration.fleet import Fleet


@pytest.fixture
def three_edges(fleet: Fleet) -> Fleet:
    """One node; two HA nodes; and one that is older than pairing tokens."""
    fleet.add("lyon")
    fleet.add("osaka", nodes=2)
    fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)
    fleet.keep_master_key("osaka")
    return fleet


def test_onboarding_new_edges_joins_them_and_a_second_run_changes_nothing(three_edges: Fleet) -> None:
    first = three_edges.run("onboard_edge.yml")

    assert first.code == 0, first.output
    assert {edge["name"]: (edge["state"], edge["jpd"]["status"]) for edge in first.report["edges"]} == {
        "lyon": ("corrected", "ONLINE"),
        "osaka": ("corrected", "ONLINE"),
        "quito": ("corrected", "ONLINE"),
    }
    assert sorted(jpd["name"] for jpd in three_edges.simulator.platform.jpds) == ["HOME", "lyon", "osaka", "quito"]
    for edge in three_edges.simulator.edges:
        store = three_edges.folder / f"secrets/{edge.name}.join.key"
        assert edge.database.join_key == store.read_text()
        assert store.stat().st_mode & 0o777 == 0o600

    three_edges.simulator.platform.support.import_certificate(
        (three_edges.folder / "support_requests/quito/root.crt").read_text()
    )
    three_edges.simulator.calls.clear()
    second = three_edges.run("onboard_edge.yml")

    assert (second.code, second.changed) == (0, 0), second.output
    assert three_edges.simulator.calls.writes == []
    assert {edge["name"]: edge["state"] for edge in second.report["edges"]} == {
        "lyon": "in_order",
        "osaka": "in_order",
        "quito": "in_order",
    }
    assert second.executions == {"lyon-1": 1, "osaka-1": 1, "osaka-2": 1, "quito-1": 1}
    assert "WARNING" not in second.output


def test_onboarding_in_check_mode_writes_nothing_anywhere(three_edges: Fleet) -> None:
    before = three_edges.snapshot()

    predicted = three_edges.run("onboard_edge.yml", "--check", "--diff")

    assert predicted.code == 0, predicted.output
    assert predicted.changed > 0
    assert three_edges.simulator.calls.writes == []
    assert three_edges.snapshot() == before


@pytest.mark.parametrize("playbook", ["onboard_edge.yml", "report_drift.yml"])
def test_converged_fleet_platform_requests_do_not_grow_with_the_number_of_edges(fleet: Fleet, playbook: str) -> None:
    def requests_in_order() -> list[tuple[str, str]]:
        fleet.simulator.calls.clear()
        run = fleet.run(playbook)
        assert (run.code, run.changed) == (0, 0), run.output
        return sorted((c.method, c.path) for c in fleet.simulator.calls.find(site="acme") if c.by_client)

    fleet.add("edge-1")
    assert fleet.run("onboard_edge.yml").code == 0
    for_one = requests_in_order()
    for number in range(2, 6):
        fleet.add(f"edge-{number}")
    assert fleet.run("onboard_edge.yml").code == 0

    assert requests_in_order() == for_one

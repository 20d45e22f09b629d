# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a thousand Edges cost the controller: requests, connections and memory, counted and never timed."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.fleet import EdgeSource, read_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import DesiredFleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.fleet import plan_fleet
from simulator.simulator import Simulator
from unit.client.test_fleet import edge, platform
from unit.domain.fleet_shapes import NOW, PLATFORM_URL, jpd, node, seen
from unit.domain.fleet_shapes import edge as desired
from unit.domain.fleet_shapes import platform as platform_seen

MANY = 1000
KIB = 1024
MIB = 1024 * KIB


def test_thousand_edges_are_read_over_a_connection_each_and_cost_the_platform_what_one_costs(
    simulator: Simulator,
) -> None:
    simulator.add_edge("lyon")
    one = edge(simulator, "lyon")

    def asked(number: int) -> tuple[list[str], list[str], int]:
        """Paths at the platform and at the Edges, and connections to the Edges; all Edges are one here."""
        simulator.calls.clear()
        sources = [EdgeSource(f"edge-{place}", one.url, one.open) for place in range(number)]
        fleet = read_fleet(platform(simulator), sources, now=datetime.now(timezone.utc))
        assert {found["reachable"] for found in fleet["edges"].values()} == {True}
        of_edges = simulator.calls.find(site="lyon", by_client=True)
        at_platform = simulator.calls.find(site="acme", by_client=True)
        assert len({call.connection for call in at_platform}) == 1
        return (
            sorted(call.path for call in at_platform),
            sorted(call.path for call in of_edges),
            len({call.connection for call in of_edges}),
        )

    platform_of_one, paths_of_one, connections_of_one = asked(1)
    platform_of_many, paths_of_many, connections_of_many = asked(MANY)

    assert platform_of_many == platform_of_one
    assert paths_of_many == sorted(paths_of_one * MANY)
    assert (connections_of_one, connections_of_many) == (1, MANY)


@pytest.fixture(scope="module")
def planned() -> tuple[dict[str, object], int]:
    """The plan of a converged fleet of a thousand Edges, and the peak of memory while it was made."""
    names = [f"edge-{place}" for place in range(MANY)]
    edges = tuple(replace(desired(name), url=f"https://{name}.example.net/") for name in names)
    jpds = [
        jpd(name, identifier=f"JPD-{place}", url=f"https://{name}.example.net/")
        for place, name in enumerate(names, start=10)
    ]
    fleet = {
        "platform": platform_seen(jpds=jpds),
        "edges": {name: seen(url=f"https://{name}.example.net/") for name in names},
    }
    nodes = {f"{name}-1": node() for name in names}
    tracemalloc.start()
    plan = plan_fleet(DesiredFleet(PLATFORM_URL, edges), nodes, fleet, unreachable={}, onboarding=False, now=NOW)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return plan, peak


def test_plan_of_a_thousand_edges_in_order_has_each_of_them_and_no_work(planned: tuple[dict[str, object], int]) -> None:
    plan, _peak = planned

    assert [one["name"] for one in plan["edges"]] == [f"edge-{place}" for place in range(MANY)]  # type: ignore[attr-defined]
    assert {one["state"] for one in plan["edges"]} == {"in_order"}  # type: ignore[attr-defined]
    assert plan["work"] == []


def test_plan_of_a_thousand_edges_takes_some_kilobytes_for_each(planned: tuple[dict[str, object], int]) -> None:
    plan, peak = planned

    assert len(json.dumps(plan)) / MANY < 6 * KIB
    assert peak / MANY < 64 * KIB
    assert peak < 64 * MIB

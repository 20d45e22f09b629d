# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a whole fleet: its shape, its order, and what holds for any fleet."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import DesiredFleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.fleet import plan_fleet
from unit.domain.fleet_shapes import (
    DOWN,
    FRESH,
    HOME,
    KEY,
    LYON,
    MASTER,
    NOW,
    OTHER_KEY,
    OTHER_MASTER,
    PLATFORM_URL,
    STOPPED,
    edge,
    facts_of,
    findings_of,
    jpd,
    node,
    plan_one,
    platform,
    seen,
    steps_of,
)
from unit.domain.fleet_strategies import EDGES, JPDS, NODES, REST
from unit.domain.node_shapes import key_file

HA = edge(nodes=("lyon-1", "lyon-2"))


def test_plan_of_a_converged_edge_has_every_fact_in_order_and_no_work() -> None:
    plan = plan_one()

    assert [(fact["fact"], fact["node"], fact["state"]) for fact in plan["edges"][0]["facts"]] == [
        ("node", "lyon-1", "in_order"),
        ("join_key", None, "in_order"),
        ("service", "lyon-1", "in_order"),
        ("restart", "lyon-1", "in_order"),
        ("health", "lyon-1", "in_order"),
        ("rest", None, "in_order"),
        ("jpd", None, "in_order"),
        ("pairing", None, "in_order"),
    ]
    planned = {key: value for key, value in plan["edges"][0].items() if key != "facts"}
    assert planned == {
        "name": "lyon",
        "url": "https://lyon.example.net/",
        "location": LYON,
        "tags": ["hybrid"],
        "nodes": ["lyon-1"],
        "version": "7.104.2",
        "state": "in_order",
        "trust_method": "pairing_token",
        "trust_reason": "Artifactory 7.104.2 has pairing tokens (since 7.29.7)",
        "trust_state": "paired",
        "jpd": {"id": "JPD-7", "status": "ONLINE"},
        "changes": [],
        "held": [],
        "findings": [],
        "certificates": [],
        "expiries": [],
    }
    assert (plan["made_at"], plan["work"], plan["waves"], plan["serial"]) == ("2026-11-22T12:30:00Z", [], [], [])
    assert {**plan["platform"], "certificates": None} == {
        "url": PLATFORM_URL,
        "reachable": True,
        "error": None,
        "certificates": None,
        "expiries": [],
        "findings": [],
    }
    assert plan["summary"] == {"in_order": 1, "drifted": 0, "unknown": 0, "needs_person": 0, "unreachable": 0}


def test_changes_come_in_the_order_in_which_they_are_carried_out() -> None:
    wanted = edge(nodes=("lyon-1", "lyon-2"), acknowledged=True, master_key=MASTER)
    new = {**FRESH, "version": "7.25.7", "master_key": key_file(None)}
    nodes = {"lyon-1": node(**new), "lyon-2": node(**new)}
    plan = plan_one(wanted, nodes, rest=seen(**DOWN), of_platform=platform(jpds=[HOME]))

    assert steps_of(plan) == [
        ("master_key", "lyon-1"),
        ("master_key", "lyon-2"),
        ("join_key", "lyon-1"),
        ("restart", "lyon-1"),
        ("restart", "lyon-2"),
        ("trusted_certificate", "lyon-1"),
        ("jpd", "lyon-1"),
    ]
    assert plan["work"] == [
        {
            "host": "lyon-1",
            "groups": [
                "edge_plan_master_key",
                "edge_plan_join_key",
                "edge_plan_restart",
                "edge_plan_trusted_certificate",
                "edge_plan_jpd",
                "edge_plan_work",
            ],
            "edge_plan": {
                "ordinal": 1,
                "nodes": ["lyon-1", "lyon-2"],
                "trust_method": "circle_of_trust",
                "steps": ["node", "restart", "trusted_certificate", "jpd"],
                "restart_for": ["join_key"],
                "system_yaml": {},
                "licenses": 2,
                "held": [],
                "node_steps": ["master_key", "join_key"],
                "wave": 1,
                "wave_steps": ["node", "master_key", "restart", "trusted_certificate", "jpd"],
                "wave_rounds": 2,
            },
        },
        {
            "host": "lyon-2",
            "groups": ["edge_plan_master_key", "edge_plan_restart", "edge_plan_work"],
            "edge_plan": {
                "ordinal": 2,
                "nodes": ["lyon-1", "lyon-2"],
                "trust_method": "circle_of_trust",
                "steps": ["master_key", "restart"],
                "restart_for": ["join_key"],
                "system_yaml": {},
                "licenses": 2,
                "held": [],
                "node_steps": [],
                "wave": 1,
                "wave_steps": ["node", "master_key", "restart", "trusted_certificate", "jpd"],
                "wave_rounds": 2,
            },
        },
    ]


def test_work_lists_the_nodes_that_are_started_again_first() -> None:
    plan = plan_one(HA, {"lyon-1": node(), "lyon-2": node(**STOPPED)}, of_platform=platform(jpds=[HOME]))

    assert [(item["host"], item["edge_plan"]["ordinal"], item["edge_plan"]["nodes"]) for item in plan["work"]] == [
        ("lyon-2", 1, ["lyon-2", "lyon-1"]),
        ("lyon-1", 2, ["lyon-2", "lyon-1"]),
    ]
    assert {tuple(item["edge_plan"]["restart_for"]) for item in plan["work"]} == {()}


def test_work_starts_the_node_with_the_join_key_first() -> None:
    plan = plan_one(HA, {"lyon-1": node(), "lyon-2": node(pending=OTHER_KEY)})

    assert [(item["host"], item["edge_plan"]["ordinal"], item["edge_plan"]["steps"]) for item in plan["work"]] == [
        ("lyon-2", 1, ["join_key", "restart"]),
        ("lyon-1", 2, ["restart"]),
    ]


@pytest.mark.parametrize(
    ("wanted", "nodes", "jpds", "steps", "findings"),
    [
        pytest.param(edge(), {"lyon-1": node()}, [jpd()], [], [], id="nothing-to-do"),
        pytest.param(edge(), {"lyon-1": node()}, [jpd(tags=[])], [("jpd", "lyon-1")], [], id="at-the-platform-only"),
        pytest.param(edge(), {"lyon-1": node(**STOPPED)}, [jpd()], [], ["!nodes"], id="restart"),
        pytest.param(edge(join_key=OTHER_KEY), {"lyon-1": node()}, [jpd()], [], ["!nodes"], id="join-key"),
        pytest.param(edge(master_key=MASTER), {"lyon-1": node()}, [HOME], [], ["!nodes"], id="master-key-and-jpd"),
    ],
)
def test_run_that_leaves_nodes_out_changes_no_files_on_nodes(
    wanted: Any, nodes: dict[str, Any], jpds: list[Any], steps: list[Any], findings: list[str]
) -> None:
    plan = plan_one(wanted, nodes, of_platform=platform(jpds=jpds), absent={"lyon": ["lyon-2"], "osaka": ["osaka-1"]})

    assert (steps_of(plan), findings_of(plan)) == (steps, findings)
    assert all("leaves out lyon-2" in found["reason"] for found in plan["edges"][0]["findings"])


def test_run_that_leaves_nodes_out_counts_their_licences_all_the_same() -> None:
    bucket = {
        "name": "edges",
        "identifier": "5fa8",
        "license_type": "EDGE",
        "size": 4,
        "used": 2,
        "available": 2,
        "valid_through": None,
        "jpds": {"lyon": 1},
        "unknown_uses": {},
    }
    of_platform = platform(license_buckets=[bucket])

    plan = plan_one(edge(license_bucket="edges"), of_platform=of_platform, absent={"lyon": ["lyon-2"]})

    assert facts_of(plan, "jpd_license")[None][2] == "1 of 2 licences of 'edges' attached"
    assert [work["edge_plan"]["licenses"] for work in plan["work"]] == [2]


@pytest.mark.parametrize("on_unknown", ["report", "supply"])
def test_run_that_leaves_out_the_node_with_the_record_of_the_join_key_does_not_ask_for_another_supply(
    on_unknown: str,
) -> None:
    plan = plan_one(edge(on_unknown=on_unknown), {"lyon-1": node(entry=None)}, absent={"lyon": ["lyon-2"]})

    assert facts_of(plan, "join_key") == {
        None: ("unknown", [], "no node of this run has a record of it, and lyon-2 may have one")
    }
    assert (steps_of(plan), [found["remedy"] for found in plan["edges"][0]["findings"]]) == (
        [],
        ["Run it with all nodes of the Edge"],
    )


def test_run_that_leaves_nodes_out_does_not_judge_them_even_if_they_are_desired() -> None:
    plan = plan_one(HA, {"lyon-1": node(), "lyon-2": node(**STOPPED)}, absent={"lyon": ["lyon-2"]})
    assert (plan["edges"][0]["state"], {fact["node"] for fact in plan["edges"][0]["facts"]}) == (
        "in_order",
        {None, "lyon-1"},
    )


def fleet_of(count: int, *, broken: Any = ()) -> dict[str, Any]:
    """The plan of many converged Edges, of which some are not registered."""
    edges = tuple(edge(f"edge-{number}") for number in range(count))
    registered = [
        jpd(wanted.name, identifier=f"JPD-{number + 2}") for number, wanted in enumerate(edges) if number not in broken
    ]
    return plan_fleet(
        DesiredFleet(PLATFORM_URL, edges),
        {host: node() for wanted in edges for host in wanted.nodes},
        {
            "platform": platform(jpds=[HOME, *registered]),
            "edges": {wanted.name: seen(url=wanted.url) for wanted in edges},
        },
        unreachable={},
        onboarding=False,
        now=NOW,
    )


def test_plan_of_a_thousand_edges_names_the_ones_that_drifted() -> None:
    plan = fleet_of(1000, broken=(17, 503))

    assert plan["summary"] == {"in_order": 998, "drifted": 2, "unknown": 0, "needs_person": 0, "unreachable": 0}
    assert [planned["name"] for planned in plan["edges"]] == [f"edge-{number}" for number in range(1000)]
    assert [item["host"] for item in plan["work"]] == ["edge-17-1", "edge-503-1"]


def carried_out(edge_plan: dict[str, Any]) -> list[str]:
    """The steps of a host, with those that ``node`` carries out in its place."""
    return [one for step in edge_plan["steps"] for one in (edge_plan["node_steps"] if step == "node" else [step])]


@given(EDGES, st.lists(st.one_of(st.none(), NODES), min_size=2, max_size=2), REST, JPDS, st.booleans())
@settings(max_examples=300, deadline=None)
def test_plan_of_any_edge_is_plain_ordered_and_without_secrets(
    changed: dict[str, Any], nodes: list[Any], rest: dict[str, Any], jpds: list[Any], onboarding: bool
) -> None:
    def make() -> dict[str, Any]:
        observed = {f"lyon-{n}": node(**given) for n, given in enumerate(nodes, 1) if given is not None}
        return plan_one(
            edge(nodes=("lyon-1", "lyon-2"), **changed),
            observed,
            rest=seen(**rest),
            of_platform=platform(jpds=jpds),
            onboarding=onboarding,
        )

    plan = make()
    planned = plan["edges"][0]
    text = json.dumps(plan)

    assert json.loads(text) == plan == make()
    assert not [key for key in (KEY, OTHER_KEY, MASTER, OTHER_MASTER) if key in text]
    order = ["master_key", "join_key", "restart", "trusted_certificate", "jpd"]
    steps = [step for step, _host in steps_of(plan)]
    assert steps == sorted(steps, key=order.index)
    assert len(set(steps_of(plan))) == len(steps)
    assert {(step, item["host"]) for item in plan["work"] for step in carried_out(item["edge_plan"])} == set(
        steps_of(plan)
    )
    assert bool(planned["changes"]) == (planned["state"] == "drifted" and bool(plan["work"]))
    assert sum(plan["summary"].values()) == plan["summary"][planned["state"]] == 1
    assert all(fact["reason"] for fact in planned["facts"])
    assert all(bool(fact["drift"]) == (fact["state"] == "drifted") for fact in planned["facts"])
    assert all(found["reason"] and found["remedy"] for found in planned["findings"])


@given(st.integers(1, 12), st.booleans())
@settings(max_examples=20, deadline=None)
def test_plan_of_a_converged_fleet_has_no_work(count: int, onboarding: bool) -> None:
    assert fleet_of(count)["work"] == []
    assert plan_one(onboarding=onboarding)["work"] == []

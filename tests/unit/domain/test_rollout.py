# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of the fleet in the order in which the batches of a play take it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import DesiredFleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.fleet import plan_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.rollout import roll_out
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import STEPS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.waves import Rollout, read_rollout
from unit.domain.fleet_shapes import HOME, NOW, PLATFORM_URL, edge, jpd, node, platform, seen

NAMES = ("lyon", "osaka", "quito")


def fleet(
    rollout: Rollout, *, drifted: Any = NAMES, silent: Any = (), canaries: Any = (), two_nodes: Any = ()
) -> dict[str, Any]:
    """The plan of three Edges, of which some are not registered, and some do not answer."""
    edges = tuple(
        edge(name, nodes=(f"{name}-1", f"{name}-2")[: 1 + (name in two_nodes)], canary=name in canaries)
        for name in NAMES
    )
    registered = [jpd(name, identifier=f"JPD-{name}") for name in NAMES if name not in drifted]
    hosts = [host for wanted in edges for host in wanted.nodes]
    lost = {host: "no route to host" for host in hosts if host.partition("-")[0] in silent}
    return plan_fleet(
        DesiredFleet(PLATFORM_URL, edges),
        {host: None if host in lost else node() for host in hosts},
        {"platform": platform(jpds=[HOME, *registered]), "edges": {name: seen() for name in NAMES}},
        unreachable=lost,
        onboarding=False,
        now=NOW,
        rollout=rollout,
    )


def waves(*sizes: Any, first: Any = ()) -> Rollout:
    return read_rollout(list(sizes), list(first), 0, known=NAMES)


def steps_of(plan: dict[str, Any]) -> dict[str, list[str]]:
    return {item["host"]: item["edge_plan"]["steps"] for item in plan["work"]}


def test_work_comes_wave_by_wave_and_serial_counts_its_hosts() -> None:
    plan = fleet(waves(1, 2, first=["quito"]), two_nodes=["lyon", "quito"])
    # The second nodes have nothing to do, and no part in the waves.
    assert plan["waves"] == [["quito"], ["lyon", "osaka"]]
    assert [(item["host"], item["edge_plan"]["wave"]) for item in plan["work"]] == [
        ("quito-1", 1),
        ("lyon-1", 2),
        ("osaka-1", 2),
    ]
    assert (plan["serial"], plan["stops_above"]) == ([1, 2], 0)


def test_without_waves_all_work_is_one_batch_in_the_order_of_the_inventory() -> None:
    plan = fleet(Rollout())

    assert (plan["waves"], plan["serial"], plan["stops_above"]) == ([list(NAMES)], [3], None)


def test_edge_that_leads_and_has_nothing_to_do_is_no_wave() -> None:
    plan = fleet(waves(1, 2, first=["quito"]), drifted=["lyon"])

    assert plan["waves"] == [["lyon"]]


def test_canary_that_leads_and_has_nothing_to_do_is_proven_before_the_others_begin() -> None:
    plan = fleet(waves(1, 2, first=["quito"]), drifted=["lyon", "osaka"], canaries=["quito"], two_nodes=["quito"])

    assert plan["waves"] == [["quito"], ["lyon", "osaka"]]
    assert steps_of(plan) == {
        "quito-1": ["canary"],
        "quito-2": [],
        "lyon-1": ["jpd"],
        "osaka-1": ["jpd"],
    }
    assert [item["groups"] for item in plan["work"][:2]] == [["edge_plan_canary", "edge_plan_work"], ["edge_plan_work"]]
    assert plan["work"][1]["edge_plan"]["wave_steps"] == ["canary"]


def test_edge_that_leads_and_does_not_answer_is_looked_at_before_the_others_begin() -> None:
    plan = fleet(waves(1, 2, first=["quito"]), drifted=["lyon"], silent=["quito"], canaries=["quito"])

    assert (plan["waves"], steps_of(plan)) == ([["quito"], ["lyon"]], {"quito-1": [], "lyon-1": ["jpd"]})


def test_run_that_has_nothing_to_do_makes_no_work_of_the_canary() -> None:
    plan = fleet(waves(1, first=["quito"]), drifted=[], canaries=["quito"])

    assert (plan["waves"], plan["serial"], plan["work"]) == ([], [], [])


def item(host: str, *steps: str, nodes: list[str] | None = None) -> dict[str, Any]:
    return {"host": host, "groups": [], "edge_plan": {"steps": list(steps), "nodes": nodes or [host]}}


def planned(name: str, nodes: int) -> dict[str, Any]:
    return {"name": name, "nodes": [f"{name}-{number}" for number in range(1, nodes + 1)], "state": "drifted"}


def test_hosts_of_a_wave_have_the_same_list_of_steps_in_the_order_of_the_plan() -> None:
    edges = [planned("lyon", 1), planned("osaka", 2), planned("quito", 1)]
    osaka = edges[1]["nodes"]
    work = [
        item("lyon-1", "jpd", "again", "canary"),
        item("osaka-1", "join_key", "restart", nodes=osaka),
        item("osaka-2", "restart", nodes=osaka),
        item("quito-1", "base_url"),
    ]

    rolled = roll_out(edges, work, waves(2))

    lists = [(one["edge_plan"]["wave_steps"], one["edge_plan"]["wave_rounds"]) for one in rolled["work"]]
    assert lists == [(["join_key", "restart", "jpd", "again", "canary"], 2)] * 3 + [(["base_url"], 0)]


@pytest.mark.parametrize(
    ("nodes", "steps", "first", "rest"),
    [
        pytest.param(1, ["jpd"], [], ["jpd"], id="nothing-on-the-node"),
        pytest.param(1, ["join_key", "jpd"], [], ["join_key", "jpd"], id="one-step-is-left-to-its-role"),
        pytest.param(
            1,
            ["join_key", "system_yaml", "access_config", "restart", "base_url", "jpd"],
            ["join_key", "system_yaml", "access_config", "restart"],
            ["node", "base_url", "jpd"],
            id="up-to-the-restart",
        ),
        pytest.param(
            2,
            ["join_key", "system_yaml", "restart", "jpd"],
            ["join_key", "system_yaml"],
            ["node", "restart", "jpd"],
            id="nodes-of-an-ha-edge-take-turns",
        ),
        pytest.param(
            1,
            ["system_yaml", "tls_ca_certificate", "token_signing_certificate", "access_config", "restart"],
            ["system_yaml", "tls_ca_certificate"],
            ["node", "token_signing_certificate", "access_config", "restart"],
            id="up-to-a-step-that-asks-the-edge-as-well",
        ),
        pytest.param(1, ["access_config", "tls", "restart"], [], ["access_config", "tls", "restart"], id="tls"),
    ],
)
def test_first_steps_of_a_host_are_carried_out_in_one_execution(
    nodes: int, steps: list[str], first: list[str], rest: list[str]
) -> None:
    lyon = planned("lyon", nodes)

    rolled = roll_out([lyon], [item("lyon-1", *steps, nodes=lyon["nodes"])], waves(1))

    [work] = rolled["work"]
    assert (work["edge_plan"]["node_steps"], work["edge_plan"]["steps"]) == (first, rest)
    assert work["edge_plan"]["wave_steps"] == rest


EDGES = st.lists(st.tuples(st.integers(1, 3), st.lists(st.sampled_from(STEPS), unique=True)), min_size=1, max_size=8)
SIZES = st.lists(st.one_of(st.integers(1, 5), st.sampled_from(["10%", "34%", "100%"])), min_size=1, max_size=3)


@given(fleet_of=EDGES, sizes=SIZES)
def test_no_edge_is_split_between_two_batches(fleet_of: Any, sizes: Any) -> None:
    edges = [planned(f"edge{number}", nodes) for number, (nodes, _steps) in enumerate(fleet_of)]
    work = [
        item(host, *steps, nodes=one["nodes"]) for one, (_nodes, steps) in zip(edges, fleet_of) for host in one["nodes"]
    ]

    rolled = roll_out(edges, work, read_rollout(sizes, [], 0, known=()))

    hosts = [one["host"] for one in rolled["work"]]
    assert sorted(hosts) == sorted(host for one in edges for host in one["nodes"])
    begin, batches = 0, []
    for count in rolled["serial"]:
        batches.append({host.rpartition("-")[0] for host in hosts[begin : begin + count]})
        begin += count
    assert begin == len(hosts)
    assert batches == [set(wave) for wave in rolled["waves"]]

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Edge without access to its nodes, as on Kubernetes, beside one with nodes: from its onboarding to its end."""

from __future__ import annotations

import json

import pytest

from integration.fleet import Fleet, Run
from simulator.license_buckets import opened

BUCKET = "edges"
# Nobody answers there: a task that wanted the node would end as unreachable.
NOBODY = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
PASSIVE = {"edge_node_access": "none", "edge_join_key_file": None}


@pytest.fixture
def beside(fleet: Fleet) -> Fleet:
    """Lyon has a node, osaka two pods that nobody works on."""
    platform = fleet.simulator.platform
    file = platform.make_license_bucket(4)
    platform.buckets[BUCKET] = opened(file.content, file.key, name=BUCKET, url=file.url)
    fleet.add("lyon")
    osaka = fleet.add("osaka", nodes=2, licensed=False, **PASSIVE, edge_license_bucket=BUCKET)
    fleet.variables["osaka"]["edge_base_url"] = osaka.url
    fleet.node_variables = {node.name: {**NOBODY, "edge_artifactory_home": "/nowhere"} for node in osaka.nodes}
    return fleet


def offboard(fleet: Fleet, **variables: object) -> Run:
    told = {"edge_hosts": "osaka", "edge_offboard_acknowledged": ["osaka"], **variables}
    return fleet.run("offboard_edge.yml", "-e", json.dumps(told))


def test_edge_without_access_to_nodes_is_onboarded_kept_and_offboarded_over_rest(beside: Fleet) -> None:
    simulator = beside.simulator

    predicted = beside.run("onboard_edge.yml", "--check", "--diff")

    assert (predicted.code, simulator.calls.writes) == (0, []), predicted.output
    assert beside.edge_states(predicted) == {"lyon": "drifted", "osaka": "drifted"}

    first = beside.run("onboard_edge.yml")

    assert first.code == 0, first.output
    assert beside.edge_states(first) == {"lyon": "corrected", "osaka": "corrected"}
    done = {(change["step"], change["host"]) for change in first.edge("osaka")["corrected"]}
    assert done == {("base_url", "osaka-1"), ("jpd", "osaka-1"), ("jpd_license", "osaka-1")}
    assert first.edge("osaka")["jpd"]["status"] == "ONLINE"
    assert set(first.executions) == {"lyon-1"}

    simulator.calls.clear()
    again = beside.run("onboard_edge.yml")

    assert (again.code, again.changed, simulator.calls.writes) == (0, 0, []), again.output
    assert beside.edge_states(again) == {"lyon": "in_order", "osaka": "in_order"}
    assert again.executions == {"lyon-1": 1}

    simulator.platform.edit_jpd("osaka", tags=["by hand"])
    drifted = beside.run("report_drift.yml")

    assert drifted.code == 2, drifted.output
    assert beside.edge_states(drifted) == {"lyon": "in_order", "osaka": "drifted"}
    assert beside.run("correct_drift.yml").code == 0

    left = offboard(beside)

    # Its licences wait for somebody who stops it.
    assert left.code == 2, left.output
    (row,) = left.report["edges"]
    assert (row["state"], row["done"]) == ("failed", ["pairing"])
    assert "scaling it to no pod" in left.output

    for node in simulator.edge("osaka").nodes:
        node.stop()
    ended = offboard(beside, edge_offboard_host_is_dead=["osaka"])

    assert "osaka" not in {jpd["name"] for jpd in simulator.platform.jpds}, ended.output
    assert ended.report["edges"][0]["still"] == []
    assert simulator.platform.buckets[BUCKET].used == 0
    assert left.executions == ended.executions == {}


def test_edge_without_access_to_nodes_that_wants_a_join_key_is_an_error_of_its_inventory(beside: Fleet) -> None:
    beside.variables["osaka"]["edge_join_key_file"] = "osaka.join.key"

    run = beside.run("onboard_edge.yml")

    assert run.code == 2, run.output
    assert "edge_node_access is none, and edge_join_key_file would have to be carried out on its nodes" in run.output
    assert beside.simulator.calls.writes == []


def test_rotation_of_the_join_key_leaves_an_edge_without_access_to_nodes_alone(beside: Fleet) -> None:
    beside.variables["osaka"]["edge_join_key_file"] = str(beside.folder / "secrets" / "osaka.join.key")

    run = beside.run("rotate_join_key.yml", "-e", "edge_hosts=osaka")

    assert "edge_node_access is none, so nothing is done on its nodes" in run.output
    assert run.code == 2
    assert beside.simulator.calls.writes == []


def test_explanation_of_an_edge_without_access_to_nodes_says_so(beside: Fleet) -> None:
    run = beside.run("explain_edge.yml", "-e", "edge_explain=osaka")

    assert run.code == 0, run.output
    assert "node: not looked at: edge_node_access is none, so the Edge is managed over REST alone" in run.output

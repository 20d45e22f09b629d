# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of an Edge whose nodes nobody works on: all that REST can do, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.explain.explanation import explain
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.nodes import NOT_LOOKED_AT
from unit.domain.fleet_shapes import (
    DOWN,
    HOME,
    PLATFORM_ROOT,
    edge,
    facts_of,
    findings_of,
    health,
    jpd,
    plan_one,
    platform,
    seen,
    steps_of,
)

ALONE = {"node_access": "none", "join_key": None}
NEW = platform(jpds=[HOME])
# As the tasks of a play give them: nothing was read, and that is told as a reason to whoever needs a node.
UNREAD = {"lyon-1": "edge_node_access is none, so nothing is done on its nodes"}


def plan(*, nodes: tuple[str, ...] = ("lyon-1",), wanted: Any = None, **arguments: Any) -> dict[str, Any]:
    unread = {"unreachable": dict.fromkeys(nodes, UNREAD["lyon-1"])}
    return plan_one(edge(**{**ALONE, "nodes": nodes, **(wanted or {})}), {}, **{**unread, **arguments})


@pytest.mark.parametrize("nodes", [("lyon-1",), ("lyon-1", "lyon-2")], ids=["one-host", "two-hosts"])
def test_plan_registered_edge_without_access_to_nodes_is_in_order(nodes: tuple[str, ...]) -> None:
    found = plan(nodes=nodes)

    (planned,) = found["edges"]
    assert (planned["state"], planned["changes"], planned["findings"]) == ("in_order", [], [])
    assert facts_of(found, "node") == {host: ("in_order", [], NOT_LOOKED_AT) for host in nodes}
    assert facts_of(found, "health") == {None: ("in_order", [], "healthy at http://127.0.0.1:8082/")}
    # No verdict is passed on what was not looked at.
    assert {fact["node"] for fact in planned["facts"] if fact["fact"] != "node"} == {None}
    assert found["work"] == []


def test_plan_new_edge_without_access_to_nodes_is_paired_over_rest_and_by_its_first_host() -> None:
    found = plan(
        nodes=("lyon-1", "lyon-2"),
        wanted={"base_url": "https://lyon.example.net/", "license_bucket": "edges", "canary": True},
        of_platform=platform(jpds=[HOME], license_buckets=[bucket()]),
        rest=seen(base_url=None),
        onboarding=True,
    )

    assert steps_of(found) == [("base_url", "lyon-1"), ("jpd", "lyon-1"), ("jpd_license", "lyon-1")]
    assert found["edges"][0]["trust_method"] == "pairing_token"
    (item,) = found["work"]
    assert item["host"] == "lyon-1"
    assert item["edge_plan"]["steps"] == ["base_url", "jpd", "jpd_license", "canary"]
    assert (item["edge_plan"]["system_yaml"], item["edge_plan"]["restart_for"]) == ({}, [])


@pytest.mark.parametrize(
    ("wanted", "rest", "finding", "reason", "remedy"),
    [
        pytest.param(
            {"trust_method": "join_key"},
            {},
            "!trust method",
            "Cannot join the Edge by join_key: that puts a file on its nodes, and edge_node_access is none",
            "Set edge_trust_method to auto or pairing_token, which takes Artifactory 7.29.7 or newer",
            id="join-key",
        ),
        pytest.param(
            {"trust_method": "circle_of_trust", "acknowledged": True},
            {"trusts_platform": False, "trusted_by_platform": False},
            "!trust method",
            "Cannot join the Edge by circle_of_trust: that puts a file on its nodes, and edge_node_access is none",
            "Set edge_trust_method to auto or pairing_token, which takes Artifactory 7.29.7 or newer",
            id="circle-of-trust",
        ),
        pytest.param(
            {"acknowledged": True},
            {"version": "7.25.7"},
            "!trust method",
            "Cannot join the Edge: Artifactory 7.25.7 is older than pairing tokens (7.29.7), every other way puts a "
            "file on its nodes, and edge_node_access is none",
            "Upgrade the Edge, or give the run its nodes with edge_node_access full",
            id="too-old",
        ),
    ],
)
def test_plan_trust_method_that_needs_files_is_refused(
    wanted: Any, rest: Any, finding: str, reason: str, remedy: str
) -> None:
    found = plan(wanted=wanted, rest=seen(**rest), of_platform=NEW, onboarding=True)

    assert steps_of(found) == []
    assert finding in findings_of(found)
    told = next(one for one in found["edges"][0]["findings"] if one["what"] == "trust method")
    assert (told["reason"], told["remedy"]) == (reason, remedy)
    assert found["edges"][0]["state"] == "needs_person"


def test_plan_edge_that_does_not_answer_is_unreachable_although_its_nodes_are_not_looked_at() -> None:
    found = plan(rest=seen(**DOWN), of_platform=NEW, onboarding=True)

    assert found["edges"][0]["state"] == "unreachable"
    assert facts_of(found, "node")["lyon-1"][0] == "in_order"
    assert steps_of(found) == []


def test_plan_sick_edge_is_told_by_what_its_rest_side_says() -> None:
    found = plan(rest=seen(health=health("UNHEALTHY", "no database")))

    assert facts_of(found, "health")[None][:2] == ("drifted", ["health"])
    assert steps_of(found) == []


def test_plan_registered_edge_that_lost_its_pairing_is_paired_again() -> None:
    broken = platform(jpds=[HOME, jpd(status="UNAUTHORIZED")], root_certificate=PLATFORM_ROOT)

    assert steps_of(plan(of_platform=broken)) == [("jpd", "lyon-1")]


def test_explain_says_that_its_nodes_are_not_looked_at() -> None:
    wanted = edge(**ALONE)
    planned = plan()["edges"][0]

    sections = explain(wanted, planned, nodes={"lyon-1": None}, seen=seen(), platform=platform())

    lines = {section["title"]: section["lines"] for section in sections}
    assert (
        "it is managed over REST alone, and nothing on its nodes is looked at or changed (edge_node_access)"
        in (lines["Desired"])
    )
    assert f"  node: {NOT_LOOKED_AT}" in lines["Observed"]
    assert lines["Drift"] == ["none: everything that is managed is as it is wanted"]


def bucket() -> dict[str, Any]:
    size = {"size": 9, "used": 1, "available": 8, "valid_through": None}
    return {"name": "edges", "identifier": "5fa8", "license_type": "EDGE", **size, "jpds": {}, "unknown_uses": {}}

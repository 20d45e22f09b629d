# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presence, service, restart and health of nodes, as the plan judges them."""

from __future__ import annotations

from typing import Any

import pytest

from unit.domain.fleet_shapes import (
    DOWN,
    FRESH,
    HOME,
    KEY,
    SICK,
    SILENT,
    STOPPED,
    SUPPLIED,
    T0,
    T1,
    T2,
    T3,
    edge,
    facts_of,
    findings_of,
    health,
    jpd,
    node,
    plan_one,
    platform,
    seen,
    steps_of,
)

HA = edge(nodes=("lyon-1", "lyon-2"))
RESTART = [("restart", "lyon-1")]
BY_HAND = ["!node lyon-1"]


@pytest.mark.parametrize(
    ("changed", "state", "reason", "steps", "findings"),
    [
        pytest.param({}, "in_order", "the service runs", [], [], id="runs"),
        pytest.param(STOPPED, "drifted", "the service is stopped", RESTART, [], id="stopped"),
        pytest.param({**STOPPED, "control": "none"}, "drifted", "is stopped", [], BY_HAND, id="stopped-no-control"),
        pytest.param(
            {"running": False, "started": False, "health": SILENT},
            "drifted",
            "the service was never started",
            RESTART,
            [],
            id="never-started",
        ),
        pytest.param(
            {"running": None, "control": "command"}, "in_order", "the service answers at", [], [], id="answers"
        ),
        pytest.param(
            {"running": None, "control": "command", "health": SICK},
            "in_order",
            "the service answers at",
            [],
            ["!node lyon-1"],
            id="answers-and-is-sick",
        ),
        pytest.param(
            {"running": None, "control": "command", "health": SILENT},
            "drifted",
            "the service does not answer: connection refused",
            RESTART,
            [],
            id="silent",
        ),
        pytest.param(
            {"running": None, "control": "none", "health": SILENT},
            "drifted",
            "the service does not answer",
            [],
            BY_HAND,
            id="silent-no-control",
        ),
        pytest.param(
            {"running": None, "control": "none", "health": None},
            "unknown",
            "cannot be told with control none and no node URL",
            [],
            [],
            id="nobody-can-tell",
        ),
    ],
)
def test_service_that_does_not_run_is_drift(
    changed: dict[str, Any], state: str, reason: str, steps: list[Any], findings: list[str]
) -> None:
    plan = plan_one(nodes={"lyon-1": node(**changed)})

    found_state, drift, found_reason = facts_of(plan, "service")["lyon-1"]
    assert (found_state, drift) == (state, ["service"] if state == "drifted" else [])
    assert reason in found_reason
    assert steps_of(plan) == steps
    assert findings_of(plan) == findings


@pytest.mark.parametrize(
    ("due", "control", "state", "steps", "findings"),
    [
        pytest.param({}, "systemd", ("in_order", [], "no restart is due"), [], [], id="nothing-due"),
        pytest.param(
            {"tls": T3, "join_key": T3},
            "systemd",
            ("drifted", ["join_key", "tls"], "a restart is due for: join_key, tls"),
            RESTART,
            [],
            id="due",
        ),
        pytest.param(
            {"tls": T3}, "none", ("drifted", ["tls"], "a restart is due for: tls"), [], BY_HAND, id="due-no-control"
        ),
    ],
)
def test_restart_that_is_due_is_drift(
    due: dict[str, str], control: str, state: Any, steps: list[Any], findings: list[str]
) -> None:
    plan = plan_one(nodes={"lyon-1": node(restart_due=due, control=control)})

    assert facts_of(plan, "restart") == {"lyon-1": state}
    assert steps_of(plan) == steps
    assert findings_of(plan) == findings


def test_restart_reasons_are_told_together() -> None:
    plan = plan_one(nodes={"lyon-1": node(**STOPPED, restart_due={"tls": T3})})
    assert plan["edges"][0]["changes"] == [
        {
            "step": "restart",
            "host": "lyon-1",
            "reason": "the service is stopped; a restart is due for: tls",
            "pass": 1,
        }
    ]


@pytest.mark.parametrize(
    ("seen_health", "fact", "findings", "state"),
    [
        pytest.param(None, {}, [], "in_order", id="no-node-url"),
        pytest.param(health(), {"lyon-1": ("in_order", [])}, [], "in_order", id="healthy"),
        pytest.param(SICK, {"lyon-1": ("drifted", ["health"])}, ["!node lyon-1"], "needs_person", id="sick"),
        pytest.param(SILENT, {"lyon-1": ("unknown", [])}, ["!node lyon-1"], "needs_person", id="runs-but-silent"),
    ],
)
def test_health_of_a_running_node_needs_a_person(
    seen_health: Any, fact: dict[str, Any], findings: list[str], state: str
) -> None:
    plan = plan_one(nodes={"lyon-1": node(health=seen_health)}, rest=seen(health=None))

    assert {host: found[:2] for host, found in facts_of(plan, "health").items()} == fact
    assert findings_of(plan) == findings
    assert plan["edges"][0]["state"] == state
    assert steps_of(plan) == []


def test_health_of_a_node_that_is_started_anyway_is_no_finding() -> None:
    nodes = {"lyon-1": node(**STOPPED), "lyon-2": node(health=SICK)}
    plan = plan_one(HA, nodes)

    assert facts_of(plan, "health") == {
        "lyon-1": ("unknown", [], "the service does not run"),
        "lyon-2": ("drifted", ["health"], 'jfrt@1 is UNHEALTHY ("no database")'),
    }
    assert findings_of(plan) == []
    assert steps_of(plan) == [("restart", "lyon-1")]


def test_health_of_the_edge_counts_where_no_node_tells_its_own() -> None:
    plan = plan_one(nodes={"lyon-1": node(health=None)}, rest=seen(health=SICK))
    assert facts_of(plan, "health") == {None: ("drifted", ["health"], 'jfrt@1 is UNHEALTHY ("no database")')}


def test_presence_of_nodes_is_told_for_each() -> None:
    wanted = edge(nodes=("lyon-1", "lyon-2", "lyon-3", "lyon-4"))
    nodes = {"lyon-1": node(), "lyon-2": node(installed=False), "lyon-3": None, "lyon-4": None}
    plan = plan_one(wanted, nodes, unreachable={"lyon-3": "no route to host"})

    assert facts_of(plan, "node") == {
        "lyon-1": ("in_order", [], "Artifactory 7.104.2 in /node"),
        "lyon-2": ("unknown", [], "Artifactory is not installed at /node"),
        "lyon-3": ("unreachable", [], "no route to host"),
        "lyon-4": ("unreachable", [], "it was not observed in this run"),
    }
    assert findings_of(plan) == ["!node lyon-2"]
    assert set(facts_of(plan, "service")) == {"lyon-1"}


def test_node_without_artifactory_stops_its_edge() -> None:
    nodes = {"lyon-1": node(**STOPPED), "lyon-2": node(installed=False)}
    plan = plan_one(HA, nodes, of_platform=platform(jpds=[HOME]))

    assert steps_of(plan) == []
    assert plan["edges"][0]["state"] == "needs_person"
    assert plan["work"] == []


def test_unreachable_node_does_not_stop_what_another_node_needs_for_itself() -> None:
    plan = plan_one(HA, {"lyon-1": None, "lyon-2": node(**STOPPED)}, unreachable={"lyon-1": "no route to host"})
    assert steps_of(plan) == [("restart", "lyon-2")]


def test_unreachable_node_shows_in_the_state_when_there_is_nothing_to_do() -> None:
    plan = plan_one(HA, {"lyon-1": node(), "lyon-2": None}, unreachable={"lyon-2": "no route to host"})
    assert plan["edges"][0]["state"] == "unreachable"


def test_edge_without_a_reachable_node_gets_no_change() -> None:
    plan = plan_one(nodes={}, unreachable={"lyon-1": "no route"}, of_platform=platform(jpds=[HOME]))

    assert (steps_of(plan), plan["work"]) == ([], [])
    assert plan["edges"][0]["state"] == "unreachable"


def test_new_nodes_of_an_edge_are_started_one_after_the_other_before_the_registration() -> None:
    wanted = edge(nodes=("lyon-1", "lyon-2"), join_key=None)
    nodes = {"lyon-1": node(**FRESH), "lyon-2": node(**FRESH)}
    plan = plan_one(wanted, nodes, rest=seen(**DOWN), of_platform=platform(jpds=[HOME]))

    assert steps_of(plan) == [("restart", "lyon-1"), ("restart", "lyon-2"), ("jpd", "lyon-1")]
    assert findings_of(plan) == []


def test_restart_by_hand_holds_up_the_registration() -> None:
    nodes = {"lyon-1": node(control="none", running=None, restart_due={"tls": T3})}
    plan = plan_one(edge(join_key=KEY), nodes, of_platform=platform(jpds=[HOME]))

    assert steps_of(plan) == []
    assert findings_of(plan) == ["!node lyon-1"]
    assert plan["edges"][0]["state"] == "needs_person"


def test_jpd_that_the_platform_cannot_reach_is_explained_by_a_stopped_node() -> None:
    plan = plan_one(nodes={"lyon-1": node(**STOPPED)}, of_platform=platform(jpds=[jpd(status="OFFLINE")]))
    assert findings_of(plan) == []


@pytest.mark.parametrize(
    ("other", "unreachable"),
    [
        pytest.param(None, {"lyon-1": "no route to host"}, id="unreachable"),
        pytest.param(node(health=SICK), {}, id="sick"),
        pytest.param(node(health=SILENT), {}, id="silent"),
    ],
)
def test_node_that_serves_is_not_started_again_while_the_other_one_does_not(other: Any, unreachable: Any) -> None:
    nodes = {"lyon-1": other, "lyon-2": node(restart_due={"tls": T3})}
    plan = plan_one(HA, nodes, unreachable=unreachable)

    assert steps_of(plan) == []
    assert "!node lyon-2" in findings_of(plan)
    assert "lyon-1 of the same Edge cannot stand in meanwhile" in str(plan["edges"][0]["findings"])


def test_sick_node_is_started_again_before_the_one_that_serves() -> None:
    due = {"restart_due": {"tls": T3}}
    plan = plan_one(HA, {"lyon-1": node(**due), "lyon-2": node(health=SICK, **due)})

    assert steps_of(plan) == [("restart", "lyon-2"), ("restart", "lyon-1")]
    assert [(item["host"], item["edge_plan"]["nodes"]) for item in plan["work"]] == [
        ("lyon-2", ["lyon-2", "lyon-1"]),
        ("lyon-1", ["lyon-2", "lyon-1"]),
    ]


def test_node_with_the_join_key_is_started_again_before_a_sick_one() -> None:
    nodes = {"lyon-1": node(refused_at=T3), "lyon-2": node(health=SICK)}
    plan = plan_one(HA, nodes)

    assert steps_of(plan) == [("join_key", "lyon-1"), ("restart", "lyon-1"), ("restart", "lyon-2")]


@pytest.mark.parametrize(
    ("second", "behind"),
    [
        pytest.param({"written_at": T0}, True, id="started-before-the-supply"),
        pytest.param({"written_at": T2}, False, id="started-after-it"),
        pytest.param({"written_at": T0, "started_at": T2}, False, id="started-by-us-after-it"),
        pytest.param({"written_at": T0, "started_at": T0}, True, id="started-by-us-before-it"),
        pytest.param({"written_at": None}, False, id="not-known"),
    ],
)
def test_node_that_missed_the_join_key_of_its_edge_is_started_again(second: Any, behind: bool) -> None:
    """As a run leaves it that ended between the starts of two nodes."""
    plan = plan_one(HA, {"lyon-1": node(written_at=T2), "lyon-2": node(entry=None, **second)})

    assert steps_of(plan) == ([("restart", "lyon-2")] if behind else [])
    assert [item["edge_plan"]["restart_for"] for item in plan["work"]] == ([["join_key"]] if behind else [])
    assert facts_of(plan, "restart")["lyon-1"][0] == "in_order"


def test_node_that_missed_a_join_key_that_is_still_beside_its_file_is_started_again() -> None:
    nodes = {"lyon-1": node(written_at=T2), "lyon-2": node(entry=None, written_at=T0)}
    wanted = edge(nodes=HA.nodes, join_key=None, join_key_file="secrets/lyon")

    assert steps_of(plan_one(wanted, nodes, staged={"lyon": KEY})) == [("restart", "lyon-2")]


def test_node_that_missed_a_join_key_nobody_manages_is_left_alone() -> None:
    nodes = {"lyon-1": node(written_at=T2), "lyon-2": node(entry=None, written_at=T0)}

    assert steps_of(plan_one(edge(nodes=HA.nodes, join_key=None), nodes)) == []


def test_node_waits_for_the_proof_on_the_node_that_has_the_join_key() -> None:
    """Until then all nodes are started again anyway, and the reason is told once."""
    first = node(entry=SUPPLIED, pending=KEY, restart_due={"join_key": T1}, written_at=T0)
    plan = plan_one(HA, {"lyon-1": first, "lyon-2": node(entry=None, written_at=T0)})

    assert facts_of(plan, "restart")["lyon-2"][0] == "in_order"
    assert steps_of(plan) == [("restart", "lyon-1"), ("restart", "lyon-2")]

# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Master key and join key of an Edge, as the plan judges them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from unit.domain.fleet_shapes import (
    CONFIRMED,
    FRESH,
    HOME,
    KEY,
    MASTER,
    OTHER_KEY,
    OTHER_MASTER,
    SICK,
    STOPPED,
    SUPPLIED,
    T1,
    T3,
    edge,
    facts_of,
    findings_of,
    jpd,
    node,
    plan_one,
    platform,
    steps_of,
)
from unit.domain.node_shapes import key_file

HA = ("lyon-1", "lyon-2")
ROUND = [("join_key", "lyon-1"), ("restart", "lyon-1"), ("restart", "lyon-2")]
HAS_MASTER = {"master_key": key_file(MASTER)}


@pytest.mark.parametrize(
    ("wanted", "nodes", "states", "steps"),
    [
        pytest.param(None, [HAS_MASTER, HAS_MASTER], {}, [], id="not-managed-and-equal"),
        pytest.param(MASTER, [HAS_MASTER, HAS_MASTER], {"lyon-1": "in_order", "lyon-2": "in_order"}, [], id="in-order"),
        pytest.param(
            MASTER,
            [HAS_MASTER, {}],
            {"lyon-1": "in_order", "lyon-2": "drifted"},
            [("master_key", "lyon-2")],
            id="gone-from-a-node-that-is-well",
        ),
        pytest.param(
            MASTER,
            [HAS_MASTER, {"health": SICK}],
            {"lyon-1": "in_order", "lyon-2": "drifted"},
            [("master_key", "lyon-2"), ("restart", "lyon-2")],
            id="gone-from-a-node-that-waits-for-it",
        ),
        pytest.param(
            MASTER,
            [HAS_MASTER, STOPPED],
            {"lyon-1": "in_order", "lyon-2": "drifted"},
            [("master_key", "lyon-2"), ("restart", "lyon-2")],
            id="gone-from-a-stopped-node",
        ),
    ],
)
def test_master_key_is_judged_per_node(
    wanted: str | None, nodes: list[dict[str, Any]], states: dict[str, str], steps: list[Any]
) -> None:
    observed = {host: node(**changed) for host, changed in zip(HA, nodes)}
    plan = plan_one(edge(nodes=HA, master_key=wanted), observed)

    assert {host: fact[0] for host, fact in facts_of(plan, "master_key").items()} == states
    assert steps_of(plan) == steps
    assert findings_of(plan) == []


@pytest.mark.parametrize(
    ("wanted", "nodes"),
    [
        pytest.param(MASTER, [{"master_key": key_file(OTHER_MASTER)}, HAS_MASTER], id="another-key-on-a-started-node"),
        pytest.param(None, [{"master_key": key_file(OTHER_MASTER)}, HAS_MASTER], id="nodes-differ"),
    ],
)
def test_master_key_in_doubt_stops_its_edge(wanted: str | None, nodes: list[dict[str, Any]]) -> None:
    observed = {host: node(**changed, restart_due={"tls": T3}) for host, changed in zip(HA, nodes)}
    plan = plan_one(edge(nodes=HA, master_key=wanted), observed, of_platform=platform(jpds=[HOME]))

    assert "!master key of lyon-1" in findings_of(plan)
    assert facts_of(plan, "master_key")["lyon-1"][0] == "unknown"
    assert steps_of(plan) == []
    assert plan["edges"][0]["state"] == "needs_person"


@pytest.mark.parametrize(
    ("changed", "nodes", "state", "steps", "findings"),
    [
        pytest.param({"join_key": None}, [{}, {}], None, [], [], id="not-managed"),
        pytest.param({}, [{}, {}], "in_order", [], [], id="in-order"),
        pytest.param({}, [{"entry": None}, {}], "in_order", [], [], id="in-order-by-another-nodes-ledger"),
        pytest.param({"join_key": OTHER_KEY}, [{}, {}], "drifted", ROUND, [], id="new-key-in-the-inventory"),
        pytest.param({}, [FRESH, FRESH], "drifted", ROUND, [], id="never-supplied"),
        pytest.param({}, [{"refused_at": T3}, {}], "drifted", ROUND, [], id="replaced-in-the-database"),
        pytest.param(
            {}, [{"entry": None}, {"entry": None}], "unknown", [], ["join key"], id="ledger-lost-and-told-to-report"
        ),
        pytest.param(
            {"on_unknown": "supply"},
            [{"entry": None}, {"entry": None}],
            "drifted",
            ROUND,
            [],
            id="ledger-lost-and-told-to-supply",
        ),
        pytest.param(
            {},
            [{}, {"pending": OTHER_KEY}],
            "drifted",
            [("join_key", "lyon-2"), ("restart", "lyon-2"), ("restart", "lyon-1")],
            [],
            id="somebody-elses-key-waits-on-the-second-node",
        ),
        pytest.param(
            {},
            [{"entry": None}, {"entry": SUPPLIED}],
            "drifted",
            [("join_key", "lyon-2"), ("restart", "lyon-2"), ("restart", "lyon-1")],
            [],
            id="supplied-on-the-second-node-and-not-confirmed",
        ),
        pytest.param(
            {},
            [{"entry": None}, {"entry": SUPPLIED, "pending": KEY, "restart_due": {"join_key": T1}}],
            "drifted",
            [("restart", "lyon-2"), ("restart", "lyon-1")],
            [],
            id="waits-on-the-second-node-for-its-start",
        ),
        pytest.param(
            {},
            [{"control": "none", "refused_at": T3}, {"control": "none"}],
            "drifted",
            [("join_key", "lyon-1")],
            ["!node lyon-1", "!node lyon-2"],
            id="restart-by-hand",
        ),
    ],
)
def test_join_key_is_judged_per_edge_and_changed_on_one_node(
    changed: dict[str, Any], nodes: list[dict[str, Any]], state: str | None, steps: list[Any], findings: list[str]
) -> None:
    observed = {host: node(**given) for host, given in zip(HA, nodes)}
    plan = plan_one(edge(nodes=HA, **changed), observed)

    assert {host: fact[0] for host, fact in facts_of(plan, "join_key").items()} == ({None: state} if state else {})
    assert steps_of(plan) == steps
    assert findings_of(plan) == findings


def test_join_key_round_tells_each_node_why() -> None:
    plan = plan_one(edge(nodes=HA, join_key=OTHER_KEY), {host: node() for host in HA})
    assert [change["reason"] for change in plan["edges"][0]["changes"]] == [
        f"the wanted join key is another one than was supplied at {T1}",
        "the join key is read at a start",
        "the join key changes on lyon-1",
    ]


def test_join_key_unknown_does_not_stop_what_is_independent_of_it() -> None:
    plan = plan_one(nodes={"lyon-1": node(entry=None)}, of_platform=platform(jpds=[jpd(tags=[])]))

    assert steps_of(plan) == [("jpd", "lyon-1")]
    assert plan["edges"][0]["state"] == "drifted"


def test_join_key_unknown_alone_makes_the_edge_unknown() -> None:
    assert plan_one(nodes={"lyon-1": node(entry=None)})["edges"][0]["state"] == "unknown"


def test_join_key_is_not_changed_while_a_node_is_unreachable_and_nothing_after_it() -> None:
    wanted = edge(nodes=HA, join_key=OTHER_KEY)
    plan = plan_one(wanted, {"lyon-1": node()}, unreachable={"lyon-2": "no route"}, of_platform=platform(jpds=[HOME]))

    assert findings_of(plan) == ["!join key"]
    assert "lyon-2 cannot be reached" in plan["edges"][0]["findings"][0]["reason"]
    assert steps_of(plan) == []
    assert plan["edges"][0]["state"] == "unreachable"


def test_join_key_that_waits_is_not_started_while_a_node_is_unreachable() -> None:
    waiting = node(entry=SUPPLIED, pending=KEY, restart_due={"join_key": T1})
    plan = plan_one(edge(nodes=HA), {"lyon-1": waiting}, unreachable={"lyon-2": "no route"})
    assert (steps_of(plan), findings_of(plan)) == ([], ["!join key"])


STORE = {"join_key": None, "join_key_file": "secrets/lyon"}


@pytest.mark.parametrize(
    ("onboarding", "staged", "changed", "fact", "steps", "findings"),
    [
        pytest.param(True, KEY, {}, ("drifted", "got its name"), [("join_key", "lyon-1")], [], id="given-its-name"),
        pytest.param(False, KEY, {}, ("drifted", "got its name"), [], ["!join key"], id="left-to-onboarding"),
        pytest.param(True, OTHER_KEY, {}, ("unknown", "is missing"), [], ["!join key"], id="another-key-is-no-help"),
        pytest.param(
            True, KEY, {"imported_at": T3}, ("unknown", "is missing"), [], ["!join key"], id="somebody-replaced-it"
        ),
    ],
)
def test_key_that_serves_and_is_still_beside_its_file(
    onboarding: bool, staged: str, changed: Any, fact: tuple[str, str], steps: list[Any], findings: list[str]
) -> None:
    observed = {"lyon-1": node(**changed), "lyon-2": node(entry=None)}
    plan = plan_one(edge(nodes=HA, **STORE), observed, onboarding=onboarding, staged={"lyon": staged})
    ((state, _drift, reason),) = facts_of(plan, "join_key").values()
    assert (state, fact[1] in reason) == (fact[0], True)
    assert (steps_of(plan), findings_of(plan)) == (steps, findings)
    assert KEY not in str(plan)


@pytest.mark.parametrize("onboarding", [True, False], ids=["onboarding", "later"])
def test_edge_whose_key_is_beside_its_file_is_registered_by_onboarding_only(onboarding: bool) -> None:
    nowhere = platform(jpds=[HOME])
    plan = plan_one(edge(**STORE), of_platform=nowhere, onboarding=onboarding, staged={"lyon": KEY})
    assert steps_of(plan) == ([("join_key", "lyon-1"), ("jpd", "lyon-1")] if onboarding else [])


@pytest.mark.parametrize(
    ("onboarding", "nodes", "fact", "steps", "findings"),
    [
        pytest.param(
            True, [FRESH, FRESH], ("drifted", "generate and supply one"), [*ROUND, ("jpd", "lyon-1")], [], id="new-edge"
        ),
        pytest.param(
            True,
            [{"entry": None}, {"entry": None}],
            ("drifted", "generate and supply one"),
            [*ROUND, ("jpd", "lyon-1")],
            [],
            id="started-with-a-key-of-its-own",
        ),
        pytest.param(
            True,
            [{"entry": SUPPLIED}, {"entry": None}],
            ("drifted", "generate and supply one"),
            [*ROUND, ("jpd", "lyon-1")],
            [],
            id="interrupted-before-the-store-got-its-name",
        ),
        pytest.param(
            True,
            [{"entry": CONFIRMED}, {}],
            ("unknown", "its file secrets/lyon is missing"),
            [],
            ["!join key"],
            id="lost",
        ),
        pytest.param(
            False,
            [{"entry": None}, {"entry": None}],
            ("unknown", "only onboarding makes one"),
            [],
            ["!join key"],
            id="no",
        ),
        pytest.param(
            False, [{"entry": CONFIRMED}, {}], ("unknown", "is missing"), [], ["!join key"], id="lost-not-onboarding"
        ),
    ],
)
def test_join_key_store_without_a_key_is_filled_by_onboarding_only(
    onboarding: bool, nodes: list[dict[str, Any]], fact: tuple[str, str], steps: list[Any], findings: list[str]
) -> None:
    observed = {host: node(**given) for host, given in zip(HA, nodes)}
    plan = plan_one(edge(nodes=HA, **STORE), observed, onboarding=onboarding, of_platform=platform(jpds=[HOME]))

    state, _drift, reason = facts_of(plan, "join_key")[None]
    assert (state, fact[1] in reason) == (fact[0], True)
    assert steps_of(plan) == steps
    assert findings_of(plan) == findings


def test_join_key_store_without_a_key_does_not_stop_the_repair_of_a_registered_edge() -> None:
    plan = plan_one(edge(**STORE), of_platform=platform(jpds=[jpd(status="UNAUTHORIZED")]))
    assert (steps_of(plan), findings_of(plan)) == ([("jpd", "lyon-1")], ["!join key"])


def test_join_key_of_an_edge_without_a_reachable_node_is_not_judged() -> None:
    for changed in ({}, STORE):
        plan = plan_one(edge(**changed), {}, unreachable={"lyon-1": "no route"}, onboarding=True)
        assert facts_of(plan, "join_key") == {}


def test_join_key_that_waits_without_a_restart_that_is_due_is_supplied_again() -> None:
    """As after a start that went wrong: the module supplies it again, so that the restart is due again."""
    plan = plan_one(edge(nodes=HA), {"lyon-1": node(entry=SUPPLIED, pending=KEY), "lyon-2": node(entry=None)})

    assert steps_of(plan) == [("join_key", "lyon-1"), ("restart", "lyon-1"), ("restart", "lyon-2")]


def test_stopped_node_that_gets_its_master_key_is_started_for_one_reason() -> None:
    plan = plan_one(edge(master_key=MASTER), {"lyon-1": node(**STOPPED)})

    assert [(change["step"], change["reason"]) for change in plan["edges"][0]["changes"]][1:] == [
        ("restart", "the service is stopped")
    ]


def test_rotation_that_was_interrupted_is_left_to_its_playbook() -> None:
    plan = plan_one(rotating=["lyon"])

    assert (steps_of(plan), findings_of(plan)) == ([], ["!join key"])
    assert "rotate_join_key.yml" in plan["edges"][0]["findings"][0]["remedy"]


def test_node_whose_master_key_is_in_memory_only_is_not_started_without_the_key() -> None:
    in_memory = node(master_key=key_file(None, keys.KEPT_IN_MEMORY), restart_due={"join_key": T3})
    without, given = (plan_one(edge(master_key=key), {"lyon-1": in_memory}) for key in (None, MASTER))

    assert steps_of(without) == []
    assert "Give the key in edge_master_key" in without["edges"][0]["findings"][0]["remedy"]
    assert ("restart", "lyon-1") in steps_of(given)


@pytest.mark.parametrize(
    ("wanted", "present", "steps"),
    [
        pytest.param(None, None, [], id="each-would-make-its-own"),
        pytest.param(MASTER, None, ["master_key", "join_key", "restart"], id="given"),
        pytest.param(None, MASTER, ["join_key", "restart"], id="installed-on-all"),
    ],
)
def test_new_ha_edge_is_not_started_before_its_nodes_can_have_one_master_key(
    wanted: str | None, present: str | None, steps: list[str]
) -> None:
    nodes = {host: node(**{**FRESH, "master_key": key_file(present)}) for host in HA}
    plan = plan_one(edge(nodes=HA, master_key=wanted), nodes)

    assert list(dict.fromkeys(step for step, _host in steps_of(plan))) == steps
    assert ("!master key" in findings_of(plan)) is (steps == [])

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stages of a rotation, each from what is observed alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import root_rotation as rotation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust.root_rotation import (
    Cloud,
    RotationView,
    Truster,
    plan_rotation,
)
from unit.domain.fleet_shapes import SICK, T1, T2, T3, node

NEW, OLD = "a" * 64, "b" * 64
WANTED = {"sha256": NEW, "pem": "NEW PEM"}
STOPPED = {"running": False}


def host(
    *,
    copy: str = OLD,
    staged: str | None = None,
    supplied: str | None = None,
    started_at: str | None = None,
    due: bool = False,
    **changed: Any,
) -> Any:
    """A node of the Edge; ``supplied`` is when this node got the new pair."""
    shape = node(started_at=started_at, **changed)
    shape["access_keys"]["root"] = {"file": "root.crt", "sha256": copy, "der": ""}
    shape["access_keys"]["pending_root"] = staged and {"file": "root.crt", "sha256": staged, "der": ""}
    if supplied:
        entry = {"sha256": NEW, "supplied_at": supplied, "confirmed_at": None}
        shape["ledger"]["certificates"] = {rotation.FACT: entry}
    if due:
        shape["ledger"]["restart_due"] = {rotation.FACT: supplied}
    return shape


def knowing(sha256: str | None = NEW, *, waits: bool = False) -> dict[str, Any]:
    """The record of a node that was given the Edge's root."""
    given = {"recorded": {"lyon": sha256}} if sha256 else {}
    return {**given, "trusted": [{"file": "lyon.crt", "sha256": sha256}]} if waits else given


def rome(accepts: bool | None = True, **given: Any) -> Truster:
    return Truster("rome", {"rome-1": node(**given)}, accepts)


def view(**changed: Any) -> RotationView:
    """A rotation that is to begin: two nodes, and rome trusts the Edge's old root."""
    of = RotationView(
        name="lyon",
        wanted=WANTED,
        current={"sha256": OLD, "pem": "OLD PEM"},
        error=None,
        hosts=("lyon-1", "lyon-2"),
        nodes={"lyon-1": host(), "lyon-2": host()},
        trusters=(rome(**knowing(OLD)),),
        accepts={"rome": True},
    )
    return replace(of, **changed)


READY = {
    "nodes": {"lyon-1": host(**knowing()), "lyon-2": host()},
    "trusters": (rome(**knowing()),),
}
SWITCHED = {
    "current": WANTED,
    "trusters": (rome(**knowing()),),
    "nodes": {
        "lyon-1": host(copy=NEW, supplied=T1, started_at=T2, recorded={"lyon": NEW, "previous-root-bbbbbbbb": OLD}),
        "lyon-2": host(copy=NEW, started_at=T3),
    },
}


@pytest.mark.parametrize(
    ("changed", "supplies"),
    [
        pytest.param({}, ["rome-1", "lyon-1"], id="nobody-knows"),
        pytest.param({"trusters": (rome(**knowing()),)}, ["lyon-1"], id="the-edge-itself-does-not"),
        pytest.param({"trusters": (rome(**knowing(waits=True)),)}, ["rome-1", "lyon-1"], id="waits-for-its-import"),
        pytest.param({**READY, "trusters": (rome(),)}, ["rome-1"], id="trusts-by-somebody-else"),
        pytest.param({**READY, "trusters": (rome(None),)}, ["rome-1"], id="could-not-be-asked"),
    ],
)
def test_new_root_is_made_known_first(changed: dict[str, Any], supplies: list[str]) -> None:
    found = plan_rotation(view(**changed))

    assert (found.stage, found.switch, found.restart) == (rotation.OVERLAP, None, [])
    assert [one["host"] for one in found.supplies] == supplies
    assert {(one["name"], one["content"]) for one in found.supplies} == {("lyon", "NEW PEM")}


def test_edge_switches_when_everybody_knows_the_new_root() -> None:
    found = plan_rotation(view(**READY))
    assert (found.stage, found.switch, found.restart) == (rotation.SWITCH, "lyon-1", ["lyon-1", "lyon-2"])


def test_switch_goes_on_at_the_node_on_which_it_began() -> None:
    nodes = {"lyon-1": host(**knowing()), "lyon-2": host(staged=NEW)}
    found = plan_rotation(view(**{**READY, "nodes": nodes}))
    assert (found.switch, found.restart) == ("lyon-2", ["lyon-2", "lyon-1"])


CLOUD = Cloud("acme.jfrog.io", True, confirmed=False)


@pytest.mark.parametrize(
    ("changed", "stage", "words"),
    [
        pytest.param({"cloud": CLOUD}, rotation.REFUSED, "waiting for the platform", id="cloud-not-confirmed"),
        pytest.param({"cloud": replace(CLOUD, confirmed=True)}, rotation.SWITCH, None, id="cloud-confirmed"),
        pytest.param({"cloud": CLOUD, "accept_gap": True}, rotation.SWITCH, None, id="cloud-gap-accepted"),
        pytest.param({"trusters": (Truster("rome", {}, True),)}, rotation.REFUSED, "rome does not know", id="gone"),
        pytest.param(
            {"trusters": (Truster("rome", {}, True),), "accept_gap": True},
            rotation.SWITCH,
            None,
            id="gone-gap-accepted",
        ),
        pytest.param(
            {"unasked": ("oslo",)}, rotation.REFUSED, "whether oslo trusts lyon could not be asked", id="unasked"
        ),
        pytest.param({"unasked": ("oslo",), "accept_gap": True}, rotation.SWITCH, None, id="unasked-gap-accepted"),
        pytest.param(
            {"nodes": {"lyon-1": host(**knowing()), "lyon-2": host(health=SICK)}},
            rotation.REFUSED,
            "lyon-2 is not healthy",
            id="a-node-is-sick",
        ),
    ],
)
def test_edge_is_switched_only_when_nothing_breaks(changed: dict[str, Any], stage: str, words: str | None) -> None:
    found = plan_rotation(view(**{**READY, **changed}))

    assert (found.stage, bool(found.switch)) == (stage, words is None)
    assert words is None or words in found.problems[0]
    assert found.request == ("cloud" in changed and not changed["cloud"].confirmed)


@pytest.mark.parametrize(
    ("nodes", "restart"),
    [
        pytest.param(
            {"lyon-1": host(copy=NEW, supplied=T1, started_at=T2), "lyon-2": host()}, ["lyon-2"], id="second-is-behind"
        ),
        pytest.param(
            {"lyon-1": host(copy=NEW, supplied=T1, started_at=T2), "lyon-2": host(started_at=T3)},
            [],
            id="second-was-started-and-wrote-no-copy",
        ),
        pytest.param(
            {"lyon-1": host(copy=NEW, supplied=T1, started_at=T2), "lyon-2": host(written_at=T3)},
            [],
            id="second-was-started-by-others",
        ),
        pytest.param(
            {"lyon-1": host(copy=NEW, supplied=T1, due=True), "lyon-2": host(copy=NEW)}, ["lyon-1"], id="restart-is-due"
        ),
        pytest.param({"lyon-1": host(), "lyon-2": host()}, [], id="switched-by-somebody-else"),
    ],
)
def test_nodes_that_were_not_started_since_the_switch_are_started(nodes: Any, restart: list[str]) -> None:
    found = plan_rotation(view(current=WANTED, nodes=nodes))

    assert found.restart == restart
    assert (found.stage == rotation.RESTART) is bool(restart)


def test_node_that_an_interrupted_run_left_down_is_started_first() -> None:
    nodes = {"lyon-1": host(), "lyon-2": host(staged=NEW, supplied=T1, due=True, **STOPPED)}
    found = plan_rotation(view(current=None, error="connection refused", nodes=nodes))
    assert (found.stage, found.restart) == (rotation.RESTART, ["lyon-2", "lyon-1"])


@pytest.mark.parametrize(
    ("changed", "stage"),
    [
        pytest.param({"nodes": {"lyon-1": host()}}, rotation.UNREACHABLE, id="a-node-could-not-be-read"),
        pytest.param({"current": None, "error": "connection refused"}, rotation.UNREACHABLE, id="rest-side-silent"),
        pytest.param({"nodes": {"lyon-1": host(**STOPPED), "lyon-2": host()}}, rotation.OVERLAP, id="down-before"),
    ],
)
def test_edge_that_cannot_be_judged_is_left_alone(changed: dict[str, Any], stage: str) -> None:
    found = plan_rotation(view(**changed))
    assert (found.stage, found.switch, found.restart) == (stage, None, [])


def test_edge_of_generation_6_is_refused() -> None:
    old = host()
    old["layout"]["generation"] = "6"
    found = plan_rotation(view(nodes={"lyon-1": old, "lyon-2": host()}))
    assert (found.stage, "upgrade it to 7.x" in found.problems[0]) == (rotation.REFUSED, True)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        pytest.param(
            {"trusters": (rome(False, **knowing()),)}, "rome does not accept the new root of lyon", id="refused"
        ),
        pytest.param({"trusters": (rome(None, **knowing()),)}, "whether rome accepts", id="not-asked"),
        pytest.param({"accepts": {"rome": False}}, "lyon does not accept rome", id="other-direction"),
    ],
)
def test_proof_that_fails_is_told_and_the_record_is_kept(changed: dict[str, Any], problem: str) -> None:
    found = plan_rotation(view(**{**SWITCHED, **changed}))
    assert (found.stage, found.forget) == (rotation.PROVE, [])
    assert problem in found.problems[0]


def test_truster_that_forgot_the_new_root_is_supplied_again() -> None:
    found = plan_rotation(view(**{**SWITCHED, "trusters": (rome(False, **knowing()),)}))
    assert [one["host"] for one in found.supplies] == ["rome-1"]


def test_edge_that_switched_before_the_cloud_trusts_it_waits_and_keeps_the_record() -> None:
    found = plan_rotation(view(**SWITCHED, cloud=Cloud("acme.jfrog.io", False, confirmed=False)))
    assert (found.stage, found.problems, found.forget, found.request) == (rotation.PROVE, [], [], True)
    assert "waiting for the platform" in found.notes[0]


def test_old_root_is_forgotten_last_and_said_to_be_trusted_still() -> None:
    found = plan_rotation(view(**SWITCHED))

    assert found.stage == rotation.FORGET
    assert found.forget == [{"host": "lyon-1", "name": "previous-root-bbbbbbbb", "sha256": OLD}]
    assert "the databases of lyon, rome go on trusting the old root (bbbbbbbbbbbbbbbb)" in found.notes[0]
    assert "once imported it cannot be withdrawn" in found.notes[0]


def test_rotation_that_is_done_is_in_order() -> None:
    nodes = {**SWITCHED["nodes"], "lyon-1": host(copy=NEW, supplied=T1, started_at=T2, **knowing())}  # type: ignore[dict-item]
    found = plan_rotation(view(**{**SWITCHED, "nodes": nodes}))
    assert (found.stage, found.supplies, found.problems, found.notes) == (rotation.IN_ORDER, [], [], [])

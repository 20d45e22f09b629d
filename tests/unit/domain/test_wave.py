# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which Edges of a wave are not well after it, and whether the run stops."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.wave import (
    beginning,
    ending,
    failed_edges,
    hosts,
    stop,
)
from unit.domain.fleet_shapes import DOWN, HOME, STOPPED, edge, jpd, node, plan_one, platform, seen

NEW = platform(jpds=[HOME])
EXPIRED = "2026-11-01T00:00:00Z"


def wave_of(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan of one Edge with work, as the first of two waves."""
    return {**plan, "waves": [["lyon"], ["osaka"]], "stops_above": 0}


def judged(before: dict[str, Any], after: dict[str, Any] | None, *failures: dict[str, str]) -> str | None:
    """Why Edge lyon failed, which was planned, changed, and planned again."""
    verified = [] if after is None else after["edges"]
    return failed_edges(wave_of(before), 1, verified, failures).get("lyon")


TO_REGISTER = plan_one(of_platform=NEW)
IN_ORDER = plan_one()
ENDING_TOKEN = {
    "token_id": "t1",
    "subject": "jfac@01/users/admin",
    "scope": "applied-permissions/admin",
    "issued_at": "2026-01-01T00:00:00Z",
    "expires_at": EXPIRED,
}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(TO_REGISTER, IN_ORDER, None, id="corrected"),
        pytest.param(TO_REGISTER, TO_REGISTER, "still to do: jpd", id="step-that-did-not-help"),
        pytest.param(TO_REGISTER, None, "it was not looked at again", id="not-looked-at"),
        pytest.param(
            TO_REGISTER,
            plan_one(nodes={"lyon-1": None}, unreachable={"lyon-1": "no route to host"}, rest=seen(**DOWN)),
            "it cannot be reached",
            id="lost",
        ),
        pytest.param(
            TO_REGISTER,
            plan_one(of_platform=platform(jpds=[HOME, jpd(status="OFFLINE")])),
            "needs a person: ",
            id="needs-a-person-because-of-the-change",
        ),
        pytest.param(
            plan_one(of_platform=NEW, rest=seen(token=ENDING_TOKEN)),
            plan_one(rest=seen(token=ENDING_TOKEN)),
            None,
            id="needed-a-person-for-something-else-before",
        ),
        pytest.param(
            plan_one(of_platform=NEW, nodes={"lyon-1": node(entry=None)}),
            plan_one(nodes={"lyon-1": node(entry=None)}),
            None,
            id="was-unknown-before",
        ),
        pytest.param(
            plan_one(of_platform=NEW),
            plan_one(nodes={"lyon-1": node(entry=None)}),
            "join key: this collection has not supplied a join key to this Edge",
            id="unknown-since",
        ),
    ],
)
def test_edge_failed_when_it_is_not_as_it_should_be_after_its_wave(
    before: dict[str, Any], after: dict[str, Any] | None, expected: str | None
) -> None:
    found = judged(before, after)

    assert found is None if expected is None else str(found).startswith(expected)


def test_step_that_failed_counts_although_the_edge_is_in_order_afterwards() -> None:
    failure = {"host": "lyon-1", "step": "canary", "message": "Distribution is not proven."}

    assert judged(TO_REGISTER, IN_ORDER, failure) == "canary failed on lyon-1"


def test_failure_of_another_edge_does_not_count() -> None:
    failure = {"host": "osaka-1", "step": "jpd", "message": "it answered 503"}

    assert judged(TO_REGISTER, IN_ORDER, failure) is None


def test_node_that_is_not_back_after_its_start_is_a_failure() -> None:
    before = plan_one(nodes={"lyon-1": node(**STOPPED)})
    after = plan_one(
        nodes={"lyon-1": node(health={"url": "https://x", "state": "UNHEALTHY", "error": "access is down"})}
    )

    assert "access is down" in str(judged(before, after))


def test_what_policy_holds_is_no_failure() -> None:
    after = {**IN_ORDER["edges"][0], "state": "drifted"}
    after["facts"] = [
        {"fact": "jpd_license", "node": None, "state": "drifted", "drift": ["licenses"], "reason": "0 of 1 attached"}
    ]
    free = {**after, "held": []}
    kept = {**after, "held": [{"step": "jpd_license", "name": "jpd_license", "policy": "report"}]}

    assert failed_edges(wave_of(TO_REGISTER), 1, [free], ()) == {"lyon": "jpd license: 0 of 1 attached"}
    assert failed_edges(wave_of(TO_REGISTER), 1, [kept], ()) == {}


def plan_of(*sizes: int, stops_above: float | None = 0) -> dict[str, Any]:
    """Waves of so many Edges each."""
    names = [f"e{number}" for number in range(sum(sizes))]
    begins = [sum(sizes[:number]) for number in range(len(sizes))]
    waves = [names[begin : begin + size] for begin, size in zip(begins, sizes)]
    edges = [{"name": name, "nodes": [f"{name}-1", f"{name}-2"]} for name in names]
    return {"waves": waves, "edges": edges, "stops_above": stops_above}


@pytest.mark.parametrize(
    ("stops_above", "failed", "stops"),
    [
        pytest.param(None, 10, False, id="without-waves-nothing-stops"),
        pytest.param(0, 0, False, id="all-well"),
        pytest.param(0, 1, True, id="any-failure"),
        pytest.param(20, 2, False, id="as-many-as-may-fail"),
        pytest.param(20, 3, True, id="one-more"),
        pytest.param(100, 10, False, id="all-may-fail"),
    ],
)
def test_run_stops_when_more_than_the_limit_failed(stops_above: float | None, failed: int, stops: bool) -> None:
    plan = plan_of(10, 5, stops_above=stops_above)

    stopped = stop(plan, 1, dict.fromkeys(plan["waves"][0][:failed], "jpd failed"))

    assert (stopped is not None) is stops


def test_stop_names_who_failed_and_who_was_not_begun() -> None:
    plan = plan_of(1, 2, 1, 1)

    assert stop(plan, 2, {"e2": "jpd failed on e2-1"}) == {
        "wave": 2,
        "of": 4,
        "failed": ["e2"],
        "not_begun": ["e3", "e4"],
    }


def test_last_wave_has_nothing_to_stop() -> None:
    assert stop(plan_of(1, 2), 2, {"e1": "jpd failed", "e2": "jpd failed"}) is None


@pytest.mark.parametrize(
    ("sizes", "number", "expected"),
    [
        pytest.param((1, 2), 1, "wave 1 of 2: e0 (1 Edge, 0 of 3 done)", id="canary"),
        pytest.param((1, 2), 2, "wave 2 of 2: e1, e2 (2 Edges, 1 of 3 done)", id="the-rest"),
        pytest.param(
            (1, 12, 7), 2, "wave 2 of 3: e1, e2, e3, e4, e5 … (12 Edges, 1 of 20 done)", id="more-than-are-named"
        ),
    ],
)
def test_beginning_of_a_wave_says_who_is_in_it_and_how_many_are_done(
    sizes: tuple[int, ...], number: int, expected: str
) -> None:
    assert beginning(plan_of(*sizes), number) == expected


def test_ending_of_a_wave_says_why_the_run_stops_and_what_to_do() -> None:
    plan = plan_of(1, 2)
    failed = {"e0": "jpd failed on e0-1"}

    assert ending(plan, 1, failed, stop(plan, 1, failed)) == (
        "Stopped after wave 1 of 2: 1 of 1 Edge failed (e0: jpd failed on e0-1). Not begun: 2 Edges. "
        "Correct what failed, then run the playbook again: it goes on with what is left."
    )


def test_failures_within_the_limit_are_told_as_well() -> None:
    plan = plan_of(8, 2, stops_above=90)
    failed = dict.fromkeys(plan["waves"][0][:7], "it cannot be reached")
    told = "; ".join(f"e{number}: it cannot be reached" for number in range(5))

    assert ending(plan, 1, failed, stop(plan, 1, failed)) == f"wave 1 of 2: 7 of 8 Edges failed ({told}; …)"


def test_hosts_of_a_wave_are_all_nodes_of_its_edges() -> None:
    assert hosts(plan_of(1, 2), 2) == ["e1-1", "e1-2", "e2-1", "e2-2"]


def test_edge_of_two_nodes_is_judged_once() -> None:
    wanted = edge(nodes=("lyon-1", "lyon-2"))
    nodes = {"lyon-1": node(), "lyon-2": node()}

    assert judged(plan_one(wanted, nodes, of_platform=NEW), plan_one(wanted, nodes)) is None

# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan that is saved for a review: what it says, when it is refused, and when a run may go on with it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import CertificateAndKey, DesiredNode
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import PlanError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan import saved as plans
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.moved import Review, review, review_later
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.saved import SavedPlan
from unit.domain.fleet_shapes import (
    DOWN,
    HOME,
    KEY,
    MASTER,
    OTHER_KEY,
    OTHER_MASTER,
    PLATFORM_URL,
    STOPPED,
    SUPPLIED,
    T3,
    edge,
    jpd,
    node,
    plan_one,
    platform,
    seen,
)
from unit.domain.fleet_strategies import EDGES, JPDS, NODES, REST
from unit.domain.node_shapes import key_entry

PATH = "/plans/tuesday.json"
TAGGED = platform(jpds=[HOME, jpd(tags=["x"])])
RETAGGED = platform(jpds=[HOME, jpd(tags=["y"])])
UNREGISTERED = platform(jpds=[HOME])
SETTING = {"lyon-1": DesiredNode({"shared.logging.consoleLog.enabled": True})}
LATE_JPD = platform(jpds=[HOME, jpd(identifier="JPD-9", tags=["x"])])


def made(wanted: Any = None, **arguments: Any) -> tuple[dict[str, Any], Any]:
    """A plan and what was wanted when it was made."""
    wanted = wanted or edge()
    return plan_one(wanted, **arguments), wanted


def save(plan: dict[str, Any], wanted: Any, **notes: Any) -> SavedPlan:
    document = plans.document(plan, [wanted], onboarding=False, allowed=())
    return plans.parse(json.dumps({**document, **notes}, indent=2), PATH)


def compare(before: tuple[dict[str, Any], Any], now: tuple[dict[str, Any], Any], **notes: Any) -> Review:
    return review(save(*before, **notes), now[0]["edges"], [now[1]])


def test_saved_plan_tells_a_person_what_would_be_done_and_why() -> None:
    plan, wanted = made(edge(of_nodes=SETTING), of_platform=TAGGED)

    document = plans.document(plan, [wanted], onboarding=False, allowed=())

    assert {key: value for key, value in document.items() if key not in ("edges", "sha256")} == {
        "format": "hybrid.jfrog plan",
        "version": 1,
        "made_at": "2026-11-22T12:30:00Z",
        "platform_url": PLATFORM_URL,
        "onboarding": False,
        "allowed": [],
    }
    saved = document["edges"][0]
    assert saved["changes"] == [
        {
            "step": "system_yaml",
            "host": "lyon-1",
            "pass": 1,
            "reason": "settings differ: shared.logging.consoleLog.enabled",
        },
        {"step": "restart", "host": "lyon-1", "pass": 1, "reason": "it reads at a start: system_yaml"},
        {"step": "jpd", "host": "lyon-1", "pass": 1, "reason": 'tags is ["x"] instead of ["hybrid"]'},
    ]
    assert saved["seen"]["jpd"] == 'drifted: tags is ["x"] instead of ["hybrid"]'
    assert saved["seen"]["service of lyon-1"] == "in_order"
    assert set(saved["wanted"]) >= {"edge_tags", "edge_url", "edge_join_key", "edge_system_yaml"}


def test_saved_plan_of_an_unchanged_fleet_goes() -> None:
    found = compare(made(of_platform=TAGGED), made(of_platform=TAGGED))
    assert (found.moved, found.go, found.done, found.unplanned) == ({}, ["lyon"], [], [])


def test_times_alone_are_no_movement() -> None:
    supplied = [key_entry(OTHER_KEY, f"2026-11-2{day}T10:00:00.000Z", "2026-11-22T11:00:00.000Z") for day in (1, 2)]
    before, now = (made(nodes={"lyon-1": node(entry=entry)}) for entry in supplied)

    assert before[0]["edges"][0]["facts"] != now[0]["edges"][0]["facts"]
    assert compare(before, now).go == ["lyon"]


DRIFTED = made(of_platform=TAGGED)
SILENT = made(nodes={}, unreachable={"lyon-1": "timed out"}, rest=seen(**DOWN))
IN_ORDER = made()


@pytest.mark.parametrize(
    ("before", "now", "how"),
    [
        pytest.param(
            DRIFTED,
            made(of_platform=UNREGISTERED),
            ['jpd was drifted: tags is ["x"] instead of ["hybrid"], and is drifted: not registered at the platform'],
            id="deleted-at-the-platform",
        ),
        pytest.param(
            DRIFTED,
            made(of_platform=RETAGGED),
            ['jpd was drifted: tags is ["x"] instead of ["hybrid"], and is drifted: tags is ["y"] instead'],
            id="same-change-for-another-reason",
        ),
        pytest.param(
            IN_ORDER,
            DRIFTED,
            ['jpd on lyon-1 is needed now, and not in the plan (tags is ["x"] instead of ["hybrid"])'],
            id="drifted-since",
        ),
        pytest.param(
            DRIFTED,
            made(nodes={"lyon-1": node(**STOPPED)}, of_platform=TAGGED),
            ["restart on lyon-1 is needed now", "service of lyon-1 was in_order, and is drifted"],
            id="node-went-down",
        ),
        pytest.param(
            made(edge(of_nodes=SETTING), of_platform=TAGGED),
            made(edge(), of_platform=TAGGED),
            [
                "the inventory says something else in edge_system_yaml",
                "system_yaml on lyon-1 is not to be done any more",
            ],
            id="inventory-manages-less",
        ),
        pytest.param(
            DRIFTED,
            made(edge(tags=("prod",)), of_platform=TAGGED),
            ["the inventory says something else in edge_tags"],
            id="inventory-wants-something-else",
        ),
        pytest.param(
            made(edge(join_key=KEY), nodes={"lyon-1": node(entry=key_entry(MASTER[:32], T3, T3))}),
            made(edge(join_key=OTHER_KEY), nodes={"lyon-1": node(entry=key_entry(MASTER[:32], T3, T3))}),
            ["the inventory says something else in edge_join_key"],
            id="another-key-of-which-nothing-else-tells",
        ),
        pytest.param(
            made(edge(nodes=("lyon-1", "lyon-2")), of_platform=TAGGED),
            DRIFTED,
            ["the run has the nodes lyon-1 and the plan lyon-1, lyon-2"],
            id="run-with-fewer-nodes",
        ),
        pytest.param(
            DRIFTED,
            SILENT,
            ["cannot be reached"],
            id="gone",
        ),
        pytest.param(
            DRIFTED,
            made(rest=seen(admin=False), of_platform=TAGGED),
            ["jpd is drifted", "it cannot be changed now"],
            id="something-stands-in-the-way",
        ),
    ],
)
def test_edge_that_moved_is_told_in_words(before: Any, now: Any, how: list[str]) -> None:
    found = compare(before, now)

    assert (list(found.moved), found.go, found.done) == (["lyon"], [], [])
    told = "; ".join(found.moved["lyon"])
    assert [words for words in how if words not in told] == []


def test_edge_on_which_the_plan_was_done_has_nothing_left() -> None:
    assert compare(DRIFTED, IN_ORDER).done == ["lyon"]


def test_edge_without_changes_may_move_as_it_likes() -> None:
    assert compare(IN_ORDER, SILENT).done == ["lyon"]


def test_edge_that_the_plan_does_not_have_is_not_of_it() -> None:
    other = edge("osaka")
    found = compare(DRIFTED, (plan_one(other, of_platform=UNREGISTERED, rest=seen()), other))
    assert (found.unplanned, found.moved, found.go) == (["osaka"], {}, [])


HA = edge(nodes=("lyon-1", "lyon-2"), join_key=OTHER_KEY)
HALF = {"lyon-1": node(entry=key_entry(OTHER_KEY, T3)), "lyon-2": node()}


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        pytest.param(made(HA), made(HA, nodes=HALF), "go", id="join-key-on-one-node"),
        pytest.param(
            made(edge(of_nodes=SETTING)), made(edge(of_nodes=SETTING)), "go", id="killed-before-the-first-step"
        ),
        pytest.param(
            made(edge(of_nodes=SETTING)),
            made(edge(), nodes={"lyon-1": node(restart_due={"system_yaml": T3})}),
            "moved",
            id="inventory-changed-meanwhile",
        ),
        pytest.param(made(of_platform=UNREGISTERED), DRIFTED, "go", id="registered-by-the-run-that-was-killed"),
        pytest.param(DRIFTED, made(of_platform=UNREGISTERED), "moved", id="its-jpd-is-gone"),
        pytest.param(DRIFTED, made(of_platform=LATE_JPD), "moved", id="its-jpd-is-another-one"),
        pytest.param(
            DRIFTED,
            made(nodes={"lyon-1": node(**STOPPED)}, of_platform=TAGGED),
            "moved",
            id="step-that-is-not-in-the-plan",
        ),
        pytest.param(
            made(edge(join_key=None, join_key_file="store"), nodes={"lyon-1": node(entry=None)}, onboarding=True),
            made(edge(join_key=KEY), nodes={"lyon-1": node(entry=SUPPLIED)}, onboarding=True),
            "go",
            id="key-that-the-run-has-made",
        ),
        pytest.param(DRIFTED, IN_ORDER, "done", id="all-done"),
    ],
)
def test_run_that_was_killed_is_gone_on_with(before: Any, now: Any, state: str) -> None:
    begun = {"lyon": "2026-11-22T12:31:00Z"}

    found = compare(before, now, begun=begun)

    assert {"go": found.go, "done": found.done, "moved": list(found.moved)}[state] == ["lyon"]


def test_edge_that_was_done_and_drifts_again_has_moved() -> None:
    notes = {"begun": {"lyon": "2026-11-22T12:31:00Z"}, "done": {"lyon": "2026-11-22T12:32:00Z"}}

    assert list(compare(DRIFTED, made(of_platform=RETAGGED), **notes).moved) == ["lyon"]


def test_edge_for_which_the_run_has_made_a_key_is_done_as_well() -> None:
    store = edge(join_key=None, join_key_file="store")
    before = made(store, nodes={"lyon-1": node(entry=None)}, onboarding=True)
    notes = {"begun": {"lyon": "2026-11-22T12:31:00Z"}, "done": {"lyon": "2026-11-22T12:32:00Z"}}

    assert compare(before, IN_ORDER, **notes).done == ["lyon"]


def test_half_done_edge_has_moved_without_a_note_that_a_run_began() -> None:
    assert list(compare(made(HA), made(HA, nodes=HALF)).moved) == ["lyon"]


def test_second_pass_does_nothing_that_the_plan_does_not_have() -> None:
    plan = save(*made(edge(of_nodes=SETTING)))
    known = made(nodes={"lyon-1": node(restart_due={"system_yaml": T3})})[0]["edges"]

    assert review_later(plan, known).go == ["lyon"]
    assert review_later(plan, DRIFTED[0]["edges"]).moved == {
        "lyon": ["jpd on lyon-1 is needed now, and not in the plan"]
    }


def test_refusal_names_every_edge_that_moved() -> None:
    plan = save(*DRIFTED)

    with pytest.raises(PlanError) as refused:
        plans.refuse_moved(plan, PATH, {"lyon": ["a is b", "c is d"], "osaka": ["e is f"]})

    assert refused.value.msg == (
        "Cannot apply the plan /plans/tuesday.json: 2 Edges have moved since it was made at 2026-11-22T12:30:00Z, and "
        "nothing was changed. Make a new plan with report_drift.yml and edge_plan_path, or onboard_edge.yml --check. "
        "It differs:\n- lyon: a is b; c is d\n- osaka: e is f"
    )
    assert refused.value.details["moved"] == {"lyon": ["a is b", "c is d"], "osaka": ["e is f"]}


WHOLE = plans.document(DRIFTED[0], [DRIFTED[1]], onboarding=False, allowed=())


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "it is no JSON", id="empty"),
        pytest.param(json.dumps(WHOLE)[:-40], "not a whole one", id="cut-off"),
        pytest.param("[" * 100_000, "it is no JSON", id="endless"),
        pytest.param("[]", "it is no plan that this collection has saved", id="list"),
        pytest.param('{"version": 2, "edges": []}', "it is no plan that this collection has saved", id="report"),
        pytest.param(
            json.dumps({**WHOLE, "version": 2}),
            "it has the version 2, and this version of the collection reads 1",
            id="newer",
        ),
        pytest.param(json.dumps({**WHOLE, "edges": []}), "it was changed or damaged since it was saved", id="edited"),
        pytest.param(
            json.dumps({key: value for key, value in WHOLE.items() if key != "sha256"}),
            "changed or damaged",
            id="no-sum",
        ),
        pytest.param(json.dumps({**WHOLE, "begun": ["lyon"]}), "it is not a whole plan", id="notes-of-a-wrong-form"),
    ],
)
def test_file_that_is_no_whole_plan_is_refused_with_a_remedy(text: str, why: str) -> None:
    with pytest.raises(PlanError) as refused:
        plans.parse(text, PATH)

    assert why in refused.value.msg
    assert refused.value.msg.startswith(f"Cannot apply the plan {PATH}: ")
    assert "Make a new plan with" in refused.value.msg


@pytest.mark.parametrize(
    ("run", "why"),
    [
        pytest.param(
            {"platform_url": "https://other.jfrog.io/"}, "this run is for https://other.jfrog.io/", id="platform"
        ),
        pytest.param(
            {"onboarding": True}, "it was made for a drift correction. Apply it with correct_drift.yml", id="mode"
        ),
        pytest.param({"allowed": ("tls",)}, "made with edge_allow for nothing, and this run allows tls", id="allowed"),
    ],
)
def test_run_for_something_else_is_refused(run: dict[str, Any], why: str) -> None:
    with pytest.raises(PlanError) as refused:
        plans.check_run(
            save(*DRIFTED), PATH, **{"platform_url": PLATFORM_URL, "onboarding": False, "allowed": (), **run}
        )

    assert why in refused.value.msg


def test_notes_of_a_run_are_no_change_of_the_plan() -> None:
    first = plans.noted(save(*DRIFTED), begun={"lyon": "t1"}, done={})
    second = plans.noted(plans.parse(json.dumps(first), PATH), begun={}, done={"lyon": "t2"})

    again = plans.parse(json.dumps(second), PATH)

    assert (again.begun, again.done) == ({"lyon": "t1"}, {"lyon": "t2"})


@given(EDGES, st.lists(st.one_of(st.none(), NODES), min_size=2, max_size=2), REST, JPDS)
@settings(max_examples=150, deadline=None)
def test_saved_plan_of_any_edge_has_no_secret_and_equals_itself(
    changed: dict[str, Any], nodes: list[Any], rest: dict[str, Any], jpds: list[Any]
) -> None:
    pair = CertificateAndKey("certificate", "private-key-of-the-pair", "a" * 64)
    wanted = replace(edge(nodes=("lyon-1", "lyon-2"), **changed), license_keys=("licence-key-text",), access_ca=pair)
    observed = {f"lyon-{number}": node(**given) for number, given in enumerate(nodes, 1) if given is not None}
    plan = plan_one(wanted, observed, rest=seen(**rest), of_platform=platform(jpds=jpds))

    text = json.dumps(plans.document(plan, [wanted], onboarding=False, allowed=()))

    secrets = (KEY, OTHER_KEY, MASTER, OTHER_MASTER, "private-key-of-the-pair", "licence-key-text")
    assert [secret for secret in secrets if secret in text] == []
    found = review(plans.parse(text, PATH), plan["edges"], [wanted])
    assert (found.moved, found.go) == ({}, ["lyon"] if plan["edges"][0]["changes"] else [])

# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one structure from which every format of the report is made."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from unit.domain.fleet_shapes import CIRCLE, HOME, KEY, PLATFORM_ROOT, STOPPED, edge, node, plan_one, platform, seen
from unit.domain.report_schema import SCHEMA, problems
from unit.domain.report_shapes import (
    DRIFTED,
    IN_ORDER,
    NOT_REGISTERED,
    SILENT,
    STUCK,
    UNKNOWN,
    WAITING,
    document,
    fleet_plan,
    named,
    sample,
)

JOINED = plan_one(
    edge(acknowledged=True), rest=seen(**{**CIRCLE, "trusted_by_platform": False}), of_platform=platform(jpds=[HOME])
)
WAITS = "The Edge is in order; 1 waiting for the platform."
JOINED_AND_WAITS = "1 Edge: 1 corrected; 1 waiting for the platform."


def fleet(**plans: dict[str, Any]) -> dict[str, Any]:
    """A plan of several Edges, each taken from a plan of one."""
    return fleet_plan(*(named(plan, name) for name, plan in plans.items()))


def test_several_edges_need_a_person_in_the_plural() -> None:
    assert document(fleet(lyon=STUCK, osaka=STUCK))["headline"] == "2 Edges: 2 need a person."


@pytest.mark.parametrize(
    ("plan", "verified", "mode", "state", "outcome", "headline"),
    [
        pytest.param(IN_ORDER, None, "report", "in_order", "in_order", "The Edge is in order.", id="in-order"),
        pytest.param(DRIFTED, None, "report", "drifted", "drift", "1 Edge: 1 drifted.", id="drifted"),
        pytest.param(DRIFTED, IN_ORDER, "converge", "corrected", "corrected", "1 Edge: 1 corrected.", id="corrected"),
        pytest.param(DRIFTED, IN_ORDER, "report", "drifted", "drift", "1 Edge: 1 drifted.", id="looked-only"),
        pytest.param(DRIFTED, None, "converge", "drifted", "drift", "1 Edge: 1 drifted.", id="not-looked-at-again"),
        pytest.param(DRIFTED, DRIFTED, "converge", "drifted", "drift", "1 Edge: 1 drifted.", id="still-drifted"),
        pytest.param(
            DRIFTED, STUCK, "converge", "needs_person", "needs_person", "1 Edge: 1 needs a person.", id="stuck"
        ),
        pytest.param(UNKNOWN, None, "report", "unknown", "needs_person", "1 Edge: 1 unknown.", id="unknown"),
        pytest.param(SILENT, None, "report", "unreachable", "unreachable", "1 Edge: 1 unreachable.", id="unreachable"),
        pytest.param(WAITING, None, "report", "in_order", "in_order", WAITS, id="waiting"),
        pytest.param(
            JOINED, WAITING, "converge", "corrected", "corrected", JOINED_AND_WAITS, id="waiting-after-changes"
        ),
        pytest.param(
            IN_ORDER, IN_ORDER, "converge", "in_order", "in_order", "The Edge is in order.", id="nothing-was-done"
        ),
    ],
)
def test_document_of_one_edge_says_how_it_ended(
    plan: Any, verified: Any, mode: str, state: str, outcome: str, headline: str
) -> None:
    found = document(plan, verified=verified, mode=mode)

    assert [row["state"] for row in found["edges"]] == [state]
    assert (found["outcome"], found["headline"], found["mode"]) == (outcome, headline, mode)
    assert {name: count for name, count in found["summary"].items() if count} == {state: 1}


@pytest.mark.parametrize(
    ("plans", "outcome"),
    [
        pytest.param([IN_ORDER, IN_ORDER], "in_order", id="all-in-order"),
        pytest.param([IN_ORDER, STUCK], "needs_person", id="person"),
        pytest.param([STUCK, DRIFTED, IN_ORDER], "drift", id="drift-before-person"),
        pytest.param([DRIFTED, SILENT, STUCK], "unreachable", id="unreachable-before-all"),
        pytest.param([], "in_order", id="no-edges"),
    ],
)
def test_outcome_of_a_fleet_is_its_worst_edge(plans: list[Any], outcome: str) -> None:
    plan = fleet(**{f"e{number}": found for number, found in enumerate(plans)})
    assert document(plan)["outcome"] == outcome


def test_document_of_a_fleet_takes_each_edge_as_it_was_last_seen() -> None:
    found = document(
        fleet(lyon=DRIFTED, osaka=IN_ORDER, quito=DRIFTED), verified=fleet(quito=IN_ORDER), mode="converge"
    )
    assert {row["name"]: row["state"] for row in found["edges"]} == {
        "lyon": "drifted",
        "osaka": "in_order",
        "quito": "corrected",
    }
    assert found["headline"] == "3 Edges: 1 drifted, 1 corrected, 1 in order."


def test_document_lists_what_was_corrected_and_what_is_left() -> None:
    before = plan_one(nodes={"lyon-1": node(**STOPPED)}, of_platform=NOT_REGISTERED)
    row = document(before, verified=DRIFTED, mode="converge")["edges"][0]

    assert [(change["step"], change["host"]) for change in row["corrected"]] == [("restart", "lyon-1")]
    assert [(change["step"], change["host"]) for change in row["changes"]] == [("jpd", "lyon-1")]


def test_document_is_plain_data_without_secrets() -> None:
    found = document(DRIFTED, verified=IN_ORDER, mode="converge")
    assert json.loads(json.dumps(found)) == found
    assert KEY not in json.dumps(found)


def test_headline_of_a_fleet_in_order_is_one_sentence() -> None:
    assert document(fleet(a=IN_ORDER, b=IN_ORDER, c=IN_ORDER))["headline"] == "All 3 Edges are in order."


def test_platform_whose_certificate_ends_soon_needs_a_person_although_all_edges_are_in_order() -> None:
    root = {**PLATFORM_ROOT, "not_after": "2026-12-01T00:00:00Z"}
    found = document(plan_one(of_platform=platform(root_certificate=root)))

    assert (found["outcome"], found["summary"]["in_order"]) == ("needs_person", 1)


def test_document_tells_how_long_the_run_and_its_phases_took() -> None:
    found = document(IN_ORDER)

    assert {key: found[key] for key in ("started_at", "finished_at", "duration_seconds", "phases")} == {
        "started_at": "2026-11-22T12:28:36Z",
        "finished_at": "2026-11-22T12:30:00Z",
        "duration_seconds": 84.0,
        "phases": {"nodes": 64.5, "fleet": 17.75, "plan": 1.75},
    }


def test_document_says_in_which_wave_an_edge_was_worked_on() -> None:
    plan = fleet_plan(named(DRIFTED, "lyon"), named(IN_ORDER, "osaka"), named(DRIFTED, "quito"), waves=2)

    assert {row["name"]: row["wave"] for row in document(plan)["edges"]} == {"lyon": 1, "osaka": None, "quito": 2}


def test_document_of_a_run_that_was_stopped_says_so_in_its_headline() -> None:
    stopped = {"wave": 1, "of": 3, "failed": ["lyon"], "not_begun": ["osaka", "quito"]}
    plan = fleet_plan(*(named(DRIFTED, name) for name in ("lyon", "osaka", "quito")), waves=3)

    found = document(plan, mode="converge", stopped=stopped)

    assert found["stopped"] == stopped
    assert found["headline"] == "3 Edges: 3 drifted. Stopped after wave 1 of 3; 2 Edges were not begun."


def test_document_has_what_every_edge_is_where() -> None:
    row = document(fleet_plan(named(IN_ORDER, "oslo", place=4, tags=["dmz"])))["edges"][0]

    assert (row["version"], row["nodes"], row["tags"]) == ("7.104.2", ["oslo-1"], ["dmz"])
    assert row["location"] == {"city_name": "Oslo", "country_code": "NO", "latitude": 59.9139, "longitude": 10.7522}


def test_every_part_of_a_fleets_report_is_in_the_schema() -> None:
    report, _earlier = sample(60)

    states = {edge["state"] for edge in report["edges"]}
    assert states == {"unreachable", "drifted", "needs_person", "unknown", "corrected", "in_order"}
    assert [
        key
        for key in ("held", "failed", "corrected", "findings", "certificates", "expiries")
        if not any(edge[key] for edge in report["edges"])
    ] == []
    assert problems(report) == []


def test_schema_of_the_report_refuses_what_is_no_report() -> None:
    report = document(IN_ORDER)

    assert problems({**report, "version": 1}) == ["$.version: 2 was expected"]
    assert problems({**report, "edges": [{**report["edges"][0], "odd": 1}]}) != []


def test_schema_for_users_lets_a_reader_pass_over_new_keys() -> None:
    assert Draft202012Validator(SCHEMA).is_valid({**document(IN_ORDER), "something_new": 1})

# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.text import text
from simulator.licences import make_key
from unit.domain.fleet_shapes import (
    CIRCLE,
    HOME,
    KEY,
    PLATFORM_ROOT,
    STOPPED,
    edge,
    jpd,
    node,
    plan_one,
    platform,
    seen,
)
from unit.domain.report_shapes import document

NOT_REGISTERED = platform(jpds=[HOME])
CLEAN = plan_one()
DRIFTED = plan_one(of_platform=NOT_REGISTERED)
STUCK = plan_one(of_platform=platform(jpds=[jpd(status="OFFLINE")]))
UNKNOWN = plan_one(nodes={"lyon-1": node(entry=None)})
SILENT = plan_one(nodes={}, unreachable={"lyon-1": "no route to host"})
WAITING = plan_one(edge(acknowledged=True), rest=seen(**{**CIRCLE, "trusted_by_platform": False}))
JOINED = plan_one(
    edge(acknowledged=True), rest=seen(**{**CIRCLE, "trusted_by_platform": False}), of_platform=platform(jpds=[HOME])
)
WAITS = "The Edge is in order; 1 waiting for the platform."
JOINED_AND_WAITS = "1 Edge: 1 corrected; 1 waiting for the platform."


def fleet(**plans: dict[str, Any]) -> dict[str, Any]:
    """One plan of several Edges, each taken from a plan of one."""
    edges = [{**plan["edges"][0], "name": name} for name, plan in plans.items()]
    return {"platform": CLEAN["platform"], "edges": edges, "work": [], "summary": {}}


def test_several_edges_need_a_person_in_the_plural() -> None:
    assert document(fleet(lyon=STUCK, osaka=STUCK))["headline"] == "2 Edges: 2 need a person."


@pytest.mark.parametrize(
    ("plan", "verified", "mode", "state", "outcome", "headline"),
    [
        pytest.param(CLEAN, None, "report", "in_order", "in_order", "The Edge is in order.", id="in-order"),
        pytest.param(DRIFTED, None, "report", "drifted", "drift", "1 Edge: 1 drifted.", id="drifted"),
        pytest.param(DRIFTED, CLEAN, "converge", "corrected", "corrected", "1 Edge: 1 corrected.", id="corrected"),
        pytest.param(DRIFTED, CLEAN, "report", "drifted", "drift", "1 Edge: 1 drifted.", id="looked-only"),
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
        pytest.param(CLEAN, CLEAN, "converge", "in_order", "in_order", "The Edge is in order.", id="nothing-was-done"),
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
        pytest.param([CLEAN, CLEAN], "in_order", id="all-in-order"),
        pytest.param([CLEAN, STUCK], "needs_person", id="person"),
        pytest.param([STUCK, DRIFTED, CLEAN], "drift", id="drift-before-person"),
        pytest.param([DRIFTED, SILENT, STUCK], "unreachable", id="unreachable-before-all"),
        pytest.param([], "in_order", id="no-edges"),
    ],
)
def test_outcome_of_a_fleet_is_its_worst_edge(plans: list[Any], outcome: str) -> None:
    plan = fleet(**{f"e{number}": found for number, found in enumerate(plans)})
    assert document(plan)["outcome"] == outcome


def test_document_of_a_fleet_takes_each_edge_as_it_was_last_seen() -> None:
    found = document(fleet(lyon=DRIFTED, osaka=CLEAN, quito=DRIFTED), verified=fleet(quito=CLEAN), mode="converge")
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
    found = document(DRIFTED, verified=CLEAN, mode="converge")
    assert json.loads(json.dumps(found)) == found
    assert KEY not in json.dumps(found)


def test_headline_of_a_fleet_in_order_is_one_sentence() -> None:
    assert document(fleet(a=CLEAN, b=CLEAN, c=CLEAN))["headline"] == "All 3 Edges are in order."


def test_text_shows_a_table_with_what_to_do_under_each_edge() -> None:
    found = document(fleet(lyon=DRIFTED, osaka=CLEAN, quito=STUCK, rome=WAITING))

    assert text(found).splitlines() == [
        "Edge   JPD    Status   Trust                                       State",
        "lyon   -      -        not registered (pairing token)              drifted",
        "    drifted: jpd: not registered at the platform",
        "    to do: jpd on lyon-1",
        "osaka  JPD-7  ONLINE   paired (pairing token)                      in order",
        "quito  JPD-7  OFFLINE  paired (pairing token)                      needs person",
        "    needs a person: JPD status: the JPD is OFFLINE. "
        "Check the health of the Edge, and that the platform reaches it under edge_url.",
        "rome   JPD-7  ONLINE   waiting for the platform (circle of trust)  in order",
        "    note: trust: waiting for the platform: it does not trust the Edge's root certificate yet. "
        "Send the support request that was written for this Edge to JFrog Support.",
        "",
        "The certificate that ends next: token signing certificate of https://acme.jfrog.io/ on 2027-01-01T00:00:00Z, "
        "39 days left.",
        "4 Edges: 1 drifted, 1 needs a person, 2 in order; 1 waiting for the platform.",
    ]


def test_text_shows_what_was_corrected_and_on_which_node() -> None:
    before = plan_one(nodes={"lyon-1": node(**STOPPED)})
    assert text(document(before, verified=CLEAN, mode="converge")).splitlines()[1:3] == [
        "lyon  JPD-7  ONLINE  paired (pairing token)  corrected",
        "    corrected: restart on lyon-1",
    ]


def test_text_says_the_error_of_the_platform_once() -> None:
    error = "Cannot reach https://acme.jfrog.io/: connection refused. Check platform_url."
    plan = plan_one(of_platform=platform(reachable=False, error=error, jpds=[]))
    lines = text(document(plan)).splitlines()

    assert lines[-1] == f"The platform https://acme.jfrog.io/ could not be read. {error}"
    assert [line for line in lines if error in line] == [lines[-1]]
    assert document(plan)["outcome"] == "unreachable"


def test_text_says_once_why_an_edge_could_not_be_asked() -> None:
    error = "Cannot reach the Edge https://lyon.example.net/: connection refused. Check edge_url."
    wanted = edge(base_url="https://lyon.example.net", license_keys=(make_key("Edge"),))
    plan = plan_one(wanted, rest=seen(reachable=False, admin=None, error=error))
    lines = text(document(plan)).splitlines()

    assert len([line for line in lines if "connection refused" in line]) == 1
    unknown = {fact["fact"] for fact in plan["edges"][0]["facts"] if fact["state"] == "unknown"}
    assert unknown >= {"rest", "base_url", "artifactory_license"}


def test_platform_whose_certificate_ends_soon_needs_a_person_although_all_edges_are_in_order() -> None:
    root = {**PLATFORM_ROOT, "not_after": "2026-12-01T00:00:00Z"}
    found = document(plan_one(of_platform=platform(root_certificate=root)))

    assert (found["outcome"], found["summary"]["in_order"]) == ("needs_person", 1)
    assert text(found).splitlines()[-3:-1] == [
        "needs a person: https://acme.jfrog.io/: token signing certificate CN=acme ends on 2026-12-01T00:00:00Z, "
        "in 8 days. The owner of the platform has to replace it.",
        "The certificate that ends next: token signing certificate of https://acme.jfrog.io/ on 2026-12-01T00:00:00Z, "
        "8 days left.",
    ]


def test_text_of_a_trust_that_is_not_decided_names_no_method() -> None:
    plan = plan_one(edge(trust_method="pairing_token"), rest=seen(version="7.25.7"))
    assert text(document(plan)).splitlines()[1] == "lyon  JPD-7  ONLINE  not decided  needs person"


def test_text_does_not_let_a_server_steer_the_terminal() -> None:
    odd = jpd(status={"code": "OFFLINE", "message": "\x1b[2Jgone\nlyon"})
    shown = text(document(plan_one(of_platform=platform(jpds=[odd]))))

    assert "\x1b" not in shown
    assert '(" [2Jgone lyon")' in shown


def test_text_tells_the_second_pass_apart() -> None:
    plan = fleet(lyon=DRIFTED)
    plan["edges"][0]["changes"] = [
        {"step": "server_certificate", "host": "lyon-1", "reason": "", "pass": 1},
        {"step": "tls", "host": "lyon-1", "reason": "", "pass": 2},
    ]

    assert [line.strip() for line in text(document(plan)).splitlines() if "to do" in line] == [
        "to do: server certificate on lyon-1",
        "to do when that is in use: tls on lyon-1",
    ]

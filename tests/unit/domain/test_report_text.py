# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report for a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.text import text
from simulator.licences import make_key
from unit.domain.fleet_shapes import PLATFORM_ROOT, STOPPED, edge, jpd, node, plan_one, platform, seen
from unit.domain.report_shapes import (
    DRIFTED,
    IN_ORDER,
    SILENT,
    STUCK,
    WAITING,
    document,
    fleet_plan,
    named,
    sample,
)


def fleet(**plans: dict[str, Any]) -> dict[str, Any]:
    """A plan of several Edges, each taken from a plan of one."""
    return fleet_plan(*(named(plan, name) for name, plan in plans.items()))


def table(report: dict[str, Any], **options: Any) -> list[str]:
    """The lines above the blank one."""
    return text(report, **options).split("\n\n")[0].splitlines()


def ending(report: dict[str, Any]) -> list[str]:
    """The lines below it."""
    return text(report).split("\n\n")[1].splitlines()


def names(lines: list[str]) -> list[str]:
    """The Edges that a table lists."""
    return [line.split()[0] for line in lines[1:] if line[0] not in " 0123456789"]


def test_text_shows_the_worst_edge_first_with_what_to_do_under_each() -> None:
    found = document(fleet(osaka=IN_ORDER, quito=STUCK, rome=WAITING, lyon=DRIFTED))

    assert text(found).splitlines() == [
        "Edge   JPD    Status   Trust                                       State",
        "lyon   -      -        not registered (pairing token)              drifted",
        "    drifted: jpd: not registered at the platform",
        "    to do: jpd on lyon-1",
        "quito  JPD-7  OFFLINE  paired (pairing token)                      needs person",
        "    needs a person: JPD status: the JPD is OFFLINE. "
        "Check the health of the Edge, and that the platform reaches it under edge_url.",
        "osaka  JPD-7  ONLINE   paired (pairing token)                      in order",
        "rome   JPD-7  ONLINE   waiting for the platform (circle of trust)  in order",
        "    note: trust: waiting for the platform: it does not trust the Edge's root certificate yet. "
        "Send the support request that was written for this Edge to JFrog Support.",
        "",
        "The certificate that ends next: token signing certificate of https://acme.jfrog.io/ on 2027-01-01T00:00:00Z, "
        "39 days left.",
        "It took 84.0 s: nodes 64.5 s, fleet 17.8 s, plan 1.8 s.",
        "4 Edges: 1 drifted, 1 needs a person, 2 in order; 1 waiting for the platform.",
    ]


def test_text_shows_what_was_corrected_and_on_which_node() -> None:
    before = plan_one(nodes={"lyon-1": node(**STOPPED)})

    assert table(document(before, verified=IN_ORDER, mode="converge"))[1:] == [
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


def test_text_of_a_platform_that_needs_a_person_says_what_for() -> None:
    root = {**PLATFORM_ROOT, "not_after": "2026-12-01T00:00:00Z"}

    assert ending(document(plan_one(of_platform=platform(root_certificate=root))))[:2] == [
        "needs a person: https://acme.jfrog.io/: token signing certificate CN=acme ends on 2026-12-01T00:00:00Z, "
        "in 8 days. The owner of the platform has to replace it.",
        "The certificate that ends next: token signing certificate of https://acme.jfrog.io/ on 2026-12-01T00:00:00Z, "
        "8 days left.",
    ]


def test_text_of_a_certificate_that_has_ended_does_not_count_its_days() -> None:
    root = {**PLATFORM_ROOT, "not_after": "2026-11-01T00:00:00Z"}

    assert (
        "The certificate that ended first: token signing certificate of https://acme.jfrog.io/ on 2026-11-01T00:00:00Z."
        in ending(document(plan_one(of_platform=platform(root_certificate=root))))
    )


def test_text_tells_waves_apart_when_there_are_several() -> None:
    plan = fleet_plan(named(DRIFTED, "lyon"), named(IN_ORDER, "osaka"), named(DRIFTED, "quito"), waves=2)

    rows = [line.split() for line in table(document(plan)) if not line.startswith(" ")]

    assert [(row[0], row[-1]) for row in rows] == [("Edge", "Wave"), ("lyon", "1"), ("quito", "2"), ("osaka", "-")]


def test_text_of_a_run_that_was_stopped_names_the_edges_and_ends_with_the_headline() -> None:
    left = [f"e{number:02d}" for number in range(12)]
    stopped = {"wave": 1, "of": 3, "failed": ["lyon"], "not_begun": left}

    lines = ending(document(fleet(lyon=DRIFTED), mode="converge", stopped=stopped))

    assert lines[1:3] == [
        "failed in wave 1: lyon",
        "not begun: e00, e01, e02, e03, e04, e05, e06, e07, e08, e09 and 2 more",
    ]
    assert lines[-1] == "1 Edge: 1 drifted. Stopped after wave 1 of 3; 12 Edges were not begun."


@pytest.mark.parametrize(
    ("policy", "line", "question"),
    [
        pytest.param(
            "ask",
            "    waits for approval: join key on lyon-1: another key was supplied",
            ["Policy asks before: join key. Say yes with -e edge_approve=join_key."],
            id="asks",
        ),
        pytest.param(
            "report", "    left by policy: join key on lyon-1: another key was supplied", [], id="only-reports"
        ),
    ],
)
def test_text_shows_what_policy_keeps_from_being_done(policy: str, line: str, question: list[str]) -> None:
    held = {"step": "join_key", "name": "join_key", "host": "lyon-1", "pass": 1, "policy": policy}
    plan = fleet(lyon=IN_ORDER)
    plan["edges"][0]["held"] = [
        {**held, "reason": "another key was supplied", "waits_for": None},
        {**held, "step": "restart", "name": "restart", "reason": "the key", "waits_for": "join_key"},
    ]
    report = document(plan)

    assert table(report)[2] == line
    assert table(report)[3].endswith("restart on lyon-1: it makes no sense without join key")
    assert [each for each in ending(report) if "Policy" in each] == question


def test_text_of_a_run_whose_begin_is_not_known_does_not_say_how_long_it_took() -> None:
    times = {"started_at": None, "finished_at": "2026-11-22T12:30:00Z", "duration_seconds": None, "phases": {}}

    assert not [line for line in ending(document(fleet(lyon=IN_ORDER), times=times)) if "took" in line]


def test_text_of_a_small_fleet_lists_every_edge() -> None:
    plans = {f"e{number:02d}": IN_ORDER for number in range(30)}

    assert len(names(table(document(fleet(**plans)), edges="auto"))) == 30


def test_text_of_a_large_fleet_lists_those_of_which_there_is_something_to_tell() -> None:
    plans = {f"e{number:02d}": IN_ORDER for number in range(40)}
    found = document(fleet(**plans, lyon=DRIFTED, quito=STUCK, rome=WAITING))

    lines = table(found, edges="auto")

    assert names(lines) == ["lyon", "quito", "rome"]
    assert lines[-1] == "40 Edges are in order and not listed; -e edge_report_edges=all lists all."
    assert len(names(table(found, edges="all"))) == 43


def test_text_of_a_large_fleet_that_is_gone_stays_readable() -> None:
    found = document(fleet(**{f"e{number:03d}": SILENT for number in range(300)}, lyon=DRIFTED))

    lines = table(found, edges="auto")

    assert len(names(lines)) == 100
    assert lines[-2:] == [
        "200 more: unreachable",
        "1 more: drifted. List them with -e edge_report_edges=changed.",
    ]
    assert len(names(table(found, edges="changed"))) == 301


def test_text_of_a_thousand_edges_in_order_fits_a_screen() -> None:
    found = document(fleet(**{f"e{number:04d}": IN_ORDER for number in range(1000)}))

    assert text(found, edges="auto").splitlines()[0] == (
        "1000 Edges are in order and not listed; -e edge_report_edges=all lists all."
    )
    assert text(found, edges="auto").splitlines()[-1] == "All 1000 Edges are in order."


def test_text_of_hostile_names_keeps_to_its_lines() -> None:
    plan = fleet_plan(named(STUCK, "ly\x1b[31mon\nosaka  JPD-8  ONLINE"))

    lines = table(document(plan))

    assert lines[1].startswith("ly [31mon osaka  JPD-8  ONLINE  JPD-7  OFFLINE")
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)


def test_text_of_every_state_has_its_headline_last() -> None:
    report, _earlier = sample(60)

    assert text(report, edges="auto").splitlines()[-1] == report["headline"]

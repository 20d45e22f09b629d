# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the parts of the HTML page are made of: what is to do, what ends when, where the Edges are, the last runs."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.history import entry
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.page import ends, places, runs, todo, wording
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.page.chart import trend
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.page.edges import choices, views
from unit.domain.report_shapes import (
    DRIFTED,
    ENDING,
    IN_ORDER,
    SILENT,
    STUCK,
    UNKNOWN,
    certificate,
    document,
    fleet_plan,
    named,
    sample,
)

CORRECT = "ansible-playbook -i inventory.yml hybrid.jfrog.correct_drift"


def report_of(*edges: dict[str, Any], **arguments: Any) -> dict[str, Any]:
    return document(fleet_plan(*edges), **arguments)


def expiry(where: str, kind: str, days: int) -> dict[str, Any]:
    """A licence or a token in the calendar."""
    return {name: value for name, value in certificate(where, kind, days).items() if name != "sha256"}


def located(**location: Any) -> dict[str, Any]:
    """The report on an Edge in order that is there."""
    report = report_of(named(IN_ORDER, "a"))
    return {**report, "edges": [{**report["edges"][0], "location": location}]}


def told(report: dict[str, Any]) -> list[tuple[str, list[str | None], str | None]]:
    """What is to do: the title, for whom, and the command."""
    return [
        (task.title, [item.name for item in task.items], task.command.text if task.command else None)
        for task in todo.tasks(report)
    ]


def test_same_cause_on_many_edges_is_told_once_and_persons_come_before_commands() -> None:
    report = report_of(
        named(DRIFTED, "a"), named(STUCK, "b"), named(UNKNOWN, "c"), named(STUCK, "d"), named(IN_ORDER, "e")
    )

    assert told(report) == [
        ("Check the health of the Edge, and that the platform reaches it under edge_url", ["b", "d"], None),
        ("Find out what could not be settled", ["c"], None),
        ("Correct what drifted", ["a"], f"{CORRECT} --limit a-1"),
    ]


def test_edge_that_does_not_answer_is_to_be_brought_back() -> None:
    titles = [title for title, _names, _command in told(report_of(named(SILENT, "a")))]

    assert titles == [
        "Check edge_url, edge_ca_path, and that the controller reaches the Edge",
        "Bring these hosts back, or take those that are gone out of the inventory",
    ]


@pytest.mark.parametrize(
    ("mode", "title", "command"),
    [
        pytest.param("report", "Correct what drifted", f"{CORRECT} --limit lyon-1", id="looked-only"),
        # Which playbook that was, and what it may do beyond correct_drift, the report does not say.
        pytest.param("converge", "Run it again: changes are left", "--limit lyon-1", id="carried-out"),
        pytest.param(
            "preview", "Run it without --check: these changes would be made", "--limit lyon-1", id="previewed"
        ),
    ],
)
def test_command_is_one_that_makes_the_planned_changes_in_every_mode(mode: str, title: str, command: str) -> None:
    assert told(report_of(named(DRIFTED, "lyon"), mode=mode)) == [(title, ["lyon"], command)]


@pytest.mark.parametrize("host", ["!lyon", "a:b", "lyon,all", "$(reboot)", "-i", "~x", "lyon;reboot", "lyon 1", "é"])
def test_host_whose_name_a_shell_or_ansible_would_read_otherwise_gets_no_command(host: str) -> None:
    edge = {**named(DRIFTED, "lyon"), "nodes": [host]}

    assert told(report_of(edge)) == [("Correct what drifted", ["lyon"], None)]


def test_fleet_that_is_too_large_for_a_limit_is_corrected_without_one() -> None:
    report = report_of(*(named(DRIFTED, f"a-rather-long-name-{number}") for number in range(60)))

    assert [command for _title, _names, command in told(report)] == [CORRECT]


@pytest.mark.parametrize(("policy", "approved"), [("ask", True), ("report", False)])
def test_held_changes_are_approved_by_name_where_the_policy_asks(policy: str, approved: bool) -> None:
    change = {"step": "tls_ca_certificate", "host": "lyon-1", "reason": "others are there", "pass": 1, "policy": policy}
    held = [
        {**change, "name": "tls_ca_prune", "waits_for": None},
        {**change, "step": "restart", "name": "restart", "reason": "it", "waits_for": "tls_ca_prune"},
    ]
    report = report_of({**named(IN_ORDER, "lyon"), "state": "drifted", "held": held})

    ((title, names, command),) = told(report)
    assert names == ["lyon"]
    if approved:
        assert title == "Approve what the policy asks about"
        assert command == f"{CORRECT} --limit lyon-1 -e '" + '{"edge_approve": ["tls_ca_prune"]}' + "'"
    else:
        assert title.startswith("Decide on what the policy only reports")
        assert command is None
    assert [item.text for item in todo.tasks(report)[0].items] == [
        "tls ca prune: others are there".replace("tls ca", "TLS CA")
    ]


def test_steps_that_failed_come_first() -> None:
    report, _runs = sample(60)

    titles = [title for title, _names, _command in told({**report, "stopped": None})]

    assert titles[0] == "Look at the steps that failed"


def test_calendar_goes_by_month_for_a_year_and_what_is_shared_stands_once() -> None:
    shared = certificate("lyon-1", "tls_ca_certificate", 300)
    first = {**named(IN_ORDER, "lyon"), "certificates": [certificate("lyon-1", "server_certificate", -3), shared]}
    other = {
        **named(IN_ORDER, "osaka"),
        "certificates": [{**shared, "where": f"osaka-{number}"} for number in range(5)],
        "expiries": [expiry("osaka", "license", 20), expiry("osaka", "access_token", 900)],
    }
    report = document(
        fleet_plan(first, other, certificates=[certificate("the root", "token_signing_certificate", 400)])
    )

    months = ends.calendar(report)

    assert [(month.name, month.told, month.soon) for month in months] == [
        ("Already ended", "server certificate: 1", 1),
        ("December 2026", "license: 1", 1),
        ("September 2027", "TLS CA certificate: 1", 0),
        ("Later in 2027", "token signing certificate: 1", 0),
        ("2029", "access token: 1", 0),
    ]
    (of_all,) = months[2].ends
    assert (of_all.named, of_all.more) == (
        [("lyon-1", "edge=lyon"), ("osaka-0", "edge=osaka"), ("osaka-1", "edge=osaka")],
        3,
    )
    assert months[3].ends[0].places == [("the platform", None)]


def test_calendar_of_a_large_fleet_counts_what_it_does_not_list() -> None:
    edges = [
        {
            **named(IN_ORDER, f"e{number}"),
            "certificates": [certificate(f"e{number}", "server_certificate", 40 + number)],
        }
        for number in range(150)
    ]

    months = ends.calendar(document(fleet_plan(*edges, certificates=[])))

    assert sum(month.count for month in months) == 150
    assert sum(len(month.ends) for month in months) == ends.ROWS


def test_place_shows_its_worst_state_and_the_map_the_part_of_the_world_where_edges_are() -> None:
    edges = [named(IN_ORDER, "a"), named(DRIFTED, "b"), named(IN_ORDER, "c", place=4)]
    found = places.world(views(report_of(*edges), []))

    assert [(place.country, place.city, place.worst, place.count) for place in found.places] == [
        ("FR", "Lyon", "drifted", 2),
        ("NO", "Oslo", "in_order", 1),
    ]
    left, top, width, height = found.box
    assert width < 1000
    for x, y in ((48.4, -457.6), (107.5, -599.1)):
        assert left < x < left + width
        assert top < y < top + height


@pytest.mark.parametrize(
    "location",
    [
        {},
        {"city_name": "Lyon", "country_code": "FR"},
        {"latitude": "north", "longitude": 4},
        {"latitude": 91, "longitude": 4},
        {"latitude": 10**400, "longitude": 4},
        {"latitude": None, "longitude": None},
    ],
)
def test_edge_without_coordinates_is_in_the_table_and_not_on_the_map(location: dict[str, Any]) -> None:
    found = places.world(views(located(**location), []))

    assert [place.count for place in found.places] == [1]
    assert found.dots == []
    assert found.box == (-1800, -840, 3600, 1440)


@pytest.mark.parametrize("corner", [(90, 180), (-90, -180), (0, 180)])
def test_map_never_leaves_the_world(corner: tuple[int, int]) -> None:
    location = {"city_name": "End", "country_code": "XX", "latitude": corner[0], "longitude": corner[1]}
    left, top, width, height = places.world(views(located(**location), [])).box

    assert left >= -1800
    assert left + width <= 1800
    assert top >= -840
    assert height > 0


def test_edges_are_sorted_by_need_and_filters_offer_only_what_would_find_something() -> None:
    found = views(
        report_of(
            named(IN_ORDER, "b"),
            named(IN_ORDER, "A"),
            named(STUCK, "z", tags=["gpu", "dmz"]),
            named(DRIFTED, "y", place=1),
        ),
        [],
    )

    assert [view.edge["name"] for view in found] == ["z", "y", "A", "b"]
    offered = choices(found)
    assert (offered.countries, offered.tags, offered.facts) == (["FR", "JP"], ["dmz", "gpu"], ["jpd", "pairing"])


def run(at: str, **edges: str) -> dict[str, Any]:
    """One line of the history."""
    told = {name: {"state": state, "drifted": ["jpd"] if state == "drifted" else []} for name, state in edges.items()}
    return {"at": at, "mode": "report", "outcome": "drift", "duration_seconds": 5.0, "edges": told}


def test_history_of_an_edge_is_told_in_spells_the_latest_first() -> None:
    report = report_of(named(DRIFTED, "lyon"))
    history = [run("2026-11-01T00:00:00Z", lyon="in_order"), run("2026-11-02T00:00:00Z", lyon="in_order")]
    history += [run("2026-11-03T00:00:00Z"), run("2026-11-04T00:00:00Z", lyon="drifted")]

    spells = runs.of_edge(runs.of_fleet(report, history), "lyon")

    assert [(one.since[:10], one.runs, one.state, one.drifted, one.oldest) for one in spells] == [
        ("2026-11-04", 2, "drifted", ("jpd",), False),
        ("2026-11-01", 2, "in_order", (), True),
    ]


def test_this_run_stands_once_even_if_the_history_has_it_already() -> None:
    report = report_of(named(DRIFTED, "lyon"))

    assert [one.at for one in runs.of_fleet(report, [entry(report)])] == [report["finished_at"]]


def test_history_that_somebody_edited_costs_no_page() -> None:
    damaged = {**run("2026-11-01T00:00:00Z"), "edges": {"lyon": None, "osaka": {}}}

    assert runs.of_fleet(report_of(named(DRIFTED, "lyon")), [damaged])[0].edges == {"osaka": ("None", ())}


def test_trend_has_a_bar_for_every_run_and_state_that_says_what_it_stands_for() -> None:
    report = report_of(named(DRIFTED, "a"), named(STUCK, "b"))
    history = [run(f"2026-11-{day:02}T06:00:00Z", a="drifted", b="in_order") for day in range(1, 20)]

    drawn = ElementTree.fromstring(str(trend(runs.of_fleet(report, history))))  # noqa: S314

    names = {element.tag.split("}")[-1] for element in drawn.iter()}
    titles = [element.text for element in drawn.iter() if element.tag.endswith("title")]
    assert names == {"svg", "g", "path", "text", "rect", "title"}
    assert len(titles) == 21
    assert titles[0] == "2026-11-22 12:30 UTC: 1 needs a person"
    assert titles[-1] == "2026-11-22 12:30 UTC: 1 drifted"
    assert [element.attrib for element in drawn.iter() if "style" in element.attrib] == []


def test_single_run_is_no_trend() -> None:
    assert trend(runs.of_fleet(report_of(named(ENDING, "a")), [])) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "unknown"),
        (0.84, "0.8 s"),
        (84.2, "84 s"),
        (119.7, "2 min 0 s"),
        (725, "12 min 5 s"),
        (7384, "2 h 3 min"),
    ],
)
def test_duration_is_told_as_a_person_says_it(seconds: float | None, words: str) -> None:
    assert wording.lasted(seconds) == words


@pytest.mark.parametrize(("days", "words"), [(-1, "ended"), (0, "today"), (1, "1 day"), (45, "45 days")])
def test_days_that_are_left_are_told_in_words(days: int, words: str) -> None:
    assert wording.until(days) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("needs_person", "needs a person"),
        ("tls_ca_certificate", "TLS CA certificate"),
        ("jpd", "JPD"),
        ("restart", "restart"),
    ],
)
def test_names_are_written_as_persons_write_them(name: str, words: str) -> None:
    assert wording.named(name) == words

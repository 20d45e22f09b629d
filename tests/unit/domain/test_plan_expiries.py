# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ends besides certificates: access tokens and licences, as rows of the plan."""

from __future__ import annotations

from typing import Any

import pytest

from unit.domain.fleet_shapes import HOME, edge, jpd, plan_one, platform, seen

TOKEN = {
    "token_id": "t1",
    "subject": "jfac@01/users/admin",
    "scope": "applied-permissions/admin",
    "issued_at": "2026-01-01T00:00:00Z",
    "expires_at": "2027-01-01T12:30:00Z",
}
LICENSE = {"type": "Edge", "valid_through": "2027-01-01", "licensed_to": "Acme", "hash": None, "node_id": None}


def rows(rest: dict[str, Any] | None = None, **arguments: Any) -> list[dict[str, Any]]:
    return list(plan_one(rest=seen(**(rest or {})), **arguments)["edges"][0]["expiries"])


@pytest.mark.parametrize(
    ("end", "days", "state"),
    [
        pytest.param("2027-01-01T12:30:00Z", 40, "ok", id="long"),
        pytest.param("2026-11-29T12:30:00Z", 7, "ok", id="at-the-limit"),
        pytest.param("2026-11-29T12:29:59Z", 6, "expiring", id="within-the-limit"),
        pytest.param("2026-11-22T12:30:00Z", 0, "expired", id="now"),
        pytest.param("2026-11-21T12:00:00Z", -2, "expired", id="ended"),
    ],
)
def test_token_of_an_edge_is_a_row_with_its_end(end: str, days: int, state: str) -> None:
    assert rows({"token": {**TOKEN, "expires_at": end}}) == [
        {
            "where": "lyon",
            "kind": "access_token",
            "subject": "jfac@01/users/admin",
            "not_after": end,
            "days_left": days,
            "state": state,
        }
    ]


def test_token_that_never_ends_or_tells_nothing_is_no_row() -> None:
    assert rows({"token": {**TOKEN, "expires_at": None}}) == []
    assert rows() == []


def test_token_that_was_made_for_one_run_does_not_expire_unexpectedly() -> None:
    short = {**TOKEN, "issued_at": "2026-11-22T12:00:00Z", "expires_at": "2026-11-22T13:00:00Z"}

    assert [(row["days_left"], row["state"]) for row in rows({"token": short})] == [(0, "ok")]


@pytest.mark.parametrize(
    ("valid_through", "expired", "days", "state"),
    [
        pytest.param("2027-01-01", False, 40, "ok", id="long"),
        pytest.param("2026-12-21", False, 29, "expiring", id="within-the-limit"),
        pytest.param("2026-11-22", False, 0, "expiring", id="its-last-day"),
        pytest.param("2026-11-21", False, -1, "expired", id="ended"),
        pytest.param("2027-01-01", True, 40, "expired", id="said-to-have-ended"),
    ],
)
def test_licence_of_an_edge_is_a_row_until_the_end_of_its_last_day(
    valid_through: str, expired: bool, days: int, state: str
) -> None:
    listed = [{**LICENSE, "valid_through": valid_through, "expired": expired}]

    assert rows({"licenses": listed}) == [
        {
            "where": "lyon",
            "kind": "license",
            "subject": "Edge",
            "not_after": f"{valid_through}T23:59:59Z",
            "days_left": days,
            "state": state,
        }
    ]


def test_licences_that_nodes_share_are_told_once_and_others_for_their_node() -> None:
    shared = {**LICENSE, "expired": False}
    listed = [shared, shared, {**shared, "node_id": "lyon-1"}, {**shared, "node_id": "lyon-2"}]

    assert [row["where"] for row in rows({"licenses": listed})] == ["lyon-1", "lyon-2"]
    assert [row["where"] for row in rows({"licenses": [shared, shared]})] == ["lyon"]


def test_licence_is_known_by_the_platform_where_the_edge_does_not_tell() -> None:
    of_jpd = {"type": "Edge", "valid_through": "2027-01-01", "licensed_to": "Acme", "expired": False}

    found = rows(of_platform=platform(jpds=[HOME, jpd(licenses=[of_jpd])]))

    assert [(row["kind"], row["not_after"]) for row in found] == [("license", "2027-01-01T23:59:59Z")]


def test_licence_without_an_end_is_no_row() -> None:
    assert rows({"licenses": [{**LICENSE, "valid_through": None, "expired": False}]}) == []


def test_what_ends_first_comes_first() -> None:
    later = {**LICENSE, "expired": False}

    found = rows({"token": {**TOKEN, "expires_at": "2026-12-01T00:00:00Z"}, "licenses": [later]})

    assert [row["kind"] for row in found] == ["access_token", "license"]


def test_token_of_the_platform_is_a_row_of_the_platform() -> None:
    found = plan_one(edge(token_days_left=90), of_platform=platform(token=TOKEN))["platform"]["expiries"]

    assert [(row["where"], row["kind"], row["state"]) for row in found] == [
        ("https://acme.jfrog.io/", "access_token", "expiring")
    ]

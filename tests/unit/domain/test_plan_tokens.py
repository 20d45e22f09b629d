# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the plan says of the access tokens with which the run itself works."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.deployment import Registered
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import EdgeView
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.tokens import (
    judge_tokens,
    platform_token_findings,
)
from unit.domain.fleet_shapes import NOW, edge, node, platform, seen

ADMIN = "applied-permissions/admin"
USER = "applied-permissions/user"
LATER = "2027-11-22T10:00:00.000Z"
IN_TWO_DAYS = "2026-11-24T18:00:00.000Z"
IN_HOURS = "2026-11-22T15:45:00.000Z"
LIMIT = "2026-11-29T12:30:00.000Z"
PAST = "2026-11-22T12:30:00.000Z"
REMEDY = "Renew it with rotate_access_token.yml, or put another one into edge_access_token"
TOO_LATE = "It cannot make its successor any more: put another one into edge_access_token"
FOR_ADMINS = "Use a token with the scope applied-permissions/admin in edge_access_token"


def token(expires_at: str | None = LATER, scope: str = ADMIN, issued_at: str | None = None) -> dict[str, Any]:
    return {
        "token_id": "id",
        "subject": "jfac@01/users/admin",
        "scope": scope,
        "issued_at": issued_at,
        "expires_at": expires_at,
    }


def judged(of_edge: Any, *, days_left: int = 7) -> Any:
    view = EdgeView(
        edge=edge(token_days_left=days_left),
        platform=platform(),
        registered=Registered(platform()["jpds"]),
        seen=of_edge,
        nodes={"lyon-1": node()},
        now=NOW,
    )
    return judge_tokens(view)


@pytest.mark.parametrize(
    ("expires_at", "state", "reason", "remedies"),
    [
        pytest.param(LATER, "in_order", f"valid until {LATER}", [], id="lasts"),
        pytest.param(None, "in_order", "never ends", [], id="for-ever"),
        pytest.param(LIMIT, "in_order", f"valid until {LIMIT}", [], id="at-the-limit"),
        pytest.param(IN_TWO_DAYS, "drifted", f"ends on {IN_TWO_DAYS}, in 2 days", [REMEDY], id="days"),
        pytest.param(IN_HOURS, "drifted", f"ends on {IN_HOURS}, in 3 hours", [REMEDY], id="hours"),
        pytest.param(PAST, "drifted", f"expired on {PAST}", [TOO_LATE], id="this-moment"),
    ],
)
def test_token_that_ends_within_the_limit_needs_a_person(
    expires_at: str | None, state: str, reason: str, remedies: list[str]
) -> None:
    found = judged(seen(token=token(expires_at)))

    assert [(fact["fact"], fact["state"], fact["reason"]) for fact in found.facts] == [("access_token", state, reason)]
    assert [(one["reason"], one["remedy"], one["needs_person"]) for one in found.findings] == [
        (reason, remedy, True) for remedy in remedies
    ]
    assert (found.needs, found.stop) == ([], False)


@pytest.mark.parametrize(
    ("issued_at", "findings"),
    [
        pytest.param("2026-11-17T18:00:00.000Z", 0, id="never-longer-than-the-limit"),
        pytest.param("2026-11-17T17:59:59.000Z", 1, id="longer"),
        pytest.param(None, 1, id="not-told"),
    ],
)
def test_token_that_is_made_for_a_run_ends_without_a_word(issued_at: str | None, findings: int) -> None:
    assert len(judged(seen(token=token(IN_TWO_DAYS, issued_at=issued_at))).findings) == findings


def test_limit_is_the_inventory_s() -> None:
    assert judged(seen(token=token(IN_TWO_DAYS)), days_left=2).findings == []


@pytest.mark.parametrize(
    "of_edge",
    [
        pytest.param(None, id="edge-not-asked"),
        pytest.param(seen(), id="token-not-read"),
        pytest.param(seen(token=None), id="reference-token"),
    ],
)
def test_token_that_says_nothing_is_not_judged(of_edge: Any) -> None:
    found = judged(of_edge)

    assert (found.facts, found.findings) == ([], [])


def test_refused_token_is_told_once_by_the_judge_of_the_rest_side() -> None:
    found = judged(seen(token=token(PAST, USER), admin=False, error="it answered 401"))

    assert [fact["reason"] for fact in found.facts] == [f"expired on {PAST}"]
    assert found.findings == []


@pytest.mark.parametrize(
    ("admin", "needs_person"),
    [pytest.param(True, False, id="works-as-an-admin"), pytest.param(None, True, id="rights-not-known")],
)
def test_token_without_admin_scope_is_a_note_when_it_has_the_rights_all_the_same(
    admin: bool | None, needs_person: bool
) -> None:
    found = judged(seen(token=token(scope=f"{USER} system:info:r"), admin=admin))

    assert found.findings == [
        {
            "what": "access token of the Edge",
            "reason": f"has the scope '{USER} system:info:r', without {ADMIN}",
            "remedy": FOR_ADMINS,
            "needs_person": needs_person,
        }
    ]


@pytest.mark.parametrize(
    ("of_platform", "findings"),
    [
        pytest.param({"token": token()}, [], id="in-order"),
        pytest.param({}, [], id="not-read"),
        pytest.param({"token": None}, [], id="reference-token"),
        pytest.param({"token": token(scope=USER)}, [], id="lists-jpds-whatever-its-scope"),
        pytest.param(
            {"token": token(IN_TWO_DAYS)},
            [
                f"https://acme.jfrog.io/: the access token ends on {IN_TWO_DAYS}, in 2 days. Renew it with "
                "rotate_access_token.yml, or put another one into platform_access_token."
            ],
            id="ends-soon",
        ),
        pytest.param(
            {"token": token(PAST), "reachable": False},
            [
                f"https://acme.jfrog.io/: the access token expired on {PAST}. It cannot make its successor any more: "
                "put another one into platform_access_token."
            ],
            id="has-ended",
        ),
        pytest.param(
            {"token": token(scope=USER), "reachable": False},
            [
                f"https://acme.jfrog.io/: the access token has the scope '{USER}', without {ADMIN}. Use a token with "
                f"the scope {ADMIN} in platform_access_token."
            ],
            id="refused-for-its-scope",
        ),
    ],
)
def test_platform_token_is_told_in_time(of_platform: dict[str, Any], findings: list[str]) -> None:
    assert platform_token_findings(platform(**of_platform), now=NOW, days_left=7) == findings


@pytest.mark.parametrize(
    ("issued_at", "state"),
    [
        pytest.param("2026-11-22T09:00:00.000Z", "in_order", id="made-for-this-run"),
        pytest.param("2026-01-01T00:00:00.000Z", "drifted", id="made-for-long"),
    ],
)
def test_token_that_never_lasted_as_long_as_the_limit_ends_without_a_finding(issued_at: str, state: str) -> None:
    found = judged(seen(token=token(IN_HOURS, issued_at=issued_at)))

    assert [fact["state"] for fact in found.facts] == [state]
    assert bool(found.findings) is (state == "drifted")

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import version
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import admin_token as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.admin_token import TokenSeen
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
ADMIN = "applied-permissions/admin"


def seen(*, scope: str | None = ADMIN, days: float | None = 100) -> TokenSeen:
    return TokenSeen("id", "jfac@01/users/admin", scope, None if days is None else NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("token", "state"),
    [
        pytest.param(seen(), model.WORKS, id="works"),
        pytest.param(seen(days=None), model.WORKS, id="for-ever"),
        pytest.param(seen(days=30), model.WORKS, id="at-the-limit"),
        pytest.param(seen(days=29.9), model.ENDS_SOON, id="ends-soon"),
        pytest.param(seen(scope="applied-permissions/user"), model.OTHER_SCOPE, id="too-little"),
        pytest.param(seen(scope=f"system:info:r {ADMIN}"), model.WORKS, id="more-than-wanted"),
        pytest.param(seen(scope=None), model.WORKS, id="scope-not-told"),
        pytest.param(None, model.REFUSED, id="refused"),
    ],
)
def test_state_of_a_stored_token(token: TokenSeen | None, state: str) -> None:
    assert model.state_of(True, token, scope=ADMIN, renew_before=30, now=NOW) == state


def test_state_without_a_stored_token_is_missing() -> None:
    assert model.state_of(False, None, scope=ADMIN, renew_before=30, now=NOW) == model.MISSING


@pytest.mark.parametrize(
    ("valid_days", "renew_before", "accepted"),
    [(365, 30, True), (0, 30, True), (31, 30, True), (30, 30, False), (-1, 0, False), (365, -1, False)],
)
def test_days_that_would_renew_with_every_run_are_refused(valid_days: int, renew_before: int, accepted: bool) -> None:
    if accepted:
        model.check_days(valid_days, renew_before)
    else:
        with pytest.raises(InventoryError):
            model.check_days(valid_days, renew_before)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        pytest.param('{"token": "eyJ.a.b"}', "eyJ.a.b", id="token"),
        pytest.param('{"access_token": "eyJ.a.b", "x": 1}', "eyJ.a.b", id="access-token"),
        pytest.param('"eyJ.a.b"', "eyJ.a.b", id="bare"),
        pytest.param('{"token": "eyJ.a', None, id="half-written"),
        pytest.param("", None, id="empty"),
        pytest.param("[]", None, id="list"),
        pytest.param('{"token": 1}', None, id="number"),
        pytest.param('{"token": "a b"}', None, id="no-token"),
    ],
)
def test_token_in_the_file_of_a_start(text: str, token: str | None) -> None:
    assert model.token_in(text) == token


def jwt(claims: Any) -> str:
    return "eyJ." + base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=") + ".sig"


def test_claims_stand_in_for_the_answer_of_the_edge() -> None:
    claims = {"jti": "id", "sub": "jfac@01/users/admin", "scp": ADMIN, "exp": NOW.timestamp()}

    assert model.from_claims(jwt(claims)) == seen(days=0)


@pytest.mark.parametrize("token", ["opaque", "a.b.c", jwt([1]), jwt({"exp": "soon"}), jwt({"exp": 1e300})])
def test_claims_of_what_is_no_jwt_are_empty(token: str) -> None:
    assert model.from_claims(token) == TokenSeen("", "", None, None)


def test_answer_of_the_edge_is_told_with_times_of_a_person() -> None:
    item = {"token_id": "id", "subject": "jfac@01/users/admin", "scope": ADMIN, "expiry": NOW.timestamp()}

    assert model.from_api(item).facts() == {
        "token_id": "id",
        "subject": "jfac@01/users/admin",
        "scope": ADMIN,
        "expires_at": "2026-11-22T00:00:00.000Z",
    }


def test_request_always_has_an_expiry() -> None:
    body = model.request(scope=ADMIN, audience="*@*", valid_days=0, description="x")

    assert body["expires_in"] == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7.38.4", True), ("7.146.7", True), ("7.38.3", False), ("6.23.1", False), (None, None), ("unknown", None)],
)
def test_version_that_makes_admin_tokens(text: str | None, expected: bool | None) -> None:
    assert version.supports_admin_token(text) is expected

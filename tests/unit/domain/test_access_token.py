# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is true of access tokens, without a server."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_token import (
    has_admin_scope,
    token_seen,
)

ADMIN = "applied-permissions/admin"


def jwt(**claims: Any) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJSUzI1NiJ9.{payload}.signature"


def test_token_tells_who_it_is_and_when_it_ends() -> None:
    token = jwt(
        jti="id", sub="jfac@01/users/admin", scp=ADMIN, iat=1_799_996_400, exp=1_800_000_000, aud=["jfrt@*", "jfac@*"]
    )

    assert token_seen(token) == {
        "token_id": "id",
        "subject": "jfac@01/users/admin",
        "scope": ADMIN,
        "issued_at": "2027-01-15T07:00:00.000Z",
        "expires_at": "2027-01-15T08:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        pytest.param("cmVmdGtuOjAxOjAwMDA", None, id="reference-token"),
        pytest.param("eyJ.@@@.x", None, id="no-base64"),
        pytest.param(jwt(), None, id="no-claims"),
        pytest.param(jwt(jti="id", exp="soon"), None, id="end-that-cannot-be-read"),
        pytest.param(
            jwt(jti="id"),
            {"token_id": "id", "subject": "", "scope": "", "issued_at": None, "expires_at": None},
            id="never-ends",
        ),
    ],
)
def test_token_that_says_little(token: str, expected: Any) -> None:
    assert token_seen(token) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (ADMIN, True),
        (f"system:info:r {ADMIN}", True),
        ("applied-permissions/user", False),
        ("applied-permissions/administrators", False),
        ("", False),
    ],
)
def test_admin_scope_is_a_word_of_its_own(scope: str, expected: bool) -> None:
    assert has_admin_scope(scope) is expected

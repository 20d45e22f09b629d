# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of tokens by what their server lists: their state, their successors, and what is left over."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import access_token as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import token_rotation as rotation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_token import Token, Wanted

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
WANTED = Wanted("pipeline", "applied-permissions/user", 86_400, username="ci")


def token(token_id: str = "a", *, left: float | None = 1000, **changed: Any) -> Token:  # noqa: S107
    known = {"scope": "applied-permissions/user", "description": "pipeline", **changed}
    subject = known.pop("subject", "jfac@01/users/ci")
    return Token(token_id, subject, expires_at=None if left is None else NOW + timedelta(seconds=left), **known)


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        pytest.param(token(), "works", id="works"),
        pytest.param(token(left=None), "works", id="for-ever"),
        pytest.param(token(left=101), "works", id="before-the-limit"),
        pytest.param(token(left=100), "ends_soon", id="at-the-limit"),
        pytest.param(token(left=-5), "ends_soon", id="over"),
        pytest.param(token(scope="applied-permissions/admin"), "other", id="more-than-wanted"),
        pytest.param(token(scope=None), "works", id="scope-not-told"),
        pytest.param(token(description="another"), "other", id="other-description"),
        pytest.param(token(description=None), "works", id="description-not-told"),
        pytest.param(token(subject="jfac@01/users/ada"), "other", id="other-user"),
        pytest.param(None, "refused", id="refused"),
    ],
)
def test_state_of_a_stored_token(seen: Token | None, state: str) -> None:
    assert model.state_of(True, seen, WANTED, renew_before=100, now=NOW) == state
    assert model.state_of(False, seen, WANTED, renew_before=100, now=NOW) == "missing"


def test_body_has_what_is_asked_for_and_nothing_that_an_older_server_does_not_know() -> None:
    least = {"scope": "s", "audience": "*@*", "expires_in": 0, "description": "d"}

    assert Wanted("d", "s", 0).body() == least
    assert Wanted("d", "s", 0, "ci", "jfrt@*", True, True, "p").body() == {
        **least,
        "username": "ci",
        "audience": "jfrt@*",
        "include_reference_token": True,
        "force_revocable": True,
        "project_key": "p",
    }


@pytest.mark.parametrize(
    ("description", "predecessor"),
    [
        (rotation.description("hybrid.jfrog automation", "11-22"), "11-22"),
        ("x (replaces 11) (replaces 22)", "22"),
        ("x (replaces 11) ", None),
        ("x (replaces ../me)", None),
        ("made by hand", None),
        (None, None),
    ],
)
def test_successor_names_its_predecessor_at_the_end_of_its_description(
    description: str | None, predecessor: str | None
) -> None:
    assert rotation.predecessor_of(token(description=description)) == predecessor


def test_orphans_are_those_that_replace_the_token_in_the_file() -> None:
    current = token("now", description="x (replaces old)")
    listed = [
        current,
        token("old", description="x"),
        token("lost", description="renamed (replaces now)"),
        token("other", description="x (replaces another)"),
        token("none", description=None),
    ]

    assert [one.token_id for one in rotation.orphans(listed, current)] == ["lost"]


@pytest.mark.parametrize(
    ("left", "renew_before", "due"),
    [(1000, None, True), (1000, 999, False), (1000, 1000, True), (None, 1000, False), (None, None, True)],
)
def test_rotation_is_due(left: float | None, renew_before: int | None, due: bool) -> None:
    assert rotation.is_due(token(left=left), renew_before=renew_before, now=NOW) is due

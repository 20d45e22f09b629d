# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""access_token_info: the tokens that a server keeps, by filters, without their values."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from simulator import tokens
from simulator.simulator import Simulator
from unit.modules.rest_cases import assert_no_secret, edge_options, platform_options
from unit.modules.run_module import run_module

DAY = 86_400


def options_of(simulator: Simulator, of: str, **changes: Any) -> dict[str, Any]:
    options = platform_options(simulator) if of == "platform" else edge_options(simulator, "lyon")
    return {**options, "of": of, **changes}


def fill(site: Any) -> dict[str, str]:
    """Tokens of several users at a site; their values by their users."""
    values = {}
    for username, description, days, refreshable in (
        ("ada", "nightly", 40, False),
        ("bea", "night", 10, True),
        ("cid", None, None, False),
    ):
        values[username], _record = tokens.issue(
            site.database,
            subject=f"{site.database.service_id}/users/{username}",
            scope="applied-permissions/user",
            audience="*@*",
            lifetime=None if days is None else days * DAY + 60,
            now=site.now(),
            description=description,
            refreshable=refreshable,
        )
    return values


@pytest.fixture
def lyon(simulator: Simulator) -> Any:
    return simulator.add_edge("lyon")


@pytest.mark.parametrize("of", ["platform", "edge"])
def test_tokens_are_told_with_their_days_and_without_their_values(simulator: Simulator, lyon: Any, of: str) -> None:
    site = lyon if of == "edge" else simulator.platform
    values = fill(site)
    options = options_of(simulator, of)

    result = run_module("access_token_info", options)

    ada = next(token for token in result["tokens"] if token["username"] == "ada")
    record = site.database.tokens[ada["token_id"]]
    assert {name: ada[name] for name in ("subject", "scope", "description", "refreshable", "last_used")} == {
        "subject": f"{site.database.service_id}/users/ada",
        "scope": "applied-permissions/user",
        "description": "nightly",
        "refreshable": False,
        "last_used": None,
    }
    assert (ada["days_left"], ada["expires_at"][:16]) == (40, f"{record.expires_at:%Y-%m-%dT%H:%M}")
    endless = next(token for token in result["tokens"] if token["username"] == "cid")
    assert (endless["days_left"], endless["expires_at"], endless["description"]) == (None, None, None)
    assert run_module("access_token_info", options, check=True)["tokens"] == result["tokens"]
    assert (result["changed"], simulator.calls.writes) == (False, [])
    assert_no_secret(result, simulator, *values.values())


@pytest.mark.parametrize(
    ("filters", "users"),
    [
        pytest.param({}, ["ada", "bea", "cid"], id="all"),
        pytest.param({"description": "night"}, ["bea"], id="description"),
        pytest.param({"description": "night*"}, ["ada", "bea"], id="any-end"),
        pytest.param({"description": "day"}, [], id="nothing"),
        pytest.param({"username": "cid"}, ["cid"], id="user"),
        pytest.param({"refreshable": True}, ["bea"], id="refreshable"),
        pytest.param({"refreshable": False}, ["ada", "cid"], id="not-refreshable"),
        pytest.param({"ends_within_days": 30}, ["bea"], id="ends-soon"),
        pytest.param({"order_by": "expiry"}, ["bea", "ada", "cid"], id="by-end"),
        pytest.param({"order_by": "owner", "descending": True}, ["cid", "bea", "ada"], id="descending"),
    ],
)
@pytest.mark.parametrize("knows", [True, False], ids=["server-filters", "server-ignores-filters"])
def test_filters(
    simulator: Simulator, lyon: Any, filters: dict[str, Any], users: list[str], knows: bool, monkeypatch: Any
) -> None:
    fill(lyon)
    if not knows and "refreshable" not in filters:
        monkeypatch.setattr("simulator.rest.access_tokens._wanted", lambda *_arguments: True)

    result = run_module("access_token_info", options_of(simulator, "edge", **filters))

    assert [token["username"] for token in result["tokens"]] == users


def test_one_token_is_found_by_its_id(simulator: Simulator, lyon: Any) -> None:
    fill(lyon)
    wanted = next(iter(lyon.database.tokens))

    result = run_module("access_token_info", options_of(simulator, "edge", token_id=wanted))

    assert [token["token_id"] for token in result["tokens"]] == [wanted]


def test_last_use_is_told_where_the_server_tells_it(simulator: Simulator, lyon: Any) -> None:
    lyon.version = "7.108.3"
    simulator.switches.token_last_used = True
    token = fill(lyon)["ada"]
    run_module("access_token_info", options_of(simulator, "edge", edge_access_token=token))

    result = run_module("access_token_info", options_of(simulator, "edge", username="ada"))

    assert result["tokens"][0]["last_used"].startswith("20")


def test_who_is_no_administrator_sees_their_own(simulator: Simulator, lyon: Any) -> None:
    token = fill(lyon)["bea"]

    result = run_module("access_token_info", options_of(simulator, "edge", edge_access_token=token))

    assert [found["username"] for found in result["tokens"]] == ["bea"]


@pytest.mark.parametrize(
    ("prepare", "says", "status"),
    [
        pytest.param(
            lambda simulator, lyon: {"edge_access_token": lyon.admin_token(expires_in=-5)},
            ["Cannot list the access tokens at the Edge {url}: it answered 401", "Invalid token, expired"],
            401,
            id="401-expired",
        ),
        pytest.param(
            lambda simulator, lyon: {"edge_access_token": lyon.admin_token(audience="jfrt@*")},
            ["it answered 401", "Invalid token, audience"],
            401,
            id="401-audience",
        ),
        pytest.param(
            lambda simulator, lyon: simulator.faults.add(site="lyon", kind="502_html", times=None) or {},
            ["it answered 502 Bad Gateway"],
            502,
            id="502-page",
        ),
        pytest.param(
            lambda simulator, lyon: {"edge_access_token": None},
            ["of is edge but all of the following are missing: edge_access_token"],
            None,
            id="no-token",
        ),
    ],
)
def test_refusal_is_quoted(simulator: Simulator, lyon: Any, prepare: Any, says: list[str], status: Any) -> None:
    options = options_of(simulator, "edge", **prepare(simulator, lyon))

    result = run_module("access_token_info", {name: value for name, value in options.items() if value is not None})

    assert result["failed"] is True
    assert [text for text in says if text.format(url=lyon.url) not in result["msg"]] == []
    assert result.get("http_status") == status


def test_answer_that_is_no_list_is_an_error(simulator: Simulator, lyon: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.rest.access_tokens._shown", lambda *_arguments: {"surprise": True})
    fill(lyon)

    result = run_module("access_token_info", options_of(simulator, "edge"))

    assert "it answered 200 with a body of an unknown shape" in result["msg"]


def test_token_that_has_ended_is_not_listed_by_the_server(simulator: Simulator, lyon: Any) -> None:
    fill(lyon)
    simulator.clock.advance(timedelta(days=20).total_seconds())

    result = run_module("access_token_info", options_of(simulator, "edge"))

    assert [token["username"] for token in result["tokens"]] == ["ada", "cid"]

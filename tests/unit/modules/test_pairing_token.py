# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""pairing_token: a token for a person to paste, in a file, only when that is asked for in so many words."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.mission_control import MissionControl
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.session import JFrogSession
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    ConflictError,
    InventoryError,
    PairingError,
    TransportError,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.pairing_token import (
    PAIRING_TOKEN_OPTIONS,
    ensure_pairing_token,
)
from simulator.simulator import Simulator
from unit.modules.play import play
from unit.modules.rest_cases import LYON, FastClock
from unit.modules.token_cases import A_TOKEN, USER, TokenKeeper

PAIRING = "/access/api/v1/service_trust/pairing/mission-control"


@pytest.fixture
def keeper(simulator: Simulator, tmp_path: Path) -> TokenKeeper:
    return TokenKeeper(simulator, tmp_path, ensure_pairing_token, PAIRING_TOKEN_OPTIONS)


def run(keeper: TokenKeeper, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    return keeper.run(check=check, **{"acknowledge_token_in_file": True, **changes})


def minted(keeper: TokenKeeper) -> int:
    return len(keeper.simulator.calls.find(method="POST", path=PAIRING))


def paste(keeper: TokenKeeper) -> str:
    """What a person does at the platform; the code of the new JPD's status."""
    platform = keeper.simulator.platform
    body = {"name": "lyon", "url": keeper.site.url, "location": LYON, "token": keeper.store.read_text()}
    with JFrogSession(platform.url, platform.admin_token(), verify=str(keeper.simulator.ca_path)) as session:
        return str(MissionControl(session).create_jpd(body)["status"]["code"])


def test_five_runs(keeper: TokenKeeper) -> None:
    predicted = run(keeper, check=True)
    assert (predicted["changed"], predicted["drift"], predicted["pairing_token"]) == (True, ["token"], None)
    assert (minted(keeper), keeper.store.exists()) == (0, False)

    real = run(keeper)
    token = keeper.store.read_text()
    assert (real["changed"], real["diff"]) == (True, predicted["diff"])
    assert stat.S_IMODE(keeper.store.stat().st_mode) == 0o600
    assert real["pairing_token"]["base_url"] == keeper.site.url
    assert 290 <= real["pairing_token"]["seconds_left"] <= 300
    assert any("can be used once until 20" in text and "remove the file" in text for text in keeper.warnings)

    again = run(keeper)
    assert (again["changed"], again["drift"], minted(keeper)) == (False, [], 1)

    keeper.simulator.clock.advance(250)
    keeper.clock.slept.append(250)
    found = run(keeper, check=True)
    assert (found["changed"], found["diff"]["before"], minted(keeper)) == (True, {"token": "ended"}, 1)

    repaired = run(keeper)
    assert (repaired["diff"], minted(keeper)) == (found["diff"], 2)
    assert keeper.store.read_text() != token
    assert run(keeper)["changed"] is False
    told = json.dumps([keeper.results, keeper.warnings])
    assert A_TOKEN.search(told) is None


def test_token_is_what_the_platform_takes(keeper: TokenKeeper) -> None:
    run(keeper)

    assert paste(keeper) == "ONLINE"


def test_absent_removes_the_file_without_a_request(keeper: TokenKeeper) -> None:
    run(keeper)
    keeper.simulator.calls.clear()
    options = {"state": "absent", "edge_access_token": None, "acknowledge_token_in_file": False}

    predicted = run(keeper, check=True, **options)
    assert keeper.store.exists()
    real = run(keeper, **options)
    again = run(keeper, **options)

    assert (predicted["changed"], real["changed"], again["changed"]) == (True, True, False)
    assert (real["diff"], keeper.store.exists()) == (predicted["diff"], False)
    assert list(keeper.simulator.calls) == []


def test_absent_removes_a_token_that_has_ended(keeper: TokenKeeper) -> None:
    run(keeper)
    keeper.clock.slept.append(400)

    result = run(keeper, state="absent")

    assert (result["diff"]["before"], keeper.store.exists()) == ({"token": "ended"}, False)


@pytest.mark.parametrize("check", [True, False], ids=["check-mode", "run"])
def test_nothing_is_made_without_the_acknowledgement(keeper: TokenKeeper, check: bool) -> None:
    with pytest.raises(InventoryError) as caught:
        run(keeper, check=check, acknowledge_token_in_file=False)

    assert "whoever reads it within 300 seconds can pair a platform of theirs with the Edge" in caught.value.msg
    assert "Use hybrid.jfrog.jpd, which gives the token to the platform without writing it" in caught.value.msg
    assert list(keeper.simulator.calls) == []


def put_notes(keeper: TokenKeeper) -> dict[str, Any]:
    keeper.put("notes")
    return {}


def put_access_token(keeper: TokenKeeper) -> dict[str, Any]:
    keeper.put(keeper.site.admin_token())
    return {}


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("prepare", [put_notes, put_access_token])
def test_file_with_something_else_is_kept(keeper: TokenKeeper, prepare: Callable[..., Any], state: str) -> None:
    prepare(keeper)
    before = keeper.store.read_text()

    with pytest.raises(ConflictError, match="it holds something else, which would be lost"):
        run(keeper, state=state)

    assert (keeper.store.read_text(), minted(keeper)) == (before, 0)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"token_file": ""}, "token_file is empty", id="no-file"),
        pytest.param({"edge_access_token": None}, "edge_access_token is missing", id="no-token"),
    ],
)
def test_what_is_missing_is_told_first(keeper: TokenKeeper, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InventoryError, match=says):
        run(keeper, **changes)


@pytest.mark.parametrize("base_url", [None, "https://edge-of-the-lan.invalid"], ids=["its-url", "custom-base-url"])
def test_token_that_the_platform_would_refuse_is_not_written(keeper: TokenKeeper, base_url: str | None) -> None:
    keeper.site.custom_base_url = base_url
    changes = {} if base_url else {"url": "https://edge-lyon.example.com"}

    with pytest.raises(PairingError, match=r"the Edge calls itself .* Set the Edge's custom base URL to"):
        run(keeper, **changes)

    assert list(keeper.store.parent.glob("*")) == []


@pytest.mark.parametrize(
    ("prepare", "says", "status"),
    [
        pytest.param(
            lambda keeper: {"edge_access_token": keeper.site.admin_token(expires_in=-5)},
            "it answered 401",
            401,
            id="401",
        ),
        pytest.param(
            lambda keeper: {"edge_access_token": keeper.site.admin_token(username="reader", scope=USER)},
            "edge_access_token with admin rights",
            403,
            id="403",
        ),
        pytest.param(
            lambda keeper: setattr(keeper.site, "version", "7.25.7") or {},
            "that its version has this call",
            404,
            id="404-older",
        ),
    ],
)
def test_refusal_is_quoted(keeper: TokenKeeper, prepare: Callable[..., Any], says: str, status: int) -> None:
    with pytest.raises(ApiError, match="Cannot create a pairing token at the Edge") as caught:
        run(keeper, **prepare(keeper))

    assert says in caught.value.msg
    assert caught.value.details["http_status"] == status
    assert list(keeper.store.parent.glob("*")) == []


def test_token_whose_answer_was_lost_is_asked_for_once_and_the_next_run_makes_another(keeper: TokenKeeper) -> None:
    keeper.simulator.faults.add(site="lyon", method="POST", path=PAIRING, kind="drop_answer")

    with pytest.raises(TransportError):
        run(keeper)

    assert (minted(keeper), keeper.store.exists()) == (1, False)
    assert run(keeper)["changed"] is True


def test_edge_whose_clock_is_behind_is_told(keeper: TokenKeeper) -> None:
    keeper.clock = FastClock(slept=[1000.0])

    with pytest.raises(PairingError, match="the pairing token expired 70"):
        run(keeper)

    assert not keeper.store.exists()


def test_play_at_the_highest_verbosity_shows_no_token(keeper: TokenKeeper, tmp_path: Path) -> None:
    options = {
        "edge_url": keeper.site.url,
        "edge_access_token": keeper.authority,
        "edge_ca_path": str(keeper.simulator.ca_path),
        "token_file": str(keeper.store),
        "acknowledge_token_in_file": True,
    }

    done = play(tmp_path / "play", {"make": {"hybrid.jfrog.pairing_token": options}}, "-vvvv", "--diff")

    assert done.results["make"]["changed"] is True, done.output[-3000:]
    told = done.output + json.dumps(done.results)
    assert [secret for secret in (keeper.store.read_text(), keeper.authority) if secret in told] == []
    assert "can be used once until" in " ".join(done.output.split())

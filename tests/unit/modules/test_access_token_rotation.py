# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""access_token_rotation: the token in a file makes its successor, and a run that was interrupted is finished."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_token import of_claims
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    EdgeError,
    InventoryError,
    TransportError,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.desk import TokenDesk
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.rotation import (
    ROTATION_OPTIONS,
    ensure_rotation,
)
from simulator.simulator import Simulator
from unit.modules.token_cases import ADMIN, DAYS, TOKENS, USER, TokenKeeper


class Killed(BaseException):
    """The controller dies here: nothing of ours may catch it and go on."""


def keeper_of(simulator: Simulator, folder: Path, of: str = "platform", **edge: Any) -> TokenKeeper:
    keeper = TokenKeeper(simulator, folder, ensure_rotation, ROTATION_OPTIONS, of=of, **edge)
    keeper.authority = keeper.token(description="made by hand")
    keeper.put(keeper.authority)
    return keeper


@pytest.fixture
def keeper(simulator: Simulator, tmp_path: Path) -> TokenKeeper:
    return keeper_of(simulator, tmp_path)


def stored(keeper: TokenKeeper) -> str:
    """The id of the token in the file."""
    found = of_claims(keeper.store.read_text())
    assert found is not None
    return found.token_id


def works(keeper: TokenKeeper) -> bool:
    """Whether the token in the file is taken by the server."""
    return not keeper.site.database.tokens[stored(keeper)].revoked


def alive(keeper: TokenKeeper) -> list[str]:
    return [record.token_id for record in keeper.site.database.tokens.values() if not record.revoked]


@pytest.mark.parametrize("of", ["platform", "edge"])
def test_five_runs_with_a_limit(simulator: Simulator, tmp_path: Path, of: str) -> None:
    keeper = keeper_of(simulator, tmp_path, of)
    first = stored(keeper)
    options = {"renew_before": 60 * DAYS}

    predicted = keeper.run(check=True, **options)
    assert (predicted["changed"], predicted["drift"], predicted["access_token"]) == (True, ["token"], None)
    assert (simulator.calls.writes, stored(keeper)) == ([], first)

    real = keeper.run(**options)
    assert (real["changed"], real["diff"], real["revoked"]) == (True, predicted["diff"], [first])
    assert stat.S_IMODE(keeper.store.stat().st_mode) == 0o600
    assert alive(keeper) == [stored(keeper)] == [real["access_token"]["token_id"]]
    assert real["access_token"]["description"] == f"hybrid.jfrog automation (replaces {first})"
    assert (real["access_token"]["username"], real["access_token"]["scope"]) == ("admin", ADMIN)
    sent = len(simulator.calls.writes)

    again = keeper.run(**options)
    assert (again["changed"], again["drift"], again["revoked"]) == (False, [], [])
    assert len(simulator.calls.writes) == sent

    simulator.clock.advance(320 * DAYS)
    keeper.clock.slept.append(320 * DAYS)
    found = keeper.run(check=True, **options)
    assert (found["changed"], found["drift"]) == (True, ["token"])
    assert len(simulator.calls.writes) == sent

    repaired = keeper.run(**options)
    assert (repaired["diff"], repaired["revoked"]) == (found["diff"], [real["access_token"]["token_id"]])
    assert keeper.run(**options)["changed"] is False
    keeper.assert_no_token_was_told()


def test_without_a_limit_every_run_rotates(keeper: TokenKeeper) -> None:
    first = stored(keeper)
    second = keeper.run()["access_token"]["token_id"]

    third = keeper.run()

    assert (third["changed"], third["revoked"]) == (True, [second])
    assert first not in alive(keeper)
    assert alive(keeper) == [stored(keeper)]


def test_successor_has_the_rights_and_the_user_of_the_former_one(keeper: TokenKeeper) -> None:
    keeper.put(keeper.token(scope=f"{ADMIN} system:info/licenses:r"))

    result = keeper.run()

    assert result["access_token"]["scope"] == f"{ADMIN} system:info/licenses:r"
    assert keeper.run(scope=ADMIN)["access_token"]["scope"] == ADMIN


def test_order_is_make_prove_store_revoke(keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    former = keeper.store.read_text()
    seen: list[tuple[str, str, bool]] = []
    real = os.replace

    def replaced(*paths: Any) -> None:
        seen.extend((call.method, call.path, True) for call in keeper.simulator.calls if call.by_client)
        real(*paths)

    monkeypatch.setattr("os.replace", replaced)
    keeper.run()

    before = [(method, path) for method, path, _ in seen]
    after = [(c.method, c.path) for c in keeper.simulator.calls if c.by_client][len(before) :]
    assert before[-2:] == [("POST", TOKENS), ("GET", f"{TOKENS}/me")]
    assert after == [("DELETE", f"{TOKENS}/{of_claims(former).token_id}")]  # type: ignore[union-attr]


MOMENTS = [
    pytest.param((TokenDesk, "make", "before"), id="before-it-is-made"),
    pytest.param((TokenDesk, "make", "after"), id="made"),
    pytest.param((TokenDesk, "prove", "after"), id="proven"),
    pytest.param((os, "replace", "after"), id="stored"),
    pytest.param((Access, "delete_token", "after"), id="former-one-revoked"),
]


@pytest.mark.parametrize("limit", [None, 60 * DAYS], ids=["every-run", "when-due"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_rotation_that_was_interrupted_anywhere_is_finished_by_the_next_run(
    keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch, moment: tuple[Any, str, str], limit: int | None
) -> None:
    where, name, when = moment
    original = getattr(where, name)

    def killed(*arguments: Any, **options: Any) -> Any:
        if when == "after":
            original(*arguments, **options)
        raise Killed

    monkeypatch.setattr(where, name, killed)
    with pytest.raises(Killed):
        keeper.run(renew_before=limit)
    monkeypatch.undo()
    assert works(keeper)

    result = keeper.run(renew_before=limit)

    assert result["changed"] is (name != "delete_token" or limit is None)
    assert alive(keeper) == [stored(keeper)]
    assert "(replaces " in keeper.site.database.tokens[stored(keeper)].description
    assert keeper.run(renew_before=60 * DAYS)["changed"] is False


def test_run_that_finishes_an_interrupted_one_rotates_no_second_time(
    keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = stored(keeper)
    keeper.simulator.faults.add(site="acme", method="DELETE", path=TOKENS, kind="hang_up", times=4)
    with pytest.raises(TransportError, match="Cannot revoke an access token at the platform"):
        keeper.run()
    second = stored(keeper)

    predicted = keeper.run(check=True)
    finished = keeper.run()

    assert (finished["drift"], finished["diff"]) == (["left_over"], predicted["diff"])
    assert (finished["revoked"], stored(keeper), alive(keeper)) == ([first], second, [second])


@pytest.mark.parametrize("times", [1, 2])
def test_lost_answer_leaves_one_token(keeper: TokenKeeper, times: int) -> None:
    former = stored(keeper)
    keeper.lose(times=times)

    if times == 2:
        with pytest.raises(TransportError, match="Cannot create an access token at the platform"):
            keeper.run()
        assert (alive(keeper), keeper.mints()) == ([former], 2)
    keeper.run()

    assert alive(keeper) == [stored(keeper)] != [former]


def test_revocation_whose_answer_was_lost_is_done(keeper: TokenKeeper) -> None:
    keeper.simulator.faults.add(site="acme", method="DELETE", path=TOKENS, kind="drop_answer")

    keeper.run()

    assert (alive(keeper), keeper.warnings) == ([stored(keeper)], [])


def test_token_that_cannot_be_stored_is_revoked_and_the_former_one_stays(
    keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = stored(keeper)

    def full(*_paths: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(EdgeError, match="no space left on device"):
        keeper.run()

    assert (stored(keeper), alive(keeper)) == (former, [former])


def test_others_tokens_stay(keeper: TokenKeeper) -> None:
    keeper.token(description="hybrid.jfrog automation")
    keeper.token(description="hybrid.jfrog automation (replaces another)")

    keeper.run()
    keeper.run()

    assert len(alive(keeper)) == 3


def test_former_token_that_cannot_be_revoked_is_told_and_does_not_stop_the_next_rotation(keeper: TokenKeeper) -> None:
    keeper.put(keeper.token(life=1 * 3600, description="short"))

    result = keeper.run()

    assert (result["changed"], result["revoked"]) == (True, [])
    assert any("cannot be revoked, and works until 20" in text for text in keeper.warnings)
    assert keeper.run()["revoked"] == [result["access_token"]["token_id"]]


def test_reference_token_is_replaced(keeper: TokenKeeper) -> None:
    record = keeper.site.database.tokens[stored(keeper)]
    record.reference_token = "cmVmdGtuOjAxOjE4MDAwMDAwMDA6YWJjZGVm"
    keeper.put(record.reference_token)

    result = keeper.run()

    assert result["revoked"] == [record.token_id]
    assert alive(keeper) == [stored(keeper)]


@pytest.mark.parametrize("version", ["7.38.4", "7.53.1", "7.104.2"])
def test_every_version_is_served(simulator: Simulator, tmp_path: Path, version: str) -> None:
    keeper = keeper_of(simulator, tmp_path, "edge", version=version)

    keeper.run()

    assert alive(keeper) == [stored(keeper)]
    assert keeper.run(renew_before=DAYS)["changed"] is False


@pytest.mark.parametrize(
    ("prepare", "changes", "says"),
    [
        pytest.param(lambda keeper: keeper.store.unlink(), {}, "there is no file", id="no-file"),
        pytest.param(lambda keeper: None, {"token_file": ""}, "token_file is empty", id="no-name"),
        pytest.param(lambda keeper: None, {"platform_url": None}, "platform_url is missing", id="no-url"),
        pytest.param(lambda keeper: None, {"of": "edge"}, "edge_url is missing", id="no-edge-url"),
        pytest.param(lambda keeper: None, {"description": "x" * 905}, "longer than 904", id="long-description"),
        pytest.param(
            lambda keeper: None, {"expires_in": 3600, "renew_before": 7200}, "renewed with every run", id="life"
        ),
    ],
)
def test_what_cannot_be_rotated_is_told_first(
    keeper: TokenKeeper, prepare: Any, changes: dict[str, Any], says: str
) -> None:
    prepare(keeper)

    with pytest.raises(InventoryError) as caught:
        keeper.run(**changes)

    assert says in caught.value.msg
    assert list(keeper.simulator.calls) == []


@pytest.mark.parametrize("check", [True, False], ids=["check-mode", "run"])
def test_token_that_is_refused_is_told_with_what_to_do(keeper: TokenKeeper, check: bool) -> None:
    keeper.put(keeper.site.admin_token(expires_in=-5))

    with pytest.raises(EdgeError, match=r"refuses it, so it cannot make its successor\. It was revoked or has ended"):
        keeper.run(check=check)


def test_token_that_may_not_make_what_is_asked_for_stays(keeper: TokenKeeper) -> None:
    keeper.put(keeper.token(scope=USER))
    former = stored(keeper)

    with pytest.raises(ApiError, match="it answered 403"):
        keeper.run(scope=ADMIN)

    assert stored(keeper) == former
    assert former in alive(keeper)

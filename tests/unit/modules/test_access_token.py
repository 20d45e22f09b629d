# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""access_token: one token at a server, its value in a file, and what interrupted runs and lost answers leave behind."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    ConflictError,
    EdgeError,
    InventoryError,
    TransportError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import fingerprint
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.access_token import (
    ACCESS_TOKEN_OPTIONS,
    ensure_access_token,
)
from simulator.envelopes import Refusal
from simulator.simulator import Simulator
from unit.modules.play import play
from unit.modules.token_cases import ADMIN, DAYS, HOURS, TOKENS, USER, TokenKeeper

NAME = "pipeline of Lyon"


def keeper_of(simulator: Simulator, folder: Path, of: str = "edge", **edge: Any) -> TokenKeeper:
    return TokenKeeper(simulator, folder, ensure_access_token, ACCESS_TOKEN_OPTIONS, of=of, **edge)


@pytest.fixture
def keeper(simulator: Simulator, tmp_path: Path) -> TokenKeeper:
    return keeper_of(simulator, tmp_path)


@pytest.mark.parametrize("of", ["platform", "edge"])
def test_five_runs(simulator: Simulator, tmp_path: Path, of: str) -> None:
    keeper = keeper_of(simulator, tmp_path, of)
    options = {"description": NAME, "username": "ci", "scope": "applied-permissions/groups:readers"}

    predicted = keeper.run(check=True, **options)
    assert (predicted["changed"], predicted["drift"], predicted["access_token"]) == (True, ["state"], None)
    assert (simulator.calls.writes, keeper.store.exists()) == ([], False)

    real = keeper.run(**options)
    assert (real["changed"], real["diff"]) == (True, predicted["diff"])
    assert stat.S_IMODE(keeper.store.stat().st_mode) == 0o600
    assert [real["access_token"]["token_id"]] == keeper.alive(NAME)
    assert real["access_token"]["fingerprint"] == fingerprint(keeper.store.read_text())
    assert {name: real["access_token"][name] for name in ("username", "scope", "description")} == options
    sent = len(simulator.calls.writes)

    again = keeper.run(**options)
    assert (again["changed"], again["drift"], again["revoked"]) == (False, [], [])
    assert again["access_token"] == real["access_token"]
    assert len(simulator.calls.writes) == sent

    keeper.site.database.tokens[real["access_token"]["token_id"]].revoked = True
    found = keeper.run(check=True, **options)
    assert (found["changed"], found["drift"], found["diff"]["before"]["state"]) == (True, ["state"], "refused")
    assert len(simulator.calls.writes) == sent

    repaired = keeper.run(**options)
    assert repaired["diff"] == found["diff"]
    assert keeper.alive(NAME) == [repaired["access_token"]["token_id"]] != [real["access_token"]["token_id"]]
    assert keeper.run(**options)["changed"] is False
    keeper.assert_no_token_was_told()


def put_nothing(_keeper: TokenKeeper, _token: dict[str, Any]) -> None:
    """Leave everything as it is."""


def lose_the_file(keeper: TokenKeeper, _token: dict[str, Any]) -> None:
    keeper.store.unlink()


def put_another(keeper: TokenKeeper, _token: dict[str, Any]) -> None:
    keeper.put(keeper.token(description="another", scope=USER))


@pytest.mark.parametrize(
    ("tamper", "changes", "before"),
    [
        pytest.param(lose_the_file, {}, {"state": "missing", "others": 1}, id="file-lost"),
        pytest.param(put_another, {}, {"state": "other", "others": 1}, id="another-token-in-the-file"),
        pytest.param(put_nothing, {"scope": ADMIN}, {"state": "other", "others": 0}, id="other-scope"),
        pytest.param(put_nothing, {"renew_before": 90 * DAYS}, {"state": "ends_soon", "others": 0}, id="near-its-end"),
    ],
)
def test_token_that_is_not_as_wanted_is_replaced_and_the_former_one_revoked(
    keeper: TokenKeeper, tamper: Callable[..., None], changes: dict[str, Any], before: dict[str, Any]
) -> None:
    options = {"description": NAME, "expires_in": 80 * DAYS}
    former = keeper.run(**options)["access_token"]
    tamper(keeper, former)
    options = {**options, **changes, "expires_in": 200 * DAYS}

    result = keeper.run(**options)

    assert result["diff"]["before"] == before
    assert result["revoked"] == [former["token_id"]]
    assert keeper.alive(NAME) == [result["access_token"]["token_id"]]
    assert keeper.run(**options)["changed"] is False


def test_order_of_scopes_is_no_difference(keeper: TokenKeeper) -> None:
    keeper.run(description=NAME, scope=f"{USER} system:info/licenses:r")

    assert keeper.run(description=NAME, scope=f"system:info/licenses:r {USER}")["changed"] is False


def test_former_tokens_are_kept_on_request(keeper: TokenKeeper) -> None:
    former = keeper.run(description=NAME, former="keep")["access_token"]["token_id"]

    result = keeper.run(description=NAME, former="keep", scope=ADMIN)

    assert (result["changed"], result["revoked"]) == (True, [])
    assert keeper.alive(NAME) == [former, result["access_token"]["token_id"]]
    assert keeper.run(description=NAME, former="keep", scope=ADMIN)["changed"] is False


@pytest.mark.parametrize("username", [None, "ci"])
def test_tokens_of_others_stay(keeper: TokenKeeper, username: str | None) -> None:
    """Another description is another token; so is another user's, when one is wanted."""
    keeper.run(description=NAME, username="ci")
    keeper.run(description=NAME + " 2", username=username, token_file=str(keeper.store) + "2")
    keeper.run(description=NAME, username="other", token_file=str(keeper.store) + "3")

    assert len(keeper.alive(NAME)) == 2
    assert keeper.run(description=NAME, username="ci")["changed"] is False


def test_server_that_ignores_the_filters_leads_to_no_other_token(
    keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.rest.access_tokens._wanted", lambda *_arguments: True)
    keeper.run(description="another", token_file=str(keeper.store) + "2")
    keeper.run(description=NAME)

    keeper.run(description=NAME, scope=ADMIN)
    keeper.run(description=NAME, state="absent")

    assert len(keeper.alive("another")) == 1
    assert keeper.alive(NAME) == []


@pytest.mark.parametrize("kind", ["drop_answer", "503"])
def test_lost_answer_leads_to_one_token_after_one_more_attempt(keeper: TokenKeeper, kind: str) -> None:
    keeper.lose(kind=kind)

    result = keeper.run(description=NAME)

    assert keeper.alive(NAME) == [result["access_token"]["token_id"]]
    assert keeper.mints() == 2
    assert keeper.run(description=NAME)["changed"] is False


def test_answer_that_is_lost_twice_is_an_error_and_leaves_nothing(keeper: TokenKeeper) -> None:
    keeper.lose(times=2)

    with pytest.raises(TransportError, match="Cannot create an access token at the Edge"):
        keeper.run(description=NAME)

    assert (keeper.mints(), keeper.alive(NAME)) == (2, [])
    assert list(keeper.store.parent.glob("*")) == []


def test_lost_answer_that_cannot_be_settled_leads_to_no_second_attempt(
    keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.lose()
    original = session.JFrogSession.call

    def silent_afterwards(self: Any, method: str, path: str, **options: Any) -> Any:
        if keeper.mints() and method == "GET":
            raise TransportError("nothing")
        return original(self, method, path, **options)

    monkeypatch.setattr(session.JFrogSession, "call", silent_afterwards)
    with pytest.raises(TransportError, match="Cannot create an access token at the Edge"):
        keeper.run(description=NAME)
    assert (keeper.mints(), len(keeper.alive(NAME))) == (1, 1)

    monkeypatch.undo()
    result = keeper.run(description=NAME)
    assert result["diff"]["before"] == {"state": "missing", "others": 1}
    assert keeper.alive(NAME) == [result["access_token"]["token_id"]]


def test_lost_answer_about_a_token_that_is_not_listed_says_that_it_ends_by_itself(keeper: TokenKeeper) -> None:
    keeper.lose()

    result = keeper.run(description=NAME, expires_in=2 * HOURS, renew_before=60)

    assert result["access_token"]["description"] is None
    assert any("nobody has it, and it ends by itself 7200 seconds after that" in text for text in keeper.warnings)


def test_run_that_ended_between_storing_and_revoking_is_finished(
    keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = keeper.run(description=NAME)["access_token"]["token_id"]
    keeper.simulator.faults.add(site="lyon", method="DELETE", path=TOKENS, kind="hang_up", times=4)

    with pytest.raises(TransportError, match="Cannot revoke an access token at the Edge"):
        keeper.run(description=NAME, scope=ADMIN)
    stored = keeper.store.read_text()
    finished = keeper.run(description=NAME, scope=ADMIN)

    assert (finished["drift"], finished["revoked"]) == (["others"], [former])
    assert (keeper.store.read_text(), finished["token_file"]["written"]) == (stored, False)
    assert keeper.run(description=NAME, scope=ADMIN)["changed"] is False


def test_revocation_whose_answer_was_lost_is_done(keeper: TokenKeeper) -> None:
    keeper.run(description=NAME)
    keeper.simulator.faults.add(site="lyon", method="DELETE", path=TOKENS, kind="drop_answer")

    result = keeper.run(description=NAME, state="absent")

    assert (result["changed"], keeper.alive(NAME), keeper.warnings) == (True, [], [])


def test_token_that_cannot_be_kept_is_revoked(keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_paths: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.replace", full)

    with pytest.raises(EdgeError, match=r"Cannot write the access token to .*: no space left on device"):
        keeper.run(description=NAME)

    assert (keeper.mints(), keeper.alive(NAME)) == (1, [])
    assert list(keeper.store.parent.glob("*")) == []


def test_file_that_cannot_be_written_is_told_before_a_token_is_made(keeper: TokenKeeper) -> None:
    keeper.store.parent.write_text("a file where the folder should be")

    with pytest.raises(EdgeError, match="Cannot write the access token to"):
        keeper.run(description=NAME)

    assert keeper.mints() == 0


def test_drafts_of_killed_runs_are_taken_away(keeper: TokenKeeper) -> None:
    names = {name: keeper.store.with_name(name) for name in (".a.token.0123456789abcdef", ".a.token.notes", ".b.token")}
    fresh = keeper.store.with_name(".a.token.fedcba9876543210")
    keeper.store.parent.mkdir(parents=True)
    fresh.write_text("another run's")
    for path in names.values():
        path.write_text("left behind")
        os.utime(path, (1, 1))

    keeper.run(description=NAME)

    assert {path.name for path in keeper.store.parent.glob(".*")} == {".a.token.notes", ".b.token", fresh.name}


@pytest.mark.parametrize(
    ("life", "warned"),
    [
        pytest.param({"expires_in": 21_600}, False, id="at-the-threshold"),
        pytest.param({"expires_in": 21_599}, True, id="below-it"),
        pytest.param({"expires_in": 600, "force_revocable": True}, False, id="forced"),
        pytest.param({"expires_in": 0}, False, id="for-ever"),
    ],
)
def test_token_that_could_not_be_revoked_gives_a_warning_before_it_is_made(
    keeper: TokenKeeper, life: dict[str, Any], warned: bool
) -> None:
    keeper.run(check=True, description=NAME, renew_before=60, **life)

    said = "cannot be revoked, and works until its end: Access revokes those that live 21600 seconds or longer"
    assert any(said in text for text in keeper.warnings) is warned
    assert any("Set force_revocable (Artifactory 7.50.3 and later)" in text for text in keeper.warnings) is warned


@pytest.mark.parametrize(
    ("life", "listed"),
    [pytest.param(4 * HOURS, True, id="listed"), pytest.param(1 * HOURS, False, id="not-even-listed")],
)
def test_token_that_is_not_revocable_is_kept_until_it_is_replaced(keeper: TokenKeeper, life: int, listed: bool) -> None:
    options = {"description": NAME, "expires_in": life, "renew_before": 60}
    keeper.run(**options)
    assert keeper.run(**options)["changed"] is False

    result = keeper.run(**options, scope=ADMIN)

    assert result["revoked"] == []
    said = f"({NAME!r}) cannot be revoked, and works until 20"
    assert any(said in text for text in keeper.warnings) is listed


@pytest.mark.parametrize("version", ["7.38.4", "7.50.3", "7.104.2"])
@pytest.mark.parametrize("audience", ["*@*", "jfrt@*"])
def test_every_version_and_audience_is_served(
    simulator: Simulator, tmp_path: Path, version: str, audience: str
) -> None:
    keeper = keeper_of(simulator, tmp_path, version=version)

    made = keeper.run(description=NAME, audience=audience)
    again = keeper.run(description=NAME, audience=audience)

    assert (made["changed"], again["changed"]) == (True, False)
    assert keeper.alive(NAME) == [again["access_token"]["token_id"]]


@pytest.mark.parametrize(("revoked", "state"), [(True, "refused"), (False, "works")])
def test_token_for_another_service_is_judged_by_what_is_kept_of_it(
    keeper: TokenKeeper, revoked: bool, state: str
) -> None:
    keeper.site.version = "7.67.0"
    made = keeper.run(description=NAME, audience="jfrt@*")
    keeper.site.database.tokens[made["access_token"]["token_id"]].revoked = revoked

    result = keeper.run(check=True, description=NAME, audience="jfrt@*")

    assert result["diff"]["before"]["state"] == state


def test_short_token_for_another_service_works_until_its_end(keeper: TokenKeeper) -> None:
    keeper.site.version = "7.67.0"
    options = {"description": NAME, "audience": "jfrt@*", "expires_in": HOURS, "renew_before": 60}
    keeper.run(**options)

    assert keeper.run(**options)["changed"] is False


def test_reference_token_is_kept_on_request(keeper: TokenKeeper) -> None:
    options = {"description": NAME, "include_reference_token": True}
    made = keeper.run(**options)

    assert "." not in keeper.store.read_text()
    assert keeper.run(**options)["changed"] is False
    gone = keeper.run(**options, state="absent")
    assert gone["revoked"] == [made["access_token"]["token_id"]]
    keeper.assert_no_token_was_told()


def test_reference_token_of_an_older_server_is_told(simulator: Simulator, tmp_path: Path) -> None:
    keeper = keeper_of(simulator, tmp_path, version="7.50.3")

    with pytest.raises(
        EdgeError, match=r"Cannot tell whether a reference token works: .* Update it to Artifactory 7.53.1"
    ):
        keeper.run(description=NAME, include_reference_token=True)

    assert keeper.alive(NAME) == []


def test_absent_revokes_once_and_removes_the_file(keeper: TokenKeeper) -> None:
    token = keeper.run(description=NAME)["access_token"]["token_id"]
    options = {"description": NAME, "state": "absent"}

    predicted = keeper.run(check=True, **options)
    assert (keeper.alive(NAME), keeper.store.exists(), predicted["revoked"]) == ([token], True, [])
    real = keeper.run(**options)
    again = keeper.run(**options)

    assert (predicted["changed"], predicted["drift"], predicted["diff"]) == (True, ["file", "tokens"], real["diff"])
    assert (real["revoked"], keeper.alive(NAME), keeper.store.exists()) == ([token], [], False)
    assert (again["changed"], again["drift"], again["revoked"]) == (False, [], [])
    keeper.assert_no_token_was_told()


@pytest.mark.parametrize("by", ["token_id", "token_file"])
def test_absent_finds_a_token_without_its_description(keeper: TokenKeeper, by: str) -> None:
    token = keeper.run(description=NAME)["access_token"]["token_id"]
    where = {"token_id": token, "token_file": None} if by == "token_id" else {}

    result = keeper.run(state="absent", **where)

    assert (result["revoked"], keeper.alive(NAME)) == ([token], [])
    assert keeper.store.exists() is (by == "token_id")


def test_absent_of_a_token_that_is_gone_is_no_change(keeper: TokenKeeper) -> None:
    result = keeper.run(state="absent", token_id="11111111-2222-4333-8444-555555555555")

    assert (result["changed"], result["revoked"]) == (False, [])


@pytest.mark.parametrize("check", [True, False], ids=["check-mode", "run"])
@pytest.mark.parametrize("by", ["description", "token_id", "token_file"])
def test_token_with_which_it_works_is_not_revoked(keeper: TokenKeeper, by: str, check: bool) -> None:
    keeper.authority = keeper.token(description=NAME)
    keeper.put(keeper.authority)
    own = keeper.alive(NAME)[0]
    which = {"description": {"description": NAME}, "token_id": {"token_id": own}, "token_file": {}}[by]
    elsewhere = {} if by == "token_file" else {"token_file": None}

    with pytest.raises(ConflictError, match="Cannot revoke the access token with which this task works"):
        keeper.run(check=check, state="absent", **which, **elsewhere)

    assert (keeper.alive(NAME), keeper.store.exists()) == ([own], True)


def test_token_with_which_it_works_is_not_renewed(keeper: TokenKeeper) -> None:
    keeper.put(keeper.authority)

    with pytest.raises(ConflictError, match=r"Use hybrid\.jfrog\.access_token_rotation for it"):
        keeper.run(description=NAME)

    assert keeper.mints() == 0


def test_token_with_which_it_works_stays_although_it_has_the_description(keeper: TokenKeeper) -> None:
    keeper.authority = keeper.token(description=NAME)

    result = keeper.run(description=NAME)

    assert (result["diff"]["before"]["others"], result["revoked"]) == (0, [])
    assert len(keeper.alive(NAME)) == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({}, "description is missing", id="no-description"),
        pytest.param({"description": NAME, "token_file": None}, "token_file is missing", id="no-file"),
        pytest.param({"description": NAME, "token_id": "x"}, "the server gives it", id="id"),
        pytest.param({"description": " "}, "description is empty", id="blank-description"),
        pytest.param({"description": "run*"}, "ends with an asterisk", id="asterisk"),
        pytest.param({"description": "x" * 1025}, "longer than 1024", id="long-description"),
        pytest.param({"description": NAME, "username": "x" * 256}, "username is longer than 255", id="long-user"),
        pytest.param({"description": NAME, "expires_in": -1}, "seconds, 0 or more", id="negative"),
        pytest.param(
            {"description": NAME, "expires_in": 3600},
            "with expires_in=3600 and renew_before=2592000 it would be renewed with every run",
            id="always-renewed",
        ),
        pytest.param({"state": "absent", "token_file": None}, "nothing says which", id="absent-without-any"),
        pytest.param({"description": NAME, "edge_access_token": None}, "edge_access_token is missing", id="authority"),
    ],
)
def test_options_that_cannot_be_meant_are_told_first(keeper: TokenKeeper, changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InventoryError) as caught:
        keeper.run(**changes)

    assert says in caught.value.msg
    assert list(keeper.simulator.calls) == []


def test_file_in_the_inventory_folder_is_refused(keeper: TokenKeeper, tmp_path: Path) -> None:
    keeper.variables = {"ansible_inventory_sources": [str(tmp_path)]}

    with pytest.raises(InventoryError, match="Ansible reads every file as inventory"):
        keeper.run(description=NAME)


def as_user(keeper: TokenKeeper) -> dict[str, Any]:
    return {"edge_access_token": keeper.site.admin_token(username="reader", scope=USER)}


@pytest.mark.parametrize(
    ("prepare", "says", "status"),
    [
        pytest.param(
            lambda keeper: {"scope": "everything"},
            [
                "Cannot create an access token at the Edge {url}: it answered 400 Bad Request",
                '("Invalid scope: everything")',
            ],
            400,
            id="400-scope",
        ),
        pytest.param(
            lambda keeper: {"expires_in": 2**40},
            ['it answered 400 Bad Request ("Field "expires_in" must be', "Correct what the answer names"],
            400,
            id="400-expires-in",
        ),
        pytest.param(
            lambda keeper: {"edge_access_token": keeper.site.admin_token(expires_in=-5)},
            ["Cannot list the access tokens at the Edge {url}: it answered 401", "Invalid token, expired"],
            401,
            id="401-expired",
        ),
        pytest.param(
            lambda keeper: {"edge_access_token": keeper.simulator.platform.admin_token()},
            ["it answered 401", "Use a valid edge_access_token", "made by another deployment"],
            401,
            id="401-of-another-deployment",
        ),
        pytest.param(
            lambda keeper: {**as_user(keeper), "scope": ADMIN},
            ["Cannot create an access token at the Edge {url}: it answered 403", "edge_access_token with admin rights"],
            403,
            id="403-scope-above-the-caller",
        ),
        pytest.param(
            lambda keeper: {**as_user(keeper), "username": "other"},
            ["it answered 403", "Only an admin can create a token for another user"],
            403,
            id="403-other-user",
        ),
        pytest.param(
            lambda keeper: {**as_user(keeper), "expires_in": 0},
            ["it answered 403", "The requested expiry exceeds what is allowed for the caller"],
            403,
            id="403-expiry",
        ),
    ],
)
def test_refusal_of_a_token_is_quoted_and_final(
    keeper: TokenKeeper, prepare: Callable[[TokenKeeper], dict[str, Any]], says: list[str], status: int
) -> None:
    with pytest.raises(ApiError) as caught:
        keeper.run(**{"description": NAME, **prepare(keeper)})

    expected = [text.format(url=keeper.site.url) for text in says]
    assert [text for text in expected if text not in caught.value.msg] == []
    assert caught.value.details["http_status"] == status
    assert keeper.mints() <= 1
    assert (keeper.alive(NAME), list(keeper.store.parent.glob("*"))) == ([], [])


def test_forced_revocability_on_an_older_server_says_from_which_version_on(
    simulator: Simulator, tmp_path: Path
) -> None:
    keeper = keeper_of(simulator, tmp_path, version="7.50.2")

    with pytest.raises(ApiError, match=r"force_revocable needs Artifactory 7\.50\.3\. Before that, leave it out"):
        keeper.run(description=NAME, force_revocable=True)


def test_token_that_the_server_does_not_take_is_revoked(keeper: TokenKeeper, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_incoming: Any) -> None:
        raise Refusal(401, "Invalid token, signature")

    monkeypatch.setattr("simulator.rest.access_tokens._myself", refuse)

    with pytest.raises(EdgeError, match="the server has made it and does not accept it"):
        keeper.run(description=NAME)

    assert (keeper.mints(), keeper.alive(NAME), keeper.store.exists()) == (1, [], False)
    assert sum(keeper.clock.slept) == 30


def test_play_at_the_highest_verbosity_shows_no_token(keeper: TokenKeeper, tmp_path: Path) -> None:
    options = {
        "of": "edge",
        "edge_url": keeper.site.url,
        "edge_access_token": keeper.authority,
        "edge_ca_path": str(keeper.simulator.ca_path),
        "description": NAME,
        "token_file": str(keeper.store),
    }
    make = {"hybrid.jfrog.access_token": options}

    done = play(tmp_path / "play", {"make": make, "again": make}, "-vvvv", "--diff")
    told = done.output + json.dumps(done.results)
    value = keeper.store.read_text()
    gone = play(tmp_path / "play", {"go": {"hybrid.jfrog.access_token": {**options, "state": "absent"}}}, "-vvvv")

    assert [done.results[name].get("changed") for name in ("make", "again")] == [True, False], done.output[-3000:]
    assert gone.results["go"]["revoked"] == [done.results["make"]["access_token"]["token_id"]]
    assert [secret for secret in (value, keeper.authority) if secret in told + gone.output] == []
    texts = [path.read_text(errors="replace") for path in (tmp_path / "play").rglob("*.json") if path.is_file()]
    assert [text for text in texts if value in text] == []

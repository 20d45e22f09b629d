# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: control-plane-api.md 3."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import jwt
import pytest

from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import TOKENS, Client, World, message

DEFAULT_EXPIRY = "/access/api/v1/config/token/default_expiry"


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def create(call: Client, edge: Edge, **body: Any) -> dict[str, Any]:
    response = call(edge, "POST", TOKENS, json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_created_token_has_the_documented_answer_and_claims(world: World) -> None:
    lyon = world.edge("lyon")
    answer = create(
        world.call, lyon, username="ci", scope="applied-permissions/admin", expires_in=3600, audience="jfrt@* jfac@*"
    )
    token = answer.pop("access_token")
    assert answer == {
        "token_id": claims_of(token)["jti"],
        "expires_in": 3600,
        "scope": "applied-permissions/admin",
        "token_type": "Bearer",
    }
    service = lyon.database.service_id
    claims = claims_of(token)
    assert claims.pop("exp") - claims.pop("iat") == 3600
    assert claims == {
        "sub": f"{service}/users/ci",
        "scp": "applied-permissions/admin",
        "aud": ["jfrt@*", "jfac@*"],
        "iss": f"{service}/users/admin",
        "jti": answer["token_id"],
    }
    public = lyon.database.root_certificate.public_key()
    jwt.decode(token, public, algorithms=["RS256"], options={"verify_aud": False})


def test_form_is_taken_as_json_is(world: World) -> None:
    body = {"username": "ci", "scope": "applied-permissions/user", "expires_in": "60", "refreshable": "true"}
    answer = world.call(world.edge("lyon"), "POST", TOKENS, data=body).json()
    assert (answer["expires_in"], answer["scope"]) == (60, "applied-permissions/user")
    assert claims_of(answer["access_token"])["sub"].endswith("/users/ci")
    assert answer["refresh_token"]


def test_nothing_asked_for_gives_the_documented_defaults(world: World) -> None:
    answer = create(world.call, world.edge("lyon"))
    claims = claims_of(answer["access_token"])
    assert (answer["scope"], answer["expires_in"]) == ("applied-permissions/user", 31_536_000)
    assert (claims["aud"], claims["sub"]) == ("*@*", claims["iss"])
    assert "refresh_token" not in answer
    assert "reference_token" not in answer


def test_zero_expiry_gives_a_token_that_never_expires(world: World) -> None:
    answer = create(world.call, world.edge("lyon"), expires_in=0)
    assert "expires_in" not in answer
    assert "exp" not in claims_of(answer["access_token"])


def test_every_call_makes_a_new_token(world: World) -> None:
    first, second = (create(world.call, world.edge("lyon"), expires_in=60) for _ in range(2))
    assert first["token_id"] != second["token_id"]
    assert first["access_token"] != second["access_token"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            {"expires_in": -1}, 'Field "expires_in" must be a number of seconds, 0 or more', id="negative-expiry"
        ),
        pytest.param(
            {"expires_in": "soon"}, 'Field "expires_in" must be a number of seconds, 0 or more', id="text-expiry"
        ),
        pytest.param(
            {"expires_in": True}, 'Field "expires_in" must be a number of seconds, 0 or more', id="flag-expiry"
        ),
        pytest.param(
            {"expires_in": 1.5}, 'Field "expires_in" must be a number of seconds, 0 or more', id="broken-expiry"
        ),
        pytest.param(
            {"expires_in": "60"}, 'Field "expires_in" must be a number of seconds, 0 or more', id="quoted-expiry"
        ),
        pytest.param(
            {"expires_in": 2**31}, 'Field "expires_in" must be a number of seconds, 0 or more', id="endless-expiry"
        ),
        pytest.param({"refreshable": "true"}, 'Field "refreshable" must be true or false', id="quoted-flag"),
        pytest.param({"project_key": 5}, 'Field "project_key" must be a string', id="number-project"),
        pytest.param(
            {"scope": "member-of-groups:readers"}, "Invalid scope: member-of-groups:readers", id="legacy-scope"
        ),
        pytest.param(
            {"scope": "applied-permissions/root"}, "Invalid scope: applied-permissions/root", id="unknown-scope"
        ),
        pytest.param({"scope": 5}, 'Field "scope" must be a string', id="number-scope"),
        pytest.param({"username": "u" * 256}, 'Field "username" is longer than 255 characters', id="long-username"),
        pytest.param(
            {"scope": "applied-permissions/groups:" + "g" * 500},
            'Field "scope" is longer than 500 characters',
            id="long-scope",
        ),
        pytest.param({"description": "d" * 1025}, 'Field "description" is longer than 1024 characters', id="long-text"),
        pytest.param({"audience": "a" * 256}, 'Field "audience" is longer than 255 characters', id="long-audience"),
        pytest.param({"refreshable": "maybe"}, 'Field "refreshable" must be true or false', id="no-flag"),
        pytest.param({"grant_type": "password"}, "Unsupported grant type: password", id="grant-type"),
        pytest.param({"grant_type": "refresh_token"}, "Invalid refresh token", id="refresh-without-token"),
        pytest.param(
            {"grant_type": "refresh_token", "refresh_token": "x"},
            "Invalid refresh token",
            id="refresh-with-wrong-token",
        ),
    ],
)
def test_bad_token_request_is_refused(world: World, body: dict[str, Any], text: str) -> None:
    response = world.call(world.edge("lyon"), "POST", TOKENS, json=body)
    assert (response.status_code, message(response)) == (400, text)


@pytest.mark.parametrize(
    ("form", "status"),
    [
        pytest.param({"expires_in": "60", "refreshable": "true"}, 200, id="as-the-pages-write-it"),
        pytest.param({"expires_in": "60", "refreshable": "False"}, 200, id="flag-as-python-writes-it"),
        pytest.param({"expires_in": "\u00b2"}, 400, id="no-number"),
        pytest.param({"expires_in": "9" * 5000}, 400, id="endless"),
        pytest.param({"refreshable": "yes"}, 400, id="no-flag"),
    ],
)
def test_form_holds_text_only(world: World, form: dict[str, str], status: int) -> None:
    assert world.call(world.edge("lyon"), "POST", TOKENS, data=form).status_code == status


@pytest.mark.parametrize("query", [{"refreshable": "maybe"}, {"descending_order": "1"}], ids=str)
def test_odd_flag_of_the_list_is_refused(world: World, query: dict[str, str]) -> None:
    assert world.call(world.edge("lyon"), "GET", TOKENS, params=query).status_code == 400


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param("system:info/licenses:r", id="one-right"),
        pytest.param("internal:service-trust/pairing/mission-control:x", id="pairing"),
    ],
)
def test_narrow_token_is_not_traded_for_the_rights_of_its_user(world: World, scope: str) -> None:
    token = world.edge("lyon").admin_token(scope=scope)
    response = world.call(world.edge("lyon"), "POST", TOKENS, token=token, json={"expires_in": 60})
    assert (response.status_code, message(response)) == (
        403,
        "The requested scope exceeds the permissions of the caller",
    )


@pytest.mark.parametrize(
    "scope",
    [
        "applied-permissions/admin",
        "applied-permissions/groups:readers",
        'applied-permissions/groups:"release managers",readers',
        "applied-permissions/roles:prod:developer",
        "system:info/licenses:r",
        "applied-permissions/user system:info/licenses:r",
    ],
)
def test_documented_scope_is_accepted(world: World, scope: str) -> None:
    assert create(world.call, world.edge("lyon"), scope=scope, expires_in=60)["scope"] == scope


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"expires_in": 60}, 200, id="for-oneself"),
        pytest.param({"expires_in": 60, "username": "reader"}, 200, id="for-oneself-by-name"),
        pytest.param({"expires_in": 60, "username": "admin"}, 403, id="for-somebody-else"),
        pytest.param({"expires_in": 60, "scope": "applied-permissions/admin"}, 403, id="more-rights"),
        pytest.param({"expires_in": 60, "scope": "applied-permissions/groups:readers"}, 403, id="other-rights"),
        pytest.param({"expires_in": 0}, 403, id="for-ever"),
        pytest.param({"expires_in": 31_536_001}, 403, id="longer-than-the-default"),
    ],
)
def test_caller_without_admin_rights_gets_only_less(world: World, body: dict[str, Any], status: int) -> None:
    lyon = world.edge("lyon")
    token = lyon.admin_token(username="reader", scope="applied-permissions/user")
    assert world.call(lyon, "POST", TOKENS, token=token, json=body).status_code == status


@pytest.mark.parametrize(
    ("version", "body", "status"),
    [
        pytest.param("7.20.0", {}, 404, id="no-such-endpoint-yet"),
        pytest.param("7.21.1", {"refreshable": True}, 200, id="first-version"),
        pytest.param("7.37.8", {"grant_type": "refresh_token", "refresh_token": "x"}, 400, id="no-refresh-yet"),
        pytest.param("7.38.9", {"include_reference_token": True}, 400, id="no-reference-token-yet"),
        pytest.param("7.38.10", {"include_reference_token": True}, 200, id="reference-token"),
        pytest.param("7.50.2", {"force_revocable": True}, 400, id="no-force-revocable-yet"),
        pytest.param("7.50.3", {"force_revocable": True}, 200, id="force-revocable"),
    ],
)
def test_older_version_does_not_know_newer_fields(
    world: World, version: str, body: dict[str, Any], status: int
) -> None:
    edge = world.edge("lyon")
    before, edge.version = edge.version, version
    try:
        assert world.call(edge, "POST", TOKENS, json={"expires_in": 60, **body}).status_code == status
    finally:
        edge.version = before


def test_refresh_gives_a_like_token_once(call: Client, lyon: Edge) -> None:
    first = create(
        call, lyon, username="ci", scope="applied-permissions/admin", description="pipeline", refreshable=True
    )
    body = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "expires_in": 120}
    second = create(call, lyon, **body)
    claims = claims_of(second["access_token"])
    assert (claims["sub"], claims["scp"]) == (f"{lyon.database.service_id}/users/ci", "applied-permissions/admin")
    assert second["expires_in"] == 120
    assert second["refresh_token"] != first["refresh_token"]
    assert message(call(lyon, "POST", TOKENS, json=body)) == "Invalid refresh token"


def test_reference_token_stands_for_its_token(call: Client, lyon: Edge) -> None:
    answer = create(call, lyon, scope="applied-permissions/admin", include_reference_token=True)
    reference = answer["reference_token"]
    assert reference.startswith("cmVm")
    assert call(lyon, "GET", "/access/api/v1/cert/root", token=reference).status_code == 200
    assert call(lyon, "GET", TOKENS + "/me", token=reference).json()["token_id"] == answer["token_id"]
    revoked = call(lyon, "DELETE", TOKENS + "/revoke", json={"token": reference})
    assert revoked.json() == {"revoked_token_id": answer["token_id"]}
    assert call(lyon, "GET", "/access/api/v1/cert/root", token=reference).status_code == 401


def test_reference_token_does_not_work_across_a_circle_of_trust(simulator: Simulator, call: Client, lyon: Edge) -> None:
    lyon.database.trust(simulator.platform.database.root_certificate)
    body = {"scope": "applied-permissions/admin", "include_reference_token": True, "expires_in": 60}
    reference = call(simulator.platform, "POST", TOKENS, json=body).json()["reference_token"]
    assert call(lyon, "GET", "/access/api/v1/cert/root", token=reference).status_code == 401


def test_list_shows_what_is_kept_with_documented_fields(simulator: Simulator, call: Client, lyon: Edge) -> None:
    described = create(call, lyon, username="ci", description="pipeline", expires_in=30_000, refreshable=True)
    create(call, lyon, username="ci", expires_in=60)
    create(call, lyon, expires_in=0)
    service = lyon.database.service_id
    found = {item["subject"]: item for item in call(lyon, "GET", TOKENS).json()["tokens"]}
    assert set(found) == {f"{service}/users/ci", f"{service}/users/admin"}
    first = found[f"{service}/users/ci"]
    assert first["expiry"] - first["issued_at"] == 30_000
    assert {key: first[key] for key in ("token_id", "issuer", "description", "refreshable", "scope")} == {
        "token_id": described["token_id"],
        "issuer": f"{service}/users/admin",
        "description": "pipeline",
        "refreshable": True,
        "scope": "applied-permissions/user",
    }
    assert "expiry" not in found[f"{service}/users/admin"]
    simulator.clock.advance(30_001)
    assert [item["subject"] for item in call(lyon, "GET", TOKENS).json()["tokens"]] == [f"{service}/users/admin"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param({}, ["a", "b", "c"], id="all"),
        pytest.param({"description": "nightly"}, ["b"], id="description"),
        pytest.param({"description": "ni*"}, ["b", "c"], id="description-prefix"),
        pytest.param({"description": "ni"}, [], id="description-is-exact"),
        pytest.param({"username": "a"}, ["a"], id="username"),
        pytest.param({"refreshable": "true"}, ["c"], id="refreshable"),
        pytest.param({"order_by": "owner", "descending_order": "true"}, ["c", "b", "a"], id="order"),
        pytest.param({"order_by": "expiry"}, ["b", "a", "c"], id="order-by-expiry"),
    ],
)
def test_list_filters(call: Client, lyon: Edge, query: dict[str, str], names: list[str]) -> None:
    create(call, lyon, username="a", expires_in=40_000)
    create(call, lyon, username="b", expires_in=30_000, description="nightly")
    create(call, lyon, username="c", expires_in=50_000, description="night", refreshable=True)
    found = call(lyon, "GET", TOKENS, params=query).json()["tokens"]
    assert [item["subject"].rpartition("/")[2] for item in found] == names


def test_list_in_an_unknown_order_is_refused(world: World) -> None:
    response = world.call(world.edge("lyon"), "GET", TOKENS, params={"order_by": "colour"})
    assert (response.status_code, message(response)) == (400, "Invalid order_by: 'colour'")


def test_others_see_and_revoke_only_their_own(call: Client, lyon: Edge) -> None:
    mine, others = create(call, lyon, username="reader"), create(call, lyon, username="writer")
    token = lyon.admin_token(username="reader", scope="applied-permissions/user")
    listed = call(lyon, "GET", TOKENS, token=token).json()["tokens"]
    assert [item["token_id"] for item in listed] == [mine["token_id"]]
    assert call(lyon, "GET", f"{TOKENS}/{others['token_id']}", token=token).status_code == 404
    assert call(lyon, "DELETE", f"{TOKENS}/{others['token_id']}", token=token).status_code == 404
    assert call(lyon, "DELETE", f"{TOKENS}/{mine['token_id']}", token=token).status_code == 200


@pytest.mark.parametrize(
    ("version", "status"), [pytest.param("7.53.1", 200, id="known"), pytest.param("7.53.0", 404, id="not-yet")]
)
def test_me_is_the_caller_s_own_token(world: World, version: str, status: int) -> None:
    edge = world.edge("lyon")
    before, edge.version = edge.version, version
    token = edge.admin_token(username="ci", expires_in=60)
    try:
        response = world.call(edge, "GET", TOKENS + "/me", token=token)
    finally:
        edge.version = before
    assert response.status_code == status
    if status == 200:
        claims = claims_of(token)
        assert response.json() == {
            "token_id": claims["jti"],
            "subject": claims["sub"],
            "issued_at": claims["iat"],
            "expiry": claims["exp"],
            "issuer": claims["iss"],
            "scope": claims["scp"],
            "refreshable": False,
        }


@pytest.mark.parametrize(
    ("site", "version", "status"),
    [
        pytest.param("lyon", "7.68.0", 200, id="self-hosted"),
        pytest.param("lyon", "7.67.0", 401, id="self-hosted-before-7.68"),
        pytest.param("acme", "7.117.5", 401, id="saas"),
    ],
)
def test_own_token_for_another_service_may_be_looked_at(world: World, site: str, version: str, status: int) -> None:
    where = world.site(site)
    before, where.version = where.version, version
    token = where.admin_token(audience="jfrt@*")
    try:
        assert world.call(where, "GET", TOKENS + "/me", token=token).status_code == status
        assert world.call(where, "GET", TOKENS, token=token).status_code == 401
    finally:
        where.version = before


@pytest.mark.parametrize(
    ("body", "threshold", "status"),
    [
        pytest.param({"expires_in": 21_600}, None, 200, id="at-the-threshold"),
        pytest.param({"expires_in": 21_599}, None, 404, id="kept-and-not-revocable"),
        pytest.param({"expires_in": 60}, None, 404, id="not-even-kept"),
        pytest.param({"expires_in": 60, "force_revocable": True}, None, 200, id="forced"),
        pytest.param({"expires_in": 0}, None, 200, id="never-expires"),
        pytest.param({"expires_in": 60}, 10, 200, id="lower-threshold"),
        pytest.param({"expires_in": 1_000_000}, -1, 404, id="nothing-that-expires"),
        pytest.param({"expires_in": 0}, -1, 200, id="what-never-expires-still-is"),
    ],
)
@pytest.mark.parametrize("by", ["id", "value"])
def test_revoking_depends_on_the_life_of_the_token(
    call: Client, lyon: Edge, body: dict[str, Any], threshold: int | None, status: int, by: str
) -> None:
    if threshold is not None:
        lyon.database.access_config["token"] = {"revocable-expiry-threshold": threshold}
    answer = create(call, lyon, scope="applied-permissions/admin", **body)
    if by == "id":
        response = call(lyon, "DELETE", f"{TOKENS}/{answer['token_id']}")
    else:
        response = call(lyon, "DELETE", TOKENS + "/revoke", json={"token": answer["access_token"]})
    assert response.status_code == status
    afterwards = call(lyon, "GET", "/access/api/v1/cert/root", token=answer["access_token"])
    assert afterwards.status_code == (401 if status == 200 else 200)


def test_revoked_token_is_gone_from_the_list_and_says_so(call: Client, lyon: Edge) -> None:
    answer = create(call, lyon, scope="applied-permissions/admin", expires_in=30_000)
    assert call(lyon, "DELETE", f"{TOKENS}/{answer['token_id']}").content == b""
    assert call(lyon, "GET", TOKENS).json() == {"tokens": []}
    assert call(lyon, "DELETE", f"{TOKENS}/{answer['token_id']}").status_code == 404
    refused = call(lyon, "GET", "/artifactory/api/system/version", token=answer["access_token"])
    assert message(refused) == "Token failed verification: revoked"


def test_own_token_is_revoked_as_me(call: Client, lyon: Edge) -> None:
    token = lyon.admin_token(expires_in=30_000)
    assert call(lyon, "DELETE", TOKENS + "/me", token=token).status_code == 200
    assert call(lyon, "GET", TOKENS + "/me", token=token).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({}, 400, id="nothing"),
        pytest.param({"token": 5}, 400, id="number"),
        pytest.param({"token": "x"}, 404, id="rubbish"),
    ],
)
def test_revoking_something_else_is_refused(world: World, body: dict[str, Any], status: int) -> None:
    assert world.call(world.edge("lyon"), "DELETE", TOKENS + "/revoke", json=body).status_code == status


def test_default_expiry_is_read_and_set(call: Client, lyon: Edge) -> None:
    assert call(lyon, "GET", DEFAULT_EXPIRY).json() == {"default_token_expiration": 31_536_000}
    assert call(lyon, "PUT", DEFAULT_EXPIRY, json={"default_token_expiration": 3600}).status_code == 200
    assert call(lyon, "GET", DEFAULT_EXPIRY).json() == {"default_token_expiration": 3600}
    assert create(call, lyon)["expires_in"] == 3600


@pytest.mark.parametrize("value", [-1, "x", None, True])
def test_bad_default_expiry_is_refused(world: World, value: Any) -> None:
    response = world.call(world.edge("lyon"), "PUT", DEFAULT_EXPIRY, json={"default_token_expiration": value})
    assert response.status_code == 400


def test_server_default_expiry_is_a_switch(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.token_default_expiry = 3600
    assert create(call, lyon)["expires_in"] == 3600


def test_time_of_issue_is_the_site_s(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.clock.skew["lyon"] = 1000
    claims = claims_of(create(call, lyon, expires_in=60)["access_token"])
    ahead = claims["iat"] - simulator.clock.now().timestamp()
    assert timedelta(seconds=990) < timedelta(seconds=ahead) < timedelta(seconds=1001)


@pytest.mark.parametrize(
    ("version", "switched_on", "life", "told"),
    [
        pytest.param("7.108.3", True, 21_600, True, id="told"),
        pytest.param("7.108.3", True, 0, True, id="told-of-one-without-an-end"),
        pytest.param("7.108.3", False, 21_600, False, id="switched-off"),
        pytest.param("7.108.2", True, 21_600, False, id="older"),
        pytest.param("7.108.3", True, 21_599, False, id="under-six-hours"),
    ],
)
def test_last_use_is_told_where_it_is_switched_on(
    simulator: Simulator, call: Client, lyon: Edge, version: str, switched_on: bool, life: int, told: bool
) -> None:
    lyon.version = version
    simulator.switches.token_last_used = switched_on
    answer = create(call, lyon, expires_in=life)
    unused = call(lyon, "GET", f"{TOKENS}/{answer['token_id']}").json()
    call(lyon, "GET", TOKENS, token=answer["access_token"])

    used = call(lyon, "GET", f"{TOKENS}/{answer['token_id']}").json()

    assert "last_used" not in unused
    assert ("last_used" in used) is told
    assert not told or 0 <= lyon.now().timestamp() - used["last_used"] < 60

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is let in: control-plane-api.md 0, 3.4 and 3.5."""

from __future__ import annotations

import time
from typing import Any

import jwt
import pytest

from simulator import certificates
from simulator.access_database import AccessDatabase, User
from simulator.security.state import new_user
from simulator.simulator import Simulator
from simulator.sites import Edge
from simulator.tokens import key_id
from unit.simulator.calling import JPDS, TOKENS, Client, World, message

ROOT = "/access/api/v1/cert/root"
VERSION = "/artifactory/api/system/version"


def forged(token: str) -> str:
    """The same claims and key id, signed by somebody else."""
    claims = jwt.decode(token, options={"verify_signature": False})
    stranger = AccessDatabase()
    header = jwt.get_unverified_header(token)
    return jwt.encode(claims, stranger.root_key, algorithm="RS256", headers={"kid": header["kid"]})


def unsigned(token: str) -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    header = jwt.get_unverified_header(token)
    return jwt.encode(claims, "", algorithm="none", headers={"kid": header["kid"]})


def revoked(edge: Edge) -> str:
    token = edge.admin_token(expires_in=30_000)
    token_id = jwt.decode(token, options={"verify_signature": False})["jti"]
    edge.database.tokens[token_id].revoked = True
    return token


BAD_TOKENS = {
    "expired": (lambda world: world.edge("lyon").admin_token(expires_in=-1), "expired"),
    "revoked": (lambda world: revoked(world.edge("lyon")), "revoked"),
    "for-another-service": (lambda world: world.edge("lyon").admin_token(audience="jfxr@*"), "audience"),
    "for-another-site": (lambda world: world.edge("lyon").admin_token(audience="jfac@01x jfrt@01x"), "audience"),
    "of-another-site": (lambda world: world.edge("osaka").admin_token(), "signature"),
    "forged": (lambda world: forged(world.edge("lyon").admin_token()), "signature"),
    "unsigned": (lambda world: unsigned(world.edge("lyon").admin_token()), "signature"),
    "no-jwt": (lambda world: "abc.def.ghi", "malformed"),
    "unknown-reference": (lambda world: "cmVmdGtuOjAxOjAwMDAwMDAwMDA6YWJj", "malformed"),
}


@pytest.mark.parametrize(("make", "word"), BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_bad_token_is_refused_with_the_words_of_the_service(world: World, make: Any, word: str) -> None:
    lyon, token = world.edge("lyon"), make(world)
    at_access = world.call(lyon, "GET", ROOT, token=token)
    at_artifactory = world.call(lyon, "GET", VERSION, token=token)
    assert (at_access.status_code, message(at_access)) == (401, f"Invalid token, {word}")
    assert (at_artifactory.status_code, message(at_artifactory)) == (401, f"Token failed verification: {word}")


def test_bad_token_at_mission_control_is_refused_without_a_reason(world: World) -> None:
    response = world.call(world.site("acme"), "GET", JPDS, token=world.edge("lyon").admin_token())
    assert (response.status_code, response.json()["errors"]) == (
        401,
        [{"message": "HTTP 401 Unauthorized", "type": "Exception"}],
    )


@pytest.mark.parametrize(
    ("audience", "status"),
    [
        pytest.param("*@*", 200, id="everybody"),
        pytest.param("jfmc@*", 200, id="this-kind-of-service"),
        pytest.param("jfrt@* jfmc@*", 200, id="a-list"),
        pytest.param("jfac@*", 401, id="another-kind-of-service"),
    ],
)
def test_audience_decides_which_service_accepts_a_token(world: World, audience: str, status: int) -> None:
    platform = world.site("acme")
    assert world.call(platform, "GET", JPDS, token=platform.admin_token(audience=audience)).status_code == status


@pytest.mark.parametrize(
    ("options", "word"),
    [
        pytest.param({}, None, id="short-lived"),
        pytest.param({"expires_in": 21_599}, None, id="just-below-the-threshold"),
        pytest.param({"expires_in": 21_600}, "revocable", id="revocable"),
        pytest.param({"expires_in": None}, "revocable", id="never-expires"),
        pytest.param({"username": "stranger"}, "user", id="user-unknown-here"),
    ],
)
def test_token_of_a_trusted_site_is_accepted_unless_it_is_revocable(
    simulator: Simulator, call: Client, lyon: Edge, options: dict[str, Any], word: str | None
) -> None:
    lyon.database.trust(simulator.platform.database.root_certificate)
    token = simulator.platform.admin_token(**options)
    response = call(lyon, "GET", ROOT, token=token)
    if word is None:
        assert response.status_code == 200
    else:
        assert (response.status_code, message(response)) == (401, f"Invalid token, {word}")


def test_trust_has_one_direction(simulator: Simulator, call: Client, lyon: Edge) -> None:
    lyon.database.trust(simulator.platform.database.root_certificate)
    response = call(simulator.platform, "GET", ROOT, token=lyon.admin_token())
    assert (response.status_code, message(response)) == (401, "Invalid token, signature")


def test_words_for_a_stranger_and_for_a_revocable_token_are_switches(
    simulator: Simulator, call: Client, lyon: Edge
) -> None:
    simulator.switches.untrusted_issuer_word = "stranger"
    simulator.switches.foreign_token_word = "issuer"
    token = simulator.platform.admin_token(expires_in=None)
    assert message(call(lyon, "GET", ROOT, token=token)) == "Invalid token, stranger"
    lyon.database.trust(simulator.platform.database.root_certificate)
    assert message(call(lyon, "GET", ROOT, token=token)) == "Invalid token, issuer"


def test_own_token_from_before_a_new_root_works_only_while_the_old_root_is_trusted(call: Client, lyon: Edge) -> None:
    token, old_root = lyon.admin_token(username="ci"), lyon.database.root_certificate
    lyon.database.renew_root()
    assert message(call(lyon, "GET", ROOT, token=token)) == "Invalid token, signature"
    lyon.database.trust(old_root)
    assert call(lyon, "GET", ROOT, token=token).status_code == 200


def test_expiry_follows_the_clock_of_the_site(simulator: Simulator, call: Client, lyon: Edge) -> None:
    token = lyon.admin_token(expires_in=3600)
    simulator.clock.skew["lyon"] = 3500
    assert call(lyon, "GET", ROOT, token=token).status_code == 200
    simulator.clock.advance(100)
    assert message(call(lyon, "GET", ROOT, token=token)) == "Invalid token, expired"


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        pytest.param(ROOT, 401, "Unsupported authentication method Basic", id="access"),
        pytest.param(TOKENS, 401, "Unsupported authentication method Basic", id="token-list"),
        pytest.param(VERSION, 200, None, id="artifactory"),
    ],
)
def test_password_works_at_artifactory_and_not_at_access(
    world: World, path: str, status: int, text: str | None
) -> None:
    response = world.call(world.edge("lyon"), "GET", path, token="", auth=("admin", "password"))
    assert response.status_code == status
    assert text is None or message(response) == text


@pytest.mark.parametrize(
    "credentials", [pytest.param(("admin", "x"), id="password"), pytest.param(("nobody", "password"), id="user")]
)
def test_wrong_password_is_refused(world: World, credentials: tuple[str, str]) -> None:
    response = world.call(world.edge("lyon"), "GET", VERSION, token="", auth=credentials)
    assert (response.status_code, message(response)) == (401, "Bad credentials")


def test_api_key_stands_in_for_the_password_until_the_user_is_gone(call: Client, lyon: Edge) -> None:
    lyon.security.put("users", "robot", new_user(admin=True), password="S3cret-word")
    lyon.database.users["robot"].api_key = "AKCp-marked"
    lyon.security.put("users", "robot", new_user(admin=True, email="robot@example.com"))
    for secret in ("S3cret-word", "AKCp-marked"):
        assert call(lyon, "GET", VERSION, token="", auth=("robot", secret)).status_code == 200
    lyon.security.remove("users", "robot")
    assert call(lyon, "GET", VERSION, token="", auth=("robot", "AKCp-marked")).status_code == 401


def test_password_of_a_user_without_admin_rights_is_not_enough(call: Client, lyon: Edge) -> None:
    lyon.database.users["reader"] = User("secret", admin=False)
    credentials = ("reader", "secret")
    assert call(lyon, "GET", VERSION, token="", auth=credentials).status_code == 200
    assert call(lyon, "GET", "/artifactory/api/system/license", token="", auth=credentials).status_code == 403


@pytest.mark.parametrize(
    ("version", "switched_on", "status"),
    [
        pytest.param("7.104.2", True, 200, id="switched-on"),
        pytest.param("7.104.2", False, 401, id="switched-off"),
        pytest.param("7.59.0", True, 401, id="older-than-the-setting"),
    ],
)
def test_password_at_the_token_endpoint_needs_the_setting(
    simulator: Simulator, call: Client, version: str, switched_on: bool, status: int
) -> None:
    simulator.switches.basic_on_token_endpoint = switched_on
    edge = simulator.add_edge("lyon", version=version)
    response = call(edge, "POST", TOKENS, token="", auth=("admin", "password"), json={"expires_in": 60})
    assert response.status_code == status


def test_password_works_at_access_before_7_12(simulator: Simulator, call: Client) -> None:
    edge = simulator.add_edge("old", version="7.11.5")
    assert call(edge, "GET", ROOT, token="", auth=("admin", "password")).status_code == 200


def test_access_accepts_no_token_for_a_while_after_it_came_up(simulator: Simulator, call: Client, lyon: Edge) -> None:
    assert call(lyon, "GET", ROOT).status_code == 200
    lyon.nodes[0].stop()
    lyon.note_access(0.0)
    simulator.switches.access_settling_time = 0.3
    lyon.nodes[0].start(at_once=True)
    simulator.refresh()
    assert call(lyon, "GET", "/access/api/v1/system/ping", token="").text == "OK"
    assert message(call(lyon, "GET", ROOT)) == "Invalid token, signature"
    time.sleep(0.3)
    assert call(lyon, "GET", ROOT).status_code == 200


def test_key_id_names_the_key_that_signed(world: World) -> None:
    lyon = world.edge("lyon")
    header = jwt.get_unverified_header(lyon.admin_token())
    assert header == {"alg": "RS256", "typ": "JWT", "ver": "2", "kid": key_id(lyon.database.root_certificate)}
    assert certificates.sha256(lyon.database.root_certificate) not in lyon.database.trusted

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pairing tokens: control-plane-api.md 2."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest

from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import PAIRING, TOKENS, Client, World, message

EXCHANGE = "/access/api/v1/service_trust/exchange"
ARTIFACTORY = "/artifactory/api/v1/service_trust"
PAIRINGS = "/access/api/v1/service_trust/pairings/*"
PEER = {"service_id": "jfmc@01peer", "base_url": "https://peer.example.net"}
BASE_URL = "/artifactory/api/system/configuration/baseUrl"


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def extension_of(token: str) -> dict[str, Any]:
    return dict(json.loads(claims_of(token)["ext"]))


def exchange(call: Client, edge: Edge, token: str, path: str = EXCHANGE) -> Any:
    return call(edge, "POST", path, token=token, json=PEER)


def test_pairing_token_carries_the_documented_claims(world: World) -> None:
    lyon = world.edge("lyon")
    response = world.call(lyon, "POST", PAIRING)
    assert (response.status_code, set(response.json())) == (200, {"pairing_token"})
    token = response.json()["pairing_token"]
    claims, service = claims_of(token), lyon.database.service_id
    assert claims.pop("jti")
    assert claims.pop("exp") - claims.pop("iat") == 300
    assert isinstance(claims["ext"], str)
    assert json.loads(claims.pop("ext")) == {
        "base_url": lyon.url,
        "exchange_url": f"{lyon.url}/access/api/v1/service_trust/exchange",
        "revocable": True,
    }
    assert claims == {
        "sub": f"{service}/users/admin",
        "scp": "internal:service-trust/pairing/mission-control:x",
        "aud": service,
        "iss": f"{service}/users/admin",
    }
    jwt.decode(token, lyon.database.root_certificate.public_key(), algorithms=["RS256"], audience=service)


def test_every_call_mints_a_new_token(world: World) -> None:
    tokens = {world.call.pairing_token(world.edge("lyon")) for _ in range(2)}
    assert len({claims_of(token)["jti"] for token in tokens}) == 2


@pytest.mark.parametrize(
    ("version", "status"),
    [
        pytest.param("7.29.6", 404, id="too-old"),
        pytest.param("7.29.7", 200, id="first-version"),
        pytest.param("7.104.2", 200, id="current"),
    ],
)
def test_pairing_tokens_exist_since_7_29_7(world: World, version: str, status: int) -> None:
    edge = world.edge("lyon")
    before, edge.version = edge.version, version
    try:
        response = world.call(edge, "POST", PAIRING)
    finally:
        edge.version = before
    assert response.status_code == status
    if status == 404:
        assert response.json() == {"errors": [{"code": "NOT_FOUND", "message": "Not Found", "detail": ""}]}


@pytest.mark.parametrize(
    ("path", "status", "scope"),
    [
        pytest.param("/access/api/v1/service_trust/pairing/bridge", 200, "bridge", id="bridge"),
        pytest.param(
            "/access/api/v1/service_trust/pairing/platform-federation", 200, "platform-federation", id="federation"
        ),
        pytest.param("/access/api/v1/service_trust/pairing/artifactory-cold", 404, "", id="not-of-access"),
        pytest.param("/access/api/v1/service_trust/pairing/nonsense", 404, "", id="unknown"),
        pytest.param("/access/api/v1/service_trust/pairing/mission-control/x", 404, "", id="too-long"),
        pytest.param(f"{ARTIFACTORY}/pairing/artifactory-cold", 200, "artifactory-cold", id="cold"),
        pytest.param(f"{ARTIFACTORY}/pairing/artifactory-cold/ns", 200, "artifactory-cold/ns", id="cold-namespace"),
        pytest.param(f"{ARTIFACTORY}/pairing/federated-repo/*", 200, "federated-repo/*", id="federated-repositories"),
        pytest.param(f"{ARTIFACTORY}/pairing/mission-control", 404, "", id="not-of-artifactory"),
        pytest.param(f"{ARTIFACTORY}/pairing/federated-repo", 404, "", id="without-a-repository"),
        pytest.param(f"{ARTIFACTORY}/pairing/artifactory-cold/", 404, "", id="without-a-namespace"),
    ],
)
def test_use_case_decides_the_scope_or_is_unknown(world: World, path: str, status: int, scope: str) -> None:
    response = world.call(world.edge("lyon"), "POST", path)
    assert response.status_code == status
    if status == 200:
        claims = claims_of(response.json()["pairing_token"])
        assert claims["scp"] == f"internal:service-trust/pairing/{scope}:x"
        assert claims["aud"] == world.edge("lyon").database.service("jfrt" if "artifactory/" in path else "jfac")


@pytest.mark.parametrize(
    ("base_url", "override", "expected"),
    [
        pytest.param(None, "https://edge.example.net", "https://edge.example.net", id="header"),
        pytest.param("https://edge.example.net", None, "https://edge.example.net", id="custom-base-url"),
        pytest.param("https://edge.example.net/artifactory/", None, "https://edge.example.net", id="with-suffix"),
        pytest.param(
            "https://edge.example.net", "https://lb.example.net:8443/", "https://lb.example.net:8443", id="header-wins"
        ),
    ],
)
def test_base_url_in_the_token_is_what_the_edge_believes(
    call: Client, lyon: Edge, base_url: str | None, override: str | None, expected: str
) -> None:
    if base_url is not None:
        assert call(lyon, "PUT", BASE_URL, data=base_url, headers={"Content-Type": "text/plain"}).status_code == 200
    headers = {"X-JFrog-Override-Base-Url": override} if override else {}
    extension = extension_of(call(lyon, "POST", PAIRING, headers=headers).json()["pairing_token"])
    assert extension["base_url"] == expected
    assert extension["exchange_url"] == expected + EXCHANGE


def test_exchange_gives_a_master_token_that_shows_in_the_list(call: Client, lyon: Edge) -> None:
    response = exchange(call, lyon, call.pairing_token(lyon))
    assert response.status_code == 200
    master = claims_of(response.json()["master_token"])
    assert master["sub"] == "jfmc@01peer"
    assert master["exp"] - master["iat"] == 31_536_000
    listed = call(lyon, "GET", TOKENS).json()["tokens"]
    assert [item["token_id"] for item in listed] == [master["jti"]]
    assert listed[0]["description"] == "mission-control trust of https://peer.example.net"


def test_life_of_the_master_token_is_a_switch(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.master_token_lifetime = 7200
    master = claims_of(exchange(call, lyon, call.pairing_token(lyon)).json()["master_token"])
    assert master["exp"] - master["iat"] == 7200


@pytest.mark.parametrize(
    ("renewed", "status"), [pytest.param(True, "ONLINE", id="renewed"), pytest.param(False, "UNAUTHORIZED", id="not")]
)
def test_renewal_of_the_master_token_is_a_switch(
    simulator: Simulator, call: Client, lyon: Edge, renewed: bool, status: str
) -> None:
    simulator.switches.master_token_renewed = renewed
    assert call.register(lyon).status_code == 201
    simulator.clock.advance(31_536_001)
    assert call.jpd("lyon")["status"]["code"] == status
    lyon.revoke_pairings(simulator.platform.url)
    assert call.jpd("lyon")["status"]["code"] == "UNAUTHORIZED"


def test_pairing_token_works_once(call: Client, lyon: Edge) -> None:
    token = call.pairing_token(lyon)
    assert exchange(call, lyon, token).status_code == 200
    again = exchange(call, lyon, token)
    assert (again.status_code, message(again)) == (401, "Invalid token, revoked")
    assert exchange(call, lyon, call.pairing_token(lyon)).status_code == 200


@pytest.mark.parametrize(
    ("seconds", "status"), [pytest.param(280, 200, id="in-time"), pytest.param(301, 401, id="too-late")]
)
def test_pairing_token_lives_300_seconds(
    simulator: Simulator, call: Client, lyon: Edge, seconds: int, status: int
) -> None:
    token = call.pairing_token(lyon)
    simulator.clock.advance(seconds)
    response = exchange(call, lyon, token)
    assert response.status_code == status
    if status == 401:
        assert message(response) == "Invalid token, expired"


@pytest.mark.parametrize(
    ("make", "status", "text"),
    [
        pytest.param(lambda call, lyon, other: "", 401, "Authentication is required", id="nothing"),
        pytest.param(
            lambda call, lyon, other: lyon.admin_token(), 403, "Not a pairing token for this service", id="admin-token"
        ),
        pytest.param(
            lambda call, lyon, other: lyon.admin_token(scope="internal:service-trust/pairing/mission-control:x"),
            403,
            "Not a pairing token for this service",
            id="right-scope-without-ext",
        ),
        pytest.param(
            lambda call, lyon, other: call.pairing_token(other), 401, "Invalid token, signature", id="of-another-edge"
        ),
    ],
)
def test_anything_but_a_pairing_token_is_not_exchanged(
    simulator: Simulator, call: Client, lyon: Edge, make: Any, status: int, text: str
) -> None:
    response = exchange(call, lyon, make(call, lyon, simulator.add_edge("osaka")))
    assert (response.status_code, message(response)) == (status, text)


def test_exchange_path_is_a_switch(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.exchange_path = f"{ARTIFACTORY}/exchange"
    token = call.pairing_token(lyon)
    assert extension_of(token)["exchange_url"] == f"{lyon.url}{ARTIFACTORY}/exchange"
    assert exchange(call, lyon, token).status_code == 403
    assert exchange(call, lyon, token, f"{ARTIFACTORY}/exchange").status_code == 200
    assert call.register(lyon).status_code == 201


def test_pairing_token_opens_nothing_else(world: World) -> None:
    lyon = world.edge("lyon")
    token = world.call.pairing_token(lyon)
    assert world.call(lyon, "GET", "/access/api/v1/cert/root", token=token).status_code == 403
    assert world.call(lyon, "GET", "/artifactory/api/system/version", token=token).status_code == 401


@pytest.mark.parametrize(
    ("path", "which"),
    [
        pytest.param(PAIRINGS, "peer", id="access-by-the-peer-s-url"),
        pytest.param(PAIRINGS, "own", id="access-by-the-own-url"),
        pytest.param(f"{ARTIFACTORY}/pairings/*", "peer", id="artifactory"),
    ],
)
def test_revoking_a_pairing_cuts_the_trust(
    simulator: Simulator, call: Client, lyon: Edge, path: str, which: str
) -> None:
    assert call.register(lyon).status_code == 201
    base_url = simulator.platform.url if which == "peer" else lyon.url
    response = call(lyon, "DELETE", path, json={"base_url": base_url})
    assert (response.status_code, list(response.json())) == (200, ["message"])
    assert call.jpd("lyon")["status"]["code"] == "UNAUTHORIZED"
    again = call(lyon, "DELETE", path, json={"base_url": base_url})
    assert (again.status_code, message(again)) == (404, "Base URL not found")


def test_newer_form_revokes_one_use_case(simulator: Simulator, call: Client, lyon: Edge) -> None:
    assert call.register(lyon).status_code == 201
    minted = call(lyon, "POST", f"{ARTIFACTORY}/pairing/federated-repo/r").json()["pairing_token"]
    assert exchange(call, lyon, minted, f"{ARTIFACTORY}/exchange").status_code == 200

    def revoke(use_case: str, base_url: str) -> int:
        path = f"{ARTIFACTORY}/pairing/{use_case}?force=false"
        return call(lyon, "DELETE", path, json={"base_url": base_url}).status_code

    assert revoke("federated-repo/r", simulator.platform.url) == 404
    assert revoke("federated-repo/other", PEER["base_url"]) == 404
    assert revoke("federated-repo/r", PEER["base_url"]) == 200
    assert revoke("mission-control", simulator.platform.url) == 404
    assert call.jpd("lyon")["status"]["code"] == "ONLINE"


def test_unused_pairing_token_can_be_revoked(call: Client, lyon: Edge) -> None:
    token = call.pairing_token(lyon)
    assert call(lyon, "DELETE", f"{TOKENS}/revoke", json={"token": token}).status_code == 200
    refused = call.register(lyon, token=token)
    assert (refused.status_code, message(refused)) == (400, "Failed to join the JPD. Are the credentials correct?")


def test_pairing_token_names_the_address_that_it_was_asked_for_at(simulator: Simulator, call: Client) -> None:
    osaka = simulator.add_edge("osaka", nodes=2)
    second = osaka.nodes[1].url
    minted = call(osaka, "POST", PAIRING, url=second).json()["pairing_token"]
    assert extension_of(minted)["base_url"] == second
    assert call.register(osaka, token=minted).status_code == 400
    osaka.custom_base_url = osaka.url
    minted = call(osaka, "POST", PAIRING, url=second).json()["pairing_token"]
    assert extension_of(minted)["base_url"] == osaka.url
    assert call.register(osaka, token=minted).status_code == 201


def test_revoking_at_the_platform_makes_it_forget_the_edge(simulator: Simulator, call: Client, lyon: Edge) -> None:
    assert call.register(lyon).status_code == 201
    assert call(simulator.platform, "DELETE", PAIRINGS, json={"base_url": lyon.url}).status_code == 200
    assert call.jpd("lyon")["status"]["code"] == "UNAUTHORIZED"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        pytest.param(PAIRINGS, {"base_url": "https://nobody.example.net"}, 404, id="unknown-url"),
        pytest.param(PAIRINGS, {"base_url": "nobody"}, 400, id="no-url"),
        pytest.param(PAIRINGS, {}, 400, id="nothing"),
        pytest.param(f"{ARTIFACTORY}/pairing/nonsense", {"base_url": "https://x.example.net"}, 404, id="use-case"),
        pytest.param(
            "/access/api/v1/service_trust/pairing/*", {"base_url": "https://x.example.net"}, 405, id="singular"
        ),
    ],
)
def test_revoking_what_is_not_there_is_refused(world: World, path: str, body: dict[str, Any], status: int) -> None:
    assert world.call(world.edge("lyon"), "DELETE", path, json=body).status_code == status


@pytest.mark.parametrize(
    ("breaks", "status"), [pytest.param(True, "UNAUTHORIZED", id="breaks"), pytest.param(False, "ONLINE", id="holds")]
)
def test_new_base_url_may_break_the_pairing(
    simulator: Simulator, call: Client, lyon: Edge, breaks: bool, status: str
) -> None:
    simulator.switches.base_url_change_breaks_pairing = breaks
    assert call.register(lyon).status_code == 201
    headers = {"Content-Type": "text/plain"}
    assert call(lyon, "PUT", BASE_URL, data=lyon.url + "/artifactory", headers=headers).status_code == 200
    assert call.jpd("lyon")["status"]["code"] == "ONLINE", "the same URL in another form is no change"
    assert call(lyon, "PUT", BASE_URL, data="https://edge.example.net", headers=headers).status_code == 200
    assert call.jpd("lyon")["status"]["code"] == status

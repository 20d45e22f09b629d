# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad bodies of POST and PUT of a JPD, and Edges that do not join: control-plane-api.md 1.3, 1.5."""

from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest

from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import JPDS, LYON, Client, World, message

NO_CREDENTIAL = "Provide either a token or a username/password pair."
NOT_JOINED = "Failed to join the JPD. Are the credentials correct?"
NOT_CONNECTED = "Failed to connect to the JPD. Please verify that the JPD information provided is correct"
GOOD = {"name": "paris", "url": "https://paris.example.net", "token": "x", "location": LYON}


@pytest.mark.parametrize(
    ("changes", "details"),
    [
        pytest.param({"url": "the"}, ["url property must be a valid URL. Invalid value: 'the'"], id="url"),
        pytest.param({"url": None}, ["url property must be a valid URL. Invalid value: ''"], id="no-url"),
        pytest.param({"url": "ftp://x"}, ["url property must be a valid URL. Invalid value: 'ftp://x'"], id="scheme"),
        pytest.param({"name": None}, ["name property must not be empty"], id="no-name"),
        pytest.param({"name": ""}, ["name property must not be empty. Invalid value: ''"], id="empty-name"),
        pytest.param({"location": None}, ["location property must not be null"], id="no-location"),
        pytest.param(
            {"location": {}},
            [
                "location.city_name property must not be empty",
                "location.country_code property must have two letters",
                "location.latitude property must be a number",
                "location.longitude property must be a number",
            ],
            id="empty-location",
        ),
        pytest.param(
            {"location": {**LYON, "country_code": "FRA"}},
            ["location.country_code property must have two letters. Invalid value: 'FRA'"],
            id="country",
        ),
        pytest.param(
            {"location": {**LYON, "latitude": "45"}},
            ["location.latitude property must be a number. Invalid value: '45'"],
            id="latitude",
        ),
        pytest.param({"tags": "prod"}, ["tags property must be a list of strings"], id="tags"),
        pytest.param({"token": ""}, ["token property must be a non-empty string"], id="empty-token"),
        pytest.param(
            {"url": "the", "name": ""},
            [
                "name property must not be empty. Invalid value: ''",
                "url property must be a valid URL. Invalid value: 'the'",
            ],
            id="all-at-once",
        ),
        pytest.param({"joinKey": "x"}, ["joinKey property is not known"], id="unknown-field"),
        pytest.param(
            {"location": {**LYON, "zip": "69"}}, ["location.zip property is not known"], id="unknown-field-of-location"
        ),
    ],
)
@pytest.mark.parametrize("operation", ["addInstance", "updateInstance"])
def test_bad_body_is_answered_with_details(
    world: World, operation: str, changes: dict[str, Any], details: list[str]
) -> None:
    body = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    method, path = ("POST", JPDS) if operation == "addInstance" else ("PUT", JPDS + "/JPD-1")
    response = world.call(world.site("acme"), method, path, json=body)
    assert (response.status_code, response.json()) == (
        400,
        {
            "errors": [
                {
                    "message": "Validation constraint violation",
                    "type": "Validation",
                    "details": [f"{operation}.req.{detail}" for detail in details],
                }
            ]
        },
    )


@pytest.mark.parametrize(
    "credentials",
    [
        pytest.param({}, id="none"),
        pytest.param({"joinKey": "x"}, id="under-another-name"),
        pytest.param({"pairing_token": "x"}, id="under-the-name-that-mint-uses"),
        pytest.param({"token": "x", "username": "admin", "password": "x"}, id="both"),
        pytest.param({"username": "admin"}, id="half"),
    ],
)
def test_credential_that_is_not_there_is_asked_for(world: World, credentials: dict[str, str]) -> None:
    body = {"name": "paris", "url": "https://paris.example.net", "location": LYON, **credentials}
    response = world.call(world.site("acme"), "POST", JPDS, json=body)
    assert (response.status_code, response.json()) == (
        400,
        {"errors": [{"message": NO_CREDENTIAL, "type": "Exception"}]},
    )


@pytest.mark.parametrize(
    ("break_it", "text"),
    [
        pytest.param(lambda sim, edge, call: {"token": edge.admin_token()}, NOT_JOINED, id="access-token"),
        pytest.param(
            lambda sim, edge, call: {
                "token": edge.admin_token(scope="internal:service-trust/pairing/mission-control:x")
            },
            NOT_JOINED,
            id="right-scope-without-ext",
        ),
        pytest.param(lambda sim, edge, call: {"token": "rubbish"}, NOT_JOINED, id="no-token"),
        pytest.param(lambda sim, edge, call: {"token": "ab" * 24}, NOT_JOINED, id="key-of-48-characters"),
        pytest.param(
            lambda sim, edge, call: {"token": call.pairing_token(sim.add_edge("osaka"))}, NOT_JOINED, id="other-edge"
        ),
        pytest.param(
            lambda sim, edge, call: {
                "token": call(edge, "POST", "/access/api/v1/service_trust/pairing/bridge").json()["pairing_token"]
            },
            NOT_JOINED,
            id="other-use-case",
        ),
        pytest.param(
            lambda sim, edge, call: {"token": call.pairing_token(edge), "url": edge.url + "/artifactory"},
            NOT_CONNECTED,
            id="url-with-artifactory",
        ),
        pytest.param(
            lambda sim, edge, call: {"token": call.pairing_token(edge), "url": "http" + edge.url[5:]},
            NOT_CONNECTED,
            id="http",
        ),
        pytest.param(
            lambda sim, edge, call: {"token": call.pairing_token(edge), "url": "http://localhost:8046/bridge-lyon"},
            NOT_CONNECTED,
            id="bridge-that-is-not-there",
        ),
        pytest.param(
            lambda sim, edge, call: sim.faults.add(site="lyon", path="/router", kind="502_html", times=9),
            NOT_CONNECTED,
            id="load-balancer-answers",
        ),
        pytest.param(
            lambda sim, edge, call: sim.faults.add(
                site="lyon", path="/access/api/v1/service_trust/exchange", kind="hang_up"
            ),
            NOT_CONNECTED,
            id="exchange-hangs-up",
        ),
    ],
)
def test_edge_that_does_not_join_is_not_stored(
    simulator: Simulator, call: Client, lyon: Edge, break_it: Any, text: str
) -> None:
    changes = break_it(simulator, lyon, call) or {}
    response = call.register(lyon, **changes)
    assert (response.status_code, response.json()) == (400, {"errors": [{"message": text, "type": "Exception"}]})
    assert [entry["name"] for entry in simulator.platform.jpds] == ["HOME"]


def test_edge_that_refuses_connections_cannot_be_connected(simulator: Simulator, call: Client, lyon: Edge) -> None:
    token = call.pairing_token(lyon)
    lyon.nodes[0].stop()
    simulator.refresh()
    assert message(call.register(lyon, token=token)) == NOT_CONNECTED
    lyon.nodes[0].start(at_once=True)
    simulator.refresh()
    assert call.register(lyon, token=token).status_code == 201, "the token was not spent"


def test_wrong_base_url_at_the_edge_makes_the_exchange_unreachable(
    simulator: Simulator, call: Client, lyon: Edge
) -> None:
    lyon.custom_base_url = "https://127.0.0.1:9"
    assert message(call.register(lyon)) == NOT_JOINED, "base_url in the token is not the url that is registered"
    token = call(
        lyon,
        "POST",
        "/access/api/v1/service_trust/pairing/mission-control",
        headers={"X-JFrog-Override-Base-Url": lyon.url},
    ).json()["pairing_token"]
    assert call.register(lyon, token=token).status_code == 201


@pytest.mark.parametrize(
    ("skew", "wait", "status"),
    [
        pytest.param(0, 280, 201, id="in-time"),
        pytest.param(0, 301, 400, id="too-late"),
        pytest.param(-600, 0, 400, id="edge-behind"),
        pytest.param(600, 0, 201, id="edge-ahead"),
    ],
)
def test_pairing_token_is_judged_by_the_clocks_of_both_sides(
    simulator: Simulator, call: Client, lyon: Edge, skew: float, wait: float, status: int
) -> None:
    simulator.clock.skew["lyon"] = skew
    token = call.pairing_token(lyon)
    simulator.clock.advance(wait)
    response = call.register(lyon, token=token)
    assert response.status_code == status
    assert status == 201 or message(response) == NOT_JOINED


def test_pairing_token_is_spent_by_a_registration(simulator: Simulator, call: Client, lyon: Edge) -> None:
    token = call.pairing_token(lyon)
    assert call.register(lyon, token=token).status_code == 201
    simulator.platform.delete_jpd("lyon")
    assert message(call.register(lyon, token=token)) == NOT_JOINED


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"exp": "soon"}, id="text-expiry"),
        pytest.param({"exp": None}, id="no-expiry"),
        pytest.param({"ext": json.dumps({"base_url": "https://[x", "exchange_url": "https://x"})}, id="base-url"),
        pytest.param({"ext": json.dumps({"base_url": "https://x:99999", "exchange_url": "https://x"})}, id="port"),
        pytest.param({"ext": '{"base_url": "{url}", "exchange_url": "ftp://x"}'}, id="exchange-url"),
        pytest.param({"ext": "[]"}, id="ext-is-a-list"),
        pytest.param({"ext": {}}, id="ext-is-no-text"),
        pytest.param({"scp": ["internal:service-trust/pairing/mission-control:x"]}, id="scope-is-a-list"),
        pytest.param(
            {"ext": '{"base_url": "{url}", "exchange_url": "{url}/access/api/v1/service_trust/pairing/bridge"}'},
            id="exchange-answers-something-else",
        ),
    ],
)
def test_pairing_token_with_odd_claims_does_not_join(call: Client, lyon: Edge, changes: dict[str, Any]) -> None:
    claims = jwt.decode(call.pairing_token(lyon), options={"verify_signature": False})
    claims |= {
        name: value.replace("{url}", lyon.url) if isinstance(value, str) else value for name, value in changes.items()
    }
    # PyJWT would not write some of them.
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    head, _, signature = lyon.admin_token().split(".")
    response = call.register(lyon, token=f"{head}.{body}.{signature}")
    assert (response.status_code, message(response)) == (400, NOT_JOINED)


@pytest.mark.parametrize("what", ["expired", "spent"])
def test_message_about_a_token_that_came_too_late_is_a_switch(
    simulator: Simulator, call: Client, lyon: Edge, what: str
) -> None:
    token = call.pairing_token(lyon)
    if what == "expired":
        simulator.switches.expired_pairing_token_message = "The pairing token is expired"
        simulator.clock.advance(301)
    else:
        simulator.switches.spent_pairing_token_message = "The pairing token is spent"
        assert call.register(lyon, token=token).status_code == 201
        simulator.platform.delete_jpd("lyon")
    response = call.register(lyon, token=token)
    assert (response.status_code, message(response)) == (400, f"The pairing token is {what}")


def test_wording_of_a_duplicate_is_a_switch(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.duplicate_jpd_message = "{value}: this {what} is taken"
    assert call.register(lyon).status_code == 201
    assert message(call.register(lyon)) == "lyon: this name is taken"


def test_password_is_for_6x_only(call: Client, lyon: Edge) -> None:
    response = call.register(lyon, url=lyon.url + "/artifactory/", username="admin", password="password")
    assert (response.status_code, message(response)) == (400, NOT_JOINED)


def test_type_of_the_join_errors_is_a_switch(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.join_error_type = "Validation"
    assert call.register(lyon, token="x").json()["errors"][0] == {"message": NOT_JOINED, "type": "Validation"}


@pytest.mark.parametrize("status", [409, 400])
@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param({"url": "https://other.example.net"}, "A JPD with name 'lyon' already exists", id="name"),
        pytest.param({"name": "paris"}, "A JPD with url '{url}/' already exists", id="url"),
        pytest.param({"name": "HOME"}, "A JPD with name 'HOME' already exists", id="home"),
    ],
)
def test_duplicate_is_refused_with_the_status_of_the_switch(
    simulator: Simulator, call: Client, lyon: Edge, status: int, changes: dict[str, str], text: str
) -> None:
    simulator.switches.duplicate_jpd_status = status
    assert call.register(lyon).status_code == 201
    response = call.register(lyon, **changes)
    assert (response.status_code, message(response)) == (status, text.format(url=lyon.url))


def test_url_in_another_form_is_the_same_url(call: Client, lyon: Edge) -> None:
    assert call.register(lyon).status_code == 201
    response = call.register(lyon, name="paris", url="HTTPS" + lyon.url[5:] + "///")
    assert response.status_code == 409


@pytest.mark.parametrize(
    ("first", "spent"), [pytest.param(True, False, id="before"), pytest.param(False, True, id="after")]
)
def test_duplicate_is_noticed_before_or_after_the_token_is_spent(
    simulator: Simulator, call: Client, lyon: Edge, first: bool, spent: bool
) -> None:
    simulator.switches.duplicate_check_before_token = first
    assert call.register(lyon).status_code == 201
    token = call.pairing_token(lyon)
    assert call.register(lyon, token=token).status_code == 409
    simulator.platform.delete_jpd("lyon")
    assert call.register(lyon, token=token).status_code == (400 if spent else 201)


@pytest.mark.parametrize(
    ("switch", "key", "status"),
    [
        pytest.param("accepted", "own", 201, id="accepted"),
        pytest.param("accepted", "other", 400, id="wrong-key"),
        pytest.param("refused", "own", 400, id="refused"),
    ],
)
def test_join_key_in_place_of_a_token(simulator: Simulator, call: Client, switch: str, key: str, status: int) -> None:
    simulator.switches.join_key_registration = switch
    edge = simulator.add_edge("quito", version="7.25.7")
    token = edge.database.join_key if key == "own" else "0123456789abcdef" * 2
    response = call.register(edge, token=token)
    assert response.status_code == status
    if status == 201:
        assert call.jpd("quito")["status"]["code"] == "ONLINE"
    else:
        assert message(response) == NOT_JOINED


@pytest.mark.parametrize(
    ("edge_trusts", "platform_trusts", "status"),
    [
        pytest.param(True, True, 201, id="both-ways"),
        pytest.param(True, False, 400, id="platform-does-not-trust"),
        pytest.param(False, True, 400, id="edge-does-not-trust"),
    ],
)
def test_switch_lets_a_circle_of_trust_stand_for_a_token(
    simulator: Simulator, call: Client, lyon: Edge, edge_trusts: bool, platform_trusts: bool, status: int
) -> None:
    simulator.switches.jpd_without_token = "accepted_with_circle_of_trust"
    if edge_trusts:
        lyon.database.trust(simulator.platform.database.root_certificate)
    if platform_trusts:
        simulator.platform.database.trust(lyon.database.root_certificate)
    response = call.register(lyon, token=None)
    assert response.status_code == status
    if status == 201:
        lyon.forget_trusted()
        assert call.jpd("lyon")["status"]["code"] == "UNAUTHORIZED"
    else:
        assert message(response) == NO_CREDENTIAL


@pytest.mark.parametrize(
    ("password", "status"), [pytest.param("password", 201, id="right"), pytest.param("wrong", 400, id="wrong")]
)
def test_legacy_edge_joins_with_a_password_and_the_artifactory_context(
    simulator: Simulator, call: Client, password: str, status: int
) -> None:
    edge = simulator.add_edge("old", version="6.23.1", generation="6")
    response = call.register(edge, url=edge.url + "/artifactory/", username="admin", password=password)
    assert response.status_code == status
    if status == 201:
        assert response.json()["url"] == edge.url + "/artifactory/"
        assert call.jpd("old")["status"]["code"] == "ONLINE"
    else:
        assert message(response) == NOT_JOINED

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that the documented contract does not know: control-plane-api.md 0, "Error envelopes"."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.simulator import Simulator
from unit.simulator.calling import JPDS, LYON, PAIRING, TOKENS, Client, World

VALIDATE = "/access/api/v1/system/federation/validate_server"


def access(status: str, message: str, detail: str = "") -> dict[str, Any]:
    return {"errors": [{"code": status, "message": message, "detail": detail}]}


def artifactory(status: int, message: str) -> dict[str, Any]:
    return {"errors": [{"status": status, "message": message}]}


def mission_control(message: str, kind: str = "Exception") -> dict[str, Any]:
    return {"errors": [{"message": message, "type": kind}]}


@pytest.mark.parametrize(
    ("site", "method", "path", "content", "status", "body"),
    [
        pytest.param("lyon", "GET", "/access/api/v1/nope", {}, 404, access("NOT_FOUND", "Not Found"), id="access-path"),
        pytest.param("lyon", "GET", "/artifactory/api/nope", {}, 404, artifactory(404, "Not Found"), id="rt-path"),
        pytest.param(
            "acme",
            "GET",
            "/lifecycle/api/v2/distribution/destinations",
            {},
            404,
            artifactory(404, "Not Found"),
            id="lifecycle-path",
        ),
        pytest.param("acme", "GET", "/mc/api/v1/nope", {}, 404, mission_control("HTTP 404 Not Found"), id="mc-path"),
        pytest.param(
            "acme", "GET", "/mc/api/ui/v1/jpds", {}, 404, mission_control("HTTP 404 Not Found"), id="mc-user-interface"
        ),
        pytest.param(
            "acme",
            "GET",
            "/distribution/api/v1/nope",
            {},
            404,
            {"status_code": 404, "message": "Not Found", "details": []},
            id="distribution-path",
        ),
        pytest.param(
            "lyon", "PATCH", TOKENS, {}, 405, access("METHOD_NOT_ALLOWED", "Method Not Allowed"), id="access-method"
        ),
        pytest.param(
            "lyon",
            "POST",
            "/artifactory/api/system/ping",
            {},
            405,
            artifactory(405, "Method Not Allowed"),
            id="rt-method",
        ),
        pytest.param("acme", "PATCH", JPDS, {}, 405, mission_control("HTTP 405 Method Not Allowed"), id="mc-method"),
        pytest.param(
            "acme",
            "POST",
            JPDS,
            {"data": "name=lyon"},
            415,
            mission_control("HTTP 415 Unsupported Media Type"),
            id="mc-no-content-type",
        ),
        pytest.param(
            "lyon",
            "POST",
            TOKENS,
            {"data": "<x/>", "headers": {"Content-Type": "text/xml"}},
            415,
            access("UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type"),
            id="access-content-type",
        ),
        pytest.param(
            "lyon",
            "PUT",
            "/artifactory/api/system/configuration/baseUrl",
            {"json": "https://edge.example.net"},
            415,
            artifactory(415, "Unsupported Media Type"),
            id="rt-content-type",
        ),
        pytest.param(
            "acme",
            "POST",
            JPDS,
            {"data": "{", "headers": {"Content-Type": "application/json"}},
            400,
            mission_control("Malformed JSON in the request body"),
            id="mc-broken-json",
        ),
        pytest.param(
            "acme",
            "POST",
            JPDS,
            {"json": []},
            400,
            mission_control("The request body must be a JSON object"),
            id="mc-list",
        ),
        *(
            pytest.param(
                "acme",
                "POST",
                JPDS,
                {"data": text, "headers": {"Content-Type": "application/json"}},
                400,
                mission_control("Malformed JSON in the request body"),
                id=f"mc-{name}",
            )
            for name, text in {
                "nothing": "",
                "nan": '{"name": NaN}',
                "beyond-a-float": '{"name": 1e999}',
                "half-a-character": r'{"name": "\ud800"}',
                "bottomless": "[" * 100_000,
                "not-utf-8": b'{"name": "\xff"}',
            }.items()
        ),
        pytest.param(
            "acme",
            "POST",
            JPDS,
            {"data": '{"name": "a", "name": "b"}', "headers": {"Content-Type": "application/json"}},
            400,
            mission_control('Duplicate field "name"'),
            id="mc-field-twice",
        ),
        pytest.param(
            "lyon",
            "POST",
            TOKENS,
            {"data": [("expires_in", "60"), ("expires_in", "70")]},
            400,
            access("BAD_REQUEST", 'Duplicate field "expires_in"'),
            id="access-form-field-twice",
        ),
        pytest.param(
            "acme",
            "GET",
            f"{JPDS}?name=a&name=b",
            {},
            400,
            mission_control("Duplicate query parameter 'name'"),
            id="mc-query-twice",
        ),
        pytest.param(
            "acme",
            "GET",
            f"{JPDS}/",
            {},
            404,
            mission_control("HTTP 404 Not Found"),
            id="mc-trailing-slash",
        ),
        pytest.param(
            "acme",
            "GET",
            JPDS,
            {"params": {"page": "2"}},
            400,
            mission_control("Unknown query parameter 'page'"),
            id="mc-query",
        ),
        pytest.param(
            "lyon",
            "POST",
            PAIRING,
            {"json": {"x": 1}},
            400,
            access("BAD_REQUEST", "No request body is expected here"),
            id="access-unexpected-body",
        ),
        pytest.param(
            "lyon",
            "POST",
            TOKENS,
            {"json": {"scope": "applied-permissions/user", "lifetime": 5}},
            400,
            access("BAD_REQUEST", 'Unrecognized field "lifetime"', "lifetime"),
            id="access-unknown-field",
        ),
        pytest.param(
            "lyon",
            "POST",
            VALIDATE,
            {"json": {"url": "https://acme.example.net/access", "server_name": "acme"}},
            400,
            access("BAD_REQUEST", 'Unrecognized field "server_name"', "server_name"),
            id="access-unknown-field-of-validate-server",
        ),
    ],
)
def test_request_beyond_the_contract_is_refused_in_the_envelope_of_its_service(
    world: World, site: str, method: str, path: str, content: dict[str, Any], status: int, body: dict[str, Any]
) -> None:
    response = world.call(world.site(site), method, path, **content)
    assert (response.status_code, response.json()) == (status, body)


@pytest.mark.parametrize(
    ("site", "path"),
    [
        pytest.param("lyon", "/mc/api/v1/jpds", id="no-mission-control-on-an-edge"),
        pytest.param("lyon", "/distribution/api/v1/system/ping", id="no-distribution-on-an-edge"),
        pytest.param("acme", "/xray/api/v1/system/version", id="not-simulated"),
        pytest.param("acme", "/", id="no-service"),
        pytest.param("lyon", "/router/api/v1/nope", id="router-itself"),
        pytest.param("acme", "/artifactoryx/api/system/ping", id="prefix-of-a-prefix"),
    ],
)
def test_path_that_no_service_has_is_refused_by_the_router(world: World, site: str, path: str) -> None:
    response = world.call(world.site(site), "GET", path)
    assert (response.status_code, response.text) == (404, "404 page not found\n")
    assert response.headers["content-type"].startswith("text/plain")


def test_refused_method_is_told_which_there_are(world: World) -> None:
    platform = world.site("acme")
    assert world.call(platform, "PATCH", JPDS).headers["Allow"] == "GET, HEAD, POST"
    assert world.call(platform, "POST", JPDS + "/JPD-1").headers["Allow"] == "DELETE, GET, HEAD, PUT"


def test_head_is_answered_as_get_without_a_body(world: World) -> None:
    world.simulator.calls.clear()
    answers = [world.call(world.site("acme"), "HEAD", JPDS, token=token) for token in (None, "")]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b""), (401, b"")]
    assert world.simulator.calls.writes == []


@pytest.mark.parametrize(
    ("site", "path", "body"),
    [
        pytest.param(
            "lyon", "/access/api/v1/cert/ca", access("UNAUTHORIZED", "Authentication is required"), id="access"
        ),
        pytest.param("lyon", "/artifactory/api/system/version", artifactory(401, "Bad credentials"), id="artifactory"),
        pytest.param("acme", JPDS, mission_control("HTTP 401 Unauthorized"), id="mission-control"),
    ],
)
def test_missing_authorization_is_refused_in_the_envelope_of_its_service(
    world: World, site: str, path: str, body: dict[str, Any]
) -> None:
    response = world.call(world.site(site), "GET", path, token="")
    assert (response.status_code, response.json()) == (401, body)


@pytest.mark.parametrize(
    ("site", "method", "path", "content", "body"),
    [
        pytest.param(
            "lyon", "POST", PAIRING, {}, access("FORBIDDEN", "Admin privileges are required"), id="mint-pairing-token"
        ),
        pytest.param(
            "lyon",
            "GET",
            "/access/api/v1/cert/root",
            {},
            access("FORBIDDEN", "Admin privileges are required"),
            id="root",
        ),
        pytest.param(
            "lyon",
            "POST",
            VALIDATE,
            {"json": {"url": "https://acme.example.net/access"}},
            access("FORBIDDEN", "Admin privileges are required"),
            id="validate-server",
        ),
        pytest.param("lyon", "GET", "/artifactory/api/system/license", {}, artifactory(403, "Forbidden"), id="licence"),
        pytest.param("acme", "GET", JPDS, {}, mission_control("HTTP 403 Forbidden"), id="list-jpds"),
        pytest.param("acme", "DELETE", JPDS + "/JPD-9", {}, mission_control("HTTP 403 Forbidden"), id="delete-jpd"),
        pytest.param(
            "acme",
            "POST",
            JPDS,
            {"json": {"name": "lyon", "url": "x", "location": LYON}},
            mission_control("HTTP 403 Forbidden"),
            id="add-jpd-before-validation",
        ),
    ],
)
def test_caller_without_admin_rights_is_refused(
    world: World, site: str, method: str, path: str, content: dict[str, Any], body: dict[str, Any]
) -> None:
    token = world.site(site).admin_token(username="reader", scope="applied-permissions/user")
    response = world.call(world.site(site), method, path, token=token, **content)
    assert (response.status_code, response.json()) == (403, body)


def test_refused_calls_are_no_writes(world: World) -> None:
    world.simulator.calls.clear()
    world.call(world.site("acme"), "POST", JPDS, token="")
    world.call(world.site("acme"), "DELETE", "/mc/api/v1/nope")
    assert [call.status for call in world.simulator.calls] == [401, 404]
    assert world.simulator.calls.writes == []


@pytest.mark.parametrize(
    ("switch", "method", "path", "content"),
    [
        pytest.param("refuse_unknown_query", "GET", TOKENS, {"params": {"page": "2"}}, id="query"),
        pytest.param("refuse_unknown_query", "GET", TOKENS + "?username=a&username=b", {}, id="query-twice"),
        pytest.param("refuse_unknown_fields", "POST", TOKENS, {"json": {"lifetime": 5}}, id="field"),
        pytest.param(
            "refuse_unknown_fields",
            "POST",
            TOKENS,
            {"data": [("expires_in", "60"), ("expires_in", "70")]},
            id="field-twice",
        ),
        pytest.param("refuse_unexpected_body", "POST", PAIRING, {"json": {}}, id="body"),
    ],
)
def test_lenient_switch_ignores_what_is_not_known(
    simulator: Simulator, call: Client, switch: str, method: str, path: str, content: dict[str, Any]
) -> None:
    edge = simulator.add_edge("lyon")
    assert call(edge, method, path, **content).status_code == 400
    setattr(simulator.switches, switch, False)
    assert call(edge, method, path, **content).status_code == 200


def test_content_type_switch_decides_the_status(simulator: Simulator, call: Client) -> None:
    simulator.switches.wrong_content_type_status = 400
    response = call(simulator.platform, "POST", JPDS, data="name=lyon")
    assert (response.status_code, response.json()) == (400, mission_control("HTTP 400 Bad Request"))

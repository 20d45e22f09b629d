# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Artifactory: version, ids, licence, base URL, connection test: control-plane-api.md 5."""

from __future__ import annotations

import re
from typing import Any

import pytest

from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client, World, message

API = "/artifactory/api"
PING = f"{API}/system/ping"
LICENCE = f"{API}/system/license"
LICENCES = f"{API}/system/licenses"
BASE_URL = f"{API}/system/configuration/baseUrl"
CONFIGURATION = f"{API}/system/configuration"
VERIFY = f"{API}/system/verifyconnection"
TEXT = {"Content-Type": "text/plain"}
NOT_HERE = "This operation is not supported in this environment"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param(PING, "OK", id="ping"),
        pytest.param(f"{API}/v1/system/readiness", '{"code":"OK"}', id="readiness"),
        pytest.param(f"{API}/v1/system/liveness", '{"code":"OK"}', id="liveness"),
    ],
)
@pytest.mark.parametrize(
    ("anonymous", "token", "status"),
    [
        pytest.param(True, "", 200, id="anonymous-let-in"),
        pytest.param(False, "", 401, id="anonymous-kept-out"),
        pytest.param(False, None, 200, id="with-token"),
        pytest.param(True, "rubbish", 401, id="with-bad-token"),
    ],
)
def test_ping_may_be_open_to_everyone(
    simulator: Simulator,
    call: Client,
    lyon: Edge,
    path: str,
    body: str,
    anonymous: bool,
    token: str | None,
    status: int,
) -> None:
    simulator.switches.anonymous_ping = anonymous
    response = call(lyon, "GET", path, token=token)
    assert response.status_code == status
    assert status != 200 or response.text == body


@pytest.mark.parametrize(
    ("version", "status"), [pytest.param("7.31.0", 200, id="known"), pytest.param("7.30.9", 404, id="not-yet")]
)
@pytest.mark.parametrize("probe", ["readiness", "liveness"])
def test_probes_exist_since_7_31(world: World, version: str, status: int, probe: str) -> None:
    edge = world.edge("lyon")
    before, edge.version = edge.version, version
    try:
        assert world.call(edge, "GET", f"{API}/v1/system/{probe}").status_code == status
    finally:
        edge.version = before


def test_version_is_for_every_valid_user(world: World) -> None:
    lyon = world.edge("lyon")
    token = lyon.admin_token(username="reader", scope="applied-permissions/user")
    body = world.call(lyon, "GET", f"{API}/system/version", token=token).json()
    assert lyon.licence is not None
    assert (body["version"], body["license"]) == ("7.104.2", lyon.licence.hash)
    assert set(body) == {"version", "revision", "addons", "license"}


def test_service_id_is_plain_text(world: World) -> None:
    lyon = world.edge("lyon")
    assert world.call(lyon, "GET", f"{API}/system/service_id").text == lyon.database.service("jfrt")


def test_licence_of_an_edge_says_so_and_writes_the_date_out(world: World) -> None:
    body = world.call(world.edge("lyon"), "GET", LICENCE).json()
    assert set(body) == {"type", "validThrough", "licensedTo"}
    assert "Edge" in body["type"]
    assert re.fullmatch(r"[A-Z][a-z]+ [1-9]\d?, \d{4}", body["validThrough"])


def test_licences_are_listed_per_node(world: World) -> None:
    osaka = world.edge("osaka")
    found = world.call(osaka, "GET", LICENCES).json()
    assert [(one["nodeId"], one["nodeUrl"]) for one in found] == [
        (node.name, f"{node.url}/artifactory") for node in osaka.nodes
    ]
    assert set(found[0]) == {"type", "validThrough", "licensedTo", "licenseHash", "nodeId", "nodeUrl", "expired"}


def test_scope_for_licences_opens_the_list_only(world: World) -> None:
    lyon = world.edge("lyon")
    token = lyon.admin_token(username="reader", scope="system:info/licenses:r")
    assert world.call(lyon, "GET", LICENCES, token=token).status_code == 200
    assert world.call(lyon, "GET", LICENCE, token=token).status_code == 403


def test_edge_without_a_licence_has_none_to_show(call: Client, lyon: Edge) -> None:
    lyon.licence = None
    assert call(lyon, "GET", LICENCES).json() == []
    assert call(lyon, "GET", LICENCE).json()["type"] == "N/A"


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        pytest.param("GET", LICENCE, {}, id="licence"),
        pytest.param("GET", LICENCES, {}, id="licences"),
        pytest.param("PUT", BASE_URL, {"data": "https://x.example.net", "headers": TEXT}, id="base-url"),
        pytest.param("POST", VERIFY, {"json": {"endpoint": "https://x.example.net"}}, id="verifyconnection"),
    ],
)
def test_saas_refuses_what_is_for_self_hosted_ones(
    world: World, method: str, path: str, content: dict[str, Any], status: int
) -> None:
    world.simulator.switches.saas_refusal_status = status
    response = world.call(world.site("acme"), method, path, **content)
    world.simulator.switches.saas_refusal_status = 400
    assert (response.status_code, message(response)) == (status, NOT_HERE)


def test_self_hosted_platform_answers(tmp_path: Any) -> None:
    with Simulator(tmp_path) as simulator:
        platform = simulator.add_platform(saas=False)
        assert Client(simulator)(platform, "GET", LICENCE).json()["type"] == "Enterprise Plus Trial"


@pytest.mark.parametrize("url", ["https://edge.example.net", "http://edge.example.net:8082/artifactory"])
def test_base_url_is_read_back_in_the_configuration(call: Client, lyon: Edge, url: str) -> None:
    assert "urlBase" not in call(lyon, "GET", CONFIGURATION).text
    response = call(lyon, "PUT", BASE_URL, data=url, headers=TEXT)
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (200, "text/plain")
    read = call(lyon, "GET", CONFIGURATION)
    assert read.headers["content-type"].startswith("application/xml")
    assert f"<urlBase>{url}</urlBase>" in read.text


@pytest.mark.parametrize("url", ["", "edge.example.net", "https://", "ftp://edge.example.net"])
def test_bad_base_url_is_refused(world: World, url: str) -> None:
    response = world.call(world.edge("lyon"), "PUT", BASE_URL, data=url, headers=TEXT)
    assert (response.status_code, message(response)) == (400, f"Illegal base URL: '{url}'")
    assert world.edge("lyon").custom_base_url is None


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        pytest.param(PING, 200, None, id="reached"),
        pytest.param(
            "/artifactory/api/nope", 400, "Received error from endpoint url: HTTP 404 Not Found", id="not-found"
        ),
        pytest.param(
            "/artifactory/api/system/version", 400, "Received error from endpoint url: HTTP 401 Unauthorized", id="401"
        ),
    ],
)
def test_edge_tells_what_an_endpoint_answers_it(world: World, path: str, status: int, text: str | None) -> None:
    body = {"endpoint": world.site("acme").url + path}
    response = world.call(world.edge("lyon"), "POST", VERIFY, json=body)
    assert response.status_code == status
    assert text is None or message(response) == text


def test_connection_test_uses_the_password_and_comes_from_the_edge(world: World) -> None:
    world.simulator.calls.clear()
    body = {"endpoint": world.site("acme").url + "/artifactory/api/system/version"}
    body |= {"username": "admin", "password": "password"}
    assert world.call(world.edge("lyon"), "POST", VERIFY, json=body).status_code == 200
    assert [(seen.site, seen.who) for seen in world.simulator.calls] == [("acme", "lyon (server)"), ("lyon", "admin")]
    assert world.simulator.calls.writes == []


def test_connection_test_of_a_closed_port_says_so(world: World) -> None:
    response = world.call(world.edge("lyon"), "POST", VERIFY, json={"endpoint": "https://127.0.0.1:9/x"})
    assert (response.status_code, message(response)) == (
        400,
        "Received error from endpoint url: Connection refused",
    )


@pytest.mark.parametrize("body", [{}, {"endpoint": "acme"}, {"endpoint": None}])
def test_connection_test_needs_an_endpoint(world: World, body: dict[str, Any]) -> None:
    response = world.call(world.edge("lyon"), "POST", VERIFY, json=body)
    assert (response.status_code, message(response)) == (400, f"Invalid endpoint url: {body.get('endpoint')}")

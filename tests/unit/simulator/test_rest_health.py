# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who answers while nodes start, stop and fail: control-plane-api.md 5.1, node-files.md 8."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import TOKENS, Client, World

HEALTH = "/router/api/v1/system/health"
PROBES = ("readiness", "liveness")


def until(condition: Callable[[], Any], *, limit: float = 5.0) -> None:
    """Wait for something that the simulator does by itself."""
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def status_of(call: Client, edge: Edge, path: str, **options: Any) -> int | str:
    try:
        return call(edge, "GET", path, **options).status_code
    except requests.ConnectionError:
        return "refused"


def test_health_page_names_the_node_and_its_services(world: World) -> None:
    lyon = world.edge("lyon")
    body = world.call(lyon, "GET", HEALTH, token="").json()
    assert body["router"] == {"node_id": "lyon-1", "state": "HEALTHY", "message": "OK"}
    assert {"service_id": lyon.database.service_id, "node_id": "lyon-1", "state": "HEALTHY", "message": "OK"} in body[
        "services"
    ]
    prefixes = [one["service_id"].partition("@")[0] for one in body["services"]]
    assert prefixes == ["jfrt", "jfac", "jfmd", "jffe", "jfevt", "jfob"]


def test_platform_has_mission_control(world: World) -> None:
    body = world.call(world.site("acme"), "GET", HEALTH, token="").json()
    assert {"jfrt", "jfac", "jfmc", "jfds"} < {one["service_id"].partition("@")[0] for one in body["services"]}


@pytest.mark.parametrize(
    ("site", "path", "body"),
    [
        pytest.param("lyon", "/router/api/v1/system/ping", "OK", id="router"),
        pytest.param("lyon", "/router/api/v1/system/readiness", '{"code":"OK"}', id="router-readiness"),
        pytest.param("lyon", "/router/api/v1/system/liveness", '{"code":"OK"}', id="router-liveness"),
        pytest.param("lyon", "/access/api/v1/system/ping", "OK", id="access"),
        pytest.param("lyon", "/access/api/v1/system/readiness", '{"code":"OK"}', id="access-readiness"),
        pytest.param("lyon", "/access/api/v1/system/liveness", '{"code":"OK"}', id="access-liveness"),
        pytest.param("acme", "/mc/api/v1/system/ping", "OK", id="mission-control"),
        pytest.param(
            "acme", "/distribution/api/v1/system/ping", '{"status_code":200,"message":"ok"}', id="distribution"
        ),
    ],
)
def test_ping_asks_for_nothing(world: World, site: str, path: str, body: str) -> None:
    response = world.call(world.site(site), "GET", path, token="")
    assert (response.status_code, response.text) == (200, body)


def test_versions_of_access_and_distribution(world: World) -> None:
    access = world.call(world.edge("lyon"), "GET", "/access/api/v1/system/version", token="").json()
    assert (set(access), access["name"]) == ({"name", "revision", "timestamp"}, "7.104.2")
    distribution = world.call(world.site("acme"), "GET", "/distribution/api/v1/system/info", token="").json()
    assert distribution["service_id"] == world.site("acme").database.service("jfds")
    assert set(distribution) == {"status", "message", "version", "service_id"}


def test_service_that_is_down_makes_health_503_with_the_same_json(call: Client, lyon: Edge) -> None:
    lyon.unhealthy["jfmd"] = "Metadata is down"
    response = call(lyon, "GET", HEALTH, token="")
    assert response.status_code == 503
    down = [one for one in response.json()["services"] if one["state"] != "HEALTHY"]
    assert [(one["service_id"], one["message"]) for one in down] == [
        (lyon.database.service("jfmd"), "Metadata is down")
    ]
    assert response.json()["router"]["state"] == "UNHEALTHY"
    assert [status_of(call, lyon, f"/router/api/v1/system/{probe}") for probe in PROBES] == [503, 503]
    ignoring = {"X-Jfrog-Ignore-Unhealthy": "true"}
    assert [status_of(call, lyon, f"/router/api/v1/system/{probe}", headers=ignoring) for probe in PROBES] == [200, 200]


def test_call_to_a_service_that_is_down_gets_502_from_the_router(call: Client, lyon: Edge) -> None:
    lyon.unhealthy["jfac"] = "Access is down"
    response = call(lyon, "GET", TOKENS)
    assert (response.status_code, response.text) == (502, "Bad Gateway")
    assert status_of(call, lyon, "/artifactory/api/system/ping") == 200


def test_start_brings_up_router_then_artifactory_then_access(simulator: Simulator, call: Client, lyon: Edge) -> None:
    lyon.nodes[0].stop()
    simulator.switches.start_duration = 1.5
    lyon.nodes[0].start()
    seen = []

    def look() -> bool:
        paths = (HEALTH, "/artifactory/api/system/ping", "/access/api/v1/system/ping")
        now = tuple(status_of(call, lyon, path, token="") for path in paths)
        if now not in seen:
            seen.append(now)
        return now == (200, 200, 200)

    until(look)
    assert (503, 502, 502) in seen
    assert (503, 200, 502) in seen
    assert seen.index((503, 502, 502)) < seen.index((503, 200, 502))


def test_stopped_edge_refuses_connections_and_comes_back_on_its_port(
    simulator: Simulator, call: Client, lyon: Edge
) -> None:
    assert status_of(call, lyon, HEALTH) == 200
    lyon.nodes[0].stop()
    until(lambda: status_of(call, lyon, HEALTH) == "refused")
    lyon.nodes[0].start()
    until(lambda: status_of(call, lyon, HEALTH) == 200)


def test_edge_that_was_never_started_refuses_connections(simulator: Simulator, call: Client) -> None:
    edge = simulator.add_edge("lyon", started=False)
    assert edge.nodes[0].state == "stopped"
    assert status_of(call, edge, HEALTH) == "refused"
    edge.nodes[0].start()
    until(lambda: status_of(call, edge, HEALTH) == 200)


def test_edge_whose_start_failed_refuses_connections(simulator: Simulator, call: Client, lyon: Edge) -> None:
    lyon.nodes[0].stop()
    lyon.nodes[0].layout.master_key.write_text("ab" * 16)
    lyon.nodes[0].start(at_once=True)
    simulator.refresh()
    assert lyon.nodes[0].state == "failed"
    assert status_of(call, lyon, HEALTH) == "refused"


def test_load_balancer_sends_calls_to_a_node_that_runs(simulator: Simulator, call: Client) -> None:
    osaka = simulator.add_edge("osaka", nodes=2)

    def serving() -> str:
        return str(call(osaka, "GET", HEALTH, token="").json()["router"]["node_id"])

    assert serving() == "osaka-1"
    osaka.node("osaka-1").stop()
    assert serving() == "osaka-2"
    osaka.node("osaka-2").stop()
    response = call(osaka, "GET", HEALTH, token="")
    assert (response.status_code, response.headers["content-type"].partition(";")[0]) == (502, "text/html")
    assert "<h1>502 Bad Gateway</h1>" in response.text
    osaka.node("osaka-1").start()
    until(lambda: status_of(call, osaka, HEALTH) == 200)
    assert serving() == "osaka-1"


def test_each_node_of_an_ha_edge_has_a_router_of_its_own(simulator: Simulator, call: Client) -> None:
    osaka = simulator.add_edge("osaka", nodes=2)
    first, second = osaka.nodes
    assert len({osaka.url, first.url, second.url}) == 3
    ids = [call(osaka, "GET", HEALTH, url=node.url).json()["router"]["node_id"] for node in osaka.nodes]
    assert ids == ["osaka-1", "osaka-2"]
    first.stop()
    simulator.refresh()
    assert status_of(call, osaka, HEALTH, url=first.url) == "refused"
    assert status_of(call, osaka, HEALTH, url=second.url) == 200
    token = osaka.admin_token()
    assert status_of(call, osaka, TOKENS, url=second.url, token=token) == 200


def test_single_node_edge_has_one_url(simulator: Simulator, lyon: Edge) -> None:
    assert lyon.nodes[0].url == lyon.url


def test_6x_edge_has_no_router_and_no_token_endpoint(simulator: Simulator, call: Client) -> None:
    edge = simulator.add_edge("old", version="6.23.1", generation="6")
    assert status_of(call, edge, HEALTH) == 404
    assert status_of(call, edge, "/artifactory/api/system/ping") == 200
    assert status_of(call, edge, TOKENS) == 404


def test_join_key_replaced_in_the_database_leaves_access_alone(simulator: Simulator, call: Client, lyon: Edge) -> None:
    lyon.replace_join_key_in_database()
    response = call(lyon, "GET", HEALTH)
    healthy = [one["service_id"].partition("@")[0] for one in response.json()["services"] if one["state"] == "HEALTHY"]
    assert (response.status_code, healthy) == (503, ["jfac"])

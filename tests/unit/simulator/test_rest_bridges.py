# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JFrog Bridges: control-plane-api.md 2.6."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.joining import NOT_CONNECTED, NOT_JOINED
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client

BRIDGES = "/bridge-client/api/v1/bridges"
URL = "http://localhost:8046/bridge-lyon"
LYON = {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357}


@pytest.fixture
def closed(simulator: Simulator) -> Edge:
    """An Edge that lets nobody in, with the Bridge Client."""
    edge = simulator.add_edge("lyon", version="7.146.0")
    edge.outbound_only = edge.bridge_client = True
    return edge


def bridge_body(simulator: Simulator, edge: Edge, call: Client, **changes: Any) -> dict[str, Any]:
    minted = call(simulator.platform, "POST", "/access/api/v1/service_trust/pairing/bridge").json()
    return {
        "bridge_id": "lyon",
        "remote": simulator.platform.url,
        "local": edge.url,
        "pairing_token": minted["pairing_token"],
        **changes,
    }


def register(simulator: Simulator, edge: Edge, call: Client, url: str) -> Any:
    body = {"name": "lyon", "url": url, "token": call.pairing_token(edge), "location": LYON}
    return call(simulator.platform, "POST", "/mc/api/v1/jpds", json=body)


def test_bridge_makes_the_edge_reachable_and_only_while_it_is_there(
    simulator: Simulator, closed: Edge, call: Client
) -> None:
    assert register(simulator, closed, call, URL).json()["errors"][0]["message"] == NOT_CONNECTED
    assert register(simulator, closed, call, closed.url).json()["errors"][0]["message"] == NOT_CONNECTED

    assert call(closed, "POST", BRIDGES, json=bridge_body(simulator, closed, call)).status_code == 201
    registered = register(simulator, closed, call, URL)

    assert registered.status_code == 201
    assert (registered.json()["url"], registered.json()["base_url"]) == (f"{URL}/", closed.url)
    jpd = f"/mc/api/v1/jpds/{registered.json()['id']}"
    assert call(simulator.platform, "GET", jpd).json()["status"]["code"] == "ONLINE"
    assert call(closed, "DELETE", f"{BRIDGES}/lyon").status_code == 204
    assert call(simulator.platform, "GET", jpd).json()["status"]["code"] == "OFFLINE"
    assert call(closed, "DELETE", f"{BRIDGES}/lyon").status_code == 404


def test_debug_snapshot_shows_the_bridges_of_this_edge_without_tokens(
    simulator: Simulator, closed: Edge, call: Client
) -> None:
    simulator.bridges.establish(simulator.add_edge("osaka"), "osaka")
    body = bridge_body(simulator, closed, call)
    call(closed, "POST", BRIDGES, json=body)

    answer = call(closed, "GET", f"{BRIDGES}/debug")

    (bridge,) = answer.json()["bridges"]
    assert (bridge["id"], bridge["config"]["remote"]["url"]) == ("lyon", simulator.platform.url)
    assert bridge["config"]["local"] == {"url": closed.url}
    assert body["pairing_token"] not in answer.text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"bridge_id": "Lyon"}, 400, id="upper-case"),
        pytest.param({"bridge_id": ""}, 400, id="no-id"),
        pytest.param({"local": "http://127.0.0.1:1"}, 400, id="not-secured"),
        pytest.param({"remote": "acme"}, 400, id="no-url"),
        pytest.param({"pairing_token": "rubbish"}, 400, id="no-token"),
        pytest.param({"shared": True}, 400, id="unknown-field"),
    ],
)
def test_bridge_that_cannot_be_is_refused(
    simulator: Simulator, closed: Edge, call: Client, changes: dict[str, Any], status: int
) -> None:
    assert call(closed, "POST", BRIDGES, json=bridge_body(simulator, closed, call, **changes)).status_code == status
    assert simulator.bridges.of(closed) == []


def test_pairing_token_of_another_use_case_or_a_spent_one_is_refused(
    simulator: Simulator, closed: Edge, call: Client
) -> None:
    other = call.pairing_token(simulator.platform)
    body = bridge_body(simulator, closed, call)

    assert call(closed, "POST", BRIDGES, json={**body, "pairing_token": other}).status_code == 400
    assert call(closed, "POST", BRIDGES, json=body).status_code == 201
    assert call(closed, "POST", BRIDGES, json={**body, "bridge_id": "again"}).status_code == 400


@pytest.mark.parametrize("status", [409, 400])
def test_id_that_is_taken_is_refused(simulator: Simulator, closed: Edge, call: Client, status: int) -> None:
    simulator.switches.duplicate_bridge_status = status
    simulator.bridges.establish(simulator.add_edge("osaka"), "lyon")

    assert call(closed, "POST", BRIDGES, json=bridge_body(simulator, closed, call)).status_code == status


@pytest.mark.parametrize("missing", ["service", "version"])
def test_edge_without_the_bridge_client_knows_no_bridges(simulator: Simulator, call: Client, missing: str) -> None:
    edge = simulator.add_edge("lyon", version="7.125.3" if missing == "version" else "7.125.4")
    edge.bridge_client = missing == "version"

    assert call(edge, "GET", f"{BRIDGES}/debug").status_code == 404


def test_bridge_to_another_platform_carries_nothing(simulator: Simulator, closed: Edge, call: Client) -> None:
    simulator.bridges.establish(closed, "lyon", remote="https://other.jfrog.io")

    assert register(simulator, closed, call, URL).json()["errors"][0]["message"] == NOT_CONNECTED


def test_base_url_in_the_pairing_token_is_compared_when_the_switch_says_so(
    simulator: Simulator, closed: Edge, call: Client
) -> None:
    simulator.bridges.establish(closed, "lyon")
    simulator.switches.bridge_pairing_base_url = "jpd"

    assert register(simulator, closed, call, URL).json()["errors"][0]["message"] == NOT_JOINED

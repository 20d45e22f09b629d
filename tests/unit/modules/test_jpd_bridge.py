# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Edge that lets nobody in: registered under the URL of its bridge, called under its own."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import edge_connection
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.bridges import read_bridges
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.bridge import jpd_url
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.modules.rest_cases import edge_options, jpd_options
from unit.modules.run_module import run_module

URL = jpd_url("lyon")


@pytest.fixture
def lyon(simulator: Simulator) -> Edge:
    edge = simulator.add_edge("lyon", version="7.146.0")
    edge.outbound_only = edge.bridge_client = True
    return edge


def options(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    return jpd_options(simulator, **{"url": URL, **changes})


def test_five_runs_through_a_bridge(simulator: Simulator, lyon: Edge) -> None:
    simulator.bridges.establish(lyon, "lyon")

    predicted = run_module("jpd", options(simulator), check=True)
    assert (predicted["changed"], simulator.calls.writes) == (True, [])

    real = run_module("jpd", options(simulator))
    assert (real["changed"], real["jpd"]["url"], real["jpd"]["status"]["code"]) == (True, URL, "ONLINE")

    assert run_module("jpd", options(simulator))["changed"] is False
    assert run_module("jpd", options(simulator), check=True)["changed"] is False

    simulator.platform.edit_jpd("lyon", tags=["other"])
    repaired = run_module("jpd", options(simulator))
    assert (repaired["changed"], repaired["drift"]) == (True, ["tags"])
    assert run_module("jpd", options(simulator))["changed"] is False


def test_our_own_calls_go_to_the_edge_itself(simulator: Simulator, lyon: Edge) -> None:
    simulator.bridges.establish(lyon, "lyon")

    run_module("jpd", options(simulator))

    minted = simulator.calls.find(site="lyon", path="/access/api/v1/service_trust/pairing/", by_client=True)
    assert [call.status for call in minted] == [200]


@pytest.mark.parametrize(
    "case", ["no-bridge", "bridge-of-another-id", "directly"], ids=["no-bridge", "bridge-of-another-id", "directly"]
)
def test_platform_that_cannot_reach_the_edge_is_an_error_with_a_remedy(
    simulator: Simulator, lyon: Edge, case: str
) -> None:
    if case == "bridge-of-another-id":
        simulator.bridges.establish(lyon, "osaka")

    result = run_module("jpd", options(simulator, **({"url": lyon.url} if case == "directly" else {})))

    assert result["failed"] is True
    assert "Failed to connect to the JPD" in result["msg"]
    assert "Bridge" in result["msg"]
    assert [entry["name"] for entry in simulator.platform.jpds] == ["HOME"]


def test_platform_that_compares_the_base_url_refuses_and_nothing_is_left(simulator: Simulator, lyon: Edge) -> None:
    """What a platform compares behind a bridge is not public; where it does, the user sees its text."""
    simulator.bridges.establish(lyon, "lyon")
    simulator.switches.bridge_pairing_base_url = "jpd"

    result = run_module("jpd", options(simulator))

    assert "Failed to join the JPD" in result["msg"]
    assert [entry["name"] for entry in simulator.platform.jpds] == ["HOME"]


def test_answer_lost_through_a_bridge_leaves_one_jpd(simulator: Simulator, lyon: Edge) -> None:
    simulator.bridges.establish(lyon, "lyon")
    simulator.faults.add(site="acme", method="POST", path="/mc/api/v1/jpds", kind="drop_answer")

    result = run_module("jpd", options(simulator))

    assert result["jpd"]["url"] == URL
    assert [entry["name"] for entry in simulator.platform.jpds] == ["HOME", "lyon"]


def test_bridges_of_an_edge_are_read(simulator: Simulator, lyon: Edge) -> None:
    simulator.bridges.establish(lyon, "lyon")

    with edge_connection(edge_options(simulator, "lyon")).session(read_only=True) as session:
        found = read_bridges(session)

    assert found == [{"id": "lyon", "remote_url": f"{simulator.platform.url}/", "local_url": f"{lyon.url}/"}]


def test_edge_without_the_bridge_client_says_so(simulator: Simulator) -> None:
    simulator.add_edge("lyon", version="7.146.0")

    with (
        edge_connection(edge_options(simulator, "lyon")).session(read_only=True) as session,
        pytest.raises(ApiError, match=r"Cannot read the bridges of the Bridge Client at the Edge .* answered 404"),
    ):
        read_bridges(session)


def test_bridge_can_be_made_with_api_as_the_guide_says(simulator: Simulator, lyon: Edge) -> None:
    """docs/bridge.md: the token is an answer of the first call and part of the second, so both hide it."""
    minted = run_module(
        "api",
        {
            "platform_url": simulator.platform.url,
            "platform_access_token": simulator.platform.admin_token(),
            "platform_ca_path": str(simulator.ca_path),
            "method": "POST",
            "path": "/access/api/v1/service_trust/pairing/bridge",
            "mask_secrets": False,
        },
    )
    made = run_module(
        "api",
        {
            **edge_options(simulator, "lyon"),
            "side": "edge",
            "method": "POST",
            "path": "/bridge-client/api/v1/bridges",
            "status_code": [201],
            "body": {
                "bridge_id": "lyon",
                "remote": simulator.platform.url,
                "local": lyon.url,
                "pairing_token": minted["json"]["pairing_token"],
            },
        },
    )

    assert (made["status"], made["changed"]) == (201, True)
    assert minted["json"]["pairing_token"] not in str(made)
    assert run_module("jpd", options(simulator))["jpd"]["status"]["code"] == "ONLINE"

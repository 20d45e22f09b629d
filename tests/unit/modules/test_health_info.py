# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.modules import health_info as module
from simulator.simulator import Simulator
from unit.modules.rest_cases import FastClock, edge_options, platform_options
from unit.modules.run_module import run_module


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FastClock:
    fast = FastClock()
    monkeypatch.setattr(module, "Clock", lambda: fast)
    return fast


def edge_health(simulator: Simulator, **changes: object) -> dict[str, object]:
    return {"of": "edge", **edge_options(simulator, "lyon"), **changes}


@pytest.mark.parametrize("of", ["platform", "edge"])
def test_health_needs_no_token(simulator: Simulator, of: str) -> None:
    edge = simulator.add_edge("lyon")
    site = simulator.platform if of == "platform" else edge
    options = platform_options(simulator) if of == "platform" else edge_options(simulator, "lyon")

    result = run_module("health_info", {**options, "of": of})

    health = result["health"]
    assert (health["url"], health["state"], health["error"]) == (site.url + "/", "HEALTHY", None)
    assert [call.who for call in simulator.calls.find(site=site.name)] == ["-"]
    assert (result["changed"], "diff" in result) == (False, False)


def test_edge_that_starts_is_unhealthy_and_no_failure(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    simulator.switches.start_duration = 30.0
    edge.nodes[0].restart()

    result = run_module("health_info", edge_health(simulator))

    assert result.get("failed") is None
    assert result["health"]["state"] in ("UNHEALTHY", "UNREACHABLE")
    assert result["health"]["error"]


def test_edge_that_does_not_answer_is_unreachable_and_no_failure(simulator: Simulator) -> None:
    simulator.add_edge("lyon")

    result = run_module("health_info", edge_health(simulator, edge_url="https://127.0.0.1:1"))

    assert result["health"] == {
        "url": "https://127.0.0.1:1/",
        "state": "UNREACHABLE",
        "error": "connection refused",
        "services": [],
    }


def test_wait_ends_when_everything_is_healthy(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    simulator.switches.start_duration = 0.5
    edge.nodes[0].restart()

    result = run_module("health_info", edge_health(simulator, wait=True, wait_timeout=20))

    assert result["health"]["state"] == "HEALTHY"


def test_wait_fails_at_its_end_with_the_last_health(simulator: Simulator, clock: FastClock) -> None:
    edge = simulator.add_edge("lyon")
    edge.nodes[0].stop()

    result = run_module("health_info", edge_health(simulator, wait=True, wait_timeout=7))

    assert result["failed"] is True
    assert (
        f"Cannot wait any longer for {edge.url}/ to become healthy: after 7 seconds it is UNREACHABLE" in result["msg"]
    )
    assert result["health"]["state"] == "UNREACHABLE"
    assert sum(clock.slept) == 7


def test_check_mode_does_not_wait(simulator: Simulator, clock: FastClock) -> None:
    edge = simulator.add_edge("lyon")
    edge.nodes[0].stop()

    result = run_module("health_info", edge_health(simulator, wait=True), check=True)

    assert result["health"]["state"] == "UNREACHABLE"
    assert clock.slept == []

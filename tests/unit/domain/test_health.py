# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.health import from_page


def part(state: str, message: str = "OK", **more: Any) -> dict[str, Any]:
    return {"node_id": "n", "state": state, "message": message, **more}


@pytest.mark.parametrize(
    ("page", "state", "error"),
    [
        pytest.param({"router": part("HEALTHY"), "services": []}, "HEALTHY", None, id="healthy"),
        pytest.param({"router": part("HEALTHY")}, "HEALTHY", None, id="no-services"),
        pytest.param(
            {"router": part("HEALTHY"), "services": [part("UNHEALTHY_PEER", service_id="jfrt@1")]},
            "HEALTHY",
            None,
            id="only-a-neighbour-is-not",
        ),
        pytest.param(
            {"router": part("HEALTHY"), "services": [part("UNHEALTHY", "starting", service_id="jfrt@1")]},
            "UNHEALTHY",
            'jfrt@1 is UNHEALTHY ("starting")',
            id="one-service-is-not",
        ),
        pytest.param(
            {
                "router": part("UNHEALTHY", ""),
                "services": [part("HEALTHY", service_id="a"), part("UNHEALTHY", "", service_id="b"), "no object"],
            },
            "UNHEALTHY",
            "router is UNHEALTHY; b is UNHEALTHY",
            id="router-and-service",
        ),
        pytest.param({"router": "no object"}, "UNHEALTHY", "router is UNKNOWN", id="unreadable-router"),
        pytest.param({"router": {}}, "UNHEALTHY", "router is UNKNOWN", id="router-without-state"),
    ],
)
def test_health_of_page(page: dict[str, Any], state: str, error: str | None) -> None:
    health = from_page("https://edge.example.com/", page)

    assert (health["state"], health["error"]) == (state, error)

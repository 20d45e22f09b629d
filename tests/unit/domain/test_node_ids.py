# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings.node_ids import conflicts


def node(number: int, **changes: Any) -> dict[str, Any]:
    own = {"id": f"osaka-{number}", "ip": f"192.0.2.{number}", "haEnabled": "true", **changes}
    return {f"shared.node.{name}": value for name, value in own.items() if value is not None}


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="no-node"),
        pytest.param({"a": {}}, id="one-node"),
        pytest.param({"a": node(1), "b": node(2)}, id="two-nodes"),
        pytest.param({"a": node(1, id=None), "b": node(2, id=None)}, id="ids-that-the-product-makes"),
        pytest.param({"a": node(1, haEnabled=True), "b": node(2)}, id="wanted-and-read"),
    ],
)
def test_conflicts_nodes_that_can_live_together_have_none(settings: dict[str, Any]) -> None:
    assert conflicts(settings) == []


@pytest.mark.parametrize(
    ("settings", "what", "reason"),
    [
        pytest.param(
            {"c": node(1), "a": node(2, id="osaka-1"), "b": node(3)},
            "shared.node.id",
            "a and c have the id 'osaka-1' together",
            id="same-id",
        ),
        pytest.param({"a": node(1, id=7), "b": node(2, id="7")}, "shared.node.id", "the id '7'", id="same-number"),
        pytest.param(
            {"a": node(1), "b": node(2, ip="192.0.2.1")}, "shared.node.ip", "the address '192.0.2.1'", id="same-address"
        ),
        pytest.param(
            {"a": node(1), "b": node(2, haEnabled=None)},
            "shared.node.haEnabled",
            "b is one of several nodes and does not have",
            id="one-does-not-know",
        ),
        pytest.param(
            {"a": node(1, haEnabled="false"), "b": node(2, haEnabled=False)},
            "shared.node.haEnabled",
            "a and b are nodes of one Edge and do not have",
            id="none-knows",
        ),
    ],
)
def test_conflicts_are_told_with_their_hosts_and_a_remedy(settings: dict[str, Any], what: str, reason: str) -> None:
    (found,) = conflicts(settings)

    assert found["what"] == what
    assert reason in found["reason"]
    assert "edge_system_yaml" in found["remedy"]

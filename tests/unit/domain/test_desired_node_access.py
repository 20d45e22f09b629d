# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of an Edge that is managed over REST alone: what it must not ask for."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.fleet import VARIABLES, parse_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.node_access import ON_NODES
from unit.domain.test_desired import KEY, host, problems_of

# What all Edges of a fleet may share, and what is done over REST.
HARMLESS = {
    "edge_service_control": "systemd",
    "edge_trust_method": "pairing_token",
    "edge_base_url": "https://lyon.example.net",
    "edge_license_bucket": "edges",
    "edge_federation": ["users"],
    "edge_canary": True,
    "edge_system_yaml": {},
    "edge_access_config": {},
    "edge_router_proxy": {},
}


def test_parse_fleet_edge_without_access_to_its_nodes_is_managed_over_rest_alone() -> None:
    (edge,) = parse_fleet({"lyon-1": host(edge_node_access="none", **HARMLESS)}).edges

    assert edge.rest_only
    assert edge.nodes == ("lyon-1",)


def test_parse_fleet_edge_that_says_nothing_of_access_has_nodes_that_are_worked_on() -> None:
    (edge,) = parse_fleet({"lyon-1": host()}).edges

    assert not edge.rest_only


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        pytest.param({"edge_join_key": KEY}, "edge_join_key", id="join-key"),
        pytest.param({"edge_join_key_file": "lyon.key"}, "edge_join_key_file", id="join-key-file"),
        pytest.param({"edge_tls_ca_certificates": []}, "edge_tls_ca_certificates", id="no-tls-ca"),
        pytest.param({"edge_tls": False}, "edge_tls", id="tls-off"),
        pytest.param({"edge_access_config": {"token.x": 1}}, "edge_access_config", id="access"),
        pytest.param(
            {"edge_join_key": KEY, "edge_system_yaml": {"shared.node.id": "a"}},
            "edge_join_key, edge_system_yaml",
            id="all-of-them-at-once",
        ),
    ],
)
def test_parse_fleet_wish_for_nodes_that_are_not_worked_on_is_named(wanted: dict[str, Any], named: str) -> None:
    problems = problems_of({"lyon-1": host(edge_node_access="none", **wanted)})

    assert problems[0].startswith(
        f"Host lyon-1: edge_node_access is none, and {named} would have to be carried out on its nodes. "
    )
    assert problems[0].endswith("and remove it here or set it to null.")


def test_node_access_names_only_variables_of_the_inventory() -> None:
    assert set(ON_NODES) <= set(VARIABLES)


@pytest.mark.parametrize("given", [True, "rest", ""])
def test_parse_fleet_node_access_that_is_no_word_is_refused(given: Any) -> None:
    assert "edge_node_access" in problems_of({"lyon-1": host(edge_node_access=given)})[0]


def test_parse_fleet_nodes_that_disagree_on_their_access_are_named() -> None:
    (problem,) = problems_of({"lyon-1": host(edge_node_access="none"), "lyon-2": host()})

    assert "disagree on edge_node_access" in problem

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the action ``trust_mesh`` reads the Edges; the playbook is in tests/integration/test_trust.py."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.action.trust_mesh import _ending
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust.mesh import wanted_pairs
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.connections import connections
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._trust import mesh as adapter
from simulator.certificates import sha256, to_pem
from simulator.simulator import Simulator
from unit.modules.rest_cases import FastClock

NAMES = ("lyon", "osaka", "quito")


@pytest.fixture
def edges(simulator: Simulator) -> dict[str, dict[str, Any]]:
    """Variables as ``edges_of`` reads them."""
    return {
        name: {
            "edge_url": (edge := simulator.add_edge(name)).url,
            "edge_access_token": edge.admin_token(),
            "edge_ca_path": str(simulator.ca_path),
            "hosts": [f"{name}-1"],
        }
        for name in NAMES
    }


def observe(edges: dict[str, dict[str, Any]], *, seconds: float = 0, clock: Any = None) -> Any:
    sources = [adapter.source(name, connection) for name, connection in connections(edges).items()]
    pairs = wanted_pairs(dict.fromkeys(edges))
    return adapter.observe_mesh(sources, pairs, max_parallel=4, seconds=seconds, clock=clock or FastClock())


def words(mesh: Any) -> dict[tuple[str, str], bool | None]:
    return {(pair["truster"], pair["issuer"]): pair["trusted"] for pair in mesh["pairs"]}


def trust(simulator: Simulator, truster: str, issuer: str) -> None:
    simulator.edge(truster).database.trust(simulator.edge(issuer).database.root_certificate)


def test_mesh_is_read_with_one_root_per_edge_and_one_question_per_pair(
    simulator: Simulator, edges: dict[str, dict[str, Any]]
) -> None:
    trust(simulator, "lyon", "quito")
    mesh = observe(edges)

    assert [pair for pair, said in words(mesh).items() if said] == [("lyon", "quito")]
    assert mesh["members"]["osaka"]["root_certificate"]["sha256"] == sha256(
        simulator.edge("osaka").database.root_certificate
    )
    assert mesh["members"]["osaka"]["root_certificate"]["pem"] == to_pem(
        simulator.edge("osaka").database.root_certificate
    )
    assert len(simulator.calls.find(by_client=True)) == 3 + 6
    assert simulator.calls.writes == []


def test_edge_that_is_gone_or_whose_token_is_refused_is_told_and_stops_no_other(
    simulator: Simulator, edges: dict[str, dict[str, Any]]
) -> None:
    edges["osaka"]["edge_access_token"] = simulator.edge("osaka").admin_token(scope="applied-permissions/user")
    trust(simulator, "lyon", "quito")
    mesh = observe(edges)

    assert words(mesh)[("lyon", "quito")] is True
    assert words(mesh)[("quito", "lyon")] is False
    assert {pair for pair, said in words(mesh).items() if said is None} == {
        (a, b) for a in NAMES for b in NAMES if a != b and "osaka" in (a, b)
    }
    assert "403" in mesh["members"]["osaka"]["error"]


def test_mesh_that_is_not_whole_ends_with_who_does_not_accept_whom_and_what_to_do(
    simulator: Simulator, edges: dict[str, dict[str, Any]]
) -> None:
    del edges["osaka"]
    trust(simulator, "lyon", "quito")

    ended = _ending(observe(edges), check_mode=False)

    assert ended == {
        "failed": True,
        "msg": "The mesh is not whole: quito does not accept lyon. Settle that where it is not a matter of time, then "
        "run the playbook again: it supplies what is missing.",
    }


def test_import_that_takes_its_time_is_waited_for(simulator: Simulator, edges: dict[str, dict[str, Any]]) -> None:
    clock = FastClock()
    del edges["osaka"]

    def sleep(seconds: float) -> None:
        clock.slept.append(seconds)
        if len(clock.slept) == 3:
            trust(simulator, "lyon", "quito")
            trust(simulator, "quito", "lyon")

    clock.sleep = sleep  # type: ignore[method-assign]
    assert set(words(observe(edges, seconds=60, clock=clock)).values()) == {True}
    assert len(clock.slept) == 3


def test_edges_without_what_it_takes_to_reach_them_are_all_named(edges: dict[str, dict[str, Any]]) -> None:
    del edges["lyon"]["edge_access_token"]
    edges["quito"]["edge_url"] = "ftp://quito"
    with pytest.raises(InventoryError) as caught:
        connections(edges)
    assert "edge_access_token of the Edge 'lyon' is missing; edge_url of the Edge 'quito' cannot be used" in str(
        caught.value.msg
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param("nowhere", "Cannot find the group 'nowhere'", id="unknown-group"),
        pytest.param({"a": 1}, "give a list of Edge names, or one group", id="neither"),
    ],
)
def test_peers_that_cannot_be_meant_are_refused(edges: dict[str, dict[str, Any]], given: Any, words: str) -> None:
    edges["lyon"]["edge_trust_peers"] = given
    with pytest.raises(InventoryError, match=words):
        adapter.peers_of({"groups": {}}, edges)


def test_peers_by_a_group_are_the_edges_with_a_host_in_it(edges: dict[str, dict[str, Any]]) -> None:
    edges["lyon"]["edge_trust_peers"] = "europe"
    edges["quito"]["edge_trust_peers"] = ["osaka"]
    found = adapter.peers_of({"groups": {"europe": ["lyon-1", "osaka-1"]}}, edges)
    assert found == {"lyon": ["lyon", "osaka"], "osaka": None, "quito": ["osaka"]}

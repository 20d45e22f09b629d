# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two running nodes with one shared.node.id (node-files.md 9; charts #1474)."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.node import FAILED, RUNNING, Node
from simulator.node.testing import Workbench, put, start

CONFLICT = "Requested Router Join for nodeId: osaka at: 127.0.0.1 conflicts (node id) with existing node"


def two(bench: Workbench, setting: str = "id: osaka") -> tuple[Node, Node]:
    """Nodes that were given the same id, or something else in common; the first one runs."""
    first, second = bench.node("osaka-1"), bench.node("osaka-2")
    for node in (first, second):
        put(node.layout.system_yaml, f"shared:\n  node:\n    {setting}\n")  # type: ignore[arg-type]
    start(first)
    put(second.layout.master_key, first.layout.master_key.read_text())
    return first, second


def status(node: Node) -> int:
    page = node.health()
    assert page is not None
    return page[0]


def messages(node: Node) -> set[str]:
    page = node.health()
    assert page is not None
    return {one["message"] for one in page[1]["services"]}


def test_nodes_with_ids_of_their_own_are_not_in_conflict(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    start(second)
    assert sorted(bench.database.registry) == ["osaka-1", "osaka-2"]
    assert (status(first), status(second)) == (200, 200)


def test_restart_of_a_node_is_no_conflict(tmp_path: Path) -> None:
    first, _ = two(Workbench(tmp_path))
    first.restart(at_once=True)
    assert status(first) == 200


def test_second_node_is_refused_until_the_first_one_is_gone(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = two(bench)
    start(second)
    assert (status(first), status(second)) == (200, 503)
    assert any(CONFLICT in message for message in messages(second))
    assert CONFLICT in second.logs.text("jfac")
    line = "Error response from service registry, status code: 409; message: " + CONFLICT
    assert line in second.logs.text("jfrou")
    assert "Successfully joined" not in second.logs.text("jfmd")
    second.tick()
    assert status(second) == 503
    first.stop()
    second.tick()
    assert status(second) == 200
    assert "Successfully joined" in second.logs.text("jfmd")


def test_second_node_fails_when_the_switch_says_so(tmp_path: Path) -> None:
    first, second = two(Workbench(tmp_path, node_id_conflict="start_fails"))
    second.start(at_once=True)
    assert second.state == FAILED
    assert second.reason is not None
    assert CONFLICT in second.reason
    assert CONFLICT in second.logs.text("jfac")
    assert status(first) == 200


def test_second_node_takes_the_place_when_the_switch_says_so(tmp_path: Path) -> None:
    first, second = two(Workbench(tmp_path, node_id_conflict="replaces"))
    start(second)
    first.tick()
    assert (first.state, second.state) == (RUNNING, RUNNING)
    assert (status(first), status(second)) == (503, 200)
    assert any(CONFLICT in message for message in messages(first))
    assert "status code: 409" in first.logs.text("jfrou")


@pytest.mark.parametrize("generation", ["7", "6"])
def test_stopped_node_is_not_in_the_registry(tmp_path: Path, generation: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started(generation=generation)
    assert list(bench.database.registry) == ["lyon-1"]
    node.stop()
    assert bench.database.registry == {}


@pytest.mark.parametrize(
    ("address", "conflict", "expected"),
    [
        pytest.param("192.0.2.7", True, 503, id="given-to-both"),
        pytest.param("127.0.0.1", True, 200, id="this-machines-own"),
        pytest.param("192.0.2.7", False, 200, id="switch-off"),
    ],
)
def test_one_address_for_two_nodes_is_a_conflict_when_the_switch_says_so(
    tmp_path: Path, address: str, conflict: bool, expected: int
) -> None:
    first, second = two(Workbench(tmp_path, node_ip_conflict=conflict), f"ip: {address}")
    start(second)
    second.tick()
    assert (status(first), status(second)) == (200, expected)
    line = "Requested Router Join for nodeId: osaka-2 at: 192.0.2.7 conflicts (IP) with existing node"
    assert (line in second.logs.text("jfac")) is (expected == 503)
    first.stop()
    second.tick()
    assert status(second) == 200

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes of an HA Edge start again one after the other, also when they keep their master key in memory only."""

from __future__ import annotations

from typing import Any

import pytest

from integration.fleet import Fleet

IN_MEMORY = "shared:\n  security:\n    masterKeyExternal: true\n"


def keep_master_key_in_memory(edge: Any) -> str:
    """Switch masterKeyExternal on and start all nodes once, as an admin would; the key that is now nowhere on disk."""
    key = str(edge.nodes[0].layout.master_key.read_text())
    for node in edge.nodes:
        node.layout.system_yaml.write_text(IN_MEMORY)
        node.restart(at_once=True)
        assert not node.layout.master_key.exists()
    return key


def live_keys(edge: Any) -> list[float]:
    """When each node last started: the product writes the live join key anew then."""
    return [node.layout.live_join_key.stat().st_mtime for node in edge.nodes]


def test_ha_edge_that_keeps_its_master_key_in_memory_is_started_again_node_by_node(fleet: Fleet) -> None:
    osaka = fleet.add("osaka", nodes=3)
    key = keep_master_key_in_memory(osaka)
    fleet.simulator.refresh()
    fleet.variables["osaka"]["edge_master_key"] = key

    predicted = fleet.run("onboard_edge.yml", "--check")
    assert predicted.code == 0, predicted.output
    run = fleet.run("onboard_edge.yml")

    assert run.code == 0, run.output
    started = live_keys(osaka)
    assert started == sorted(started)
    assert osaka.database.join_key == (fleet.folder / "secrets/osaka.join.key").read_text()
    assert [node.layout.master_key.exists() for node in osaka.nodes] == [False, False, False]
    assert key not in run.output
    again = fleet.run("report_drift.yml")
    assert (again.code, again.changed) == (0, 0), again.output


def test_ha_edge_whose_master_key_nobody_knows_is_not_started_again(fleet: Fleet) -> None:
    osaka = fleet.add("osaka", nodes=2)
    keep_master_key_in_memory(osaka)
    fleet.simulator.refresh()
    started = live_keys(osaka)

    run = fleet.run("onboard_edge.yml")

    assert run.code == 2
    assert "edge_master_key" in run.output
    assert live_keys(osaka) == started
    assert [node.state for node in osaka.nodes] == ["running", "running"]


@pytest.mark.slow
def test_node_that_does_not_come_back_stops_its_own_edge_only(fleet: Fleet) -> None:
    osaka, lyon = fleet.add("osaka", nodes=3), fleet.add("lyon", nodes=2)
    osaka.node("osaka-1").crash_at = "join_services"
    started = live_keys(osaka)

    run = fleet.run("onboard_edge.yml")

    assert run.code == 2
    assert "Cannot start osaka-2 again: osaka-1 of the same Edge did not come back" in " ".join(run.output.split())
    assert live_keys(osaka)[1:] == started[1:]
    assert [node.state for node in osaka.nodes] == ["failed", "running", "running"]
    assert lyon.database.join_key == (fleet.folder / "secrets/lyon.join.key").read_text()
    assert [jpd["name"] for jpd in fleet.simulator.platform.jpds] == ["HOME", "lyon"]

    fleet.onboard()
    assert osaka.database.join_key == (fleet.folder / "secrets/osaka.join.key").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("limit", ["osaka-1", "osaka-2"])
def test_part_of_an_ha_edge_is_not_started_again(fleet: Fleet, limit: str) -> None:
    osaka = fleet.add("osaka", nodes=2)
    started = live_keys(osaka)

    run = fleet.run("onboard_edge.yml", "--limit", limit)

    assert run.code == 2
    assert live_keys(osaka) == started

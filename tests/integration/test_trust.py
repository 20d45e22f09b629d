# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Circles of trust by the playbooks: a platform of one's own, one in the cloud, and several Edges that wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.fleet import Fleet
from simulator.certificates import sha256
from simulator.simulator import Simulator
from simulator.switches import Switches

OLD = "7.25.7"  # without pairing tokens, so a circle of trust is needed


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Fleet]:
    """An Edge in a circle of trust with a self-hosted platform."""
    with Simulator(tmp_path / "simulator", switches=Switches(start_duration=0.0, trusted_import_delay=0.2)) as running:
        running.add_platform("acme", saas=False)
        fleet = Fleet(running, tmp_path / "controller")
        fleet.add("quito", version=OLD, edge_circle_of_trust_acknowledged=True)
        yield fleet


def root_of(site: Any) -> str:
    return sha256(site.database.root_certificate)


def test_self_hosted_platform_in_the_inventory_is_made_to_trust_the_edge(own: Fleet) -> None:
    node = own.list_platform_node()

    first = own.run("onboard_edge.yml")

    assert first.code == 0, first.output
    assert list(own.simulator.platform.database.trusted) == [root_of(own.simulator.edge("quito"))]
    assert list(node.layout.trusted.iterdir()) == []
    assert not [path for path in (own.folder / "support_requests").rglob("*.*") if path.name != ".lock"]
    second = own.run("onboard_edge.yml")
    assert (second.code, second.changed) == (0, 0), second.output
    assert second.edge("quito")["trust_state"] == "trusted both ways"


def test_self_hosted_platform_outside_the_inventory_gets_a_request_that_says_what_to_do(own: Fleet) -> None:
    first = own.run("onboard_edge.yml")

    assert first.code == 0, first.output
    assert first.edge("quito")["trust_state"] == "waiting for the platform"
    assert "If this platform is self-hosted" in (own.folder / "support_requests/quito/request.txt").read_text()


def test_edges_that_wait_for_the_cloud_share_one_request_until_they_are_trusted(fleet: Fleet) -> None:
    for name in ("lyon", "quito"):
        fleet.add(name, version=OLD, edge_circle_of_trust_acknowledged=True)
    first = fleet.run("onboard_edge.yml")
    assert first.code == 0, first.output
    assert {edge["trust_state"] for edge in first.report["edges"]} == {"waiting for the platform"}
    common = fleet.folder / "support_requests/_all"
    assert sorted(path.name for path in common.iterdir()) == ["lyon.crt", "quito.crt", "request.txt"]

    for name in ("lyon", "quito"):
        fleet.simulator.platform.support.import_certificate((common / f"{name}.crt").read_text())
    second = fleet.run("report_drift.yml")
    assert {edge["trust_state"] for edge in second.report["edges"]} == {"trusted both ways"}

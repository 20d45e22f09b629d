# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The node of a self-hosted platform, through which its owner makes it trust an Edge (node-files.md 3.1)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.certificates import sha256, to_pem
from simulator.simulator import Simulator
from simulator.switches import Switches
from unit.simulator.calling import Client

VALIDATE = "/access/api/v1/system/federation/validate_server"


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    switches = Switches(start_duration=0.0, trusted_import_delay=0.0)
    with Simulator(tmp_path, switches=switches) as running:
        running.add_platform("acme", saas=False)
        yield running


def test_platform_on_its_own_has_a_node_that_runs_and_one_in_the_cloud_has_none(
    simulator: Simulator, tmp_path: Path
) -> None:
    node = simulator.node("acme-1")
    assert (node.state, node.url) == ("running", simulator.platform.url)
    assert (node.layout.access_keys / "root.crt").read_text() == to_pem(simulator.platform.database.root_certificate)
    with Simulator(tmp_path / "cloud") as other:
        assert other.add_platform().nodes == []


def test_certificate_in_the_trusted_folder_of_the_platform_makes_it_trust_the_edge(simulator: Simulator) -> None:
    edge, call = simulator.add_edge("lyon"), Client(simulator)

    def trusted() -> bool:
        target = {"url": simulator.platform.url + "/access"}
        return call(edge, "POST", VALIDATE, json=target).status_code == 204

    assert not trusted()
    drop = simulator.platform.nodes[0].layout.trusted / "lyon.crt"
    drop.write_text(to_pem(edge.database.root_certificate))
    deadline = time.monotonic() + 5
    while drop.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert trusted()
    simulator.platform.forget_trusted(sha256(edge.database.root_certificate))
    assert not trusted()


def test_platform_whose_node_stands_still_answers_nobody(simulator: Simulator) -> None:
    simulator.platform.nodes[0].stop()
    simulator.refresh()
    assert not simulator.accepts_connections(simulator.platform.url)
    simulator.platform.nodes[0].start(at_once=True)
    simulator.refresh()
    assert simulator.accepts_connections(simulator.platform.url)

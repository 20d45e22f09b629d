# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client, World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Platform acme; Edges lyon, osaka with two nodes, and quito, which is older than pairing tokens."""
    with Simulator(tmp_path_factory.mktemp("simulator")) as simulator:
        simulator.add_platform("acme")
        simulator.add_edge("lyon")
        simulator.add_edge("osaka", nodes=2)
        simulator.add_edge("quito", version="7.25.7")
        yield World(simulator, Client(simulator))


@pytest.fixture
def call(simulator: Simulator) -> Client:
    """Calls to the test's own simulator."""
    return Client(simulator)


@pytest.fixture
def lyon(simulator: Simulator) -> Edge:
    """An Edge of the test's own simulator, started and not registered."""
    return simulator.add_edge("lyon")

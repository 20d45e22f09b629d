# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A platform in the cloud whose version has everything."""
    with Simulator(tmp_path / "simulator") as running:
        running.add_platform("acme", version="7.146.7")
        running.platform.repositories.create("libs", running.clock.now(), "admin")
        running.platform.repositories.create("npm", running.clock.now(), "admin", {"rclass": "remote"})
        yield running


@pytest.fixture
def call(simulator: Simulator) -> Client:
    return Client(simulator)


@pytest.fixture
def old(simulator: Simulator) -> Edge:
    """A self-hosted instance that is older than Access v2."""
    return simulator.add_edge("quito", version="7.25.7")

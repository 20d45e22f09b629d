# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.simulator import Simulator
from unit.modules import unwritten


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A simulator of its own for each test, with the platform ``acme`` and no Edge yet."""
    with Simulator(tmp_path / "simulator") as running:
        running.add_platform("acme")
        unwritten.simulators.append(running)
        yield running
        unwritten.simulators.remove(running)

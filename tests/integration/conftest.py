# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

from integration.fleet import Fleet
from simulator.simulator import Simulator


@pytest.fixture
def fleet(simulator: Simulator, tmp_path: Path) -> Fleet:
    """An empty fleet; a test adds the Edges that it needs."""
    return Fleet(simulator, tmp_path / "controller")

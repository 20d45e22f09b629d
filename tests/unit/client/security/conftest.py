# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as session_module
from simulator.simulator import Simulator


@pytest.fixture(autouse=True)
def _quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "PAUSE_FACTOR", 0.01)


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    """A platform in the cloud whose version has everything."""
    with Simulator(tmp_path / "simulator") as running:
        running.add_platform("acme", version="7.146.7")
        yield running

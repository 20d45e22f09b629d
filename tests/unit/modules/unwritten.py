# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What check mode promises, held around every run in check mode of every test: nothing is written anywhere.

No simulator of the test sees a request that could change something, and on the node of the run no file differs:
content, owner, mode and time of change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unit.node.node_tree import snapshot

if TYPE_CHECKING:
    from simulator.simulator import Simulator

# Those of the test that runs.
simulators: list[Simulator] = []
# The options of modules that name a node.
HOMES = ("artifactory_home", "product_home")
# What the product itself goes on writing.
OF_THE_PRODUCT = ("log", "logs")


@contextmanager
def nothing_is_written(params: Mapping[str, Any]) -> Iterator[None]:
    """Raises AssertionError after a block in which something was."""
    homes = [Path(params[name]) for name in HOMES if params.get(name)]
    seen = [len(simulator.calls) for simulator in simulators]
    before = [files_of(home) for home in homes]
    yield
    assert [files_of(home) for home in homes] == before
    for simulator, count in zip(simulators, seen, strict=True):
        written = [call for call in list(simulator.calls)[count:] if call.write and call.by_client]
        assert written == []


def files_of(home: Path) -> dict[str, Any]:
    """Everything below the home of a node but logs."""
    return {path: seen for path, seen in snapshot(home).items() if not set(OF_THE_PRODUCT) & set(path.split("/"))}

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Help for tests of nodes without any server: an Edge's database, clock and switches, and nodes on it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Optional

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from simulator import certificates
from simulator.access_database import AccessDatabase
from simulator.clock import Clock
from simulator.key_pool import POOL
from simulator.switches import Switches

from .layout import HOMES, VERSIONS
from .node import RUNNING, Node


@lru_cache(maxsize=1)
def _root() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    """A signing pair for all tests of a run, since making one takes longer than a start."""
    key = POOL.take()
    return key, certificates.self_signed("JFrog Token Issuer", key)


class Stopwatch:
    """Real time for a node under test: it passes when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


class Workbench:
    """One Edge. Starts and imports take no time unless a switch is given."""

    def __init__(self, folder: Path, **switches: Any) -> None:
        self.folder = folder
        self.switches = Switches(**{"start_duration": 0.0, "trusted_import_delay": 0.0, **switches})
        self.clock = Clock()
        self.timer = Stopwatch()
        self.database = AccessDatabase()
        self.database.set_root(*_root())

    def node(self, name: str = "lyon-1", generation: str = "7", version: Optional[str] = None) -> Node:
        """A node that is installed and was never started."""
        node = Node(
            name,
            self.folder / name / HOMES[generation],
            generation,
            version or VERSIONS[generation],
            self.database,
            self.switches,
            self.clock,
            "lyon",
            timer=self.timer,
        )
        node.install()
        return node

    def started(self, name: str = "lyon-1", generation: str = "7", version: Optional[str] = None) -> Node:
        """A node that was started once with nothing given, so all its keys are of the product's making."""
        node = self.node(name, generation, version)
        start(node)
        return node


def start(node: Node) -> None:
    """Start a node; an AssertionError when it does not come up."""
    node.start(at_once=True)
    assert node.state == RUNNING, node.reason


def restart(node: Node) -> None:
    """Restart a node; an AssertionError when it does not come up."""
    node.stop()
    start(node)


def put(path: Path, text: str, *, mode: int = 0o640) -> Path:
    """Write a file together with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def files(folder: Path) -> set[str]:
    """All files below a folder, relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Help for tests of nodes without any server: an Edge's database, clock and switches, and nodes on it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the owner of an Edge, for certificates of routers."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        return certificates.to_pem(self.certificate)

    def server_pair(self, *names: str, now: Optional[datetime] = None) -> tuple[str, str]:
        """A certificate for a router and its key, both in PEM form. The first name is the subject."""
        key = POOL.take()
        certificate = certificates.server_certificate(
            list(names or ("127.0.0.1",)),
            key,
            issuer=self.certificate,
            issuer_key=self.key,
            now=now,
            between_services=True,
        )
        return certificates.to_pem(certificate), certificates.key_to_pem(key)


def authority(name: str = "Acme CA") -> Authority:
    """A new authority, which nobody trusts yet."""
    key = POOL.take()
    return Authority(key, certificates.self_signed(name, key))


def supply_server_pair(node: Node, certificate: str, key: str) -> None:
    """Put a server certificate for the router, and its key where the next start looks."""
    folder = node.layout.var / "bootstrap/router/keys"
    put(folder / "custom-server.crt", certificate)
    put(folder / "custom-server.key", key, mode=0o600)


def switch_tls(node: Node, on: bool) -> None:
    """Ask for TLS between services from the next start on."""
    put(node.layout.access_etc / "access.config.patch.yml", f"security:\n  tls: {str(on).lower()}\n")


def put(path: Path, text: str, *, mode: int = 0o640) -> Path:
    """Write a file together with the folders above it. A folder that is watched may lose it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as stream:
        os.fchmod(stream.fileno(), mode)
        stream.write(text)
    return path


def files(folder: Path) -> set[str]:
    """All files below a folder, relative to it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}

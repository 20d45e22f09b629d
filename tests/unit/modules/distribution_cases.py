# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of signing keys and of the canary share: keys at the platform, registered Edges, what is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import (
    Connection,
    edge_connection,
    platform_connection,
)
from simulator import pgp
from simulator.signing_keys import KeyPair
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.modules.play import COLLECTIONS
from unit.modules.rest_cases import edge_options, jpd_options, platform_options
from unit.modules.run_module import run_module

KEY = "release-key"
REPOSITORY = "canary-local"


@dataclass
class SimulatedTime:
    """A clock whose pauses pass at the simulator, and take no time here."""

    simulator: Simulator
    passed: float = 0.0

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.passed += seconds
        self.simulator.clock.advance(seconds)


def add_key_pair(simulator: Simulator, name: str = KEY, sample: str = "canary", *, alias: str | None = None) -> str:
    """A key pair at the platform; its public half."""
    public, private = pgp.sample(sample)
    simulator.platform.key_pairs[name] = KeyPair(name, alias or name, "GPG", public, private)
    return str(public)


def trust_key(edge: Any, alias: str = KEY, sample: str = "canary") -> None:
    edge.trusted_keys.add(alias, pgp.sample(sample)[0], edge.now(), "admin")


def trusted(edge: Edge) -> dict[str, str]:
    """By alias the fingerprints of what an Edge trusts."""
    return {key.alias: key.key.fingerprint.lower() for key in edge.trusted_keys.all}


def register(simulator: Simulator, *names: str) -> list[Edge]:
    """Edges with a JPD each."""
    edges = []
    for name in names:
        edges.append(simulator.add_edge(name))
        assert run_module("jpd", jpd_options(simulator, name))["changed"] is True
    return edges


def platform_of(simulator: Simulator, **changes: Any) -> Connection:
    return platform_connection({**platform_options(simulator), **changes})


def edge_of(simulator: Simulator, name: str, **changes: Any) -> Connection:
    return edge_connection({**edge_options(simulator, name), **changes})


def calls_of(simulator: Simulator, path: str, method: str = "POST") -> list[str]:
    return [call.path for call in simulator.calls.find(path=path, by_client=True) if call.method == method]


def files_of(site: Any) -> list[str]:
    """All files in a site's repositories, those of bundles as well."""
    return sorted(
        f"{repository.key}/{path}"
        for repository in site.repositories
        for path, item in repository.items.items()
        if item.is_file
    )


def inventory(simulator: Simulator, folder: Path, *edges: str, common: Any = None, **of_edges: Any) -> Path:
    """An inventory of these Edges with one host each; keywords are variables of one Edge."""
    hosts = {}
    for name in edges:
        options = edge_options(simulator, name)
        hosts[f"{name}-1"] = {"edge_name": name, **options, **of_edges.get(name, {})}
    variables = {
        **platform_options(simulator),
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        **(common or {}),
    }
    path = folder / "inventory.yml"
    path.write_text(yaml.safe_dump({"all": {"vars": variables, "children": {"edge_nodes": {"hosts": hosts}}}}))
    return path


def play_on(folder: Path, path: Path, *arguments: str, **work: Any) -> str:
    """What ansible-playbook prints for a play over the Edges of this inventory; keywords are ``roles`` or ``tasks``."""
    playbook = folder / "play.json"
    playbook.write_text(json.dumps([{"name": "Play", "hosts": "edge_nodes", "gather_facts": False, **work}]))
    return run_ansible(folder, path, str(playbook), *arguments)


def run_ansible(folder: Path, path: Path, playbook: str, *arguments: str) -> str:
    """What ansible-playbook prints for a playbook."""
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), "-i", str(path), playbook, *arguments],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "JFROG_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ended.stdout + ended.stderr

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated fleet in a process of its own, so that what is measured is the controller alone.

``python -m benchmark.simulated FOLDER NUMBER`` makes so many Edges, writes the inventory, and serves until its standard
input ends. What it is asked there, a word per line, it answers with one line of JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import requests

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from simulator.certificates import self_signed, to_pem
from simulator.key_pool import POOL
from simulator.node.installation import write_private
from simulator.simulator import Simulator
from simulator.sites import Edge

TOKEN_SECONDS = 7 * 86_400
ACCESS_PATCH = "token:\n  max-expiry: 86400\n"
SYSTEM_YAML = "  logging:\n    consoleLog:\n      enabled: true\n"


class SimulatedFleet:
    """Edges of one node each, converged or not yet joined, with the controller's files and inventory beside them."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.authority = to_pem(self_signed("Example Corporate CA", POOL.take()))

    def add(self, number: int, *, joined: bool) -> None:
        """So many Edges. Those that are joined are so in everything that the inventory wants."""
        (self.folder / "secrets").mkdir(parents=True)
        edges = [self.simulator.add_edge(f"edge-{one:04}", routers=True, started=False) for one in range(1, number + 1)]
        for edge in edges:
            self._keep_secrets(edge)
            if joined:
                self._supply(edge)
            self.simulator.start_edge(edge)
        self.simulator.refresh()
        if joined:
            self._register(edges)

    def write_inventory(self) -> None:
        """As in the README: what all have in common in the group of all Edges, and a group for each Edge."""
        platform = self.simulator.platform
        write_private(self.folder / "secrets/platform.token", platform.admin_token(expires_in=TOKEN_SECONDS))
        token = "{{ lookup('ansible.builtin.file', inventory_dir ~ '/secrets/%s.token') }}"
        common = {
            "platform_url": platform.url,
            "platform_access_token": token % "platform",
            "platform_ca_path": str(self.simulator.ca_path),
            "edge_access_token": token % "' ~ edge_name ~ '",
            "edge_ca_path": str(self.simulator.ca_path),
            "edge_join_key_file": "secrets/{{ edge_name }}.join.key",
            "edge_base_url": "{{ edge_url }}",
            "edge_tags": ["hybrid"],
            "edge_tls_ca_certificates": [{"name": "corporate", "content": self.authority}],
            "edge_system_yaml": {"shared": {"logging": {"consoleLog": {"enabled": True}}}},
            "edge_access_config": {"token": {"max-expiry": 86400}},
            "edge_service_control": "artifactoryctl",
        }
        groups = {edge.name: self._group(edge, number) for number, edge in enumerate(self.simulator.edges)}
        inventory = {"edge_nodes": {"vars": common, "children": groups}}
        (self.folder / "inventory.json").write_text(json.dumps(inventory, indent=1))

    @staticmethod
    def location(number: int) -> dict[str, Any]:
        return {
            "city_name": f"City {number}",
            "country_code": "FR",
            "latitude": float(number % 90),
            "longitude": float(number % 180),
        }

    def _group(self, edge: Edge, number: int) -> dict[str, Any]:
        hosts = {node.name: {"edge_artifactory_home": str(node.home), "edge_node_url": node.url} for node in edge.nodes}
        variables = {"edge_name": edge.name, "edge_url": edge.url, "edge_location": self.location(number)}
        return {"hosts": hosts, "vars": variables}

    def _keep_secrets(self, edge: Edge) -> None:
        write_private(self.folder / f"secrets/{edge.name}.token", edge.admin_token(expires_in=TOKEN_SECONDS))

    def _supply(self, edge: Edge) -> None:
        """What takes effect with the first start."""
        edge.custom_base_url = edge.url
        key = edge.database.join_key = keys.new_salt()
        write_private(self.folder / f"secrets/{edge.name}.join.key", key)
        now = datetime.now(timezone.utc)
        recorded = ledger.confirm_key(
            ledger.record_key(ledger.empty(), "join_key", keys.new_entry(key, now)), "join_key", now
        )
        for node in edge.nodes:
            layout = node.layout
            assert layout.system_yaml is not None
            layout.system_yaml.write_text(layout.system_yaml.read_text() + SYSTEM_YAML)
            write_private(layout.tls_trusted / "corporate.crt", self.authority, mode=0o644)
            write_private(layout.access_etc / "access.config.patch.yml", ACCESS_PATCH, mode=0o644)
            write_private(layout.var / "hybrid.jfrog/ledger.json", ledger.serialise(recorded))

    def _register(self, edges: list[Edge]) -> None:
        """By a pairing token each, as the product's documentation says (control-plane-api.md 2)."""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self._pair, edges, range(len(edges))))

    def _pair(self, edge: Edge, number: int) -> None:
        platform = self.simulator.platform
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(self.simulator.ca_path)
            minted = session.post(
                f"{edge.url}/access/api/v1/service_trust/pairing/mission-control",
                headers={"Authorization": f"Bearer {edge.admin_token()}"},
                timeout=60,
            )
            minted.raise_for_status()
            registered = session.post(
                f"{platform.url}/mc/api/v1/jpds",
                headers={"Authorization": f"Bearer {platform.admin_token()}"},
                json={
                    "name": edge.name,
                    "url": f"{edge.url}/",
                    "token": minted.json()["pairing_token"],
                    "location": self.location(number),
                    "tags": ["hybrid"],
                },
                timeout=60,
            )
            registered.raise_for_status()


def counts(simulator: Simulator) -> dict[str, Any]:
    """What clients asked for since the log was cleared."""
    asked = simulator.calls.find(by_client=True)
    platform = simulator.platform.name
    of_edges = Counter(call.site for call in asked if call.site != platform)
    return {
        "platform_requests": sum(call.site == platform for call in asked),
        "edge_requests": sum(of_edges.values()),
        "most_requests_of_an_edge": max(of_edges.values(), default=0),
        "connections": len({(call.site, call.connection) for call in asked}),
        "writes": len(simulator.calls.writes),
    }


def serve(folder: Path, number: int, *, joined: bool) -> None:
    """Answer until standard input ends."""
    with Simulator(folder / "simulator") as simulator:
        simulator.add_platform("acme")
        fleet = SimulatedFleet(simulator, folder / "controller")
        fleet.add(number, joined=joined)
        fleet.write_inventory()
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            answer: Any = None
            if line.strip() == "clear":
                simulator.calls.clear()
            elif line.strip() == "counts":
                answer = counts(simulator)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), joined=sys.argv[3] == "joined")

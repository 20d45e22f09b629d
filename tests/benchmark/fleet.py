# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated fleet as the benchmark uses it: its process, its inventory, and perhaps a host over SSH for each node."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Optional

from benchmark.serving import Served, serving
from hosts.light_hosts import LightHosts

# Of the target's own: what is installed for the tests is not there on a node.
NODE_PYTHON = "/usr/bin/python3"


class Fleet:
    """``ask`` speaks to the process of the simulator; ``inventory`` is for ansible-playbook."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.ask = served.ask
        self.folder = folder / "controller"
        self.inventory = self.folder / "inventory.json"

    def connect(self, hosts: Optional[LightHosts]) -> None:
        """Say how the nodes are reached: by SSH, or by a local connection."""
        inventory = json.loads(self.inventory.read_text())
        reached: Mapping[str, Any] = {host.name: hosts.variables(host) for host in hosts.hosts} if hosts else {}
        for group in inventory["edge_nodes"]["children"].values():
            for name, variables in group["hosts"].items():
                variables.update(reached.get(name, {"ansible_connection": "local"}))
                variables["ansible_python_interpreter"] = NODE_PYTHON
        self.inventory.write_text(json.dumps(inventory, indent=1))


@contextlib.contextmanager
def running(folder: Path, number: int, *, joined: bool, over_ssh: bool = False) -> Iterator[Fleet]:
    """So many Edges of one node each, until the block ends."""
    with ExitStack() as stack:
        served = stack.enter_context(serving("benchmark.simulated", folder, str(number), "joined" if joined else "new"))
        fleet = Fleet(served, folder)
        hosts: Optional[LightHosts] = None
        if over_ssh:
            names = [node for group in _groups(fleet.inventory) for node in group["hosts"]]
            hosts = stack.enter_context(LightHosts(len(names), folder / "hosts", shared=[folder], names=names))
        fleet.connect(hosts)
        yield fleet


def _groups(inventory: Path) -> list[dict[str, Any]]:
    return list(json.loads(inventory.read_text())["edge_nodes"]["children"].values())

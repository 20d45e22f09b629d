# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small fleet for one schedule: a simulator of its own, an inventory, and what the playbook is called with.

It is made anew for each schedule, in the state from which the playbook has work to do, by hand in the simulator: 0.3
seconds, where an onboarding takes eight. Nothing is left of the schedule before, and there is nothing to restore.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos.schedule import ALONE, HA, PLATFORM
from integration.fleet import Fleet
from simulator.simulator import Simulator
from simulator.switches import Switches

# Somebody else's Edge at the same platform: no run has to do with it.
STRANGER = "rome"
# What a user sets who does not want to wait.
PATIENCE = {
    "edge_read_timeout": 8,
    "edge_node_timeout": 15,
    "edge_step_timeout": 40,
    "artifactory_service_wait_timeout": 10,
    "jpd_wait_timeout": 3,
    "jpd_license_wait_timeout": 3,
    "distribution_canary_wait_timeout": 4,
    "edge_trust_wait_timeout": 3,
    "edge_offboard_wait_timeout": 3,
    "trusted_certificate_wait_timeout": 3,
    "token_signing_certificate_wait_timeout": 3,
    "security_replication_timeout": 4,
}
# What Ansible keeps for itself in the controller's folder.
OF_ANSIBLE = ("tmp", ".ansible", "facts")
DISK = Path(__file__).with_name("disk.py")
PYTHON = """\
#!/bin/sh
[ -e '{fault}' ] && exec '{python}' "$@" '{disk}' '{fault}'
exec '{python}' "$@"
"""


@dataclass
class World:
    """The simulator, the inventory, and what a scenario wants to remember."""

    simulator: Simulator
    fleet: Fleet
    arguments: tuple[str, ...] = ()
    # Of the runs, while something is wrong with the controller.
    environment: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def platform(self) -> Any:
        return self.simulator.platform

    @property
    def edges(self) -> list[Any]:
        """Those of the inventory."""
        return [self.simulator.edge(name) for name in self.fleet.variables]

    @property
    def nodes(self) -> list[Any]:
        return [node for edge in self.edges for node in edge.nodes]

    def add(self, name: str, **options: Any) -> Any:
        """An Edge of the inventory: one node, or two of HA. Its nodes' Python heeds the faults of its disk."""
        edge = self.fleet.add(name, nodes=2 if name == HA else 1, **options)
        for node in edge.nodes:
            python = self.fleet.folder / f"{node.name}.disk.python"
            fault = self.fault_file(node.name)
            python.write_text(PYTHON.format(fault=fault, disk=DISK, python=sys.executable))
            python.chmod(0o755)
            self.fleet.node_variables[node.name] = {"ansible_python_interpreter": str(python)}
        return edge

    def settle(self, seconds: float = 5.0) -> None:
        """Wait until no node is in the middle of a start."""
        ends = time.monotonic() + seconds
        while any(node.state == "starting" for node in self.nodes) and time.monotonic() < ends:
            time.sleep(0.02)

    def fault_file(self, host: str) -> Path:
        """What is wrong with the disk of a node, or of the controller, while it is."""
        return self.fleet.folder / f"{host}.fault.json"


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """A platform with a stranger's Edge, and an inventory that is still empty."""
    switches = Switches(
        start_duration=0.15, trusted_import_delay=0.1, bundle_creation_duration=0.05, distribution_duration=0.1
    )
    # Clients that speak plain HTTP to TLS, and those that are killed, are what is looked for.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    with Simulator(folder / "simulator", switches=switches) as simulator:
        simulator.add_platform(PLATFORM)
        fleet = Fleet(simulator, folder / "controller")
        fleet.common.update(PATIENCE)
        yield World(simulator, fleet)


__all__ = ["ALONE", "HA", "OF_ANSIBLE", "STRANGER", "World", "world"]

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The rotation of an Edge's join key: what speaks against it, and what is left to do of it.

The product documents no overlap of two join keys and no call for a rotation, only the bootstrap file, a restart, and
the same key for every other product (node-files.md 1.5). So a rotation goes through these states, and each is told by
the nodes themselves: a run that was interrupted is finished by the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional, Sequence, Tuple

from ..errors import EdgeError
from ..health import HEALTHY
from ..observed import Node
from ..version import parse
from . import keys

# Access has a join key from 6.8 on (node-files.md 1.2).
JOIN_KEY_SINCE = (6, 8, 0)
NO_CONTROL = "none"


@dataclass(frozen=True)
class RotatingEdge:
    """An Edge as this run sees it: nodes that were read, in the inventory's order, and those that were not."""

    name: str
    nodes: Mapping[str, Node]
    unreachable: Mapping[str, str] = field(default_factory=dict)
    absent: Sequence[str] = ()
    master_key: Optional[str] = field(default=None, repr=False)


@dataclass(frozen=True)
class Obstacle:
    """Why a rotation is not begun, or not gone on with, and what to do about it."""

    reason: str
    remedy: str


@dataclass(frozen=True)
class Remaining:
    """What is left to do on the nodes. ``first`` gets the key, when ``supply`` is set, and is started again first."""

    reason: str
    first: Optional[str] = None
    supply: bool = False
    restart: Tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        return not self.supply and not self.restart


def obstacle(edge: RotatingEdge, *, fresh: bool) -> Optional[Obstacle]:
    """What speaks against the rotation. ``fresh``: it has not begun, so that the Edge can still wait for a repair."""
    all_nodes = "Run it with all nodes of the Edge, reachable"
    if edge.absent:
        return Obstacle(f"this run leaves out {', '.join(edge.absent)}, and all nodes need the new key", all_nodes)
    if edge.unreachable:
        told = "; ".join(f"{host}: {reason}" for host, reason in edge.unreachable.items())
        return Obstacle(f"not all nodes can be reached ({told}), and all of them need the new key", all_nodes)
    for host, node in edge.nodes.items():
        found = _obstacle_on(host, node, edge.master_key) or (_ailment(host, node) if fresh else None)
        if found is not None:
            return found
    for host, node in edge.nodes.items():
        peers = [peer for name, peer in edge.nodes.items() if name != host]
        verdict = keys.judge_master_key(node, peers, None)
        if verdict.unknown:
            return Obstacle(f"{host}: {verdict.reason}", "All nodes need one master key to read the join key with")
    return None


def remaining(edge: RotatingEdge, key: str) -> Remaining:
    """What has to be done until all nodes use this key. The node where it waits or is supplied starts first."""
    nodes = list(edge.nodes.values())
    verdict = keys.judge_join_key(nodes, key, on_unknown="supply")
    if verdict.in_order:
        entry = keys.newest_join_key_entry(nodes)
        behind = tuple(
            host
            for host, node in edge.nodes.items()
            if keys.has_missed_join_key(node, entry) or "join_key" in node["ledger"]["restart_due"] or is_sick(node)
        )
        reason = f"{', '.join(behind)} did not start well since the Edge got the key" if behind else verdict.reason
        return Remaining(reason, first=behind[0] if behind else None, restart=behind)
    hosts = list(edge.nodes)
    waiting = next((host for host, node in edge.nodes.items() if keys.waits_for_start(node, key)), None)
    first = waiting or _recorded(edge, key) or hosts[keys.node_to_supply(nodes, key)]
    others = tuple(host for host in hosts if host != first)
    return Remaining(verdict.reason, first=first, supply=waiting is None, restart=(first, *others))


def is_sick(node: Node) -> bool:
    """Whether the node does not run or is not well, for all that was read."""
    health = node["health"]
    return node["service"]["running"] is False or (health is not None and health["state"] != HEALTHY)


def _recorded(edge: RotatingEdge, key: str) -> Optional[str]:
    """The node whose ledger has the supply that is not confirmed yet: the proof is noted there."""
    for host, node in edge.nodes.items():
        entry = node["ledger"]["join_key"]
        if entry is not None and entry["confirmed_at"] is None and keys.matches(entry, key):
            return host
    return None


def _obstacle_on(host: str, node: Node, master_key: Optional[str]) -> Optional[Obstacle]:
    if not node["layout"]["installed"]:
        home = node["layout"]["home"]
        return Obstacle(f"Artifactory is not installed on {host} at {home}", "Correct edge_artifactory_home")
    if not node["service"]["ever_started"]:
        return Obstacle(f"{host} has never started, so there is no join key to be replaced", "Run onboard_edge.yml")
    if _is_older(node["version"]):
        return Obstacle(f"{host} has Artifactory {node['version']}, which has no join key", "Update it to 6.8 or newer")
    if node["service"]["control"] == NO_CONTROL:
        return Obstacle(
            f"{host} is not started by this collection (edge_service_control is none), and a start reads the join key",
            "Set edge_service_control, or edge_service_restart_command",
        )
    if keys.lacks_key_for_start(node, master_key):
        return Obstacle(
            f"{host} keeps its master key in memory only, and cannot start again without it",
            "Set edge_master_key or edge_master_key_file",
        )
    return None


def _ailment(host: str, node: Node) -> Optional[Obstacle]:
    """A node that is not well cannot stand in while another one starts."""
    health = node["health"]
    if node["service"]["running"] is False:
        return Obstacle(f"{host} does not run", "Run correct_drift.yml first, so that all nodes are healthy")
    if health is not None and health["state"] != HEALTHY:
        return Obstacle(
            f"{host} is {health['state'].lower()}: {health['error']}", "Repair it first, so that all nodes are healthy"
        )
    return None


def _is_older(version: Optional[str]) -> bool:
    try:
        return version is not None and parse(version) < JOIN_KEY_SINCE
    except EdgeError:
        return False

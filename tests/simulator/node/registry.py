# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access's registry of nodes, in the database that the nodes of an HA Edge share (node-files.md 1.3, 1.6, 9).

Two running nodes with one id are in conflict. The words are those of charts #1474, where Access answers the second
router's join with 409 and the router goes on trying.
"""

from __future__ import annotations

from typing import Optional

from simulator.access_database import AccessDatabase, Member

from .failure import StartFailed
from .logs import ACCESS, ROUTER
from .services import Trouble
from .start import Start


def join(start: Start) -> None:
    """Register the node under its id, as the switch ``node_id_conflict`` says when another one has it."""
    other = holder(start)
    if other is not None and start.switches.node_id_conflict == "start_fails":
        raise StartFailed(conflict(start, other))
    if other is not None and start.switches.node_id_conflict == "refused":
        start.logs.warn(ACCESS, conflict(start, other))
        return
    if other is not None:
        leave(start.database, other.node)
    register(start)


def register(start: Start) -> None:
    """Enter the node."""
    scheme = start.router.scheme if start.router is not None else "http"
    with start.database.lock:
        start.database.registry[start.node_id] = Member(start.node, start.node_id, start.node_ip, scheme)


def leave(database: AccessDatabase, node: str) -> None:
    """Take a node out: its process has ended, which the product sees by a missing heartbeat (node-files.md 8)."""
    with database.lock:
        for node_id in [one for one, member in database.registry.items() if member.node == node]:
            del database.registry[node_id]


def holder(start: Start) -> Optional[Member]:
    """The other node that has this node's id, or its address where the switch ``node_ip_conflict`` says so."""
    for node_id, member in list(start.database.registry.items()):
        if member.node != start.node and (node_id == start.node_id or _same_address(start, member)):
            return member
    return None


def peers(start: Start) -> list[Member]:
    """The other nodes that run."""
    return [member for member in list(start.database.registry.values()) if member.node != start.node]


def conflict(start: Start, other: Member) -> str:
    """What Access says."""
    access = start.database.service_id
    what = "node id" if other.node_id == start.node_id else "IP"
    return (
        f"Requested Router Join for nodeId: {start.node_id} at: {start.node_ip} conflicts ({what}) with existing "
        f"node: ServiceNodeImpl(serviceId={access}, nodeId={other.node_id}, routerId={other.node_id}, ip={other.ip})"
    )


def _same_address(start: Start, other: Member) -> bool:
    """An address that somebody gave to both nodes. Those that were found out are all that of this machine."""
    return start.switches.node_ip_conflict and start.node_ip == other.ip != start.address


def trouble(start: Start, other: Member) -> Trouble:
    """What the health page and the router's log show of it."""
    message = conflict(start, other)
    line = (
        "Cluster join: Error during cluster join: Error response from service registry, status code: 409; "
        f"message: {message}; Retrying..."
    )
    return Trouble(message, line, codes=(ROUTER,))

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory to one reading of who trusts whom, and to the hosts that lack a certificate."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ...module_utils._adapter.sessions import Connection, require_requests
from ...module_utils._adapter.waiting import Clock, poll
from ...module_utils._client.mesh import Source, ask, read_mesh
from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.trust import mesh as domain
from ...module_utils._domain.trust.mesh import Mesh, PairName

PEERS = "edge_trust_peers"
ACKNOWLEDGED = "edge_circle_of_trust_acknowledged"
VARIABLES = (PEERS, ACKNOWLEDGED)
PAUSE = 1.0


def source(name: str, connection: Connection) -> Source:
    """A deployment to be read; nothing that is asked here changes anything."""
    return Source(name, connection.url, lambda: connection.session(read_only=True))


def peers_of(task_vars: Mapping[str, Any], edges: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str] | None]:
    """By Edge the names that it lists; None when it lists nobody. Raises InventoryError.

    A text is the name of a group of the inventory, and means the Edges that have a host in it.
    """
    listed: dict[str, list[str] | None] = {}
    for name, values in edges.items():
        given = values.get(PEERS)
        if isinstance(given, str):
            if given not in task_vars["groups"]:
                raise InventoryError(
                    f"Cannot find the group '{given}' that {PEERS} of the Edge '{name}' names. Correct it."
                )
            members = task_vars["groups"][given]
            listed[name] = sorted(other for other, found in edges.items() if {*found["hosts"]} & {*members})
        elif given is None or isinstance(given, list):
            listed[name] = None if given is None else [str(item) for item in given]
        else:
            raise InventoryError(f"Cannot use {PEERS} of the Edge '{name}': give a list of Edge names, or one group.")
    return listed


def demand_acknowledgement(edges: Mapping[str, Mapping[str, Any]], pairs: Sequence[PairName]) -> None:
    """Raises InventoryError for members of the mesh that nobody has agreed to make administrators of the others."""
    members = sorted({name for pair in pairs for name in pair})
    silent = [name for name in members if str(edges[name].get(ACKNOWLEDGED)).lower() not in ("true", "yes", "1")]
    if silent:
        raise InventoryError(
            f"Cannot make the Edges {', '.join(silent)} trust others: administrators of each become administrators of "
            f"the others, for good, and nobody has agreed to that. Set {ACKNOWLEDGED} to true for them.",
            edges=silent,
        )


def observe_mesh(
    sources: Sequence[Source], pairs: Sequence[PairName], *, max_parallel: int, seconds: float, clock: Clock
) -> Mesh:
    """Who trusts whom. Asks again about those who are not accepted, for so many seconds: an import takes its time."""
    require_requests()
    mesh = read_mesh(sources, pairs, now=clock.now(), max_parallel=max_parallel)
    if seconds <= 0:
        return mesh

    def again() -> Mesh:
        left = [(pair["truster"], pair["issuer"]) for pair in domain.untrusted(mesh)]
        answers = {
            (p["truster"], p["issuer"]): p for p in ask(sources, mesh["members"], left, max_parallel=max_parallel)
        }
        mesh["pairs"] = [answers.get((pair["truster"], pair["issuer"]), pair) for pair in mesh["pairs"]]
        return mesh

    return poll(again, lambda seen: not domain.untrusted(seen), seconds=seconds, pause=PAUSE, clock=clock)


def first_node(task_vars: Mapping[str, Any], hosts: Sequence[str], nodes_variable: str) -> str | None:
    """The first of an Edge's hosts on which Artifactory was found in this run."""
    return next((host for host in hosts if node_of(task_vars, host, nodes_variable) is not None), None)


def node_of(task_vars: Mapping[str, Any], host: str, nodes_variable: str) -> Any:
    """What node_info told of the host; None when it told nothing or found no Artifactory."""
    result = task_vars["hostvars"][host].get(nodes_variable)
    node = result.get("node") if isinstance(result, Mapping) else None
    return node if node and node["layout"]["installed"] else None

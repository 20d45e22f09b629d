# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory to one reading of who trusts whom, and to the hosts that lack a certificate."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._client.mesh import Source, ask, read_mesh
from .._domain.errors import EdgeError, InventoryError
from .._domain.trust import mesh as domain
from .._domain.trust.mesh import Mesh, PairName
from .inventory import inventory_variables
from .options import EDGE_OPTIONS, PLATFORM_OPTIONS, Family
from .sessions import Connection, edge_connection, platform_connection, require_requests
from .waiting import Clock, poll

PEERS = "edge_trust_peers"
ACKNOWLEDGED = "edge_circle_of_trust_acknowledged"
VARIABLES = ("edge_name", PEERS, ACKNOWLEDGED, *EDGE_OPTIONS)
PAUSE = 1.0


def edges_of(
    task_vars: Mapping[str, Any], hosts: Sequence[str], names: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """The Edges of these hosts: their variables as their first host says them, and their hosts under ``hosts``."""
    edges: dict[str, dict[str, Any]] = {}
    for host, values in inventory_variables(task_vars, hosts, (*VARIABLES, *names)).items():
        name = str(values.get("edge_name") or "")
        if not name:
            raise InventoryError(f"Cannot tell the Edge of host '{host}': it has no edge_name. Set it.")
        edges.setdefault(name, {**values, "hosts": []})["hosts"].append(host)
    return edges


def connections(edges: Mapping[str, Mapping[str, Any]]) -> dict[str, Connection]:
    """How to reach each Edge. Raises InventoryError with everything that is missing or wrong."""
    made, problems = {}, []
    for name, values in edges.items():
        try:
            made[name] = edge_connection(options_of(values, EDGE_OPTIONS, ("edge_url", "edge_access_token")))
        except EdgeError as exc:
            problems.append(f"Edge '{name}': {'; '.join(exc.details.get('problems') or [exc.msg.rstrip('.')])}")
    if problems:
        raise InventoryError(
            f"Cannot reach the Edges: {'; '.join(problems)}. Correct the inventory.", problems=problems
        )
    return made


def platform_of(task_vars: Mapping[str, Any], hosts: Sequence[str]) -> Connection:
    """How to reach the platform, as the first host says that has a platform_url."""
    found = inventory_variables(task_vars, hosts, tuple(PLATFORM_OPTIONS))
    values = next((said for said in found.values() if said.get("platform_url")), {})
    return platform_connection(options_of(values, PLATFORM_OPTIONS, ("platform_url", "platform_access_token")))


def options_of(values: Mapping[str, Any], family: Family, needed: Sequence[str]) -> dict[str, Any]:
    """The variables of the inventory as options of this family, whose names they share. Raises InventoryError."""
    given = {name: values[name] for name in family if values.get(name) is not None}
    checked = ArgumentSpecValidator(family).validate(given)
    absent = [name for name in needed if not checked.validated_parameters.get(name)]
    problems = [*checked.error_messages, *(f"{name} is missing" for name in absent)]
    if problems:
        raise InventoryError(f"Cannot reach it: {'; '.join(problems)}. Correct the inventory.", problems=problems)
    return dict(checked.validated_parameters)


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

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory, the observed nodes and one reading of who trusts whom to the rotation of each Edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.certificate.pair import SIGNING, load_pair
from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.trust import root_rotation as domain
from ...module_utils._domain.trust.mesh import Mesh, PairName, trusted, wanted_pairs
from ...module_utils._domain.trust.root_rotation import Cloud, Rotation, RotationView, Truster
from ...module_utils._domain.trust.trust import AUTO, CIRCLE_OF_TRUST
from ...module_utils._domain.url import host as host_of
from ...module_utils._domain.version import supports_pairing_token
from ...module_utils._node.trusted_certificate import check_name
from .._fleet.connections import connections, edges_of, platform_of
from .._fleet.planning import PLATFORM_NODES
from .mesh import PEERS, node_of, observe_mesh, peers_of, source

PAIR = ("edge_token_signing_certificate", "edge_token_signing_private_key")
CONFIRMED = "edge_root_certificate_confirmed"
GAP = "edge_rotation_accept_gap"
VARIABLES = (*PAIR, CONFIRMED, GAP, PEERS, "edge_trust_method")
EDGE_NODES = "edge_nodes"


@dataclass(frozen=True)
class Observed:
    """Everything that a look at the fleet brings."""

    edges: Mapping[str, Mapping[str, Any]]
    peers: Mapping[str, Sequence[str] | None]
    mesh: Mesh
    platform: str  # its name among the deployments
    platform_url: str


def plan_rotations(
    task_vars: Mapping[str, Any],
    *,
    hosts: Sequence[str] | None,
    nodes_variable: str,
    seconds: float,
    max_parallel: int,
    clock: Clock,
) -> tuple[list[Rotation], Observed]:
    """How far each rotation is. With ``seconds`` a proof that does not come at once is waited for."""
    chosen = [host for host in hosts or task_vars["ansible_play_hosts_all"] if host not in _platform_hosts(task_vars)]
    # An Edge that this run leaves out may trust one that is to be switched, too.
    known = dict.fromkeys([*chosen, *task_vars["groups"].get(EDGE_NODES, ())])
    edges = edges_of(task_vars, list(known), VARIABLES)
    wanted = _wanted({name: found for name, found in edges.items() if {*found["hosts"]} & {*chosen}}, clock)
    peers = peers_of(task_vars, edges)
    platform = platform_of(task_vars, chosen)
    name = host_of(platform.url) or "platform"
    sources = [source(one, connection) for one, connection in connections(edges).items()]
    sources.append(source(name, platform))
    others = [*edges, name]
    pairs = [pair for edge in wanted for one in others if one != edge for pair in ((one, edge), (edge, one))]
    mesh = observe_mesh(sources, list(dict.fromkeys(pairs)), max_parallel=max_parallel, seconds=0, clock=clock)
    seen = Observed(edges, peers, mesh, name, platform.url)

    def rotations() -> list[Rotation]:
        return [domain.plan_rotation(_view(task_vars, edge, wanted[edge], seen, nodes_variable)) for edge in wanted]

    planned = rotations()
    relevant = _unproven(planned, seen)
    if seconds > 0 and relevant:
        again = observe_mesh(sources, relevant, max_parallel=max_parallel, seconds=seconds, clock=clock)
        answers = {(pair["truster"], pair["issuer"]): pair for pair in again["pairs"]}
        mesh["pairs"] = [answers.get((pair["truster"], pair["issuer"]), pair) for pair in mesh["pairs"]]
        planned = rotations()
    return planned, seen


def _unproven(planned: Sequence[Rotation], seen: Observed) -> list[PairName]:
    """What a switched Edge's trusters say, where it is not what it should be."""
    proving = {rotation.name for rotation in planned if rotation.stage == domain.PROVE and rotation.problems}
    return [
        (pair["truster"], pair["issuer"])
        for pair in seen.mesh["pairs"]
        if pair["trusted"] is False and pair["issuer"] in proving and pair["truster"] != seen.platform
    ]


def _wanted(edges: Mapping[str, Mapping[str, Any]], clock: Clock) -> dict[str, dict[str, Any]]:
    """The new root of each Edge that has a pair. Raises CertificateError or InventoryError before anything is done."""
    found = {}
    for name, values in edges.items():
        certificate, key = (values.get(variable) for variable in PAIR)
        if bool(certificate) != bool(key):
            raise InventoryError(
                f"Cannot rotate the root certificate of the Edge '{name}': {PAIR[0]} and {PAIR[1]} belong together. "
                "Set both."
            )
        if certificate:
            check_name(name)
            what = f"the token signing pair of the Edge '{name}'"
            pair = load_pair(str(certificate), str(key), now=clock.now(), what=what, purpose=SIGNING)
            found[name] = {**pair.certificate.facts(), "pem": pair.certificate.pem}
    return found


def _view(
    task_vars: Mapping[str, Any], edge: str, wanted: Mapping[str, Any], seen: Observed, nodes_variable: str
) -> RotationView:
    values = seen.edges[edge]
    member = seen.mesh["members"][edge]
    pairs = seen.mesh["pairs"]
    listed = wanted_pairs(seen.peers) if any(names is not None for names in seen.peers.values()) else []
    trusters, unasked = [], []
    for other, found in seen.edges.items():
        truster = Truster(other, _nodes(task_vars, found["hosts"], nodes_variable), trusted(pairs, other, edge))
        # Without edge_trust_peers those count that trust the Edge already, as far as that can be known.
        if other != edge and ((other, edge) in listed or truster.accepts or domain.knows_of(truster, edge)):
            trusters.append(truster)
        elif other != edge and truster.accepts is None and seen.peers[edge] is None:
            unasked.append(other)
    nodes = _nodes(task_vars, values["hosts"], nodes_variable)
    accepts = trusted(pairs, seen.platform, edge)
    own = Truster(seen.platform, _nodes(task_vars, _platform_hosts(task_vars), nodes_variable), accepts)
    counts = bool(accepts) or _is_circle(values, nodes) or domain.knows_of(own, edge)
    cloud = None
    if counts and _platform_hosts(task_vars):
        trusters.append(own)
    elif counts:
        confirmed = str(values.get(CONFIRMED) or "").replace(":", "").lower() == wanted["sha256"]
        cloud = Cloud(seen.platform, accepts, confirmed)
    elif accepts is None:
        unasked.append(seen.platform)
    itself = Truster(edge, nodes, None)
    issuers = {
        other
        for other in (*seen.edges, seen.platform)
        if (edge, other) in listed or trusted(pairs, edge, other) or domain.knows_of(itself, other)
    } - {edge}
    return RotationView(
        name=edge,
        wanted=wanted,
        current=member["root_certificate"],
        error=member["error"],
        hosts=tuple(values["hosts"]),
        nodes=nodes,
        trusters=tuple(trusters),
        cloud=cloud,
        accept_gap=_boolean(values.get(GAP)),
        unasked=tuple(unasked),
        accepts={name: trusted(pairs, edge, name) for name in sorted(issuers)},
    )


def _is_circle(values: Mapping[str, Any], nodes: Mapping[str, Any]) -> bool:
    method = str(values.get("edge_trust_method") or AUTO)
    if method != AUTO:
        return method == CIRCLE_OF_TRUST
    return any(supports_pairing_token(node["version"]) is False for node in nodes.values())


def _nodes(task_vars: Mapping[str, Any], hosts: Sequence[str], nodes_variable: str) -> dict[str, Any]:
    found = {host: node_of(task_vars, host, nodes_variable) for host in hosts}
    return {host: node for host, node in found.items() if node is not None}


def _platform_hosts(task_vars: Mapping[str, Any]) -> list[str]:
    return list(task_vars["groups"].get(PLATFORM_NODES, ()))


def _boolean(value: Any) -> bool:
    try:
        return bool(boolean(value, strict=False))
    except TypeError:
        return False

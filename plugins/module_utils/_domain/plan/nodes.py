# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The nodes of an Edge: whether they were read, run, are healthy, and have to be started again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Mapping, Sequence

from .. import health as healths
from ..keys import keys
from ..observed import Health, Node
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN, Verdict
from .behind import behind, shared_due
from .shapes import RESTART, UNREACHABLE, EdgeView, Judged, names

# How a service can be controlled (observed.Service): nobody but a person restarts it.
NO_CONTROL = "none"

NOT_LOOKED_AT = "not looked at: edge_node_access is none, so the Edge is managed over REST alone"


@dataclass
class JudgedServices(Judged):
    """The judgement, and what follows for those who talk to the Edge.

    ``down``: a node is down or sick, and to be started again. ``reviving``: this run does that. ``behind``: by
    node, what the Edge got since its last start.
    """

    down: bool = False
    reviving: bool = False
    behind: Mapping[str, Sequence[str]] = field(default_factory=dict)


def judge_presence(view: EdgeView) -> Judged:
    """Which nodes were read and have Artifactory on them."""
    judged = Judged()
    for host in view.edge.nodes:
        if view.edge.rest_only:
            judged.fact("node", IN_ORDER, NOT_LOOKED_AT, node=host)
        elif host in view.nodes:
            node = view.nodes[host]
            judged.fact("node", IN_ORDER, f"Artifactory {node['version']} in {node['layout']['home']}", node=host)
        elif host in view.empty:
            home = view.empty[host]["layout"]["home"]
            judged.fact("node", UNKNOWN, f"Artifactory is not installed at {home}", node=host)
            judged.finding(
                f"node {host}",
                f"Artifactory is not installed at {home}",
                "Install it, or correct edge_artifactory_home",
            )
            judged.stop = True
        elif host in view.unreachable:
            judged.fact("node", UNREACHABLE, view.unreachable[host], node=host)
    return judged


def judge_services(
    view: EdgeView,
    *,
    order: Sequence[str],
    master_keys: Sequence[str],
    first: str | None,
    supplied: Mapping[str, Sequence[str]],
) -> JudgedServices:
    """Service, pending restarts and health of each node.

    ``order`` has the nodes as they are started again. ``master_keys`` are those that get a master key in this run.
    ``first`` is the node that gets a join key, or has one waiting: then all nodes are started again (node-files.md
    1.6). ``supplied`` are the other steps of this run that a start of the node makes effective.
    """
    judged = JudgedServices(behind=behind(view))
    # Facts in the inventory's order, which no policy changes; needs in that of the starts.
    reasons = {host: _reasons(judged, node, host, host in master_keys, first) for host, node in view.nodes.items()}
    for host, steps in supplied.items():
        reasons[host] += [f"it reads at a start: {names(steps)}"] if steps else []
    down = [host for host in order if not reasons[host] and not _serves(view.nodes[host])]
    # A join key is held up as a whole while a node is missing.
    missed = [*view.unreachable, *down] if first is None else []
    for host in order:
        if reasons[host]:
            lacks_key = keys.lacks_key_for_start(view.nodes[host], view.edge.master_key)
            _need_restart(judged, host, view.nodes[host], reasons[host], missed=missed, lacks_key=lacks_key)
    for host in view.nodes:
        _judge_health(judged, f"node {host}", view.nodes[host]["health"], view.nodes[host], host=host)
    if view.seen is not None and not any(node["health"] for node in view.nodes.values()):
        _judge_health(judged, "Edge", view.seen["health"], None, host=None)
    return judged


def in_order_of_restart(view: EdgeView, first: str | None) -> List[str]:
    """The nodes in the order in which they are started again: those that serve nobody before those that do, and one
    that brings something for all of them before the others."""
    nodes = view.nodes
    return sorted(nodes, key=lambda host: (host != first, _serves(nodes[host]), not shared_due(nodes[host])))


def _reasons(judged: JudgedServices, node: Node, host: str, gets_master_key: bool, first: str | None) -> List[str]:
    """Why the node is to be started again; notes what was judged on the way."""
    service = _judge_service(node)
    judged.verdict("service", service, node=host)
    reasons = [service.reason] if service.drifted else []
    due = sorted({*node["ledger"]["restart_due"], *judged.behind[host]})
    judged.fact(
        RESTART,
        DRIFTED if due else IN_ORDER,
        f"a restart is due for: {names(due)}" if due else "no restart is due",
        node=host,
        drift=due,
    )
    reasons += [f"a restart is due for: {names(due)}"] if due else []
    if gets_master_key and _waits_for_master_key(node):
        reasons.append("it waits for its master key")
    if first is not None:
        reasons.append("the join key is read at a start" if host == first else f"the join key changes on {first}")
    return reasons


def _judge_service(node: Node) -> Verdict:
    service = node["service"]
    if service["running"] is None:
        return _judge_by_health(node)
    if service["running"]:
        return Verdict(IN_ORDER, "the service runs")
    return Verdict(DRIFTED, "the service is stopped" if service["ever_started"] else "the service was never started")


def _judge_by_health(node: Node) -> Verdict:
    """Where the control cannot tell, an answer is the only evidence."""
    health = node["health"]
    if health is None:
        control = node["service"]["control"]
        return Verdict(UNKNOWN, f"whether the service runs cannot be told with control {control} and no node URL")
    if health["state"] == healths.UNREACHABLE:
        return Verdict(DRIFTED, f"the service does not answer: {health['error']}")
    return Verdict(IN_ORDER, f"the service answers at {health['url']}")


def _waits_for_master_key(node: Node) -> bool:
    """Services that run but are not well look for the key at a start only; one that is stopped is started anyway."""
    return node["service"]["running"] is not False and not _is_well(node)


def _is_well(node: Node) -> bool:
    health = node["health"]
    return health is not None and health["state"] == healths.HEALTHY


def _serves(node: Node) -> bool:
    """Whether the Edge would miss the node, for all that is known."""
    return node["service"]["running"] is not False and (node["health"] is None or _is_well(node))


def _need_restart(
    judged: JudgedServices, host: str, node: Node, reasons: Sequence[str], *, missed: Sequence[str], lacks_key: bool
) -> None:
    """``missed``: nodes of the Edge that serve nobody, and that this run does not start; then none that serves may go
    down as well. ``lacks_key``: the node would not find its master key."""
    by_hand = node["service"]["control"] == NO_CONTROL
    sick = node["service"]["running"] is False or not _is_well(node)
    judged.down = judged.down or sick
    judged.reviving = judged.reviving or (sick and not by_hand)
    alone = bool(missed) and _serves(node)
    judged.need(RESTART, host, "; ".join(reasons), blocked=by_hand or alone or lacks_key)
    if lacks_key:
        judged.finding(
            f"node {host}",
            f"a restart is due ({'; '.join(reasons)}), and {keys.KEPT_IN_MEMORY}: without the file it would not start",
            "Give the key in edge_master_key, so that it is put back before each start",
        )
    elif alone:
        judged.finding(
            f"node {host}",
            f"a restart is due ({'; '.join(reasons)}), and {names(missed)} of the same Edge cannot stand in meanwhile",
            "Bring the other nodes of the Edge back, or take those that are gone out of the inventory",
        )
    elif by_hand:
        judged.finding(
            f"node {host}",
            f"a restart is due ({'; '.join(reasons)}), and edge_service_control is none",
            "Restart its service by hand, one node of the Edge after the other, then run again",
        )


def _judge_health(judged: Judged, what: str, health: Health | None, node: Node | None, *, host: str | None) -> None:
    """Health is not changed by itself: a restart that is needed may cure it, everything else needs a person."""
    if health is None:
        return
    if health["state"] == healths.HEALTHY:
        judged.fact("health", IN_ORDER, f"healthy at {health['url']}", node=host)
        return
    if node is not None and node["service"]["running"] is False:
        judged.fact("health", UNKNOWN, "the service does not run", node=host)
        return
    sick = health["state"] == healths.UNHEALTHY
    reason = health["error"] or health["state"]
    judged.fact("health", DRIFTED if sick else UNKNOWN, reason, node=host, drift=["health"] if sick else [])
    if not judged.has_need(RESTART) and node is not None:
        reached = "Look at its logs, or correct edge_node_url or edge_node_ca_path"
        remedy = "Look at its logs, access-service.log first" if sick else reached
        judged.finding(what, f"it is {health['state'].lower()}: {reason}", remedy)

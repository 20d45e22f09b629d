# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The settings of system.yaml, as the plan needs them; what is true of that file is in ``system_yaml``."""

from __future__ import annotations

from typing import Any, List

from ..desired.shapes import DesiredNode
from ..moment import is_later
from ..observed import Node
from ..settings import node_ids
from ..settings.environment import judge_environment
from ..settings.node_ids import ADDRESS, conflicts
from ..settings.router_proxy import IGNORED_HOSTS, settings_of
from ..settings.system_yaml import blocked, environment_name, judge_system_yaml
from ..tls.server_certificate import judge_on
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .shapes import RESTART, SERVER_CERTIFICATE, SYSTEM_YAML, EdgeView, Judged, names

# Tomcat may show the router's own certificate only when a start has read it (node-files.md 4, way 2).
CONNECTOR = {"artifactory.tomcat.httpsConnector.enabled": True}


def judge_settings(view: EdgeView) -> Judged:
    """What is wanted of each node's file, what hides it, and what stands against it on another node of the Edge."""
    judged = Judged()
    for host, node in view.nodes.items():
        wanted = wanted_settings(view, host)
        if wanted:
            _judge_file(judged, host, node, wanted)
        if _connector_follows(view, host):
            reason = "the connector of Tomcat follows when the router has read its certificate"
            judged.need(SYSTEM_YAML, host, reason, later=True)
            judged.need(RESTART, host, reason, later=True)
        _judge_environment(view, judged, host, node, wanted)
    # 6.x has other files for this, which are not read.
    described = {host: _after(view, host) for host, node in view.nodes.items() if node["system_yaml"]["path"]}
    for finding in conflicts(described):
        # A node that does not know of its peers may have served for years; two with one id cannot.
        serious = finding["what"] != node_ids.HA
        judged.finding(finding["what"], finding["reason"], finding["remedy"], needs_person=serious)
        # A start would take down the second of two that cannot live together.
        judged.stop = judged.stop or serious
    return judged


def wanted_settings(view: EdgeView, host: str) -> dict[str, Any]:
    """The settings that one node's file shall have, by their dotted path."""
    wanted = settings_of(view.edge.router_proxy, own=_addresses(view, host), peers=_spared(view, host))
    if _wants_own_certificate(view, host) and _has_read_certificate(view, host):
        wanted.update(CONNECTOR)
    return {**wanted, **_own(view, host).system_yaml}


def _addresses(view: EdgeView, host: str) -> List[str]:
    """Names and addresses of a node, with the address that its file is to have: lists that change with it in the same
    run cost one restart, not two. The one that it has now stays: an interface may have it, too."""
    known, address = view.nodes[host]["addresses"], _own(view, host).system_yaml.get(ADDRESS)
    return list(known) if address is None else list(dict.fromkeys([str(address), *known]))


def _spared(view: EdgeView, host: str) -> List[str]:
    """Names and addresses of the other nodes. Where not all of them were read, those that are spared so far stay: a
    node that is away for a moment must not cost the others a restart."""
    peers = [name for other in view.nodes if other != host for name in _addresses(view, other)]
    if len(view.nodes) < len(view.edge.nodes) + len(view.absent):
        peers += view.nodes[host]["system_yaml"]["settings"].get(IGNORED_HOSTS, [])
    return peers


def _judge_file(judged: Judged, host: str, node: Node, wanted: dict[str, Any]) -> None:
    """What cannot be compared is left to a person."""
    obstacle = blocked(node["system_yaml"], wanted)
    if obstacle is not None:
        judged.fact(SYSTEM_YAML, UNKNOWN, obstacle, node=host)
        judged.finding(f"system.yaml of {host}", obstacle, "Nothing is written there before that is settled")
        return
    change = judge_system_yaml(node["system_yaml"], wanted)
    if change.changed:
        reason = f"settings differ: {names(change.drift)}"
        judged.fact(SYSTEM_YAML, DRIFTED, reason, node=host, drift=change.drift)
        judged.need(SYSTEM_YAML, host, reason)
    else:
        judged.fact(SYSTEM_YAML, IN_ORDER, "the managed settings are as wanted", node=host)


def _judge_environment(view: EdgeView, judged: Judged, host: str, node: Node, wanted: dict[str, Any]) -> None:
    found = judge_environment(
        node["environment"],
        wanted,
        in_file=node["system_yaml"]["settings"],
        own=_addresses(view, host),
        peers=_spared(view, host),
    )
    for finding in found:
        judged.finding(f"{finding['what']} of {host}", finding["reason"], finding["remedy"])


def _after(view: EdgeView, host: str) -> dict[str, Any]:
    """The node's settings as they are when the inventory has its way. What the environment says is not known: of
    that, the best is assumed."""
    node = view.nodes[host]
    settings = {**node["system_yaml"]["settings"], **wanted_settings(view, host)}
    hidden = {name for name in settings if environment_name(name) in node["environment"]["overrides"]}
    if environment_name(node_ids.HA) in node["environment"]["overrides"]:
        settings[node_ids.HA] = True
    return {name: value for name, value in settings.items() if name not in hidden or name == node_ids.HA}


def _connector_follows(view: EdgeView, host: str) -> bool:
    """Whether the connector is to be switched on when the router has read its certificate. A router that refused the
    certificate will not read it at another start either; a renewal finds the connector switched on."""
    wanted, node = _own(view, host).server_certificate, view.nodes[host]
    if wanted is None or not _wants_own_certificate(view, host) or _has_read_certificate(view, host):
        return False
    return judge_system_yaml(node["system_yaml"], CONNECTOR).changed and not judge_on(node, wanted.sha256).unknown


def _own(view: EdgeView, host: str) -> DesiredNode:
    return view.edge.of_nodes.get(host, DesiredNode())


def _wants_own_certificate(view: EdgeView, host: str) -> bool:
    """Whether the node's router is to have its own certificate; 6.x has no router."""
    return _own(view, host).server_certificate is not None and bool(view.nodes[host]["system_yaml"]["path"])


def _has_read_certificate(view: EdgeView, host: str) -> bool:
    """Whether a start of the node has read the wanted server certificate."""
    wanted = _own(view, host).server_certificate
    node = view.nodes[host]
    served, entry = node["server_certificate"]["served"], node["ledger"]["certificates"].get(SERVER_CERTIFICATE)
    if wanted is None:
        return False
    if served is not None:
        return bool(served["sha256"] == wanted.sha256)
    if entry is None or entry["sha256"] != wanted.sha256:
        return False
    return is_later(node["join_key"]["written_at"], str(entry["supplied_at"]))

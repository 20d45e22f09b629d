# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is wrong with a mesh of the plugin, each with its cause and remedy (security-replication.md 1.5, V1 to V9).

The causes are worded here and not taken from the plugin's report: that quotes configurations as a whole, and its errors
about JSON quote the line that cannot be read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence

from .configuration import ROOT
from .mesh import NOT_LOADED, InstanceSeen, MeshSeen, NodeSeen

_RELOAD = "Reload the plugins of the node with hybrid.jfrog.replication_plugin_distribution, or restart Artifactory"
_REINSTALL = "Put your copy of the plugin there again with hybrid.jfrog.replication_plugin"
_REWRITE = "Write the configuration there again with hybrid.jfrog.replication_plugin"


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. ``code`` is that of the check, ``instance`` and ``node`` are where it is."""

    code: str
    cause: str
    remedy: str
    instance: Optional[str] = None
    node: Optional[str] = None

    def told(self) -> Dict[str, Any]:
        """For results."""
        return asdict(self)

    def line(self) -> str:
        """For a person."""
        where = " - ".join(filter(None, (self.instance, self.node)))
        return f"{self.code}{f' {where}' if where else ''}: {self.cause}. {self.remedy}."


@dataclass
class _Reference:
    """What the first node that can be compared has; the others are held to it."""

    version: Optional[str] = None
    document: Optional[Mapping[str, Any]] = None


def of_mesh(seen: MeshSeen, asked: str) -> List[Finding]:
    """What the instance ``asked`` sees of its mesh, in the order of its checks."""
    if not seen.readable:
        cause = "the configuration of the instance that was asked is missing, or is no JSON"
        return [Finding("V1", cause, _REWRITE, asked)]
    reference = _Reference()
    return [found for instance in seen.instances for found in _of_instance(instance, reference)]


def together(found: Mapping[str, Sequence[Finding]]) -> List[Dict[str, Any]]:
    """The findings of all instances that were asked, by their URLs: each once, with who saw it."""
    seen_from: Dict[Finding, List[str]] = {}
    for asked, findings in found.items():
        for finding in findings:
            seen_from.setdefault(finding, []).append(asked)
    return [{**finding.told(), "seen_from": who, "text": finding.line()} for finding, who in seen_from.items()]


def _of_instance(instance: InstanceSeen, reference: _Reference) -> Iterator[Finding]:
    if not instance.answers:
        if instance.status == NOT_LOADED:
            cause, remedy = "the plugin is not loaded there", f"{_REINSTALL}, and reload"
        elif instance.status in (401, 403):
            cause = f"it answered {instance.status} to the account of the configuration"
            remedy = "Make the account an admin there with that password, or rotate the credentials of the plugin"
        else:
            cause = f"it did not answer as it should (status {instance.status})"
            remedy = "See that it runs, and that the others reach it under this URL and trust its TLS certificate"
        yield Finding("V2", cause, remedy, instance.url)
        return
    for node in instance.nodes:
        yield from _of_node(instance.url, node, reference)


def _of_node(url: str, node: NodeSeen, reference: _Reference) -> Iterator[Finding]:
    def finding(code: str, cause: str, remedy: str) -> Finding:
        return Finding(code, cause, remedy, url, node.name)

    if not node.answers:
        cause = f"the node does not answer as it should (status {node.status}, state {node.state})"
        yield finding("V3", cause, "Start it, or take it out of the cluster")
        return
    if not node.disk_version:
        yield finding("V4", "no version can be read in securityReplication.groovy", _REINSTALL)
    elif node.disk_version != node.loaded_version:
        cause = f"version {node.loaded_version} of the plugin is loaded, and {node.disk_version} lies on the disk"
        yield finding("V5", cause, _RELOAD)
    reference.version = reference.version or node.disk_version
    if node.disk_version != reference.version:
        cause = f"version {node.disk_version} of the plugin lies there, and {reference.version} on the first node"
        yield finding("V6", cause, _REINSTALL)
    if node.document is None:
        yield finding("V7", "securityReplication.json is missing, or is no JSON", _REWRITE)
        return
    reference.document = node.document if reference.document is None else reference.document
    yield from (finding("V8", cause, _REWRITE) for cause in _differences(url, node.document, reference.document))
    configured = _inner(node.document).get("cron_job")
    if node.loaded_cron != configured:
        cause = f"the plugin runs by the cron expression '{node.loaded_cron}', and '{configured}' is configured"
        remedy = _RELOAD
        if configured is None:
            cause, remedy = "the configuration has no cron_job, which this check always finds", _REWRITE
        yield finding("V9", cause, remedy)


def _differences(url: str, document: Mapping[str, Any], reference: Mapping[str, Any]) -> Iterator[str]:
    own, first = _inner(document), _inner(reference)
    if own.get("whoami") != url:
        yield f"it calls itself '{own.get('whoami')}', and is reached as '{url}'"
    keys = sorted((own.keys() | first.keys()) - {"whoami"})
    differ = [key for key in keys if _comparable(own.get(key)) != _comparable(first.get(key))]
    if differ:
        yield f"its configuration differs from that of the first node in {', '.join(differ)}"


def _inner(document: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = document.get(ROOT)
    return inner if isinstance(inner, Mapping) else {}


def _comparable(value: Any) -> str:
    return json.dumps(value, sort_keys=True)

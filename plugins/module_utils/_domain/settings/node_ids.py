# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Nodes of one Edge that cannot live together: two with one id or one address, or one that does not know it has peers.

Access refuses the second one with "Requested Router Join for nodeId … conflicts (node id) with existing node", or
"conflicts (IP)" (https://github.com/jfrog/charts/issues/1474), which is mostly taken for a wrong join key.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

from .system_yaml import text_of

ID = "shared.node.id"
ADDRESS = "shared.node.ip"
HA = "shared.node.haEnabled"

Finding = Dict[str, str]  # what, reason, remedy


def conflicts(settings_by_host: Mapping[str, Mapping[str, Any]]) -> List[Finding]:
    """What has to be corrected among the nodes of one Edge.

    Each host's settings are those of its file with what the inventory wants put over them, by their dotted paths.
    """
    if len(settings_by_host) < 2:
        return []
    return [
        *_shared(settings_by_host, ID, "the id", "Give each node an id of its own, for example its inventory name"),
        *_shared(settings_by_host, ADDRESS, "the address", "Set each node's own address, at which its peers reach it"),
        *_alone(settings_by_host),
    ]


def _shared(settings_by_host: Mapping[str, Mapping[str, Any]], path: str, noun: str, remedy: str) -> List[Finding]:
    hosts: Dict[str, List[str]] = {}
    for host, settings in settings_by_host.items():
        value = settings.get(path)
        if value not in (None, ""):
            hosts.setdefault(str(text_of(value)), []).append(host)
    return [
        {
            "what": path,
            "reason": f"{_listed(sharers)} have {noun} '{value}' together, so that only the first one to start can "
            "join the Edge",
            "remedy": f"{remedy}, with {path} in edge_system_yaml of each host",
        }
        for value, sharers in sorted(hosts.items())
        if len(sharers) > 1
    ]


def _alone(settings_by_host: Mapping[str, Mapping[str, Any]]) -> List[Finding]:
    hosts = [host for host, settings in settings_by_host.items() if text_of(settings.get(HA)) != "true"]
    if not hosts:
        return []
    verb = "is one of several nodes and does" if len(hosts) == 1 else "are nodes of one Edge and do"
    return [
        {
            "what": HA,
            "reason": f"{_listed(hosts)} {verb} not have {HA} set to true",
            "remedy": f"Set {HA} to true in edge_system_yaml of every node of the Edge",
        }
    ]


def _listed(hosts: List[str]) -> str:
    *others, last = sorted(hosts)
    return f"{', '.join(others)} and {last}" if others else last

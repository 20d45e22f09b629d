# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The settings of system.yaml, as the plan needs them; what is true of that file is in ``system_yaml``."""

from __future__ import annotations

from typing import Any

from ..system_yaml import blocked, judge_system_yaml
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .shapes import SYSTEM_YAML, EdgeView, Judged, names


def judge_settings(view: EdgeView) -> Judged:
    """What the inventory wants of each node's file. What cannot be compared is left to a person."""
    judged = Judged()
    for host, node in view.nodes.items():
        wanted = wanted_settings(view, host)
        if not wanted:
            continue
        obstacle = blocked(node["system_yaml"], wanted)
        if obstacle is not None:
            judged.fact(SYSTEM_YAML, UNKNOWN, obstacle, node=host)
            judged.finding(f"system.yaml of {host}", obstacle, "Nothing is written there before that is settled")
            continue
        change = judge_system_yaml(node["system_yaml"], wanted)
        if change.changed:
            reason = f"settings differ: {names(change.drift)}"
            judged.fact(SYSTEM_YAML, DRIFTED, reason, node=host, drift=change.drift)
            judged.need(SYSTEM_YAML, host, reason)
        else:
            judged.fact(SYSTEM_YAML, IN_ORDER, "the managed settings are as wanted", node=host)
    return judged


def wanted_settings(view: EdgeView, host: str) -> dict[str, Any]:
    """The settings that one node's file shall have, by their dotted path."""
    return dict(view.edge.of_nodes[host].system_yaml) if host in view.edge.of_nodes else {}

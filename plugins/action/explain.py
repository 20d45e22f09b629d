# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Explains one Edge, on the controller. The documentation is in plugins/modules/explain.py."""

from __future__ import annotations

from typing import Any

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.explain.explanation import text
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.fleet_options import PLANNING
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.explaining import explain_edge, hosts_of_edge

display = Display()
SPEC: Family = {
    "edge": {"type": "str", "required": True},
    "fleet": {"type": "dict"},
    **PLANNING,
}


def _ensure(
    params: dict[str, Any], *, loader: Any, variables: dict[str, Any], clock: Clock, **_: Any
) -> dict[str, Any]:
    hosts = hosts_of_edge(variables, params["edge"])
    if params["fleet"] is None:
        return {"changed": False, "hosts": hosts}
    options = {name: params[name] for name in ("fleet", *PLANNING)}
    planned, sections = explain_edge(variables, hosts, loader=loader, now=clock.now(), **options)
    display.display(text(planned, sections))
    return {"changed": False, "hosts": hosts, "explanation": sections, "plan": planned}


class ActionModule(FleetAction):
    SPEC = SPEC
    ensure = staticmethod(_ensure)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans the whole fleet at once, on the controller. The documentation is in plugins/modules/plan.py."""

from __future__ import annotations

from typing import Any

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import DISRUPTIVE
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.fleet_options import PLANNING
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import saved_plan
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.planning import gather

display = Display()


SPEC: Family = {
    "fleet": {"type": "dict", "required": True},
    "hosts": {"type": "list", "elements": "str"},
    **PLANNING,
    "allow": {"type": "list", "elements": "str", "choices": list(DISRUPTIVE), "default": []},
    "group_prefix": {"type": "str", "default": "edge_plan"},
    "waves": {"type": "raw"},
    "waves_first": {"type": "raw"},
    "waves_max_fail_percentage": {"type": "raw", "default": 0},
    "save_path": {"type": "path"},
    "apply_path": {"type": "path"},
    "apply_phase": {"type": "str", "choices": list(saved_plan.PHASES), "default": saved_plan.BEGIN},
}
RULES = {"mutually_exclusive": [("save_path", "apply_path")]}


def _ensure(
    params: dict[str, Any], *, loader: Any, variables: dict[str, Any], check_mode: bool, clock: Clock, **_: Any
) -> dict[str, Any]:
    save_path, apply_path, phase = (params.pop(name) for name in ("save_path", "apply_path", "apply_phase"))
    now = clock.now()
    inputs = gather(variables, loader=loader, now=now, **params)
    if apply_path:
        plan = saved_plan.apply(inputs, apply_path, saved_plan.LOOK if check_mode else phase, now=now, warn=warn)
    else:
        plan = inputs.plan()
        if save_path:
            display.display(saved_plan.save(inputs, plan, save_path))
    return {"changed": False, "plan": plan, "ended_at": stamp(clock.now())}


class ActionModule(FleetAction):
    SPEC = SPEC
    RULES = RULES
    ensure = staticmethod(_ensure)

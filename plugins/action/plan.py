# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans the whole fleet at once, on the controller. The documentation is in plugins/modules/plan.py."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter import saved_plan
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.planning import gather
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import DISRUPTIVE, POLICY_NAMES
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.policy import ALL

display = Display()


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "fleet": {"type": "dict", "required": True},
                "hosts": {"type": "list", "elements": "str"},
                "nodes_variable": {"type": "str", "default": "edge_observed"},
                "onboarding": {"type": "bool", "default": False},
                "allow": {"type": "list", "elements": "str", "choices": list(DISRUPTIVE), "default": []},
                "approve": {"type": "list", "elements": "str", "choices": [ALL, *POLICY_NAMES], "default": []},
                "group_prefix": {"type": "str", "default": "edge_plan"},
                "waves": {"type": "raw"},
                "waves_first": {"type": "raw"},
                "waves_max_fail_percentage": {"type": "raw", "default": 0},
                "save_path": {"type": "path"},
                "apply_path": {"type": "path"},
                "apply_phase": {"type": "str", "choices": list(saved_plan.PHASES), "default": saved_plan.BEGIN},
            },
            mutually_exclusive=[("save_path", "apply_path")],
        )
        try:
            result["plan"] = self._plan(args, task_vars or {}, now=datetime.now(timezone.utc))
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        return {**result, "changed": False, "ended_at": stamp(datetime.now(timezone.utc))}

    def _plan(self, args: dict[str, Any], task_vars: dict[str, Any], *, now: datetime) -> dict[str, Any]:
        save_path, apply_path, phase = (args.pop(name) for name in ("save_path", "apply_path", "apply_phase"))
        inputs = gather(task_vars, loader=self._loader, now=now, **args)
        if apply_path:
            phase = saved_plan.LOOK if self._task.check_mode else phase
            return saved_plan.apply(inputs, apply_path, phase, now=now, warn=display.warning)
        plan = inputs.plan()
        if save_path:
            display.display(saved_plan.save(inputs, plan, save_path))
        return plan

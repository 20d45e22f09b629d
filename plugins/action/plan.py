# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans the whole fleet at once, on the controller. The documentation is in plugins/modules/plan.py."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.planning import make_plan
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import DISRUPTIVE, POLICY_NAMES
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.policy import ALL


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
            }
        )
        try:
            result["plan"] = make_plan(task_vars or {}, loader=self._loader, now=datetime.now(timezone.utc), **args)
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        return {**result, "changed": False, "ended_at": stamp(datetime.now(timezone.utc))}

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leads an offboarding, on the controller. The documentation is in plugins/modules/offboarding_plan.py."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding import report
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._offboarding import phases as offboarding
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._offboarding.reading import Offboarding
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._report.reporting import write_document

display = Display()
SPEC: dict[str, dict[str, Any]] = {
    "phase": {"type": "str", "choices": [offboarding.BEGIN, offboarding.FINISH], "required": True},
    "plan": {"type": "list", "elements": "dict"},
    "failures": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {name: {"type": "str", "required": True} for name in ("host", "step", "message")},
    },
    "path": {"type": "path"},
    "nodes_variable": {"type": "str", "default": "edge_observed"},
    "record_variable": {"type": "str", "default": "edge_offboard_record"},
}


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec=SPEC, required_if=[("phase", offboarding.FINISH, ["plan"])]
        )
        variables = task_vars or {}
        try:
            run = Offboarding(variables, nodes_variable=args["nodes_variable"], record_variable=args["record_variable"])
            advance = self._begin if args["phase"] == offboarding.BEGIN else self._finish
            return {**result, "changed": False, **advance(run, args, variables)}
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}

    def _begin(self, run: Offboarding, args: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        for warning in run.warnings():
            warn(warning)
        plans = offboarding.plans(run, Clock())
        display.display(report.plan_text(plans))
        if self._task.check_mode:
            return {"plan": plans, "work": []}
        offboarding.refuse_unacknowledged(run, plans)
        hostvars = variables["hostvars"]
        offboarding.write_letters(run, plans, lambda host: hostvars[host].get(args["nodes_variable"]))
        return {"plan": plans, "work": offboarding.work(plans)}

    def _finish(self, run: Offboarding, args: dict[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        edges = offboarding.finish(run, args["plan"], args["failures"], check_mode=self._task.check_mode)
        display.display(report.text(edges))
        if args["path"]:
            write_document(report.document(edges, run.platform.url), args["path"])
        failed = any(edge["state"] not in report.WELL for edge in edges)
        # A failure shows its whole result on the terminal, where the text above has said it already.
        return {"msg": report.headline(edges), **({"failed": True} if failed else {"edges": edges})}

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leads the reset of a master key, on the controller.

The documentation is in plugins/modules/master_key_reset_plan.py.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._keys import resetting

display = Display()


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        phases = [resetting.BEGIN, resetting.STATEMENTS, resetting.FINISH]
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "phase": {"type": "str", "choices": phases, "required": True},
                "nodes_variable": {"type": "str", "default": "edge_observed"},
                "reset_variable": {"type": "str", "default": "edge_reset_seen"},
            }
        )
        phase = args.pop("phase")
        try:
            return {**result, **self._advance(phase, resetting.resetting(task_vars or {}, loader=self._loader, **args))}
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}

    def _advance(self, phase: str, run: resetting.Resetting) -> dict[str, Any]:
        now, writes = datetime.now(timezone.utc), not self._task.check_mode
        told: dict[str, Any] = {"changed": False, "statements_file": str(run.statements_file)}
        if phase == resetting.BEGIN:
            told["work"] = resetting.work(run)
        elif phase == resetting.STATEMENTS and writes:
            display.display(resetting.write_statements(run, now))
            told["changed"] = True
        if phase == resetting.FINISH or run.done:
            if writes:
                resetting.put_aside(run, now)
            display.display(resetting.ended(run))
        return told

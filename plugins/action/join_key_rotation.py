# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leads the rotation of join keys, on the controller. The documentation is in plugins/modules/join_key_rotation.py."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import rotation_report
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._keys.rotating import BEGIN, FINISH, PRODUCTS, rotate

display = Display()


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "phase": {"type": "str", "choices": [BEGIN, PRODUCTS, FINISH], "required": True},
                "nodes_variable": {"type": "str", "default": "edge_observed"},
                "products_group": {"type": "str", "default": "jfrog_products"},
            }
        )
        check_mode = self._task.check_mode
        now = datetime.now(timezone.utc)
        try:
            rotation = rotate(task_vars or {}, loader=self._loader, check_mode=check_mode, now=now, **args)
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        begun = {edge["name"] for edge in rotation["edges"] if edge["begun_at"] and edge["state"] == "rotating"}
        result = {**result, "changed": args["phase"] == BEGIN and bool(begun) and not check_mode, "rotation": rotation}
        if args["phase"] != FINISH:
            return result
        display.display(rotation_report.text(rotation["edges"]))
        well = ("done", "predicted") if check_mode else ("done",)
        unfinished = [edge["name"] for edge in rotation["edges"] if edge["state"] not in well]
        return {**result, "msg": rotation_report.headline(rotation["edges"]), "failed": bool(unfinished)}

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registers an Edge: reads the join key's file on the controller, then leaves the rest to the module.

The documentation is in plugins/modules/jpd.py.
"""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.key_source import beside_inventory, read_key_file
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError


class ActionModule(ActionBase):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        path = arguments.get("join_key_file")
        if path and not arguments.get("join_key"):
            try:
                key = read_key_file(beside_inventory(str(path), task_vars or {}), loader=self._loader)
            except EdgeError as exc:
                return {**result, "failed": True, **exc.to_fail_json()}
            if key is not None:
                arguments["join_key"] = key
        return {**result, **self._execute_module("hybrid.jfrog.jpd", arguments, task_vars=task_vars)}

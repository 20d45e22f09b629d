# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Edits a system.yaml: decides on the controller, where the YAML library is, what the module writes on the node.

The documentation is in plugins/modules/system_yaml.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_action import NodeAction
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import SYSTEM_YAML_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.system_yaml_action import edit_system_yaml
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=SYSTEM_YAML_OPTIONS)
        try:
            edited = edit_system_yaml(
                params,
                lambda arguments: self._execute_module(
                    "hybrid.jfrog.system_yaml", dict(arguments), task_vars=task_vars
                ),
                check_mode=self._task.check_mode,
                with_diff=self._task.diff,
            )
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        return {**result, **edited}

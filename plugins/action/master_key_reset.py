# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a step of a master key's reset; the new key is read and checked on the controller.

The documentation is in plugins/modules/master_key_reset.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import MASTER_KEY_RESET_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.key import known_master_key


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=MASTER_KEY_RESET_OPTIONS)
        given = {"master_key": params["key"], "master_key_file": params["key_file"]}
        try:
            key = known_master_key(given, loader=self._loader, variables=task_vars)
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        arguments = {**{name: value for name, value in params.items() if name != "key_file"}, "key": key}
        return {**result, **self._execute_module("hybrid.jfrog.master_key_reset", arguments, task_vars=task_vars)}

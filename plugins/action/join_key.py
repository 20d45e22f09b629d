# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Supplies a join key: reads, makes and checks it on the controller.

The documentation is in plugins/modules/join_key.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.key_action import supply_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_action import NodeAction
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import JOIN_KEY_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.keys import JOIN_KEY


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=JOIN_KEY_OPTIONS)
        try:
            supplied = supply_key(
                params,
                JOIN_KEY,
                lambda arguments: self._execute_module("hybrid.jfrog.join_key", dict(arguments), task_vars=task_vars),
                loader=self._loader,
                check_mode=self._task.check_mode,
                variables=task_vars,
            )
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        return {**result, **supplied}

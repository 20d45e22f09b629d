# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts a node when it is due; the master key that a start may need is read and checked on the controller.

The documentation is in plugins/modules/artifactory_service.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.key_action import known_master_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_action import NodeAction
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import SERVICE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=SERVICE_OPTIONS)
        try:
            key = known_master_key(params, loader=self._loader, variables=task_vars)
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        arguments = {**{name: value for name, value in params.items() if name != "master_key_file"}, "master_key": key}
        return {**result, **self._execute_module("hybrid.jfrog.artifactory_service", arguments, task_vars=task_vars)}

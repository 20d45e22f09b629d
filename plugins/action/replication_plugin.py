# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the old user plugin on a node: reads the user's copy of it here, then leaves the rest to the module.

The documentation is in plugins/modules/replication_plugin.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication_plugin_options import (
    NODE_OPTIONS,
    NODE_RULES,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin.versions import check_plugin
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication_plugin.source import plugin_of
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.exchange import Ask


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=NODE_OPTIONS, **NODE_RULES)
        options = {name: value for name, value in params.items() if name != "plugin_path" and value is not None}
        try:
            if params["state"] == "present":
                found = plugin_of(params, task_vars or {})
                if found is not None:
                    check_plugin(*found)
                    options["plugin"] = found[0]
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}

        def exchange() -> Any:
            return (yield Ask("replication_plugin", options))

        return {**result, **self.carried_out(exchange(), task_vars)}

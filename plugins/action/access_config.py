# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Supplies settings of Access. All of it happens on the node; here it is only seen when that is lost.

The documentation is in plugins/modules/access_config.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_action import NodeAction
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import ACCESS_CONFIG_OPTIONS


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=ACCESS_CONFIG_OPTIONS)
        return {**result, **self._execute_module("hybrid.jfrog.access_config", params, task_vars=task_vars)}

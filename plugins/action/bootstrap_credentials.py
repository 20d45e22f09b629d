# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the first administrator to the node. The documentation is in plugins/modules/bootstrap_credentials.py."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import BOOTSTRAP_CREDENTIALS_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeAction


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(
            argument_spec=BOOTSTRAP_CREDENTIALS_OPTIONS, required_if=[("state", "present", ["password"])]
        )
        return {**result, **self._execute_module("hybrid.jfrog.bootstrap_credentials", params, task_vars=task_vars)}

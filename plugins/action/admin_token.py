# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps an admin token of an Edge in a file: tries, exchanges and stores it on the controller.

The documentation is in plugins/modules/admin_token.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import ADMIN_TOKEN_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._token.admin_token import ensure_admin_token


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=ADMIN_TOKEN_OPTIONS)
        try:
            ensured = ensure_admin_token(
                params,
                lambda arguments: self._execute_module(
                    "hybrid.jfrog.admin_token", dict(arguments), task_vars=task_vars
                ),
                loader=self._loader,
                variables=task_vars or {},
                warn=warn,
                check_mode=self._task.check_mode,
                clock=Clock(),
            )
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        if not self._task.diff:
            ensured.pop("diff", None)
        return {**result, **ensured}

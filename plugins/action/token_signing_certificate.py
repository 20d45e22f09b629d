# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Supplies a token signing pair: reads and checks on the controller, where the Edge is asked as well.

The documentation is in plugins/modules/token_signing_certificate.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import (
    TOKEN_SIGNING_CERTIFICATE_OPTIONS,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.pair import Controller, supply_signing_pair


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=TOKEN_SIGNING_CERTIFICATE_OPTIONS)
        try:
            supplied = supply_signing_pair(
                params,
                lambda arguments: self._execute_module(
                    "hybrid.jfrog.token_signing_certificate", dict(arguments), task_vars=task_vars
                ),
                Controller(warn=warn, loader=self._loader, variables=task_vars or {}),
            )
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        return {**result, **supplied}

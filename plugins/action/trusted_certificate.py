# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Supplies a trusted certificate: checks it and asks for the proof on the controller.

The documentation is in plugins/modules/trusted_certificate.py.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import (
    TRUSTED_CERTIFICATE_OPTIONS,
    TRUSTED_CERTIFICATE_RULES,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.trust import supply_certificate


class ActionModule(NodeAction):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(
            argument_spec=TRUSTED_CERTIFICATE_OPTIONS, required_if=TRUSTED_CERTIFICATE_RULES
        )
        try:
            supplied = supply_certificate(
                params,
                lambda arguments: self._execute_module(
                    "hybrid.jfrog.trusted_certificate", dict(arguments), task_vars=task_vars
                ),
                warn=warn,
                check_mode=self._task.check_mode,
            )
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        return {**result, **supplied}

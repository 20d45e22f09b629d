# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the platform and all Edges at once, on the controller. Documented in plugins/modules/fleet_info.py."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.fleet import observe_fleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError

# Without defaults and fallbacks: what the task does not say comes from the inventory.
SPEC = {
    **{
        name: {key: value for key, value in spec.items() if key not in ("default", "fallback")}
        for name, spec in PLATFORM_OPTIONS.items()
    },
    "hosts": {"type": "list", "elements": "str"},
    "max_parallel": {"type": "int", "default": 32},
    "preflight": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec=SPEC)
        hosts, max_parallel, preflight = (args.pop(name) for name in ("hosts", "max_parallel", "preflight"))
        try:
            fleet, warnings = observe_fleet(
                task_vars or {},
                hosts=hosts,
                options=args,
                max_parallel=max_parallel,
                clock=Clock(),
                preflight=preflight,
            )
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        for warning in warnings:
            self._display.warning(warning)
        return {**result, "changed": False, "fleet": fleet}

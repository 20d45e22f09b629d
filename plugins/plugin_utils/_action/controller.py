# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Actions that do all of their work on the controller, and nothing on the host of the task."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ansible.plugins.action import ActionBase

from ...module_utils._adapter.options import Family
from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.errors import EdgeError
from .warning import warn


class ControllerAction(ActionBase):  # type: ignore[misc]
    """Once for each host. ``ensure`` gets the options and what of Ansible the work needs; it returns the result, or
    raises EdgeError."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    SPEC: Family
    RULES: Mapping[str, Any] = {}  # such as mutually_exclusive
    ensure: Callable[..., dict[str, Any]]

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=self.SPEC, **self.RULES)
        try:
            ensured = type(self).ensure(
                params,
                loader=self._loader,
                variables=task_vars or {},
                warn=warn,
                check_mode=self._task.check_mode,
                clock=Clock(),
            )
        except EdgeError as exc:
            # A task that runs once fails for every host of the play, also for those whom it is not about.
            return {**result, **exc.to_fail_json(), "failed": params.get("on_failure") != "report"}
        if not self._task.diff:
            ensured.pop("diff", None)
        return {**result, **ensured}


class FleetAction(ControllerAction):
    """Once for all hosts of the task. The documentation of the module names the inventory's variables that it reads."""

    BYPASS_HOST_LOOP = True

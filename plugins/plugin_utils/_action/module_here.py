# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""An action whose module runs in Ansible's own worker when it is delegated to the controller.

The REST side is spoken from the controller by default. A module of its own there is another start of Python, with all
libraries anew, and costs ten times as much as the calls that it makes. Delegated to any other host, it runs there.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Mapping, NoReturn

from ansible import constants as C
from ansible.errors import AnsibleConnectionFailure
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator

from ...module_utils._adapter.module import made_of
from ...module_utils._adapter.stand_in import AnsibleModule, masked
from ...module_utils._domain.errors import EdgeError
from .._fleet.inventory import plain
from .as_file import MODULES, AsFile
from .lost_host import lost
from .warning import warn


class Ended(Exception):
    """How the module ended: its result."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__()
        self.result = result


class ModuleHere(AsFile):
    """The action has the name of its module."""

    TRANSFERS_FILES = False
    _supports_async = True

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__name__ == "ActionModule":
            # Ansible loads an action once, before it forks a worker for each host.
            import_module(f"{MODULES}.{cls.module()}")

    @classmethod
    def module(cls) -> str:
        """The name of the module."""
        return cls.__module__.rpartition(".")[2]

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        try:
            options = self.options(task_vars or {})
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        if self._is_here():
            return {**result, **self._run_here(options)}
        name, asynchronous = f"hybrid.jfrog.{self.module()}", bool(self._task.async_val)
        try:
            there = self._execute_module(name, options, task_vars=task_vars, wrap_async=asynchronous)
        except AnsibleConnectionFailure as exc:
            there = lost(exc, self._task.action, task_vars or {}, where=str(self._task.delegate_to or "its host"))
        return {**result, **there}

    def options(self, _variables: Mapping[str, Any]) -> dict[str, Any]:
        """What the module gets. Raises EdgeError."""
        return dict(self._task.args)

    def _is_here(self) -> bool:
        return (
            self._task.delegate_to in C.LOCALHOST
            and self._connection.transport == "local"
            and not self._connection.become
            and not self._task.async_val
            and not any(self._task.environment or ())
        )

    def _run_here(self, options: Mapping[str, Any]) -> dict[str, Any]:
        order = {"options": plain(options), "check_mode": self._task.check_mode, "diff": self._task.diff}
        with made_of(lambda **spec: _ModuleInWorker(order, **spec)):
            try:
                import_module(f"{MODULES}.{self.module()}").main()
            except Ended as end:
                for warning in end.result.pop("warnings", ()):
                    warn(warning)
                return end.result
        raise AssertionError(f"the module {self.module()} did not end")


class _ModuleInWorker(AnsibleModule):
    """With options that are checked here, as Ansible would check them, and an end that ends the module only."""

    def __init__(self, order: Mapping[str, Any], *, argument_spec: Mapping[str, Any], **rules: Any) -> None:
        rules.pop("supports_check_mode", None)
        checked = ModuleArgumentSpecValidator(dict(argument_spec), **rules).validate(order["options"])
        self.order = {**order, "options": checked.validated_parameters, "syslog": False}
        super().__init__(argument_spec)
        if checked.error_messages:
            self.fail_json(msg=checked.error_messages[0])

    def _end(self, result: dict[str, Any]) -> NoReturn:
        if self._warnings:
            result["warnings"] = self._warnings
        raise Ended(masked(result, self.no_log_values))

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""An action whose module runs on the node as a script (see node_script), which costs a third of a module.

That is where Ansible would pipe the module to the node's Python. In every other case, and when the script could not
begin, the module runs as usual.
"""

from __future__ import annotations

import shlex
from typing import Any, Mapping

from ansible import constants as C
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from .inventory import plain
from .node_script import PYTHON_OPTIONS, answer_in, has_begun, script_of


class PipedModule(ActionBase):  # type: ignore[misc]
    """The action has the name of its module, and has checked the options that it hands to ``_execute_module``."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        name = cls.__module__.rpartition(".")[2]
        if cls.__name__ == "ActionModule":
            # Ansible loads an action once, before it forks a worker for each host.
            script_of(name)

    def _execute_module(
        self,
        module_name: str | None = None,
        module_args: dict[str, Any] | None = None,
        tmp: Any = None,
        task_vars: dict[str, Any] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        if module_name is not None and module_args is not None and not options and self._can_be_piped():
            answer = self._by_script(module_name.rpartition(".")[2], module_args, task_vars or {})
            if answer is not None:
                return answer
        return dict(
            super()._execute_module(
                module_name=module_name, module_args=module_args, tmp=tmp, task_vars=task_vars, **options
            )
        )

    def _can_be_piped(self) -> bool:
        return (
            self._is_pipelining_enabled("new")
            and getattr(self._connection._shell, "SHELL_FAMILY", "") == "sh"
            # Whose variables count then is Ansible's affair.
            and not self._task.delegate_to
            and not self._task.async_val
        )

    def _by_script(self, name: str, options: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any] | None:
        """The result of the module; None when it did not begin."""
        script = script_of(name).text(
            plain(options),
            check_mode=self._task.check_mode,
            diff=self._task.diff,
            syslog=not C.config.get_config_value("DEFAULT_NO_TARGET_SYSLOG", variables=dict(variables)),
        )
        command = f"{self._compute_environment_string()} {self._python(variables)}".strip()
        ended = self._low_level_execute_command(command, in_data=script)
        answer = answer_in(ended["stdout"])
        if answer is None and has_begun(ended["stdout"]):
            return {
                "failed": True,
                "msg": f"The module {name} ended with code {ended['rc']} and without a result. See module_stderr.",
                "module_stderr": ended["stderr"],
                "rc": ended["rc"],
            }
        for warning in (answer or {}).pop("warnings", ()):
            Display().warning(warning)
        return answer

    def _python(self, variables: Mapping[str, Any]) -> str:
        """The command that runs Python: the interpreter that was named, or the first one that is there."""
        named = self.evaluated(C.config.get_config_value("INTERPRETER_PYTHON", variables=dict(variables)))
        if not str(named).startswith("auto"):
            return f"{named} {PYTHON_OPTIONS} -"
        known = C.config.get_config_value("INTERPRETER_PYTHON_FALLBACK", variables=dict(variables))
        names = " ".join(shlex.quote(str(name)) for name in known)
        probe = f'for one in {names}; do command -v "$one" >/dev/null 2>&1 && exec "$one" {PYTHON_OPTIONS} -; done'
        return f"/bin/sh -c {shlex.quote(probe)}"

    def evaluated(self, value: Any) -> Any:
        """A value of the inventory, templated when it is a template."""
        return self._templar.template(value) if isinstance(value, str) and "{" in value else value

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
from typing import Any, Mapping, Sequence

from ansible import constants as C

from .._fleet.inventory import plain
from .._steps.exchange import Ask, is_failure
from .as_file import AsFile
from .node_script import PYTHON_OPTIONS, answers_in, has_begun, script_of
from .warning import warn


class PipedModule(AsFile):
    """The action has checked the options that it hands to ``_execute_module``.

    ``MODULES`` are those that it may run on the node: the one of its own name, where it says nothing else.
    """

    MODULES: tuple[str, ...] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.__name__ == "ActionModule":
            cls.MODULES = cls.MODULES or (cls.__module__.rpartition(".")[2],)
            # Ansible loads an action once, before it forks a worker for each host.
            script_of(*cls.MODULES)

    def _execute_module(
        self,
        module_name: str | None = None,
        module_args: dict[str, Any] | None = None,
        tmp: Any = None,
        task_vars: dict[str, Any] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        if module_name is not None and module_args is not None and not options and self._can_be_piped():
            answers = self._by_script([Ask(module_name.rpartition(".")[2], module_args)], task_vars or {})
            if answers is not None:
                return answers[0]
        return dict(
            super()._execute_module(
                module_name=module_name, module_args=module_args, tmp=tmp, task_vars=task_vars, **options
            )
        )

    def _execute_modules(self, asks: Sequence[Ask], task_vars: dict[str, Any]) -> list[dict[str, Any]]:
        """The results of modules, one after the other, up to the first that failed; in one execution if they can be."""
        if self._can_be_piped():
            answers = self._by_script(asks, task_vars)
            if answers is not None:
                return answers
        results: list[dict[str, Any]] = []
        for ask in asks:
            results.append(
                dict(super()._execute_module(f"hybrid.jfrog.{ask.module}", dict(ask.options), task_vars=task_vars))
            )
            if is_failure(results[-1]):
                break
        return results

    def _can_be_piped(self) -> bool:
        return (
            self._is_pipelining_enabled("new")
            and getattr(self._connection._shell, "SHELL_FAMILY", "") == "sh"
            # Whose variables count then is Ansible's affair.
            and not self._task.delegate_to
            and not self._task.async_val
        )

    def _by_script(self, asks: Sequence[Ask], variables: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        """The results of the modules up to the first that failed; None when nothing was begun."""
        script = script_of(*self.MODULES).text(
            [Ask(ask.module, plain(ask.options)) for ask in asks],
            check_mode=self._task.check_mode,
            diff=self._task.diff,
            syslog=not C.config.get_config_value("DEFAULT_NO_TARGET_SYSLOG", variables=dict(variables)),
        )
        command = f"{self._compute_environment_string()} {self._python(variables)}".strip()
        ended = self._low_level_execute_command(command, in_data=script)
        answers = answers_in(ended["stdout"])
        if not answers and not has_begun(ended["stdout"]):
            return None
        if len(answers) < len(asks) and not (answers and is_failure(answers[-1])):
            answers.append(
                {
                    "failed": True,
                    "msg": f"The module {asks[len(answers)].module} ended with code {ended['rc']} and without a "
                    "result. See module_stderr.",
                    "module_stderr": ended["stderr"],
                    "rc": ended["rc"],
                }
            )
        for answer in answers:
            for warning in answer.pop("warnings", ()):
                warn(warning)
        return answers

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

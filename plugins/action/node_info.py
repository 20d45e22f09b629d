# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observes a node by a script that is cheaper than a module. The documentation is in plugins/modules/node_info.py.

A fleet that is in order costs one such task per node and little else, so what this task costs is what a check costs.
Where Ansible would pipe a module to the node's Python, a script with nothing but our own code is piped instead. In all
other cases, and when the script does not answer, the module runs as usual.
"""

from __future__ import annotations

import shlex
from typing import Any, Mapping

from ansible import constants as C
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import OBSERVATION_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_patience import patience
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_script import (
    PYTHON_OPTIONS,
    NodeScript,
    answer_in,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ServiceError

# Made when Ansible loads this plugin, which it does once, before it forks a worker for each host.
OBSERVE = NodeScript("_node.observation", "result")

# What the inventory says of an option. They are read here, because a template in the task costs each host more than
# everything else that its worker does.
VARIABLES = {
    "artifactory_home": ("edge_artifactory_home", "artifactory_home"),
    "control": ("edge_service_control",),
    "unit": ("edge_service_unit",),
    "node_url": ("edge_node_url",),
    "node_ca_path": ("edge_node_ca_path",),
    "timeout": ("edge_node_timeout",),
}
ROUTER = "http://127.0.0.1:8082"


class ActionModule(ActionBase):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        variables = task_vars or {}
        checked = ArgumentSpecValidator(OBSERVATION_OPTIONS).validate(self._given(variables))
        if checked.error_messages:
            return {**result, "failed": True, "msg": "; ".join(checked.error_messages)}
        options = checked.validated_parameters
        try:
            with patience(options["timeout"], own_limit=bool(self._task.timeout)):
                answer = self._answer(options, variables)
        except ServiceError as exc:
            answer = {"failed": True, **exc.to_fail_json()}
        return {**result, **answer}

    def _answer(self, options: Mapping[str, Any], variables: dict[str, Any]) -> dict[str, Any]:
        answer = self._by_script(options, variables) if self._can_be_piped() else None
        if answer is None:
            given = {name: value for name, value in options.items() if value is not None}
            answer = self._execute_module(module_name="hybrid.jfrog.node_info", module_args=given, task_vars=variables)
        return answer

    def _given(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The options of the task and, when it asks for them, those of the inventory."""
        given = dict(self._task.args)
        if not boolean(given.get("from_inventory", False)):
            return given
        found: dict[str, Any] = {"node_url": ROUTER}
        for option, names in VARIABLES.items():
            name = next((one for one in names if variables.get(one) not in (None, "")), None)
            if name is not None:
                found[option] = self._value(variables[name])
        return {**found, **given}

    def _value(self, value: Any) -> Any:
        return self._templar.template(value) if isinstance(value, str) and "{" in value else value

    def _can_be_piped(self) -> bool:
        return (
            self._is_pipelining_enabled("new")
            and getattr(self._connection._shell, "SHELL_FAMILY", "") == "sh"
            # Whose variables count then is Ansible's affair.
            and not self._task.delegate_to
            and not self._task.async_val
        )

    def _by_script(self, options: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any] | None:
        command = f"{self._compute_environment_string()} {self._python(variables)}".strip()
        ended = self._low_level_execute_command(command, in_data=OBSERVE.text(options))
        return answer_in(ended["stdout"]) if ended["rc"] == 0 else None

    def _python(self, variables: Mapping[str, Any]) -> str:
        """The command that runs Python: the interpreter that was named, or the first one that is there."""
        named = str(self._value(C.config.get_config_value("INTERPRETER_PYTHON", variables=variables)))
        if not named.startswith("auto"):
            return f"{named} {PYTHON_OPTIONS} -"
        known = C.config.get_config_value("INTERPRETER_PYTHON_FALLBACK", variables=variables)
        names = " ".join(shlex.quote(str(name)) for name in known)
        probe = f'for one in {names}; do command -v "$one" >/dev/null 2>&1 && exec "$one" {PYTHON_OPTIONS} -; done'
        return f"/bin/sh -c {shlex.quote(probe)}"

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Observes a node as its inventory describes it. The documentation is in plugins/modules/node_info.py.

A fleet that is in order costs one such task per node and little else, so what this task costs is what a check costs.
"""

from __future__ import annotations

from typing import Any, Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import OBSERVATION_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import NO_ACCESS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ServiceError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node_patience import patience
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.piped_module import PipedModule

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
# The folder of all JFrog products, as the vendor's collection jfrog.platform calls it.
PRODUCTS = "jfrog_home_directory"
ACCESS = "edge_node_access"
ROUTER = "http://127.0.0.1:8082"


class ActionModule(PipedModule):
    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        if self._is_rest_only(task_vars or {}):
            return {**result, "changed": False, "node": None}
        checked = ArgumentSpecValidator(OBSERVATION_OPTIONS).validate(self._given(task_vars or {}))
        if checked.error_messages:
            return {**result, "failed": True, "msg": "; ".join(checked.error_messages)}
        options = {name: value for name, value in checked.validated_parameters.items() if value is not None}
        try:
            with patience(options["timeout"], own_limit=bool(self._task.timeout)):
                answer = self._execute_module("hybrid.jfrog.node_info", options, task_vars=task_vars)
        except ServiceError as exc:
            answer = {"failed": True, **exc.to_fail_json()}
        return {**result, **answer}

    def _is_rest_only(self, variables: Mapping[str, Any]) -> bool:
        """Whether the inventory says that nobody works on the node: then it is not even connected to."""
        asked = boolean(self._task.args.get("from_inventory", False))
        return asked and self.evaluated(variables.get(ACCESS)) == NO_ACCESS

    def _given(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """The options of the task and, when it asks for them, those of the inventory."""
        given = dict(self._task.args)
        if not boolean(given.get("from_inventory", False)):
            return given
        found: dict[str, Any] = {"node_url": ROUTER}
        for option, names in VARIABLES.items():
            name = next((one for one in names if variables.get(one) not in (None, "")), None)
            if name is not None:
                found[option] = self.evaluated(variables[name])
        if "artifactory_home" not in found and variables.get(PRODUCTS) not in (None, ""):
            found["artifactory_home"] = f"{self.evaluated(variables[PRODUCTS])}/artifactory"
        return {**found, **given}

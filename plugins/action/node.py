# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carries out several steps on a node in one execution. The documentation is in plugins/modules/node.py."""

from __future__ import annotations

from typing import Any, Mapping

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import NODE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node import NodeAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.exchange import carry_out_together, is_failure
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.steps import NODE_STEPS

SHARED = [name for name in NODE_OPTIONS if name not in NODE_STEPS]
# Of each step's result; Ansible looks for them in the task's.
LIFTED = ("warnings", "deprecations", "diff", "exception")

FAILURE = ("failed", "unreachable", "msg", "exception")


class ActionModule(NodeAction):
    TRANSFERS_FILES = False
    MODULES = tuple(step.module for step in NODE_STEPS.values())

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, params = self.validate_argument_spec(argument_spec=NODE_OPTIONS)
        try:
            checked = _checked(params)
        except InventoryError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        context = self.context(task_vars)
        exchanges = {name: NODE_STEPS[name].exchange(options, context) for name, options in checked.items()}
        results = carry_out_together(exchanges, lambda asks: self._execute_modules(asks, task_vars or {}))
        return {**result, **_together(results)}


def _checked(params: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The options of each step that was asked for. Raises InventoryError with all that is wrong with any of them."""
    shared = {name: params[name] for name in SHARED if params[name] is not None}
    checked, problems = {}, []
    for name, step in NODE_STEPS.items():
        if params[name] is None:
            continue
        # A template in a mapping cannot leave an option out, so an empty one is one that was not given.
        own = {option: value for option, value in params[name].items() if value not in (None, "")}
        of_all = {option: value for option, value in shared.items() if option in step.options}
        validated = ArgumentSpecValidator(step.options).validate({**of_all, **own})
        problems += [f"{name}: {message}" for message in validated.error_messages]
        checked[name] = validated.validated_parameters
    if problems:
        raise InventoryError(f"Cannot carry out the steps on the node: {'; '.join(problems)}.", problems=problems)
    return checked


def _together(results: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The results of the steps as that of one task."""
    together: dict[str, Any] = {
        "changed": any(result.get("changed") for result in results.values()),
        "steps": {
            name: {key: value for key, value in result.items() if key not in LIFTED} for name, result in results.items()
        },
    }
    for lifted in ("warnings", "deprecations", "diff"):
        found = [result[lifted] for result in results.values() if result.get(lifted)]
        together.update({lifted: [each for item in found for each in (item if isinstance(item, list) else [item])]})
    for name, result in results.items():
        if is_failure(result):
            together.update({key: result[key] for key in FAILURE if key in result}, step=name)
    return {key: value for key, value in together.items() if value != []}

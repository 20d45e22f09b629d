# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the actions have in common whose module changes a node."""

from __future__ import annotations

from typing import Any, Sequence

from ansible.errors import AnsibleConnectionFailure

from ...module_utils._domain.errors import EdgeError
from .._steps.exchange import Ask, Exchange, carry_out
from .._steps.steps import NODE_STEPS, Context
from .lost_host import lost
from .piped_module import PipedModule
from .warning import warn

_BY_MODULE = {step.module: step for step in NODE_STEPS.values()}


class NodeAction(PipedModule):
    """An action with a module on the node."""

    def carried_out(self, exchange: Exchange, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """The result of an exchange with the node; a designed error is a failure."""

        def execute(ask: Ask) -> dict[str, Any]:
            return self._execute_module(f"hybrid.jfrog.{ask.module}", dict(ask.options), task_vars=task_vars)

        try:
            return carry_out(exchange, execute)
        except EdgeError as exc:
            return {"failed": True, **exc.to_fail_json()}

    def context(self, task_vars: dict[str, Any] | None) -> Context:
        return Context(
            loader=self._loader,
            variables=task_vars or {},
            check_mode=self._task.check_mode,
            diff=self._task.diff,
            warn=warn,
        )

    def _execute_module(self, *args: Any, **options: Any) -> dict[str, Any]:
        try:
            return dict(super()._execute_module(*args, **options))
        except AnsibleConnectionFailure as exc:
            return lost(exc, self._task.action, options.get("task_vars") or {}, where="the node")

    def _execute_modules(self, asks: Sequence[Ask], task_vars: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return super()._execute_modules(asks, task_vars)
        except AnsibleConnectionFailure as exc:
            return [lost(exc, self._task.action, task_vars, where="the node")]


class NodeStepAction(NodeAction):
    """The action of a module that is one of ``NODE_STEPS``."""

    TRANSFERS_FILES = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        step = _BY_MODULE[self.MODULES[0]]
        _validation, params = self.validate_argument_spec(argument_spec=step.options)
        return {**result, **self.carried_out(step.exchange(params, self.context(task_vars)), task_vars)}

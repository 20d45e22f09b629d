# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""An action whose module may go to its host as a file, as Ansible sends modules, with the options in it.

Ansible removes that file at once, but for ``ANSIBLE_KEEP_REMOTE_FILES``, which leaves it there for a person to look at.
A module that has secrets among its options is not sent then.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Mapping, NoReturn

from ansible import constants as C
from ansible.plugins.action import ActionBase

from ...module_utils._adapter.module import made_of
from ...module_utils._adapter.stand_in import secrets_of

MODULES = "ansible_collections.hybrid.jfrog.plugins.modules"


class AsFile(ActionBase):  # type: ignore[misc]
    """For every action that has a module of this collection executed on a host."""

    def _execute_module(
        self, module_name: str | None = None, module_args: dict[str, Any] | None = None, *args: Any, **options: Any
    ) -> dict[str, Any]:
        name = (module_name or self._task.action).rpartition(".")[2]
        given = self._task.args if module_args is None else module_args
        if C.config.get_config_value("DEFAULT_KEEP_REMOTE_FILES") and any(secrets_of(argument_spec_of(name), given)):
            return {
                "failed": True,
                "msg": f"Cannot run {name}: ANSIBLE_KEEP_REMOTE_FILES is set, which leaves the module's options on the "
                "host in a file, and there are secrets among them. Run without it.",
            }
        return dict(super()._execute_module(module_name, module_args, *args, **options))


def argument_spec_of(module: str) -> Mapping[str, Any]:
    """The argument spec with which a module of this collection is made."""
    with made_of(_told):
        try:
            import_module(f"{MODULES}.{module}").main()
        except _Told as told:
            return told.argument_spec
    raise AssertionError(f"the module {module} is not made by create_module")


class _Told(Exception):
    def __init__(self, argument_spec: Mapping[str, Any]) -> None:
        super().__init__()
        self.argument_spec = argument_spec


def _told(*, argument_spec: Mapping[str, Any], **_rules: Any) -> NoReturn:
    raise _Told(argument_spec)

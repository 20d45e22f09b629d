# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No module with secret options goes to a host in a way that its action does not watch."""

from __future__ import annotations

from importlib import import_module

import pytest

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.as_file import AsFile, argument_spec_of
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import ControllerAction
from unit.meta.test_layers import PLUGINS

ACTIONS = "ansible_collections.hybrid.jfrog.plugins.action"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py"))


def has_secrets(argument_spec: object) -> bool:
    return isinstance(argument_spec, dict) and any(
        option.get("no_log") or has_secrets(option.get("options")) for option in argument_spec.values()
    )


def is_more_than_documentation(module: str) -> bool:
    return "main()" in (PLUGINS / f"modules/{module}.py").read_text()


@pytest.mark.parametrize(
    "module", [name for name in MODULES if is_more_than_documentation(name) and has_secrets(argument_spec_of(name))]
)
def test_module_with_secret_options_has_an_action_that_knows_where_its_file_would_stay(module: str) -> None:
    action = import_module(f"{ACTIONS}.{module}").ActionModule

    assert issubclass(action, (AsFile, ControllerAction))

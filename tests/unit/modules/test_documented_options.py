# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the REST modules says what their argument specs say, and their examples fit both."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.hybrid.jfrog.plugins.action import access_token as access_token_action
from ansible_collections.hybrid.jfrog.plugins.action import access_token_rotation as rotation_action
from ansible_collections.hybrid.jfrog.plugins.action import explain as explain_action
from ansible_collections.hybrid.jfrog.plugins.action import fleet_info as fleet_info_action
from ansible_collections.hybrid.jfrog.plugins.action import pairing_token as pairing_token_action
from ansible_collections.hybrid.jfrog.plugins.action import plan as plan_action
from ansible_collections.hybrid.jfrog.plugins.action import preflight_info as preflight_info_action
from ansible_collections.hybrid.jfrog.plugins.action import (
    replication_plugin_distribution as plugin_distribution_action,
)
from ansible_collections.hybrid.jfrog.plugins.action import replication_plugin_info as plugin_info_action
from ansible_collections.hybrid.jfrog.plugins.action import report as report_action
from ansible_collections.hybrid.jfrog.plugins.action import security_replication as security_replication_action
from ansible_collections.hybrid.jfrog.plugins.action import wave as wave_action
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import merge_options
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import NODE_OPTIONS

PLUGINS = "ansible_collections.hybrid.jfrog.plugins"
MODULES = [
    "access_token",
    "access_token_info",
    "access_token_rotation",
    "admin_token",
    "access_ca_certificate",
    "access_config",
    "access_federation",
    "access_federation_info",
    "api",
    "artifactory_certificate",
    "artifactory_certificate_info",
    "base_url",
    "bootstrap_credentials",
    "explain",
    "fleet_info",
    "health_info",
    "jpd",
    "jpd_info",
    "node",
    "pairing_token",
    "plan",
    "preflight_info",
    "replication_plugin",
    "replication_plugin_distribution",
    "replication_plugin_info",
    "report",
    "root_certificate_info",
    "security_replication",
    "token_signing_certificate",
    "trusted_signing_key",
    "wave",
]

# Modules whose work is done by their action alone, and the argument spec of that.
ON_THE_CONTROLLER: dict[str, dict[str, Any]] = {
    "access_token": access_token_action.ActionModule.SPEC,
    "access_token_rotation": rotation_action.ActionModule.SPEC,
    "explain": explain_action.ActionModule.SPEC,
    "fleet_info": fleet_info_action.ActionModule.SPEC,
    "node": NODE_OPTIONS,
    "pairing_token": pairing_token_action.ActionModule.SPEC,
    "plan": plan_action.ActionModule.SPEC,
    "preflight_info": preflight_info_action.ActionModule.SPEC,
    "replication_plugin_distribution": plugin_distribution_action.ActionModule.SPEC,
    "replication_plugin_info": plugin_info_action.ActionModule.SPEC,
    "report": report_action.ActionModule.SPEC,
    "security_replication": security_replication_action.ActionModule.SPEC,
    "wave": wave_action.ActionModule.SPEC,
}


class Captured(Exception):
    """What the module wanted to create itself with."""


def argument_spec(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options, and the rules between them."""
    if name in ON_THE_CONTROLLER:
        return ON_THE_CONTROLLER[name], {}
    module = importlib.import_module(f"{PLUGINS}.modules.{name}")
    with pytest.MonkeyPatch.context() as patch:

        def capture(*families: Any, **rules: Any) -> None:
            raise Captured(merge_options(*families), rules)

        patch.setattr(module, "create_module", capture)
        with pytest.raises(Captured) as caught:
            module.main()
    return caught.value.args[0], caught.value.args[1]


def documented(name: str) -> dict[str, Any]:
    """The documented options, with those of the fragments."""
    module = importlib.import_module(f"{PLUGINS}.modules.{name}")
    own = yaml.safe_load(module.DOCUMENTATION)
    options: dict[str, Any] = {}
    for fragment in own["extends_documentation_fragment"]:
        file, _dot, part = fragment.removeprefix("hybrid.jfrog.").partition(".")
        holder = importlib.import_module(f"{PLUGINS}.doc_fragments.{file}").ModuleDocFragment
        extended = yaml.safe_load(getattr(holder, (part or "documentation").upper())).get("options") or {}
        options = {**extended, **options}  # as Ansible does: the first fragment that has an option wins
    return {**options, **own["options"]}


def comparable(options: dict[str, Any], inner: str) -> dict[str, Any]:
    return {
        name: {
            "type": option.get("type", "str"),
            "required": option.get("required", False),
            "default": option.get("default"),
            "choices": option.get("choices"),
            "aliases": option.get("aliases", []),
            "elements": option.get("elements"),
            "inner": comparable(option.get(inner) or {}, inner),
        }
        for name, option in options.items()
    }


@pytest.mark.parametrize("name", MODULES)
def test_documented_options_are_those_of_the_argument_spec(name: str) -> None:
    assert comparable(documented(name), "suboptions") == comparable(argument_spec(name)[0], "options")


def untyped(spec: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """The spec, of any type where the example has a template: what becomes of that is not known here."""
    templates = {name for name, value in example.items() if str(value).startswith("{{")}
    return {
        name: {**{key: rule[key] for key in ("required", "aliases") if key in rule}, "type": "raw"}
        if name in templates
        else rule
        for name, rule in spec.items()
    }


@pytest.mark.parametrize("name", MODULES)
def test_examples_fit_the_argument_spec(name: str) -> None:
    module = importlib.import_module(f"{PLUGINS}.modules.{name}")
    spec, rules = argument_spec(name)
    examples = [task[f"hybrid.jfrog.{name}"] or {} for task in yaml.safe_load(module.EXAMPLES)]
    rules = {rule: value for rule, value in rules.items() if rule != "check_mode"}

    def problems(example: dict[str, Any]) -> list[str]:
        return list(ArgumentSpecValidator(untyped(spec, example), **rules).validate(example).error_messages)

    assert [problems(example) for example in examples] == [[]] * len(examples)

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every role: its argument spec is its interface, and its defaults have no other variables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, trust_as_template

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import NODE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan.shapes import TOGETHER
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.steps import NODE_STEPS

ROLES = sorted(path for path in (Path(__file__).resolve().parents[3] / "roles").iterdir() if path.is_dir())
every_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def spec_of(role: Path) -> dict:
    return yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]


def trusted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: trusted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [trusted(each) for each in value]
    return trust_as_template(value) if isinstance(value, str) else value


def alone(defaults: dict, name: str) -> Any:
    """The default that a role has for one host without any variable of an inventory."""
    facts = {"inventory_hostname": "one", "ansible_play_batch": ["one"], "hostvars": {"one": {}}}
    variables = trusted({**defaults, **facts})
    return Templar(DataLoader(), variables).template(variables[name])


@every_role
def test_role_defaults_are_the_optional_arguments(role: Path) -> None:
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text()) or {}
    optional = {name for name, option in spec_of(role)["options"].items() if not option.get("required")}

    assert set(defaults) == optional


@every_role
def test_documented_default_is_what_the_role_has_without_an_inventory_or_names_the_variable_it_follows(
    role: Path,
) -> None:
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text()) or {}
    documented = {
        name: option["default"]
        for entry_point in yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"].values()
        for name, option in (entry_point.get("options") or {}).items()
        if "default" in option
    }

    assert [n for n, value in documented.items() if value != defaults[n] and value != alone(defaults, n)] == []


@every_role
def test_role_variables_start_with_its_name(role: Path) -> None:
    assert [name for name in spec_of(role)["options"] if not name.startswith(f"{role.name}_")] == []


@every_role
def test_role_arguments_are_described_in_sentences(role: Path) -> None:
    told = {name: option["description"] for name, option in spec_of(role)["options"].items()}
    sentences = [(n, s) for n, d in told.items() for s in ([d] if isinstance(d, str) else d)]

    assert [name for name, sentence in sentences if not sentence.rstrip().endswith((".", ":"))] == []


@every_role
def test_secret_role_arguments_are_not_logged(role: Path) -> None:
    secret = ("_token", "_key")
    options = spec_of(role)["options"]

    assert [name for name in options if name.endswith(secret) and not options[name].get("no_log")] == []


@every_role
def test_role_has_a_readme(role: Path) -> None:
    assert (role / "README.md").read_text().startswith(f"# {role.name}\n")


@every_role
def test_role_readme_lists_every_variable_with_its_description(role: Path) -> None:
    readme = (role / "README.md").read_text()
    expected = [f"| `{name}` | {option['type']} |" for name, option in spec_of(role)["options"].items()]

    assert [line for line in expected if line not in readme] == []


def test_steps_of_the_node_are_those_that_the_plan_carries_out_together() -> None:
    assert tuple(NODE_STEPS) == TOGETHER
    assert set(TOGETHER) < set(NODE_OPTIONS)


def module_options(role: Path, file: str, module: str) -> dict:
    """The options that a role gives to its module, in the first of its tasks that has it."""
    waiting = yaml.safe_load((role / "tasks" / file).read_text())
    while waiting:
        task = waiting.pop(0)
        if f"hybrid.jfrog.{module}" in task:
            return task[f"hybrid.jfrog.{module}"]
        waiting += task.get("block", [])
    raise AssertionError(f"{role.name} has no task with {module}")


@pytest.mark.parametrize("step", TOGETHER)
def test_step_of_the_node_gets_from_the_inventory_what_the_role_of_the_step_gets(step: str) -> None:
    module = NODE_STEPS[step].module
    role = next(each for each in ROLES if each.name == module)
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text())
    node = yaml.safe_load((ROLES[0].parent / "node/defaults/main.yml").read_text())
    options = module_options(role, "round.yml" if step == "restart" else "main.yml", module)
    variables = {option: re.match(r"\{\{ (\w+)", str(template)) for option, template in options.items()}
    of_the_inventory = {
        option: defaults[variable[1]]
        for option, variable in variables.items()
        if variable and option not in NODE_OPTIONS and "edge_" in str(defaults.get(variable[1]))
    }
    if step == "system_yaml":
        # The plan knows more than the inventory says; see playbooks/shared/step.yml.
        del of_the_inventory["settings"]

    own = node[f"node_{step}"]
    assert {option: own.get(option) for option in of_the_inventory} == of_the_inventory
    assert set(own) <= set(options)


@every_role
def test_number_of_zero_is_left_out_with_every_ansible_core(role: Path) -> None:
    """Before 2.19 a template makes a text of a number, and the text "0" is not empty."""
    spec = yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"].values()
    options = {name: option for entry_point in spec for name, option in (entry_point.get("options") or {}).items()}
    numbers = [name for name, option in options.items() if option.get("type") in ("int", "float")]
    tasks = "\n".join(path.read_text() for path in (role / "tasks").glob("*.yml"))

    assert [name for name in numbers if re.search(rf"\b{name} \| default\(\w+, true\)", tasks)] == []

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for every role: its argument spec is its interface, and its defaults have no other variables."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROLES = sorted(path for path in (Path(__file__).resolve().parents[3] / "roles").iterdir() if path.is_dir())
every_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def spec_of(role: Path) -> dict:
    return yaml.safe_load((role / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]


@every_role
def test_role_defaults_are_the_optional_arguments(role: Path) -> None:
    defaults = yaml.safe_load((role / "defaults/main.yml").read_text()) or {}
    optional = {name for name, option in spec_of(role)["options"].items() if not option.get("required")}

    assert set(defaults) == optional


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

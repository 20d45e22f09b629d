# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/replication.md: its example is a mesh, and its tables have all policies and their defaults."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.policies import CHOICES
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.options import MESH_OPTIONS, mesh_of

PAGE = (Path(__file__).resolve().parents[4] / "docs/replication.md").read_text()
PREFIX = "security_replication_"


def rows() -> dict[str, list[str]]:
    """The code in the second column of all tables, by that in the first one."""
    found = re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE, flags=re.MULTILINE)
    return {name: re.findall(r"`(\w+)`", cell) for name, cell in found}


def test_example_of_the_page_is_a_mesh(tmp_path: Path) -> None:
    said: dict[str, Any] = {}
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL):
        looked_up = re.sub(r"\{\{ lookup.*? \}\}", "secret", block)
        said |= {name.removeprefix(PREFIX): value for name, value in yaml.safe_load(looked_up).items()}
    validated = ArgumentSpecValidator(MESH_OPTIONS).validate(said)

    mesh = mesh_of(
        validated.validated_parameters, variables={"inventory_dir": str(tmp_path)}, say=print, warn=lambda text: None
    )

    assert validated.error_messages == []
    assert [member.name for member in mesh.members] == ["acme", "lyon", "museum"]
    assert (mesh.wishes.policies.join, mesh.store.path) == ("union", str(tmp_path / "state/security.json"))


def test_tables_of_the_page_have_each_policy_with_its_values_in_their_order() -> None:
    told = rows()

    assert {name: tuple(told[name]) for name in CHOICES if name != "join"} == {
        name: values for name, values in CHOICES.items() if name != "join"
    }
    assert told["deletes"] == ["true", "false"]
    assert [name for name in told if name in CHOICES["join"]] == list(CHOICES["join"])

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory's variables as plain data, of an inventory that Ansible itself has read."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.inventory import inventory_variables
from unit.modules.ansible_inventory import VAULT_PASSWORD, task_vars

SECRET = "marked-secret-of-lyon"


def vaulted(text: str, password: bytes = VAULT_PASSWORD) -> str:
    cipher = VaultLib([("default", VaultSecret(password))]).encrypt(text.encode()).decode()
    return "!vault |\n" + indent(cipher, " " * 12)


def read(folder: Path, lyon: str, names: list[str], *, more: str = "") -> dict[str, Any]:
    """The variables of host lyon-1, whose YAML is ``lyon``."""
    path = folder / "inventory.yml"
    path.write_text(
        f"all:\n  hosts:\n    osaka-1:\n      edge_url: https://osaka.example.com\n    lyon-1:\n{lyon}\n{more}"
    )
    return inventory_variables(task_vars(path), ["lyon-1"], names)["lyon-1"]


def assert_plain(value: Any) -> None:
    """Nothing of Ansible's own types is left."""
    assert type(value) in (str, int, float, bool, type(None), list, dict)
    if isinstance(value, dict):
        for key, item in value.items():
            assert_plain(key)
            assert_plain(item)
    elif isinstance(value, list):
        for item in value:
            assert_plain(item)


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        pytest.param("value: text", "text", id="text"),
        pytest.param("value: 7", 7, id="integer"),
        pytest.param("value: 45.764", 45.764, id="number"),
        pytest.param("value: true", True, id="boolean"),
        pytest.param("value: null", None, id="null"),
        pytest.param("value: [a, {b: c}]", ["a", {"b": "c"}], id="nested"),
        pytest.param("value: 2026-11-22", "2026-11-22", id="date"),
        pytest.param("value: '{{ inventory_hostname }}'", "lyon-1", id="template"),
        pytest.param("value: '{{ 6 * 7 }}'\n      other: 1", (42, "42"), id="template-of-a-number"),
        pytest.param(
            "city: Lyon\n      value: {city_name: '{{ city }}', tags: ['{{ city | lower }}', b]}",
            {"city_name": "Lyon", "tags": ["lyon", "b"]},
            id="templates-inside",
        ),
        pytest.param("value: \"{{ hostvars['osaka-1'].edge_url }}\"", "https://osaka.example.com", id="other-host"),
        pytest.param("inner: {a: 1}\n      value: '{{ inner }}'", {"a": 1}, id="template-of-a-dictionary"),
        pytest.param("value: !unsafe '{{ not a template }}'", "{{ not a template }}", id="unsafe"),
        pytest.param(f"value: {vaulted(SECRET)}", SECRET, id="vaulted"),
        pytest.param(f"secret: {vaulted(SECRET)}\n      value: '{{{{ secret }}}}'", SECRET, id="template-of-vaulted"),
        pytest.param(f"value:\n        inside: {vaulted(SECRET)}", {"inside": SECRET}, id="vaulted-inside"),
    ],
)
def test_value_becomes_plain(tmp_path: Path, yaml: str, expected: Any) -> None:
    found = read(tmp_path, f"      {yaml}", ["value", "missing"])

    assert list(found) == ["value"]
    # ansible-core before 2.19 returns the text of a number that a template computes.
    assert found["value"] in (expected if isinstance(expected, tuple) else (expected,))
    assert_plain(found["value"])
    json.dumps(found)


def test_file_of_the_controller_can_be_looked_up(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(SECRET + "\n")

    found = read(tmp_path, f"      value: \"{{{{ lookup('file', '{tmp_path}/token') }}}}\"", ["value"])

    assert found == {"value": SECRET}


def test_only_the_wanted_names_are_templated(tmp_path: Path) -> None:
    assert read(tmp_path, "      value: a\n      broken: '{{ nowhere }}'", ["value"]) == {"value": "a"}


@pytest.mark.parametrize(
    "yaml",
    [
        pytest.param("value: '{{ nowhere }}'", id="undefined"),
        pytest.param("value: 'https://{{ nowhere }}/'", id="undefined-in-a-text"),
        pytest.param("value: {a: [1, '{{ nowhere }}']}", id="undefined-inside"),
        pytest.param("other: '{{ nowhere }}'\n      value: '{{ other }}'", id="undefined-behind-another"),
    ],
)
def test_undefined_variable_is_named_with_its_host(tmp_path: Path, yaml: str) -> None:
    with pytest.raises(InventoryError) as caught:
        read(tmp_path, f"      {yaml}", ["value"])

    assert "value of host 'lyon-1' cannot be evaluated: " in caught.value.msg
    assert "'nowhere' is undefined" in caught.value.msg


def test_all_values_that_cannot_be_read_are_named_at_once(tmp_path: Path) -> None:
    wrong = vaulted(SECRET, b"another password")

    with pytest.raises(InventoryError) as caught:
        read(tmp_path, f"      one: '{{{{ nowhere }}}}'\n      two: {wrong}\n      three: 3", ["one", "two", "three"])

    assert [problem.split(" ")[0] for problem in caught.value.details["problems"]] == ["one", "two"]
    assert SECRET not in caught.value.msg


def test_host_that_is_not_in_the_inventory_is_named(tmp_path: Path) -> None:
    (tmp_path / "inventory.yml").write_text("all:\n  hosts:\n    lyon-1:\n")

    with pytest.raises(InventoryError, match="host 'nice-1' is not in the inventory"):
        inventory_variables(task_vars(tmp_path / "inventory.yml"), ["lyon-1", "nice-1"], ["edge_name"])

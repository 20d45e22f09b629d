# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module of the node's side as a script gives the same result as the module, and shows no more."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import (
    ACCESS_CONFIG_OPTIONS,
    JOIN_KEY_OPTIONS,
    OBSERVATION_OPTIONS,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.stand_in import PART, WHOLE, masked
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.node_script import (
    NodeScript,
    answers_in,
    carried,
    has_begun,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.exchange import Ask
from simulator.node.testing import Workbench, put
from unit.modules.node_cases import KEY
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

PIPED = ["admin_token", "access_config", "artifactory_service", "join_key", "master_key", "node_info", "system_yaml"]


def run_script(name: str, options: dict[str, Any], *, check: bool = False) -> subprocess.CompletedProcess[str]:
    """As the action runs it: with isolated Python, and nothing but what the script carries."""
    return run_scripts(Ask(name, options), check=check)


def run_scripts(*asks: Ask, check: bool = False) -> subprocess.CompletedProcess[str]:
    script = NodeScript(*(ask.module for ask in asks))
    return run_text(script.text(asks, check_mode=check, diff=False, syslog=False).decode())


def run_text(text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-IS", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)


def answer_in(output: str) -> dict[str, Any]:
    [answer] = answers_in(output)
    return answer


def with_defaults(spec: dict[str, dict[str, Any]], **given: Any) -> dict[str, Any]:
    return {**{name: option.get("default") for name, option in spec.items()}, **given}


def test_script_of_an_observation_returns_what_the_module_returns_and_changes_nothing(tmp_path: Path) -> None:
    home = str(Workbench(tmp_path).started().home)
    before = snapshot(tmp_path)

    ended = run_script("node_info", with_defaults(OBSERVATION_OPTIONS, artifactory_home=home, control="none"))

    assert ended.returncode == 0, ended.stderr
    expected = run_module("node_info", {"artifactory_home": home, "control": "none"})
    assert answer_in(ended.stdout) == {"changed": False, "node": expected["node"]}
    assert snapshot(tmp_path) == before


def test_script_that_changes_predicts_in_check_mode_and_shows_no_key(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    options = with_defaults(JOIN_KEY_OPTIONS, artifactory_home=str(node.home), key=KEY, on_unknown="supply")
    before = snapshot(tmp_path)

    predicted = run_script("join_key", options, check=True)
    assert answer_in(predicted.stdout)["changed"], predicted.stderr
    assert snapshot(tmp_path) == before

    supplied = run_script("join_key", options)
    assert answer_in(supplied.stdout)["changed"], supplied.stderr
    assert node.layout.bootstrap_join_key.read_text() == KEY
    assert not answer_in(run_script("join_key", options).stdout)["changed"]
    assert KEY not in predicted.stdout + supplied.stdout + supplied.stderr


def test_script_that_meets_a_designed_error_returns_it_without_a_traceback(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    put(node.layout.var / "hybrid.jfrog/ledger.json", '{"version": 1')

    ended = run_script("node_info", with_defaults(OBSERVATION_OPTIONS, artifactory_home=str(node.home)))

    answer = answer_in(ended.stdout)
    assert answer["failed"]
    assert answer["msg"].startswith("Cannot read the ledger")
    assert ended.stderr == ""


def test_script_that_breaks_off_has_begun_and_gives_no_answer() -> None:
    ended = run_script("node_info", {"artifactory_home": ["no", "path"]})

    assert ended.returncode != 0
    assert has_begun(ended.stdout)
    assert answers_in(ended.stdout) == []


def test_modules_of_one_script_are_carried_out_in_order_until_one_fails(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    home = str(node.home)
    access = with_defaults(ACCESS_CONFIG_OPTIONS, artifactory_home=home, settings={"token": {"max-expiry": 1}})
    key = with_defaults(JOIN_KEY_OPTIONS, artifactory_home=home, key=KEY, on_unknown="supply")

    ended = run_scripts(Ask("access_config", access), Ask("join_key", {**key, "key": "short"}), Ask("join_key", key))

    first, second = answers_in(ended.stdout)
    assert first["changed"], ended.stderr
    assert second["failed"]
    assert not node.layout.bootstrap_join_key.exists()


def test_node_of_another_python_compiles_what_the_script_carries_and_finds_the_same(tmp_path: Path) -> None:
    home = str(Workbench(tmp_path).started().home)
    options = with_defaults(OBSERVATION_OPTIONS, artifactory_home=home, control="none")
    script = NodeScript("node_info").text([Ask("node_info", options)], check_mode=False, diff=False, syslog=False)
    own = f'"{sys.implementation.cache_tag}"'
    assert own in script.decode()

    usual, other = (run_text(script.decode().replace(own, release)) for release in (own, '"cpython-30"'))

    assert answer_in(other.stdout) == answer_in(usual.stdout), other.stderr


def test_answers_are_found_behind_what_a_login_prints_up_to_a_damaged_one() -> None:
    one = 'hybrid.jfrog answers: {"changed": false}'
    assert answers_in(f'Welcome\n{{"no": 1}}\n{one}\nBye\n{one}') == [{"changed": False}] * 2
    assert answers_in(f"{one}\nhybrid.jfrog answers: {{\n{one}") == [{"changed": False}]
    assert answers_in("") == []


@pytest.mark.parametrize("name", PIPED)
def test_script_carries_nothing_but_the_standard_library_of_the_node(name: str) -> None:
    files = carried(name)
    imported = {
        alias.split(".")[0]
        for text in files.values()
        for node in ast.walk(ast.parse(text, feature_version=(3, 9)))
        for alias in _names(node)
    }

    assert imported - set(sys.stdlib_module_names) == {"ansible", "ansible_collections"}
    assert [file for file in files if "._client" in file] == []


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("secret", WHOLE, id="the-secret-itself"),
        pytest.param("a secret here", f"a {PART} here", id="in-a-text"),
        pytest.param({"k": ["secret", 1]}, {"k": [WHOLE, 1]}, id="nested"),
        pytest.param({"secret": None}, {WHOLE: None}, id="as-a-key"),
        pytest.param(True, True, id="no-text"),
    ],
)
def test_masked_value_has_no_secret(value: Any, expected: Any) -> None:
    assert masked(value, {"secret"}) == expected

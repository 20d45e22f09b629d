# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the documentation of every module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted((ROOT / "plugins/modules").glob("*.py"))
PREFIX = "hybrid.jfrog."
PLATFORM_OPTIONS = {"platform_url", "edge_url"}
ACTION_GROUP = "hybrid.jfrog.attributes.api"  # the fragment that says it
every_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)


def text(path: Path, name: str) -> Any:
    """One of the documentation strings of a module, parsed."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            assert isinstance(node.value, ast.Constant)
            return yaml.safe_load(node.value.value)
    return None


def fragment_options(name: str) -> dict[str, Any]:
    """The options that a documentation fragment brings; an empty dictionary for one without."""
    file, _dot, part = name.removeprefix(PREFIX).partition(".")
    tree = ast.parse((ROOT / "plugins/doc_fragments" / f"{file}.py").read_text())
    wanted = (part or "documentation").upper()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == wanted:
            assert isinstance(node.value, ast.Constant)
            return yaml.safe_load(node.value.value).get("options") or {}
    raise AssertionError(f"no documentation fragment {name}")


def options(path: Path) -> dict[str, Any]:
    documentation = text(path, "DOCUMENTATION")
    found = dict(documentation.get("options") or {})
    for fragment in documentation.get("extends_documentation_fragment") or []:
        found.update(fragment_options(fragment))
    return found


def descriptions(option: dict[str, Any], name: str) -> Iterator[tuple[str, str]]:
    text_or_list = option["description"]
    for sentence in [text_or_list] if isinstance(text_or_list, str) else text_or_list:
        yield name, sentence
    for inner, suboption in (option.get("suboptions") or {}).items():
        yield from descriptions(suboption, f"{name}.{inner}")


@every_module
def test_every_option_is_described_in_sentences(path: Path) -> None:
    told = [pair for name, option in options(path).items() for pair in descriptions(option, name)]

    assert [name for name, sentence in told if not sentence.rstrip().endswith((".", ":"))] == []


@every_module
def test_examples_use_only_documented_options(path: Path) -> None:
    known = {module.stem: options(module) for module in MODULES}
    tasks = [task for task in text(path, "EXAMPLES") if isinstance(task, dict)]
    used = [(key.removeprefix(PREFIX), args) for task in tasks for key, args in task.items() if key.startswith(PREFIX)]

    assert path.stem in {name for name, _args in used}
    assert [(name, option) for name, args in used for option in (args or {}) if option not in known[name]] == []


@every_module
def test_check_mode_diff_mode_and_idempotence_are_declared(path: Path) -> None:
    declared = text(path, "DOCUMENTATION").get("attributes") or {}
    fragments = text(path, "DOCUMENTATION").get("extends_documentation_fragment") or []

    assert {"check_mode", "diff_mode", "idempotent"} <= set(declared) or any("attributes" in name for name in fragments)


@every_module
def test_module_has_tests_of_its_own(path: Path) -> None:
    tests = [*(ROOT / "tests/unit/modules").glob("test_*.py"), *(ROOT / "tests/integration").glob("test_*.py")]

    assert any(test.stem.startswith(f"test_{path.stem}") for test in tests)


def test_every_module_that_talks_to_jfrog_is_in_the_action_group() -> None:
    group = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]["api"]

    assert sorted(group) == [path.stem for path in MODULES if PLATFORM_OPTIONS & set(options(path))]


def test_modules_of_the_action_group_and_no_others_say_so_in_their_documentation() -> None:
    group = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]["api"]

    members = [path.stem for path in MODULES if f"\n  - {ACTION_GROUP}\n" in path.read_text()]

    assert sorted(group) == members


def test_page_says_of_every_playbook_how_it_ends() -> None:
    rows = re.findall(r"^\| (`.*?`) \|", (ROOT / "docs/running.md").read_text(), re.MULTILINE)

    told = [name.strip("` ") for row in rows for name in row.split(",")]
    assert sorted(told) == sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


def test_tests_that_pages_name_are_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]

    named = {name for page in pages for name in re.findall(r"\btests/[\w/]+\.py\b", page.read_text())}
    assert {name for name in named if not (ROOT / name).is_file()} == set()
    assert len(named) > 10


def test_site_has_every_guide() -> None:
    listed = re.findall(r"^guides/(\S+)$", (ROOT / "docs/docsite/index.md").read_text(), re.MULTILINE)

    pages = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if not any(fnmatch(page, pattern) for pattern in listed)} == set()

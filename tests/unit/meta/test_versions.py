# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions are tried with what: the page says what ``make versions`` does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import versions

ROOT = Path(__file__).resolve().parents[3]


def test_page_names_each_core_and_python_that_is_tried() -> None:
    rows = re.findall(r"^\| (\d\.\d+) \| ([\d., ]+) \|", (ROOT / "docs/versions.md").read_text(), re.MULTILINE)
    named = {(core, python) for core, pythons in rows for python in pythons.split(", ")}

    assert named == {(core, python) for core, pythons in versions.CORES.items() for python in pythons}


def test_oldest_core_is_the_one_that_the_collection_asks_for() -> None:
    wanted = re.search(r"requires_ansible: .>=(\d+\.\d+)\.", (ROOT / "meta/runtime.yml").read_text())

    assert wanted is not None
    assert next(iter(versions.CORES)) == wanted[1]


@pytest.mark.parametrize("playbook", sorted(path.name for path in (ROOT / "playbooks").glob("*.yml")))
def test_playbook_is_run_by_one_of_the_stories(playbook: str) -> None:
    stories = [(ROOT / "tests/integration" / name).read_text() for name in versions.STORIES]

    assert any(playbook in story for story in stories)


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, parts in versions.STORIES.items() for part in parts])
def test_story_is_there(name: str, part: str) -> None:
    assert part in (ROOT / "tests/integration" / name).read_text()


@pytest.mark.parametrize(("name", "part"), [(name, part) for name, parts in versions.STORIES.items() for part in parts])
def test_story_is_told_by_each_run_of_the_tests(name: str, part: str) -> None:
    text = (ROOT / "tests/integration" / name).read_text()

    assert "@pytest.mark.slow" not in re.split(r"\n\n\n", text[: text.index(part)])[-1]

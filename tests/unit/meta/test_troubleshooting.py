# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/troubleshooting.md quotes what the collection says, so that it is found by those words."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/troubleshooting.md").read_text()
QUOTED = re.findall(r"^\| `([^`]+)` \|", PAGE, flags=re.MULTILINE)


def texts(tree: ast.AST) -> list[str]:
    """The texts of a module as they are put together, with {} where a value comes in."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            found.append("".join(str(part) for part in parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(re.sub(r"\{\w*\}", "{}", node.value))
    return found


@pytest.fixture(scope="module")
def said() -> str:
    """All that the modules can say, and the playbooks."""
    modules = "\n".join(
        text for path in (ROOT / "plugins").rglob("*.py") for text in texts(ast.parse(path.read_text()))
    )
    return modules + "\n".join(path.read_text() for path in (ROOT / "playbooks").rglob("*.yml"))


@pytest.mark.parametrize("words", QUOTED)
def test_words_of_the_page_are_words_of_the_collection(words: str, said: str) -> None:
    assert re.sub(r"\{\w+\}", "{}", words) in said

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about the nodes names every switch that they look at, and every file with behaviour in it."""

from __future__ import annotations

import re
from pathlib import Path

from simulator import node

FOLDER = Path(node.__file__).parent
PAGE = (FOLDER / "README.md").read_text()
SOURCES = {path.name: path.read_text() for path in FOLDER.glob("*.py")}


def test_page_names_every_switch_of_the_nodes() -> None:
    used = set(re.findall(r"switches\.([a-z_0-9]+)\b(?!\()", "\n".join(SOURCES.values()))) - {"py"}
    section = PAGE.split("## Switches")[1].split("\n## ")[0]
    assert {name for name in used if f"`{name}`" not in section} == set()


def test_page_names_every_file_that_follows_the_reference() -> None:
    follows = {name for name, text in SOURCES.items() if "node-files.md" in text}
    helpers = {"node.py", "cipher.py", "start.py"}
    assert {name for name in follows - helpers if f"`{name}`" not in PAGE} == set()

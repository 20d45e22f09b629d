# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Code that runs on nodes, often as root in folders of another user, writes in one place: ``_node/files.py``."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

NODE = Path(__file__).resolve().parents[3] / "plugins/module_utils/_node"
WRITER = "files.py"
WRITES = {"write_text", "write_bytes", "touch", "symlink_to", "hardlink_to", "O_WRONLY", "O_RDWR", "O_CREAT", "mkstemp"}


def writing(source: str) -> list[str]:
    """What in the code opens a file to write it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in WRITES:
            found.append(node.attr)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("open", "io.open", "os.fdopen"):
            modes = [*node.args[1:2], *(word.value for word in node.keywords if word.arg == "mode")]
            found += [ast.unparse(mode) for mode in modes if {*ast.unparse(mode)} & {*"wax+"}]
    return found


@pytest.mark.parametrize("path", sorted(NODE.glob("*.py")), ids=lambda path: path.name)
def test_node_code_leaves_the_writing_of_files_to_its_one_writer(path: Path) -> None:
    assert bool(writing(path.read_text())) == (path.name == WRITER)


@pytest.mark.parametrize(
    "code",
    [
        "open(path, 'w')",
        "open(path, mode='ab')",
        "os.open(path, os.O_CREAT)",
        "path.write_text('x')",
        "open(path, 'r+')",
    ],
)
def test_writing_is_found(code: str) -> None:
    assert writing(code) != []

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Single settings of system.yaml, read without a YAML library: a node has the standard library only.

It follows the block style that the product writes (one key per line, indented by spaces). A setting written in
another style is not seen, which callers must be able to live with.
"""

from __future__ import annotations

import re
from pathlib import Path

from . import files

_LINE = re.compile(
    r"""^(?P<indent> *)(?P<key>[A-Za-z0-9_.-]+):(?:[ ]+(?P<value>"[^"]*"|'[^']*'|[^#\s][^#]*?))?\s*(?:#.*)?$"""
)


def read(path: Path) -> dict[str, str]:
    """The scalar settings of the file by their dotted path; empty when it is not there or cannot be read."""
    return scalars(files.read_part(path))


def scalars(text: str) -> dict[str, str]:
    """The scalar settings in the text by their dotted path, for example shared.node.id."""
    found: dict[str, str] = {}
    parents: list[tuple[int, str]] = []
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        indent = len(match["indent"])
        parents = [parent for parent in parents if parent[0] < indent]
        parents.append((indent, match["key"]))
        if match["value"] is not None:
            found[".".join(key for _indent, key in parents)] = match["value"].strip().strip("'\"")
    return found

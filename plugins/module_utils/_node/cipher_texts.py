# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Values in a node's files that the product has encrypted: where they stand, never what they are.

7.x: system.yaml and binarystore.xml; 6.x: db.properties and binarystore.xml (node-files.md 2, "Reset / rotation").
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List, Optional
from xml.etree import ElementTree

from .._domain.settings.secret_settings import is_cipher_text
from . import files, yaml_block
from .layout import SEVEN, Layout

# Elements within elements; what the product writes has fewer than ten.
_DEEPEST = 100
_WORD = re.compile(r"[A-Za-z0-9+/=_.-]+")
_PROPERTY = re.compile(r"^\s*([^#!\s=:][^=:\s]*)\s*[=:]\s*(.*?)\s*$")


def settings_files(layout: Layout) -> List[Path]:
    """The files that can hold cipher text and that a reset of the master key is about."""
    if layout.generation == SEVEN:
        return [layout.var / "etc/system.yaml", layout.var / "etc/artifactory/binarystore.xml"]
    return [layout.home / "etc/db.properties", layout.home / "etc/binarystore.xml"]


def find(layout: Layout) -> List[Dict[str, str]]:
    """File and key of every value that is cipher text."""
    found = []
    for path in settings_files(layout):
        text = files.read_text(path)
        if text:
            found += [{"file": str(path), "key": key} for key in _keys(path, text)]
    return found


def _keys(path: Path, text: str) -> List[str]:
    if path.suffix == ".yaml":
        settings, problem = yaml_block.read(text)
        if not problem:
            values = ((key, value if isinstance(value, list) else [value]) for key, value in settings.items())
            return sorted(key for key, texts in values if any(is_cipher_text(one) for one in texts))
    elif path.suffix == ".xml":
        root = _parsed(text)
        found = None if root is None else _in_elements(root)
        if found is not None:
            return found
    else:
        matches = (_PROPERTY.match(line) for line in text.splitlines())
        return [match[1] for match in matches if match and is_cipher_text(match[2])]
    return _lines(text)


def _parsed(text: str) -> Optional[ElementTree.Element]:
    """The document; None for what is none, and for one with entities, which could be made to eat all memory."""
    if "<!DOCTYPE" in text:
        return None
    try:
        return ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError:
        return None


def _in_elements(root: ElementTree.Element) -> Optional[List[str]]:
    """The paths in the order of the document; None for one that is deeper than any that the product writes."""
    found: List[str] = []
    left = [(root, "", 0)]
    while left:
        element, parent, depth = left.pop()
        if depth > _DEEPEST:
            return None
        name = element.tag.rpartition("}")[2]
        identity = f"[{element.attrib['id']}]" if "id" in element.attrib else ""
        path = f"{parent}/{name}{identity}"
        if is_cipher_text((element.text or "").strip()):
            found.append(path)
        found += [f"{path}@{key}" for key, value in element.attrib.items() if is_cipher_text(value)]
        left += [(child, path, depth + 1) for child in reversed(element)]
    return found


def _lines(text: str) -> List[str]:
    """A file that cannot be read as what it is: every word that looks like cipher text, by its line."""
    numbers = enumerate(text.splitlines(), start=1)
    return [f"line {number}" for number, line in numbers if any(map(is_cipher_text, _WORD.findall(line)))]

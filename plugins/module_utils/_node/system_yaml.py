# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""system.yaml as a node reads it itself: for the plan, and for the few settings that this collection goes by.

Secrets do not leave the node: they are told by their paths (see ``_domain/secret_settings``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict

from .._domain.errors import LayoutError
from .._domain.observed import SystemYaml
from .._domain.settings.system_yaml import seen_in
from . import files, yaml_block

LARGEST_FILE = 1 << 20


def read(path: Path) -> Dict[str, str]:
    """The single settings of the file by their dotted path; empty when it is not there or cannot be read."""
    return scalars(files.read_part(path))


def scalars(text: str) -> Dict[str, str]:
    """The single settings in the text by their dotted path, for example shared.node.id; empty when it is not plain."""
    settings, _problem = yaml_block.read(text)
    return {name: value for name, value in settings.items() if isinstance(value, str)}


def observe(path: Path | None) -> SystemYaml:
    """The settings of a file. One that is not there has none; None is for 6.x, which has no such file."""
    if path is None:
        return seen_in(None, {})
    try:
        text = text_of(path)
    except LayoutError as exc:
        return seen_in(str(path), {}, exc.msg.rstrip("."))
    settings, problem = yaml_block.read(text or "")
    if (text or "").startswith("\ufeff"):
        settings, problem = {}, "it begins with a byte order mark"
    return seen_in(str(path), settings, problem)


def text_of(path: Path) -> str | None:
    """The whole text of a plain file; None when there is none. Raises LayoutError for what is no such text."""
    content = files.read_bytes(path, LARGEST_FILE + 1)
    if content is None:
        return None
    if len(content) > LARGEST_FILE:
        raise LayoutError(f"Cannot read {path}: it has more than a megabyte. Look what is in it.", path=str(path))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        raise LayoutError(
            f"Cannot read {path}: line {line} is not UTF-8. Save the file in that encoding.", path=str(path)
        ) from None

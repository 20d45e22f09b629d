# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The product version of a node, from its files (node-files.md 9, "Version on disk")."""

from __future__ import annotations

from pathlib import Path

from . import files
from .layout import Layout


def read(layout: Layout) -> str | None:
    """The version, or None when no file tells it (old 7.x builds have none, #CI-372)."""
    for path, name in layout.version_files:
        version = _property(path, name)
        if version:
            return version
    return None


def _property(path: Path, name: str) -> str | None:
    for line in files.read_part(path).splitlines():
        key, separator, value = line.partition("=")
        if separator and key.strip() == name:
            return value.strip()
    return None

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Names that become names of files in a folder of the product, and names of Edges that become folders of ours."""

from __future__ import annotations

import re

from .errors import CertificateError, InventoryError

_NAME = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")
_LONGEST = 100
# A file system takes 255 bytes; drafts of files that have the name in theirs need some more than the name.
_LONGEST_FOLDER = 200

COMMON = "_all"  # the folder of what is about all Edges; no Edge may have this name


def check_name(name: str, what: str) -> str:
    """The name, unchanged. Raises CertificateError when ``what`` cannot be a file of that name."""
    if _NAME.fullmatch(name) is None or ".." in name or len(name) > _LONGEST:
        raise CertificateError(
            f"Cannot use {name!r} as the name of {what}: a name has 1 to {_LONGEST} letters, digits, dots, hyphens and "
            "underscores, neither begins nor ends with a dot, and has no two dots in a row. Take a short name."
        )
    return name


def folder_name(name: str) -> str:
    """The name of an Edge, unchanged, when a folder can have it. Raises InventoryError.

    Letters of any language are welcome: people look for the folder of their Edge.
    """
    plain = name.isprintable() and "/" not in name and not name.startswith(".") and name not in ("", COMMON)
    if not plain or not name.strip() or len(name.encode("utf-8")) > _LONGEST_FOLDER:
        raise InventoryError(
            f"Cannot keep files for the Edge {name[:80]!r}: a folder gets its name, so it may neither be empty or "
            f"'{COMMON}', nor begin with a dot, nor have a slash or an invisible character in it, nor more than "
            f"{_LONGEST_FOLDER} bytes. Choose another edge_name."
        )
    return name

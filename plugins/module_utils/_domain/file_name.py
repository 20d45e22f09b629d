# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Names that become names of files in a folder of the product."""

from __future__ import annotations

import re

from .errors import CertificateError

_NAME = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")
_LONGEST = 100


def check_name(name: str, what: str) -> str:
    """The name, unchanged. Raises CertificateError when ``what`` cannot be a file of that name."""
    if _NAME.fullmatch(name) is None or ".." in name or len(name) > _LONGEST:
        raise CertificateError(
            f"Cannot use {name!r} as the name of {what}: a name has 1 to {_LONGEST} letters, digits, dots, hyphens and "
            "underscores, neither begins nor ends with a dot, and has no two dots in a row. Take a short name."
        )
    return name

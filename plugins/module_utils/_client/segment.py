# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Names that become a part of a URL's path. They come from instances and inventories, and may be anything."""

from __future__ import annotations

from urllib.parse import quote

from .._domain.errors import ApiError


def segment(name: str) -> str:
    """The name as one part of a path, that the server reads as exactly this name.

    Raises ApiError for a name that cannot be one: without any, the path would be that of all objects of the kind.
    The names "." and ".." are refused by the session.
    """
    if not name:
        raise ApiError(
            "Cannot ask for one object: its name is empty, and without a name the request would be about all of them. "
            "Correct the name where it comes from, in the inventory or at the server that lists it."
        )
    try:
        return quote(name, safe="")
    except UnicodeEncodeError:
        raise ApiError(
            f"Cannot ask for one object: its name, {name[:80]!r}, has half a character in it, which no URL can have. "
            "Correct the name where it comes from."
        ) from None

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Which instance an agreed value came from, as long as some instance has not yet seen it.

An instance that comes back with another value then conflicts with that instance, and priority decides between the two.
"""

from __future__ import annotations

import json
from typing import Mapping, Optional, TypedDict

from .snapshot import Path


class Origin(TypedDict):
    """Who, and in which run."""

    by: str
    run: int


Origins = Mapping[str, Origin]


def origin_key(path: Path) -> str:
    """A path as a key of JSON; names may have any character in them."""
    return json.dumps(list(path), ensure_ascii=False)


def origin_of(origins: Origins, path: Path) -> Optional[str]:
    """Who set the value at a path, or made the object that it is part of."""
    if not origins:
        return None
    for end in range(len(path), 1, -1):
        known = origins.get(origin_key(path[:end]))
        if known is not None:
            return known["by"]
    return None

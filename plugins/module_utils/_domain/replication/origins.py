# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Which instance an agreed value came from, as long as some instance has not yet seen it.

An instance that comes back with another value then conflicts with that instance, and priority decides between the two.
"""

from __future__ import annotations

import json
from typing import Iterable, Mapping, Optional, Sequence, TypedDict

from .conflicts import GOLDEN
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


class Ranking:
    """Who comes before whom: the order of the instances, with what was agreed at the place of where it came from."""

    def __init__(self, order: Sequence[str], origins: Origins) -> None:
        self._ranks = {name: float(rank) for rank, name in enumerate(order)}
        self._origins = origins

    def is_own(self, name: str, path: Path) -> bool:
        """Whether what is agreed came from this instance: a run that did not end leaves such a base behind."""
        return origin_of(self._origins, path) == name

    def ordered(self, names: Iterable[str], path: Path, *, agreed_first: bool) -> list[str]:
        """Instances and GOLDEN, the first one to win. What was agreed wins where nobody knows where it came from.

        ``agreed_first``: it wins in any case, since an instance joins.
        """
        origin = None if agreed_first else origin_of(self._origins, path)
        agreed = -1.0 if origin is None else self._ranks.get(origin, 0.0) - 0.5
        return sorted(names, key=lambda name: agreed if name == GOLDEN else self._ranks[name])

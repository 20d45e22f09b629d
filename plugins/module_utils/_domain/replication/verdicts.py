# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a merge has decided so far: changes that hold, conflicts, and paths that are settled."""

from __future__ import annotations

from typing import Optional, Sequence

from .conflicts import Conflict, SideOf, conflict
from .difference import MAP_ADD, MAP_REMOVE, OF_ELEMENTS, Change
from .origins import origin_key
from .sides import Side
from .snapshot import Path, Snapshot
from .units import real_paths, unit_value


class Verdicts:
    """``held``: paths at which every instance keeps what it has. ``deleted_by``, ``set_by``: whose decision it was."""

    def __init__(self, golden: Snapshot) -> None:
        self._golden = golden
        self.accepted: list[Change] = []
        self.conflicts: list[Conflict] = []
        self.stops: list[Conflict] = []
        self.held: set[Path] = set()
        self.deleted_by: dict[Path, str] = {}
        self.set_by: dict[str, str] = {}
        self._closed: set[Path] = set()

    def accept(self, path: Path, side: Side, changes: Sequence[Change]) -> None:
        """The changes of a side hold."""
        if any(change.path != path for change in changes):
            # Lists of patterns are one value, which replaces the other one whatever that was.
            changes = [Change(MAP_ADD, real, side.value(real)) for real in real_paths(path)]
        self.accepted.extend(changes)
        if changes[0].operation not in OF_ELEMENTS:
            self.set_by[origin_key(path)] = side.name

    def remove(self, path: Path, remover: Side) -> None:
        """It goes, with all that is in it."""
        self.accepted.append(Change(MAP_REMOVE, path))
        self.close(path)
        self.deleted_by[path] = remover.name
        self.set_by[origin_key(path)] = remover.name

    def close(self, path: Path) -> None:
        """Nothing is changed any more there and below."""
        self._closed.add(path)

    def is_closed(self, path: Path) -> bool:
        """Whether nothing is changed any more there."""
        return any(path[:end] in self._closed for end in range(2, len(path) + 1))

    def tell(
        self,
        path: Path,
        policy: str,
        sides: dict[str, SideOf],
        winner: Optional[str],
        reason: str,
        *,
        stops: bool = False,
    ) -> None:
        """Keep a conflict; ``stops``: policy wants the run to end for it."""
        told = conflict(path, policy, base=unit_value(self._golden, path), sides=sides, winner=winner, reason=reason)
        self.conflicts.append(told)
        if stops:
            self.stops.append(told)

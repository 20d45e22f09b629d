# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One instance in a merge: what people did there, and what was agreed elsewhere since it was last seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterable, Mapping, Optional, Sequence

from .difference import MAP_ADD, Change, apply, diff, is_at_or_below
from .policies import Policies
from .snapshot import Path, Snapshot
from .units import REMOVAL, Unit, split, unit_of, unit_value


@dataclass
class Side:
    """``joins``: it has no base, so that what is agreed is older than all that it says.

    ``changes`` are relative to ``base``, ``newer`` are those of the golden snapshot since then, by unit.
    """

    name: str
    rank: int
    base: Snapshot
    joins: bool
    changes: list[Change]
    newer: dict[Unit, list[Change]] = field(default_factory=dict)
    _by_object: dict[Path, list[Change]] = field(default_factory=dict)

    def index(self) -> None:
        """After ``changes`` were set."""
        self._by_object = {}
        for change in self.changes:
            self._by_object.setdefault(change.path[:2], []).append(change)

    def changes_below(self, path: Path) -> list[Change]:
        """The changes at or below a path of an object."""
        return [one for one in self._by_object.get(path[:2], ()) if is_at_or_below(one.path, path)]

    def value(self, path: Path) -> Any:
        """What this side has for a unit."""
        mine = self._by_object.get(path[:2], ())
        if len(mine) == 1 and mine[0].operation == MAP_ADD and mine[0].path == path:
            return mine[0].value
        kind, name = path[:2]
        there = self.base.get(kind, {})
        alone: Snapshot = {kind: {name: there[name]} if name in there else {}}
        return unit_value(apply(alone, mine), path)

    def newer_below(self, path: Path) -> bool:
        """Whether something at or below a path was agreed since, other than that it goes."""
        return any(is_at_or_below(unit.path, path) for unit in self.newer if unit != Unit(REMOVAL, path))

    def gone_above(self, path: Path) -> Optional[Path]:
        """The path at or above this one that was deleted elsewhere since."""
        ends = range(2, len(path) + 1)
        return next((path[:end] for end in ends if Unit(REMOVAL, path[:end]) in self.newer), None)


def sides_of(
    golden: Snapshot,
    diffs: Mapping[str, Sequence[Change]],
    bases: Mapping[str, Optional[Snapshot]],
    order: Sequence[str],
    policies: Policies,
) -> list[Side]:
    """The sides in the order of their priority."""
    found = []
    for name, changes in diffs.items():
        base = bases.get(name, golden)
        newer = [] if base is golden else diff(base, golden)
        side = Side(name, order.index(name), base or {}, base is None, list(split(changes)))
        side.newer = by_unit(split(newer), policies)
        side.index()
        found.append(side)
    return sorted(found, key=lambda side: side.rank)


def by_unit(changes: Iterable[Change], policies: Policies) -> dict[Unit, list[Change]]:
    """The changes, grouped."""
    found: dict[Unit, list[Change]] = {}
    for change in changes:
        found.setdefault(unit_of(change, policies), []).append(change)
    return found


def alike(left: Any, right: Any) -> bool:
    """Whether two users or groups are the same as far as both are told: not every API tells every field (7.2)."""
    if not isinstance(left, dict) or not isinstance(right, dict):
        return same(left, right)
    return all(same(left[key], right[key]) for key in left.keys() & right.keys())


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same, whatever the order of their sets."""
    if left == right:
        return True
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    return isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)) and {*left} == {*right}

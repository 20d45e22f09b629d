# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Several sides' changes as one agreed snapshot: the three-way merge (security-replication.md 2.4, 7.1, 7.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Collection, Mapping, Optional, Sequence

from .collisions import keep_principals_of_winners
from .combining import combined, union
from .conflicts import GOLDEN, Conflict, SideOf, side_of
from .difference import MAP_ADD, MAP_REMOVE, SET, SET_ADD, SET_REMOVE, Change, apply, diff
from .origins import Origin, Origins, Ranking
from .policies import DELETE, ELEMENTS, FAIL, KEEP, MODIFY, PRIORITY, UNION, Policies
from .references import cleaned
from .sides import Side, alike, by_unit, same, sides_of
from .snapshot import GROUPS, PERMISSIONS, PRINCIPALS, Path, Snapshot, is_grant, value_at
from .tombstones import Tombstones, tombstone_of, updated
from .units import ELEMENT, REMOVAL, Unit, containers, real_paths, unit_value
from .verdicts import Verdicts

_DEFAULTS = Policies()
# In which changes are applied: what is above comes before what is below, and deletions come last (2.5).
_ORDER = (MAP_ADD, SET_ADD, SET, SET_REMOVE, MAP_REMOVE)


@dataclass(frozen=True)
class Merged:
    """What is agreed after a merge.

    ``changes``: from the golden snapshot before. ``conflicts``: all of them, decided or not. ``stops``: those for which
    policy wants the run to stop. ``held``: paths at which every instance keeps what it has.
    """

    golden: Snapshot
    tombstones: Tombstones
    conflicts: Sequence[Conflict]
    changes: Sequence[Change]
    stops: Sequence[Conflict] = ()
    held: Collection[Path] = ()
    origins: Origins = field(default_factory=dict)


def merge(
    golden: Optional[Snapshot],
    diffs: Mapping[str, Sequence[Change]],
    policies: Policies = _DEFAULTS,
    *,
    bases: Optional[Mapping[str, Optional[Snapshot]]] = None,
    tombstones: Optional[Tombstones] = None,
    origins: Optional[Origins] = None,
    order: Optional[Sequence[str]] = None,
    run: int = 1,
) -> Merged:
    """Brings what people did on several instances together.

    ``diffs``: the changes on each instance relative to its base, in the order of priority; ``bases``: those bases,
    where they are not the golden snapshot; None for an instance that joins without one: what is agreed comes before
    all that it says. ``order``: all instances by priority, also those that are not there now; it tells whose value an
    instance that was away conflicts with, by ``origins``. ``run``: the number of this run, for tombstones.
    """
    before: Snapshot = dict(golden or {})
    everyone = [*(order or ()), *(name for name in diffs if name not in (order or ()))]
    sides = sides_of(before, diffs, bases or {}, everyone, policies)
    ranking = Ranking(everyone, origins or {})
    agreed = before
    collisions: list[Conflict] = []
    if policies.create_on_both == PRIORITY:
        agreed, collisions = keep_principals_of_winners(before, sides, ranking)
    verdicts = _Merger(agreed, sides, ranking, policies, tombstones or {}).decide()
    accepted = sorted(verdicts.accepted, key=lambda change: _ORDER.index(change.operation))
    after = apply(agreed, [*_boxes(diffs, before), *accepted])
    graves = updated(tombstones or {}, before, after, deleted_by=verdicts.deleted_by, run=run)
    if policies.references == _DEFAULTS.references:
        gone = {kind: set(graves.get(kind, {})) for kind in (GROUPS, PERMISSIONS)}
        after = cleaned(after, groups=gone[GROUPS], permissions=gone[PERMISSIONS])
    return Merged(
        golden=after,
        tombstones=graves,
        conflicts=[*collisions, *verdicts.conflicts],
        changes=diff(before, after),
        stops=verdicts.stops,
        held=frozenset(real for path in verdicts.held for real in real_paths(path)),
        origins={**(origins or {}), **{key: Origin(by=name, run=run) for key, name in verdicts.set_by.items()}},
    )


class _Merger:
    """The decisions of one merge, in the order in which one can depend on another."""

    def __init__(
        self,
        golden: Snapshot,
        sides: Sequence[Side],
        ranking: Ranking,
        policies: Policies,
        tombstones: Tombstones,
    ) -> None:
        self.golden, self.sides, self.policies = golden, sides, policies
        self.tombstones, self.ranking = tombstones, ranking
        self.verdicts = Verdicts(golden)

    def decide(self) -> Verdicts:
        """All of them."""
        proposed: dict[Unit, list[tuple[Side, list[Change]]]] = {}
        for side in self.sides:
            for unit, changes in by_unit(self._alive(side), self.policies).items():
                proposed.setdefault(unit, []).append((side, changes))
        removals = {unit: said for unit, said in proposed.items() if unit.kind == REMOVAL}
        # An object before what is in it: what is in it goes with it.
        for unit in sorted(removals, key=lambda one: (len(one.path), one.path)):
            self._decide_removal(unit.path, [side for side, _changes in removals[unit]])
        for unit, said in sorted(proposed.items(), key=lambda item: (item[0].path, repr(item[0].element))):
            if unit.kind == REMOVAL or self.verdicts.is_closed(unit.path):
                continue
            if unit.kind == ELEMENT:
                self.verdicts.accept(unit.path, *said[0])
            else:
                self._decide_value(unit, said)
        return self.verdicts

    def _alive(self, side: Side) -> list[Change]:
        """The changes of a side without those of what was deleted while it was away."""
        if not side.newer and not side.joins:
            return side.changes
        kept = []
        told: set[Path] = set()
        for change in side.changes:
            grave = tombstone_of(self.tombstones, change.path) if side.joins and len(change.path) == 2 else None
            gone = side.gone_above(change.path)
            if grave is not None and change.path[1] not in self.golden.get(change.path[0], {}):
                # It has no base, so nobody can say whether somebody made it again or whether it missed the deletion.
                sides = {GOLDEN: side_of(None, deleted=True), side.name: side_of(change.value)}
                reason = f"{grave['origin']} deleted it in run {grave['run']}, before {side.name} joined"
                self.verdicts.tell(change.path, "join", sides, GOLDEN, reason)
            elif gone is None or change == Change(MAP_REMOVE, gone):
                kept.append(change)
            elif gone not in told:
                told.add(gone)
                self._decide_gone(side, gone)
        return kept

    def _decide_gone(self, side: Side, path: Path) -> None:
        """A side changed what was deleted while it was away."""
        grave = tombstone_of(self.tombstones, path)
        by = grave["origin"] if grave else GOLDEN
        sides = {by: side_of(None, deleted=True), side.name: side_of(side.value(path))}
        reason = f"deleted on {by} while {side.name} was away and changed it"
        if self._settle(path, "delete_against_modify", sides, by, side.name, reason):
            self.verdicts.accept(path, side, [Change(MAP_ADD, path, side.value(path))])

    def _decide_removal(self, path: Path, removers: Sequence[Side]) -> None:
        if self.verdicts.is_closed(path):
            return
        news = [side for side in removers if Unit(REMOVAL, path) not in side.newer]
        if not news:
            return
        remover = news[0]
        if len(path) == 2 and not self.policies.deletes:
            sides = {side.name: side_of(None, deleted=True) for side in news}
            self.verdicts.tell(path, "deletes", sides, None, "deletions are switched off: it stays where it is")
            self.verdicts.held.add(path)
            self.verdicts.close(path)
            return
        rivals = [side for side in self.sides if side not in removers and side.changes_below(path)]
        sides = {side.name: side_of(None, deleted=True) for side in news}
        sides.update({side.name: side_of(side.value(path)) for side in rivals})
        reason = f"deleted on {remover.name}, changed on {', '.join(side.name for side in rivals)}"
        winner = rivals[0].name if rivals else GOLDEN
        if not rivals and any(side.newer_below(path) and not self.ranking.is_own(side.name, path) for side in news):
            sides[GOLDEN] = side_of(value_at(self.golden, path))
            reason = f"deleted on {remover.name}, which was away when it was changed elsewhere"
        elif not rivals:
            self.verdicts.remove(path, remover)
            return
        if not self._settle(path, "delete_against_modify", sides, remover.name, winner, reason):
            if self.policies.delete_against_modify == DELETE:
                self.verdicts.remove(path, remover)
            else:
                self.verdicts.close(path)

    def _decide_value(self, unit: Unit, said: Sequence[tuple[Side, list[Change]]]) -> None:
        path = unit.path
        if all(changes == said[0][1] and not side.newer for side, changes in said):
            # Nobody contradicts, and nobody was away: that is nearly all of a large mesh.
            self.verdicts.accept(path, *said[0])
            return
        if is_grant(path) and self.policies.actions == ELEMENTS:
            self._combine(path, said)
            return
        fresh = [one for one in said if not self._is_known(one[0], unit)]
        stale = [one for one in fresh if unit in one[0].newer and not self.ranking.is_own(one[0].name, path)]
        sides = {side.name: side_of(side.value(path)) for side, _changes in fresh}
        ranked = [side.name for side, _changes in fresh]
        if stale:
            sides[GOLDEN] = side_of(unit_value(self.golden, path))
            joining = any(side.joins for side, _changes in stale)
            ranked = self.ranking.ordered([*ranked, GOLDEN], path, agreed_first=joining)
        if not fresh:
            return
        if all(same(one["value"], sides[ranked[0]]["value"]) for one in sides.values()):
            self.verdicts.accept(path, *fresh[0])
            return
        policy = "create_on_both" if self._is_creation(path, said) else "scalar_conflict"
        chosen = getattr(self.policies, policy)
        comparable = policy == "create_on_both" and path[0] in PRINCIPALS and chosen != UNION
        if comparable and all(alike(one["value"], sides[ranked[0]]["value"]) for one in sides.values()):
            self._accept_first(path, ranked[0], fresh)
            return
        if policy == "create_on_both" and chosen == UNION:
            self.verdicts.tell(path, policy, sides, None, "made on several instances: the union of all")
            value: Any = None
            for name in reversed(ranked):
                value = union(value, sides[name]["value"])
            self.verdicts.accept(path, fresh[0][0], [Change(MAP_ADD, path, value)])
            return
        reason = "made" if policy == "create_on_both" else "set"
        away = f", while {', '.join(side.name for side, _changes in stale)} was away" if stale else ""
        told = f"{reason} differently on {', '.join(ranked)}{away}"
        if chosen in (FAIL, KEEP):
            self.verdicts.tell(path, policy, sides, None, told, stops=chosen == FAIL)
            self.verdicts.held.add(path)
            return
        self.verdicts.tell(path, policy, sides, ranked[0], f"{told}: {ranked[0]} comes first")
        self._accept_first(path, ranked[0], fresh)

    def _accept_first(self, path: Path, winner: str, fresh: Sequence[tuple[Side, list[Change]]]) -> None:
        for side, changes in fresh:
            if side.name == winner:
                self.verdicts.accept(path, side, changes)

    def _combine(self, path: Path, said: Sequence[tuple[Side, list[Change]]]) -> None:
        """Single actions never conflict: each side's are added, and what one takes away is taken away."""
        now = value_at(self.golden, path) or ""
        edits = [(value_at(side.base, path) or "", side.value(path) or "") for side, _changes in said]
        mask = combined(now, edits)
        operation = SET if value_at(self.golden, path) is not None else MAP_ADD
        change = Change(operation, path, mask) if mask else Change(MAP_REMOVE, path)
        self.verdicts.accept(path, said[0][0], [change])

    def _is_known(self, side: Side, unit: Unit) -> bool:
        """Whether a side says what was agreed already, without it."""
        return unit in side.newer and same(side.value(unit.path), unit_value(self.golden, unit.path))

    def _is_creation(self, path: Path, said: Sequence[tuple[Side, list[Change]]]) -> bool:
        return len(path) == 2 and all(change.operation == MAP_ADD for _side, changes in said for change in changes)

    def _settle(self, path: Path, policy: str, sides: dict[str, SideOf], gone: str, there: str, reason: str) -> bool:
        """Tells of a deletion against a change. Returns whether the change wins."""
        chosen = getattr(self.policies, policy)
        winner = {DELETE: gone, MODIFY: there}.get(chosen)
        self.verdicts.tell(path, policy, sides, winner, reason, stops=chosen == FAIL)
        if winner is None:
            self.verdicts.held.add(path)
        return bool(chosen == MODIFY)


def _boxes(diffs: Mapping[str, Sequence[Change]], golden: Snapshot) -> list[Change]:
    """The empty blocks that are put into the golden snapshot first, the outermost first."""
    missing = object()
    found = {one.path: one for changes in diffs.values() for one in containers(changes)}
    new = [one for path, one in found.items() if value_at(golden, path, missing) is missing]
    return sorted(new, key=lambda change: (len(change.path), change.path))

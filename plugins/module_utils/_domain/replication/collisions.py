# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Permissions and groups that several sides made under one name: whose principals they keep (7.2 of the reference).

The first side's object wins whole. Were the principals of the others kept, they would get rights on repositories about
which nobody has ever said so: the old plugin did that (section 4, "principals of a permission created on both sides").
"""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence

from .conflicts import GOLDEN, Conflict, conflict, side_of
from .difference import MAP_ADD, SET_ADD, Change
from .grants import grants_of
from .masks import elements
from .origins import Origins, origin_of
from .sides import Side, normal
from .snapshot import (
    ARTIFACT,
    GROUP_ROLES,
    GROUPS,
    PERMISSIONS,
    PRINCIPALS,
    RESOURCES,
    USERS,
    Object,
    Path,
    Snapshot,
    is_grant,
    value_at,
)
from .units import VALUE, Unit

_POLICY = "create_on_both"
_FLAGS = ("admin", *GROUP_ROLES)

# The principals of a permission: its mask by kind, name and resource type.
Principals = dict[str, str]


def keep_principals_of_winners(golden: Snapshot, sides: Sequence[Side], origins: Origins) -> list[Conflict]:
    """Takes what the losing sides grant out of their changes. Returns the conflicts that show nowhere else."""
    told: list[Conflict] = []
    lost: dict[str, set[str]] = {}  # names of permissions by side
    grants: dict[str, dict[str, Principals]] = {side.name: _granted(side.changes) for side in sides}
    grants[GOLDEN] = _granted_in(golden)
    for path, makers in _made_by_several(PERMISSIONS, golden, sides, origins):
        name = path[1]
        principals = {maker: grants[maker].get(name, {}) for maker in makers}
        if len({(normal(value), normal(principals[maker])) for maker, value in makers.items()}) == 1:
            continue
        winner = next(iter(makers))
        for maker in makers:
            if maker not in (winner, GOLDEN):
                lost.setdefault(maker, set()).add(name)
        if len({normal(value) for value in makers.values()}) == 1:
            # The permissions are the same, so nobody else would tell of their principals.
            shown = {maker: side_of({"principals": principals[maker]}) for maker in makers}
            told.append(
                conflict(
                    *(path, _POLICY),
                    base=None,
                    sides=shown,
                    winner=winner,
                    reason=f"made on several instances with other principals; those of {winner} hold",
                )
            )
    strangers = _strangers(golden, sides, origins, lost)
    for side in sides:
        without, groups = lost.get(side.name, set()), strangers.get(side.name, {})
        if without or groups:
            side.changes = list(_without(side.changes, without, set(groups)))
            side.index()
        told.extend(_members_left_out(group, side.name, winner) for group, winner in sorted(groups.items()))
    return told


def _made_by_several(
    kind: str, golden: Snapshot, sides: Sequence[Side], origins: Origins
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Paths of objects that more than one side made, with what each has, the winner first."""
    made: dict[Path, dict[str, Any]] = {}
    for side in sides:
        for change in side.changes:
            if change.operation == MAP_ADD and len(change.path) == 2 and change.path[0] == kind:
                makers = made.setdefault(change.path, {})
                if Unit(VALUE, change.path) in side.newer and not side.is_own(change.path, origins):
                    makers.setdefault(GOLDEN, value_at(golden, change.path))
                makers[side.name] = change.value
    for path, makers in made.items():
        if len(makers) > 1:
            ranked = sorted(makers, key=lambda maker: _rank(maker, path, sides, origins))
            yield path, {maker: makers[maker] for maker in ranked}


def _rank(maker: str, path: Path, sides: Sequence[Side], origins: Origins) -> float:
    """What was agreed before comes first, unless it is known to be from an instance of lower priority."""
    ranks = {side.name: float(side.rank) for side in sides}
    if maker != GOLDEN:
        return ranks[maker]
    origin = origin_of(origins, path)
    joined = any(side.joins and Unit(VALUE, path) in side.newer for side in sides)
    return -1.0 if origin is None or joined else ranks.get(origin, -1.0) - 0.5


def _granted(changes: Sequence[Change]) -> dict[str, Principals]:
    """What the changes of a side grant, by permission."""
    found: dict[str, Principals] = {}
    for change in changes:
        if change.operation == MAP_ADD and is_grant(change.path):
            resource = change.path[3] if len(change.path) == 5 else ""
            found.setdefault(change.path[-1], {})[f"{change.path[0]} {resource} {change.path[1]}"] = change.value
        elif change.operation == MAP_ADD and len(change.path) == 2 and change.path[0] in PRINCIPALS:
            _collect(found, change.path, change.value)
    return found


def _granted_in(golden: Snapshot) -> dict[str, Principals]:
    found: dict[str, Principals] = {}
    for kind in PRINCIPALS:
        for name, value in golden.get(kind, {}).items():
            _collect(found, (kind, name), value)
    return found


def _collect(found: dict[str, Principals], path: Path, principal: Mapping[str, Any]) -> None:
    for resource, permission, mask in grants_of(principal):
        resource = "" if resource == ARTIFACT else resource
        found.setdefault(permission, {})[f"{path[0]} {resource} {path[1]}"] = mask


def _strangers(
    golden: Snapshot, sides: Sequence[Side], origins: Origins, lost: Mapping[str, set[str]]
) -> dict[str, dict[str, str]]:
    """By side, the groups whose members there would get more by the winner's group than by their own; the winners."""
    found: dict[str, dict[str, str]] = {}
    for path, makers in _made_by_several(GROUPS, golden, sides, origins):
        winner, *losers = makers
        for loser in losers:
            if loser != GOLDEN and _grants_more(makers[winner], makers[loser], lost.get(loser, set())):
                found.setdefault(loser, {})[path[1]] = winner
    return found


def _grants_more(winner: Mapping[str, Any], loser: Mapping[str, Any], void: set[str]) -> bool:
    """``void``: permissions that are not the loser's own, so that its grants for them mean nothing."""
    if any(winner.get(flag) and not loser.get(flag) for flag in _FLAGS):
        return True
    own = {(resource, name): mask for resource, name, mask in grants_of(loser) if name not in void}
    return any(elements(mask) - elements(own.get((resource, name), "")) for resource, name, mask in grants_of(winner))


def _without(changes: Sequence[Change], permissions: set[str], groups: set[str]) -> Iterator[Change]:
    """The changes without grants for these permissions, and without new memberships in these groups."""
    for change in changes:
        if is_grant(change.path) and change.path[-1] in permissions:
            continue
        if change.operation == SET_ADD and change.path[::2] == (USERS, GROUPS) and change.value in groups:
            continue
        if change.operation == MAP_ADD and len(change.path) == 2 and change.path[0] in PRINCIPALS:
            yield change._replace(value=_stripped(change.value, permissions, groups))
        else:
            yield change


def _stripped(principal: Object, permissions: set[str], groups: set[str]) -> Object:
    kept: Object = dict(principal)
    if PERMISSIONS in kept:
        kept[PERMISSIONS] = {name: mask for name, mask in kept[PERMISSIONS].items() if name not in permissions}
    if RESOURCES in kept:
        kept[RESOURCES] = {
            resource: {name: mask for name, mask in grants.items() if name not in permissions}
            for resource, grants in kept[RESOURCES].items()
        }
    if GROUPS in kept:
        kept[GROUPS] = [group for group in kept[GROUPS] if group not in groups]
    return kept


def _members_left_out(group: str, loser: str, winner: str) -> Conflict:
    return conflict(
        *((GROUPS, group), _POLICY),
        base=None,
        sides={loser: side_of({"members": "its own"}), winner: side_of({"members": "its own"})},
        winner=winner,
        reason=f"made on several instances, and that of {winner} grants more: members of {loser} alone are left out",
    )

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Permissions and groups that several sides made under one name: whose principals they keep (7.2 of the reference).

The first side's object wins whole. Were the principals of the others kept, they would get rights on repositories about
which nobody has ever said so: the old plugin did that (section 4, "principals of a permission created on both sides").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping, Sequence

from .conflicts import GOLDEN, Conflict, conflict, side_of
from .difference import MAP_ADD, SET_ADD, Change
from .grants import grants_of
from .masks import elements
from .origins import Ranking
from .references import cleaned
from .sides import Side, same
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

# The masks of a permission by resource type, kind and name of the principal.
Principals = dict[tuple[str, str, str], str]
# What one object is for each side that made it, the winner first.
Makers = dict[str, Any]


@dataclass
class _Lost:
    """Permissions whose grants, and groups whose members, do not count, of one side; groups with their winners."""

    permissions: set[str] = field(default_factory=set)
    groups: dict[str, str] = field(default_factory=dict)


def keep_principals_of_winners(
    golden: Snapshot, sides: Sequence[Side], ranking: Ranking
) -> tuple[Snapshot, list[Conflict]]:
    """Takes what the losing sides grant out of their changes, and out of the golden snapshot when that loses.

    Returns that snapshot and the conflicts that show nowhere else.
    """
    lost = {name: _Lost() for name in (GOLDEN, *(side.name for side in sides))}
    told = _permissions(golden, sides, ranking, lost)
    _groups(golden, sides, ranking, lost)
    for side in sides:
        mine = lost[side.name]
        if mine.permissions or mine.groups:
            side.changes = list(_without(side.changes, mine))
            side.index()
    for name, mine in lost.items():
        told.extend(_members_left_out(group, name, winner) for group, winner in sorted(mine.groups.items()))
    void = lost[GOLDEN]
    return cleaned(golden, groups=void.groups, permissions=void.permissions), told


def _permissions(
    golden: Snapshot, sides: Sequence[Side], ranking: Ranking, lost: Mapping[str, _Lost]
) -> list[Conflict]:
    told: list[Conflict] = []
    collided = list(_made_by_several(PERMISSIONS, golden, sides, ranking))
    if not collided:
        return told
    names = {path[1] for path, _makers in collided}
    grants = {side.name: _granted(side.changes, names) for side in sides}
    grants[GOLDEN] = _granted_in(golden, names)
    for path, makers in collided:
        principals = {maker: grants[maker].get(path[1], {}) for maker in makers}
        first, *others = makers
        alike = all(same(makers[first], makers[other]) for other in others)
        if alike and all(principals[other] == principals[first] for other in others):
            continue
        for name in _losers(first, makers, lost):
            lost[name].permissions.add(path[1])
        if alike:
            # The permissions are the same, so nobody else would tell of their principals.
            shown = {maker: side_of({"principals": _shown(principals[maker])}) for maker in makers}
            reason = f"made on several instances with other principals; those of {first} hold"
            told.append(conflict(path, _POLICY, base=None, sides=shown, winner=first, reason=reason))
    return told


def _groups(golden: Snapshot, sides: Sequence[Side], ranking: Ranking, lost: Mapping[str, _Lost]) -> None:
    for path, makers in _made_by_several(GROUPS, golden, sides, ranking):
        first, *others = makers
        for other in others:
            if _grants_more(makers[first], makers[other], lost[other].permissions):
                for name in _losers(first, {first: None, other: None}, lost):
                    lost[name].groups[path[1]] = first


def _losers(winner: str, makers: Makers, lost: Mapping[str, _Lost]) -> list[str]:
    """Everybody but the winner, when what was agreed before loses: all others have it by that. Else the makers."""
    if winner != GOLDEN and GOLDEN in makers:
        return [name for name in lost if name != winner]
    return [maker for maker in makers if maker not in (winner, GOLDEN)]


def _made_by_several(
    kind: str, golden: Snapshot, sides: Sequence[Side], ranking: Ranking
) -> Iterator[tuple[Path, Makers]]:
    """Paths of objects that more than one side made, with what each has, the winner first."""
    made: dict[Path, Makers] = {}
    for side in sides:
        for change in side.changes:
            if change.operation == MAP_ADD and len(change.path) == 2 and change.path[0] == kind:
                makers = made.setdefault(change.path, {})
                if Unit(VALUE, change.path) in side.newer and not ranking.is_own(side.name, change.path):
                    makers.setdefault(GOLDEN, value_at(golden, change.path))
                makers[side.name] = change.value
    joining = {side.name for side in sides if side.joins}
    for path, makers in made.items():
        if len(makers) > 1:
            ranked = ranking.ordered(makers, path, agreed_first=bool(joining & makers.keys()))
            yield path, {maker: makers[maker] for maker in ranked}


def _granted(changes: Sequence[Change], names: set[str]) -> dict[str, Principals]:
    """What the changes of a side grant, by permission."""
    found: dict[str, Principals] = {}
    for change in changes:
        if change.operation != MAP_ADD:
            continue
        if is_grant(change.path) and change.path[-1] in names:
            resource = change.path[3] if len(change.path) == 5 else ARTIFACT
            found.setdefault(change.path[-1], {})[(resource, *change.path[:2])] = change.value  # type: ignore[index]
        elif len(change.path) == 2 and change.path[0] in PRINCIPALS:
            _collect(found, change.path, change.value, names)
    return found


def _granted_in(golden: Snapshot, names: set[str]) -> dict[str, Principals]:
    found: dict[str, Principals] = {}
    for kind in PRINCIPALS:
        for name, value in golden.get(kind, {}).items():
            _collect(found, (kind, name), value, names)
    return found


def _collect(found: dict[str, Principals], path: Path, principal: Mapping[str, Any], names: set[str]) -> None:
    for resource, permission, mask in grants_of(principal):
        if permission in names:
            found.setdefault(permission, {})[(resource, path[0], path[1])] = mask


def _shown(principals: Principals) -> dict[str, str]:
    return {" ".join(key): mask for key, mask in sorted(principals.items())}


def _grants_more(winner: Mapping[str, Any], loser: Mapping[str, Any], void: set[str]) -> bool:
    """``void``: permissions that are not the loser's own, so that its grants for them mean nothing."""
    if any(winner.get(flag) and not loser.get(flag) for flag in _FLAGS):
        return True
    own = {(resource, name): mask for resource, name, mask in grants_of(loser) if name not in void}
    return any(elements(mask) - elements(own.get((resource, name), "")) for resource, name, mask in grants_of(winner))


def _without(changes: Sequence[Change], lost: _Lost) -> Iterator[Change]:
    """The changes without grants for these permissions, and without new memberships in these groups."""
    for change in changes:
        if is_grant(change.path) and change.path[-1] in lost.permissions:
            continue
        if change.operation == SET_ADD and change.path[::2] == (USERS, GROUPS) and change.value in lost.groups:
            continue
        if change.operation == MAP_ADD and len(change.path) == 2 and change.path[0] in PRINCIPALS:
            yield change._replace(value=_stripped(change.value, lost))
        else:
            yield change


def _stripped(principal: Object, lost: _Lost) -> Object:
    kept: Object = dict(principal)
    if PERMISSIONS in kept:
        kept[PERMISSIONS] = {name: mask for name, mask in kept[PERMISSIONS].items() if name not in lost.permissions}
    if RESOURCES in kept:
        kept[RESOURCES] = {
            resource: {name: mask for name, mask in grants.items() if name not in lost.permissions}
            for resource, grants in kept[RESOURCES].items()
        }
    if GROUPS in kept:
        kept[GROUPS] = [group for group in kept[GROUPS] if group not in lost.groups]
    return kept


def _members_left_out(group: str, loser: str, winner: str) -> Conflict:
    return conflict(
        (GROUPS, group),
        _POLICY,
        base=None,
        sides={loser: side_of({"members": "its own"}), winner: side_of({"members": "its own"})},
        winner=winner,
        reason=f"made on several instances, and that of {winner} grants more: members of {loser} alone are left out",
    )

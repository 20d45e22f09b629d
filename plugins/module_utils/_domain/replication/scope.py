# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a mesh is about: level, names, realms, and what is never touched (security-replication.md 7.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase, translate
from functools import lru_cache
from typing import Any, Collection, Mapping, Sequence

from ..errors import InventoryError
from .snapshot import GROUPS, KINDS, PERMISSIONS, PRINCIPALS, RESOURCES, USERS, Grants, Object, Snapshot, blocks

# The plugin's (2.2), and 7.2's permissions that an instance makes for itself.
PROTECTED: Mapping[str, Sequence[str]] = {
    USERS: ("anonymous", "_internal", "xray", "access-admin"),
    GROUPS: (),
    PERMISSIONS: ("Anything", "Any Remote", "INTERNAL*"),
}
# What is a matter of its instance: passwords are not replicated, and no API sets a status as another instance has it
# (5.2, 5.6). Two accounts that differ in nothing else are the same.
LOCAL_FIELDS: Mapping[str, Collection[str]] = {
    USERS: ("internal_password_disabled", "enabled", "locked", "expired", "status"),
    GROUPS: (),
    PERMISSIONS: (),
}
INTERNAL = "internal"
ANY = "*"


@dataclass(frozen=True)
class Scope:
    """What is replicated.

    ``level``: 1 users; 2 and groups; 3 and permissions. ``include`` and ``exclude``: patterns with ``*``, ``?`` and
    ``[…]`` by kind; a kind without include patterns is whole. ``protected``: patterns of names that are never touched.
    ``realms``: of users and groups that are replicated; ``*`` is any.
    """

    level: int = 3
    include: Mapping[str, Sequence[str]] = field(default_factory=dict)
    exclude: Mapping[str, Sequence[str]] = field(default_factory=dict)
    protected: Mapping[str, Sequence[str]] = field(default_factory=lambda: PROTECTED)
    realms: Sequence[str] = (INTERNAL,)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of this level."""
        return KINDS[: self.level]

    def also_protecting(self, **names: Collection[str]) -> Scope:
        """The scope with more protected names by kind, such as the accounts of the connections."""
        more = {kind: (*self.protected.get(kind, ()), *sorted(names.get(kind, ()))) for kind in KINDS}
        return replace(self, protected=more)

    def why_not(self, kind: str, name: str, value: Mapping[str, Any] | None = None) -> str:
        """Why an object is left alone, in a few words; an empty text for one that is replicated."""
        if kind not in self.kinds:
            return f"level {self.level} has no {kind}"
        if _fits(name, self.protected.get(kind, ())):
            return "protected"
        realm = (value or {}).get("realm") or INTERNAL
        if kind in PRINCIPALS and ANY not in self.realms and realm not in self.realms:
            return f"of the realm {realm}"
        included = self.include.get(kind) or (ANY,)
        if not _fits(name, included) or _fits(name, self.exclude.get(kind, ())):
            return "not in the scope"
        return ""

    def as_data(self) -> dict[str, Any]:
        """For the state: a run with another scope is not a run with fewer objects."""
        return {
            "level": self.level,
            "include": {kind: list(said) for kind, said in sorted(self.include.items())},
            "exclude": {kind: list(said) for kind, said in sorted(self.exclude.items())},
            "protected": {kind: list(said) for kind, said in sorted(self.protected.items())},
            "realms": list(self.realms),
        }


def read_scope(
    level: Any = 3,
    *,
    include: Mapping[str, Sequence[str]] | None = None,
    exclude: Mapping[str, Sequence[str]] | None = None,
    protected: Mapping[str, Sequence[str]] | None = None,
    realms: Sequence[str] = (INTERNAL,),
) -> Scope:
    """A checked scope; ``protected`` adds to what is always protected. Raises InventoryError with all problems."""
    problems = [] if level in (1, 2, 3) else [f"the level is '{level}', and there are 1, 2 and 3"]
    for option, said in (("include", include), ("exclude", exclude), ("protected", protected)):
        for kind, patterns in (said or {}).items():
            if kind not in KINDS:
                problems.append(f"{option} has '{kind}', which is none of {', '.join(KINDS)}")
            elif isinstance(patterns, str):
                problems.append(f"{option} of {kind} is no list of patterns")
    if problems:
        raise InventoryError(f"Cannot replicate this scope: {'; '.join(problems)}.", problems=problems)
    return Scope(level, include or {}, exclude or {}, realms=tuple(realms)).also_protecting(**(protected or {}))


def project(snapshot: Mapping[str, Any], scope: Scope) -> Snapshot:
    """What of a snapshot is in the scope: what is not is absent, so that nothing is ever deleted for it.

    References to what is left alone, memberships and grants, are left out as well.
    """
    kept: Snapshot = {
        kind: {name: value for name, value in objects.items() if not scope.why_not(kind, name, value)}
        for kind, objects in blocks(snapshot)
        if kind in scope.kinds
    }
    foreign = {
        kind: {name for name, value in objects.items() if name not in kept.get(kind, {})}
        for kind, objects in blocks(snapshot)
    }
    refer = _References(scope, foreign)
    for kind in PRINCIPALS:
        if kind in kept:
            kept[kind] = {name: refer.kept(kind, value) for name, value in kept[kind].items()}
    return kept


def patterns_without_effect(scope: Scope, snapshots: Collection[Snapshot]) -> list[str]:
    """Include and exclude patterns that fit no name on any instance, which is most probably a slip of the pen."""
    found = []
    for option, said in (("include", scope.include), ("exclude", scope.exclude)):
        for kind, patterns in said.items():
            names = {name for snapshot in snapshots for name in snapshot.get(kind, {})}
            found += [
                f"{option} {kind}: {pattern}"
                for pattern in patterns
                if not any(fnmatchcase(name, pattern) for name in names)
            ]
    return found


class _Kept(dict[str, bool]):
    """Whether references to a name of one kind are kept. Each is asked for once: it comes again with every user."""

    def __init__(self, scope: Scope, kind: str, foreign: Collection[str]) -> None:
        super().__init__()
        self._scope, self._kind, self._foreign = scope, kind, foreign

    def __missing__(self, name: str) -> bool:
        self[name] = name not in self._foreign and not self._scope.why_not(self._kind, name)
        return self[name]


class _References:
    """What is left of users and groups without the fields and references that are out of the scope."""

    def __init__(self, scope: Scope, foreign: Mapping[str, Collection[str]]) -> None:
        self._kinds = scope.kinds
        self._groups = _Kept(scope, GROUPS, foreign.get(GROUPS, ()))
        self._permissions = _Kept(scope, PERMISSIONS, foreign.get(PERMISSIONS, ()))

    def kept(self, kind: str, value: Object) -> Object:
        """One user or group."""
        made = {key: inner for key, inner in value.items() if key not in LOCAL_FIELDS[kind]}
        if GROUPS in made:
            made[GROUPS] = [name for name in made[GROUPS] if self._groups[name]]
            if GROUPS not in self._kinds:
                del made[GROUPS]
        if PERMISSIONS not in self._kinds:
            made.pop(PERMISSIONS, None)
            made.pop(RESOURCES, None)
            return made
        if PERMISSIONS in made:
            made[PERMISSIONS] = self._grants(made[PERMISSIONS])
        if RESOURCES in made:
            kept = {resource: self._grants(grants) for resource, grants in made.pop(RESOURCES).items()}
            kept = {resource: grants for resource, grants in kept.items() if grants}
            return {**made, RESOURCES: kept} if kept else made
        return made

    def _grants(self, grants: Grants) -> Grants:
        return {name: mask for name, mask in grants.items() if self._permissions[name]}


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return bool(patterns) and _compiled(tuple(patterns)).match(name) is not None


@lru_cache(maxsize=64)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for all of them: each name of a mesh is asked for several times in a run."""
    return re.compile("|".join(translate(pattern) for pattern in patterns))

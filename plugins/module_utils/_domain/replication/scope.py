# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a mesh is about: level, names, realms, and what is never touched (security-replication.md 7.2)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Collection, Mapping, Sequence

from ..errors import InventoryError
from .grants import grants_of
from .snapshot import ARTIFACT, GROUPS, KINDS, PERMISSIONS, PRINCIPALS, RESOURCES, USERS, Object, Snapshot, blocks

# The plugin's (2.2), and 7.2's permissions that an instance makes for itself.
PROTECTED: Mapping[str, Sequence[str]] = {
    USERS: ("anonymous", "_internal", "xray", "access-admin"),
    GROUPS: (),
    PERMISSIONS: ("Anything", "Any Remote", "INTERNAL*"),
}
# Whether an account has a password is a matter of its instance: passwords are not replicated.
LOCAL_FIELDS: Mapping[str, Collection[str]] = {USERS: ("internal_password_disabled",), GROUPS: (), PERMISSIONS: ()}
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


class _References:
    """Which memberships and grants are kept. Names are asked for once: they come again with every user."""

    def __init__(self, scope: Scope, foreign: Mapping[str, Collection[str]]) -> None:
        self._scope, self._foreign = scope, foreign
        self._known: dict[tuple[str, str], bool] = {}

    def kept(self, kind: str, value: Object) -> Object:
        """A user or group without the fields and references that are out of the scope."""
        made = {key: inner for key, inner in value.items() if key not in LOCAL_FIELDS[kind]}
        if GROUPS in made:
            made[GROUPS] = [name for name in made[GROUPS] if self._is_kept(GROUPS, name)]
            if GROUPS not in self._scope.kinds:
                del made[GROUPS]
        if PERMISSIONS not in self._scope.kinds:
            made.pop(PERMISSIONS, None)
            made.pop(RESOURCES, None)
            return made
        if all(self._is_kept(PERMISSIONS, name) for _resource, name, _mask in grants_of(made)):
            return made
        kept: dict[str, dict[str, str]] = {}
        for resource, name, mask in grants_of(made):
            if self._is_kept(PERMISSIONS, name):
                kept.setdefault(resource, {})[name] = mask
        if PERMISSIONS in made:
            made[PERMISSIONS] = kept.pop(ARTIFACT, {})
        made.pop(RESOURCES, None)
        return {**made, RESOURCES: kept} if kept else made

    def _is_kept(self, kind: str, name: str) -> bool:
        key = (kind, name)
        if key not in self._known:
            self._known[key] = name not in self._foreign.get(kind, ()) and not self._scope.why_not(kind, name)
        return self._known[key]


def _fits(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)

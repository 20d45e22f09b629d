# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How one instance shall be: what is agreed, as far as it can hold that (security-replication.md 5, 7.1, 7.4)."""

from __future__ import annotations

from typing import Any, Collection, Mapping, Optional

from .abilities import Abilities
from .canonical import per_permission
from .difference import put
from .grants import grants_of
from .remarks import Remarks, remark
from .repository_names import Repositories
from .scope import Scope, project
from .snapshot import (
    ARTIFACT,
    GROUPS,
    KINDS,
    PERMISSIONS,
    REPOS,
    RESOURCES,
    TARGETS,
    USERS,
    WILDCARDS,
    Object,
    Path,
    Snapshot,
    value_at,
)
from .tombstones import Tombstones, tombstone_of

_MISSING = object()
_REFERENCES = (GROUPS, PERMISSIONS, RESOURCES)


def feasible(
    observed: Snapshot,
    wanted: Snapshot,
    scope: Scope,
    abilities: Abilities,
    *,
    repositories: Optional[Repositories],
    tombstones: Tombstones,
    held: Collection[Path],
    prune: bool,
    remarks: Remarks,
) -> tuple[Snapshot, Snapshot]:
    """What is there and what shall be, both in the scope; what stays undone is added to the remarks.

    An object that is there and not wanted goes only when somebody deleted it (a tombstone), or with ``prune``.
    """
    seen, goal = project(observed, scope), project(wanted, scope)
    draft = _Draft(observed, seen, goal, abilities, repositories, remarks)
    target: Snapshot = {}
    # Backwards: who refers to a group or a permission has to know which of them will be there.
    for kind in reversed([kind for kind in KINDS if kind in goal]):
        target[kind] = {name: value for name in sorted(goal[kind]) if (value := draft.object(kind, name)) is not None}
        for name, value in seen.get(kind, {}).items():
            if name in goal[kind]:
                continue
            if not prune and tombstone_of(tombstones, (kind, name)) is None:
                reason = "only here, and nobody deleted it"
                remarks.extra.append(remark((kind, name), wanted=None, seen=value, reason=reason))
                target[kind][name] = value
        draft.there[kind] = set(target[kind])
    for path in sorted(held):
        if path[0] in target:
            target = put(target, path, value_at(seen, path, _MISSING), missing=_MISSING)
    return {kind: seen.get(kind, {}) for kind in target}, target


class _Draft:
    """What is wanted of single objects of one instance."""

    def __init__(
        self,
        observed: Snapshot,
        seen: Snapshot,
        goal: Snapshot,
        abilities: Abilities,
        repositories: Optional[Repositories],
        remarks: Remarks,
    ) -> None:
        self._observed, self._seen, self._goal = observed, seen, goal
        self._abilities, self._repositories, self._remarks = abilities, repositories, remarks
        self.there: dict[str, Collection[str]] = {}

    def object(self, kind: str, name: str) -> Optional[Object]:
        """How it shall be here; None when it is not to be here."""
        wanted, seen = self._goal[kind][name], self._seen.get(kind, {}).get(name)
        if seen is None and name in self._observed.get(kind, {}):
            reason = "there is one of this name that is left alone: protected, or of another realm"
            self._remarks.protected.append(
                remark((kind, name), wanted=wanted, seen=self._observed[kind][name], reason=reason)
            )
            return None
        if kind == PERMISSIONS:
            return self._permission(name, wanted, seen)
        if wanted == seen:
            return seen
        made = self._fields(kind, name, wanted, seen)
        if kind == USERS:
            if seen is None and "email" in wanted and not wanted["email"]:
                reason = "it has no e-mail address, and no account is made without one"
                self._remarks.impossible.append(remark((kind, name), wanted=wanted, seen=None, reason=reason))
                return None
            if GROUPS in wanted and (seen is None or GROUPS in seen):
                made[GROUPS] = self._memberships(name, wanted[GROUPS], (seen or {}).get(GROUPS, []))
        if kind == GROUPS and made.get("isdefault") and made.get("admin"):
            made.update({flag: (seen or {}).get(flag, False) for flag in ("isdefault", "admin")})
            reason = "a group that new users join cannot have admin privileges"
            self._remarks.impossible.append(remark((kind, name), wanted=wanted, seen=seen, reason=reason))
        if PERMISSIONS in wanted and (seen is None or PERMISSIONS in seen):
            self._put_grants(made, wanted, seen or {})
        return made

    def _fields(self, kind: str, name: str, wanted: Object, seen: Optional[Object]) -> Object:
        """Plain fields: those that are told here are compared, and those that can be set are changed."""
        made = dict(seen or {})
        for key, value in wanted.items():
            if key in _REFERENCES:
                continue
            if key not in self._abilities.told(kind) or (seen is not None and key not in seen):
                self._remarks.not_compared.setdefault(kind, set()).add(key)
                continue
            if key in self._abilities.settable(kind):
                made[key] = value
            elif value != made.get(key):
                reason = f"no API that this instance serves sets {key} of {kind}"
                self._remarks.impossible.append(
                    remark((kind, name, key), wanted=value, seen=made.get(key), reason=reason)
                )
        for key in (seen or {}).keys() - wanted.keys() - {*_REFERENCES}:
            self._remarks.not_compared.setdefault(kind, set()).add(key)
        return made

    def _memberships(self, name: str, wanted: Collection[str], seen: Collection[str]) -> list[str]:
        """Memberships in groups that are only here, or go away with their group, are nothing to change."""
        there = self.there.get(GROUPS, set())
        kept = {group for group in seen if group not in self._goal.get(GROUPS, {}) and self._is_here(GROUPS, group)}
        for group in sorted({*wanted} - {*there}):
            reason = f"the group {group} is not here"
            self._remarks.pending.append(remark((USERS, name, GROUPS, group), wanted=group, seen=None, reason=reason))
        return sorted(kept | {group for group in wanted if group in there})

    def _put_grants(self, made: Object, wanted: Object, seen: Object) -> None:
        """Grants that are wanted for what is here, and those for permissions that are only here, or about to go."""
        masks: dict[str, dict[str, str]] = {}
        for resource, permission, mask in grants_of(seen):
            alone = permission not in self._goal.get(PERMISSIONS, {}) and self._is_here(PERMISSIONS, permission)
            if alone or resource not in self._abilities.resources or permission not in self.there.get(PERMISSIONS, ()):
                masks.setdefault(resource, {})[permission] = mask
        for resource, permission, mask in grants_of(wanted):
            if resource in self._abilities.resources and permission in self.there.get(PERMISSIONS, ()):
                masks.setdefault(resource, {})[permission] = mask
        made[PERMISSIONS] = dict(sorted(masks.pop(ARTIFACT, {}).items()))
        made.pop(RESOURCES, None)
        if masks:
            made[RESOURCES] = {resource: dict(sorted(grants.items())) for resource, grants in sorted(masks.items())}

    def _is_here(self, kind: str, name: str) -> bool:
        return name in self._seen.get(kind, {})

    def _permission(self, name: str, wanted: Object, seen: Optional[Object]) -> Optional[Object]:
        path = (PERMISSIONS, name)
        own = {key: value for key, value in wanted.items() if key != RESOURCES}
        made = self._section(path, own, seen, check=True) if _is_about_something(own) else own
        others: Object = {}
        for resource, section in wanted.get(RESOURCES, {}).items():
            here = (seen or {}).get(RESOURCES, {}).get(resource)
            if resource not in self._abilities.resources:
                self._remarks.not_compared.setdefault(PERMISSIONS, set()).add(resource)
                continue
            found = self._section((*path, RESOURCES, resource), section, here, check=False)
            if found is not None:
                others[resource] = found
        for resource, section in (seen or {}).get(RESOURCES, {}).items():
            if resource not in self._abilities.resources:
                others[resource] = section
        if made is None and seen is not None:
            made = {key: value for key, value in seen.items() if key != RESOURCES}
        if made is None and not others:
            return None
        return {**(made or {}), RESOURCES: others} if others else made

    def _section(self, path: Path, wanted: Object, seen: Optional[Object], *, check: bool) -> Optional[Object]:
        """A section with the targets that are here. Without any, nothing: no server takes an empty one (5.4)."""
        if not self._abilities.patterns_by_repository and per_permission(wanted) is None:
            reason = "its repositories have patterns that differ, which no API that this instance serves can tell"
            self._remarks.impossible.append(remark(path, wanted=wanted, seen=seen, reason=reason))
            return seen
        form = TARGETS if TARGETS in wanted else REPOS
        names = list(wanted.get(form, ()))
        # One that is named here already is no news, whether or not its repository was deleted.
        held = (seen or {}).get(form, ())
        missing = [name for name in names if check and name not in held and not self._has_repository(name)]
        for name in missing:
            value = wanted[TARGETS][name] if form == TARGETS else name
            reason = f"the repository {name} is not here"
            self._remarks.pending.append(remark((*path, form, name), wanted=value, seen=None, reason=reason))
        left = [name for name in names if name not in missing]
        if not left:
            return seen
        if form == TARGETS:
            return {**wanted, TARGETS: {name: wanted[TARGETS][name] for name in left}}
        return {**wanted, REPOS: left}

    def _has_repository(self, name: str) -> bool:
        return self._repositories is None or name in WILDCARDS or name in self._repositories


def _is_about_something(section: Mapping[str, Any]) -> bool:
    return bool(section.get(TARGETS) or section.get(REPOS))

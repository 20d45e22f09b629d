# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The writes that make an instance as it shall be, in an order in which each finds what it refers to.

The order is that of security-replication.md 2.5: what is new comes first (permissions, groups, users), deletions come
last (users, groups, permissions). Between them each object is written once, with all that changes in it.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any, Collection, Iterable, Iterator, Mapping, Optional, TypedDict

from ..change import CREATE, DELETE, UPDATE
from .difference import MAP_ADD, MAP_REMOVE, SET, SET_ADD, SET_REMOVE, Change, diff
from .grants import whole_permissions
from .snapshot import (
    GROUPS,
    PERMISSIONS,
    PRINCIPALS,
    REPOS,
    RESOURCES,
    TARGETS,
    USERS,
    Object,
    Snapshot,
)

# Written again though nothing differs: a repository that it names is there now, or is of another type (7.4).
RESAVE = "resave"
_OF_PERMISSIONS = (PERMISSIONS, RESOURCES)
_STEPS = (MAP_ADD, SET_ADD, SET, SET_REMOVE, MAP_REMOVE)
# Written last among the scalars (2.5).
_EXPIRED = "expired"


class Write(TypedDict):
    """One write of one object.

    ``before``, ``after``: users and groups without their grants, permissions with their principals (see grants.py), and
    None for nothing. They hold what is in the scope only, so a writer makes the ``changes`` in what it has read again
    just before, and leaves the rest of it as it is.
    """

    action: str  # create, update, delete or resave
    kind: str
    name: str
    before: Optional[Object]
    after: Optional[Object]
    changes: list[dict[str, Any]]  # Change.as_data with paths inside the object


def writes(seen: Snapshot, target: Snapshot, *, resave: Collection[str] = ()) -> list[Write]:
    """All writes, in order. ``resave``: names of permissions that are written whether or not they differ."""
    before, after = whole_permissions(seen), whole_permissions(target)
    return [
        *_creations(seen, target, after),
        *_updates_of_permissions(seen, target, before, after, resave),
        *_updates(seen, target, GROUPS),
        *_updates(seen, target, USERS),
        *_deletions(seen, target, before),
    ]


def steps(planned: Iterable[Write]) -> list[list[Write]]:
    """The writes in their order, in parts of which each needs those before it, and no write another one of its part."""
    together = {RESAVE: UPDATE}
    parts = groupby(planned, key=lambda one: (together.get(one["action"], one["action"]), one["kind"]))
    return [list(part) for _step, part in parts]


def _creations(seen: Snapshot, target: Snapshot, permissions: Mapping[str, Object]) -> Iterator[Write]:
    there = {kind: seen.get(kind, {}).keys() & target.get(kind, {}).keys() for kind in PRINCIPALS}
    for name, whole in permissions.items():
        if name not in seen.get(PERMISSIONS, {}):
            # Principals that are yet to be made are granted their actions afterwards.
            yield _write(CREATE, PERMISSIONS, name, None, _with_principals(whole, there))
    for kind in (GROUPS, USERS):
        for name, value in target.get(kind, {}).items():
            if name not in seen.get(kind, {}):
                yield _write(CREATE, kind, name, None, _fields(value))


def _updates_of_permissions(
    seen: Snapshot,
    target: Snapshot,
    before: Mapping[str, Object],
    after: Mapping[str, Object],
    resave: Collection[str],
) -> Iterator[Write]:
    kept = {kind: target.get(kind, {}).keys() for kind in PRINCIPALS}
    old = {kind: seen.get(kind, {}).keys() & target.get(kind, {}).keys() for kind in PRINCIPALS}
    for name, whole in after.items():
        # What goes with its principal is nothing to write. A permission that was just made has its old principals.
        known = _with_principals(before[name], kept) if name in before else _with_principals(whole, old)
        if known != whole:
            yield _write(UPDATE, PERMISSIONS, name, known, whole)
        elif name in resave and name in before:
            yield _write(RESAVE, PERMISSIONS, name, known, whole)


def _updates(seen: Snapshot, target: Snapshot, kind: str) -> Iterator[Write]:
    gone = seen.get(GROUPS, {}).keys() - target.get(GROUPS, {}).keys()
    for name, value in target.get(kind, {}).items():
        before = seen.get(kind, {}).get(name)
        if before is None or before is value:
            continue
        now, then = _fields(before), _fields(value)
        if GROUPS in now and GROUPS in then:
            # A membership goes with its group.
            now, then = ({**one, GROUPS: [group for group in one[GROUPS] if group not in gone]} for one in (now, then))
        if now != then:
            yield _write(UPDATE, kind, name, now, then)


def _deletions(seen: Snapshot, target: Snapshot, permissions: Mapping[str, Object]) -> Iterator[Write]:
    for kind in (USERS, GROUPS, PERMISSIONS):
        for name, value in seen.get(kind, {}).items():
            if name not in target.get(kind, {name: None}):
                yield _write(DELETE, kind, name, permissions[name] if kind == PERMISSIONS else _fields(value), None)


def _write(action: str, kind: str, name: str, before: Optional[Object], after: Optional[Object]) -> Write:
    changes = diff({kind: {name: before}}, {kind: {name: after}}) if before and after else []
    inner = [Change(one.operation, one.path[2:], one.value) for one in changes]
    inner.sort(key=lambda one: (_STEPS.index(one.operation), one.path[-1] == _EXPIRED))
    return {
        "action": action,
        "kind": kind,
        "name": name,
        "before": before,
        "after": after,
        "changes": [one.as_data() for one in inner],
    }


def _fields(value: Mapping[str, Any]) -> Object:
    return {key: inner for key, inner in value.items() if key not in _OF_PERMISSIONS}


def _with_principals(whole: Object, principals: Mapping[str, Collection[str]]) -> Object:
    """A whole permission with these principals only."""
    made = dict(whole)
    for kind in PRINCIPALS:
        made[kind] = {name: mask for name, mask in whole[kind].items() if name in principals[kind]}
    made[RESOURCES] = {
        resource: {
            **section,
            **{
                kind: {name: mask for name, mask in section[kind].items() if name in principals[kind]}
                for kind in PRINCIPALS
            },
        }
        for resource, section in whole[RESOURCES].items()
    }
    return made


def without_failed(write: Write, failed: Mapping[str, Collection[str]]) -> Write:
    """The write without what refers to users and groups, by kind, that could not be made before it.

    A server refuses the whole object for one name that it does not know; so the rest of it is not held up.
    """
    kind, before, after = write["kind"], write["before"], write["after"]
    if after is None or not any(failed.get(principals) for principals in PRINCIPALS):
        return write
    if kind == PERMISSIONS:
        kept = {
            one: _known(before, one) | {name for name in _known(after, one) if name not in failed.get(one, ())}
            for one in PRINCIPALS
        }
        return _write(write["action"], kind, write["name"], before, _with_principals(after, kept))
    if GROUPS not in after:
        return write
    old = (before or {}).get(GROUPS, ())
    groups = [name for name in after[GROUPS] if name in old or name not in failed.get(GROUPS, ())]
    return _write(write["action"], kind, write["name"], before, {**after, GROUPS: groups})


def _known(whole: Optional[Object], kind: str) -> set[str]:
    """The principals of a permission, of all its sections."""
    sections = [whole, *whole.get(RESOURCES, {}).values()] if whole is not None else []
    return {name for section in sections for name in section.get(kind, ())}


def repositories_of(permissions: Mapping[str, Object]) -> dict[str, set[str]]:
    """The names of repositories that each permission names, other resource types aside."""
    return {name: {*value.get(TARGETS, ()), *value.get(REPOS, ())} for name, value in permissions.items()}

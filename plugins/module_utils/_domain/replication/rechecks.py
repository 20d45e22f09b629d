# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One object that was read around its write: its one form, whether it is as the write wants it, and if it has moved.

A permission has the form in which writes have it, with its principals (see grants.py).
"""

from __future__ import annotations

from typing import Any, Mapping, Optional

from .canonical import canonicalise
from .difference import MAP_REMOVE, SET_ADD, SET_REMOVE, Change
from .repository_names import Repositories
from .snapshot import GROUPS, PERMISSIONS, PRINCIPALS, RESOURCES, Object, value_at

GONE = object()


def canonical_object(
    kind: str, name: str, record: Object, repositories: Optional[Repositories] = None, like: Optional[Object] = None
) -> Object:
    """One object in its one form, as ``canonicalise`` makes it; a permission keeps its principals."""
    if kind != PERMISSIONS:
        made = canonicalise({kind: {name: record}})[kind]
        return made.get(name) or next(iter(made.values()))
    others = record.get(RESOURCES, {})
    plain = {**_targets_of(record), RESOURCES: {resource: _targets_of(one) for resource, one in others.items()}}
    folded = canonicalise(
        {kind: {name: plain}}, repositories=repositories, like={kind: {name: like or {}}}, by_repository=True
    )[kind][name]
    sections = {
        resource: {**folded.get(RESOURCES, {}).get(resource, {}), **_principals_of(one)}
        for resource, one in others.items()
    }
    return {**folded, **_principals_of(record), RESOURCES: sections}


def is_done(record: Mapping[str, Any], change: Change) -> bool:
    """Whether the object is at this place as the change makes it."""
    there = place(record, change)
    if change.operation == SET_ADD:
        return there is True
    if change.operation == SET_REMOVE:
        return there is False
    return there is GONE if change.operation == MAP_REMOVE else bool(there == change.value)


def lacking(record: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """Names of the fields that are told and are not as wanted.

    A map of grants and a list of memberships may have more: not all of it is in the scope.
    """
    found = []
    for key, value in wanted.items():
        if key not in record:
            continue
        there = record[key]
        if key in (*PRINCIPALS, RESOURCES) and isinstance(there, Mapping):
            inner = [name for name in value if name not in there or not _covers(there[name], value[name])]
            found += [f"{key}.{name}" for name in inner]
        elif key == GROUPS:
            found += [f"{key}.{name}" for name in value if name not in there]
        elif there != value:
            found.append(key)
    return sorted(found)


def edited(record: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """Names of the fields that are not what they were.

    Grants and memberships that are gone are none: they may have gone with their principal or group, a moment ago.
    """
    found = []
    for key, value in before.items():
        there = record.get(key, value)
        if isinstance(there, Mapping) and isinstance(value, Mapping) and key in (*PRINCIPALS, RESOURCES):
            for name in value.keys() & there.keys():
                inner = isinstance(value[name], Mapping) and isinstance(there[name], Mapping)
                if edited(there[name], value[name]) if inner else there[name] != value[name]:
                    found.append(f"{key}.{name}")
        elif key != GROUPS and there != value:
            found.append(key)
    return sorted(found)


def _covers(there: Any, value: Any) -> bool:
    return not lacking(there, value) if isinstance(value, Mapping) else bool(there == value)


def place(record: Mapping[str, Any], change: Change) -> Any:
    """What stands where the change is made: of a set, whether the element is in it."""
    found = value_at(record, change.path, GONE)
    if change.operation in (SET_ADD, SET_REMOVE):
        return found is not GONE and change.value in found
    return found


def _targets_of(section: Mapping[str, Any]) -> Object:
    return {key: value for key, value in section.items() if key not in (*PRINCIPALS, RESOURCES)}


def _principals_of(section: Mapping[str, Any]) -> Object:
    return {kind: {name: text for name, text in sorted(section.get(kind, {}).items()) if text} for kind in PRINCIPALS}

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Grants, told by permission as the REST APIs do, and by principal as a snapshot does (security-replication.md 2.2).

A *whole permission* is what a REST call reads and writes: the section of a snapshot, its ``users`` and ``groups`` with
their masks, and the same again for the other resource types.
"""

from __future__ import annotations

from typing import Any, Mapping

from .snapshot import ARTIFACT, GROUPS, PERMISSIONS, PRINCIPALS, RESOURCES, USERS, Mask, Object, Snapshot


def grants_of(principal: Mapping[str, Any]) -> list[tuple[str, str, Mask]]:
    """Resource type, permission and mask of each grant of a user or group."""
    found = [(ARTIFACT, name, mask) for name, mask in principal.get(PERMISSIONS, {}).items()]
    for resource, grants in principal.get(RESOURCES, {}).items():
        found += [(resource, name, mask) for name, mask in grants.items()]
    return found


def whole_permissions(snapshot: Snapshot) -> dict[str, Object]:
    """All permissions of the snapshot with their principals, by name.

    A grant for a permission that is not in the snapshot is left out.
    """
    whole: dict[str, Object] = {}
    for name, permission in snapshot.get(PERMISSIONS, {}).items():
        whole[name] = {**permission, USERS: {}, GROUPS: {}}
        whole[name][RESOURCES] = {
            resource: {**section, USERS: {}, GROUPS: {}} for resource, section in permission.get(RESOURCES, {}).items()
        }
    for kind in PRINCIPALS:
        for principal, value in snapshot.get(kind, {}).items():
            for resource, name, mask in grants_of(value):
                section = _section(whole.get(name), resource)
                if section is not None:
                    section[kind][principal] = mask
    return whole


def put_permission(snapshot: Snapshot, name: str, whole: Mapping[str, Any] | None) -> None:
    """Changes the snapshot so that it has this permission with just these principals; None takes it away.

    A principal that is not in the snapshot, such as a protected user, is left out.
    """
    for kind in PRINCIPALS:
        for principal, value in snapshot.get(kind, {}).items():
            _grant(value, ARTIFACT, name, (whole or {}).get(kind, {}).get(principal))
            others = {*value.get(RESOURCES, {}), *(whole or {}).get(RESOURCES, {})}
            for resource in others:
                section = (whole or {}).get(RESOURCES, {}).get(resource, {})
                _grant(value, resource, name, section.get(kind, {}).get(principal))
    if whole is None:
        snapshot.get(PERMISSIONS, {}).pop(name, None)
        return
    own = {key: value for key, value in whole.items() if key not in (*PRINCIPALS, RESOURCES)}
    sections = {
        resource: {key: value for key, value in section.items() if key not in PRINCIPALS}
        for resource, section in whole.get(RESOURCES, {}).items()
    }
    snapshot.setdefault(PERMISSIONS, {})[name] = {**own, RESOURCES: sections} if sections else own


def _section(whole: Any, resource: str) -> Any:
    if whole is None or resource == ARTIFACT:
        return whole
    return whole[RESOURCES].setdefault(resource, {USERS: {}, GROUPS: {}})


def _grant(principal: Object, resource: str, name: str, mask: Any) -> None:
    """Sets or removes one grant, without leaving empty resource types behind."""
    grants = principal.get(PERMISSIONS, {}) if resource == ARTIFACT else principal.get(RESOURCES, {}).get(resource, {})
    if mask == grants.get(name):
        return
    if mask:
        home = principal if resource == ARTIFACT else principal.setdefault(RESOURCES, {})
        home.setdefault(PERMISSIONS if resource == ARTIFACT else resource, {})[name] = mask
        return
    del grants[name]
    if not grants and resource != ARTIFACT:
        del principal[RESOURCES][resource]
        if not principal[RESOURCES]:
            del principal[RESOURCES]

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Memberships in groups, and grants for permissions, that are deleted: they go in the same run (D7 of 2.7)."""

from __future__ import annotations

from typing import Collection

from .difference import MAP_REMOVE, SET_REMOVE, Change, apply
from .grants import grants_of
from .snapshot import ARTIFACT, GROUPS, PERMISSIONS, PRINCIPALS, RESOURCES, USERS, Path, Snapshot


def cleaned(snapshot: Snapshot, *, groups: Collection[str], permissions: Collection[str]) -> Snapshot:
    """The snapshot without what refers to these groups and permissions, which are deleted.

    A reference to a name that never was an object of the mesh stays: it may be one that is out of scope.
    """
    changes = []
    for name, user in snapshot.get(USERS, {}).items() if groups else ():
        changes += [
            Change(SET_REMOVE, (USERS, name, GROUPS), group) for group in user.get(GROUPS, ()) if group in groups
        ]
    for kind in PRINCIPALS if permissions else ():
        for name, principal in snapshot.get(kind, {}).items():
            changes += [
                Change(MAP_REMOVE, _path_of(kind, name, resource, permission))
                for resource, permission, _mask in grants_of(principal)
                if permission in permissions
            ]
    return apply(snapshot, changes)


def _path_of(kind: str, name: str, resource: str, permission: str) -> Path:
    if resource == ARTIFACT:
        return (kind, name, PERMISSIONS, permission)
    return (kind, name, RESOURCES, resource, permission)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the APIs of one instance tell and take, by kind (security-replication.md 5.2 to 5.6).

Only fields that an instance can tell are compared there; the others are listed as not compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection

from .snapshot import (
    ARTIFACT,
    GROUP_ROLES,
    GROUPS,
    OTHER_RESOURCES,
    PERMISSIONS,
    RESOURCES,
    TARGETS,
    USER_ROLES,
    USERS,
)

ACCESS, LEGACY_V2, LEGACY_V1 = "access", "legacy_v2", "legacy_v1"
APIS = (ACCESS, LEGACY_V2, LEGACY_V1)

# What is told of users besides their fields, and by permissions, not by them.
_REFERENCES = frozenset((PERMISSIONS, RESOURCES))


@dataclass(frozen=True)
class Abilities:
    """What can be seen and what can be done.

    ``told``, ``settable``: fields by kind; ``resources``: resource types of
    permissions. ``patterns_by_repository``: whether the repositories of a section may have
    patterns that differ.
    """

    told_of_users: Collection[str]
    told_of_groups: Collection[str]
    settable_of_users: Collection[str]
    settable_of_groups: Collection[str]
    resources: Collection[str] = (ARTIFACT, *OTHER_RESOURCES)
    patterns_by_repository: bool = True

    def told(self, kind: str) -> Collection[str]:
        """The fields that are compared."""
        return self.told_of_users if kind == USERS else self.told_of_groups if kind == GROUPS else (TARGETS,)

    def settable(self, kind: str) -> Collection[str]:
        """The fields that can be written."""
        return self.settable_of_users if kind == USERS else self.settable_of_groups if kind == GROUPS else (TARGETS,)


_USER_FIELDS = ("email", "admin", "updatable", "disable_ui_access", GROUPS)
_GROUP_FIELDS = ("description", "isdefault", "admin", "external_id")
_GROUP_TOLD = ("realm", "realmattrs")
# The role flags that legacy knows (5.5).
_LEGACY_USER_ROLES = ("reports_manager", "watch_manager", "policy_manager", "policy_viewer")
_LEGACY_GROUP_ROLES = ("reports_manager", "watch_manager", "policy_manager")


def abilities_of(
    *, users: str = ACCESS, groups: str = ACCESS, permissions: str = ACCESS, roles: bool = False
) -> Abilities:
    """The abilities of an instance whose kinds are served by these APIs (ACCESS, LEGACY_V2 or LEGACY_V1).

    ``roles``: whether the answers have role flags, which Access has from 7.128 on: what counts is what is seen, not the
    version (7.3).
    """
    user_roles = (USER_ROLES if users == ACCESS else _LEGACY_USER_ROLES) if roles else ()
    group_roles = (GROUP_ROLES if groups == ACCESS else _LEGACY_GROUP_ROLES) if roles else ()
    user_fields = frozenset((*_USER_FIELDS, *user_roles)) | _REFERENCES
    group_fields = frozenset((*_GROUP_FIELDS, *group_roles)) | _REFERENCES
    # Access only tells the realm of a group; legacy's PUT takes it (5.3, 5.5).
    set_on_groups = group_fields if groups == ACCESS else group_fields | {*_GROUP_TOLD}
    return Abilities(
        told_of_users=user_fields,
        told_of_groups=group_fields | {*_GROUP_TOLD},
        settable_of_users=user_fields,
        settable_of_groups=set_on_groups,
        resources=_RESOURCES[permissions],
        patterns_by_repository=permissions == ACCESS,
    )


# Legacy v2 has repo, build and releaseBundle; v1 has repositories only (5.5).
_RESOURCES = {
    ACCESS: (ARTIFACT, *OTHER_RESOURCES),
    LEGACY_V2: (ARTIFACT, "build", "release_bundle"),
    LEGACY_V1: (ARTIFACT,),
}

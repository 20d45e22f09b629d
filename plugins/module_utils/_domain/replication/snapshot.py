# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The security of one instance as plain data: the form that every function of the replication takes and returns.

It is that of security-replication.md 2.2, so a map is a dictionary, a set is a sorted list, anything else is a scalar,
and what is outside the scope, or is not known, is *absent*, which is not the same as empty or None. It goes beyond 2.2
in what the old plugin could not see:

* ``realm``, ``disable_ui_access``, ``internal_password_disabled`` and the role flags of users, and ``external_id`` and
  the role flags of groups, all named as in Access v2 (5.2, 5.3);
* masks have two more letters: ``s`` is SCAN (legacy managedXrayMeta, mxm), ``x`` is EXECUTE (legacy distribute, x);
* a section of a permission may have its patterns by repository, as Access v2 has them: ``targets`` in place of
  ``repos``, ``includes`` and ``excludes``;
* ``resources`` holds the sections other than ``artifact`` by resource type: on a permission their targets, on users
  and groups their grants.
"""

from __future__ import annotations

from typing import Any, Iterable, Iterator, Mapping, Optional, TypedDict

USERS, GROUPS, PERMISSIONS = "users", "groups", "permissions"
KINDS = (USERS, GROUPS, PERMISSIONS)
PRINCIPALS = (USERS, GROUPS)

# The section whose grants and targets stand where 2.2 has them, and the others (5.4).
ARTIFACT = "artifact"
RESOURCES = "resources"
OTHER_RESOURCES = ("build", "release_bundle", "destination", "pipeline_source")
TARGETS, REPOS, INCLUDES, EXCLUDES = "targets", "repos", "includes", "excludes"

# What stands for all repositories of a kind (5.4).
WILDCARDS = ("ANY", "ANY LOCAL", "ANY REMOTE", "ANY DISTRIBUTION")

USER_ROLES = (
    *("reports_manager", "watch_manager", "policy_manager", "policy_viewer", "resources_manager", "manage_webhook"),
    "platform_auditor",
)
GROUP_ROLES = (
    *("reports_manager", "watch_manager", "policy_manager", "policy_viewer", "manage_resources", "manage_webhook"),
)

Path = tuple[str, ...]
Mask = str  # letters of masks.LETTERS, each at most once, in that order
Grants = dict[str, Mask]  # by permission


class Target(TypedDict):
    """The patterns that hold for one repository."""

    includes: list[str]
    excludes: list[str]


class Section(TypedDict, total=False):
    """What one resource type of a permission is about: ``targets``, or the other three, as 2.2 has them."""

    targets: dict[str, Target]
    includes: list[str]
    excludes: list[str]
    repos: list[str]


class Permission(Section, total=False):
    """A permission without its principals: those are grants of users and groups."""

    resources: dict[str, Section]


class User(TypedDict, total=False):
    """``groups`` is there from level 2 on, ``permissions`` and ``resources`` on level 3."""

    email: Optional[str]
    admin: bool
    enabled: bool
    updatable: bool  # profile_updatable of the REST APIs
    locked: bool
    expired: bool
    realm: Optional[str]  # None for an internal user
    disable_ui_access: bool
    internal_password_disabled: bool
    groups: list[str]
    permissions: Grants
    resources: dict[str, Grants]


class Group(TypedDict, total=False):
    """``permissions`` and ``resources`` are there on level 3."""

    description: Optional[str]
    realm: Optional[str]  # None for an internal group
    realmattrs: Optional[str]
    isdefault: bool  # auto_join of the REST APIs
    admin: bool  # admin_privileges of the REST APIs
    external_id: Optional[str]
    permissions: Grants
    resources: dict[str, Grants]


# By kind and name. Plain dictionaries, since any key of 2.2 may be there: see User, Group and Permission.
Object = dict[str, Any]
Snapshot = dict[str, dict[str, Object]]

# What a REST API never tells or never takes, so that no run replicates it (5.6). In every result.
NOT_REPLICABLE: Mapping[str, str] = {
    "password": "no API tells a password or its hash; an account that is made gets a password of its own, or none",
    "api_key": "no API tells the API key of another user",
    "access_token": "no API tells the value of a token",
    "key_pair": "no API tells or takes the keys of encrypted passwords",
    "ssh_public_key": "a user can set it only for itself",
    "user_properties": "no API tells or takes the properties of a user, such as those of external logins and Bintray",
    "user_realm": "no API takes the realm of a user: an account that is made is an internal one",
    "status": "no API of this scope locks, disables or expires an account as another one has it",
    "internal_password_disabled": "it depends on whether the account has a password there",
}


def blocks(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Object]]]:
    """The kinds that are there, in the order of KINDS, with their objects."""
    return ((kind, snapshot[kind]) for kind in KINDS if kind in snapshot)


def value_at(data: Any, path: Iterable[str], default: Any = None) -> Any:
    """What stands at a path; the default where nothing does."""
    for key in path:
        if not isinstance(data, Mapping) or key not in data:
            return default
        data = data[key]
    return data


def is_grant(path: Path) -> bool:
    """Whether the mask of one principal for one permission stands there."""
    if len(path) < 4 or path[0] not in PRINCIPALS:
        return False
    return (len(path) == 4 and path[2] == PERMISSIONS) or (len(path) == 5 and path[2] == RESOURCES)

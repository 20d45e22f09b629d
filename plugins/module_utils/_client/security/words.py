# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The fields of users and groups as each API and as a snapshot calls them (security-replication.md 5.2, 5.3, 5.5).

What counts is what an answer has, not the version of the server (7.3): a field that is not told is absent.
"""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from ..._domain.replication.snapshot import GROUP_ROLES, USER_ROLES, Object
from .api import Impossible

# The snapshot's word by the API's.
ACCESS_USER = {
    **{name: name for name in ("email", "admin", "disable_ui_access", "internal_password_disabled", *USER_ROLES)},
    "profile_updatable": "updatable",
}
ACCESS_GROUP = {
    **{name: name for name in ("description", "external_id", *GROUP_ROLES)},
    "auto_join": "isdefault",
    "admin_privileges": "admin",
}
LEGACY_USER = {
    "email": "email",
    "admin": "admin",
    "profileUpdatable": "updatable",
    "disableUIAccess": "disable_ui_access",
    "internalPasswordDisabled": "internal_password_disabled",
    "watchManager": "watch_manager",
    "policyManager": "policy_manager",
    "policyViewer": "policy_viewer",
    "reportsManager": "reports_manager",
}
LEGACY_GROUP = {
    "description": "description",
    "externalId": "external_id",
    "realm": "realm",
    "realmAttributes": "realmattrs",
    "autoJoin": "isdefault",
    "adminPrivileges": "admin",
    "watchManager": "watch_manager",
    "policyManager": "policy_manager",
    "reportsManager": "reports_manager",
}
# Told, and taken by nobody or only by some.
_STATUS = "status"
_DISABLED, _LOCKED = "disabled", "locked"


def told(raw: Mapping[str, Any], words: Mapping[str, str]) -> Object:
    """The fields that an answer has, in the snapshot's words."""
    return {ours: raw[theirs] for theirs, ours in words.items() if theirs in raw}


def told_status(raw: Mapping[str, Any]) -> Object:
    """5.2: invited, enabled, disabled or locked. A user who is invited has not been shut out."""
    status = raw.get(_STATUS)
    return {} if status is None else {"enabled": status != _DISABLED, "locked": status == _LOCKED}


def said(wanted: Mapping[str, Any], words: Mapping[str, str], fields: Iterable[str]) -> dict[str, Any]:
    """These fields in the API's words; no text is an empty one, of which servers make null. Raises Impossible."""
    theirs = {ours: word for word, ours in words.items()}
    unknown = sorted(name for name in fields if name not in theirs)
    if unknown:
        raise Impossible(f"this API cannot set {', '.join(unknown)}")
    return {theirs[name]: "" if wanted.get(name) is None else wanted[name] for name in fields}


def changed(before: Mapping[str, Any], wanted: Mapping[str, Any], *aside: str) -> list[str]:
    """Names of the fields that differ, but for those that have a way of their own."""
    return sorted(name for name in wanted if name not in aside and wanted[name] != before.get(name))

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Access keeps of one site's users, groups and permissions, in the words of Access v2.

A membership is kept with the user, a grant with the permission. Reads may lag behind (security-replication.md 5.8):
then they see a state of a moment ago, while writes work on what is really there.
"""

from __future__ import annotations

import copy
import secrets
import threading
import time
from collections.abc import Collection
from typing import Any, Optional

from simulator.access_database import AccessDatabase, User
from simulator.security.vocabulary import ARTIFACT, WILDCARDS

Object = dict[str, Any]
USERS, GROUPS, PERMISSIONS = "users", "groups", "permissions"
KINDS = (USERS, GROUPS, PERMISSIONS)

# Accounts that the servers make for themselves (2.2, last line).
INTERNAL_USERS = ("_internal", "access-admin", "xray")
INTERNAL_REALM = "internal"
USER_ROLES = (
    *("reports_manager", "watch_manager", "policy_manager", "policy_viewer", "resources_manager", "manage_webhook"),
    "platform_auditor",
)
GROUP_ROLES = (
    *("reports_manager", "watch_manager", "policy_manager", "policy_viewer", "manage_resources", "manage_webhook"),
)
USER_FLAGS = ("admin", "profile_updatable", "disable_ui_access", "internal_password_disabled", *USER_ROLES)
GROUP_FLAGS = ("auto_join", "admin_privileges", *GROUP_ROLES)
# How long the past is remembered for reads that lag, in seconds.
_PAST = 60.0


class Security:
    """One site's users, groups and permissions by name. Take ``lock`` to do more than one thing."""

    def __init__(self, database: AccessDatabase) -> None:
        self.lock = threading.RLock()
        self._database = database
        self._objects: dict[str, dict[str, Object]] = {kind: {} for kind in KINDS}
        # What was there before each write, with the time of that.
        self._past: list[tuple[float, str, str, Optional[Object]]] = []
        for name in ("admin", "anonymous", *INTERNAL_USERS):
            self._objects[USERS][name] = new_user(email=f"{name}@localhost", admin=name in ("admin", "access-admin"))
        self._objects[USERS]["admin"]["groups"] = ["readers"]
        self._objects[GROUPS]["readers"] = new_group(description="A group for read-only users", auto_join=True)
        everything = {name: {"include_patterns": ["**"], "exclude_patterns": []} for name in WILDCARDS}
        for name, names in (("Anything", WILDCARDS), ("Any Remote", WILDCARDS[1:2])):
            granted = {"users": {"anonymous": ["READ"]}, "groups": {"readers": ["READ"]}}
            targets = {one: everything[one] for one in names}
            self._objects[PERMISSIONS][name] = new_permission({ARTIFACT: {"actions": granted, "targets": targets}})

    def names(self, kind: str, *, lag: float = 0.0) -> list[str]:
        """All names, sorted."""
        return sorted(self._seen(kind, lag))

    def get(self, kind: str, name: str, *, lag: float = 0.0) -> Optional[Object]:
        """One object, which nobody may change but by ``put``, or None."""
        with self.lock:
            return self._seen(kind, lag).get(name)

    def has(self, kind: str, name: str) -> bool:
        return name in self._objects[kind]

    def put(self, kind: str, name: str, value: Object, *, password: Optional[str] = None) -> None:
        """Make or replace an object. A user keeps its password unless there is another one."""
        with self.lock:
            self._remember(kind, name)
            self._objects[kind][name] = copy.deepcopy(value)
            if kind == USERS:
                self._put_account(name, value, password)

    def remove(self, kind: str, name: str) -> None:
        """Take an object away, and with a user or a group its memberships and its grants."""
        with self.lock:
            self._remember(kind, name)
            del self._objects[kind][name]
            if kind == USERS:
                self._database.users.pop(name, None)
            if kind == GROUPS:
                for user in self.members(name):
                    self.change_groups(user, remove=[name])
            if kind != PERMISSIONS:
                self._withdraw_grants(kind, name)

    def members(self, group: str, *, lag: float = 0.0) -> list[str]:
        """Names of a group's users."""
        with self.lock:
            return sorted(name for name, user in self._seen(USERS, lag).items() if group in user["groups"])

    def change_groups(self, user: str, *, add: Collection[str] = (), remove: Collection[str] = ()) -> None:
        with self.lock:
            self._remember(USERS, user)
            before = self._objects[USERS][user]
            self._objects[USERS][user] = {**before, "groups": sorted({*before["groups"], *add} - {*remove})}

    def settle(self) -> None:
        """Let reads see all that has been written by now, however far they are behind."""
        with self.lock:
            self._past.clear()

    def effective_admin(self, user: Object) -> bool:
        """With the rights that come from groups (5.2)."""
        groups = (self._objects[GROUPS].get(name) for name in user["groups"])
        return bool(user["admin"]) or any(group is not None and group["admin_privileges"] for group in groups)

    def _seen(self, kind: str, lag: float) -> dict[str, Object]:
        """The objects of a kind as they were a while ago."""
        if lag <= 0:
            return self._objects[kind]
        with self.lock:
            seen = dict(self._objects[kind])
            since = time.monotonic() - lag
            for at, past_kind, name, before in reversed(self._past):
                if at <= since:
                    break
                if past_kind != kind:
                    continue
                if before is None:
                    seen.pop(name, None)
                else:
                    seen[name] = before
            return seen

    def _remember(self, kind: str, name: str) -> None:
        now = time.monotonic()
        while self._past and self._past[0][0] < now - _PAST:
            self._past.pop(0)
        self._past.append((now, kind, name, self._objects[kind].get(name)))

    def _withdraw_grants(self, kind: str, name: str) -> None:
        for permission, value in list(self._objects[PERMISSIONS].items()):
            if not any(name in section["actions"][kind] for section in value["resources"].values()):
                continue
            changed = copy.deepcopy(value)
            for section in changed["resources"].values():
                section["actions"][kind].pop(name, None)
            self.put(PERMISSIONS, permission, changed)

    def _put_account(self, name: str, value: Object, password: Optional[str]) -> None:
        """What the logins of the other services are judged by."""
        known = self._database.users.get(name)
        if value["internal_password_disabled"] or (known is None and password is None):
            password = secrets.token_urlsafe(32)
        kept = known.password if known is not None else ""
        api_key = known.api_key if known is not None else None
        self._database.users[name] = User(password or kept, bool(value["admin"]), api_key)


def new_user(**fields: Any) -> Object:
    """A user with the server's defaults and these fields."""
    return {
        "email": "",
        **dict.fromkeys(USER_FLAGS, False),
        "profile_updatable": True,
        "realm": INTERNAL_REALM,
        "status": "enabled",
        "last_logged_in": None,
        "groups": [],
        **fields,
    }


def new_group(**fields: Any) -> Object:
    """A group with the server's defaults and these fields."""
    texts = {"description": None, "external_id": None, "realm": INTERNAL_REALM, "realm_attributes": None}
    return {**texts, **dict.fromkeys(GROUP_FLAGS, False), **fields}


def new_permission(resources: dict[str, Any], who: str = "system") -> Object:
    return {"resources": resources, "created_by": who, "modified_by": who}

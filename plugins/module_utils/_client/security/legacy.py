# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Users and groups by Artifactory's own API (security-replication.md 5.5), for instances that have no other."""

from __future__ import annotations

from typing import Any, Optional

from ..._domain.replication.abilities import LEGACY_V1
from ..._domain.replication.snapshot import GROUPS, USERS, Object
from . import shapes, words
from .api import Endpoint, Held, one, told_names

_REALM = ("realm", "realmattrs")


class Legacy(Endpoint):
    """A kind whose list comes at once."""

    api = LEGACY_V1

    def names(self) -> list[str]:
        """GET {path}, a bare array."""
        answer = self._session.call("GET", self.path, purpose=f"list the {self.kind}")
        return told_names(answer, answer.array(), "name")

    def delete(self, name: str) -> None:
        """DELETE {path}/{name}: 200."""
        self._delete(name, 200, 204)

    def _is_listed(self, name: str) -> bool:
        return name in self.names()

    def _send(self, method: str, name: str, verb: str, json: Any, **options: Any) -> None:
        purpose = self._purpose(verb, name)
        self._session.call(method, one(self.path, name), json=json, ok=(200, 201, 204), purpose=purpose, **options)


class LegacyUsers(Legacy):
    """Users of one instance."""

    kind, path, shape = USERS, "/artifactory/api/security/users", shapes.USER

    def read(self, name: str) -> Optional[Held]:
        """GET /artifactory/api/security/users/{name}: 404, in some versions 400, for one that is not there."""
        raw = self._object(name, missing=(400, 404))
        if raw is None:
            return None
        groups = sorted(raw.get("groups") or ())
        fields = {**words.told(raw, words.LEGACY_USER), **words.told(raw, {"realm": "realm"})}
        return Held({**fields, **words.told_status(raw), GROUPS: groups}, raw, {GROUPS: groups})

    def create(self, name: str, wanted: Object, password: Optional[str]) -> None:
        """PUT /artifactory/api/security/users/{name}: 201. It would also replace, so it is for a new one only."""
        fields = [field for field in wanted if field in words.LEGACY_USER.values() and wanted[field] is not None]
        body = {**words.said(wanted, words.LEGACY_USER, fields), "groups": wanted.get(GROUPS, [])}
        body.update({"password": password} if password else {"internalPasswordDisabled": True})
        self._send("PUT", name, "create", body, secrets=[password] if password else [])

    def update(self, name: str, held: Held, before: Object, wanted: Object, *, again: bool = False) -> None:
        """POST /artifactory/api/security/users/{name}: 200. Only what differs is sent."""
        body = words.said(wanted, words.LEGACY_USER, words.changed(before, wanted, GROUPS))
        if wanted.get(GROUPS, before.get(GROUPS)) != before.get(GROUPS):
            body["groups"] = wanted[GROUPS]
        if body:
            self._send("POST", name, "update", body)


class LegacyGroups(Legacy):
    """Groups of one instance; who is in them is a matter of users."""

    kind, path, shape = GROUPS, "/artifactory/api/security/groups", shapes.GROUP

    def read(self, name: str) -> Optional[Held]:
        """GET /artifactory/api/security/groups/{name}, with its members."""
        raw = self._object(name, query={"includeUsers": "true"})
        if raw is None:
            return None
        return Held(words.told(raw, words.LEGACY_GROUP), raw, {USERS: list(raw.get("userNames") or ())})

    def create(self, name: str, wanted: Object, password: Optional[str]) -> None:
        """PUT /artifactory/api/security/groups/{name}: 201, with a realm if there is one."""
        fields = [field for field in wanted if field in words.LEGACY_GROUP.values() and wanted[field] is not None]
        body = {"name": name, **words.said(wanted, words.LEGACY_GROUP, fields)}
        self._send("PUT", name, "create", body)

    def update(self, name: str, held: Held, before: Object, wanted: Object, *, again: bool = False) -> None:
        """POST of what differs, or PUT of the whole group where its realm changes: POST does not take that."""
        fields = words.changed(before, wanted)
        body = words.said(wanted, words.LEGACY_GROUP, fields)
        if any(field in fields for field in _REALM):
            self._send("PUT", name, "update", {**held.raw, **body})
        elif body:
            self._send("POST", name, "update", body)

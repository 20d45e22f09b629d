# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Users and groups by Access v2 (security-replication.md 5.2, 5.3). One class per kind, one method per thing to do."""

from __future__ import annotations

from typing import Any, Optional

from ..._domain.replication.abilities import ACCESS
from ..._domain.replication.snapshot import GROUPS, USERS, Object
from . import shapes, words
from .api import Endpoint, Held, one
from .listing import is_served, names_of


class _Listed(Endpoint):
    """A kind whose list has pages, with names under ``key``."""

    key: str
    api = ACCESS

    def names(self) -> list[str]:
        """GET /access/api/v2/{kind}, all pages."""
        return names_of(self._session, self.kind, self.path, self.key)

    def delete(self, name: str) -> None:
        """DELETE /access/api/v2/{kind}/{name}: 204."""
        self._delete(name, 200, 204)

    def _is_listed(self, name: str) -> bool:
        is_served(self._session, self.kind, self.path, self.key)
        return False

    def _send(self, method: str, path: str, verb: str, name: str, json: Any, **options: Any) -> None:
        purpose = self._purpose(verb, name)
        self._session.call(method, path, json=json, ok=(200, 201, 204), purpose=purpose, **options)


class AccessUsers(_Listed):
    """Users of one instance."""

    kind, path, key, shape = USERS, "/access/api/v2/users", "username", shapes.USER

    def read(self, name: str) -> Optional[Held]:
        """GET /access/api/v2/users/{name}."""
        raw = self._object(name)
        if raw is None:
            return None
        groups = sorted(raw.get("groups") or ())
        fields = {**words.told(raw, words.ACCESS_USER), **words.told(raw, {"realm": "realm"})}
        return Held({**fields, **words.told_status(raw), GROUPS: groups}, raw, {GROUPS: groups})

    def create(self, name: str, wanted: Object, password: Optional[str]) -> None:
        """POST /access/api/v2/users: 201, 409. Without a password an account has none to log in with."""
        fields = [field for field in wanted if field in words.ACCESS_USER.values() and wanted[field] is not None]
        body = {"username": name, **words.said(wanted, words.ACCESS_USER, fields), "groups": wanted.get(GROUPS, [])}
        body.update({"password": password} if password else {"internal_password_disabled": True})
        secrets = [password] if password else []
        self._send("POST", self.path, "create", name, body, secrets=secrets)

    def update(self, name: str, held: Held, before: Object, wanted: Object, *, again: bool = False) -> None:
        """PATCH /access/api/v2/users/{name} and …/groups: 200. Only what differs is sent."""
        fields = words.changed(before, wanted, GROUPS)
        if fields:
            self._send("PATCH", one(self.path, name), "update", name, words.said(wanted, words.ACCESS_USER, fields))
        was = set(before.get(GROUPS, ()))
        shall = set(wanted[GROUPS]) if GROUPS in wanted else was
        if was != shall:
            # 5.2: 400 for the removal of a group that the user is not in, so both lists come from what was just read.
            body = {"add": sorted(shall - was), "remove": sorted(was - shall)}
            self._send("PATCH", f"{one(self.path, name)}/groups", "update", name, body)


class AccessGroups(_Listed):
    """Groups of one instance; who is in them is a matter of users."""

    kind, path, key, shape = GROUPS, "/access/api/v2/groups", "group_name", shapes.GROUP

    def read(self, name: str) -> Optional[Held]:
        """GET /access/api/v2/groups/{name}, with its members."""
        raw = self._object(name)
        if raw is None:
            return None
        told = {**words.ACCESS_GROUP, "realm": "realm", "realm_attributes": "realmattrs"}
        return Held(words.told(raw, told), raw, {USERS: list(raw.get("members") or ())})

    def create(self, name: str, wanted: Object, password: Optional[str]) -> None:
        """POST /access/api/v2/groups: 201, 409. A realm is Access's own business (5.3)."""
        fields = [field for field in wanted if field in words.ACCESS_GROUP.values() and wanted[field] is not None]
        self._send("POST", self.path, "create", name, {"name": name, **words.said(wanted, words.ACCESS_GROUP, fields)})

    def update(self, name: str, held: Held, before: Object, wanted: Object, *, again: bool = False) -> None:
        """PATCH /access/api/v2/groups/{name}: 200. Only what differs is sent."""
        fields = words.changed(before, wanted)
        if fields:
            self._send("PATCH", one(self.path, name), "update", name, words.said(wanted, words.ACCESS_GROUP, fields))

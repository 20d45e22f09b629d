# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups in Access v2: security-replication.md 5.3."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.security.access_users import ROLES_SINCE, SINCE
from simulator.security.asking import (
    ACCESS,
    IDENTITIES_SCOPE,
    PAGING,
    check_members,
    created,
    existing,
    flags,
    found,
    lag,
    name_in,
    names,
    only_admins_read_objects,
    page,
    security,
    texts,
)
from simulator.security.state import GROUP_FLAGS, GROUP_ROLES, GROUPS, USERS, Object, new_group
from simulator.versions import at_least

ENDPOINTS = Endpoints()
SECTION = "security-replication.md 5.3"
PATH = f"{ACCESS}/groups"
LONGEST_NAME = 64
TEXTS = {name: name for name in ("description", "external_id")}
FLAGS = {name: name for name in GROUP_FLAGS}


@ENDPOINTS.add("GET", PATH, SECTION, scope=IDENTITIES_SCOPE, since=SINCE, query=PAGING)
def list_groups(incoming: Incoming) -> Response:
    """security-replication.md 5.3: a page of names."""
    base = incoming.site.base_url_at(incoming.node) + PATH
    known = security(incoming).names(GROUPS, lag=lag(incoming))
    return page(incoming, GROUPS, {name: {"group_name": name, "uri": f"{base}/{name}"} for name in known})


@ENDPOINTS.add("GET", PATH + "/{name}", SECTION, scope=IDENTITIES_SCOPE, since=SINCE)
def get_group(incoming: Incoming) -> Response:
    """security-replication.md 5.3: with its members."""
    only_admins_read_objects(incoming)
    name = name_in(incoming)
    return JSONResponse(_shown(incoming, name, found(incoming, GROUPS, name)))


@ENDPOINTS.add("POST", PATH, SECTION, body=JSON, since=SINCE)
def create_group(incoming: Incoming) -> Response:
    """security-replication.md 5.3: always an internal group; 404 for a member that does not exist."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"name", "members", *_settable(incoming)}))
    name = checked_name(content.get("name"))
    state = security(incoming)
    with state.lock:
        if state.has(GROUPS, name):
            raise Refusal(409, f"Group '{name}' already exists")
        members = names(content, "members")
        check_members(incoming, members, USERS)
        group = checked(new_group(**_fields(content)))
        state.put(GROUPS, name, group)
        for user in members:
            state.change_groups(user, add=[name])
        return created(_shown(incoming, name, group))


@ENDPOINTS.add("PATCH", PATH + "/{name}", SECTION, body=JSON, since=SINCE)
def update_group(incoming: Incoming) -> Response:
    """security-replication.md 5.3: what is left out stays as it is; neither realm nor members."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset(_settable(incoming)))
    state, name = security(incoming), name_in(incoming)
    with state.lock:
        group = checked({**existing(incoming, GROUPS, name), **_fields(content)})
        state.put(GROUPS, name, group)
        return JSONResponse(_shown(incoming, name, group))


@ENDPOINTS.add("PATCH", PATH + "/{name}/members", SECTION, body=JSON, since=SINCE)
def change_members(incoming: Incoming) -> Response:
    """security-replication.md 5.3: all or nothing."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"add", "remove"}))
    state, name = security(incoming), name_in(incoming)
    with state.lock:
        existing(incoming, GROUPS, name)
        add, remove = names(content, "add"), names(content, "remove")
        check_members(incoming, [*add, *remove], USERS)
        for user in {*add, *remove}:
            state.change_groups(user, add=[name] if user in add else [], remove=[name] if user in remove else [])
        return JSONResponse({"members": state.members(name)})


@ENDPOINTS.add("DELETE", PATH + "/{name}", SECTION, since=SINCE)
def delete_group(incoming: Incoming) -> Response:
    """security-replication.md 5.3: with its memberships and grants."""
    name = name_in(incoming)
    existing(incoming, GROUPS, name)
    security(incoming).remove(GROUPS, name)
    return Response(status_code=204)


def checked_name(name: Any) -> str:
    """Raises Refusal 400."""
    if not isinstance(name, str) or not name or len(name) > LONGEST_NAME:
        raise Refusal(400, f"Field 'name' must have 1 to {LONGEST_NAME} characters")
    return name


def checked(group: Object) -> Object:
    """Nobody becomes an administrator by being new. Raises Refusal 400."""
    if group["auto_join"] and group["admin_privileges"]:
        raise Refusal(400, "auto_join and admin_privileges are mutually exclusive")
    return group


def _fields(content: dict[str, Any]) -> Object:
    return {**texts(content, TEXTS), **flags(content, FLAGS)}


def _settable(incoming: Incoming) -> set[str]:
    return {*TEXTS, *FLAGS} - _unknown_roles(incoming)


def _unknown_roles(incoming: Incoming) -> set[str]:
    return set() if at_least(incoming.site.version, ROLES_SINCE) else set(GROUP_ROLES)


def _shown(incoming: Incoming, name: str, group: Object) -> Object:
    hidden = _unknown_roles(incoming)
    members = security(incoming).members(name, lag=lag(incoming))
    return {"name": name, **{key: value for key, value in group.items() if key not in hidden}, "members": members}

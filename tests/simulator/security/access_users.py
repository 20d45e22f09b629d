# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users in Access v2: security-replication.md 5.2."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.security import user_rules
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
from simulator.security.state import GROUPS, INTERNAL_USERS, USER_ROLES, USERS, Object
from simulator.versions import at_least

ENDPOINTS = Endpoints()
SECTION = "security-replication.md 5.2"
PATH = f"{ACCESS}/users"
SINCE = "7.49.3"
FILTERS = {"username", "status"}
ONLY_ADMINS, ONLY_ADMINS_SINCE = "onlyAdmins", "7.117.0"
EFFECTIVE_ADMIN_SINCE = "7.66.0"
ROLES_SINCE, AUDITOR_SINCE = "7.128.0", "7.141.0"
# Earlier, PATCH without a password was faulty (terraform-provider-artifactory #931).
PATCH_SINCE = "7.84.3"
AUDITOR = "platform_auditor"


@ENDPOINTS.add("GET", PATH, SECTION, scope=IDENTITIES_SCOPE, since=SINCE, query={*PAGING, *FILTERS, ONLY_ADMINS})
def list_users(incoming: Incoming) -> Response:
    """security-replication.md 5.2: a page; "username" fits any part of a name."""
    query, state = incoming.query, security(incoming)
    if ONLY_ADMINS in query and not at_least(incoming.site.version, ONLY_ADMINS_SINCE):
        raise Refusal(400, f"Unknown query parameter '{ONLY_ADMINS}'")
    shown = {}
    for name in state.names(USERS, lag=lag(incoming)):
        user = state.get(USERS, name, lag=lag(incoming))
        if user is None or (name in INTERNAL_USERS and not incoming.simulator.switches.internal_users_listed):
            continue
        if query.get("username", "") in name and query.get("status") in (None, user["status"]):
            if query.get(ONLY_ADMINS) == "true" and not user["admin"]:
                continue
            uri = f"{incoming.site.base_url_at(incoming.node)}{PATH}/{name}"
            shown[name] = {"username": name, "uri": uri, "realm": user["realm"], "status": user["status"]}
    return page(incoming, USERS, shown)


@ENDPOINTS.add("GET", PATH + "/{name}", SECTION, scope=IDENTITIES_SCOPE, since=SINCE)
def get_user(incoming: Incoming) -> Response:
    """security-replication.md 5.2: everything but the password."""
    only_admins_read_objects(incoming)
    name = name_in(incoming)
    return JSONResponse(_shown(incoming, name, found(incoming, USERS, name)))


@ENDPOINTS.add("POST", PATH, SECTION, body=JSON, since=SINCE)
def create_user(incoming: Incoming) -> Response:
    """security-replication.md 5.2: always an internal account; 409 for a name that is taken."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"username", "groups", *_settable(incoming)}))
    name = user_rules.checked_name(incoming, content.get("username"))
    state = security(incoming)
    with state.lock:
        if state.has(USERS, name):
            raise Refusal(409, f"User '{name}' already exists")
        groups = names(content, "groups")
        check_members(incoming, groups, GROUPS)
        user = user_rules.make(incoming, name, _fields(content), groups, user_rules.password_in(content))
        return created(_shown(incoming, name, user))


@ENDPOINTS.add("PATCH", PATH + "/{name}", SECTION, body=JSON, since=SINCE)
def update_user(incoming: Incoming) -> Response:
    """security-replication.md 5.2: what is left out stays as it is; groups have a call of their own."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, _settable(incoming))
    state, name = security(incoming), name_in(incoming)
    password = user_rules.password_in(content)
    early = incoming.simulator.switches.early_user_patch == "refused"
    if early and not password and not at_least(incoming.site.version, PATCH_SINCE):
        raise Refusal(400, "Field 'password' is required")
    with state.lock:
        user = user_rules.change(incoming, name, existing(incoming, USERS, name), _fields(content), password)
        return JSONResponse(_shown(incoming, name, user))


@ENDPOINTS.add("DELETE", PATH + "/{name}", SECTION, since=SINCE)
def delete_user(incoming: Incoming) -> Response:
    """security-replication.md 5.2: with its memberships and grants."""
    name = name_in(incoming)
    existing(incoming, USERS, name)
    security(incoming).remove(USERS, name)
    return Response(status_code=204)


@ENDPOINTS.add("PATCH", PATH + "/{name}/groups", SECTION, body=JSON, since=SINCE)
def change_groups(incoming: Incoming) -> Response:
    """security-replication.md 5.2: 400 for a group to be removed that the user is not in."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"add", "remove"}))
    state, name = security(incoming), name_in(incoming)
    with state.lock:
        user = existing(incoming, USERS, name)
        add, remove = names(content, "add"), names(content, "remove")
        check_members(incoming, add, GROUPS)
        foreign = [one for one in remove if one not in user["groups"]]
        if foreign:
            raise Refusal(400, f"User '{name}' is not a member of group '{foreign[0]}'")
        state.change_groups(name, add=add, remove=remove)
        return JSONResponse({"groups": existing(incoming, USERS, name)["groups"]})


@ENDPOINTS.add("PUT", PATH + "/{name}/password", SECTION, body=JSON, since=SINCE)
def set_password(incoming: Incoming) -> Response:
    """security-replication.md 5.2: 204."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"password"}))
    name, password = name_in(incoming), user_rules.password_in(content)
    if password is None:
        raise Refusal(400, "Field 'password' is required")
    security(incoming).put(USERS, name, existing(incoming, USERS, name), password=password)
    return Response(status_code=204)


@ENDPOINTS.add("POST", PATH + "/{name}/password/expire", SECTION, since=SINCE)
def expire_password(incoming: Incoming) -> Response:
    """security-replication.md 5.2: no API tells of it afterwards (5.6)."""
    existing(incoming, USERS, name_in(incoming))
    return Response(status_code=204)


@ENDPOINTS.add("POST", PATH + "/{name}/unlock", SECTION, since=SINCE)
def unlock(incoming: Incoming) -> Response:
    """security-replication.md 5.2: a user who is not locked is no error."""
    name = name_in(incoming)
    user = existing(incoming, USERS, name)
    if user["status"] == "locked":
        security(incoming).put(USERS, name, {**user, "status": "enabled"})
    return Response(status_code=204)


def _fields(content: dict[str, Any]) -> Object:
    return {**texts(content, {"email": "email"}), **flags(content, user_rules.FLAGS)}


def _settable(incoming: Incoming) -> frozenset[str]:
    return frozenset({"email", "password"} | set(user_rules.FLAGS) - _unknown_roles(incoming))


def _unknown_roles(incoming: Incoming) -> set[str]:
    """The role flags that this version does not have yet."""
    version = incoming.site.version
    if not at_least(version, ROLES_SINCE):
        return set(USER_ROLES)
    return set() if at_least(version, AUDITOR_SINCE) else {AUDITOR}


def _shown(incoming: Incoming, name: str, user: Object) -> Object:
    hidden = _unknown_roles(incoming)
    shown = {"username": name, **{key: value for key, value in user.items() if key not in hidden}}
    if at_least(incoming.site.version, EFFECTIVE_ADMIN_SINCE):
        shown["effective_admin"] = security(incoming).effective_admin(user)
    return shown

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups in Artifactory's own API: security-replication.md 5.5."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.security.access_groups import checked, checked_name
from simulator.security.asking import (
    LEGACY,
    existing,
    flags,
    found,
    lag,
    name_in,
    names,
    refuse_blocked_legacy,
    security,
    texts,
)
from simulator.security.state import GROUPS, INTERNAL_REALM, USERS, Object, new_group

ENDPOINTS = Endpoints()
SECTION = "security-replication.md 5.5"
PATH = f"{LEGACY}/groups"
ONE = PATH + "/{name}"
# Our words by theirs.
FLAGS = {
    "autoJoin": "auto_join",
    "adminPrivileges": "admin_privileges",
    "watchManager": "watch_manager",
    "policyManager": "policy_manager",
    "reportsManager": "reports_manager",
}
TEXTS = {
    "description": "description",
    "realm": "realm",
    "realmAttributes": "realm_attributes",
    "externalId": "external_id",
}
FIELDS = frozenset({"name", "userNames", *FLAGS, *TEXTS})


@ENDPOINTS.add("GET", PATH, SECTION)
def list_groups(incoming: Incoming) -> Response:
    """security-replication.md 5.5: all at once."""
    refuse_blocked_legacy(incoming)
    base = incoming.site.base_url_at(incoming.node) + PATH
    known = security(incoming).names(GROUPS, lag=lag(incoming))
    return JSONResponse([{"name": name, "uri": f"{base}/{name}"} for name in known])


@ENDPOINTS.add("GET", ONE, SECTION, query={"includeUsers"})
def get_group(incoming: Incoming) -> Response:
    """security-replication.md 5.5: with its members on demand."""
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    group = found(incoming, GROUPS, name)
    shown = {"name": name, **{theirs: group[ours] for theirs, ours in {**TEXTS, **FLAGS}.items()}}
    if incoming.query.get("includeUsers") == "true":
        shown["userNames"] = security(incoming).members(name, lag=lag(incoming))
    return JSONResponse(shown)


@ENDPOINTS.add("PUT", ONE, SECTION, body=JSON)
def put_group(incoming: Incoming) -> Response:
    """security-replication.md 5.5: create or replace, with realm and realm attributes."""
    refuse_blocked_legacy(incoming)
    content, state = _content(incoming), security(incoming)
    name = checked_name(name_in(incoming))
    with state.lock:
        state.put(GROUPS, name, checked(new_group(**_fields(content))))
        wanted = set(names(content, "userNames"))
        for user in set(state.members(name)) - wanted:
            state.change_groups(user, remove=[name])
        _join(incoming, name, wanted)
    return Response(status_code=201)


@ENDPOINTS.add("POST", ONE, SECTION, body=JSON)
def update_group(incoming: Incoming) -> Response:
    """security-replication.md 5.5: what is left out stays as it is; members are only added (dohq-artifactory #431)."""
    refuse_blocked_legacy(incoming)
    content, name, state = _content(incoming), name_in(incoming), security(incoming)
    with state.lock:
        state.put(GROUPS, name, checked({**existing(incoming, GROUPS, name), **_fields(content)}))
        _join(incoming, name, set(names(content, "userNames")))
    return Response(status_code=200)


@ENDPOINTS.add("DELETE", ONE, SECTION)
def delete_group(incoming: Incoming) -> Response:
    """security-replication.md 5.5: with its memberships and grants."""
    refuse_blocked_legacy(incoming)
    name = name_in(incoming)
    existing(incoming, GROUPS, name)
    security(incoming).remove(GROUPS, name)
    return PlainTextResponse(f"Group '{name}' has been removed successfully.")


def _join(incoming: Incoming, group: str, users: set[str]) -> None:
    """Users that do not exist are ignored without a word (terraform-provider-artifactory #1128)."""
    state = security(incoming)
    for user in users:
        if state.has(USERS, user):
            state.change_groups(user, add=[group])


def _content(incoming: Incoming) -> dict[str, Any]:
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, FIELDS)
    return content


def _fields(content: dict[str, Any]) -> Object:
    fields = {**texts(content, TEXTS), **flags(content, FLAGS)}
    return {**fields, "realm": fields["realm"] or INTERNAL_REALM} if "realm" in fields else fields

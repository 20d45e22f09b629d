# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions in Access v2: security-replication.md 5.4."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.security import sections
from simulator.security.asking import (
    ACCESS,
    PERMISSIONS_SCOPE,
    created,
    existing,
    found,
    lag,
    name_in,
    only_admins_read_objects,
    page,
    security,
)
from simulator.security.state import PERMISSIONS, Object

ENDPOINTS = Endpoints()
SECTION = "security-replication.md 5.4"
PATH = f"{ACCESS}/permissions"
ONE, PART = PATH + "/{name}", PATH + "/{name}/{resource_type}"
SINCE = "7.72.0"


@ENDPOINTS.add("GET", PATH, SECTION, scope=PERMISSIONS_SCOPE, since=SINCE, query={"limit", "cursor"})
def list_permissions(incoming: Incoming) -> Response:
    """security-replication.md 5.4: a page of names; the cursor is the last one of them."""
    base = incoming.site.base_url_at(incoming.node) + PATH
    known = security(incoming).names(PERMISSIONS, lag=lag(incoming))
    shown = {name: {"name": name, "uri": f"{base}/{name}"} for name in known}
    return page(incoming, PERMISSIONS, shown, cursor_is_name=True)


@ENDPOINTS.add("GET", ONE, SECTION, scope=PERMISSIONS_SCOPE, since=SINCE)
def get_permission(incoming: Incoming) -> Response:
    """security-replication.md 5.4: all sections."""
    only_admins_read_objects(incoming)
    name = name_in(incoming)
    return JSONResponse(sections.shown(incoming, name, found(incoming, PERMISSIONS, name)))


@ENDPOINTS.add("POST", PATH, SECTION, body=JSON, since=SINCE)
def create_permission(incoming: Incoming) -> Response:
    """security-replication.md 5.4: the whole body; 409 for a name that is taken."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"name", "resources"}))
    name = sections.checked_name(content.get("name"))
    with security(incoming).lock:
        if security(incoming).has(PERMISSIONS, name):
            raise Refusal(409, f"Permission '{name}' already exists")
        read = sections.read_sections(incoming, content.get("resources"))
        return created(sections.shown(incoming, name, sections.put(incoming, name, read)))


@ENDPOINTS.add("DELETE", ONE, SECTION, since=SINCE)
def delete_permission(incoming: Incoming) -> Response:
    """security-replication.md 5.4: 204."""
    name = name_in(incoming)
    existing(incoming, PERMISSIONS, name)
    security(incoming).remove(PERMISSIONS, name)
    return Response(status_code=204)


@ENDPOINTS.add("GET", PART, SECTION, scope=PERMISSIONS_SCOPE, since=SINCE)
def get_section(incoming: Incoming) -> Response:
    """security-replication.md 5.4: one section."""
    only_admins_read_objects(incoming)
    resource = sections.checked_type(incoming.parameters["resource_type"])
    permission = found(incoming, PERMISSIONS, name_in(incoming))
    return JSONResponse(sections.shown_section(incoming, resource, _section(permission, resource)))


@ENDPOINTS.add("PUT", PART, SECTION, body=JSON, since=SINCE)
def replace_section(incoming: Incoming) -> Response:
    """security-replication.md 5.4: one section as a whole; the others stay, so a change of several is not atomic."""
    return _change(incoming, merge=False)


@ENDPOINTS.add("PATCH", PART, SECTION, body=JSON, since=SINCE)
def merge_section(incoming: Incoming) -> Response:
    """security-replication.md 5.4: what is named, laid over what is there."""
    return _change(incoming, merge=True)


@ENDPOINTS.add("DELETE", PART, SECTION, since=SINCE)
def delete_section(incoming: Incoming) -> Response:
    """security-replication.md 5.4: 204."""
    resource, name = sections.checked_type(incoming.parameters["resource_type"]), name_in(incoming)
    with security(incoming).lock:
        permission = existing(incoming, PERMISSIONS, name)
        _section(permission, resource)
        kept = {other: one for other, one in permission["resources"].items() if other != resource}
        sections.put(incoming, name, kept)
    return Response(status_code=204)


def _change(incoming: Incoming, *, merge: bool) -> Response:
    resource, name = sections.checked_type(incoming.parameters["resource_type"]), name_in(incoming)
    with security(incoming).lock:
        resources = existing(incoming, PERMISSIONS, name)["resources"]
        given = sections.read_section(incoming, resource, incoming.json_object(), partial=merge)
        section = sections.merged(resources.get(resource) if merge else None, given)
        if not section["targets"]:
            raise Refusal(400, f"Section '{resource}' must have at least one target")
        sections.put(incoming, name, {**resources, resource: section})
        return JSONResponse(sections.shown_section(incoming, resource, section))


def _section(permission: Object, resource: str) -> Object:
    if resource not in permission["resources"]:
        raise Refusal(404, f"Resource type '{resource}' was not found in the permission")
    section: Object = permission["resources"][resource]
    return section

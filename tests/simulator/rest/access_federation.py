# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access Federation at the source itself: control-plane-api.md 7.1."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.federation import ENTITIES, PATTERNS, Target, camel, in_json, no_filters
from simulator.federation_traffic import broadcast, refused_by
from simulator.rest.endpoint import JSON, Endpoints, Incoming
from simulator.urls import is_url

ENDPOINTS = Endpoints()
FEDERATION = "/access/api/v1/system/federation"
FILTERS = ("permission_filters", "group_filters")
CHANGEABLE = ("entities", *FILTERS, "active")
# The PATCH page sends one spelling and shows the other one back, so both are read.
SPELLINGS = {camel(name): name for name in (*FILTERS, *PATTERNS)}


@ENDPOINTS.add("GET", FEDERATION, "7.1")
def list_targets(incoming: Incoming) -> Response:
    """7.1."""
    targets = list(incoming.site.federation.targets.values())
    return JSONResponse({"targets": [_shown(incoming, target) for target in targets]})


@ENDPOINTS.add("POST", FEDERATION, "7.1", body=JSON, dials=True)
def add_target(incoming: Incoming) -> Response:
    """7.1: 201 with the target. Whether the target trusts this site is looked at by switch only."""
    content = _content(incoming, ("name", "url", *CHANGEABLE, "force_override"))
    name, url = content.get("name"), content.get("url")
    if not isinstance(name, str) or not name.strip():
        raise Refusal(400, "The server name is missing")
    if not is_url(url) or urlsplit(str(url)).path.rstrip("/") != "/access":
        raise Refusal(400, "The target server URL is invalid")
    override = content.get("force_override", False)
    if not isinstance(override, bool):
        raise Refusal(400, "Invalid force_override")
    targets = incoming.site.federation.targets
    if name in targets and not override:
        status = 404 if _old(incoming) else 409
        raise Refusal(status, f"A federation target named '{name}' already exists")
    if incoming.simulator.switches.federation_checks_trust_when_registered:
        refused = refused_by(incoming.simulator, incoming.site, str(url), incoming.signing_pair)
        if refused is not None:
            raise Refusal(400, refused[1])
    target = Target(name, str(url))
    _change(target, content)
    targets[name] = target
    return JSONResponse(_shown(incoming, target), 201)


@ENDPOINTS.add("GET", FEDERATION + "/{server_name}", "7.1")
def get_target(incoming: Incoming) -> Response:
    """7.1."""
    return JSONResponse(_shown(incoming, _find(incoming)))


@ENDPOINTS.add("PATCH", FEDERATION + "/{server_name}", "7.1", body=JSON)
def update_target(incoming: Incoming) -> Response:
    """7.1: only entities, filters and active; an older page answers 204."""
    target = _find(incoming)
    _change(target, _content(incoming, CHANGEABLE))
    return Response(status_code=204) if _old(incoming) else JSONResponse(_shown(incoming, target))


@ENDPOINTS.add("DELETE", FEDERATION + "/{server_name}", "7.1")
def delete_target(incoming: Incoming) -> Response:
    """7.1. What a target was told it keeps."""
    del incoming.site.federation.targets[_find(incoming).name]
    return Response(status_code=204)


@ENDPOINTS.add("PUT", FEDERATION + "/{server_name}/full_broadcast", "7.1", dials=True)
def full_broadcast(incoming: Incoming) -> Response:
    """7.1: 204 started, 202 when one runs, 304 for a target that is not eligible."""
    target = _find(incoming)
    if not target.active:
        return Response(status_code=304)
    if incoming.site.federation.is_broadcasting(target.name):
        return Response(status_code=202)
    broadcast(incoming.simulator, incoming.site, target)
    return Response(status_code=204)


def _find(incoming: Incoming) -> Target:
    name = incoming.parameters["server_name"]
    if not name.strip():
        raise Refusal(400, "The server name is blank")
    target = incoming.site.federation.targets.get(name)
    if target is None:
        raise Refusal(404, f"Federation target '{name}' was not found")
    return target


def _content(incoming: Incoming, known: tuple[str, ...]) -> dict[str, Any]:
    content = {SPELLINGS.get(key, key): value for key, value in incoming.json_object().items()}
    incoming.refuse_unknown_fields(content, frozenset(known))
    return {key: value for key, value in content.items() if key in known}


def _change(target: Target, content: dict[str, Any]) -> None:
    """Raises Refusal 400 before anything is changed."""
    changes: dict[str, Any] = {}
    if "entities" in content:
        entities = content["entities"]
        if not isinstance(entities, list) or not set(map(str, entities)) <= set(ENTITIES):
            raise Refusal(400, f"Invalid entities: use {', '.join(ENTITIES)}")
        changes["entities"] = entities
    for name in FILTERS:
        if name in content:
            changes[name] = filters_of(content[name], name)
    if "active" in content:
        if not isinstance(content["active"], bool):
            raise Refusal(400, "Invalid active")
        changes["active"] = content["active"]
    for name, value in changes.items():
        setattr(target, name, value)


def filters_of(content: Any, name: str) -> dict[str, list[str]]:
    """Filters of a request, in one form. Raises Refusal 400."""
    given = {SPELLINGS.get(key, key): value for key, value in content.items()} if isinstance(content, dict) else None
    if given is None or not set(given) <= set(PATTERNS):
        raise Refusal(400, f"Invalid {name}")
    if not all(isinstance(value, list) and all(isinstance(item, str) for item in value) for value in given.values()):
        raise Refusal(400, f"Invalid {name}")
    return {**no_filters(), **given}


def _shown(incoming: Incoming, target: Target) -> dict[str, Any]:
    return in_json(target, old_pages=_old(incoming))


def _old(incoming: Incoming) -> bool:
    return incoming.simulator.switches.federation_pages == "old"

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mission Control's JPDs: control-plane-api.md 1."""

from __future__ import annotations

import re
from typing import Any, Optional

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.envelopes import Refusal
from simulator.joining import NO_CREDENTIAL, Joining
from simulator.jpd_view import STATUSES
from simulator.platform import Credential, Platform
from simulator.rest.endpoint import ANYONE, JSON, Endpoints, Incoming
from simulator.rest.jpd_request import JpdRequest
from simulator.urls import normal, with_slash

ENDPOINTS = Endpoints()
FILTERS = {"name", "tag", "url", "status"}


@ENDPOINTS.add("GET", "/mc/api/v1/system/ping", "1.9", access=ANYONE)
def ping(incoming: Incoming) -> Response:
    """1.9."""
    return PlainTextResponse("OK")


@ENDPOINTS.add("GET", "/mc/api/v1/jpds", "1.2", query=FILTERS)
def list_jpds(incoming: Incoming) -> Response:
    """1.2: a bare array."""
    status = incoming.query.get("status")
    if status is not None and status not in STATUSES:
        raise Refusal(400, f"Invalid status '{status}'. Use one of {', '.join(STATUSES)}")
    view = incoming.simulator.jpd_view
    return JSONResponse(
        [
            view.shown(entry, read=True)
            for entry in list(_platform(incoming).jpds)
            if _selected(incoming, entry) and (status is None or view.status(entry) == status)
        ]
    )


@ENDPOINTS.add("GET", "/mc/api/v1/jpds/{jpd_id}", "1.4")
def get_jpd(incoming: Incoming) -> Response:
    """1.1 and 1.4."""
    return JSONResponse(incoming.simulator.jpd_view.shown(_find(incoming), read=True))


@ENDPOINTS.add("POST", "/mc/api/v1/jpds", "1.3 and 1.5", body=JSON, dials=True)
def add_jpd(incoming: Incoming) -> Response:
    """1.5: validates, dials the Edge, trades the credential, stores. 201 with the object."""
    platform = _platform(incoming)
    request = JpdRequest.read(incoming, "addInstance")
    first = incoming.simulator.switches.duplicate_check_before_token
    if first:
        _refuse_duplicate(incoming, request, own_id=None)
    credential, base_url = _join(incoming, request)
    with platform.lock:
        _refuse_duplicate(incoming, request, own_id=None)
        stored = platform.add_jpd({**request.stored(), "base_url": base_url}, credential)
    return JSONResponse(incoming.simulator.jpd_view.shown(stored, read=False), 201)


@ENDPOINTS.add("PUT", "/mc/api/v1/jpds/{jpd_id}", "1.6", body=JSON, dials=True, since="7.29.0")
def update_jpd(incoming: Incoming) -> Response:
    """1.6: replaces everything. Dials when the URL changes or a token is sent. 204 without a body."""
    platform = _platform(incoming)
    entry = _find(incoming)
    request = JpdRequest.read(incoming, "updateInstance")
    _refuse_duplicate(incoming, request, own_id=entry["id"])
    credential = _rejoin(incoming, request, entry)
    with platform.lock:
        # Others may have been busy while the Edge was dialled.
        _find(incoming)
        _refuse_duplicate(incoming, request, own_id=entry["id"])
        tags = entry["tags"] if not incoming.simulator.switches.put_without_tags_clears else []
        entry.update(request.stored())
        if request.tags is None:
            entry["tags"] = tags
        if credential is not None:
            platform.credentials[entry["id"]], entry["base_url"] = credential
    incoming.simulator.jpd_view.forget(entry)
    return Response(status_code=204)


@ENDPOINTS.add("DELETE", "/mc/api/v1/jpds/{jpd_id}", "1.7", dials=True)
def delete_jpd(incoming: Incoming) -> Response:
    """1.7: 204 without a body; the second time 404. The home JPD stays (trap 9)."""
    entry = _find(incoming)
    if entry["local"]:
        raise Refusal(incoming.simulator.switches.delete_home_jpd_status, "The home JPD cannot be removed")
    found = incoming.simulator.site_at(entry["url"])
    if found is not None and incoming.simulator.switches.delete_revokes_master_token:
        found[0].revoke_pairings(_platform(incoming).base_url)
    if incoming.simulator.switches.delete_jpd_releases_licences:
        _platform(incoming).buckets.release_all(entry["id"])
    _platform(incoming).delete_jpd(entry["id"])
    return Response(status_code=204)


def _platform(incoming: Incoming) -> Platform:
    return incoming.simulator.platform


def _find(incoming: Incoming) -> dict[str, Any]:
    for entry in _platform(incoming).jpds:
        if entry["id"] == incoming.parameters["jpd_id"]:
            return entry
    raise Refusal(404)


def _selected(incoming: Incoming, entry: dict[str, Any]) -> bool:
    ignore_case = incoming.simulator.switches.filter_ignores_case
    query = incoming.query
    return (
        _like(query.get("name"), [entry["name"]], ignore_case)
        and _like(query.get("url"), [entry["url"]], ignore_case)
        and _like(query.get("tag"), entry["tags"], ignore_case)
    )


def _like(pattern: Optional[str], values: list[str], ignore_case: bool) -> bool:
    """1.2: an asterisk stands for anything, all else for itself."""
    if pattern is None:
        return True
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    return any(re.fullmatch(expression, value, re.IGNORECASE if ignore_case else 0) for value in values)


def _refuse_duplicate(incoming: Incoming, request: JpdRequest, *, own_id: Optional[str]) -> None:
    for entry in list(_platform(incoming).jpds):
        if entry["id"] == own_id:
            continue
        for what, same in (
            ("name", entry["name"] == request.name),
            ("url", normal(entry["url"]) == normal(request.url)),
        ):
            if same:
                value = request.name if what == "name" else with_slash(request.url)
                switches = incoming.simulator.switches
                message = switches.duplicate_jpd_message.format(what=what, value=value)
                raise Refusal(switches.duplicate_jpd_status, message)


def _join(incoming: Incoming, request: JpdRequest) -> tuple[Credential, str]:
    joining = Joining(incoming.simulator, request.url)
    if request.username is not None:
        return joining.with_password(request.username, request.password or "")
    if request.token is not None:
        joining.probe()
        return joining.with_token(request.token)
    if incoming.simulator.switches.jpd_without_token == "accepted_with_circle_of_trust":
        joining.probe()
        return joining.within_circle_of_trust()
    raise Refusal(400, NO_CREDENTIAL)


def _rejoin(incoming: Incoming, request: JpdRequest, entry: dict[str, Any]) -> Optional[tuple[Credential, str]]:
    """What PUT does with the connection: nothing, a probe of a new URL, or a new pairing."""
    if request.token is not None or request.username is not None:
        joined = _join(incoming, request)
        return joined if incoming.simulator.switches.put_with_token_repairs else None
    if normal(request.url) != normal(entry["url"]):
        Joining(incoming.simulator, request.url).probe()
    return None

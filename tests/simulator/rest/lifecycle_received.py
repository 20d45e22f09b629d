# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release bundles v2 that an Edge has received: control-plane-api.md 6.4 "On the edge"."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.release_bundles import V2, Received
from simulator.rest.endpoint import Endpoints, Incoming
from simulator.rest.lifecycle_bundles import moment

ENDPOINTS = Endpoints()
PATH = "/lifecycle/api/v2/release_bundle/received"
# "Since 7.103.1 / Distribution 2.28.1"; the Edge does not know the version of Distribution.
LIMITS: dict[str, Any] = {"since": "7.103.1", "on_edges": True}
PROJECT = "source_project_key"


@ENDPOINTS.add("GET", PATH, "6.4", query={"offset", "limit", PROJECT}, **LIMITS)
def list_received(incoming: Incoming) -> Response:
    """6.4: one entry per name; the total is a string."""
    by_name: dict[str, list[Received]] = {}
    for one in _received(incoming):
        by_name.setdefault(one.name, []).append(one)
    offset, limit = (_number(incoming, key, default) for key, default in (("offset", 0), ("limit", 100)))
    page = [_summary(by_name[name]) for name in sorted(by_name)[offset : offset + limit]]
    return JSONResponse({"release_bundles": page, "total": str(len(by_name))})


@ENDPOINTS.add("GET", PATH + "/{name}/{version}/status", "6.4", query={PROJECT}, **LIMITS)
def status(incoming: Incoming) -> Response:
    """6.4: STARTED, COMPLETED or FAILED, with messages."""
    name, version = incoming.parameters["name"], incoming.parameters["version"]
    for one in _received(incoming):
        if (one.name, one.version) == (name, version):
            return JSONResponse({"status": one.status, "messages": [{"text": text} for text in one.messages]})
    raise Refusal(404, f"Release bundle {name}/{version} was not found")


def _received(incoming: Incoming) -> list[Received]:
    incoming.simulator.deliveries.tick()
    wanted = incoming.query.get(PROJECT)
    found = [one for one in list(incoming.site.received.values()) if one.kind == V2 and wanted in (None, one.project)]
    return sorted(found, key=lambda one: one.at)


def _summary(versions: list[Received]) -> dict[str, Any]:
    latest = versions[-1]
    return {
        "name": latest.name,
        "latest_version": latest.version,
        "source_project_key": latest.project or "default",
        "date_received": moment(latest.at),
        "number_of_versions": len(versions),
    }


def _number(incoming: Incoming, name: str, default: int) -> int:
    text = incoming.query.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise Refusal(400, f"'{name}' must be a number")
    return int(text)

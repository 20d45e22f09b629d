# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router of a node: control-plane-api.md 5.1. None of its calls asks who is there."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import ANYONE, Endpoints, Incoming

ENDPOINTS = Endpoints()
IGNORE_UNHEALTHY = "X-Jfrog-Ignore-Unhealthy"


@ENDPOINTS.add("GET", "/router/api/v1/system/health", "5.1", access=ANYONE)
def health(incoming: Incoming) -> Response:
    """5.1: 503 carries the same JSON as 200."""
    page = incoming.site.health(incoming.node or incoming.site.serving_node())
    if page is None:
        raise Refusal(503)
    status, content = page
    return JSONResponse(content, status)


@ENDPOINTS.add("GET", "/router/api/v1/system/ping", "5.1", access=ANYONE)
def ping(incoming: Incoming) -> Response:
    """5.1, node-files.md 8: the router itself is there."""
    return PlainTextResponse("OK")


@ENDPOINTS.add("GET", "/router/api/v1/system/readiness", "5.1", access=ANYONE)
def readiness(incoming: Incoming) -> Response:
    """5.1: 200, or 503 while services are down."""
    return _probe(incoming)


@ENDPOINTS.add("GET", "/router/api/v1/system/liveness", "5.1", access=ANYONE)
def liveness(incoming: Incoming) -> Response:
    """5.1: as readiness; a probe may say that it does not care about the services."""
    return _probe(incoming)


def _probe(incoming: Incoming) -> Response:
    page = incoming.site.health(incoming.node or incoming.site.serving_node())
    healthy = page is not None and page[0] == 200
    if healthy or incoming.headers.get(IGNORE_UNHEALTHY, "").lower() == "true":
        return JSONResponse({"code": "OK"})
    return JSONResponse({"code": "UNHEALTHY"}, 503)

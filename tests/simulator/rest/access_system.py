# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access about itself: control-plane-api.md 5.1 and 5.2."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse, Response

from simulator.rest.endpoint import ANYONE, Endpoints, Incoming

ENDPOINTS = Endpoints()


@ENDPOINTS.add("GET", "/access/api/v1/system/ping", "5.1", access=ANYONE)
def ping(incoming: Incoming) -> Response:
    """5.1: later than Artifactory's; while Access is down, the router answers in its place."""
    return PlainTextResponse("OK")


@ENDPOINTS.add("GET", "/access/api/v1/system/readiness", "5.1", access=ANYONE)
def readiness(incoming: Incoming) -> Response:
    """5.1."""
    return JSONResponse({"code": "OK"})


@ENDPOINTS.add("GET", "/access/api/v1/system/liveness", "5.1", access=ANYONE)
def liveness(incoming: Incoming) -> Response:
    """5.1."""
    return JSONResponse({"code": "OK"})


@ENDPOINTS.add("GET", "/access/api/v1/system/version", "5.2", access=ANYONE)
def version(incoming: Incoming) -> Response:
    """5.2: reported by third parties only."""
    return JSONResponse({"name": incoming.site.version, "revision": "0", "timestamp": "1760000000000"})

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distribution, as far as onboarding asks for it: control-plane-api.md 5.1."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from simulator.rest.endpoint import ANYONE, Endpoints, Incoming

ENDPOINTS = Endpoints()


@ENDPOINTS.add("GET", "/distribution/api/v1/system/ping", "5.1", access=ANYONE)
def ping(incoming: Incoming) -> Response:
    """5.1: JSON, unlike the other pings."""
    return JSONResponse({"status_code": 200, "message": "ok"})


@ENDPOINTS.add("GET", "/distribution/api/v1/system/info", "5.1", access=ANYONE)
def info(incoming: Incoming) -> Response:
    """5.1: where official clients read the version."""
    return JSONResponse(
        {
            "status": "STABLE",
            "message": "Distribution is up and running",
            "version": incoming.simulator.platform.distribution,
            "service_id": incoming.site.database.service("jfds"),
        }
    )

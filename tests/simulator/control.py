# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control listener for ``artifactoryctl`` (see control_address.py) and for ``simulator ctl``: plain HTTP."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from simulator.simulator import Simulator

Work = Callable[["Simulator", Request, Any], Any]


def control_application(simulator: Simulator, token: str) -> Starlette:
    def guarded(work: Work) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
                return JSONResponse({"error": "wrong control token"}, 401)
            try:
                content = await request.json() if await request.body() else {}
                return JSONResponse(await run_in_threadpool(work, simulator, request, content))
            except KeyError as error:
                return JSONResponse({"error": f"there is no {error.args[0]}"}, 404)
            except (LookupError, TypeError, ValueError) as error:
                return JSONResponse({"error": str(error)}, 400)

        return serve

    return Starlette(
        routes=[
            Route("/control/nodes/{node}/status", guarded(_status), methods=["GET"]),
            Route("/control/nodes/{node}/{order}", guarded(_order), methods=["POST"]),
        ]
    )


def _status(simulator: Simulator, request: Request, content: Any) -> dict[str, Any]:
    return simulator.node(request.path_params["node"])[1].status()


def _order(simulator: Simulator, request: Request, content: Any) -> dict[str, Any]:
    _, node = simulator.node(request.path_params["node"])
    order = request.path_params["order"]
    if order not in ("start", "stop", "restart"):
        raise KeyError(order)
    getattr(node, order)()
    simulator.refresh()
    return node.status()

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control listener for ``artifactoryctl`` (see control_address.py) and for ``simulator ctl``: plain HTTP.

``POST /control/commands/<command>`` with the command's arguments as a JSON object answers ``{"result": ...}``; the
commands are in commands.py.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.commands import COMMANDS
from simulator.sites import ServedNode

if TYPE_CHECKING:
    from simulator.simulator import Simulator

Work = Callable[["Simulator", dict[str, str], dict[str, Any]], dict[str, Any]]
ORDERS = ("start", "stop", "restart")


def control_application(simulator: Simulator, token: str) -> Starlette:
    """The ASGI application of the control listener. It answers only to the token."""

    def guarded(work: Work) -> Callable[[Request], Awaitable[Response]]:
        async def serve(request: Request) -> Response:
            given = request.headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
                return JSONResponse({"error": "wrong control token"}, 401)
            try:
                content = await request.json() if await request.body() else {}
                return JSONResponse(await run_in_threadpool(work, simulator, request.path_params, content))
            except KeyError as error:
                return JSONResponse({"error": f"there is no {error.args[0]!r}"}, 404)
            except (LookupError, TypeError, ValueError) as error:
                return JSONResponse({"error": str(error)}, 400)

        return serve

    return Starlette(
        routes=[
            Route("/control/nodes/{node}/status", guarded(_status), methods=["GET"]),
            Route("/control/nodes/{node}/{order}", guarded(_order), methods=["POST"]),
            Route("/control/commands/{command}", guarded(_command), methods=["POST"]),
        ]
    )


def _status(simulator: Simulator, path: dict[str, str], content: dict[str, Any]) -> dict[str, Any]:
    return simulator.controlled(path["node"]).status()


def _order(simulator: Simulator, path: dict[str, str], content: dict[str, Any]) -> dict[str, Any]:
    node = simulator.controlled(path["node"])
    if path["order"] not in ORDERS:
        raise KeyError(path["order"])
    if simulator.switches.control_script_environment and isinstance(node, ServedNode):
        node.inherited = {str(name): str(value) for name, value in content.get("environment", {}).items()}
    getattr(node, path["order"])()
    simulator.refresh()
    return node.status()


def _command(simulator: Simulator, path: dict[str, str], content: dict[str, Any]) -> dict[str, Any]:
    return {"result": COMMANDS[path["command"]](simulator, **content)}

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in front of the handlers: faults, load balancer, router, call log."""

from __future__ import annotations

import asyncio
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Optional

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from simulator import envelopes
from simulator.call_log import Call
from simulator.dialling import CALLER_HEADER
from simulator.envelopes import Refusal
from simulator.faults import REFUSALS, SPOILT, Fault
from simulator.platform import Platform
from simulator.security.asking import encoded_path
from simulator.sites import HEALTHY, Site
from simulator.spoiling import SPOILERS

if TYPE_CHECKING:
    from simulator.simulator import Simulator

# Scope keys under which the application finds what the gateway knows.
SITE = "simulator.site"
NODE = "simulator.node"
CALL = "simulator.call"


class Gateway:
    """The ASGI application of every TLS listener. The port tells which site is meant."""

    def __init__(self, simulator: Simulator, application: Starlette) -> None:
        self._simulator = simulator
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        site, node = self._simulator.address(scope["server"][1])
        call = self._begin(scope, site, node)
        names = {site.name} | ({node} if node else set())
        fault = self._simulator.faults.take(names, call.method, call.path)
        if fault is not None:
            call.fault = fault.kind
        reply = _Reply(send, call, self._simulator, spoilt=fault.kind if fault and fault.kind in SPOILT else "")
        try:
            await self._answer(scope, receive, reply, fault)
        except _HangUp:
            self._simulator.calls.add(call)
            await _cut(scope)
        except (ClientDisconnect, asyncio.CancelledError):
            # The caller went away, or the simulator ends while it makes one wait.
            return
        if reply.cuts:
            await _cut(scope)

    async def _answer(self, scope: Scope, receive: Receive, reply: _Reply, fault: Optional[Fault]) -> None:
        """Let the first one answer that is responsible: a fault, the load balancer, the router, a handler."""
        call = reply.call
        if fault is not None and fault.kind == "hang_up":
            raise _HangUp
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds if fault.seconds is not None else 1.0)
        site, node = self._simulator.address(scope["server"][1])
        if fault is not None and fault.kind == "restart":
            await asyncio.to_thread(self._simulator.restart, site, node, fault.seconds)
            raise _HangUp
        response = _faulty(fault, call.path) or self._limited(site, call)
        if response is None:
            response = await asyncio.to_thread(self._route, site, node, call.path)
        if response is not None:
            await response(scope, receive, reply)
            return
        scope[SITE], scope[NODE], scope[CALL] = site, node, call
        scope["path"] = encoded_path(scope["path"], scope["raw_path"])
        await self._application(scope, receive, reply)

    def _limited(self, site: Site, call: Call) -> Optional[Response]:
        """Too many requests for the platform (control-plane-api.md 8). Those between servers are not counted."""
        limit = self._simulator.rate_limit
        if not isinstance(site, Platform) or not call.by_client or limit.lets_through():
            return None
        return envelopes.render(call.path, Refusal(429), limit.headers())

    def _begin(self, scope: Scope, site: Site, node: Optional[str]) -> Call:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        caller = self._simulator.server_name(headers.get(CALLER_HEADER, ""))
        return Call(
            site=site.name,
            node=node,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            at=self._simulator.clock.now(),
            user_agent=headers.get("user-agent", ""),
            who=f"{caller} (server)" if caller else "-",
            by_client=not caller,
            connection=scope["state"]["connection_number"],
        )

    def _route(self, site: Site, node: Optional[str], path: str) -> Optional[Response]:
        """What answers before any service does: the load balancer of an HA Edge, and the router (node-files.md 8)."""
        if node is None:
            node = site.serving_node()
            if site.has_load_balancer and node is None:
                return envelopes.load_balancer_page()
        service = envelopes.service_of(path)
        if service is None or service not in site.services:
            return envelopes.router_page(404)
        if not site.listens(node):
            # The node went down between the connection and the call; its listener is about to be closed.
            raise _HangUp
        if service == "router" or site.service_states(node).get(envelopes.SERVICES[service]) == HEALTHY:
            return None
        return envelopes.router_page(502)


class _HangUp(Exception):
    """The connection goes, without an answer and without any work done."""


class _Reply:
    """Sends an answer and logs the call just before, so that whoever has the answer finds the call in the log.

    ``spoilt`` names what the answer meets on its way back. One that changes is kept until all of it is there.
    """

    def __init__(self, send: Send, call: Call, simulator: Simulator, *, spoilt: str) -> None:
        self.call = call
        self._send = send
        self._simulator = simulator
        self._spoilt = spoilt
        self._start: Message = {}
        self._body = b""

    @property
    def cuts(self) -> bool:
        """Whether the connection ends with this call."""
        return self._spoilt in ("drop_answer", "cut_body")

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.call.status = message["status"]
            # RFC 9110, 6.6.1: clients that care about clocks read the server's time from it.
            date = format_datetime(self._simulator.clock.now(self.call.site), usegmt=True)
            message["headers"] = [*message.get("headers", ()), (b"date", date.encode("ascii"))]
            self._simulator.calls.add(self.call)
        if not self._spoilt:
            await self._send(message)
        elif self._spoilt != "drop_answer":
            await self._spoil(message)

    async def _spoil(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if not message.get("more_body"):
            for sent in SPOILERS[self._spoilt](self._start, self._body):
                await self._send(sent)


def _faulty(fault: Optional[Fault], path: str) -> Optional[Response]:
    if fault is None or fault.kind == "slow" or fault.kind in SPOILT:
        return None
    if fault.kind == "login_page":
        return envelopes.login_page()
    if fault.kind == "502_html":
        return envelopes.load_balancer_page()
    if fault.kind in REFUSALS:
        return envelopes.render(path, Refusal(int(fault.kind)))
    headers = {}
    if fault.kind == "429_retry_after":
        headers["Retry-After"] = str(int(fault.seconds if fault.seconds is not None else 1))
    return envelopes.render(path, Refusal(429), headers)


async def _cut(scope: Scope) -> None:
    """Drop the connection, as a crash or a firewall does."""
    connection: Any = scope["state"]["connection"]
    connection.transport.abort()
    # Until the server knows that the connection is gone, it would complain that there was no answer.
    for _ in range(10):
        await asyncio.sleep(0)
        if connection.cycle is None or connection.cycle.disconnected:
            return

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Listening sockets that can be closed so that connections are refused, and opened again on the same port."""

from __future__ import annotations

import asyncio
import itertools
import socket
import ssl
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Optional, Union

from uvicorn import Config
from uvicorn.server import ServerState

from simulator.tls_door import BACKLOG, Refusal, TlsDoor

_Door = Union[asyncio.Server, TlsDoor]
_CONNECTIONS = itertools.count(1)


class EventLoop:
    """One thread that serves all listeners."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the loop and wait for it."""
        future: Future[None] = asyncio.run_coroutine_threadsafe(work, self.loop)
        future.result()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        pending = asyncio.all_tasks(self.loop)
        for task in pending:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())


class Listener:
    """One port. It stays reserved while the listener is closed, so nobody else can get it.

    ``refusal`` says what those get who speak plain HTTP to it while it speaks TLS. Without it they are disconnected.
    """

    def __init__(
        self,
        loop: EventLoop,
        config: Config,
        *,
        host: str,
        port: int = 0,
        context: Optional[ssl.SSLContext] = None,
        refusal: Optional[Refusal] = None,
    ) -> None:
        self.host = host
        self._loop = loop
        self._config = config
        self._context = context
        self._refusal = refusal
        self._state = ServerState()
        self._server: Optional[_Door] = None
        self._lock = threading.Lock()
        if port:
            # With SO_REUSEPORT alone, a simulator that still runs would silently share its port with us.
            _bound(host, port, shared=False).close()
        # A bound socket that never listens: the kernel refuses connections and gives the port to no one else.
        self._reservation = _bound(host, port)
        self.port: int = self._reservation.getsockname()[1]

    @property
    def is_open(self) -> bool:
        return self._server is not None

    @property
    def scheme(self) -> str:
        """What the port speaks, or spoke when it was open."""
        return "http" if self._context is None else "https"

    def speak(self, context: Optional[ssl.SSLContext]) -> None:
        """Use other TLS settings, or None for plain HTTP, from the next connection on; the existing ones are cut."""
        with self._lock:
            if context is self._context:
                return
            self._context = context
            if self._server is not None:
                self._loop.run(self._close())
                self._loop.run(self._open())

    def open(self) -> None:
        with self._lock:
            if self._server is None:
                self._loop.run(self._open())

    def close(self) -> None:
        """Refuse new connections and cut the existing ones."""
        with self._lock:
            if self._server is not None:
                self._loop.run(self._close())

    def release(self) -> None:
        """Close for good."""
        self.close()
        self._reservation.close()

    async def _open(self) -> None:
        loop, listening = self._loop.loop, _bound(self.host, self.port)
        if self._context is not None and self._refusal is not None:
            self._server = TlsDoor(loop, listening, self._context, self._protocol, self._refusal)
        else:
            self._server = await loop.create_server(self._protocol, sock=listening, ssl=self._context, backlog=BACKLOG)

    async def _close(self) -> None:
        assert self._server is not None
        server, self._server = self._server, None
        # A connection that is accepted, and not yet handed to the server, would be lost by asyncio: neither served nor
        # closed, with a caller who waits. So accept no more, let those arrive, and then close.
        for listening in server.sockets:
            self._loop.loop.remove_reader(listening.fileno())
        await asyncio.sleep(0)
        server.close()
        for connection in list(self._state.connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(0)

    def _protocol(self) -> asyncio.Protocol:
        state: dict[str, Any] = {}
        protocol_class: Any = self._config.http_protocol_class
        protocol: asyncio.Protocol = protocol_class(
            config=self._config, server_state=self._state, app_state=state, _loop=self._loop.loop
        )
        # The application needs the connection itself for faults that cut it.
        state["connection"] = protocol
        # The log of calls tells by it which calls came over one connection.
        state["connection_number"] = next(_CONNECTIONS)
        return protocol


def serving(app: Any) -> Config:
    """How uvicorn serves one of the simulator's applications."""
    config = Config(app, interface="asgi3", lifespan="off", log_config=None, access_log=False)
    config.server_header = False
    config.timeout_keep_alive = 75
    config.load()
    return config


def _bound(host: str, port: int, *, shared: bool = True) -> socket.socket:
    # With the protocol left out, asyncio does not switch Nagle's algorithm off, and each answer takes 40 ms longer.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(shared))
        if port:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound

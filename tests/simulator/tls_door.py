# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accepting connections at a TLS port, with an answer of our own for those who speak plain HTTP to it.

asyncio's server would only cut them off. What a router does is a matter of its library (switch
``plain_http_to_tls_port``), and a client that is not prepared for an answer in plain text should be found out.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Sequence
from typing import Optional

BACKLOG = 1024
TLS_RECORD = b"\x16"  # RFC 8446, 5.1: the first byte of a client's first message
# The words of Go's net/http, and of Traefik for a request that no route fits.
ANSWERS = {
    "bad_request": b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
    "not_found": (
        b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 19\r\n"
        b"Connection: close\r\n\r\n404 page not found\n"
    ),
    "hang_up": b"",
}
# Says which of the answers is given.
Refusal = Callable[[], str]


class TlsDoor:
    """A listening socket. As far as listeners.py needs it, it is like an ``asyncio.Server``."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        listening: socket.socket,
        context: ssl.SSLContext,
        protocol: Callable[[], asyncio.Protocol],
        refusal: Refusal,
    ) -> None:
        self._loop = loop
        self._listening = listening
        self._context = context
        self._protocol = protocol
        self._refusal = refusal
        self._arriving: set[asyncio.Task[None]] = set()
        listening.listen(BACKLOG)
        loop.add_reader(listening.fileno(), self._accept)

    @property
    def sockets(self) -> Sequence[socket.socket]:
        return [self._listening]

    def close(self) -> None:
        self._loop.remove_reader(self._listening.fileno())
        self._listening.close()
        for task in list(self._arriving):
            task.cancel()

    def _accept(self) -> None:
        # The connection may be gone again by now.
        with contextlib.suppress(OSError):
            connection, _ = self._listening.accept()
            connection.setblocking(False)
            task = self._loop.create_task(self._receive(connection))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    async def _receive(self, connection: socket.socket) -> None:
        """Look at the first byte without taking it, and hand the connection to whom it is for."""
        handed_over = False
        try:
            first = await self._first_byte(connection)
            handed_over = bool(first)
            if first == TLS_RECORD:
                await self._loop.connect_accepted_socket(self._protocol, connection, ssl=self._context)
            elif first:
                await self._loop.connect_accepted_socket(self._refusing, connection)
        except OSError:
            pass  # a handshake that failed, or a caller who went away
        finally:
            if not handed_over:
                connection.close()

    async def _first_byte(self, connection: socket.socket) -> bytes:
        readable = asyncio.Event()
        self._loop.add_reader(connection.fileno(), readable.set)
        try:
            await readable.wait()
        finally:
            self._loop.remove_reader(connection.fileno())
        return connection.recv(1, socket.MSG_PEEK)

    def _refusing(self) -> asyncio.Protocol:
        return _Refusing(ANSWERS[self._refusal()])


class _Refusing(asyncio.Protocol):
    """Answers whatever comes in, and closes."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._transport: Optional[asyncio.Transport] = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(self._answer)
        self._transport.close()

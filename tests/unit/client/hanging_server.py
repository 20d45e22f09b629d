# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that keep whoever calls them waiting, which a time limit from one piece to the next does not end."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The first bytes of a TLS record of 16 kilobytes, which never becomes complete.
_ENDLESS_HANDSHAKE = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + b"\0" * 4096
_ENDLESS_HEADER = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 4096
# By name what the server sends, a byte at a time.
BEHAVIOURS = {"silent": b"", "endless-header": _ENDLESS_HEADER, "endless-handshake": _ENDLESS_HANDSHAKE}


@contextmanager
def hanging(behaviour: str, *, pause: float = 0.05) -> Iterator[str]:
    """Accept every connection on a loopback port, and send what the behaviour is, byte by byte. Yields the URL."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0), backlog=256)
    connections: list[socket.socket] = []

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _address = listening.accept()
                connections.append(connection)
                threading.Thread(target=drip, args=(connection,), daemon=True).start()

    def drip(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for byte in BEHAVIOURS[behaviour]:
                if over.wait(pause):
                    return
                connection.sendall(bytes([byte]))

    threading.Thread(target=accept, daemon=True).start()
    scheme = "https" if behaviour == "endless-handshake" else "http"
    try:
        yield f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        listening.close()
        for connection in connections:
            connection.close()

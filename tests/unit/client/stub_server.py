# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that gives one prepared answer, for answers that no JFrog service gives: redirects, pages, odd bodies.

Over TLS on demand, and then with a demand for client certificates, as a reverse proxy in front of JFrog has it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Stub:
    """What to answer, and what was asked."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0  # seconds between two bytes of the body
    url: str = ""
    tls: ssl.SSLContext | None = None
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    clients: list[str] = field(default_factory=list)  # common names of the client certificates
    connections: set[int] = field(default_factory=set)


@contextmanager
def serve(stub: Stub) -> Iterator[Stub]:
    """Answer with the stub on a loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            stub.connections.add(self.client_address[1])
            if isinstance(self.connection, ssl.SSLSocket):
                shown = dict(part[0] for part in (self.connection.getpeercert() or {}).get("subject", ()))
                stub.clients.append(str(shown.get("commonName", "")))
            stub.requests.append((self.command, self.path, dict(self.headers)))
            self.send_response(stub.status)
            for name, value in stub.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in stub.headers:
                self.send_header("Content-Length", str(len(stub.body)))
            self.end_headers()
            if not stub.pause:
                self.wfile.write(stub.body)
                return
            with contextlib.suppress(OSError):  # the client may have gone
                for byte in stub.body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(stub.pause)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

        def handle(self) -> None:
            try:
                super().handle()
            except (ssl.SSLError, ConnectionError):
                # A handshake that failed. To close with the client's request unread would overtake our alert.
                self.connection.settimeout(1)
                with contextlib.suppress(OSError):
                    socket.socket.recv(self.connection, 1 << 16)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if stub.tls is not None:
        # The handshake is left to the thread of the connection.
        server.socket = stub.tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    stub.url = f"{'http' if stub.tls is None else 'https'}://127.0.0.1:{server.server_address[1]}"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

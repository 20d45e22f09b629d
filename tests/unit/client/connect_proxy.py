# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy as companies have it: CONNECT for https, whole URLs for http, credentials on demand (RFC 9110, 9.3.6).

Small enough to be written here: the libraries that there are fork processes of their own for it.
"""

from __future__ import annotations

import base64
import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

QUIET_SECONDS = 10.0


@dataclass
class ConnectProxy:
    """``credentials`` are demanded when they are set; ``refuse`` is the status for everybody, 0 for none."""

    credentials: str = ""  # user:password
    refuse: int = 0
    port: int = 0
    asked: list[str] = field(default_factory=list)  # "CONNECT host:port", or "GET http://host:port/path"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def url_with(self, credentials: str) -> str:
        return f"http://{credentials}@127.0.0.1:{self.port}"


@contextmanager
def proxying(proxy: ConnectProxy) -> Iterator[ConnectProxy]:
    """Serve the proxy on a loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def may_pass(self) -> bool:
            proxy.asked.append(f"{self.command} {self.path}")
            wanted = "Basic " + base64.b64encode(unquote(proxy.credentials).encode()).decode()
            if proxy.credentials and self.headers.get("Proxy-Authorization") != wanted:
                self.answer(407)
            elif proxy.refuse:
                self.answer(proxy.refuse)
            else:
                return True
            return False

        def answer(self, status: int, body: bytes = b"") -> None:
            self.send_response(status)
            if status == 407:
                self.send_header("Proxy-Authenticate", 'Basic realm="proxy"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            if not self.may_pass():
                return
            host, _colon, port = self.path.rpartition(":")
            try:
                other = socket.create_connection((host, int(port)), timeout=QUIET_SECONDS)
            except OSError:
                self.answer(502)
                return
            self.send_response(200)
            self.end_headers()
            with other, contextlib.suppress(OSError):
                _pump(self.connection, other)
            self.close_connection = True

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if not self.may_pass():
                return
            target = urlsplit(self.path)
            connection = HTTPConnection(target.netloc, timeout=QUIET_SECONDS)
            headers = {name: value for name, value in self.headers.items() if not name.startswith("Proxy-")}
            connection.request(self.command, target.path, body, headers)
            response = connection.getresponse()
            self.answer(response.status, response.read())
            connection.close()

        do_GET = do_POST = do_PUT = do_DELETE = pass_on

        def log_message(self, *_args: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    proxy.port = server.server_address[1]
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pump(one: socket.socket, other: socket.socket) -> None:
    """Bytes in both directions until somebody has enough."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(one, selectors.EVENT_READ, other)
        waiting.register(other, selectors.EVENT_READ, one)
        while ready := waiting.select(QUIET_SECONDS):
            for key, _event in ready:
                assert isinstance(key.fileobj, socket.socket)
                piece = key.fileobj.recv(1 << 16)
                if not piece:
                    return
                key.data.sendall(piece)

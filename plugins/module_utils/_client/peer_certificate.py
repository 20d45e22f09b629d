# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The certificate that a server shows, whoever issued it: asked for only after it was refused, to name its issuer.

Nothing is sent over this connection, above all no access token, because nobody knows who is at its end.
"""

from __future__ import annotations

import base64
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Dict, Optional
from urllib.parse import unquote, urlsplit

from .._domain.certificate.load import from_der
from .._domain.errors import CertificateError
from .._domain.url import DEFAULT_PORTS
from .deadline import Deadline

SECONDS = 10.0


def refused_certificate(url: str, proxy_url: Optional[str]) -> Optional[Dict[str, Any]]:
    """What the certificate says; None when it cannot be had, as through a proxy that is itself spoken to over TLS."""
    server = urlsplit(url)
    port = server.port or DEFAULT_PORTS[server.scheme]
    try:
        der = _shown(server.hostname or "", port, proxy_url)
        return from_der(base64.b64encode(der).decode()).facts() if der else None
    except (OSError, HTTPException, ValueError, CertificateError):
        return None


def _shown(host: str, port: int, proxy_url: Optional[str]) -> Optional[bytes]:
    # Not verified on purpose: it was refused, and is only looked at.
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection: HTTPConnection = HTTPSConnection(host, port, timeout=SECONDS, context=context)
    if proxy_url is not None:
        proxy = urlsplit(proxy_url)
        if proxy.scheme != "http":
            return None
        connection = HTTPSConnection(proxy.hostname or "", proxy.port or 80, timeout=SECONDS, context=context)
        connection.set_tunnel(host, port, headers=_credentials(proxy.username, proxy.password))
    deadline = Deadline(SECONDS)
    connecting = connection._create_connection  # type: ignore[attr-defined]

    def watched(*args: Any, **options: Any) -> Any:
        made = connecting(*args, **options)
        deadline.add(made)
        return made

    connection._create_connection = watched  # type: ignore[attr-defined]
    try:
        with deadline.limit():
            connection.connect()
        sock = connection.sock
        return sock.getpeercert(binary_form=True) if isinstance(sock, ssl.SSLSocket) else None
    finally:
        connection.close()
        deadline.close()


def _credentials(user: Optional[str], password: Optional[str]) -> Dict[str, str]:
    if user is None:
        return {}
    text = f"{unquote(user)}:{unquote(password or '')}".encode()
    return {"Proxy-Authorization": f"Basic {base64.b64encode(text).decode()}"}

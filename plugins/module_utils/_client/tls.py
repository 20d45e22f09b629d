# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One TLS context for all sessions with the same authorities.

requests reads the file of authorities anew for every session. That of all public authorities costs about 0.1 seconds of
CPU, which a fleet of a thousand Edges would pay a thousand times.
"""

from __future__ import annotations

import os
import ssl
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Tuple

from .deadline import Deadline, LimitedAdapter

if TYPE_CHECKING:
    import requests
    from requests.utils import DEFAULT_CA_BUNDLE_PATH
    from urllib3.util.ssl_ import create_urllib3_context
else:
    try:
        from requests.utils import DEFAULT_CA_BUNDLE_PATH
        from urllib3.util.ssl_ import create_urllib3_context
    except ImportError:  # told by the session
        pass

_LOADING = threading.Lock()
# The file with a client certificate, and perhaps those of CAs between, and the file with its private key.
ClientFiles = Tuple[str, str]


class ClientCertificateProblem(OSError):
    """Files of a client certificate that OpenSSL does not take."""


def context_for(verify: str | bool, client: ClientFiles | None = None) -> ssl.SSLContext:
    """The context that trusts the authorities in this file or folder, or those of requests. Raises OSError.

    A context with a client certificate is another one than that without, so nobody gets it who did not ask for it.
    """
    path = verify if isinstance(verify, str) else _of_requests()
    try:
        status = os.stat(path)
    except OSError as exc:
        raise OSError(f"invalid path: {path}") from exc
    with _LOADING:
        return _loaded(path, client, (status.st_mtime_ns, status.st_size, *_state(client)))


class VerifyingAdapter(LimitedAdapter):
    """An adapter that verifies with a context that is there already, whatever the environment says."""

    def __init__(
        self, deadline: Deadline, context: ssl.SSLContext, proxy_context: ssl.SSLContext, **options: Any
    ) -> None:
        self._context = context
        self._proxy_context = proxy_context
        super().__init__(deadline, **options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        # The second context is for a proxy that is itself spoken to over TLS; our client certificate is not for it.
        return super().proxy_manager_for(
            proxy, **options, ssl_context=self._context, proxy_ssl_context=self._proxy_context
        )

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        # A path here would make urllib3 read that file into the shared context.
        return super().send(request, *args, **{**options, "verify": True})

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Called with the pool of connections: leave it without a file of its own."""
        conn.cert_reqs = "CERT_REQUIRED"


def _of_requests() -> str:
    """What requests takes, and in the order in which it looks (its documentation, "SSL Cert Verification")."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH


def _state(client: ClientFiles | None) -> tuple[int, ...]:
    """What changes when one of the client's files does. Raises ClientCertificateProblem."""
    try:
        return tuple(os.stat(path).st_mtime_ns for path in client or ())
    except OSError as exc:
        raise ClientCertificateProblem("cannot be read") from exc


@lru_cache(maxsize=64)
def _loaded(path: str, client: ClientFiles | None, _state_of_files: tuple[int, ...]) -> ssl.SSLContext:
    context: ssl.SSLContext = create_urllib3_context()
    if os.path.isdir(path):
        context.load_verify_locations(capath=path)
    else:
        context.load_verify_locations(cafile=path)
    if client is not None:
        _present(context, client)
    return context


def _present(context: ssl.SSLContext, client: ClientFiles) -> None:
    """Show this certificate to a server that asks for one. Raises ClientCertificateProblem."""
    try:
        # Without a password OpenSSL would ask for one on the terminal, in the middle of a play.
        context.load_cert_chain(*client, password="")
    except OSError as exc:
        raise ClientCertificateProblem("cannot be used") from exc

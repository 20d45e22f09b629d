# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How far a call comes on its way to a server, as an observation."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, List, Optional
from urllib.parse import urlsplit

from .._domain.errors import EdgeError, TransportError
from .._domain.preflight.shapes import ANSWER, DNS, PORT, PROXY, TLS, WaySeen
from .._domain.proxy import DIRECT, THROUGH, Proxy
from .._domain.tls.remedy import NO_TLS, OUTDATED
from .._domain.url import DEFAULT_PORTS
from .causes import is_ca_file_problem, is_client_certificate_problem, is_proxy_problem, is_trust_problem
from .peer_certificate import refused_certificate

if TYPE_CHECKING:
    from requests.utils import get_environ_proxies, select_proxy
else:
    try:
        from requests.utils import get_environ_proxies, select_proxy
    except ImportError:  # told by the session
        get_environ_proxies = select_proxy = None

# The clauses of ``causes`` about the connection itself.
_STAGES = {
    "the host name cannot be resolved": DNS,
    "connection refused": PORT,
    "there is no network route to it": PORT,
    "no connection within the time limit": PORT,
    NO_TLS: TLS,
    OUTDATED: TLS,
}


def open_way(url: str, proxy: Proxy, *, verified: bool) -> WaySeen:
    """A way on which nothing went wrong yet."""
    through = _proxy_url(url, proxy)
    return {
        "url": url,
        "proxy": Proxy(through).name if through is not None else None,
        "addresses": [] if through is not None else _addresses(url),
        "ended": None,
        "reason": None,
        "verified": verified,
        "certificate": None,
    }


def end_way(way: WaySeen, error: EdgeError, proxy: Proxy) -> None:
    """Note where and why it ended."""
    if not isinstance(error, TransportError):  # the session could not be made: a CA file that is missing, for example
        way["ended"], way["reason"] = TLS, error.msg.rstrip(".")
        return
    reason = str(error.details["reason"])
    way["ended"], way["reason"] = _stage(reason), reason
    if is_trust_problem(reason):
        way["certificate"] = refused_certificate(way["url"], _proxy_url(way["url"], proxy))


def _stage(reason: str) -> str:
    if is_proxy_problem(reason):
        return PROXY
    if is_trust_problem(reason) or is_client_certificate_problem(reason) or is_ca_file_problem(reason):
        return TLS
    return _STAGES.get(reason, ANSWER)


def _proxy_url(url: str, proxy: Proxy) -> Optional[str]:
    """The proxy that a call goes through, as requests chooses it when the environment decides."""
    way = proxy.way_to(url)
    if way == DIRECT:
        return None
    found: Any = proxy.url if way == THROUGH else select_proxy(url, get_environ_proxies(url))
    return str(found) if found else None


def _addresses(url: str) -> List[str]:
    """What this host resolves the name to."""
    parts = urlsplit(url)
    port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_socket, address in found))

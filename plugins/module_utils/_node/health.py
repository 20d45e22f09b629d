# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The health page of a node's router, read on the node itself (control-plane-api.md 5.1)."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

from .._domain.foreign_json import parsed
from .._domain.health import HEALTHY, UNHEALTHY, UNREACHABLE, from_page, unreachable
from .._domain.observed import Health, ServiceHealth
from . import tls_client
from .within import within

PATH = "/router/api/v1/system/health"
_LARGEST = 1 << 20
PINGS = (
    ("jfac", "/access/api/v1/system/ping", (200,)),
    ("jfrt", "/artifactory/api/system/ping", (200, 401)),
)
_UNUSABLE = "node_url is no http or https URL without credentials"


# What speaking plain HTTP to TLS, or TLS to plain HTTP, ends with.
_CUT_OFF = (ssl.SSLError, ConnectionResetError, BrokenPipeError, http.client.HTTPException)
_SERVER_ERROR = 500


@dataclass(frozen=True)
class _Attempt:
    """``conclusive``: the scheme was the right one, or its CA file has to be corrected first. ``another_protocol``: it
    may have been the wrong one."""

    health: Health
    conclusive: bool
    another_protocol: bool


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def read(node_url: str, ca_path: str | None = None, *, anchors: Sequence[Path] = (), timeout: float = 5.0) -> Health:
    """The router's answer. Never raises: a node that does not answer is an observation, too.

    A router speaks either HTTP or TLS on its one port, and changes that at a start (node-files.md 4, trap 31). So when
    the URL's scheme is not the one that it speaks, the other one is tried; ``url`` of the answer says which it was.
    ``anchors`` are described in ``tls_client``.
    """
    url = node_url.rstrip("/")
    if _is_unusable(url):
        return unreachable("", _UNUSABLE)
    first = _attempt(url, ca_path, anchors, timeout)
    if not first.another_protocol:
        return first.health
    second = _attempt(_other_scheme(url), ca_path, anchors, timeout)
    return second.health if second.conclusive else first.health


def read_pings(node_url: str, ca_path: str | None = None, *, timeout: float = 5.0) -> Health:
    """The same shape for 6.x, which has no router: its two services are pinged. Never raises.

    Artifactory may refuse an anonymous ping, and answers all the same then (control-plane-api.md 5.1).
    """
    url = node_url.rstrip("/")
    if _is_unusable(url):
        return unreachable("", _UNUSABLE)
    services: list[ServiceHealth] = []
    try:
        for name, path, well in PINGS:
            status, _body = _get(url + path, ca_path, timeout)
            state, message = (HEALTHY, "OK") if status in well else (UNHEALTHY, f"HTTP status {status}")
            services.append({"service_id": name, "state": state, "message": message})
    except (OSError, ValueError, http.client.HTTPException) as exc:
        return unreachable(url, _clause(exc))
    bad = [f"{service['service_id']}: {service['message']}" for service in services if service["state"] != HEALTHY]
    return {
        "url": url,
        "state": UNHEALTHY if bad else HEALTHY,
        "error": ", ".join(bad) or None,
        "services": services,
    }


def _is_unusable(url: str) -> bool:
    """Whether the URL would open something else than a router, or has credentials, which facts may not show."""
    return not url.startswith(("http://", "https://")) or "@" in url


def _attempt(url: str, ca_path: str | None, anchors: Sequence[Path], timeout: float) -> _Attempt:
    try:
        status, body = _get(url + PATH, ca_path, timeout, anchors)
    except (OSError, ValueError, http.client.HTTPException) as exc:
        reason = _reason(exc)
        tls = isinstance(reason, ssl.SSLCertVerificationError) or (
            isinstance(reason, ssl.SSLError) and tls_client.is_alert(reason)
        )
        other = isinstance(reason, _CUT_OFF) and not tls
        told = tls or isinstance(reason, tls_client.UnusableCaFile)
        return _Attempt(unreachable(url, _clause(reason)), conclusive=told, another_protocol=other)
    health = _answered(url, status, body)
    known = health["state"] != UNREACHABLE
    # A TLS port refuses plain HTTP with 400 or 404, or without a word.
    return _Attempt(health, conclusive=known, another_protocol=not known and status < _SERVER_ERROR)


def _other_scheme(url: str) -> str:
    scheme, rest = url.split(":", 1)
    return f"{'http' if scheme == 'https' else 'https'}:{rest}"


def _get(url: str, ca_path: str | None, timeout: float, anchors: Sequence[Path] = ()) -> tuple[int, bytes]:
    """Status and body, of an error as well."""
    # Proxies of the environment catch calls to the own router (trap 27).
    handlers: list[Any] = [urllib.request.ProxyHandler({}), _NoRedirects()]
    if url.startswith("https:"):
        context = tls_client.verifying(url, ca_path, anchors)
        handlers.append(urllib.request.HTTPSHandler(context=context))
    with within(timeout):
        try:
            with urllib.request.build_opener(*handlers).open(url, timeout=timeout) as answer:
                return answer.status, answer.read(_LARGEST)
        except urllib.error.HTTPError as exc:
            with exc:
                return exc.code, exc.read(_LARGEST)


def _answered(url: str, status: int, body: bytes) -> Health:
    """200 and 503 carry the same JSON; without it the answer came from something else."""
    try:
        page = parsed(body)
    except ValueError:
        page = None
    if status not in (200, 503) or not isinstance(page, dict) or not isinstance(page.get("router"), dict):
        return unreachable(url, f"HTTP status {status} without a health page")
    return from_page(url, page)


def _reason(exc: Exception) -> Exception:
    return exc.reason if isinstance(exc, urllib.error.URLError) and isinstance(exc.reason, Exception) else exc


def _clause(exc: Exception) -> str:
    """One clause instead of nested class names."""
    reason = _reason(exc)
    if isinstance(reason, tls_client.UnusableCaFile):
        return str(reason)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {reason.verify_message}"
    if isinstance(reason, ssl.SSLError):
        return f"TLS failed: {(reason.reason or 'unknown').lower().replace('_', ' ')}"
    if isinstance(reason, (socket.timeout, TimeoutError)):
        return "no answer in time"
    if isinstance(reason, ConnectionRefusedError):
        return "connection refused"
    if isinstance(reason, socket.gaierror):
        return "its name cannot be resolved"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror.lower()
    return "the connection was dropped" if isinstance(reason, http.client.HTTPException) else "it is no usable URL"

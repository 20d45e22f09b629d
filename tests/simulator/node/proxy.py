# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router's proxy, and whether it catches calls that have to stay inside (node-files.md 7, Traps 27).

The router checks its entry points at the addresses of the nodes. A proxy cannot reach them, so they look dead to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Optional

from simulator.switches import Switches

from .settings import Settings

_ALWAYS_IGNORED = "localhost"


@dataclass(frozen=True)
class Proxy:
    """Which proxy is used for a scheme, and for which hosts none is. ``spares_loopback``: nor for any 127.…"""

    http_url: Optional[str] = None
    https_url: Optional[str] = None
    ignored: tuple[str, ...] = ()
    spares_loopback: bool = False

    def catches(self, scheme: str, host: str) -> bool:
        """Whether a call to a host goes to the proxy."""
        if not (self.https_url if scheme == "https" else self.http_url):
            return False
        if self.spares_loopback and _is_loopback(host):
            return False
        return not any(_covers(pattern, host) for pattern in self.ignored)


def of(settings: Settings, switches: Switches) -> Proxy:
    """The router's own configuration, or else what the environment says."""
    http_url, https_url = settings.text("router.proxy.httpUrl"), settings.text("router.proxy.httpsUrl")
    if http_url or https_url:
        return Proxy(http_url, https_url, (_ALWAYS_IGNORED, *settings.items("router.proxy.ignoredHosts")))
    variables = settings.proxy_variables
    ignored = [host.strip() for host in _of(variables, "NO_PROXY").split(",") if host.strip()]
    return Proxy(
        _of(variables, "HTTP_PROXY"),
        _of(variables, "HTTPS_PROXY"),
        tuple(ignored),
        spares_loopback=switches.environment_proxy_spares_loopback,
    )


def unavailable(scheme: str, host: str) -> str:
    """What the router says of an entry point that it cannot reach (node-files.md 7, last line)."""
    url = f"{scheme}://{host}:8082/"
    return f'Routing mechanism unavailable on entrypoints: external (:8082): Head "{url}": context deadline exceeded'


def _of(variables: Mapping[str, str], name: str) -> str:
    return variables.get(name) or variables.get(name.lower()) or ""


def _covers(pattern: str, host: str) -> bool:
    """An entry of a list of hosts: an address, a network, a name with all below it, or a star for everything."""
    if pattern in ("*", host):
        return True
    try:
        return ip_address(host) in ip_network(pattern, strict=False)
    except ValueError:
        return host.endswith("." + pattern.removeprefix("*").removeprefix("."))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == _ALWAYS_IGNORED

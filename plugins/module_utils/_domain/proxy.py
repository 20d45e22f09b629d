# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The proxy of a connection: which URLs can be one, and which hosts are reached without it.

A proxy's URL may hold user and password, so no text here ever shows it: ``Proxy.name`` is what may be shown.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Any, Optional, Sequence, Tuple
from urllib.parse import unquote, urlsplit

from .url import DEFAULT_PORTS

# How a request travels.
DIRECT = "direct"
THROUGH = "through"  # through the proxy that the options name
ENVIRONMENT = "environment"  # as HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the process say

EVERYTHING = "*"
_BLANK = re.compile(r"[\x00-\x20\x7f]")
_ENTRY = re.compile(r"\*|\*?\.?[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?(?::[0-9]{1,5})?")
_EXAMPLE = "Write it as http://proxy.example.com:3128"
_ENCODE = "if its user or password has other signs than letters and digits, write them as %40 for '@' and so on"


@dataclass(frozen=True, repr=False)
class Proxy:
    """A proxy and the hosts that are reached without it. Without a URL, the environment's proxy has the exceptions."""

    url: Optional[str] = None
    exceptions: Tuple[str, ...] = ()

    def way_to(self, url: str) -> str:
        """How a request to this URL travels: DIRECT, THROUGH or ENVIRONMENT."""
        if _is_excepted(url, self.exceptions):
            return DIRECT
        return ENVIRONMENT if self.url is None else THROUGH

    @property
    def name(self) -> str:
        """Host and port."""
        parts = urlsplit(self.url or "")
        host = parts.hostname or ""
        return f"[{host}]:{parts.port}" if ":" in host else f"{host}:{parts.port or DEFAULT_PORTS[parts.scheme]}"

    @property
    def secrets(self) -> frozenset[str]:
        """What may not be shown: the password as it is written and as it is sent."""
        password = urlsplit(self.url or "").password
        return frozenset({password, unquote(password)}) if password else frozenset()


UNSET = Proxy()


def proxy_problem(text: str) -> Optional[str]:
    """Why the text is no URL of a proxy, in words that do not show it; None when it is one."""
    if not text.startswith(("http://", "https://")):
        scheme, found, _rest = text.partition("://")
        if found and scheme.isalnum():
            return f"its scheme is {scheme!r}, and only proxies that speak http or https can be used. {_EXAMPLE}"
        return f"it does not begin with http:// or https://. {_EXAMPLE}"
    if _BLANK.search(text):
        return f"it has blanks, line ends or control characters in it. {_EXAMPLE}"
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or {"?", "#"} & set(text) or parts.path not in ("", "/") or parts.netloc.count("@") > 1:
        return f"it is no URL with a host, a port and nothing behind them. {_EXAMPLE}; {_ENCODE}"
    return None


def exceptions_problem(value: Any) -> Optional[str]:
    """Why the value is no list of hosts without a proxy; None when it is one."""
    for entry in split_exceptions(value):
        if not (_ENTRY.fullmatch(entry) or _network(entry)):
            return (
                f"{entry!r} in it is no host name, domain, IP address or network. "
                "Write entries such as edge.example.com, .example.com, 192.0.2.0/24, or * for all hosts"
            )
    return None


def split_exceptions(value: Any) -> Tuple[str, ...]:
    """The entries of a list, or of one text with commas as NO_PROXY has it."""
    entries: Sequence[Any] = value.split(",") if isinstance(value, str) else value or ()
    return tuple(str(entry).strip() for entry in entries if str(entry).strip())


def _is_excepted(url: str, exceptions: Sequence[str]) -> bool:
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    return any(_fits(entry.lower(), host, port) for entry in exceptions)


def _fits(entry: str, host: str, port: Optional[int]) -> bool:
    """As curl has it: a name stands for itself and for everything below it, with or without a dot in front."""
    if entry == EVERYTHING:
        return True
    network = _network(entry)
    if network is not None:
        try:
            return ipaddress.ip_address(host) in network
        except ValueError:
            return False
    name, _colon, wanted = entry.partition(":")
    if wanted and int(wanted) != port:
        return False
    name = name.lstrip("*").lstrip(".").rstrip(".")
    return host == name or host.endswith("." + name)


def _network(entry: str) -> Any:
    try:
        return ipaddress.ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return None

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Base URLs: one form for all that are the same, and refusal of those that cannot be one."""

from __future__ import annotations

import ipaddress
import re
from typing import Optional
from urllib.parse import SplitResult, urlsplit

from .errors import InventoryError

DEFAULT_PORTS = {"http": 80, "https": 443}

# Every service has its prefix directly under the base URL (control-plane-api.md 0); people copy URLs with it.
SERVICES = ("artifactory", "access", "mc", "distribution", "lifecycle", "router", "ui", "xray")

# A JPD behind a JFrog Bridge is registered under the bridge's own address (control-plane-api.md 2.6).
_BRIDGE = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\[::1\]):8046/bridge-[a-z0-9-]+/?", re.IGNORECASE)

_HOST_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?", re.IGNORECASE)
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")


def base_url(text: str, what: str) -> str:
    """The base URL in its normal form. Raises InventoryError, whose text never shows credentials.

    ``what`` names the setting that holds it, for example "edge_url".
    """
    problem = base_url_problem(text)
    if problem is not None:
        raise InventoryError(f"Cannot use {what}: {problem}.", setting=what)
    return normal(text)


def base_url_problem(text: str) -> str | None:
    """Why the text is no base URL, and what to write instead; None when it is one."""
    if not text:
        return "it is empty. Give a URL such as https://acme.jfrog.io"
    if _INVISIBLE.search(text):
        return "it has blanks, line ends or control characters in it. Give the URL alone"
    parts = _split(text)
    if parts is None or parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return "it is not a URL with http or https and a host. Give a URL such as https://acme.jfrog.io"
    if "@" in parts.netloc:
        return "it holds credentials. Give the URL without them, and an access token in its own variable"
    if not _is_host(parts):
        return f"{parts.hostname!r} is no host name. Write the name in ASCII letters, digits, '-' and '.'"
    if "?" in text or "#" in text:
        return f"'{text}' has a query or a fragment. Give the part before it"
    return _path_problem(text, parts.path)


def _path_problem(text: str, path: str) -> str | None:
    if not _PATH.fullmatch(path.rstrip("/")) or {".", ".."} & set(path.split("/")):
        return f"the path of '{text}' is not plain. Give the base URL of the platform deployment"
    steps = [step.lower() for step in path.split("/") if step]
    service = next((step for step in steps if step in SERVICES), None)
    if service is not None:
        return (
            f"'{text}' has /{service} in it, which is one service of a deployment. "
            "Give the base URL that all its services share, such as https://edge.example.net"
        )
    return None


def is_bridge(text: str) -> bool:
    """Whether this is the address of a JFrog Bridge, behind which the Edge has another name."""
    return _BRIDGE.fullmatch(text) is not None


def host(text: str) -> str | None:
    """The lower-case host of a URL, without its port; None when there is none."""
    parts = _split(text)
    return parts.hostname if parts is not None else None


def same(left: str, right: str) -> bool:
    """Whether two URLs are the same deployment: case of the host, default port and trailing slash do not count."""
    return normal(left) == normal(right)


def normal(text: str) -> str:
    """The one form of a URL: lower-case scheme and host, no default port, exactly one trailing slash.

    What is no plain http or https URL comes back unchanged, so that it can still be compared and shown.
    """
    parts = _split(text)
    if parts is None or not _is_plain(text, parts):
        return text
    name, port = parts.hostname or "", parts.port
    authority = f"[{name}]" if ":" in name else name
    if port is not None and port != DEFAULT_PORTS[parts.scheme]:
        authority += f":{port}"
    return f"{parts.scheme}://{authority}{parts.path.rstrip('/')}/"


def _is_plain(text: str, parts: SplitResult) -> bool:
    return (
        parts.scheme in DEFAULT_PORTS
        and _is_host(parts)
        and not {"@", "?", "#"} & set(text)
        and _INVISIBLE.search(text) is None
    )


def _split(text: str) -> Optional[SplitResult]:
    try:
        parts = urlsplit(text)
        # A port that is no number raises only when it is asked for.
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _is_host(parts: SplitResult) -> bool:
    name = parts.hostname or ""
    if "[" not in parts.netloc:
        return _HOST_NAME.fullmatch(name) is not None
    try:
        ipaddress.IPv6Address(name)
    except ValueError:
        return False
    return True

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing and checking URLs as the servers do."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def is_url(value: Any) -> bool:
    """Whether something can be a base URL: http or https, with a host."""
    if not isinstance(value, str) or any(character.isspace() for character in value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def with_slash(url: str) -> str:
    """As Mission Control stores a URL (control-plane-api.md 1.4)."""
    return url.rstrip("/") + "/"


def normal(url: str) -> str:
    """One form for all ways to write the same base URL."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.hostname or ''}:{port(url)}{parts.path.rstrip('/')}/"


def port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or DEFAULT_PORTS.get(parts.scheme.lower(), 0)


def host(url: str) -> str:
    """Host and port, which is what tells two servers apart."""
    return f"{urlsplit(url).hostname or ''}:{port(url)}"

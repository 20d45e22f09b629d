# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a router's health page says, in one form."""

from __future__ import annotations

from typing import Any, Mapping

from .observed import Health, ServiceHealth
from .wording import printable

HEALTHY = "HEALTHY"
UNHEALTHY = "UNHEALTHY"
UNREACHABLE = "UNREACHABLE"

# UNHEALTHY_PEER: this service is fine, a neighbour on another node is not (control-plane-api.md 5.1).
_FINE = (HEALTHY, "UNHEALTHY_PEER")


def from_page(url: str, page: Mapping[str, Any]) -> Health:
    """The health behind ``url``: HEALTHY when router and services are fine; else ``error`` names those that are not."""
    listed, router = page.get("services"), page.get("router")
    services = [_service(item) for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []
    parts = [_service({"service_id": "router", **router}) if isinstance(router, Mapping) else _service({}), *services]
    sick = [f"{part['service_id']} is {part['state']}{_said(part)}" for part in parts if part["state"] not in _FINE]
    return {
        "url": url,
        "state": UNHEALTHY if sick else HEALTHY,
        "error": "; ".join(sick) or None,
        "services": services,
    }


def unreachable(url: str, error: str) -> Health:
    """The health of what did not answer with a health page."""
    return {"url": url, "state": UNREACHABLE, "error": error, "services": []}


def _service(item: Mapping[str, Any]) -> ServiceHealth:
    return {
        "service_id": printable(str(item.get("service_id") or "router")),
        "state": printable(str(item.get("state") or "UNKNOWN")),
        "message": printable(str(item.get("message") or "")),
    }


def _said(part: ServiceHealth) -> str:
    return f' ("{part["message"]}")' if part["message"] else ""

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Why a registered deployment is not ONLINE: what the platform shows, beside what the Edge says of itself.

The platform computes its status by calls to the Edge and shows no reason (control-plane-api.md 1.4, 1.9), so the other
half comes from the health page that the Edge shows to us.
"""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple

from .deployment import OFFLINE, ONLINE, PARTIAL
from .health import HEALTHY, UNREACHABLE
from .observed import Health
from .pairing import UNAUTHORIZED
from .wording import printable


def sick_services(obj: Mapping[str, Any]) -> List[str]:
    """The services of a JPD, as the platform describes it, that are not online, each with its status."""
    listed = obj.get("services")
    sick = []
    for item in listed if isinstance(listed, list) else []:
        if not isinstance(item, Mapping):
            continue
        status = item.get("status")
        # An object in answers, a bare word in the OpenAPI pages, as for the JPD itself.
        code = status.get("code") if isinstance(status, Mapping) else status
        if code != ONLINE:
            sick.append(printable(f"{item.get('type') or 'a service'} is {code or 'unknown'}"))
    return sick


def explain(code: str, services: List[str], health: Health | None, *, url: str, asked: str) -> Tuple[str, str]:
    """What is known of the reason, and what to do. ``url``: as the platform reaches the Edge; ``asked``: as we do.

    ``health`` None: the Edge was not asked. UNREACHABLE: it gave us no health page, for the reason in ``error``.
    """
    # What cannot be reached at all has no service that can.
    said = [f"the platform sees that {', '.join(services)}"] if services and code != OFFLINE else []
    said += _of_edge(health, asked)
    return "; ".join(said), _remedy(code, health, url)


def _of_edge(health: Health | None, asked: str) -> List[str]:
    if health is None:
        return []
    if health["state"] == HEALTHY:
        return [f"asked from here, {asked} answers, and all its services are healthy"]
    if health["state"] == UNREACHABLE:
        return [f"asked from here, {asked} does not answer either: {health['error']}"]
    return [f"asked from here, {asked} says that {health['error']}"]


def _remedy(code: str, health: Health | None, url: str) -> str:
    state = health["state"] if health is not None else None
    if state == UNREACHABLE:
        return "Start the Edge, and check its URL; then run again."
    if code == UNAUTHORIZED:
        return (
            "The pairing is broken: the platform's token for the Edge was revoked, has ended, or was made under "
            "another base URL of the Edge. Run again with repair=when_broken, which pairs the two again."
        )
    if state is not None and state != HEALTHY:
        return "See the logs of the services that are named, on the Edge's nodes; then run again."
    if code == OFFLINE:
        return (
            f"The platform itself does not reach {url}: check DNS, firewall, proxy and the Edge's TLS certificate as "
            "seen from there; then run again."
        )
    if code == PARTIAL:
        return "See the logs of the services that are named, on the Edge's nodes; then run again."
    return "Check the health of the Edge, and that the platform can reach it; then run again."

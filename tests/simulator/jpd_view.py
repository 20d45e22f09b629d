# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A JPD as Mission Control shows it, what is stored and what is known right now: control-plane-api.md 1.4."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from simulator import tokens
from simulator.licences import Licence
from simulator.platform import Credential
from simulator.sites import HEALTHY, Site, healthy

if TYPE_CHECKING:
    from simulator.simulator import Simulator

ONLINE, OFFLINE, PARTIAL, UNAUTHORIZED = "ONLINE", "OFFLINE", "PARTIAL", "UNAUTHORIZED"
STATUSES = (ONLINE, OFFLINE, PARTIAL, UNAUTHORIZED)
# As a JPD names its services, and the prefixes of their ids.
SERVICES = {"ARTIFACTORY": "jfrt", "JFMC": "jfmc", "DISTRIBUTION": "jfds"}
MESSAGES = {
    ONLINE: "All services are online",
    OFFLINE: "The JPD cannot be reached",
    PARTIAL: "Some services are offline",
    UNAUTHORIZED: "The JPD refuses the credentials of Mission Control",
}


class JpdView:
    """Computes and keeps what a background poll finds out at the product."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._polled: dict[str, tuple[float, str]] = {}

    def shown(self, entry: dict[str, Any], *, read: bool) -> dict[str, Any]:
        """The object of a reply. ``read`` counts it as one of the reads after which licences appear."""
        platform = self._simulator.platform
        code = self.status(entry)
        site = self.site(entry)
        with platform.lock:
            reads = platform.reads.get(entry["id"], 0)
            if read:
                platform.reads[entry["id"]] = reads + 1
        refreshed = entry["local"] or reads >= self._simulator.switches.licence_refresh_reads
        states = site.service_states(site.serving_node()) if site is not None and code != OFFLINE else {}
        kinds = SERVICES if entry["local"] else ("ARTIFACTORY",)
        return {
            "id": entry["id"],
            "name": entry["name"],
            "url": entry["url"],
            "base_url": entry["base_url"],
            "status": {"code": code, "message": MESSAGES[code], "warnings": []},
            "local": entry["local"],
            "services": [
                {"type": kind, "status": {"code": ONLINE if states.get(SERVICES[kind]) == HEALTHY else OFFLINE}}
                for kind in kinds
            ],
            "licenses": self._licences(site) if refreshed else platform.stale_licences.get(entry["id"], []),
            "location": dict(entry["location"]),
            "tags": list(entry["tags"]),
            "is_cold_storage": entry["is_cold_storage"],
        }

    def licences_change(self, entry: dict[str, Any]) -> None:
        """Call before the licences of a JPD change: the old ones are shown until they are refreshed (1.4)."""
        platform = self._simulator.platform
        with platform.lock:
            if platform.reads.get(entry["id"], 0) >= self._simulator.switches.licence_refresh_reads:
                platform.stale_licences[entry["id"]] = self._licences(self.site(entry))
            platform.reads[entry["id"]] = 0

    def _licences(self, site: Optional[Site]) -> list[dict[str, Any]]:
        switches = self._simulator.switches
        now = self._simulator.platform.now()
        return [_licence(one, now, switches.licence_hash) for one in (site.licences if site is not None else ())]

    def status(self, entry: dict[str, Any]) -> str:
        """The code as the last poll saw it: at once, unless the switch ``status_poll`` keeps it for a while."""
        seen = self._polled.get(entry["id"])
        if seen is not None and time.monotonic() - seen[0] < self._simulator.switches.status_poll:
            return seen[1]
        code = self._poll(entry)
        self._polled[entry["id"]] = (time.monotonic(), code)
        return code

    def forget(self, entry: dict[str, Any]) -> None:
        """Poll anew at the next look."""
        self._polled.pop(entry["id"], None)

    def _poll(self, entry: dict[str, Any]) -> str:
        site = self.site(entry)
        if site is None or not self._simulator.accepts_connections(entry["url"]):
            return OFFLINE
        node = site.serving_node()
        if not site.listens(node) or (site.has_load_balancer and node is None):
            return OFFLINE
        if not entry["local"] and not self._authorized(site, self._simulator.platform.credentials.get(entry["id"])):
            return UNAUTHORIZED
        return ONLINE if healthy(site.service_states(node)) else PARTIAL

    def _authorized(self, site: Site, credential: Optional[Credential]) -> bool:
        if credential is None:
            return False
        if credential.legacy:
            return True
        token = credential.master_token
        if credential.circle_of_trust:
            token = self._simulator.platform.server_token()
        if token is None:
            return False
        now = site.now()
        if self._simulator.switches.master_token_renewed:
            # As if a new one had come in time: nothing but its age is different.
            now = min(now, tokens.last_moment(token))
        try:
            tokens.verify(site.database, token, service="jfac", now=now, switches=self._simulator.switches)
        except tokens.TokenRefused:
            return False
        return True

    def site(self, entry: dict[str, Any]) -> Optional[Site]:
        """The server behind a JPD, if its URL leads to one."""
        found = self._simulator.site_at(entry["url"])
        return found[0] if found is not None else None


def _licence(licence: Licence, now: datetime, hash_form: str) -> dict[str, Any]:
    return {
        "type": licence.mission_control_type,
        "expired": licence.expired(now),
        "licensed_to": licence.licensed_to,
        "license_hash": licence.shown_hash(hash_form),
        "valid_through": f"{licence.valid_through:%Y-%m-%d}",
    }

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JFrog Bridges: connections that an Edge opens to the platform, through which the platform reaches it.

control-plane-api.md 2.6. A bridge is made on the Edge; from then on, and only while it is there, the platform's own
``http://localhost:8046/bridge-<id>`` leads to that Edge.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

from simulator.urls import is_url

if TYPE_CHECKING:
    from simulator.simulator import Simulator
    from simulator.sites import Edge, Site

ID = re.compile(r"[a-z0-9-]+")
ADDRESS = re.compile(r"http://localhost:8046/bridge-(?P<id>[a-z0-9-]+)(?P<rest>/.*)?")


@dataclass(frozen=True)
class Bridge:
    """``remote`` is the platform and ``local`` the Edge, as the one who made the bridge wrote them."""

    id: str
    edge: str
    remote: str
    local: str


class Bridges:
    """The bridges of all Edges, by their ids."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._bridges: dict[str, Bridge] = {}

    def establish(self, edge: Edge, bridge_id: str, *, remote: Optional[str] = None) -> Bridge:
        """Make a bridge without a pairing, as if somebody had done it in the web pages. Raises ValueError."""
        if ID.fullmatch(bridge_id) is None:
            raise ValueError(f"{bridge_id!r} is no id of a bridge")
        bridge = Bridge(bridge_id, edge.name, remote or self._simulator.platform.url, edge.url)
        self._bridges[bridge_id] = bridge
        return bridge

    def add(self, bridge: Bridge) -> bool:
        """Keep a bridge; False when its id is taken."""
        return self._bridges.setdefault(bridge.id, bridge) is bridge

    def remove(self, bridge_id: str, edge: Edge) -> bool:
        """Take a bridge of this Edge away; False when there is none."""
        bridge = self._bridges.get(bridge_id)
        if bridge is None or bridge.edge != edge.name:
            return False
        return self._bridges.pop(bridge_id, None) is not None

    def of(self, edge: Edge) -> list[Bridge]:
        return [bridge for bridge in list(self._bridges.values()) if bridge.edge == edge.name]

    def way(self, url: str, caller: Optional[Site] = None) -> Optional[str]:
        """The URL that a call of the platform to ``url`` ends at; None when it ends at nothing.

        A call to an Edge that lets nobody in from outside ends at nothing, unless it goes through a bridge. Edges go
        where they say.
        """
        edges = self._simulator.edges
        if any(caller is edge for edge in edges):
            return url
        found = ADDRESS.fullmatch(url)
        if found is None:
            closed = any(edge.outbound_only and f"{url}/".startswith(f"{edge.url}/") for edge in edges)
            return None if closed else url
        bridge = self._bridges.get(found["id"])
        # A bridge to another platform carries nothing of this one's.
        if bridge is None or bridge.remote.rstrip("/") != self._simulator.platform.url.rstrip("/"):
            return None
        return bridge.local.rstrip("/") + (found["rest"] or "/")


def through(bridge_url: str, url: str) -> str:
    """Where the platform finds, behind a bridge, what the Edge names by its own URL: the path stays."""
    path = "/" + url.split("://", 1)[-1].partition("/")[2] if is_url(url) else ""
    return bridge_url.rstrip("/") + path


def is_bridge(url: str) -> bool:
    return ADDRESS.fullmatch(url) is not None

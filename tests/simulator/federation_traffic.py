# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Access Federation sends from one site to another: control-plane-api.md 7.

A new name is sent to the targets at once, what was there before a target only by a full broadcast. Both reach a target
only where it accepts the site's tokens at that moment.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Optional
from urllib.parse import urlsplit

from simulator.dialling import Unreachable, dial
from simulator.federation import Target

if TYPE_CHECKING:
    from simulator.access_database import SigningPair
    from simulator.simulator import Simulator
    from simulator.sites import Site

UNTRUSTED = "Circle of trust validation failed (response from target server: {})"


def refused_by(
    simulator: Simulator, site: Site, access_url: str, pair: Optional[SigningPair] = None
) -> Optional[tuple[int, str]]:
    """Status and text of validate_server (4): why the server at this URL does not accept the site's tokens; or None."""
    target = access_url.rstrip("/") + "/api/v1/cert/ca"
    try:
        response = dial(simulator, site, "GET", target, token=site.server_token(pair or site.signing_pair()))
    except Unreachable as error:
        return simulator.switches.validate_server_unreachable_status, UNTRUSTED.format(error)
    return None if response.ok else (412, UNTRUSTED.format(response.status_code))


def site_behind(simulator: Simulator, access_url: str) -> Optional[Site]:
    """The site whose Access is at this URL."""
    if urlsplit(access_url).path.rstrip("/") != "/access":
        return None
    found = simulator.site_at(access_url.rstrip("/").removesuffix("/access"))
    return found[0] if found is not None else None


def add_entity(simulator: Simulator, site: Site, kind: str, name: str) -> None:
    """Somebody creates a user, a group, a permission or a token at a site."""
    site.federation.known[kind].add(name)
    for target in list(site.federation.targets.values()):
        _send(simulator, site, target, [(kind, name)])


def broadcast(simulator: Simulator, site: Site, target: Target) -> None:
    """Send everything that there is to one target."""
    site.federation.busy[target.name] = time.monotonic() + simulator.switches.federation_broadcast_duration
    _send(simulator, site, target, [(kind, name) for kind, names in site.federation.known.items() for name in names])


def _send(simulator: Simulator, site: Site, target: Target, entities: list[tuple[str, str]]) -> None:
    wanted = [(kind, name) for kind, name in entities if target.sends(kind, name)]
    receiver = site_behind(simulator, target.url)
    if wanted and receiver is not None and refused_by(simulator, site, target.url) is None:
        for kind, name in wanted:
            receiver.federation.known[kind].add(name)

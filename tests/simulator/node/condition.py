# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be wrong with a node that runs (node-files.md 1.8, 4, 7, 9). Asked often, so nothing here is kept."""

from __future__ import annotations

from typing import Optional

from simulator.access_database import Member

from . import proxy, registry, services
from .services import Trouble
from .start import Start, same_key


def trouble(start: Start) -> Optional[Trouble]:
    """Why all services but Access are not well. None: they are."""
    if join_refused(start):
        return services.JOIN_REFUSED
    other = registry.holder(start)
    if other is not None:
        return registry.trouble(start, other)
    refusal = certificate_refusal(start)
    return None if refusal is None else services.certificate_refused(refusal)


def join_refused(start: Start) -> bool:
    """Whether the services joined with another key than the database holds by now."""
    return start.joined_key is not None and not same_key(start, start.joined_key, start.database.join_key)


def certificate_refusal(start: Start) -> Optional[str]:
    """Why the node's services do not accept the certificate of their own router. None: they do."""
    if start.router is None:
        return None
    return start.router.refusal(start.now(), hot_reload=start.switches.tls_trust_hot_reload)


def router_trouble(start: Start) -> Optional[str]:
    """What the router says of an entry point that its proxy hides from it. None: it finds them all."""
    if start.router is None:
        return None
    own = Member(start.node, start.node_id, start.node_ip, start.router.scheme)
    for member in (own, *registry.peers(start)):
        if start.router.proxy.catches(member.scheme, member.ip):
            return proxy.unavailable(member.scheme, member.ip)
    return None

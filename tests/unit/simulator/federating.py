# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sites that may federate: a circle of trust, base URLs, registered Edges."""

from __future__ import annotations

from typing import Any

from simulator.simulator import Simulator
from simulator.sites import Edge, Site
from unit.simulator.calling import Client


def trust(truster: Site, issuer: Site) -> None:
    """Let one site accept the other's tokens."""
    truster.database.trust(issuer.database.root_certificate)


def circle(one: Site, other: Site) -> None:
    """Both directions."""
    trust(one, other)
    trust(other, one)


def add_edge(simulator: Simulator, name: str, *, trusted: bool = True) -> Edge:
    """A registered Edge with a base URL, in a circle of trust with the platform."""
    edge = simulator.add_edge(name)
    edge.custom_base_url = edge.url
    assert Client(simulator).register(edge).status_code == 201
    if trusted:
        circle(edge, simulator.platform)
    return edge


def mesh(simulator: Simulator, *names: str) -> list[Edge]:
    """Edges of which every two are in a circle of trust."""
    edges = [add_edge(simulator, name) for name in names]
    for edge in edges:
        for other in edges:
            if edge is not other:
                trust(edge, other)
    return edges


def jpd_id(simulator: Simulator, name: str) -> str:
    return str(simulator.platform.jpd(name)["id"])


def targets(site: Site) -> dict[str, list[str]]:
    """By URL what is sent to each target of a site."""
    return {target.url.removesuffix("/access"): sorted(target.entities) for target in site.federation.targets.values()}


def body(simulator: Simulator, *names: str, entities: Any = ("USERS", "GROUPS")) -> dict[str, Any]:
    """What configures a source by Mission Control."""
    wanted = [{"id": jpd_id(simulator, name), "url": simulator.edge(name).url + "/access"} for name in names]
    return {"entities": list(entities), "targets": wanted}

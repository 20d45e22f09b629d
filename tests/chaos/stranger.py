# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to somebody else at the same servers. No run, however it ends, may touch it."""

from __future__ import annotations

from chaos.world import STRANGER, World
from integration.test_offboard_edge import add_token
from simulator.security.state import new_user
from unit.simulator.calling import Client

TOKEN = "pipeline of somebody else"
USER = "carol"


def settle(world: World) -> None:
    """An Edge at the platform that the inventory does not know, a token and a user at each site."""
    edge = world.simulator.add_edge(STRANGER)
    Client(world.simulator).register(edge)
    for site in world.simulator.sites:
        add_token(site, TOKEN)
        site.security.put("users", USER, new_user(email="carol@example.com"))
    stores = {edge.name: world.fleet.folder / f"secrets/{edge.name}.join.key" for edge in world.edges}
    world.notes["first keys"] = {
        "master": {node.name: node.layout.master_key.read_text().strip() for node in world.nodes},
        "join": {edge.name: edge.database.join_key for edge in world.edges},
        "store": {name: store.read_text().strip() for name, store in stores.items() if store.exists()},
    }


def lost(world: World) -> list[str]:
    """What of it is not there any more."""
    left = []
    entries = [jpd for jpd in world.platform.jpds if jpd["name"] == STRANGER]
    if len(entries) != 1 or world.simulator.jpd_view.status(entries[0]) != "ONLINE":
        left.append(f"the JPD of {STRANGER} is gone or not ONLINE any more")
    for site in world.simulator.sites:
        with site.database.lock:
            tokens = [one for one in site.database.tokens.values() if one.description == TOKEN and not one.revoked]
        if len(tokens) != 1:
            left.append(f"a token of somebody else at {site.name}")
        if site.security.get("users", USER) is None:
            left.append(f"a user of somebody else at {site.name}")
    return left

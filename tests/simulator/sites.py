# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The servers that the simulator plays: one platform and its Edges."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from simulator import tokens
from simulator.access_database import AccessDatabase, SigningPair
from simulator.clock import Clock
from simulator.federation import Federation
from simulator.licences import Licence, Licences
from simulator.node import Node
from simulator.release_bundles import Received
from simulator.repositories import EDGE_UPLOADS, Repositories
from simulator.security.state import Security
from simulator.signing_keys import KeyPair, TrustedKeys
from simulator.tokens import ADMIN_SCOPE
from simulator.urls import normal
from simulator.versions import at_least

Health = Optional[tuple[int, dict[str, Any]]]
HEALTHY = "HEALTHY"
UNHEALTHY = "UNHEALTHY"
ANY = "any"
LOAD_BALANCERS = (ANY, "http", "https")
# What a release bundle on its way to an Edge meets.
NORMAL, SLOW, STUCK, FILE_FAILS = "normal", "slow", "stuck", "file_fails"
DELIVERIES = (NORMAL, SLOW, STUCK, FILE_FAILS)
# From here on there are release bundles v2 (control-plane-api.md 6.1).
LIFECYCLE_SINCE = "7.63.2"


def healthy(states: dict[str, str]) -> bool:
    """Whether there are services, and all of them are well."""
    return bool(states) and set(states.values()) == {HEALTHY}


@dataclass
class Site:
    """One deployment behind one base URL."""

    name: str
    version: str
    clock: Clock
    url: str = ""
    saas: bool = False
    database: AccessDatabase = field(default_factory=AccessDatabase)
    licences: Licences = field(default_factory=Licences, repr=False)
    # The custom base URL as an admin typed it. None: the site believes in the URL that it is called by.
    custom_base_url: Optional[str] = None
    # Services that are down although their node runs: prefix of the service id, and what the health page says.
    unhealthy: dict[str, str] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    # Client certificates for remote repositories by their aliases: PEM with private key and certificate.
    client_certificates: dict[str, str] = field(default_factory=dict, repr=False)
    federation: Federation = field(default_factory=Federation, repr=False)
    # Hosts with a tree of files. A platform in the cloud has none that its customers could see.
    nodes: list[ServedNode] = field(default_factory=list)
    # Where the bytes of a site without nodes are.
    storage: Path = field(default_factory=Path)
    repositories: Repositories = field(init=False, repr=False)
    trusted_keys: TrustedKeys = field(default_factory=TrustedKeys, repr=False)
    # What Artifactory signs with, by name.
    key_pairs: dict[str, KeyPair] = field(default_factory=dict, repr=False)
    # Release bundles that were distributed to this site, by kind, name and version.
    received: dict[tuple[str, str, str], Received] = field(default_factory=dict, repr=False)
    # Users, groups and permissions.
    security: Security = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.repositories = Repositories(lambda: self.nodes[0].layout.filestore if self.nodes else self.storage)
        self.security = Security(self.database)

    def node(self, name: str) -> ServedNode:
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    @property
    def licence(self) -> Optional[Licence]:
        """What the site works with; setting it takes away all others."""
        return self.licences.first(self.now())

    @licence.setter
    def licence(self, licence: Optional[Licence]) -> None:
        self.licences[:] = [] if licence is None else [licence]

    @property
    def services(self) -> tuple[str, ...]:
        """The prefixes of the paths that this site serves."""
        return ("access", "artifactory", "router")

    @property
    def contexts(self) -> tuple[str, ...]:
        """Paths with which the site's base URL may end."""
        return ("",)

    @property
    def base_url(self) -> str:
        """Where the site says it is reached, without the suffix /artifactory that admins like to add (trap 6)."""
        return (self.custom_base_url or self.url).rstrip("/").removesuffix("/artifactory").rstrip("/")

    def base_url_at(self, node: Optional[str]) -> str:
        """The same for a call that did not come through the load balancer (control-plane-api.md 2.2)."""
        return self.base_url

    def now(self) -> datetime:
        return self.clock.now(self.name)

    def health(self, node: Optional[str] = None) -> Health:
        """The router's health page, of one node or as the base URL shows it. None: nothing listens."""
        raise NotImplementedError

    @property
    def has_load_balancer(self) -> bool:
        """Whether the base URL answers even when no node does."""
        return False

    def serving_node(self) -> Optional[str]:
        """The node that a call to the base URL goes to. None also for a site that is not made of nodes."""
        return None

    def listens(self, node: Optional[str] = None) -> bool:
        """Whether a connection to the base URL, or to one node, is accepted."""
        return True

    def service_states(self, node: Optional[str] = None) -> dict[str, str]:
        """HEALTHY or UNHEALTHY by the prefix of the service id; empty while nothing runs."""
        raise NotImplementedError

    def note_access(self, settling_time: float) -> None:
        """Look whether Access has come up; called often, so that no start is missed."""

    def access_settled(self, settling_time: float) -> bool:
        """Whether Access accepts tokens already: it does not at once when its ping is up (node-files.md, trap 24)."""
        return True

    def admin_token(
        self,
        *,
        username: str = "admin",
        scope: str = ADMIN_SCOPE,
        expires_in: Optional[int] = 3600,
        audience: str = "*@*",
    ) -> str:
        """A token that this site's root signed. Not only for admins: ``scope`` says what it may do."""
        token, _ = tokens.issue(
            self.database,
            subject=f"{self.database.service_id}/users/{username}",
            scope=scope,
            audience=audience,
            lifetime=expires_in,
            now=self.now(),
        )
        return token

    def signing_pair(self, node: Optional[str] = None) -> SigningPair:
        """What signs and checks tokens at one node, or at the one that a call to the base URL goes to."""
        name = node or self.serving_node()
        served = next((one for one in self.nodes if one.name == name), None)
        return (served.signing_pair if served is not None else None) or self.database.signing_pair

    def server_token(self, pair: Optional[SigningPair] = None) -> str:
        """What this site's servers show to those of another one: short-lived, so that it works across (3.4)."""
        token, _ = tokens.issue(
            self.database,
            subject=self.database.service_id,
            scope=ADMIN_SCOPE,
            audience="*@*",
            lifetime=60,
            now=self.now(),
            pair=pair,
        )
        return token

    def revoke_pairings(self, base_url: str, scope: Optional[str] = None) -> int:
        """Withdraw the master tokens that were issued to, or under, this base URL. Returns how many (2.5).

        With a scope only those of one use case.
        """
        with self.database.lock:
            found = [
                record
                for record in self.database.tokens.values()
                if record.kind == "master"
                and not record.revoked
                and scope in (None, record.scope)
                and any(url and normal(url) == normal(base_url) for url in (record.base_url, record.peer_url))
            ]
            for record in found:
                record.revoked = True
        return len(found)

    def forget_trusted(self, sha256: Optional[str] = None) -> None:
        """Drop one trusted root certificate, or all: the product has no such button, a restored database does it."""
        with self.database.lock:
            if sha256 is None:
                self.database.trusted.clear()
            else:
                self.database.trusted.pop(sha256, None)

    def _with_unhealthy(self, states: dict[str, str]) -> dict[str, str]:
        return {prefix: UNHEALTHY if prefix in self.unhealthy else state for prefix, state in states.items()}

    def _with_overlay(self, health: Health) -> Health:
        if health is None or not self.unhealthy or "services" not in health[1]:
            return health
        page = health[1]
        services = [
            {**entry, "state": UNHEALTHY, "message": self.unhealthy[prefix]}
            if (prefix := str(entry["service_id"]).partition("@")[0]) in self.unhealthy
            else entry
            for entry in page["services"]
        ]
        router = {**page["router"], "state": UNHEALTHY, "message": "Some services are unhealthy"}
        return 503, {"router": router, "services": services}


def _nothing() -> None:
    """Before a simulator wants to hear of changes."""


class ServedNode(Node):
    """A node with the address of its own router; the Edge's address when it is the only node.

    ``has_router``: the router's port is not the simulator's, with a certificate of the simulator, but speaks what the
    node's own start has made of it. ``url`` has the scheme that the port speaks, or spoke before the node went down.
    """

    has_router = False
    on_change: Callable[[], None] = staticmethod(_nothing)
    _url = ""
    _scheme = "http"

    @property
    def serves(self) -> bool:
        """Whether a load balancer would send calls here."""
        return healthy(self.service_states) and self.router_trouble is None

    @property
    def url(self) -> str:
        router = self.router
        if router is not None:
            self._scheme = router.scheme
        return f"{self._scheme}{self._url.removeprefix('https')}" if self.has_router else self._url

    @url.setter
    def url(self, url: str) -> None:
        self._url = url

    def changed(self) -> None:
        self.on_change()


@dataclass
class Edge(Site):
    """A self-hosted Artifactory Edge: one node, or several that share the database."""

    generation: str = "7"
    # What the load balancer speaks to routers with ports of their own: http, https, or any, whatever they speak.
    load_balancer: str = ANY
    # One of DELIVERIES.
    delivery: str = NORMAL
    # Nobody gets in from outside: the platform reaches this Edge through a bridge only (control-plane-api.md 2.6).
    outbound_only: bool = False
    # Whether the Bridge Client service is installed, which is a part of its own.
    bridge_client: bool = False
    _access_up: bool = False
    _access_settled_at: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.repositories.create(EDGE_UPLOADS, self.now(), "system")

    @property
    def services(self) -> tuple[str, ...]:
        if self.generation == "6":
            return ("access", "artifactory")
        lifecycle = ("lifecycle",) if at_least(self.version, LIFECYCLE_SINCE) else ()
        bridge = ("bridge-client",) if self.bridge_client else ()
        return ("access", "artifactory", "router", *lifecycle, *bridge)

    @property
    def contexts(self) -> tuple[str, ...]:
        """6.x is registered with the context of Artifactory (control-plane-api.md 1.3)."""
        return ("", "artifactory") if self.generation == "6" else ("",)

    def base_url_at(self, node: Optional[str]) -> str:
        return self.base_url if node is None or self.custom_base_url is not None else self.node(node).url

    def health(self, node: Optional[str] = None) -> Health:
        if node is not None:
            return self._with_overlay(self.node(node).health())
        pages = [page for page in (self._with_overlay(one.health()) for one in self.nodes) if page is not None]
        return min(pages, key=lambda page: page[0], default=None)

    @property
    def has_load_balancer(self) -> bool:
        return len(self.nodes) > 1 or any(node.has_router for node in self.nodes)

    def serving_node(self) -> Optional[str]:
        """A load balancer chooses a healthy node. Without one there is only the node itself."""
        if not self.has_load_balancer:
            return self.nodes[0].name
        return next((node.name for node in self.nodes if node.serves and self._balances(node)), None)

    def _balances(self, node: ServedNode) -> bool:
        """Whether the load balancer speaks what the node's router speaks (node-files.md, trap 31)."""
        return not node.has_router or self.load_balancer in (ANY, node.router.scheme if node.router else ANY)

    def listens(self, node: Optional[str] = None) -> bool:
        if node is None and self.has_load_balancer:
            return True
        return self.node(node or self.nodes[0].name).health() is not None

    def service_states(self, node: Optional[str] = None) -> dict[str, str]:
        return self._with_unhealthy(self.node(node or self.nodes[0].name).service_states)

    def replace_join_key_in_database(self, key: Optional[str] = None) -> None:
        """What somebody does who changes the join key behind everyone's back. Without a key a random one is made."""
        with self.database.lock:
            self.database.join_key = key or secrets.token_hex(32)

    def note_access(self, settling_time: float) -> None:
        up = any(node.service_states.get("jfac") == HEALTHY for node in self.nodes)
        if up and not self._access_up:
            self._access_settled_at = time.monotonic() + settling_time
        self._access_up = up

    def access_settled(self, settling_time: float) -> bool:
        self.note_access(settling_time)
        return time.monotonic() >= self._access_settled_at

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator as tests and people use it: ``with Simulator(folder) as simulator: ...``."""

from __future__ import annotations

import hmac
import logging
import secrets
import threading
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Optional
from urllib.parse import urlsplit

from simulator import certificates, tls
from simulator.application import Application
from simulator.bridges import Bridges
from simulator.call_log import CallLog
from simulator.clock import Clock
from simulator.control import control_application
from simulator.control_address import ControlAddress
from simulator.deliveries import Deliveries
from simulator.faults import Faults
from simulator.gateway import Gateway
from simulator.jpd_view import JpdView
from simulator.licences import EDGE, Licence, make_key
from simulator.listeners import EventLoop, Listener, serving
from simulator.node.installation import write_private
from simulator.node.layout import HOMES, VERSIONS
from simulator.platform import DISTRIBUTION, Platform
from simulator.products import Product
from simulator.rate_limit import RateLimit
from simulator.sites import Edge, ServedNode, Site
from simulator.switches import Switches
from simulator.urls import port as port_of
from simulator.versions import parse

LOG = logging.getLogger(__name__)
TICK = 0.1
LOOPBACK_NAMES = ("127.0.0.1", "localhost")
LICENCE_LIFE = timedelta(days=1200)


class Simulator:
    """One platform and any number of Edges, each on a TLS port of its own on a loopback address.

    ``port_base`` gives consecutive ports in the order of creation: the platform, then for every Edge its own, followed
    by those of its nodes when it has several. Without it the operating system chooses.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        switches: Optional[Switches] = None,
        host: str = "127.0.0.1",
        port_base: Optional[int] = None,
    ) -> None:
        self.data_dir = Path(data_dir)
        self.switches = switches or Switches()
        self.host = host
        self.clock = Clock()
        self.calls = CallLog()
        self.faults = Faults()
        self.rate_limit = RateLimit(self.switches)
        self.faults.on_change = self.refresh
        self.jpd_view = JpdView(self)
        self.bridges = Bridges(self)
        self.deliveries = Deliveries(self)
        self._secret = secrets.token_urlsafe(16)
        self._next_port = port_base
        self._platform: Optional[Platform] = None
        self._edges: dict[str, Edge] = {}
        self._products: dict[str, Product] = {}
        self._addresses: dict[int, tuple[Site, Optional[str]]] = {}
        self._listeners: dict[int, Listener] = {}
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._stuck: set[str] = set()
        # Set when somebody asks the process that serves this to end.
        self.stop_requested = threading.Event()
        self._loop = EventLoop()
        self._ticker = threading.Thread(target=self._tick_for_ever, name="simulator-ticks", daemon=True)

    def __enter__(self) -> Simulator:
        self.start()
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()

    def start(self) -> None:
        tls.allow_many_connections()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._authority = tls.Authority(self.data_dir / "tls", [self.host, *LOOPBACK_NAMES])
        self._loop.start()
        self._application = Application(self)
        self._config = serving(Gateway(self, self._application.starlette))
        control_token = secrets.token_urlsafe(24)
        self._control = Listener(self._loop, serving(control_application(self, control_token)), host=self.host)
        self._control.open()
        self.control = ControlAddress(f"http://{self.host}:{self._control.port}", control_token)
        self._ticker.start()

    def stop(self) -> None:
        """End everything that runs. The data stays. A second time it does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._ticker.join()
        for listener in [*self._listeners.values(), self._control]:
            listener.release()
        self._application.close()
        self._loop.stop()

    @property
    def ca_path(self) -> Path:
        """The certificate with which clients verify every site, as a PEM file."""
        return self._authority.ca_path

    def trust_bundle(self, site: Site) -> Path:
        """What a site's servers verify others with, as a PEM file: ``ca_path``, and what its nodes trust.

        That is their own Access's authority and the TLS trust folder, as of their last start (node-files.md 3 (b)).
        """
        found = {one for node in site.nodes if node.router is not None for one in node.router.trusted}
        if not found:
            return self.ca_path
        text = self.ca_path.read_text(encoding="ascii") + "".join(sorted(certificates.to_pem(one) for one in found))
        bundle = self.data_dir / "tls" / f"{site.name}.trusted.pem"
        with self._lock:
            if not bundle.exists() or bundle.read_text(encoding="ascii") != text:
                draft = bundle.with_suffix(".tmp")
                draft.write_text(text, encoding="ascii")
                draft.replace(bundle)
        return bundle

    @property
    def platform(self) -> Platform:
        if self._platform is None:
            raise LookupError("there is no platform yet: call add_platform")
        return self._platform

    @property
    def edges(self) -> list[Edge]:
        return list(self._edges.values())

    def edge(self, name: str) -> Edge:
        return self._edges[name]

    @property
    def sites(self) -> list[Site]:
        return [*([self._platform] if self._platform else []), *self.edges]

    def site(self, name: str) -> Site:
        """The platform or an Edge by its name. Raises KeyError."""
        for site in self.sites:
            if site.name == name:
                return site
        raise KeyError(name)

    def node(self, name: str) -> ServedNode:
        """A node of any site by its name. Raises KeyError."""
        for site in self.sites:
            for node in site.nodes:
                if node.name == name:
                    return node
        raise KeyError(name)

    @property
    def products(self) -> list[Product]:
        return list(self._products.values())

    def product(self, name: str) -> Product:
        """Another product by its name. Raises KeyError."""
        return self._products[name]

    def add_product(self, name: str, kind: str = "xray", *, edge: str, in_settings: bool = False) -> Product:
        """Another product of an Edge, started, with the Edge's join key in a file or in its settings."""
        home = self.data_dir / "products" / name / "opt/jfrog" / kind
        product = Product(name, kind, home, self.edge(edge), self.switches, self.clock)
        product.install(self.control, in_settings=in_settings)
        product.start()
        self._products[name] = product
        return product

    def controlled(self, name: str) -> ServedNode | Product:
        """What a control script of this name controls: another product, or a node. Raises KeyError."""
        return self._products.get(name) or self.node(name)

    def add_platform(
        self,
        name: str = "acme",
        *,
        version: str = "7.117.5",
        saas: bool = True,
        distribution: Optional[str] = DISTRIBUTION,
    ) -> Platform:
        """The platform: one, and the first site if ports are fixed. A self-hosted one has the node "<name>-1".

        ``distribution`` is the version of Distribution; None leaves it out.
        """
        if self._platform is not None:
            raise ValueError("there is a platform already")
        parse(version)
        parse(distribution or DISTRIBUTION)
        platform = Platform(name=name, version=version, clock=self.clock, saas=saas, distribution=distribution)
        platform.storage = self.data_dir / "platform" / name / "filestore"
        platform.license_folder = self.data_dir / "license-buckets"
        platform.licence = Licence("Enterprise Plus Trial", "ENTERPRISE_PLUS_TRIAL", self.clock.now() + LICENCE_LIFE)
        platform.url = self._open_port(platform, None)
        platform.install_home()
        if not saas:
            platform.nodes = [self._node(platform, f"{name}-1", "7")]
            platform.nodes[0].install(self.control)
            platform.nodes[0].url = platform.url
            platform.nodes[0].start(at_once=True)
        self._platform = platform
        self.refresh(platform)
        return platform

    def add_edge(
        self,
        name: str,
        *,
        version: Optional[str] = None,
        nodes: int = 1,
        generation: Optional[str] = None,
        started: bool = True,
        routers: bool = False,
        join_key: Optional[str] = None,
        master_key: Optional[str] = None,
        licensed: bool = True,
    ) -> Edge:
        """An Edge with installed nodes named "<edge>-1" and so on. ``started``: it has run, so its keys are there.

        ``licensed``: each node has a trial licence.

        ``routers``: every node has a port of its own that speaks what the node's router speaks, plain HTTP until its
        configuration says otherwise. The Edge's URL is then that of a load balancer, which knows what they speak.
        """
        if any(site.name == name for site in self.sites):
            raise ValueError(f"there is a site named {name} already")
        if nodes < 1:
            raise ValueError(f"the Edge {name} has no node")
        version, generation = _version_and_generation(version, generation)
        if routers and generation == "6":
            raise ValueError("a node of generation 6 has no router")
        edge = Edge(name=name, version=version, clock=self.clock, generation=generation)
        edge.nodes = [self._node(edge, f"{name}-{number}", generation) for number in range(1, nodes + 1)]
        if licensed:
            ends = self.clock.now() + LICENCE_LIFE
            edge.licences[:] = [Licence("Edge Trial", "EDGE_TRIAL", ends) for _ in edge.nodes]
        edge.url = self._open_port(edge, None)
        for node in edge.nodes:
            node.install(self.control, ha=nodes > 1)
            if routers:
                node.has_router = True
                node.on_change = partial(self.refresh, edge)
            node.url = self._open_port(edge, node.name) if edge.has_load_balancer else edge.url
        with self._lock:
            self._edges[name] = edge
        if join_key is not None:
            edge.database.join_key = join_key
        if master_key is not None:
            write_private(edge.nodes[0].layout.master_key, master_key)
        if started:
            self.start_edge(edge)
        self.refresh(edge)
        return edge

    def make_license_key(
        self, kind: str = EDGE, valid_through: Optional[datetime] = None, licensed_to: str = "Example Corp"
    ) -> str:
        """A licence key as the vendor sends it, of several lines. Each call makes another one."""
        return make_key(kind, valid_through or self.clock.now() + LICENCE_LIFE, licensed_to)

    def start_edge(self, edge: Edge) -> None:
        """Start an Edge's nodes for good, one after the other. All get the first one's master key, as HA asks for."""
        first = edge.nodes[0].layout.master_key
        for node in edge.nodes:
            if first.exists() and not node.layout.master_key.exists():
                write_private(node.layout.master_key, first.read_text(encoding="ascii"))
            node.start(at_once=True)

    def restart(self, site: Site, node: Optional[str] = None, seconds: Optional[float] = None) -> None:
        """Start the nodes of a site anew, or one of them. A site without nodes is away for so many seconds."""
        if not site.nodes:
            self.faults.add(site=site.name, kind="refuse", seconds=seconds if seconds is not None else 1.0)
        for one in site.nodes:
            if node in (None, one.name):
                one.restart()
        self.refresh(site)

    def address(self, port: int) -> tuple[Site, Optional[str]]:
        """The site behind a port, and the node when the port is that of a single node of an HA Edge."""
        return self._addresses[port]

    def site_at(self, url: str) -> Optional[tuple[Site, Optional[str]]]:
        """The site that a base URL leads to. None when it leads out of the simulator, or to a path within a site.

        It is asked for what the platform sees, for which the address of a bridge leads to the Edge behind it.
        """
        url = self.bridges.way(url) or ""
        parts = urlsplit(url)
        found = self._addresses.get(port_of(url))
        listener = self._listeners.get(port_of(url))
        if (
            found is None
            or listener is None
            or parts.scheme != listener.scheme
            or parts.hostname not in (self.host, *LOOPBACK_NAMES)
        ):
            return None
        return found if parts.path.strip("/") in found[0].contexts else None

    def accepts_connections(self, url: str) -> bool:
        """Whether somebody listens at a base URL now, for the platform as above."""
        url = self.bridges.way(url) or ""
        listener = self._listeners.get(port_of(url))
        return listener is not None and listener.is_open

    def demand_client_certificates(self, site: Site, client_ca: Path) -> None:
        """Let nobody in at a site's own port without a certificate of this authority, as a reverse proxy in front of it
        would (node-files.md 5). The simulated servers themselves have none to show."""
        with self._lock:
            for port, listener in self._listeners.items():
                if self._addresses[port] == (site, None):
                    listener.speak(self._authority.server_context(site.name, client_ca=client_ca))

    def server_mark(self, site: str) -> str:
        """What the simulator's own calls carry, so that the log can tell them from a client's."""
        return f"{site} {self._secret}"

    def server_name(self, mark: str) -> str:
        """The site that made a call, empty for a client."""
        site, _, secret = mark.partition(" ")
        return site if hmac.compare_digest(secret, self._secret) else ""

    def refresh(self, only: Optional[Site] = None) -> None:
        """Open and close listeners, of one site or of all, as the state of the nodes and the faults ask for."""
        with self._lock:
            for port, listener in list(self._listeners.items()):
                site, node = self._addresses[port]
                if only is not None and site is not only:
                    continue
                names = {site.name} | ({node} if node else set())
                if site.listens(node) and not self.faults.refuses(names):
                    self._speak(listener, site, node)
                    listener.open()
                else:
                    listener.close()

    def _speak(self, listener: Listener, site: Site, node: Optional[str]) -> None:
        """A router's port speaks what the node's last start has read; each start may bring another certificate."""
        served = _router_node(site, node)
        router = served.router if served is not None else None
        if router is not None:
            listener.speak(router.context)

    def _tick(self, node: ServedNode) -> None:
        """One node's trouble, which only a mistake in the simulator can make, may not stop the time of the others."""
        if node.name in self._stuck:
            return
        try:
            node.tick()
        except Exception:
            self._stuck.add(node.name)
            LOG.exception("the time of node %s stands still from now on", node.name)

    def _tick_deliveries(self) -> None:
        """As with nodes: a mistake here may not stop the time of everything else."""
        if self._platform is None or "deliveries" in self._stuck:
            return
        try:
            self.deliveries.tick()
        except Exception:
            self._stuck.add("deliveries")
            LOG.exception("release bundles stay where they are from now on")

    def _node(self, site: Site, name: str, generation: str) -> ServedNode:
        def mint_token(*, subject: str, audience: str, expires_in: int) -> str:
            return site.admin_token(username=subject, audience=audience, expires_in=expires_in)

        return ServedNode(
            name,
            self.data_dir / "nodes" / name / HOMES[generation],
            generation,
            site.version,
            site.database,
            self.switches,
            self.clock,
            site.name,
            mint_token=mint_token,
        )

    def _open_port(self, site: Site, node: Optional[str]) -> str:
        port = 0
        if self._next_port is not None:
            port = self._next_port
            self._next_port += 1
        if _router_node(site, node) is not None:
            listener = Listener(
                self._loop,
                self._config,
                host=self.host,
                port=port,
                refusal=lambda: self.switches.plain_http_to_tls_port,
            )
        else:
            context = self._authority.server_context(node or site.name)
            listener = Listener(self._loop, self._config, host=self.host, port=port, context=context)
        with self._lock:
            self._addresses[listener.port] = (site, node)
            self._listeners[listener.port] = listener
        return f"https://{self.host}:{listener.port}"

    def _tick_for_ever(self) -> None:
        pause = TICK
        while not self._stopping.wait(pause):
            begun = time.monotonic()
            for site in self.sites:
                for node in site.nodes:
                    self._tick(node)
                site.note_access(self.switches.access_settling_time)
            for product in list(self._products.values()):
                product.tick()
            self._tick_deliveries()
            self.refresh()
            # A large fleet may not keep a whole processor busy with looking into folders.
            pause = max(TICK, 3 * (time.monotonic() - begun))


def _router_node(site: Site, node: Optional[str]) -> Optional[ServedNode]:
    """The node behind a port that speaks what its router speaks. None for all other ports."""
    return next((served for served in site.nodes if served.name == node and served.has_router), None)


def _version_and_generation(version: Optional[str], generation: Optional[str]) -> tuple[str, str]:
    """Each tells the other; the generation is the first number of the version. Raises ValueError."""
    if version is None:
        generation = generation or "7"
        if generation not in VERSIONS:
            raise ValueError(f"there is no generation {generation!r}")
        return VERSIONS[generation], generation
    first = str(parse(version)[0])
    if first not in VERSIONS or generation not in (None, first):
        raise ValueError(f"an Edge of version {version} is not of generation {generation or first}")
    return version, first

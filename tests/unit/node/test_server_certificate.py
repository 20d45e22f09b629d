# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the certificate that a router shows."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import server_certificate
from simulator.certificates import sha256
from simulator.node.testing import Workbench, authority, put, supply_server_pair, switch_tls
from simulator.simulator import Simulator
from simulator.sites import ServedNode
from simulator.switches import Switches
from unit.domain.issuing import NOW, issue, server


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("sim"), switches=Switches(start_duration=0.0)) as running:
        yield running


@pytest.fixture
def osaka(simulator: Simulator) -> Iterator[ServedNode]:
    node = simulator.add_edge(f"osaka{len(simulator.sites)}", routers=True).nodes[0]
    yield node
    node.stop()


def layout_of(node: ServedNode) -> layouts.Layout:
    return layouts.require(str(node.home))


def test_observe_router_without_tls_shows_none(osaka: ServedNode) -> None:
    seen = server_certificate.observe(layout_of(osaka), osaka.url)
    assert seen == {"served": None, "error": "the router speaks no TLS", "pending": None}


def test_observe_router_with_tls_shows_its_certificate_whatever_the_scheme_of_the_url(osaka: ServedNode) -> None:
    before = osaka.url
    switch_tls(osaka, True)
    osaka.restart(at_once=True)

    for url in (before, osaka.url):
        served = server_certificate.observe(layout_of(osaka), url)["served"]
        assert served is not None
        assert served["file"] == before.removeprefix("http://")
        assert osaka.router is not None
        assert osaka.router.certificate is not None
        assert served["sha256"] == sha256(osaka.router.certificate)


def test_observe_router_that_is_down_says_so(osaka: ServedNode) -> None:
    osaka.stop()
    seen = server_certificate.observe(layout_of(osaka), osaka.url)
    assert (seen["served"], seen["error"]) == (None, "connection refused")


def test_observe_router_that_says_nothing_ends_in_time(tmp_path: Path) -> None:
    layout = layouts.require(str(Workbench(tmp_path).node().home))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert server_certificate.observe(layout, url, timeout=0.1)["error"] == "no answer in time"


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://127.0.0.1:no", "unix:/run/x"])
def test_observe_unusable_url_is_no_crash(tmp_path: Path, url: str) -> None:
    layout = layouts.require(str(Workbench(tmp_path).node().home))
    assert server_certificate.observe(layout, url)["error"] == "node_url is no usable URL"


def test_observe_key_that_is_too_weak_for_the_system_is_seen_all_the_same(tmp_path: Path) -> None:
    weak = server(issue("acme CA"), "127.0.0.1", key=rsa.generate_private_key(65537, 1024))  # noqa: S505
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(put(tmp_path / "weak.pem", weak.pem + weak.key_pem))
    layout = layouts.require(str(Workbench(tmp_path).node().home))

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            with contextlib.suppress(OSError), listening.accept()[0] as connection:
                context.wrap_socket(connection, server_side=True).close()

        thread = threading.Thread(target=answer)
        thread.start()
        served = server_certificate.observe(layout, f"https://127.0.0.1:{listening.getsockname()[1]}")["served"]
        thread.join()
    assert served is not None
    assert served["sha256"] == weak.sha256


def test_pending_in_counts_a_whole_pair_only(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    layout = layouts.require(str(node.home))
    assert server_certificate.pending_in(layout) is None
    certificate, key = authority().server_pair()
    folder = node.layout.var / "bootstrap/router/keys"
    put(folder / "custom-server.crt", certificate)
    assert server_certificate.pending_in(layout) is None
    put(folder / "custom-server.key", key)
    pending = server_certificate.pending_in(layout)
    assert pending is not None
    assert pending["file"] == "custom-server.crt"


def test_6x_has_nothing_to_see(tmp_path: Path) -> None:
    layout = layouts.require(str(Workbench(tmp_path).node(generation="6").home))
    seen = server_certificate.observe(layout, "http://127.0.0.1:9")
    assert seen == {"served": None, "error": None, "pending": None}


def test_settle_notes_the_proof_once_the_router_shows_it_and_keeps_the_last_key_only(osaka: ServedNode) -> None:
    layout, ca = layout_of(osaka), authority()
    certificate, key = ca.server_pair()
    digest = "c" * 64
    recorded = model.record_supplied(model.empty(), "server_certificate", digest, NOW)
    assert server_certificate.settle(layout, osaka.url, recorded, NOW) == recorded

    supply_server_pair(osaka, certificate, key)
    put(osaka.layout.tls_trusted / "acme.crt", ca.pem)
    switch_tls(osaka, True)
    osaka.restart(at_once=True)
    assert server_certificate.settle(layout, osaka.url, recorded, NOW) == recorded

    served = server_certificate.observe(layout, osaka.url)["served"]
    assert served is not None
    recorded = model.record_supplied(model.empty(), "server_certificate", str(served["sha256"]), NOW)
    kept = layout.ledger.parent / "backups/server_certificate"
    for age, name in enumerate(("custom-server.key.c", "custom-server.key.a", "custom-server.key.b", "other.key.x")):
        put(kept / f"{name}.backup", "key")
        os.utime(kept / f"{name}.backup", (1000 - age, 1000 - age))
    assert server_certificate.settle(layout, osaka.url, model.empty(), NOW) == model.empty()
    assert len(list(kept.iterdir())) == 4
    proven = server_certificate.settle(layout, osaka.url, recorded, NOW)
    assert sorted(path.name for path in kept.iterdir()) == ["custom-server.key.c.backup", "other.key.x.backup"]
    assert proven["certificates"]["server_certificate"]["confirmed_at"] is not None
    assert server_certificate.settle(layout, osaka.url, proven, NOW) == proven

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes to run the modules for TLS on, one row per module and kind of node, for the five-run cycle."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from unittest import mock

from simulator.node.testing import Workbench, authority, put, restart, start, supply_server_pair, switch_tls
from simulator.simulator import Simulator
from simulator.switches import Switches
from unit.domain.issuing import ec_key, issue, server
from unit.modules.node_cases import Stage

CA, OTHER_CA = (issue(name, key=ec_key()) for name in ("acme CA", "some proxy"))


def tls_ca_certificate(folder: Path, generation: str) -> Stage:
    """A running node; later somebody puts another CA in, and takes ours away."""
    node = Workbench(folder).started(generation=generation)

    def tamper() -> None:
        (node.layout.tls_trusted / "acme.crt").unlink()
        put(node.layout.tls_trusted / "proxy.crt", OTHER_CA.pem)

    params = {"certificates": [{"name": "acme", "content": CA.pem}], "prune": True}
    return Stage("tls_ca_certificate", node, params, ["acme.crt", "proxy.crt"], lambda: restart(node), tamper)


def server_certificate(folder: Path, *, removed: bool) -> Stage:
    """A node that was never started and has no TLS; later somebody puts another pair in."""
    node = Workbench(folder, server_certificate_removed_after_start=removed).node()
    pair, other = server(issue("acme CA"), "127.0.0.1"), server(issue("other CA"), "127.0.0.1")

    def tamper() -> None:
        supply_server_pair(node, other.pem, other.key_pem)

    secrets = [key.splitlines()[3] for key in (pair.key_pem, other.key_pem)]
    params = {"certificate": pair.pem, "private_key": pair.key_pem}
    return Stage("server_certificate", node, params, ["sha256"], lambda: start(node), tamper, secrets)


def server_certificate_tls(folder: Path, stack: ExitStack) -> Stage:
    """A router that speaks TLS; later somebody gives it another pair and restarts it."""
    simulator = stack.enter_context(Simulator(folder / "simulator", switches=Switches(start_duration=0.05)))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    stack.enter_context(mock.patch.dict(os.environ, PATH=path))
    node, ca = simulator.add_edge("osaka", routers=True).nodes[0], authority()
    (certificate, key), other = ca.server_pair(), ca.server_pair()
    put(node.layout.tls_trusted / "acme.crt", ca.pem)
    switch_tls(node, True)
    node.restart(at_once=True)

    def tamper() -> None:
        supply_server_pair(node, *other)
        node.restart(at_once=True)

    params = {"certificate": certificate, "private_key": key, "node_url": node.url}
    return Stage(
        "server_certificate",
        node,  # type: ignore[arg-type]
        params,
        ["sha256"],
        lambda: node.restart(at_once=True),
        tamper,
        [key.splitlines()[3]],
    )


STAGES: dict[str, Callable[[Path, ExitStack], Stage]] = {
    "tls_ca_certificate-7": lambda folder, _stack: tls_ca_certificate(folder, "7"),
    "tls_ca_certificate-6": lambda folder, _stack: tls_ca_certificate(folder, "6"),
    "server_certificate-files-stay": lambda folder, _stack: server_certificate(folder, removed=False),
    "server_certificate-files-go": lambda folder, _stack: server_certificate(folder, removed=True),
    "server_certificate-tls": server_certificate_tls,
}

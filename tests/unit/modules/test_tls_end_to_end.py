# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS of a node from nothing to its own server certificate, with the modules in their order (node-files.md 4)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pem import der_sha256
from simulator.certificates import sha256
from simulator.node.testing import Authority, authority, put
from simulator.simulator import Simulator
from simulator.sites import ServedNode
from simulator.switches import Switches
from unit.modules.run_module import run_module


@pytest.fixture
def simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    # The control script asks env for its Python; this one starts faster than a version manager's.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    with Simulator(tmp_path / "simulator", switches=Switches(start_duration=0.05)) as running:
        yield running


class Operator:
    """Runs the modules on one node, as the playbooks do. The node's URL is the one from before TLS, always."""

    def __init__(self, node: ServedNode) -> None:
        self.node = node
        self.node_url = node.url

    def run(self, module: str, **params: Any) -> dict[str, Any]:
        result = run_module(module, {"artifactory_home": str(self.node.home), **params})
        assert not result.get("failed"), result["msg"]
        return result

    def trust(self, ca: Authority) -> dict[str, Any]:
        return self.run("tls_ca_certificate", certificates=[{"name": "acme", "content": ca.pem}])

    def certificate(self, pair: tuple[str, str], ca: Authority) -> dict[str, Any]:
        return self.run(
            "server_certificate",
            certificate=pair[0],
            private_key=pair[1],
            names=["127.0.0.1"],
            issuer_sha256=der_sha256(ca.pem),
            node_url=self.node_url,
        )

    def restart(self, *due_for: str) -> dict[str, Any]:
        return self.run("artifactory_service", node_url=self.node_url, due_for=list(due_for), wait_timeout=20)

    def tls(self, on: bool) -> dict[str, Any]:
        return self.run("access_config", settings={"security": {"tls": on}})


def test_own_server_certificate_from_nothing_to_both_ports(simulator: Simulator) -> None:
    operator, ca = Operator(simulator.add_edge("osaka", routers=True).nodes[0]), authority()
    node, pair = operator.node, ca.server_pair()

    # Trust first, then the certificate, then the switch; one restart does for all three.
    assert operator.trust(ca)["changed"]
    assert operator.certificate(pair, ca)["changed"]
    assert operator.tls(True)["changed"]
    restarted = operator.restart()
    assert {"server_certificate", "tls_ca_certificate"} <= set(restarted["service"]["reasons"])
    assert restarted["health"]["state"] == "HEALTHY"
    assert restarted["health"]["url"] == operator.node_url.replace("http:", "https:")
    assert node.router is not None
    assert sha256(node.router.certificate) == der_sha256(pair[0])  # type: ignore[arg-type]
    assert node.tomcat_certificate is None

    # Artifactory's own port takes it at one more restart.
    settings = node.layout.var / "etc/system.yaml"
    put(settings, settings.read_text() + "\nartifactory:\n  tomcat:\n    httpsConnector:\n      enabled: true\n")
    assert operator.restart("system_yaml")["service"]["started"]
    assert sha256(node.tomcat_certificate) == der_sha256(pair[0])  # type: ignore[arg-type]

    ledger = json.loads((node.layout.var / "hybrid.jfrog/ledger.json").read_text())
    assert ledger["certificates"]["server_certificate"]["confirmed_at"] is not None
    again = operator.certificate(pair, ca)
    assert (again["changed"], again["verdict"]) == (False, {"state": "in_order", "reason": "the router shows it"})
    assert not operator.trust(ca)["changed"]
    assert not operator.restart()["changed"]


def test_own_server_certificate_before_tls_is_shown_after_the_switch(simulator: Simulator) -> None:
    operator, ca = Operator(simulator.add_edge("osaka", routers=True).nodes[0]), authority()
    pair = ca.server_pair()
    operator.trust(ca)
    operator.certificate(pair, ca)
    assert operator.restart()["health"]["url"] == operator.node_url

    waiting = operator.certificate(pair, ca)
    assert (waiting["changed"], waiting["evidence"]["error"]) == (False, "the router speaks no TLS")

    operator.tls(True)
    assert operator.restart("access_config")["health"]["url"].startswith("https:")
    assert operator.certificate(pair, ca)["evidence"]["served"] == der_sha256(pair[0])

    operator.tls(False)
    assert operator.restart("access_config")["health"]["url"] == operator.node_url
    assert not operator.certificate(pair, ca)["changed"]


def test_own_server_certificate_renewal_is_seen_on_the_port_after_the_restart(simulator: Simulator) -> None:
    operator, ca = Operator(simulator.add_edge("osaka", routers=True).nodes[0]), authority()
    first, second = ca.server_pair(), ca.server_pair()
    operator.trust(ca)
    operator.certificate(first, ca)
    operator.tls(True)
    operator.restart()

    renewed = operator.certificate(second, ca)
    assert renewed["drift"] == ["sha256"]
    waiting = operator.certificate(second, ca)
    assert waiting["verdict"]["reason"] == "supplied; the router shows it after its next start"
    operator.restart()
    assert operator.certificate(second, ca)["verdict"]["reason"] == "the router shows it"


def test_services_that_do_not_go_by_the_ca_make_the_restart_fail_and_say_so(simulator: Simulator) -> None:
    operator, ca = Operator(simulator.add_edge("osaka", routers=True).nodes[0]), authority()
    certificate, key = ca.server_pair()
    operator.run("server_certificate", certificate=certificate, private_key=key, node_url=operator.node_url)
    operator.tls(True)
    result = run_module(
        "artifactory_service",
        {"artifactory_home": str(operator.node.home), "node_url": operator.node_url, "wait_timeout": 1},
    )

    assert result["failed"]
    assert "its certificate is not trusted" in result["msg"]


def test_own_server_certificate_that_the_router_refuses_is_told_and_not_supplied_for_ever(simulator: Simulator) -> None:
    simulator.switches.bad_server_certificate = "default_used"
    operator, ca = Operator(simulator.add_edge("osaka", routers=True).nodes[0]), authority()
    pair = ca.server_pair("10.20.0.5")
    operator.trust(ca)
    # Nobody knows the node's address before its start: it is not in its system.yaml.
    supplied = operator.run(
        "server_certificate", certificate=pair[0], private_key=pair[1], names=["10.20.0.5"], node_url=operator.node_url
    )
    assert supplied["changed"]
    operator.tls(True)
    operator.restart()
    again = operator.run(
        "server_certificate", certificate=pair[0], private_key=pair[1], names=["10.20.0.5"], node_url=operator.node_url
    )

    assert (again["changed"], again["verdict"]["state"]) == (False, "unknown")
    assert "it was refused, and router-service.log says why" in again["warnings"][0]


def test_access_made_certificate_is_trusted_on_loopback_without_a_ca_file(simulator: Simulator) -> None:
    operator = Operator(simulator.add_edge("osaka", routers=True).nodes[0])
    operator.tls(True)
    health = operator.restart()["health"]

    assert (health["state"], health["url"]) == ("HEALTHY", operator.node_url.replace("http:", "https:"))

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``enable_tls.yml`` and ``rotate_access_ca.yml``: what others feel, in an order that keeps the Edge up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from integration.caller import Caller
from integration.fleet import Fleet
from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.key_pool import POOL
from simulator.node.testing import Authority, authority

CORPORATE = authority("Example Corporate CA")


@pytest.fixture
def osaka(fleet: Fleet) -> Any:
    """An HA Edge that is joined, whose routers speak plain HTTP on ports of their own."""
    edge = fleet.add("osaka", nodes=2, routers=True, edge_node_ca_path="")
    fleet.onboard()
    return edge


def want_own_certificates(fleet: Fleet, edge: Any) -> None:
    fleet.variables["osaka"]["edge_tls"] = True
    fleet.variables["osaka"]["edge_tls_ca_certificates"] = [{"name": "corporate", "content": CORPORATE.pem}]
    for node in edge.nodes:
        certificate, key = CORPORATE.server_pair("127.0.0.1")
        fleet.node_variables[node.name] = {"edge_server_certificate": certificate, "edge_server_private_key": key}


def issuers(edge: Any) -> list[str]:
    """Who signed what each router shows."""
    return [node.router.certificate.issuer.rfc4514_string() for node in edge.nodes]


def schemes(edge: Any) -> list[str]:
    """What each router speaks; nothing while it is down."""
    return [router.scheme if (router := node.router) else "" for node in edge.nodes]


def test_tls_with_own_certificates_comes_after_the_trust_and_the_edge_stays_up(fleet: Fleet, osaka: Any) -> None:
    want_own_certificates(fleet, osaka)
    found = fleet.run("report_drift.yml")
    assert found.code == 2
    assert any("enable_tls.yml" in finding["remedy"] for finding in found.edge("osaka")["findings"])

    with Caller(fleet.simulator, osaka) as caller:
        switched = fleet.run("enable_tls.yml")

    assert switched.code == 0, switched.output
    assert (schemes(osaka), caller.failures) == (["https", "https"], [])
    assert issuers(osaka) == ["CN=Example Corporate CA"] * 2
    assert all(node.tomcat_certificate == node.router.certificate for node in osaka.nodes)
    assert {row["kind"] for row in switched.edge("osaka")["certificates"]} >= {"server_certificate"}
    again = fleet.run("enable_tls.yml")
    assert (again.code, again.changed) == (0, 0), again.output


@pytest.mark.slow
def test_correct_drift_supplies_what_is_harmless_and_leaves_the_switch_to_its_playbook(
    fleet: Fleet, osaka: Any
) -> None:
    want_own_certificates(fleet, osaka)

    corrected = fleet.run("correct_drift.yml")

    assert corrected.code == 2, corrected.output
    assert schemes(osaka) == ["http", "http"]
    assert {change["step"] for change in corrected.edge("osaka")["corrected"]} >= {"server_certificate", "restart"}
    assert [finding["what"] for finding in corrected.edge("osaka")["findings"]] == ["TLS between services"]


@pytest.mark.slow
def test_tls_is_not_switched_while_a_node_is_away(fleet: Fleet, osaka: Any) -> None:
    fleet.variables["osaka"]["edge_tls"] = True
    fleet.node_variables["osaka-2"] = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}

    left = fleet.run("enable_tls.yml")

    assert (left.code, schemes(osaka)) == (4, ["http", "http"]), left.output


def test_authority_of_access_is_replaced_by_its_own_playbook_alone(fleet: Fleet, osaka: Any) -> None:
    key = POOL.take()
    own = self_signed("Osaka CA", key)
    fleet.variables["osaka"] |= {
        "edge_tls": True,
        "edge_access_ca_certificate": to_pem(own),
        "edge_access_ca_private_key": key_to_pem(key),
    }
    assert fleet.run("enable_tls.yml").code == 2
    left = fleet.run("correct_drift.yml")
    assert left.code == 2
    assert sha256(osaka.database.ca_certificate) != sha256(own)

    rotated = fleet.run("rotate_access_ca.yml")

    assert rotated.code == 0, rotated.output
    assert sha256(osaka.database.ca_certificate) == sha256(own)
    assert issuers(osaka) == ["CN=Osaka CA"] * 2
    assert fleet.run("report_drift.yml").code == 0


@pytest.mark.slow
def test_switch_that_is_killed_at_each_of_its_steps_is_finished_by_the_next_run(fleet: Fleet, osaka: Any) -> None:
    want_own_certificates(fleet, osaka)
    first, second = osaka.nodes

    def lies(path: str) -> Callable[[], bool]:
        return lambda: (second.layout.var / path).exists() or (first.layout.var / path).exists()

    moments = [
        lies("etc/security/keys/trusted/corporate.crt"),
        lies("bootstrap/router/keys/custom-server.crt"),
        lambda: first.state != "running" or second.state != "running",
        lies("etc/access/access.config.patch.yml"),
        lambda: "https" in schemes(osaka),
    ]
    for moment in moments:
        fleet.run_until("enable_tls.yml", moment)

    finished = fleet.run("enable_tls.yml")

    assert finished.code == 0, finished.output
    assert (schemes(osaka), issuers(osaka)) == (["https", "https"], ["CN=Example Corporate CA"] * 2)
    assert all(node.tomcat_certificate == node.router.certificate for node in osaka.nodes)
    assert fleet.run("report_drift.yml").code == 0


def own_authority(name: str) -> Authority:
    """A pair of somebody's own for Access: as its CA, or as its token issuer."""
    key = POOL.take()
    return Authority(key, self_signed(name, key))


def token_of(edge: Any, issuer: Authority) -> str:
    """What a new Edge's administrator gets when its own pair signs tokens from the first start on."""
    edge.database.set_root(issuer.key, issuer.certificate)
    token: str = edge.admin_token()
    edge.database.renew_root()
    return token


@pytest.mark.slow
def test_new_edge_is_onboarded_with_all_its_own_certificates_in_use_and_a_second_run_changes_nothing(
    fleet: Fleet,
) -> None:
    ca, signing = own_authority("Osaka CA"), own_authority("Osaka Token Issuer")
    edge = fleet.add("osaka", nodes=2, routers=True, started=False, edge_node_ca_path="", edge_master_key="0f" * 32)
    fleet.variables["osaka"] |= {
        "edge_access_token": token_of(edge, signing),
        "edge_access_ca_certificate": to_pem(ca.certificate),
        "edge_access_ca_private_key": key_to_pem(ca.key),
        "edge_token_signing_certificate": to_pem(signing.certificate),
        "edge_token_signing_private_key": key_to_pem(signing.key),
        "edge_access_config": {"token": {"max-expiry": 86400}},
    }
    want_own_certificates(fleet, edge)

    onboarded = fleet.run("onboard_edge.yml")

    assert onboarded.code == 0, onboarded.output
    assert (schemes(edge), issuers(edge)) == (["https", "https"], ["CN=Example Corporate CA"] * 2)
    assert all(node.tomcat_certificate == node.router.certificate for node in edge.nodes)
    assert sha256(edge.database.ca_certificate) == sha256(ca.certificate)
    assert sha256(edge.database.root_certificate) == sha256(signing.certificate)
    assert edge.database.access_config["token"]["max-expiry"] == 86400
    again = fleet.run("onboard_edge.yml")
    assert (again.code, again.changed) == (0, 0), again.output


def test_check_mode_goes_by_the_address_that_the_same_run_would_give_to_the_node(fleet: Fleet) -> None:
    edge = fleet.add("osaka", routers=True, started=False, edge_node_ca_path="")
    certificate, key = CORPORATE.server_pair("127.0.0.9")
    fleet.variables["osaka"]["edge_tls_ca_certificates"] = [{"name": "corporate", "content": CORPORATE.pem}]
    fleet.node_variables["osaka-1"] = {
        "edge_server_certificate": certificate,
        "edge_server_private_key": key,
        "edge_system_yaml": {"shared.node.ip": "127.0.0.9"},
    }
    (edge.nodes[0].layout.var / "etc/system.yaml").write_text("shared:\n  node:\n    ip: 127.0.0.1\n")

    checked = fleet.run("onboard_edge.yml", "--check", verbosity=1)

    assert ("server_certificate", "osaka-1") in checked.changed_steps, checked.output
    assert "must be the node's address" not in checked.output

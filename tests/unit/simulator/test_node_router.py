# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node's router speaks after a start, with which certificate, and who accepts it (node-files.md 3, 4)."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from simulator import certificates
from simulator.key_pool import POOL
from simulator.node import FAILED, RUNNING, Node, trust_chain
from simulator.node.testing import Workbench, authority, put, restart, start, supply_server_pair, switch_tls

DEFAULT_LINE = "Using default router's certificate and private key"
UNKNOWN = "x509: certificate signed by unknown authority"


def scheme(node: Node) -> Optional[str]:
    return node.router.scheme if node.router else None


def served(node: Node) -> x509.Certificate:
    assert node.router is not None
    assert node.router.certificate is not None
    return node.router.certificate


def trust(node: Node, pem: str, name: str = "acme-ca.crt") -> Path:
    return put(node.layout.tls_trusted / name, pem)


def with_own_certificate(bench: Workbench, *, trusted: bool = True) -> tuple[Node, str]:
    """A node whose TLS is on, with a certificate of its own that is used since the last start."""
    node, ca = bench.started(), authority()
    certificate, key = ca.server_pair()
    supply_server_pair(node, certificate, key)
    if trusted:
        trust(node, ca.pem)
    switch_tls(node, True)
    restart(node)
    return node, certificate


def test_router_speaks_http_by_default(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    assert scheme(node) == "http"
    assert DEFAULT_LINE in node.logs.text("jfrou")


def test_router_speaks_nothing_while_it_is_down(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, start_duration=3.0)
    node = bench.started()
    node.restart()
    assert scheme(node) is None
    bench.timer.advance(1.5)
    node.tick()
    assert scheme(node) == "http"
    node.stop()
    assert scheme(node) is None


def test_6x_has_no_router(tmp_path: Path) -> None:
    assert Workbench(tmp_path).started(generation="6").router is None


@pytest.mark.parametrize("file", ["access.config.patch.yml", "access.config.import.yml"])
def test_tls_counts_from_the_next_start_on(tmp_path: Path, file: str) -> None:
    node = Workbench(tmp_path).started()
    put(node.layout.access_etc / file, "security:\n  tls: true\n")
    node.tick()
    assert scheme(node) == "http"
    restart(node)
    assert scheme(node) == "https"
    assert node.status()["state"] == RUNNING
    switch_tls(node, False)
    restart(node)
    assert scheme(node) == "http"


def test_nodes_that_were_not_restarted_keep_their_protocol(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    start(second)
    switch_tls(first, True)
    restart(first)
    assert (scheme(first), scheme(second)) == ("https", "http")
    restart(second)
    assert (scheme(first), scheme(second)) == ("https", "https")


def test_default_certificate_is_signed_by_access_for_the_node(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    put(node.layout.system_yaml, "shared:\n  node:\n    ip: 192.0.2.7\n")  # type: ignore[arg-type]
    switch_tls(node, True)
    start(node)
    certificate = served(node)
    certificate.verify_directly_issued_by(bench.database.ca_certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == ["192.0.2.7", "127.0.0.1", "localhost"]
    assert certificate.subject.rfc4514_string() == "CN=192.0.2.7"
    purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert set(purposes) == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    assert DEFAULT_LINE in node.logs.text("jfrou")


def test_default_certificate_stays_until_the_ca_or_the_address_is_another(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    switch_tls(node, True)
    start(node)
    first = served(node)
    restart(node)
    assert served(node) == first
    bench.database.renew_ca()
    assert served(node) == first
    restart(node)
    second = served(node)
    second.verify_directly_issued_by(bench.database.ca_certificate)
    put(node.layout.system_yaml, "shared:\n  node:\n    ip: 192.0.2.7\n")  # type: ignore[arg-type]
    restart(node)
    assert served(node).subject.rfc4514_string() == "CN=192.0.2.7"


@pytest.mark.parametrize(("file", "state"), [("server.crt", RUNNING), ("server.key", FAILED)])
def test_damaged_default_pair_is_made_anew_or_stops_the_start(tmp_path: Path, file: str, state: str) -> None:
    node = Workbench(tmp_path).node()
    switch_tls(node, True)
    start(node)
    put(node.layout.var / "data/router/keys" / file, "nonsense")
    node.restart(at_once=True)
    assert node.state == state


def test_ca_is_in_the_routers_own_trust_folder(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    copy = node.layout.var / "data/router/keys/trusted/access-root-ca.crt"
    assert copy.read_text() == certificates.to_pem(bench.database.ca_certificate)


# A server certificate of one's own


def test_own_certificate_is_served_once_tls_is_on(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node, ca = bench.started(), authority()
    pem, key = ca.server_pair()
    supply_server_pair(node, pem, key)
    trust(node, ca.pem)
    before = node.logs.text("jfrou").count(DEFAULT_LINE)
    restart(node)
    assert scheme(node) == "http"
    switch_tls(node, True)
    restart(node)
    assert certificates.to_pem(served(node)) == pem
    assert node.service_states["jfrt"] == "HEALTHY"
    assert node.logs.text("jfrou").count(DEFAULT_LINE) == before
    assert (node.layout.var / "data/router/keys/custom-server.crt").read_text() == pem


def test_own_certificate_is_read_at_start_only(tmp_path: Path) -> None:
    node, pem = with_own_certificate(Workbench(tmp_path))
    supply_server_pair(node, *authority().server_pair())
    node.tick()
    assert certificates.to_pem(served(node)) == pem


@pytest.mark.parametrize("removed", [pytest.param(True, id="removed"), pytest.param(False, id="kept")])
def test_own_certificate_counts_at_later_starts(tmp_path: Path, removed: bool) -> None:
    node, pem = with_own_certificate(Workbench(tmp_path, server_certificate_removed_after_start=removed))
    supplied = node.layout.var / "bootstrap/router/keys/custom-server.crt"
    assert supplied.exists() is not removed
    restart(node)
    assert certificates.to_pem(served(node)) == pem


def test_router_returns_to_the_default_certificate_when_the_own_one_is_taken_away(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node, _ = with_own_certificate(bench)
    for path in (node.layout.var / "bootstrap/router/keys").iterdir():
        path.unlink()
    restart(node)
    served(node).verify_directly_issued_by(bench.database.ca_certificate)
    assert node.logs.text("jfrou").count(DEFAULT_LINE) == 2


def bad_pairs() -> list[object]:
    ca = authority()
    certificate, key = ca.server_pair()
    _, other = ca.server_pair()
    old, old_key = ca.server_pair(now=datetime.now(timezone.utc) - certificates.LIFETIME)
    foreign, foreign_key = ca.server_pair("192.0.2.9", "127.0.0.1")
    leaf_key = ec.generate_private_key(ec.SECP256R1())
    curve = certificates.server_certificate(
        ["127.0.0.1"], leaf_key, issuer=ca.certificate, issuer_key=ca.key, between_services=True
    )
    plain = certificates.server_certificate(["127.0.0.1"], ca.key, issuer=ca.certificate, issuer_key=ca.key)
    root = certificates.self_signed("127.0.0.1", ca.key)
    to_pem, key_to_pem = certificates.to_pem, certificates.key_to_pem
    return [
        pytest.param(certificate, other, "do not match", id="other-key"),
        pytest.param(certificate, None, "custom-server.key is missing", id="key-missing"),
        pytest.param(None, key, "custom-server.crt is missing", id="certificate-missing"),
        pytest.param("nonsense", key, "are not a certificate and an unencrypted key", id="no-certificate"),
        pytest.param(certificate, "nonsense", "are not a certificate and an unencrypted key", id="no-key"),
        pytest.param(old, old_key, "is not valid now", id="expired"),
        pytest.param(foreign, foreign_key, "is not shared.node.ip 127.0.0.1", id="other-subject"),
        pytest.param(to_pem(curve), key_to_pem(leaf_key), "is not an RSA key of 1024 bits or more", id="ec"),
        pytest.param(to_pem(plain), key_to_pem(ca.key), "an extension is missing", id="no-extended-key-usage"),
        pytest.param(to_pem(root), key_to_pem(ca.key), "there is no subject alternative name", id="no-san"),
    ]


@pytest.mark.parametrize(
    ("position", "state"),
    [pytest.param("start_fails", FAILED, id="fails"), pytest.param("default_used", RUNNING, id="default")],
)
@pytest.mark.parametrize(("certificate", "key", "problem"), bad_pairs())
def test_bad_certificate_is_not_used(
    tmp_path: Path, certificate: Optional[str], key: Optional[str], problem: str, position: str, state: str
) -> None:
    bench = Workbench(tmp_path, bad_server_certificate=position)
    node = bench.started()
    for name, text in (("custom-server.crt", certificate), ("custom-server.key", key)):
        if text is not None:
            put(node.layout.var / "bootstrap/router/keys" / name, text)
    switch_tls(node, True)
    node.restart(at_once=True)
    assert node.state == state
    assert problem in node.logs.text()
    if state == RUNNING:
        served(node).verify_directly_issued_by(bench.database.ca_certificate)


# Tomcat's own TLS port


def test_damaged_copy_stops_the_start_of_tomcats_port(tmp_path: Path) -> None:
    node, _ = with_own_certificate(Workbench(tmp_path))
    put(node.layout.var / "data/router/keys/custom-server.crt", "nonsense")
    node.environment = {"JF_ARTIFACTORY_TOMCAT_HTTPSCONNECTOR_ENABLED": "true"}
    node.restart(at_once=True)
    assert node.state == FAILED
    assert "holds no certificate" in str(node.reason)


def test_tomcat_has_no_tls_port_by_default(tmp_path: Path) -> None:
    node, _ = with_own_certificate(Workbench(tmp_path))
    restart(node)
    assert node.tomcat_certificate is None


def test_tomcat_gets_the_routers_certificate_with_the_second_restart(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node, ca = bench.started(), authority()
    pem, key = ca.server_pair()
    supply_server_pair(node, pem, key)
    trust(node, ca.pem)
    switch_tls(node, True)
    put(
        node.layout.system_yaml,  # type: ignore[arg-type]
        "artifactory:\n  tomcat:\n    httpsConnector:\n      enabled: true\n",
    )
    restart(node)
    assert node.tomcat_certificate is None
    assert "The HTTPS connector has no certificate" in node.logs.text()
    restart(node)
    assert node.tomcat_certificate is not None
    assert certificates.to_pem(node.tomcat_certificate) == pem
    assert 'Starting ProtocolHandler ["https-jsse-nio-8443"]' in node.logs.text()
    node.stop()
    assert node.tomcat_certificate is None


# Trust


def test_services_refuse_a_router_whose_ca_is_not_in_the_trust_folder(tmp_path: Path) -> None:
    node, _ = with_own_certificate(Workbench(tmp_path), trusted=False)
    health = node.health()
    assert health is not None
    assert health[0] == 503
    assert {code: state for code, state in node.service_states.items() if state == "HEALTHY"} == {"jfac": "HEALTHY"}
    assert UNKNOWN in node.logs.text("jfmd")


def test_services_refuse_a_router_whose_certificate_has_expired(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node, _ = with_own_certificate(bench)
    bench.clock.advance(certificates.LIFETIME.total_seconds())
    node.tick()
    assert node.service_states["jfmd"] == "UNHEALTHY"
    assert "x509: certificate has expired or is not yet valid" in node.logs.text("jfmd")


def test_trust_folder_may_hold_anything_besides(tmp_path: Path) -> None:
    node, _ = with_own_certificate(Workbench(tmp_path))
    trust(node, "nonsense", "notes.txt")
    (node.layout.tls_trusted / "folder").mkdir()
    (node.layout.tls_trusted / "dangling.crt").symlink_to("nowhere")
    restart(node)
    assert node.trouble is None


def test_key_of_1024_bits_is_enough(tmp_path: Path) -> None:
    node, ca = Workbench(tmp_path).started(), authority()
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505, the smallest that is allowed
    certificate = certificates.server_certificate(
        ["127.0.0.1"], key, issuer=ca.certificate, issuer_key=ca.key, between_services=True
    )
    supply_server_pair(node, certificates.to_pem(certificate), certificates.key_to_pem(key))
    trust(node, ca.pem)
    switch_tls(node, True)
    restart(node)
    assert served(node) == certificate


def test_trust_folder_is_read_at_start(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node, ca = bench.started(), authority()
    supply_server_pair(node, *ca.server_pair())
    switch_tls(node, True)
    restart(node)
    trust(node, ca.pem)
    node.tick()
    assert node.trouble is not None
    restart(node)
    assert node.trouble is None
    assert node.service_states["jfmd"] == "HEALTHY"


def test_trust_folder_is_noticed_at_once_when_the_switch_says_so(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, tls_trust_hot_reload=True)
    node, ca = bench.started(), authority()
    supply_server_pair(node, *ca.server_pair())
    switch_tls(node, True)
    restart(node)
    assert node.trouble is not None
    trust(node, ca.pem)
    node.tick()
    assert node.service_states["jfmd"] == "HEALTHY"


def test_trust_may_lead_through_the_chain_in_the_certificates_file() -> None:
    root, key = authority("Acme Root"), POOL.take()
    issuing = certificates.issuing_authority("Acme Issuing", key, issuer=root.certificate, issuer_key=root.key)
    leaf = certificates.server_certificate(["127.0.0.1"], key, issuer=issuing, issuer_key=key)
    assert trust_chain.is_trusted([leaf, issuing], [root.certificate])
    assert not trust_chain.is_trusted([leaf], [root.certificate])
    assert trust_chain.is_trusted([leaf], [issuing])
    assert trust_chain.is_trusted([leaf], [leaf])
    assert not trust_chain.is_trusted([leaf, issuing], [])

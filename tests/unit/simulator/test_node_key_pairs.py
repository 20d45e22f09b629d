# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token-signing pair and the TLS CA pair at start (node-files.md 3.3, 3.4, 4, 6)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Optional

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from simulator import certificates
from simulator.key_pool import POOL
from simulator.node import FAILED, RUNNING, Node
from simulator.node.testing import Workbench, put, restart, start


def pair(name: str = "Acme Root", *, now: Optional[datetime] = None) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = POOL.take()
    return key, certificates.self_signed(name, key, now=now)


def supply(node: Node, key: Optional[str], certificate: Optional[str], *, ca: bool = False) -> list[Path]:
    folder = node.layout.bootstrap_keys
    assert folder is not None
    names = ("ca.private.key", "ca.crt") if ca else ("private.key", "root.crt")
    return [put(folder / name, text) for name, text in zip(names, (key, certificate)) if text is not None]


def copies(node: Node) -> dict[str, str]:
    names = ("root.crt", "private.key", "ca.crt", "ca.private.key")
    return {name: (node.layout.access_keys / name).read_text() for name in names}


@pytest.mark.parametrize("generation", ["7", "6"])
def test_start_writes_the_pairs_of_the_database(tmp_path: Path, generation: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started(generation=generation)
    assert copies(node) == {
        "root.crt": certificates.to_pem(bench.database.root_certificate),
        "private.key": certificates.key_to_pem(bench.database.root_key),
        "ca.crt": certificates.to_pem(bench.database.ca_certificate),
        "ca.private.key": certificates.key_to_pem(bench.database.ca_key),
    }


def test_first_start_logs_that_a_pair_was_made(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    messages = [line.split("] - ", 1)[1] for line in node.logs.text("jfac").splitlines()]
    assert messages[-4:] == [
        "[ACCESS BOOTSTRAP] Initializing root certificate.",
        "Generating root private key and certificate.",
        f"Saved new root certificate at: {node.layout.access_keys / 'root.crt'}",
        "Finished initializing root certificate. Certificate source: DATABASE",
    ]


def test_second_ha_node_gets_its_pair_from_the_database(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    start(second)
    assert copies(second) == copies(first)
    log = second.logs.text("jfac")
    assert "Generating root private key" not in log
    assert "Finished initializing root certificate. Certificate source: DATABASE" in log


def test_edited_copies_are_overwritten_at_restart(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    before = copies(node)
    key, certificate = pair()
    (node.layout.access_keys / "root.crt").write_text(certificates.to_pem(certificate))
    (node.layout.access_keys / "private.key").write_text(certificates.key_to_pem(key))
    restart(node)
    assert copies(node) == before


@pytest.mark.parametrize("removed", [pytest.param(True, id="removed"), pytest.param(False, id="kept")])
def test_bootstrap_root_pair_replaces_the_signing_pair(tmp_path: Path, removed: bool) -> None:
    bench = Workbench(tmp_path, bootstrap_certificates_removed_after_start=removed)
    node = bench.started()
    ca = bench.database.ca_certificate
    key, certificate = pair()
    files = supply(node, certificates.key_to_pem(key), certificates.to_pem(certificate))
    restart(node)
    assert bench.database.root_certificate == certificate
    assert bench.database.root_key.private_numbers() == key.private_numbers()
    assert bench.database.ca_certificate == ca
    assert copies(node)["root.crt"] == certificates.to_pem(certificate)
    assert [path.exists() for path in files] == [not removed] * 2


def test_bootstrap_ca_pair_replaces_the_ca_pair_and_may_be_ec(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    root = bench.database.root_certificate
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certificates.self_signed("Acme CA", key)
    supply(node, certificates.key_to_pem(key), certificates.to_pem(certificate), ca=True)
    restart(node)
    assert bench.database.ca_certificate == certificate
    assert bench.database.root_certificate == root
    assert (node.layout.var / "data/router/keys/trusted/access-root-ca.crt").read_text() == copies(node)["ca.crt"]


@pytest.mark.parametrize(
    ("position", "state"),
    [pytest.param("start_fails", FAILED, id="fails"), pytest.param("ignored", RUNNING, id="ignored")],
)
def test_certificate_that_is_no_authoritys_is_not_imported_as_ca(tmp_path: Path, position: str, state: str) -> None:
    bench = Workbench(tmp_path, bad_bootstrap_pair=position)
    node = bench.started()
    before = bench.database.ca_certificate
    issuer_key, issuer = pair("Acme CA")
    key = POOL.take()
    leaf = certificates.server_certificate(["lyon.example.com"], key, issuer=issuer, issuer_key=issuer_key)
    supply(node, certificates.key_to_pem(key), certificates.to_pem(leaf), ca=True)
    node.restart(at_once=True)
    assert node.state == state
    assert bench.database.ca_certificate == before
    assert "is not the certificate of an authority" in node.logs.text("jfac")


def test_bootstrap_pair_is_read_only_at_start(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    before = bench.database.root_certificate
    key, certificate = pair()
    supply(node, certificates.key_to_pem(key), certificates.to_pem(certificate))
    node.tick()
    assert bench.database.root_certificate == before


def bad_pairs() -> list[object]:
    key, certificate = pair()
    other, _ = pair()
    now = datetime.now(timezone.utc)
    old_key, old = pair(now=now - certificates.LIFETIME + timedelta(days=7))
    late_key, late = pair(now=now + timedelta(days=2))
    curve = ec.generate_private_key(ec.SECP256R1())
    pem, to_pem = certificates.key_to_pem, certificates.to_pem
    return [
        pytest.param(pem(other), to_pem(certificate), "do not match", id="other-key"),
        pytest.param(pem(old_key), to_pem(old), "is not valid for the next 7 days", id="six-days-left"),
        pytest.param(pem(late_key), to_pem(late), "is not valid for the next 7 days", id="not-yet-valid"),
        pytest.param(pem(key), None, "root.crt is missing", id="certificate-missing"),
        pytest.param(None, to_pem(certificate), "private.key is missing", id="key-missing"),
        pytest.param("nonsense", to_pem(certificate), "are not a certificate and an unencrypted key", id="no-key"),
        pytest.param(pem(key), "nonsense", "are not a certificate and an unencrypted key", id="no-certificate"),
        pytest.param(
            pem(curve), to_pem(certificates.self_signed("EC", curve)), "is not an RSA key", id="signing-key-is-ec"
        ),
    ]


@pytest.mark.parametrize(
    ("position", "state"),
    [pytest.param("start_fails", FAILED, id="fails"), pytest.param("ignored", RUNNING, id="ignored")],
)
@pytest.mark.parametrize(("key", "certificate", "problem"), bad_pairs())
def test_bad_root_pair_is_not_imported(
    tmp_path: Path, key: Optional[str], certificate: Optional[str], problem: str, position: str, state: str
) -> None:
    bench = Workbench(tmp_path, bad_bootstrap_pair=position)
    node = bench.started()
    before = bench.database.root_certificate
    files = supply(node, key, certificate)
    node.restart(at_once=True)
    assert node.state == state
    assert problem in node.logs.text("jfac")
    assert bench.database.root_certificate == before
    assert all(path.exists() for path in files)


def test_ca_pair_that_does_not_match_fails_the_start(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    before = bench.database.ca_certificate
    supply(node, certificates.key_to_pem(POOL.take()), certificates.to_pem(pair()[1]), ca=True)
    node.restart(at_once=True)
    assert node.state == FAILED
    assert bench.database.ca_certificate == before


def test_pair_with_eight_days_left_is_imported(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    key, certificate = pair(now=datetime.now(timezone.utc) - certificates.LIFETIME + timedelta(days=9))
    supply(node, certificates.key_to_pem(key), certificates.to_pem(certificate))
    start(node)
    assert bench.database.root_certificate == certificate


def test_validity_is_judged_by_the_clock_of_the_site(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    bench.clock.skew["lyon"] = certificates.LIFETIME.total_seconds()
    key, certificate = pair()
    supply(node, certificates.key_to_pem(key), certificates.to_pem(certificate))
    node.start(at_once=True)
    assert node.state == FAILED


@pytest.mark.parametrize("removed", [pytest.param(True, id="removed"), pytest.param(False, id="kept")])
def test_reset_ca_keys_makes_a_new_ca_at_each_start_while_it_is_there(tmp_path: Path, removed: bool) -> None:
    bench = Workbench(tmp_path, reset_ca_keys_removed_after_start=removed)
    node = bench.started()
    root, first = bench.database.root_certificate, bench.database.ca_certificate
    assert node.layout.bootstrap_keys is not None
    marker = put(node.layout.bootstrap_keys / "reset_ca_keys", "")
    restart(node)
    second = bench.database.ca_certificate
    restart(node)
    assert second != first
    assert marker.exists() is not removed
    assert (bench.database.ca_certificate == second) is removed
    assert bench.database.root_certificate == root


def test_6x_key_file_that_differs_from_the_database_fails_the_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started(generation="6")
    (node.layout.access_keys / "private.key").write_text(certificates.key_to_pem(POOL.take()))
    node.restart(at_once=True)
    assert (node.state, node.reason) == (
        FAILED,
        "Provided private key and latest private key fingerprints mismatch.",
    )


@pytest.mark.parametrize("removed", [pytest.param(True, id="removed"), pytest.param(False, id="kept")])
def test_6x_marker_asks_for_a_new_signing_pair(tmp_path: Path, removed: bool) -> None:
    bench = Workbench(tmp_path, bootstrap_certificates_removed_after_start=removed)
    node = bench.started(generation="6")
    before = bench.database.root_certificate
    marker = put(node.layout.access_etc / "bootstrap.reset_root_keys", "")
    restart(node)
    assert bench.database.root_certificate != before
    assert copies(node)["root.crt"] == certificates.to_pem(bench.database.root_certificate)
    assert marker.exists() is not removed

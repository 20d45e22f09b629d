# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.load import from_der, load_ca
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from unit.domain.issuing import DAY, NOW, Issued, ec_key, issue, server

WHAT = "the TLS CA certificate 'fleet'"
CA = issue("acme TLS CA")
BETWEEN = issue("acme issuing CA", issuer=CA)
LEAF = server(CA)


@pytest.mark.parametrize(
    "issued",
    [
        pytest.param(CA, id="root"),
        pytest.param(BETWEEN, id="intermediate"),
        pytest.param(issue("old CA", authority=None, usages=None), id="root-without-extensions"),
        pytest.param(issue("ec CA", key=ec_key()), id="ec-root"),
        pytest.param(server(None, key=ec_key()), id="server-that-signed-itself"),  # type: ignore[arg-type]
    ],
)
def test_load_ca_what_ends_a_chain_is_taken(issued: Issued) -> None:
    assert load_ca(issued.pem, now=NOW, what=WHAT).sha256 == issued.sha256


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(LEAF.pem, "it is no CA certificate, but one that CN=acme TLS CA issued", id="leaf"),
        pytest.param(CA.pem + BETWEEN.pem, "it holds 2 certificates", id="chain"),
        pytest.param(CA.key_pem, "it holds a private key", id="private-key"),
        pytest.param(issue("old", end=NOW - DAY).pem, "it expired on 2026-11-21T12:00:00Z", id="expired"),
        pytest.param(issue("new", start=NOW + DAY).pem, "it is not valid before", id="not-yet-valid"),
        pytest.param(CA.der.decode("latin-1"), "it is binary (DER), not text", id="der"),
        pytest.param("-----BEGIN TRUSTED CERTIFICATE-----", "it holds a trusted certificate", id="openssl-trusted"),
        pytest.param("-----BEGIN PKCS7-----", "it holds a pkcs7", id="pkcs7"),
    ],
)
def test_load_ca_something_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(CertificateError) as refused:
        load_ca(text, now=NOW, what=WHAT)
    assert refused.value.msg.startswith(f"Cannot use {WHAT} as a TLS CA certificate: {words}")


def test_from_der_demands_nothing() -> None:
    expired = issue("old", end=NOW - DAY)
    assert from_der(base64.b64encode(expired.der).decode()).subject == "CN=old"


@pytest.mark.parametrize(
    "der",
    [
        pytest.param("", id="nothing"),
        pytest.param("%", id="no-base64"),
        pytest.param(base64.b64encode(b"x").decode(), id="no-der"),
        pytest.param(base64.b64encode(CA.der[:-1]).decode(), id="cut-off"),
    ],
)
def test_from_der_of_something_else_is_an_error(der: str) -> None:
    with pytest.raises(CertificateError, match=r"^Cannot use what was observed as a certificate: it is no certificate"):
        from_der(der)

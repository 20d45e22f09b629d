# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import pem
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate import load as certificate
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate import reading
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.library import installation

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
YEAR = timedelta(days=365)
WHAT = "the platform's root certificate"


@dataclass
class Issued:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def private(self, *, password: bytes | None = None, legacy: bool = False, der: bool = False) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.DER if der else serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL if legacy else serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption(),
        )


def issue(start: datetime, end: datetime, name: str = "acme root") -> Issued:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(0xC0FFEE).not_valid_before(start).not_valid_after(end)
    return Issued(key, builder.sign(key, hashes.SHA256()))


ROOT = issue(NOW - YEAR, NOW + YEAR)
OTHER = issue(NOW - YEAR, NOW + YEAR, "other root")
EXPIRED = issue(NOW - YEAR, NOW - timedelta(seconds=1))
FUTURE = issue(NOW + timedelta(seconds=1), NOW + YEAR)
BARE = base64.b64encode(ROOT.der).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ROOT.pem, id="pem"),
        pytest.param(f"\n  {ROOT.pem}\n\n", id="white-space-around"),
        pytest.param(ROOT.pem.rstrip("\n"), id="no-line-end"),
        pytest.param(BARE, id="bare-base64"),
        pytest.param("\n".join(BARE[i : i + 76] for i in range(0, len(BARE), 76)) + "\n", id="bare-base64-in-lines"),
    ],
)
def test_load_trusted_one_certificate_is_given_in_one_form(text: str) -> None:
    loaded = certificate.load_trusted(text, now=NOW, what=WHAT)

    assert loaded.pem == ROOT.pem
    assert loaded.pem.endswith("-----END CERTIFICATE-----\n")
    assert loaded.facts() == {
        "subject": "CN=acme root",
        "issuer": "CN=acme root",
        "serial": "c0ffee",
        "not_before": "2025-11-22T12:00:00Z",
        "not_after": "2027-11-22T12:00:00Z",
        "sha256": hashlib.sha256(ROOT.der).hexdigest(),
    }
    assert loaded.sha256 == pem.der_sha256(loaded.pem)


def armoured(label: str, body: bytes = b"x" * 40) -> str:
    return f"-----BEGIN {label}-----\n{base64.b64encode(body).decode()}\n-----END {label}-----\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", "it is empty", id="empty"),
        pytest.param(" \n", "it is empty", id="blank"),
        pytest.param(ROOT.private().decode(), "it holds a private key", id="private-key"),
        pytest.param(ROOT.private(legacy=True).decode(), "it holds a private key", id="private-key-of-one-kind"),
        pytest.param(ROOT.private(password=b"x").decode(), "it holds a private key", id="private-key-encrypted"),
        pytest.param(ROOT.pem + ROOT.private().decode(), "it holds a private key", id="certificate-and-private-key"),
        pytest.param(armoured("OPENSSH PRIVATE KEY"), "it holds a private key", id="ssh-private-key"),
        pytest.param(
            base64.b64encode(ROOT.private(der=True)).decode(), "it holds a private key", id="private-key-bare"
        ),
        pytest.param(
            base64.b64encode(ROOT.private(der=True, password=b"x")).decode(),
            "it holds a private key",
            id="private-key-bare-encrypted",
        ),
        pytest.param("\ufeff" + ROOT.pem, "it starts with a byte order mark", id="byte-order-mark"),
        pytest.param("\xef\xbb\xbf" + ROOT.pem, "it starts with a byte order mark", id="mark-read-as-latin-1"),
        pytest.param("\ufeff" + BARE, "it starts with a byte order mark", id="byte-order-mark-before-base64"),
        pytest.param(ROOT.pem.replace("\n", "\r\n"), r"it has Windows line ends \(CRLF\)", id="windows-line-ends"),
        pytest.param(ROOT.pem + "\r\n", r"it has Windows line ends \(CRLF\)", id="one-windows-line-end"),
        pytest.param(ROOT.pem + OTHER.pem, "it holds 2 certificates", id="two-certificates"),
        pytest.param(armoured("CERTIFICATE REQUEST"), "it holds a certificate request", id="request"),
        pytest.param(armoured("PUBLIC KEY"), "it holds a public key", id="public-key"),
        pytest.param(ROOT.pem + armoured("X509 CRL"), "it holds a x509 crl", id="certificate-and-list"),
        pytest.param("subject=acme\n" + ROOT.pem, "there is text beside the certificate", id="text-before"),
        pytest.param(ROOT.pem + "trailing", "there is text beside the certificate", id="text-after"),
        pytest.param(ROOT.pem[:200], "its END line is missing", id="cut-short"),
        pytest.param(armoured("CERTIFICATE"), "it is no certificate", id="armour-around-rubbish"),
        pytest.param("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----", "it is no certificate", id="bad64"),
        pytest.param("<html><body>Sign in</body></html>", "it is no certificate", id="html"),
        pytest.param("é", "it is no certificate", id="not-ascii"),
        pytest.param(base64.b64encode(ROOT.der[:-9]).decode(), "it is no certificate", id="bare-cut-short"),
        pytest.param(EXPIRED.pem, "it expired on 2026-11-22T11:59:59Z", id="expired"),
        pytest.param(FUTURE.pem, "it is not valid before 2026-11-22T12:00:01Z", id="not-yet-valid"),
    ],
)
def test_load_trusted_something_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(CertificateError, match=rf"^Cannot use {WHAT} as a trusted certificate: {words}\. .*\.$"):
        certificate.load_trusted(text, now=NOW, what=WHAT)


@pytest.mark.parametrize("issued", [EXPIRED, FUTURE], ids=["expired", "not-yet-valid"])
def test_load_trusted_outside_its_validity_says_which_certificate(issued: Issued) -> None:
    with pytest.raises(CertificateError) as refused:
        certificate.load_trusted(issued.pem, now=NOW, what=WHAT)
    assert refused.value.details["certificate"]["sha256"] == hashlib.sha256(issued.der).hexdigest()


def test_load_trusted_private_key_is_never_shown() -> None:
    for text in (ROOT.private().decode(), base64.b64encode(ROOT.private(der=True)).decode()):
        with pytest.raises(CertificateError) as refused:
            certificate.load_trusted(text, now=NOW, what=WHAT)
        body = max(text.splitlines(), key=len)
        assert body[10:30] not in str(refused.value.to_fail_json())


@pytest.mark.parametrize("issued", [ROOT], ids=["valid-to-the-second"])
def test_load_trusted_at_the_ends_of_its_validity_is_accepted(issued: Issued) -> None:
    for now in (NOW - YEAR, NOW + YEAR):
        assert certificate.load_trusted(issued.pem, now=now, what=WHAT).subject == "CN=acme root"


def test_load_trusted_without_the_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CRYPTOGRAPHY_IMPORT_ERROR", "ImportError")
    with pytest.raises(CertificateError, match="the Python library cryptography is missing in /") as caught:
        certificate.load_trusted(ROOT.pem, now=NOW, what=WHAT)

    assert caught.value.msg.endswith(f". Run {installation('cryptography')} and try again.")


def test_times_of_an_older_library_are_taken_as_utc() -> None:
    class Older:
        not_valid_after = datetime(2030, 1, 1)

    assert reading._aware(Older(), "not_valid_after") == datetime(2030, 1, 1, tzinfo=timezone.utc)  # type: ignore[arg-type]

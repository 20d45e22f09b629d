# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tables: one that meets every demand, changed by keyword."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from simulator.key_pool import POOL

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)
ADDRESS = "10.20.0.5"

SIGNER_USAGES = ("digital_signature", "key_cert_sign", "crl_sign")
SERVER_USAGES = ("digital_signature", "key_encipherment")
_EXTENDED = {"serverAuth": ExtendedKeyUsageOID.SERVER_AUTH, "clientAuth": ExtendedKeyUsageOID.CLIENT_AUTH}
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True)
class Issued:
    key: Any
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def sha256(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def key_pem(self) -> str:
        return self.private().decode()

    def private(self, *, password: bytes | None = None, legacy: bool = False, der: bool = False) -> bytes:
        form = serialization.PrivateFormat.TraditionalOpenSSL if legacy else serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(  # type: ignore[no-any-return]
            serialization.Encoding.DER if der else serialization.Encoding.PEM,
            form,
            serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption(),
        )


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def issue(
    cn: str | None = "acme root",
    *,
    issuer: Issued | None = None,
    key: Any = None,
    start: datetime = NOW - YEAR,
    end: datetime = NOW + YEAR,
    authority: bool | None = True,
    usages: Iterable[str] | None = SIGNER_USAGES,
    critical: bool = True,
    extended: Iterable[str] | None = None,
    sans: Iterable[str | x509.GeneralName] = (),
) -> Issued:
    """One certificate, by itself or by an issuer. None leaves an extension out."""
    key = key or POOL.take()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn)] if cn else [])
    signer = issuer.certificate.subject if issuer else subject
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(signer).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(end)
    if authority is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    if usages is not None:
        bits = {name: name in tuple(usages) for name in _USAGES}
        builder = builder.add_extension(x509.KeyUsage(**bits), critical=critical)
    if extended is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([_EXTENDED[name] for name in extended]), critical=False)
    names = [_general(name) if isinstance(name, str) else name for name in sans]
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Issued(key, builder.sign(issuer.key if issuer else key, hashes.SHA256()))


def server(issuer: Issued, address: str = ADDRESS, **changes: Any) -> Issued:
    """A certificate that meets what the product documents for a router (node-files.md 4)."""
    fitting = {
        "authority": False,
        "usages": SERVER_USAGES,
        "extended": ("serverAuth", "clientAuth"),
        "sans": (address, "localhost", "127.0.0.1"),
    }
    return issue(address, issuer=issuer, **{**fitting, **changes})


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)

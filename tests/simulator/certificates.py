# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making the certificates that the simulated servers need."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from typing import Optional, Union

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PrivateKey = Union[rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey]
LIFETIME = timedelta(days=3650)


def sha256(certificate: x509.Certificate) -> str:
    """The fingerprint under which a certificate is known: SHA-256 of its DER form, lower-case hex."""
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()


def to_pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def to_base64(certificate: x509.Certificate, *, wrapped: bool = False) -> str:
    """The DER form without header and footer, as cert/root sends it (control-plane-api.md 4)."""
    encoded = certificate.public_bytes(serialization.Encoding.DER)
    return (base64.encodebytes(encoded) if wrapped else base64.b64encode(encoded)).decode("ascii")


def key_to_pem(key: PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def self_signed(common_name: str, key: PrivateKey, *, now: Optional[datetime] = None) -> x509.Certificate:
    """A certificate authority's certificate, as Access makes for its root and its CA."""
    return _builder(common_name, common_name, key, now, authority=True).sign(key, hashes.SHA256())


def issuing_authority(
    common_name: str, key: PrivateKey, *, issuer: x509.Certificate, issuer_key: PrivateKey
) -> x509.Certificate:
    """An authority between a root and the certificates of servers."""
    builder = _builder(common_name, _common_name(issuer), key, None, authority=True, issuer_key=issuer_key)
    return builder.sign(issuer_key, hashes.SHA256())


def server_certificate(
    names: list[str],
    key: PrivateKey,
    *,
    issuer: x509.Certificate,
    issuer_key: PrivateKey,
    now: Optional[datetime] = None,
    between_services: bool = False,
) -> x509.Certificate:
    """A TLS server certificate for host names and addresses.

    ``between_services``: with all that a router's certificate has to have (node-files.md 4 'Demands').
    """
    subject_names = [_general_name(name) for name in names]
    builder = _builder(
        names[0],
        _common_name(issuer),
        key,
        now,
        authority=False,
        issuer_key=issuer_key,
        key_encipherment=between_services,
    )
    builder = builder.add_extension(x509.SubjectAlternativeName(subject_names), critical=False)
    if between_services:
        purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _common_name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _builder(
    subject: str,
    issuer: str,
    key: PrivateKey,
    now: Optional[datetime],
    *,
    authority: bool,
    issuer_key: Optional[PrivateKey] = None,
    key_encipherment: bool = False,
) -> x509.CertificateBuilder:
    start = (now or datetime.now(timezone.utc)) - timedelta(days=1)
    signer = (issuer_key or key).public_key()
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )

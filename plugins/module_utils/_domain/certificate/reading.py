# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Reading certificates and private keys: all that the library ``cryptography`` is needed for. On the controller only.

What was read is plain data, so that what is demanded of it can be said without the library.
"""

from __future__ import annotations

import hashlib
import sys
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Optional

from ..library import installation
from .asked import Asked

CRYPTOGRAPHY_IMPORT_ERROR: Optional[str] = None
try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
except ImportError:
    CRYPTOGRAPHY_IMPORT_ERROR = traceback.format_exc()

RSA = "RSA"
EC = "EC"
OTHER_KEY = "another kind"
SERVER_AUTH = "serverAuth"
CLIENT_AUTH = "clientAuth"
# RFC 5280 4.2.1.3: the attribute of the library, and the name of the bit that people know.
_USAGES = {
    "digital_signature": "digitalSignature",
    "content_commitment": "nonRepudiation",
    "key_encipherment": "keyEncipherment",
    "data_encipherment": "dataEncipherment",
    "key_agreement": "keyAgreement",
    "key_cert_sign": "keyCertSign",
    "crl_sign": "cRLSign",
}


@dataclass(frozen=True)
class Certificate:
    """One X.509 certificate. ``pem`` is armoured and ends with a line end; ``sha256`` is of the DER form."""

    pem: str
    sha256: str
    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime

    def facts(self) -> dict[str, Any]:
        """What may be shown and compared."""
        return {
            "subject": self.subject,
            "issuer": self.issuer,
            "serial": self.serial,
            "not_before": iso(self.not_before),
            "not_after": iso(self.not_after),
            "sha256": self.sha256,
        }


@dataclass(frozen=True)
class PublicKey:
    """``sha256`` is of the SubjectPublicKeyInfo: a certificate and its private key have the same."""

    kind: str
    bits: Optional[int]
    sha256: str


@dataclass(frozen=True)
class PrivateKey:
    """An unencrypted private key, written again in the form in which it came (PKCS#1, SEC 1 or PKCS#8)."""

    pem: str = field(repr=False)
    public: PublicKey


@dataclass(frozen=True)
class Profile:
    """What a certificate may be used for. None: it has no such extension."""

    key: PublicKey
    authority: Optional[bool]
    usages: Optional[frozenset[str]]
    usages_critical: bool
    extended: Optional[frozenset[str]]
    names: tuple[str, ...]  # common names of the subject
    dns: tuple[str, ...]  # subject alternative names
    addresses: tuple[str, ...]
    self_signed: bool
    weak_hash: Optional[str]  # the hash function of its signature, when that is broken


def demand_library(asked: Asked) -> None:
    """Raises CertificateError where the library is missing."""
    if CRYPTOGRAPHY_IMPORT_ERROR is not None:
        happened = f"the Python library cryptography is missing in {sys.executable}"
        raise asked.refused(happened, f"Run {installation('cryptography')} and try again")


def certificate(der: bytes) -> Certificate | None:
    """The certificate; None when it is none."""
    try:
        # Names and times are parsed when they are asked for, so reading them belongs to the attempt.
        return _certificate(x509.load_der_x509_certificate(der))
    except (ValueError, x509.InvalidVersion):
        return None


def profile(of: Certificate) -> Profile | None:
    """What the certificate says about its use; None when its extensions cannot be understood."""
    found = x509.load_pem_x509_certificate(of.pem.encode("ascii"))
    try:
        extensions = found.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        return None
    constraints = _extension(extensions, x509.BasicConstraints)
    usage = _extension(extensions, x509.KeyUsage)
    extended = _extension(extensions, x509.ExtendedKeyUsage)
    alternative = _extension(extensions, x509.SubjectAlternativeName)
    return Profile(
        key=_public(found),
        authority=constraints.value.ca if constraints else None,
        usages=_usages(usage.value) if usage else None,
        usages_critical=bool(usage and usage.critical),
        extended=_extended(extended.value) if extended else None,
        names=tuple(str(name.value) for name in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)),
        dns=tuple(alternative.value.get_values_for_type(x509.DNSName)) if alternative else (),
        addresses=_addresses(alternative.value) if alternative else (),
        self_signed=_is_signed_by(found, found),
        weak_hash=_weak_hash(found),
    )


def is_signed_by(leaf: Certificate, issuer: Certificate) -> bool:
    """Whether the issuer's name and key fit the certificate."""
    read = [x509.load_pem_x509_certificate(each.pem.encode("ascii")) for each in (leaf, issuer)]
    return _is_signed_by(read[0], read[1])


def private_key(pem: str, *, pkcs8: bool) -> PrivateKey | None:
    """The unencrypted private key; None when it is damaged or of a kind that the library does not know."""
    try:
        found = serialization.load_pem_private_key(pem.encode("ascii"), password=None)
        form = serialization.PrivateFormat.PKCS8 if pkcs8 else serialization.PrivateFormat.TraditionalOpenSSL
        text = found.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode("ascii")
        return PrivateKey(text, _public_key(found.public_key()))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def is_private_key(der: bytes) -> bool:
    """Whether the bytes are a private key, encrypted or not."""
    try:
        serialization.load_der_private_key(der, password=None)
    except TypeError:
        # A private key that is encrypted, and for which no password was given.
        return True
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def iso(moment: datetime) -> str:
    """The time as facts and error texts show it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _certificate(found: x509.Certificate) -> Certificate:
    return Certificate(
        pem=found.public_bytes(serialization.Encoding.PEM).decode("ascii"),
        sha256=found.fingerprint(hashes.SHA256()).hex(),
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        serial=f"{found.serial_number:x}",
        not_before=_aware(found, "not_valid_before"),
        not_after=_aware(found, "not_valid_after"),
    )


def _aware(found: x509.Certificate, name: str) -> datetime:
    """cryptography before 42 has these times without a zone only, newer releases deprecate that."""
    value: Optional[datetime] = getattr(found, f"{name}_utc", None)
    return value if value is not None else getattr(found, name).replace(tzinfo=timezone.utc)


def _extension(extensions: x509.Extensions, kind: Any) -> Any:
    try:
        return extensions.get_extension_for_class(kind)
    except x509.ExtensionNotFound:
        return None


def _usages(usage: x509.KeyUsage) -> frozenset[str]:
    return frozenset(name for attribute, name in _USAGES.items() if getattr(usage, attribute))


def _extended(extended: x509.ExtendedKeyUsage) -> frozenset[str]:
    known = {ExtendedKeyUsageOID.SERVER_AUTH: SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH: CLIENT_AUTH}
    return frozenset(known.get(oid, oid.dotted_string) for oid in extended)


def _addresses(alternative: x509.SubjectAlternativeName) -> tuple[str, ...]:
    return tuple(str(address) for address in alternative.get_values_for_type(x509.IPAddress))


def _is_signed_by(leaf: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        leaf.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _weak_hash(found: x509.Certificate) -> str | None:
    try:
        used = found.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return None
    return used.name.upper() if isinstance(used, (hashes.MD5, hashes.SHA1)) else None


def _public(found: x509.Certificate) -> PublicKey:
    try:
        return _public_key(found.public_key())
    except (ValueError, UnsupportedAlgorithm):
        return PublicKey(OTHER_KEY, None, "")


def _public_key(key: Any) -> PublicKey:
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    kind = RSA if isinstance(key, rsa.RSAPublicKey) else EC if isinstance(key, ec.EllipticCurvePublicKey) else OTHER_KEY
    return PublicKey(kind, getattr(key, "key_size", None), hashlib.sha256(der).hexdigest())

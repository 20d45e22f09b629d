# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Root certificates: read one strictly, and say what it is. On the controller only; nodes use ``pem.py``."""

from __future__ import annotations

import base64
import binascii
import re
import traceback
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Optional

from .errors import CertificateError

CRYPTOGRAPHY_IMPORT_ERROR: Optional[str] = None
try:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
except ImportError:
    CRYPTOGRAPHY_IMPORT_ERROR = traceback.format_exc()

_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)
_LABEL = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")


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
            "not_before": _iso(self.not_before),
            "not_after": _iso(self.not_after),
            "sha256": self.sha256,
        }


def load_trusted(text: str, *, now: datetime, what: str) -> Certificate:
    """Read one certificate that is to be trusted. Raises CertificateError.

    Accepted are one certificate in PEM form, and the bare base64 that ``cert/root`` answers by default, which the
    product would not import as it is (control-plane-api.md 4, Traps 15). ``what`` names it in error texts.
    """
    if CRYPTOGRAPHY_IMPORT_ERROR is not None:
        raise _refused(what, "the Python library cryptography is missing on this host", "Install it")
    certificate = _parse(_der(text, what), what)
    if certificate.not_after < now:
        raise _refused(
            what, f"it expired on {_iso(certificate.not_after)}", "Get the current one from its owner", certificate
        )
    if certificate.not_before > now:
        raise _refused(
            what,
            f"it is not valid before {_iso(certificate.not_before)}",
            "Check the clock of this host, or wait until then",
            certificate,
        )
    return certificate


def _der(text: str, what: str) -> bytes:
    bare = text.lstrip("\ufeff").strip()
    if not bare:
        raise _refused(what, "it is empty", "Give one certificate in PEM form")
    labels = _LABEL.findall(bare)
    if any(label.endswith("PRIVATE KEY") for label in labels):
        raise _private_key(what)
    if not labels:
        return _decode(bare, what)
    others = sorted(set(labels) - {"CERTIFICATE"})
    if others:
        raise _refused(what, f"it holds a {others[0].lower()}", "Give one certificate in PEM form and nothing else")
    if len(labels) > 1:
        raise _refused(
            what,
            f"it holds {len(labels)} certificates",
            "Give the root certificate alone; each trusted certificate goes into a file of its own",
        )
    armoured = _PEM.fullmatch(bare)
    if armoured is None:
        complete = _PEM.search(bare)
        happened = "there is text beside the certificate" if complete else "its END line is missing"
        raise _refused(what, happened, "Give what is from the BEGIN line to the END line, both included")
    return _decode(armoured[2], what)


def _decode(body: str, what: str) -> bytes:
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _refused(what, "it is no certificate", "Give one certificate in PEM form") from None


def _parse(der: bytes, what: str) -> Certificate:
    try:
        # Names and times are parsed when they are asked for, so reading them belongs to the attempt.
        return _read(x509.load_der_x509_certificate(der))
    except (ValueError, x509.InvalidVersion):
        if _is_private_key(der):
            raise _private_key(what) from None
        raise _refused(what, "it is no certificate", "Give one certificate in PEM form") from None


def _is_private_key(der: bytes) -> bool:
    try:
        serialization.load_der_private_key(der, password=None)
    except TypeError:
        # A private key that is encrypted, and for which no password was given.
        return True
    except (ValueError, UnsupportedAlgorithm):
        return False
    return True


def _read(found: x509.Certificate) -> Certificate:
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


def _iso(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _private_key(what: str) -> CertificateError:
    return _refused(
        what,
        "it holds a private key",
        "Give the certificate alone, and replace that private key if it has been where others can read it",
    )


def _refused(what: str, happened: str, remedy: str, certificate: Certificate | None = None) -> CertificateError:
    details = {"certificate": certificate.facts()} if certificate is not None else {}
    return CertificateError(f"Cannot use {what} as a trusted certificate: {happened}. {remedy}.", **details)

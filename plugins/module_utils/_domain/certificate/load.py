# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Certificates, read strictly. On the controller only; nodes compare them with ``pem.py``."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Iterable

from . import armour, reading
from .asked import Asked
from .reading import Certificate, iso

__all__ = ["Certificate", "from_der", "issuer_among", "load_ca", "load_one", "load_trusted"]


def load_trusted(text: str, *, now: datetime, what: str) -> Certificate:
    """Read one certificate of a token issuer that is to be trusted. Raises CertificateError.

    Accepted are one certificate in PEM form, and the bare base64 that ``cert/root`` answers by default, which the
    product would not import as it is (control-plane-api.md 4, Traps 15). ``what`` names it in error texts.
    """
    return load_one(text, now=now, asked=Asked(what, "a trusted certificate"))


def load_ca(text: str, *, now: datetime | None, what: str) -> Certificate:
    """Read one certificate that is to be trusted as the issuer of TLS certificates. Raises CertificateError.

    ``now`` is None where it is only asked what the CA issued, and not whether it is valid.

    A CA, or a server that signed its own certificate (node-files.md 3, folder b). A server's certificate that
    somebody else signed would be trusted by no service, because it ends no chain.
    """
    asked = Asked(what, "a TLS CA certificate")
    certificate = load_one(text, now=now, asked=asked)
    profile = reading.profile(certificate)
    if profile is None or not (profile.authority or profile.self_signed):
        raise asked.refused(
            f"it is no CA certificate, but one that {certificate.issuer} issued",
            "Give the certificate of the CA that signed it",
            certificate.facts(),
        )
    return certificate


def load_one(text: str, *, now: datetime | None, asked: Asked) -> Certificate:
    """Read the one certificate, which is valid now, if that is known. Raises CertificateError."""
    reading.demand_library(asked)
    der = armour.certificate_der(text, asked)
    certificate = reading.certificate(der)
    if certificate is None:
        raise armour.a_private_key(asked) if reading.is_private_key(der) else armour.no_certificate(asked)
    if now is None:
        return certificate
    if certificate.not_after < now:
        raise asked.refused(
            f"it expired on {iso(certificate.not_after)}", "Get the current one from its owner", certificate.facts()
        )
    if certificate.not_before > now:
        raise asked.refused(
            f"it is not valid before {iso(certificate.not_before)}",
            "Check the clock of this host, or wait until then",
            certificate.facts(),
        )
    return certificate


def issuer_among(certificate: Certificate, candidates: Iterable[Certificate]) -> Certificate | None:
    """The CA that signed the certificate; None when it is not among them."""
    return next((each for each in candidates if reading.is_signed_by(certificate, each)), None)


def from_der(der: str) -> Certificate:
    """The certificate that was observed, as base64 of its DER form; nothing is demanded of it.

    Raises CertificateError when it is none.
    """
    asked = Asked("what was observed", "a certificate")
    reading.demand_library(asked)
    try:
        certificate = reading.certificate(base64.b64decode(der, validate=True))
    except (binascii.Error, ValueError):
        certificate = None
    if certificate is None:
        raise asked.refused("it is no certificate", "Look at the file")
    return certificate

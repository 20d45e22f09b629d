# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Client certificates for remote repositories: control-plane-api.md 4 "Not circle of trust", node-files.md 5.

JFrog's pages "Get Certificates" and "Add Certificate" have the shapes; they are in Artifactory's database.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from starlette.responses import JSONResponse, Response

from simulator.envelopes import Refusal
from simulator.rest.endpoint import PEM, Endpoints, Incoming
from simulator.switches import Switches

ENDPOINTS = Endpoints()
PATH = "/artifactory/api/system/security/certificates"
SINCE = "5.4.0"
_KEY = re.compile(r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----.*?-----END (?:RSA |EC )?PRIVATE KEY-----", re.DOTALL)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


@ENDPOINTS.add("GET", PATH, "4", since=SINCE)
def list_certificates(incoming: Incoming) -> Response:
    """4: all of them, without their private keys."""
    with incoming.site.lock:
        installed = sorted(incoming.site.client_certificates.items())
    switches = incoming.simulator.switches
    return JSONResponse([_shown(alias, certificate_in(pem), switches) for alias, pem in installed])


@ENDPOINTS.add("POST", PATH + "/{alias}", "4", body=PEM, since=SINCE)
def install(incoming: Incoming) -> Response:
    """4 and node-files.md 5: one PEM with the private key, which has no password, and the certificate."""
    alias = incoming.parameters["alias"]
    pem = incoming.body.decode("utf-8", "replace")
    _check(pem)
    site = incoming.site
    with site.lock:
        if alias in site.client_certificates and not incoming.simulator.switches.certificate_alias_reusable:
            raise Refusal(400, f"Certificate with alias '{alias}' already exists")
        site.client_certificates[alias] = pem
    return JSONResponse({"status": 200, "message": ["The certificates were successfully installed"]})


@ENDPOINTS.add("DELETE", PATH + "/{alias}", "4", since=SINCE)
def delete(incoming: Incoming) -> Response:
    """4: 404 for an alias that nobody knows."""
    alias = incoming.parameters["alias"]
    with incoming.site.lock:
        if incoming.site.client_certificates.pop(alias, None) is None:
            raise Refusal(404, f"Certificate with alias '{alias}' was not found")
    return JSONResponse({"status": 200, "message": ["The certificate was successfully deleted"]})


def certificate_in(pem: str) -> x509.Certificate:
    """The first certificate of an installed PEM."""
    found = _CERTIFICATE.search(pem)
    assert found is not None
    return x509.load_pem_x509_certificate(found[0].encode())


def _check(pem: str) -> None:
    """What is refused, and of what there is no page: a missing part, a damaged one, two that do not belong together."""
    key, certificate = _KEY.search(pem), _CERTIFICATE.search(pem)
    if key is None or certificate is None:
        raise Refusal(400, "The PEM must hold an unencrypted private key and a certificate")
    try:
        public = serialization.load_pem_private_key(key[0].encode(), None).public_key()
        same = public == x509.load_pem_x509_certificate(certificate[0].encode()).public_key()
    except (ValueError, TypeError) as error:
        raise Refusal(400, "The PEM cannot be read") from error
    if not same:
        raise Refusal(400, "The private key does not match the certificate")


def _shown(alias: str, certificate: x509.Certificate, switches: Switches) -> dict[str, str]:
    return {
        "certificateAlias": alias,
        "issuedTo": _name(certificate.subject),
        "issuedBy": _name(certificate.issuer),
        "issuedOn": _date(certificate.not_valid_before_utc, switches.certificate_times),
        "validUntil": _date(certificate.not_valid_after_utc, switches.certificate_times),
        switches.certificate_fingerprint_field: _fingerprint(certificate, switches.certificate_fingerprint),
    }


def _name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _date(moment: datetime, form: str) -> str:
    """As the page's description has it, ISO 8601; its sample has another form."""
    if form == "sample":
        return f"{moment:%a %b %d %Y %H:%M:%S} GMT +00:00 (UTC)"
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000{'Z' if form == 'Z' else '+0000'}"


def _fingerprint(certificate: x509.Certificate, form: str) -> str:
    der = certificate.public_bytes(serialization.Encoding.DER)
    digest = hashlib.sha1(der).hexdigest() if form == "SHA1" else hashlib.sha256(der).hexdigest()  # noqa: S324
    if form == "bare sha256":
        return digest
    pairs = ":".join(digest[start : start + 2] for start in range(0, len(digest), 2))
    return pairs if form == "sha256" else pairs.upper()

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router as one start sets it up: what its port speaks, and with which certificate (node-files.md 4).

``security.tls`` is a setting of Access, which all nodes share. Each node follows it from its own next start on.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Optional

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from simulator import certificates

from . import installation, proxy, server_certificate, trust_chain
from .access_settings import setting
from .failure import StartFailed
from .logs import ROUTER, TOMCAT
from .proxy import Proxy
from .server_certificate import ServerPair
from .start import Start

_TLS = ("security", "tls")
_LOOPBACK = ("127.0.0.1", "localhost")
_CERTIFICATE_MODE = 0o644
# The words are those of Go's library, which all services but Access and Artifactory are written with.
UNKNOWN_AUTHORITY = "x509: certificate signed by unknown authority"
EXPIRED = "x509: certificate has expired or is not yet valid"


@dataclass(frozen=True)
class Router:
    """``pair`` is what the port shows; None: it speaks plain HTTP. ``own``: the pair is not one of Access."""

    pair: Optional[ServerPair]
    own: bool
    # Where the node's services look for authorities besides Access's, and what was there at the start.
    trust_folder: Path
    trusted: tuple[x509.Certificate, ...]
    proxy: Proxy
    # TLS settings for the port, one object for each start. None for plain HTTP.
    context: Optional[ssl.SSLContext]

    @property
    def scheme(self) -> str:
        return "http" if self.pair is None else "https"

    @property
    def certificate(self) -> Optional[x509.Certificate]:
        return None if self.pair is None else self.pair.certificate

    def refusal(self, now: datetime, *, hot_reload: bool) -> Optional[str]:
        """Why the node's own services do not get through to it: trust has to come before an own certificate."""
        if self.pair is None:
            return None
        anchors = self.trusted
        if hot_reload:
            anchors += trust_chain.read_folder(self.trust_folder)
        if not trust_chain.is_trusted(self.pair.chain, anchors):
            return UNKNOWN_AUTHORITY
        return EXPIRED if now >= self.pair.certificate.not_valid_after_utc else None


def prepare(start: Start) -> None:
    """Write what belongs to the router, and choose what its port speaks (node-files.md 4 'Router material on disk')."""
    folder = start.layout.router_keys
    assert folder is not None
    authority = start.database.ca_certificate
    installation.write_private(
        folder / "trusted/access-root-ca.crt", certificates.to_pem(authority), mode=_CERTIFICATE_MODE
    )
    _start_tomcat(start)
    own = server_certificate.supplied(start)
    if own is None:
        start.logs.info(ROUTER, "Using default router's certificate and private key")
    # Artifactory's own services learn the CA through the database (node-files.md 4 'Spreading trust').
    trusted = (authority, *trust_chain.read_folder(start.layout.tls_trusted))
    pair = (own or _default_pair(start)) if is_on(start) else None
    start.router = Router(
        pair=pair,
        own=own is not None,
        trust_folder=start.layout.tls_trusted,
        trusted=trusted,
        proxy=proxy.of(start.settings, start.switches),
        context=_tls_context(pair) if pair is not None else None,
    )


def is_on(start: Start) -> bool:
    """``security.tls`` as this start reads it."""
    return setting(start.database.access_config, _TLS) is True


def _tls_context(pair: ServerPair) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # The demands allow keys of 1024 bits; whether a client accepts one is the client's affair.
    context.set_ciphers("DEFAULT:@SECLEVEL=1")
    try:
        context.load_cert_chain(pair.certificate_file, pair.key_file)
    except ssl.SSLError as exc:
        raise StartFailed(f"Failed to load {pair.certificate_file} and {pair.key_file}: {exc.reason}") from exc
    return context


def _default_pair(start: Start) -> ServerPair:
    """The certificate that Access signs for this node. It stays until the CA or the node's address is another."""
    folder, authority = start.layout.router_keys, start.database.ca_certificate
    assert folder is not None
    files = (folder / "server.crt", folder / "server.key")
    names = list(dict.fromkeys([start.node_ip, start.address, *_LOOPBACK]))
    if not _still_good(*files, authority, start.node_ip):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certificates.server_certificate(
            names, key, issuer=authority, issuer_key=start.database.ca_key, between_services=True
        )
        installation.write_private(files[0], certificates.to_pem(certificate), mode=_CERTIFICATE_MODE)
        installation.write_private(files[1], certificates.key_to_pem(key))
    return server_certificate.load(*files)


def _still_good(certificate: Path, key: Path, authority: x509.Certificate, node_ip: str) -> bool:
    """Whether the pair of an earlier start is whole, and made by this authority for this node."""
    if not (certificate.exists() and key.exists()):
        return False
    try:
        found = server_certificate.load(certificate, key).certificate
    except ValueError:
        return False
    return found.subject.rfc4514_string() == f"CN={node_ip}" and trust_chain.is_trusted([found], [authority])


def _start_tomcat(start: Start) -> None:
    """Tomcat's own TLS port, 8443, with the certificate that an earlier start gave the router.

    That is why an own certificate takes two restarts (node-files.md 4, way 2, and Traps 21).
    """
    if not start.settings.is_on("artifactory.tomcat.httpsConnector.enabled"):
        return
    pair = server_certificate.copied(start)
    if pair is None:
        # The words are this simulator's; no log of it was found.
        start.logs.warn(TOMCAT, "The HTTPS connector has no certificate: the router has no custom certificate yet")
        return
    start.tomcat_certificate = pair.certificate
    start.logs.info(TOMCAT, 'Starting ProtocolHandler ["https-jsse-nio-8443"]')

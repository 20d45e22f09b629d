# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router as one start sets it up: what its port speaks, and with which certificate (node-files.md 4).

``security.tls`` is a setting of Access, which all nodes share. Each node follows it from its own next start on.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Optional

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from simulator import certificates

from . import installation, proxy, server_certificate, trust_chain
from .access_settings import setting
from .logs import ROUTER, TOMCAT
from .proxy import Proxy
from .server_certificate import ServerPair
from .start import Start

_TLS = ("security", "tls")
_LOOPBACK = ("127.0.0.1", "localhost")
_CERTIFICATE_MODE = 0o644


@dataclass(frozen=True)
class Router:
    """``pair`` is what the port shows; None: it speaks plain HTTP. ``own``: the pair is not one of Access."""

    pair: Optional[ServerPair]
    own: bool
    # Where the node's services look for authorities besides Access's, and what was there at the start.
    trust_folder: Path
    trusted: tuple[x509.Certificate, ...]
    proxy: Proxy = field(default_factory=Proxy)

    @property
    def scheme(self) -> str:
        return "http" if self.pair is None else "https"

    @property
    def certificate(self) -> Optional[x509.Certificate]:
        return None if self.pair is None else self.pair.certificate

    @cached_property
    def context(self) -> Optional[ssl.SSLContext]:
        """TLS settings for the port, one object for each start. None for plain HTTP."""
        if self.pair is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pair.certificate_file, self.pair.key_file)
        return context

    def trusted_by_services(self, *, hot_reload: bool) -> bool:
        """Whether the node's own services get through to it: trust has to come before an own certificate."""
        if self.pair is None:
            return True
        anchors = self.trusted
        if hot_reload:
            anchors += trust_chain.read_folder(self.trust_folder)
        return trust_chain.is_trusted(self.pair.chain, anchors)


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
        pair, own is not None, start.layout.tls_trusted, trusted, proxy.of(start.settings, start.switches)
    )


def is_on(start: Start) -> bool:
    """``security.tls`` as this start reads it."""
    return setting(start.database.access_config, _TLS) is True


def _default_pair(start: Start) -> ServerPair:
    """The certificate that Access signs for this node. It stays until the CA or the node's address is another."""
    folder, authority = start.layout.router_keys, start.database.ca_certificate
    assert folder is not None
    files = (folder / "server.crt", folder / "server.key")
    names = list(dict.fromkeys([start.node_ip, start.address, *_LOOPBACK]))
    if not all(path.exists() for path in files) or not _still_good(
        server_certificate.load(*files).certificate, authority, start.node_ip
    ):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certificates.server_certificate(
            names, key, issuer=authority, issuer_key=start.database.ca_key, between_services=True
        )
        installation.write_private(files[0], certificates.to_pem(certificate), mode=_CERTIFICATE_MODE)
        installation.write_private(files[1], certificates.key_to_pem(key))
    return server_certificate.load(*files)


def _still_good(certificate: x509.Certificate, authority: x509.Certificate, node_ip: str) -> bool:
    subject = certificate.subject.rfc4514_string()
    return subject == f"CN={node_ip}" and trust_chain.is_trusted([certificate], [authority])


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

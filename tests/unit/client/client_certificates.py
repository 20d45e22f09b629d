# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A company's authority that issues certificates for servers and clients, as files."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from simulator import certificates

PASSWORD = "marked-key-password"
LONG_AGO = datetime.now(timezone.utc) - timedelta(days=4000)


@lru_cache(maxsize=8)
def _authority(name: str) -> tuple[certificates.PrivateKey, object]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, certificates.self_signed(name, key)


@dataclass
class Company:
    """``folder`` gets the files; ``name`` is that of the authority."""

    folder: Path
    name: str = "Example CA"

    @property
    def ca_path(self) -> Path:
        return self._write("ca.pem", certificates.to_pem(_authority(self.name)[1]))

    def server_context(self, *, demands_client: bool = False) -> ssl.SSLContext:
        """What a server needs for a loopback address; with the demand for a certificate of this authority."""
        certificate, key = self.client("127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        if demands_client:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(self.ca_path)
        return context

    def client(self, name: str = "anna", *, now: datetime | None = None, password: str = "") -> tuple[Path, Path]:
        """The files of a certificate and its private key."""
        issuer_key, issuer = _authority(self.name)
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certificates.server_certificate(
            [name], key, issuer=issuer, issuer_key=issuer_key, now=now, between_services=True
        )
        armoured = certificates.key_to_pem(key)
        if password:
            armoured = key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(password.encode()),
            ).decode()
        return self._write(f"{name}.crt", certificates.to_pem(certificate)), self._write(f"{name}.key", armoured)

    def _write(self, name: str, text: str) -> Path:
        path = self.folder / f"{self.name.replace(' ', '-')}-{name}"
        path.touch(mode=0o600)
        path.write_text(text)
        return path

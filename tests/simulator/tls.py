# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's own certificate authority, which signs the TLS certificate of every listener."""

from __future__ import annotations

import resource
import ssl
from pathlib import Path
from typing import Optional

from cryptography.hazmat.primitives.asymmetric import ec

from simulator import certificates

NAME = "Simulator CA"


class Authority:
    """Made anew at every start. ``ca_path`` is what clients verify with."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.ca_path = folder / "ca.pem"
        self._folder = folder
        self._names = list(dict.fromkeys(names))
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._certificate = certificates.self_signed(NAME, self._key)
        self.ca_path.write_text(certificates.to_pem(self._certificate), encoding="ascii")

    def server_context(self, name: str, *, client_ca: Optional[Path] = None) -> ssl.SSLContext:
        """TLS settings of one listener, with a certificate of its own.

        ``client_ca``: whoever shows no certificate that this authority has issued does not get in.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = certificates.server_certificate(self._names, key, issuer=self._certificate, issuer_key=self._key)
        path = self._folder / f"{name}.pem"
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_text(certificates.key_to_pem(key) + certificates.to_pem(certificate), encoding="ascii")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if client_ca is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        return context


def allow_many_connections() -> None:
    """Two sockets per Edge, and the connections: more than the usual limit of 1024 open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

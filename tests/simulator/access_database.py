# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Access keeps in its database: one per site, shared by all nodes of an HA Edge.

Files on a node are another thing (node-files.md, "Database is the authority"): they are read from here or imported into
here, and only this decides what the servers do.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Optional

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from simulator import certificates
from simulator.key_pool import POOL

ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass
class User:
    """Who can log in, by a password or by the API key that stands in for it."""

    password: str
    admin: bool
    api_key: Optional[str] = None


class SigningPair(NamedTuple):
    """What signs tokens, and what others check them with."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


@dataclass
class TokenRecord:
    """One issued token. ``kind`` is access, pairing or master; ``key_id`` says which pair signed it."""

    token_id: str
    subject: str
    scope: str
    audience: str
    issuer: str
    issued_at: datetime
    expires_at: Optional[datetime]
    kind: str = "access"
    description: Optional[str] = None
    revocable: bool = False
    refresh_token: Optional[str] = None
    reference_token: Optional[str] = None
    revoked: bool = False
    key_id: str = ""
    # When it came with a call (control-plane-api.md 3.2).
    last_used: Optional[datetime] = None
    # Only for pairing and master tokens: the base URLs of this side and of the other.
    base_url: Optional[str] = None
    peer_url: Optional[str] = None


@dataclass(frozen=True)
class Member:
    """A running node in Access's registry: its name here, its address, and what its router speaks."""

    node: str
    node_id: str
    ip: str
    scheme: str


@dataclass
class AccessDatabase:
    """Keys, trust, tokens and settings of one site. Take ``lock`` to change more than one thing."""

    instance_id: str = field(default_factory=lambda: "01" + "".join(secrets.choice(ID_ALPHABET) for _ in range(24)))
    join_key: Optional[str] = None
    master_key_fingerprint: Optional[str] = None
    trusted: dict[str, x509.Certificate] = field(default_factory=dict)
    tokens: dict[str, TokenRecord] = field(default_factory=dict)
    # As in access.config.*.yml: nested dictionaries, for example {"token": {"default-expiry": 3600}}.
    access_config: dict[str, Any] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=lambda: {"admin": User("password", True)})
    # Running nodes by their shared.node.id.
    registry: dict[str, Member] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _root: Optional[SigningPair] = field(default=None, repr=False)
    _ca: Optional[tuple[certificates.PrivateKey, x509.Certificate]] = field(default=None, repr=False)

    @property
    def service_id(self) -> str:
        """The id of Access itself."""
        return self.service("jfac")

    def service(self, prefix: str) -> str:
        """The id of one service of this site, for example of ``jfrt``."""
        return f"{prefix}@{self.instance_id}"

    @property
    def signing_pair(self) -> SigningPair:
        """What signs this site's tokens. Made on first need, so that a large fleet starts quickly."""
        return self._ensure_root()

    @property
    def root_key(self) -> rsa.RSAPrivateKey:
        return self.signing_pair.key

    @property
    def root_certificate(self) -> x509.Certificate:
        return self.signing_pair.certificate

    @property
    def ca_key(self) -> certificates.PrivateKey:
        """What signs TLS certificates between this site's services: another pair than the root."""
        return self._ensure_ca()[0]

    @property
    def ca_certificate(self) -> x509.Certificate:
        return self._ensure_ca()[1]

    def set_root(self, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> None:
        """Take over a custom signing pair (node-files.md 6)."""
        with self.lock:
            self._root = SigningPair(key, certificate)

    def renew_root(self) -> None:
        """Forget the signing pair: the next use makes a new one (node-files.md 2, reset of the master key)."""
        with self.lock:
            self._root = None

    def set_ca(self, key: certificates.PrivateKey, certificate: x509.Certificate) -> None:
        with self.lock:
            self._ca = (key, certificate)

    def renew_ca(self) -> None:
        """What the file ``reset_ca_keys`` asks for (node-files.md 3.4)."""
        with self.lock:
            self._ca = None

    def reset_master_key(self, *, renew_ca: bool) -> None:
        """What the statements of the documented reset delete (node-files.md 2, "Reset / rotation").

        Gone are the fingerprint and every row that the old key encrypted: the join key and the root certificate among
        them. Trusted certificates are public and stay.
        """
        with self.lock:
            self.master_key_fingerprint = None
            self.join_key = None
            self.renew_root()
            if renew_ca:
                self.renew_ca()

    def trust(self, certificate: x509.Certificate) -> str:
        """Accept the tokens of another site from now on. Returns the certificate's fingerprint."""
        fingerprint = certificates.sha256(certificate)
        with self.lock:
            self.trusted[fingerprint] = certificate
        return fingerprint

    def _ensure_root(self) -> SigningPair:
        with self.lock:
            if self._root is None:
                key = POOL.take()
                self._root = SigningPair(key, certificates.self_signed(f"JFrog Token Issuer {self.service_id}", key))
            return self._root

    def _ensure_ca(self) -> tuple[certificates.PrivateKey, x509.Certificate]:
        with self.lock:
            if self._ca is None:
                key = ec.generate_private_key(ec.SECP256R1())
                self._ca = (key, certificates.self_signed(f"JFrog Platform CA {self.service_id}", key))
            return self._ca

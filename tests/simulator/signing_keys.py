# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that release bundles are signed with, and where they are trusted: control-plane-api.md 6.1."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional

from simulator import pgp


@dataclass(frozen=True)
class KeyPair:
    """A pair that a platform signs with, of Artifactory (v2) or of Distribution (v1, where name and alias are one)."""

    name: str
    alias: str
    kind: str
    public_key: str
    private_key: str = field(repr=False)
    passphrase: str = field(default="", repr=False)


@dataclass(frozen=True)
class TrustedKey:
    """A public key with which a site checks what is delivered to it."""

    alias: str
    public_key: str
    key: pgp.Key
    added: datetime
    added_by: str


class TrustedKeys:
    """Those of one site, by fingerprint: the same key is never there twice."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._keys: dict[str, TrustedKey] = {}

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def all(self) -> list[TrustedKey]:
        with self.lock:
            return sorted(self._keys.values(), key=lambda one: one.alias)

    def has(self, public_key: str) -> bool:
        """Whether what this key has signed would be believed."""
        return pgp.read(public_key).fingerprint in self._keys

    def with_alias(self, alias: str) -> Optional[TrustedKey]:
        return next((one for one in self.all if one.alias == alias), None)

    def add(self, alias: str, public_key: str, now: datetime, who: str) -> TrustedKey:
        """Raises NotAKey for a text that is no public key. A key of the same fingerprint is replaced."""
        trusted = TrustedKey(alias, public_key, pgp.read(public_key), now, who)
        with self.lock:
            self._keys[trusted.key.fingerprint] = trusted
        return trusted

    def remove(self, fingerprint: str) -> None:
        with self.lock:
            self._keys.pop(fingerprint, None)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A certificate and its private key, checked for their purpose before anything is written. On the controller only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from . import armour, demands, reading
from .asked import Asked
from .demands import AUTHORITY, CLIENT, SERVER, SIGNING, Purpose
from .load import load_one
from .reading import Certificate

__all__ = ["AUTHORITY", "CLIENT", "SERVER", "SIGNING", "Pair", "Purpose", "load_pair"]


@dataclass(frozen=True)
class Pair:
    """``private_key`` is PEM, unencrypted; ``warnings`` are for the user; ``names`` are the subject's common names."""

    certificate: Certificate
    private_key: str = field(repr=False)
    warnings: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


def load_pair(
    certificate: str,
    private_key: str,
    *,
    now: datetime,
    what: str,
    purpose: Purpose,
    address: str | None = None,
    issuer: Certificate | None = None,
) -> Pair:
    """Read a certificate and its private key. Raises CertificateError, which names ``what``, the cause and the remedy.

    ``address`` is what the node is called in shared.node.ip, and ``issuer`` the certificate of the CA that signed the
    certificate; neither is checked when it is not given.
    """
    asked = Asked(what, purpose.use)
    loaded = load_one(certificate, now=now, asked=asked)
    profile = reading.profile(loaded)
    if profile is None:
        raise asked.refused("its extensions cannot be read", "Have it made again", loaded.facts())
    key = _private_key(private_key, Asked(f"the private key of {what}", purpose.use))
    if key.public != profile.key:
        raise asked.refused(
            "the private key belongs to another certificate", "Give the two that were made together", loaded.facts()
        )
    demands.demand(loaded, profile, purpose, now=now, asked=asked, address=address, issuer=issuer)
    return Pair(loaded, key.pem, demands.warnings(profile, asked), profile.names)


def _private_key(text: str, asked: Asked) -> reading.PrivateKey:
    label, pem = armour.private_key_pem(text, asked)
    key = reading.private_key(pem, pkcs8=label == armour.PKCS8_LABEL)
    if key is None:
        raise asked.refused("it is damaged, or of a kind that is not known", "Copy the whole file again")
    return key

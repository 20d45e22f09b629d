# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values encrypted with the master key (node-files.md 2 'Cipher-text marks').

Only the mark is the product's: what follows it is this simulator's own AES-GCM, since nobody outside may read it.
"""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = "JE"
MARKS = ("JE", "AM", "JS.")  # node-files.md Traps 10: what an encrypted value can start with
_NONCE_BYTES = 12


class CipherError(Exception):
    """The text is no cipher text of this master key. The words are Java's (node-files.md 2 'Mismatch messages')."""

    def __init__(self) -> None:
        super().__init__("Given final block not properly padded")


def is_encrypted(text: str) -> bool:
    """Whether a value looks encrypted to the product."""
    return text.startswith(MARKS)


def encrypt(master_key: str, text: str) -> str:
    """Cipher text that differs on every call."""
    nonce = os.urandom(_NONCE_BYTES)
    body = nonce + AESGCM(_aes_key(master_key)).encrypt(nonce, text.encode(), None)
    return MARK + base64.urlsafe_b64encode(body).decode().rstrip("=")


def decrypt(master_key: str, text: str) -> str:
    """The plain text. Raises CipherError when another master key encrypted it, or nothing did."""
    body = text[len(MARK) :]
    try:
        raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
        return AESGCM(_aes_key(master_key)).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
    except (InvalidTag, ValueError) as exc:
        raise CipherError from exc


def fingerprint(master_key: str) -> str:
    """What the database keeps of a master key (node-files.md 2 'Fingerprint in DB'); the hash itself is ours."""
    return hashlib.sha256(master_key.encode()).hexdigest()[:16]


def _aes_key(master_key: str) -> bytes:
    return hashlib.sha256(master_key.encode()).digest()

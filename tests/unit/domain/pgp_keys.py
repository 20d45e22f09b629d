# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenPGP public keys for tests, made of nothing but their bytes (RFC 9580, 5.5.2); nobody can sign with them."""

from __future__ import annotations

import base64
import hashlib

BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
END = "-----END PGP PUBLIC KEY BLOCK-----"


def body(seed: str, *, version: int = 4) -> bytes:
    """A public key packet's body: version, time, algorithm (EdDSA, 22), and what depends on the seed."""
    material = hashlib.sha256(seed.encode()).digest()
    oid = b"\x09\x2b\x06\x01\x04\x01\xda\x47\x0f\x01"
    if version == 6:
        return b"\x06" + b"\x5f\x5e\x10\x00" + b"\x1b" + len(material).to_bytes(4, "big") + material
    return bytes([version]) + b"\x5f\x5e\x10\x00" + b"\x16" + oid + (263).to_bytes(2, "big") + b"\x40" + material


def armoured(packet: bytes, *, headers: str = "", line: int = 64, checksum: str = "=AAAA") -> str:
    text = base64.b64encode(packet).decode()
    lines = [text[start : start + line] for start in range(0, len(text), line)]
    return "\n".join([BEGIN, *([headers] if headers else []), "", *lines, *([checksum] if checksum else []), END, ""])


def public_key(seed: str = "release") -> str:
    """An armoured key, with another packet (a user id) behind the key itself."""
    packet = body(seed)
    return armoured(bytes([0xC6, len(packet)]) + packet + bytes([0xCD, 4]) + b"test")


def fingerprint_of(seed: str = "release") -> str:
    packet = body(seed)
    return hashlib.sha1(b"\x99" + len(packet).to_bytes(2, "big") + packet).hexdigest()  # noqa: S324

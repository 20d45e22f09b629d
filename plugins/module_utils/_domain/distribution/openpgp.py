# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""OpenPGP public keys (RFC 9580, RFC 4880): the fingerprint of an armoured one. Signatures are not looked at."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Tuple

from ..errors import KeyFormatError

_BEGIN = re.compile(r"-----BEGIN PGP (?P<kind>[A-Z ]{1,40}) BLOCK-----")
_END = "-----END PGP {kind} BLOCK-----"
_PUBLIC = "PUBLIC KEY"
_PUBLIC_KEY_PACKET = 6
_REMEDY = "Export it with: gpg --armor --export <key id>"


def fingerprint(armoured: str, *, what: str = "the public key") -> str:
    """The fingerprint of the key in this block, as hexadecimal digits in small letters. Raises KeyFormatError.

    Version 4 keys have a SHA-1 fingerprint (RFC 9580, 5.5.4.2), those of versions 5 and 6 a SHA-256 one.
    """
    body = _first_key(_dearmour(armoured, what), what)
    version = body[0] if body else 0
    if version == 4:
        framed = b"\x99" + len(body).to_bytes(2, "big") + body
        return hashlib.sha1(framed, usedforsecurity=False).hexdigest()
    if version in (5, 6):
        return hashlib.sha256(bytes([0x95 + version]) + len(body).to_bytes(4, "big") + body).hexdigest()
    raise _refused(what, f"it is a key of version {version}, which is too old or not known")


def _dearmour(armoured: str, what: str) -> bytes:
    # Not one expression for all of it, which would read the rest of the text again for every beginning without an end.
    found = _BEGIN.search(armoured)
    end = armoured.find(_END.format(kind=found["kind"]), found.end()) if found is not None else -1
    if found is None or end < 0:
        raise _refused(what, "it is no armoured OpenPGP block")
    if "PRIVATE" in found["kind"]:
        raise _refused(what, "it is a private key, which has to stay where it is")
    if found["kind"] != _PUBLIC:
        raise _refused(what, f"it is a block of the kind '{found['kind']}'")
    lines = [line.strip() for line in armoured[found.end() : end].strip("\r\n").splitlines()]
    # Headers such as "Version: ..." end with an empty line (RFC 9580, 6.2); without headers there may be none.
    if "" in lines and all(":" in line for line in lines[: lines.index("")]):
        lines = lines[lines.index("") + 1 :]
    data = "".join(line for line in lines if not line.startswith("="))  # the line with = is a checksum of the armour
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise _refused(what, "what is in its armour is no base64") from None


def _first_key(data: bytes, what: str) -> bytes:
    """The body of the packet at the beginning, which is the primary key (RFC 9580, 10.1)."""
    try:
        tag, start, length = _header(data)
    except IndexError:
        raise _refused(what, "it ends in the middle") from None
    if tag != _PUBLIC_KEY_PACKET:
        raise _refused(what, "it does not begin with a public key")
    body = data[start : start + length]
    if len(body) < length:
        raise _refused(what, "it ends in the middle")
    return body


def _header(data: bytes) -> Tuple[int, int, int]:
    """Type, beginning and length of the first packet (RFC 9580, 4.2)."""
    first = data[0]
    if not first & 0x80:
        return 0, 0, 0
    if first & 0x40:
        tag, one = first & 0x3F, data[1]
        if one < 192:
            return tag, 2, one
        if one < 224:
            return tag, 3, ((one - 192) << 8) + data[2] + 192
        return tag, 6, int.from_bytes(data[2:6], "big")
    size = 1 << (first & 3)
    return (first >> 2) & 0x0F, 1 + size, int.from_bytes(data[1 : 1 + size], "big")


def _refused(what: str, why: str) -> KeyFormatError:
    happened = f"Cannot use {what}: {why}"
    return KeyFormatError(f"{happened}. {_REMEDY}.", happened=happened, remedy=_REMEDY)

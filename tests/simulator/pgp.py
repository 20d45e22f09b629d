# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of OpenPGP as tells one key from another: the armour, the first packet, the fingerprint (RFC 4880).

Nothing is signed and no signature is checked here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

PUBLIC, PRIVATE = "PUBLIC", "PRIVATE"
_TAGS = {PUBLIC: 6, PRIVATE: 5}
_USER_ID = 13
_SAMPLES = Path(__file__).parent / "sample_keys"


class NotAKey(ValueError):
    """The text is no armoured key of the kind that is wanted."""


@dataclass(frozen=True)
class Key:
    """``body`` is what stands in the first packet; that of a private key begins with that of its public key."""

    fingerprint: str
    created: datetime
    user_id: str
    body: bytes = field(repr=False)

    @property
    def key_id(self) -> str:
        """The last eight bytes of the fingerprint."""
        return self.fingerprint[-16:]


def read(text: str, kind: str = PUBLIC) -> Key:
    """One armoured key of version 4. Raises NotAKey."""
    packets = _packets(_dearmoured(text, kind))
    tag, body = packets[0]
    if tag != _TAGS[kind] or body[:1] != b"\x04" or len(body) < 6:
        raise NotAKey(f"not a {kind.lower()} OpenPGP key of version 4")
    user_id = next((one.decode("utf-8", "replace") for number, one in packets if number == _USER_ID), "")
    digest = hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body)  # noqa: S324
    created = datetime.fromtimestamp(int.from_bytes(body[1:5], "big"), timezone.utc)
    return Key(digest.hexdigest(), created, user_id, body)


def belong_together(public: str, private: str) -> bool:
    """Whether a private key has this public key in it. Raises NotAKey."""
    return read(private, PRIVATE).body.startswith(read(public).body)


def sample(name: str) -> tuple[str, str]:
    """A pair for tests, public and private, without a passphrase: "canary" or "other"."""
    return tuple((_SAMPLES / f"{name}.{kind}.asc").read_text(encoding="ascii") for kind in ("public", "private"))  # type: ignore[return-value]


def _dearmoured(text: str, kind: str) -> bytes:
    lines = [line.strip() for line in text.strip().splitlines()]
    frame = (f"-----BEGIN PGP {kind} KEY BLOCK-----", f"-----END PGP {kind} KEY BLOCK-----")
    if len(lines) < 4 or (lines[0], lines[-1]) != frame:
        raise NotAKey(f"no PGP {kind.lower()} key block")
    # Headers end with an empty line; the line that begins with an equals sign is a checksum.
    body = [line for line in lines[1:-1] if line and ":" not in line and not line.startswith("=")]
    try:
        return base64.b64decode("".join(body), validate=True)
    except binascii.Error as error:
        raise NotAKey("the armour cannot be decoded") from error


def _packets(data: bytes) -> list[tuple[int, bytes]]:
    found, position = [], 0
    while position < len(data):
        tag, start, length = _header(data, position)
        if start + length > len(data):
            raise NotAKey("the key is cut off")
        found.append((tag, data[start : start + length]))
        position = start + length
    if not found:
        raise NotAKey("there is nothing in the armour")
    return found


def _header(data: bytes, position: int) -> tuple[int, int, int]:
    """Tag, start and length of the packet that begins here, in the old form and in the new one (4.2)."""
    first = data[position]
    rest = data[position + 1 : position + 6].ljust(5, b"\0")
    if first & 0x80 == 0:
        raise NotAKey("this is no OpenPGP packet")
    if first & 0x40:
        if rest[0] < 192:
            return first & 0x3F, position + 2, rest[0]
        if rest[0] < 224:
            return first & 0x3F, position + 3, ((rest[0] - 192) << 8) + rest[1] + 192
        if rest[0] == 255:
            return first & 0x3F, position + 6, int.from_bytes(rest[1:5], "big")
        raise NotAKey("packets of a partial length are not read")
    size = {0: 1, 1: 2, 2: 4}.get(first & 3)
    if size is None:
        raise NotAKey("packets without a length are not read")
    return (first >> 2) & 0xF, position + 1 + size, int.from_bytes(rest[:size], "big")

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licence buckets, what of them is given out, and the encrypted files that they come in: control-plane-api.md 1.8.

The files' content is the simulator's own: the vendor's is not published, only that a key decrypts it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from simulator.licences import Licence, make_key

_NONCE = 12


class BadBucketFile(ValueError):
    """A file that is no bucket, or a key that does not open it."""


class NoneLeft(LookupError):
    """The bucket has fewer licences than were asked for."""


@dataclass(frozen=True)
class BucketFile:
    """What a customer gets from the vendor: a file or the URL that it can be loaded from, and the key that opens it."""

    identifier: str
    url: str
    path: Path
    key: str = field(repr=False)

    @property
    def content(self) -> bytes:
        return self.path.read_bytes()


@dataclass
class Bucket:
    """A bucket as Mission Control keeps it. ``given`` has licences by JPD id, ``labelled`` by the label of acquire."""

    name: str
    identifier: str
    subject: str
    license_type: str
    issued: datetime
    valid: datetime
    signature: str
    free: list[Licence] = field(repr=False)
    url: Optional[str] = None
    given: dict[str, list[Licence]] = field(default_factory=dict, repr=False)
    labelled: dict[str, list[Licence]] = field(default_factory=dict, repr=False)
    # The names of JPDs at the time of the last deploy, for those that are gone.
    names: dict[str, str] = field(default_factory=dict)
    max_used: int = 0

    @property
    def used(self) -> int:
        return sum(len(licences) for licences in (*self.given.values(), *self.labelled.values()))

    @property
    def quantity(self) -> int:
        return self.used + len(self.free)

    def take(self, count: int, holders: dict[str, list[Licence]], holder: str) -> list[Licence]:
        """Give licences to a JPD or a label, each time some more. Raises NoneLeft."""
        if count > len(self.free):
            raise NoneLeft(self.name)
        taken, self.free[:] = self.free[:count], self.free[count:]
        holders.setdefault(holder, []).extend(taken)
        self.max_used = max(self.max_used, self.used)
        return taken

    def release(self, holder: str, *, one: bool = False) -> int:
        """Take back what a JPD id or a label has; how many that were."""
        for holders in (self.given, self.labelled):
            if holder in holders:
                back = [holders[holder].pop()] if one else holders.pop(holder)
                if not holders.get(holder):
                    holders.pop(holder, None)
                self.free.extend(back)
                return len(back)
        return 0


class Buckets(dict[str, Bucket]):
    """Mission Control's buckets by their names."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.RLock()

    def find(self, key: str) -> Optional[Bucket]:
        """By name or identifier; the pages show both (1.8)."""
        return self.get(key) or next((bucket for bucket in self.values() if bucket.identifier == key), None)

    def release_all(self, jpd_id: str) -> None:
        """What deleting a JPD may do (1.7)."""
        with self.lock:
            for bucket in self.values():
                bucket.release(jpd_id)


def make_file(
    folder: Path, *, quantity: int, license_type: str, kind: str, now: datetime, valid: datetime
) -> BucketFile:
    """An encrypted file with new licence keys in a folder, and what goes with it."""
    identifier = secrets.token_hex(12)
    content = {
        "identifier": identifier,
        "subject": "Example Corp",
        "license_type": license_type,
        "issued": now.isoformat(timespec="milliseconds"),
        "valid": valid.isoformat(timespec="milliseconds"),
        "keys": [make_key(kind, valid) for _ in range(quantity)],
    }
    key, nonce = secrets.token_bytes(32), secrets.token_bytes(_NONCE)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{identifier}.json"
    path.write_bytes(nonce + AESGCM(key).encrypt(nonce, json.dumps(content).encode(), None))
    return BucketFile(identifier, f"https://releases.example.com/license-buckets/{identifier}.json", path, key.hex())


def opened(content: bytes, key: str, *, name: str, url: Optional[str]) -> Bucket:
    """The bucket in a file. Raises BadBucketFile."""
    try:
        text = AESGCM(bytes.fromhex(key)).decrypt(content[:_NONCE], content[_NONCE:], None)
        found: dict[str, Any] = json.loads(text)
    except (InvalidTag, ValueError) as error:
        raise BadBucketFile from error
    return Bucket(
        name=name,
        identifier=found["identifier"],
        subject=found["subject"],
        license_type=found["license_type"],
        issued=datetime.fromisoformat(found["issued"]),
        valid=datetime.fromisoformat(found["valid"]),
        signature=hashlib.sha1(content).hexdigest(),  # noqa: S324
        free=[Licence.of_key(one) for one in found["keys"]],
        url=url,
    )

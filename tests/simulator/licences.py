# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licences of a site and the keys that install them: control-plane-api.md 5.3.

A key is layers of base64 with "license:", "product:" and "expires:" in them, as the vendor's page "How can I extract
the expiration date in license key" takes them apart. What else is in it is made up, and no product would take it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Optional

EDGE = "Edge"
# What the vendor sends keys of, in the words of the key itself.
KEY_TYPES = (EDGE, "Commercial", "Enterprise", "Enterprise Plus", "Enterprise Plus Trial")
_LIFE = timedelta(days=1200)
_LINE = 76
# The character that Artifactory adds to the hash to tell the type: samples of the page "HA License Information" and of
# users end in 3 for Enterprise, in 4 for Enterprise Plus. The others are made up.
_TYPE_MARKS = {"enterprise": "3", "enterprise plus": "4", "edge": "5"}


class BadKey(ValueError):
    """A text that is no licence key."""


@dataclass
class Licence:
    """One licence (1.4 and 5.3, which write the type and the date in two ways). Without a key it gets one."""

    type: str
    mission_control_type: str
    valid_through: datetime
    licensed_to: str = "Example Corp"
    key: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.key:
            self.key = make_key(self.type, self.valid_through, self.licensed_to)

    @classmethod
    def of_key(cls, key: str) -> Licence:
        """The licence that a key stands for. Raises BadKey."""
        fields = _fields(_layer(_layer(_decoded(key), "license"), "product"))
        try:
            valid_through = datetime.fromisoformat(fields["expires"].replace("Z", "+00:00"))
            kind, owner = fields["type"], fields["owner"]
        except (KeyError, ValueError) as error:
            raise BadKey("a field is missing") from error
        return cls(kind, kind.upper().replace(" ", "_"), valid_through, owner, normal_key(key))

    @property
    def compact_key(self) -> str:
        return "".join(self.key.split())

    @property
    def hash(self) -> str:
        """As it is shown by default: the SHA-1 of the key and the type's character."""
        return self.shown_hash("lines")

    def shown_hash(self, form: str) -> str:
        """``form`` is the switch ``licence_hash``."""
        if form == "other":
            return hashlib.sha256(f"simulator {self.compact_key}".encode()).hexdigest()
        text = self.key if form == "lines" else self.compact_key
        mark = _TYPE_MARKS.get(self.type.lower().removesuffix(" trial"), "1")
        return hashlib.sha1(text.encode()).hexdigest() + mark  # noqa: S324

    def expired(self, now: datetime) -> bool:
        return self.valid_through < now


class Licences(list[Licence]):
    """What is installed at a site, in the order of installation. The nodes share it by their database."""

    def find(self, key: str) -> Optional[Licence]:
        """The one that this key has installed, however its lines were broken."""
        compact = "".join(key.split())
        return next((one for one in self if one.compact_key == compact), None)

    def install(self, licence: Licence, *, replaces: bool) -> None:
        """``replaces``: a server of one node has one licence, the last that was installed."""
        if replaces:
            self.clear()
        self.append(licence)

    def in_use(self, nodes: Sequence[str], now: datetime) -> list[tuple[Licence, Optional[str]]]:
        """Each licence with the node that uses it; None: a spare one. Nodes take a valid one before an expired one."""
        ranked = sorted(range(len(self)), key=lambda index: (self[index].expired(now), index))
        users: dict[int, str] = dict(zip(ranked, nodes))
        return [(licence, users.get(index)) for index, licence in enumerate(self)]

    def first(self, now: datetime) -> Optional[Licence]:
        """The one that a server of one node works with."""
        return min(self, key=lambda one: one.expired(now), default=None)


def make_key(kind: str, valid_through: Optional[datetime] = None, licensed_to: str = "Example Corp") -> str:
    """A key of several lines, as it comes by mail; each one is another licence."""
    expires = valid_through or datetime.now(timezone.utc) + _LIFE
    product = (
        f"expires: {expires:%Y-%m-%dT%H:%M:%S}.000Z\nid: {secrets.token_hex(16)}\nowner: {licensed_to}\ntype: {kind}\n"
    )
    license_text = f"version: 2\nproduct: {_encoded(product)}\n"
    text = _encoded(f"license: {_encoded(license_text)}\nsignature: {secrets.token_hex(64)}\n")
    return "\n".join(text[start : start + _LINE] for start in range(0, len(text), _LINE))


def normal_key(key: str) -> str:
    """With the line ends of Unix and nothing around it."""
    return "\n".join(line.strip() for line in key.strip().splitlines())


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise BadKey("it is no base64 text") from error


def _layer(text: str, name: str) -> str:
    value = _fields(text).get(name)
    if value is None:
        raise BadKey(f"it has no {name}")
    return _decoded(value)


def _fields(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip() for name, _colon, value in pairs}

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Licence keys: which of them are installed already, told without asking Artifactory to install them.

Artifactory lists a licence by its hash, "the hash of the license key with an added char for indication of type" in the
words of its open source (AddonsManager.getLicenseKeyHash); the samples of the page "HA License Information" are a SHA-1
and one character. Over which line breaks it is taken is not said, so all that are usual are tried. A hash of another
form tells nothing; then a licence of the same type, owner and end counts as the one of the key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from ..errors import InventoryError
from ..observed import LicenseSeen
from .dates import iso_date

_ALPHABET = re.compile(r"[A-Za-z0-9+/=_-]+")
_SHA1_AND_MARK = re.compile(r"[0-9a-f]{40}[0-9a-z]?")
_WIDTHS = (76, 64)
_SHORTEST = 40  # characters of a key
_SHORTEST_LINE = 8  # characters; what is shorter may be the end of any text


@dataclass(frozen=True, repr=False)
class LicenseKey:
    """One key, with the line breaks that it was given with. Not shown, because it is worth a licence."""

    text: str

    @property
    def compact(self) -> str:
        """Without any line break, which identifies the key."""
        return "".join(self.text.split())

    @property
    def spellings(self) -> Tuple[str, ...]:
        """The key with the line breaks that it may have been installed with."""
        wrapped = tuple(_wrapped(self.compact, width) for width in _WIDTHS)
        unix = (self.text, self.compact, *wrapped)
        return tuple(dict.fromkeys([*unix, *(f"{one}\n" for one in unix), *(_windows(one) for one in unix)]))

    @property
    def secrets(self) -> Tuple[str, ...]:
        """All that must not be shown: answers echo the key, whole or in lines."""
        lines = (line for one in self.spellings for line in one.split())
        return tuple(dict.fromkeys([*self.spellings, *(line for line in lines if len(line) >= _SHORTEST_LINE)]))

    def has_hash(self, shown: Optional[str]) -> bool:
        """Whether a hash that Artifactory lists is this key's."""
        if not is_known_hash(shown):
            return False
        return any(_sha1(one) == str(shown)[:40] for one in self.spellings)

    @property
    def told(self) -> Mapping[str, str]:
        """What the key says of itself: expires, owner, type, as far as it can be read; the vendor's page "How can I
        extract the expiration date in license key" takes it apart so."""
        text = _decoded(self.compact)
        for layer in ("license", "product"):
            text = _decoded(_fields(text).get(layer, ""))
        return _fields(text)

    def is_alike(self, license: LicenseSeen) -> bool:
        """Whether a listed licence may be this key's: the same end, and the same type and owner if they are told."""
        told = self.told
        end = iso_date(told.get("expires"))
        if end is None or end != license["valid_through"]:
            return False
        kind, owner = told.get("type"), told.get("owner")
        same_kind = kind is None or _plain(kind) in _plain(license["type"]) or _plain(license["type"]) in _plain(kind)
        return same_kind and (owner is None or owner == license["licensed_to"])


def check(text: str, what: str) -> LicenseKey:
    """The key in a text. Raises InventoryError, without the text, when it cannot be one."""
    lines = [line.strip() for line in text.lstrip("\ufeff").replace("\\n", "\n").strip().splitlines()]
    key = LicenseKey("\n".join(line for line in lines if line))
    if not key.compact:
        raise InventoryError(f"Cannot use {what}: it is empty. Give the licence key as the vendor sent it.")
    if _ALPHABET.fullmatch(key.compact) is None or len(key.compact) < _SHORTEST:
        raise InventoryError(
            f"Cannot use {what}: it is no licence key, which is a long text of letters, digits and +/=. "
            "Give each licence key as the vendor sent it, one per entry."
        )
    return key


def ends(key: LicenseKey) -> Optional[str]:
    """The last day of the key's licence, as it says itself; None when it cannot be read."""
    return iso_date(key.told.get("expires"))


def is_known_hash(shown: Optional[str]) -> bool:
    """Whether a listed hash has the form that can be compared with a key."""
    return shown is not None and _SHA1_AND_MARK.fullmatch(shown) is not None


def missing(keys: Sequence[LicenseKey], licenses: Iterable[LicenseSeen]) -> List[LicenseKey]:
    """The keys whose licences are not listed. A licence stands for one key only."""
    left = list(licenses)
    waiting: List[LicenseKey] = []
    for key in keys:
        found = next((one for one in left if key.has_hash(one["hash"])), None)
        if found is None:
            waiting.append(key)
        else:
            left.remove(found)
    absent: List[LicenseKey] = []
    for key in waiting:
        found = next((one for one in left if not is_known_hash(one["hash"]) and key.is_alike(one)), None)
        if found is None:
            absent.append(key)
        else:
            left.remove(found)
    return absent


def _sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 - the product's choice, and no protection


def _wrapped(text: str, width: int) -> str:
    return "\n".join(text[start : start + width] for start in range(0, len(text), width))


def _windows(text: str) -> str:
    return text.replace("\n", "\r\n")


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text.encode(), validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        return ""


def _fields(text: str) -> Dict[str, str]:
    pairs = (line.partition(":") for line in text.splitlines() if ":" in line)
    return {name.strip(): value.strip().strip("\"'") for name, _colon, value in pairs}


def _plain(kind: str) -> str:
    return re.sub(r"[^a-z]", "", kind.lower())

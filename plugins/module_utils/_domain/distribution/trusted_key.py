# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Public keys that an Edge trusts for release bundles: one form of what servers tell, and what has to change."""

from __future__ import annotations

import re
from typing import Any, Iterable, List, Mapping, Optional, Sequence

from ..change import Change, reconcile
from ..errors import ConflictError
from ..observed import SigningKeySeen
from ..wording import printable

# SHA-1 or SHA-256 in hexadecimal; servers write it with or without separators.
_FINGERPRINT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def from_api(items: Iterable[Any]) -> List[SigningKeySeen]:
    """What ``GET /artifactory/api/security/keys/trusted`` lists, sorted by alias.

    The names of the fields that both official clients know are the same: kid, alias, fingerprint. They differ in the
    rest, issuedBy or issued_by, issued or issued_on, which nobody here needs (GO artifactory/services/trustedkeys.go;
    TF-RT pkg/artifactory/resource/security/resource_artifactory_distribution_public_key.go).
    """
    seen: List[SigningKeySeen] = [
        {
            "alias": printable(str(item.get("alias") or "")),
            "fingerprint": normal_fingerprint(item.get("fingerprint")),
            "key_id": str(item["kid"]) if item.get("kid") else None,
        }
        for item in items
        if isinstance(item, Mapping)
    ]
    return sorted(seen, key=lambda key: key["alias"])


def normal_fingerprint(value: Any) -> Optional[str]:
    """Hexadecimal digits in small letters; None for what is none, so that it is not compared."""
    text = re.sub(r"[\s:]", "", str(value or "")).lower()
    return text if _FINGERPRINT.fullmatch(text) else None


def find(keys: Sequence[SigningKeySeen], alias: str, fingerprint: Optional[str] = None) -> Optional[SigningKeySeen]:
    """The key with this alias; that with the fingerprint, when there are several."""
    found = named(keys, alias)
    same = [key for key in found if fingerprint and key["fingerprint"] == fingerprint]
    return next(iter([*same, *found]), None)


def named(keys: Sequence[SigningKeySeen], alias: str) -> List[SigningKeySeen]:
    """All keys with this alias: a key that was renewed may stand beside the former one."""
    return [key for key in keys if key["alias"] == alias]


def difference(alias: str, fingerprint: Optional[str], keys: Sequence[SigningKeySeen]) -> Optional[str]:
    """Why this key is not among them, in words; None when it is. A fingerprint that is not told is not compared."""
    current = find(keys, alias, fingerprint)
    if current is None:
        return f"it does not trust the key '{alias}'"
    if fingerprint and current["fingerprint"] and fingerprint != current["fingerprint"]:
        return f"its key '{alias}' is another one ({_short(current['fingerprint'])} instead of {_short(fingerprint)})"
    return None


def change(keys: Sequence[SigningKeySeen], alias: str, fingerprint: Optional[str], *, present: bool) -> Change:
    """What has to happen to the key with this alias. ``fingerprint`` None: the alias alone counts.

    Raises ConflictError for a wanted key that is there under another alias: the server takes a key once.
    """
    current = find(keys, alias, fingerprint)
    facts = None if current is None else {"alias": alias, "fingerprint": current["fingerprint"]}
    if not present:
        return reconcile(facts, None)
    if facts is None:
        _refuse_other_alias(keys, alias, fingerprint)
    wanted = {"alias": alias, "fingerprint": fingerprint}
    if facts is not None and facts["fingerprint"] is None:
        wanted["fingerprint"] = None
    return reconcile(facts, wanted)


def _refuse_other_alias(keys: Sequence[SigningKeySeen], alias: str, fingerprint: Optional[str]) -> None:
    others = [key["alias"] for key in keys if fingerprint and key["fingerprint"] == fingerprint]
    if others:
        happened = f"Cannot add the signing key '{alias}': the Edge trusts the same key as '{others[0]}'"
        remedy = "Use that alias, or remove the key under it first"
        raise ConflictError(f"{happened}. {remedy}.", happened=happened, remedy=remedy)


def _short(fingerprint: str) -> str:
    return f"{fingerprint[:16]}..."

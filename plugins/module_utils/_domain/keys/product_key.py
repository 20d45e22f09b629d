# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The join key of another product: what its files and our ledger say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..moment import is_later
from ..observed import KeyEntry
from ..verdict import DRIFTED, IN_ORDER, Verdict
from . import keys

FILE = "file"
SETTING = "setting"


@dataclass(frozen=True)
class ProductKeySeen:
    """Where the product reads its key at a start, and what can be told of it.

    ``fingerprint`` is None for cipher text, which only the product can read, and where there is no key at all.
    ``present`` tells the two apart. ``refused_at``: since when the Edge refuses it, and ``joined_at``: when it last
    joined, by the product's logs.
    """

    door: str
    path: str
    present: bool
    fingerprint: Optional[str]
    entry: Optional[KeyEntry]
    refused_at: Optional[str]
    joined_at: Optional[str]
    restart_due: bool


def judge_product_join_key(seen: ProductKeySeen, key: str) -> Verdict:
    """Whether the product uses the wanted join key: what lies there in plain text, else the ledger, and the logs."""
    wanted, entry = keys.fingerprint(key), seen.entry
    if not seen.present:
        return Verdict(DRIFTED, "the product has no join key")
    if seen.fingerprint is not None and seen.fingerprint != wanted:
        return Verdict(DRIFTED, f"the product has the join key {seen.fingerprint} instead of {wanted}")
    if entry is None and seen.fingerprint is None:
        return Verdict(DRIFTED, "which join key the product has cannot be told: it is encrypted and in no ledger")
    if entry is not None and not keys.matches(entry, key):
        return Verdict(DRIFTED, f"the wanted join key is another one than was supplied at {entry['supplied_at']}")
    if seen.restart_due:
        return Verdict(DRIFTED, "the product has not started with the supplied join key yet")
    confirmed_at = entry["confirmed_at"] if entry is not None else None
    if seen.refused_at is not None and (entry is None or is_later(seen.refused_at, confirmed_at)):
        return Verdict(DRIFTED, f"the product is refused since {seen.refused_at}")
    return Verdict(IN_ORDER, f"the product has the join key {wanted}")

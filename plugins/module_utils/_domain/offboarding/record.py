# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a node tells of its own offboarding.

The pairing and the tokens of an Edge can be revoked only while it answers, and it is stopped right after that. So that
is written down on its nodes; a later run reads it where nobody can be asked any more. No secret is in it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Dict, Mapping, Optional, TypedDict, cast

from ..errors import ConflictError, LedgerError
from ..foreign_json import parsed
from ..moment import moment, stamp
from ..observed import Ledger
from ..url import same

VERSION = 1


class Record(TypedDict):
    """``closed_at`` None: the offboarding is under way."""

    edge: str
    platform: str
    jpd_id: Optional[str]
    left_at: str  # the pairing and the tokens of the Edge are revoked since then
    trusts_platform: Optional[bool]  # when it was left; None: that could not be told
    trusted_by_platform: Optional[bool]
    supplied: Dict[str, Any]  # the trusted certificates of the ledger, as it was closed
    closed_at: Optional[str]


def leave(
    known: Optional[Record],
    *,
    edge: str,
    platform: str,
    jpd_id: Optional[str],
    trusts_platform: Optional[bool],
    trusted_by_platform: Optional[bool],
    ledger: Ledger,
    now: datetime,
) -> Record:
    """The record of an Edge that has been left; one that is under way is kept, with what is known in addition.

    Raises ConflictError for one of another Edge or platform.
    """
    begun = known if known is not None and known["closed_at"] is None else None
    if begun is not None:
        refuse_other(begun, edge, platform)
    seen = {"jpd_id": jpd_id, "trusts_platform": trusts_platform, "trusted_by_platform": trusted_by_platform}
    told = {name: value for name, value in seen.items() if value is not None}
    if begun is not None:
        # What was seen first counts: later the Edge is trusted no more by our own doing.
        kept = {name: value for name, value in begun.items() if value is not None}
        return cast(Record, {**begun, **told, **kept})
    return {
        "edge": edge,
        "platform": platform,
        "jpd_id": jpd_id,
        "left_at": stamp(now),
        "trusts_platform": trusts_platform,
        "trusted_by_platform": trusted_by_platform,
        "supplied": dict(ledger["trusted_certificates"]),
        "closed_at": None,
    }


def close(known: Record, now: datetime) -> Record:
    """The record at the end; once closed it stays as it is."""
    return known if known["closed_at"] is not None else {**known, "closed_at": stamp(now)}


def refuse_other(known: Record, edge: str, platform: str) -> None:
    """Raises ConflictError when an offboarding of another Edge, or from another platform, is under way."""
    if known["edge"] == edge and same(known["platform"], platform):
        return
    raise ConflictError(
        f"Cannot offboard the Edge '{edge}' from {platform}: the offboarding of '{known['edge']}' from "
        f"{known['platform']} is under way on this node since {known['left_at']}. Finish that first, with its "
        "edge_name and platform_url."
    )


def serialise(record: Record) -> str:
    """The file's text."""
    return json.dumps({"version": VERSION, **record}, indent=2, sort_keys=True) + "\n"


def parse(text: str) -> Record:
    """The record in a file's text. Raises LedgerError for one that cannot be understood."""
    try:
        raw = parsed(text)
        if raw["version"] != VERSION:
            raise ValueError("another version")
        return _shape(raw)
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise LedgerError(
            "Cannot read the record of an offboarding: it is not what this collection writes. Nothing was written. Use "
            "the release that wrote it, or move it away; the pairing of the Edge then counts as not revoked."
        ) from exc


def _shape(raw: Mapping[str, Any]) -> Record:
    moment(raw["left_at"])
    if raw["closed_at"] is not None:
        moment(raw["closed_at"])
    return {
        "edge": str(raw["edge"]),
        "platform": str(raw["platform"]),
        "jpd_id": None if raw["jpd_id"] is None else str(raw["jpd_id"]),
        "left_at": str(raw["left_at"]),
        "trusts_platform": raw["trusts_platform"],
        "trusted_by_platform": raw["trusted_by_platform"],
        "supplied": dict(raw["supplied"]),
        "closed_at": raw["closed_at"],
    }

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What ends besides certificates, as rows like those of the certificate calendar: access tokens and licences."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, List, Optional

from ..certificate.calendar import EXPIRED, EXPIRING, OK
from ..certificate.reading import iso
from ..license.dates import days_until
from ..moment import moment
from ..observed import LicenseSeen, Platform, TokenSeen
from . import tokens
from .license import licenses_at_work
from .shapes import EdgeView

ACCESS_TOKEN = "access_token"  # noqa: S105
LICENSE = "license"


def expiries(view: EdgeView) -> List[dict[str, Any]]:
    """Of the Edge, the one that ends first comes first. What never ends is not in it."""
    token = view.seen.get("token") if view.seen is not None else None
    rows = [_of_token(token, view.edge.name, view.now, view.edge.token_days_left)]
    rows += [
        _of_license(license, view.edge.name, view.now.date(), view.edge.license_days_left)
        for license in licenses_at_work(view)
    ]
    known = {(row["where"], row["kind"], row["subject"], row["not_after"]): row for row in rows if row is not None}
    return sorted(known.values(), key=lambda row: (row["days_left"], row["where"], row["kind"], row["subject"]))


def platform_expiries(platform: Platform, *, now: datetime, days_left: int) -> List[dict[str, Any]]:
    """Of the platform: the token that the collection works with there."""
    row = _of_token(platform.get("token"), platform["url"], now, days_left)
    return [] if row is None else [row]


def _of_token(token: Optional[TokenSeen], where: str, now: datetime, days_left: int) -> Optional[dict[str, Any]]:
    if token is None or token["expires_at"] is None:
        return None
    end = moment(token["expires_at"])
    state = EXPIRED if end <= now else EXPIRING if tokens.is_ending(token, now=now, days_left=days_left) else OK
    return _row(where, ACCESS_TOKEN, token["subject"], iso(end), (end - now) // timedelta(days=1), state)


def _of_license(license: LicenseSeen, edge: str, today: date, limit: int) -> Optional[dict[str, Any]]:
    end = license["valid_through"]
    if end is None:
        return None
    left = days_until(end, today)
    state = EXPIRED if license["expired"] or left < 0 else EXPIRING if left < limit else OK
    # It is valid through that day.
    return _row(license["node_id"] or edge, LICENSE, license["type"], f"{end}T23:59:59Z", left, state)


def _row(where: str, kind: str, subject: str, not_after: str, days_left: int, state: str) -> dict[str, Any]:
    return {
        "where": where,
        "kind": kind,
        "subject": subject,
        "not_after": not_after,
        "days_left": days_left,
        "state": state,
    }

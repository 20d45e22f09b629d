# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The certificate calendar: how long every certificate lasts, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Iterable

from ..errors import CertificateError
from ..observed import CertificateFile
from .load import Certificate, from_der
from .reading import iso

OK = "ok"
EXPIRING = "expiring"
EXPIRED = "expired"
NOT_YET_VALID = "not_yet_valid"


@dataclass(frozen=True)
class Dated:
    """A certificate, ``where`` it is in use, as what ``kind`` of fact, and its ``alias`` there, if it has one."""

    where: str
    kind: str
    certificate: Certificate
    alias: str | None = None


def dated(where: str, kind: str, seen: CertificateFile) -> Dated | None:
    """For what was observed; None for a file without a certificate, or with one that cannot be read."""
    certificate = _read(seen["der"]) if seen["der"] is not None else None
    return Dated(where, kind, certificate) if certificate is not None else None


def entries(certificates: Iterable[Dated], *, now: datetime, limit_days: int) -> list[dict[str, Any]]:
    """One row per certificate, the one that ends first comes first."""
    rows = [_row(each, now, limit_days) for each in certificates]
    return sorted(rows, key=lambda row: (row["days_left"], row["where"], row["kind"], row["sha256"] or ""))


@lru_cache(maxsize=1024)
def _read(der: str) -> Certificate | None:
    """What the nodes of a fleet have in common is read once."""
    try:
        return from_der(der)
    except CertificateError:
        return None


def _row(of: Dated, now: datetime, limit_days: int) -> dict[str, Any]:
    certificate = of.certificate
    left = (certificate.not_after - now) // timedelta(days=1)
    return {
        "where": of.where,
        "kind": of.kind,
        **({} if of.alias is None else {"alias": of.alias}),
        "subject": certificate.subject,
        "sha256": certificate.sha256 or None,
        "not_after": iso(certificate.not_after),
        "days_left": left,
        "state": _state(certificate, now, left, limit_days),
    }


def _state(certificate: Certificate, now: datetime, left: int, limit_days: int) -> str:
    if certificate.not_after < now:
        return EXPIRED
    if certificate.not_before > now:
        return NOT_YET_VALID
    return EXPIRING if left < limit_days else OK

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Dates of licences, which the product writes in three ways (control-plane-api.md, Traps 24)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Optional

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Artifactory: "May 15, 2030". In English always, so the host's language must not come in.
_AMERICAN = re.compile(r"\s*([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})\s*")
# Mission Control: "2030-02-14"; buckets: RFC 3339, of which the date counts as it stands there.
_ISO = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", re.DOTALL)


def iso_date(text: Any) -> Optional[str]:
    """The date as 2030-02-14; None for a text that is none, such as that of a server without a licence."""
    found = _date(str(text)) if text else None
    return None if found is None else found.isoformat()


def days_until(day: str, today: date) -> int:
    """How many days are left until the end of a licence's last day; negative when it is over."""
    return (date.fromisoformat(day) - today).days


def _date(text: str) -> Optional[date]:
    try:
        american = _AMERICAN.fullmatch(text)
        if american is not None:
            month = _MONTHS.index(american[1][:3].lower()) + 1
            return date(int(american[3]), month, int(american[2]))
        iso = _ISO.fullmatch(text)
        return None if iso is None else date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        return None

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Whether a licence will do: of the type that an Edge has, and for some time to come."""

from __future__ import annotations

from datetime import date
from typing import Iterable, Iterator, List, Sequence

from ..observed import LicenseSeen
from .dates import days_until
from .seen import is_edge_type


def problems(licenses: Sequence[LicenseSeen], *, today: date, days_left: int) -> List[str]:
    """What is wrong with the licences that an Edge works with, or will be soon; each once, though nodes share it."""
    return list(dict.fromkeys(text for license in licenses for text in _of(license, today, days_left)))


def in_use(licenses: Iterable[LicenseSeen]) -> List[LicenseSeen]:
    """Those that nodes use; all of them where that is not told, as on a server of one node."""
    found = list(licenses)
    return [license for license in found if license["node_id"] is not None] or found


def _of(license: LicenseSeen, today: date, days_left: int) -> Iterator[str]:
    kind = f"the licence {license['type']}"
    where = f" on {license['node_id']}" if license["node_id"] else ""
    if not is_edge_type(license["type"]):
        yield f"{kind}{where} is none for an Edge"
    end = license["valid_through"]
    left = None if end is None else days_until(end, today)
    if license["expired"] or (left is not None and left < 0):
        yield f"{kind}{where} expired" + (f" on {end}" if end is not None else "")
    elif left is not None and left < days_left:
        yield f"{kind}{where} ends on {end}, in {left} {'day' if left == 1 else 'days'}"

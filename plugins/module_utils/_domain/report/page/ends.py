# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The calendar: what ends when, by month and after a year by year; what ends first comes first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from .edges import ends_of
from .wording import anchor, month, named

# What lies further ahead is only counted: a fleet of a thousand has thousands of certificates.
ROWS = 100
# Of what is the same on many nodes, so many are named.
NAMED = 3
DAYS_BY_MONTH = 366
ENDED = "Already ended"


@dataclass
class End:
    """One thing that ends, and all places that have it: name, and the anchor of the Edge, None for the platform."""

    row: Mapping[str, Any]
    found: Dict[Tuple[str, str | None], None] = field(default_factory=dict)

    @property
    def places(self) -> List[Tuple[str, str | None]]:
        return list(self.found)

    @property
    def named(self) -> List[Tuple[str, str | None]]:
        return self.places[:NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.found) - NAMED)


@dataclass
class Month:
    """What ends in one month, or in one year.

    ``ends`` is cut off after the first rows of the calendar, the numbers are not.
    """

    name: str
    ends: List[End] = field(default_factory=list)
    soon: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return sum(self.kinds.values())

    @property
    def told(self) -> str:
        """How many of what kind."""
        return ", ".join(f"{named(kind)}: {count}" for kind, count in sorted(self.kinds.items()))


def calendar(report: Mapping[str, Any]) -> List[Month]:
    """All months, and then years, in which something ends."""
    same: Dict[Tuple[Any, ...], End] = {}
    for place, link, row in _rows(report):
        key = tuple(row.get(name) for name in ("kind", "subject", "alias", "sha256", "not_after", "state"))
        same.setdefault(key, End(row)).found[place, link] = None
    months: Dict[str, Month] = {}
    left = ROWS
    for end in sorted(same.values(), key=lambda end: (end.row["not_after"], end.row["kind"], end.row["where"])):
        name = _group(end.row)
        found = months.setdefault(name, Month(name))
        found.kinds[end.row["kind"]] += 1
        found.soon += end.row["state"] != "ok"
        if left:
            found.ends.append(end)
            left -= 1
    return [_told_apart(one, months) for one in months.values()]


def _group(row: Mapping[str, Any]) -> str:
    if row["state"] == "expired":
        return ENDED
    return month(row["not_after"]) if row["days_left"] < DAYS_BY_MONTH else row["not_after"][:4]


def _told_apart(one: Month, months: Mapping[str, Month]) -> Month:
    """A year of which some months stand before it."""
    begun = one.name.isdigit() and any(name.endswith(f" {one.name}") for name in months)
    return replace(one, name=f"Later in {one.name}") if begun else one


def _rows(report: Mapping[str, Any]) -> Iterator[Tuple[str, str | None, Mapping[str, Any]]]:
    for row in ends_of(report["platform"]):
        yield "the platform", None, row
    for edge in report["edges"]:
        for row in ends_of(edge):
            yield row["where"], anchor(edge["name"]), row

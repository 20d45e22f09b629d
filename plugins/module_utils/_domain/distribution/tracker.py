# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Trackers of a distribution: one form for what both generations of Distribution tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterable, List, Mapping, Optional, Tuple

from ..wording import printable

COMPLETED = "COMPLETED"
FAILED = "FAILED"
# Nothing more happens after these. Tracker lists write UPPER_SNAKE, single trackers sentence case
# (control-plane-api.md 6.4, trap 27).
OVER = (COMPLETED, FAILED, "ABORTED", "PARTIALLY_ABORTED")
DISTRIBUTE = "DISTRIBUTE"


@dataclass(frozen=True)
class Site:
    """How the distribution to one deployment stands."""

    name: str
    status: str
    error: str = ""
    file_errors: Tuple[str, ...] = ()

    @property
    def completed(self) -> bool:
        return self.status == COMPLETED


@dataclass(frozen=True)
class Tracker:
    """One distribution or deletion. ``sites`` None: the deployments were not told one by one."""

    tracker_id: str
    kind: str
    status: str
    targets: Tuple[str, ...] = ()
    sites: Optional[Tuple[Site, ...]] = None

    @property
    def over(self) -> bool:
        return self.status in OVER

    def site(self, name: str) -> Optional[Site]:
        return next((site for site in self.sites or () if site.name == name), None)


def from_api(item: Any) -> Optional[Tracker]:
    """A tracker of either form; None for what is none.

    Its own id is long and exact, the friendly one short; a list of v2 has the friendly one alone.
    """
    if not isinstance(item, Mapping):
        return None
    told = next(
        (
            item[name]
            for name in ("distribution_id", "id", "distribution_friendly_id", "distribution_tracker_friendly_id")
            if item.get(name) is not None
        ),
        "",
    )
    listed = item.get("sites")
    sites = None if not isinstance(listed, list) else tuple(_site(site) for site in listed if isinstance(site, Mapping))
    targets = item.get("targets")
    names = tuple(str(name) for name in targets) if isinstance(targets, list) else tuple(s.name for s in sites or ())
    return Tracker(str(told), normal(item.get("type") or DISTRIBUTE), normal(item.get("status")), names, sites)


def all_from_api(items: Iterable[Any]) -> List[Tracker]:
    """All trackers of a list, in its order."""
    return [tracker for tracker in map(from_api, items) if tracker is not None]


def normal(status: Any) -> str:
    """A status in its one form, as In progress becomes IN_PROGRESS."""
    return printable(str(status or "")).strip().replace(" ", "_").upper()


def _site(item: Mapping[str, Any]) -> Site:
    target = item.get("target_artifactory")
    name = target.get("name") if isinstance(target, Mapping) else item.get("name")
    errors = item.get("file_errors")
    return Site(
        name=printable(str(name or "")),
        status=normal(item.get("status")),
        error=printable(str(item.get("general_error") or "")),
        file_errors=tuple(printable(_text(error)) for error in errors) if isinstance(errors, list) else (),
    )


def _text(error: Any) -> str:
    """GO reads a text; what an object would hold is not documented, so all of it is shown."""
    if isinstance(error, Mapping):
        return ": ".join(str(value) for value in error.values() if value)
    return str(error)

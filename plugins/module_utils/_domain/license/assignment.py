# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How many licences of a bucket a JPD lacks. Attaching adds each time, so this decides, not the call (Traps 22)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Optional

from ..observed import BucketSeen


@dataclass(frozen=True)
class Assignment:
    """What a JPD has of a bucket, and what it shall have."""

    bucket: str
    assigned: int
    wanted: int

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.assigned)

    @property
    def surplus(self) -> int:
        """What Mission Control cannot take back from a live server (control-plane-api.md 1.8)."""
        return max(0, self.assigned - self.wanted)


def find(buckets: Iterable[BucketSeen], key: str) -> Optional[BucketSeen]:
    """The bucket with this name, else with this identifier: the pages show both."""
    found = list(buckets)
    by_name = next((bucket for bucket in found if bucket["name"] == key), None)
    return by_name or next((bucket for bucket in found if bucket["identifier"] == key), None)


def assigned(bucket: BucketSeen, *, jpd_id: Optional[str], name: str) -> int:
    """What the report counts for a JPD: by its name as the page says; a sample on the same page has the id."""
    by_id = bucket["jpds"].get(jpd_id, 0) if jpd_id else 0
    return by_id + (bucket["jpds"].get(name, 0) if name != jpd_id else 0)


def assignment(bucket: BucketSeen, wanted: int, *, jpd_id: Optional[str], name: str) -> Assignment:
    """What this JPD has and lacks of the bucket."""
    return Assignment(bucket["name"], assigned(bucket, jpd_id=jpd_id, name=name), wanted)

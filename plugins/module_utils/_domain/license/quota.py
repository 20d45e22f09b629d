# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Whether the buckets have the licences that a run needs, told before the first change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Collection, Dict, Iterable, List, Mapping, Sequence

from ..observed import BucketSeen
from .assignment import find


@dataclass(frozen=True)
class Wish:
    """What one Edge lacks of a bucket."""

    edge: str
    bucket: str
    missing: int


@dataclass(frozen=True)
class Shortage:
    """Why an Edge would get no licence, and what to do about it."""

    reason: str
    remedy: str


def shortages(wishes: Iterable[Wish], buckets: Sequence[BucketSeen], *, names: Collection[str]) -> Dict[str, Shortage]:
    """The Edges that would not get their licences, in the order in which they are served.

    ``names`` are the names and ids of the JPDs that there are: what a bucket counts for others is leaked.
    """
    by_bucket: Dict[str, List[Wish]] = {}
    for wish in wishes:
        if wish.missing:
            by_bucket.setdefault(wish.bucket, []).append(wish)
    found: Dict[str, Shortage] = {}
    for key, of_bucket in by_bucket.items():
        bucket = find(buckets, key)
        if bucket is not None:
            found.update(_of_bucket(bucket, of_bucket, names))
    return found


def leaks(bucket: BucketSeen, names: Collection[str]) -> Mapping[str, int]:
    """Licences that the bucket counts for deployments that are not registered any more."""
    return {name: count for name, count in bucket["jpds"].items() if name not in names and count}


def _of_bucket(bucket: BucketSeen, wishes: Sequence[Wish], names: Collection[str]) -> Dict[str, Shortage]:
    left = bucket["available"]
    needed = sum(wish.missing for wish in wishes)
    short: Dict[str, Shortage] = {}
    for wish in wishes:
        if wish.missing <= left:
            left -= wish.missing
            continue
        short[wish.edge] = Shortage(
            f"this run needs {_licenses(needed)} of the bucket '{bucket['name']}', and "
            f"{bucket['available'] or 'none'} of its {bucket['size']} {_are(bucket['available'])} free; "
            f"{_lacks(wish.missing, left)}",
            _remedy(bucket, names),
        )
    return short


def _remedy(bucket: BucketSeen, names: Collection[str]) -> str:
    """What could be freed, by name: acquired keys that nobody may use, and JPDs that are gone."""
    parts = []
    if bucket["unknown_uses"]:
        parts.append(
            f"release what was acquired and is not in use ({_listed(bucket['unknown_uses'])}) with "
            "license_acquisition and state=absent"
        )
    gone = leaks(bucket, names)
    if gone:
        parts.append(f"release what is counted for deployments that are gone ({_listed(gone)})")
    told = "; ".join([*parts, "get a larger bucket, or name another one in edge_license_bucket"])
    return told[0].upper() + told[1:]


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"'{name}': {count}" for name, count in sorted(counts.items()))


def _licenses(count: int) -> str:
    return f"{count} licence" if count == 1 else f"{count} licences"


def _are(count: int) -> str:
    return "is" if count < 2 else "are"


def _lacks(missing: int, left: int) -> str:
    if left <= 0:
        return f"none is left for this Edge, which lacks {missing}"
    return f"{left} {_are(left)} left for this Edge, which lacks {missing}"

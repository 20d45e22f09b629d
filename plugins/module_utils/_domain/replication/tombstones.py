# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What was deleted, when, and where: nothing else is ever deleted on an instance (security-replication.md 7.1)."""

from __future__ import annotations

from typing import Iterable, Mapping, Optional, TypedDict

from .snapshot import Path, Snapshot, blocks


class Tombstone(TypedDict):
    """The run that spread the deletion, and the instance on which it happened, or the run that was restored."""

    run: int
    origin: str


Tombstones = Mapping[str, Mapping[str, Tombstone]]  # by kind and name


def tombstone_of(tombstones: Tombstones, path: Path) -> Optional[Tombstone]:
    """The tombstone of the object that stands at, or above, a path."""
    return tombstones.get(path[0], {}).get(path[1]) if len(path) > 1 else None


def updated(
    tombstones: Tombstones, before: Snapshot, after: Snapshot, *, deleted_by: Mapping[Path, str], run: int
) -> Tombstones:
    """The tombstones after a merge: new ones for what is gone, none for what is there (again)."""
    found = {kind: dict(graves) for kind, graves in tombstones.items()}
    for kind, objects in blocks(before):
        for name in objects.keys() - after.get(kind, {}).keys():
            found.setdefault(kind, {})[name] = Tombstone(run=run, origin=deleted_by[kind, name])
    return {
        kind: kept
        for kind, graves in found.items()
        if (kept := {name: grave for name, grave in graves.items() if name not in after.get(kind, {})})
    }


def still_needed(tombstones: Tombstones, bases: Iterable[Snapshot]) -> Tombstones:
    """Without those of objects that no instance was last seen to hold."""
    known = list(bases)
    found = {
        kind: {name: grave for name, grave in graves.items() if any(name in base.get(kind, {}) for base in known)}
        for kind, graves in tombstones.items()
    }
    return {kind: graves for kind, graves in found.items() if graves}

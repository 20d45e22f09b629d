# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a permission lost together with a repository, which is nobody's edit (security-replication.md 2.7, D9)."""

from __future__ import annotations

from typing import Callable, Iterable, Optional

from .difference import MAP_REMOVE, SET_REMOVE, Change
from .repository_names import Repositories
from .snapshot import PERMISSIONS, REPOS, TARGETS, WILDCARDS


def without_losses(
    changes: Iterable[Change], repositories: Optional[Repositories], elsewhere: Callable[[str], bool]
) -> list[Change]:
    """The changes without those by which a permission names a repository no more that is not there any more.

    Whether a server takes it out of its permissions with the repository, no source says. Whoever means it takes it out
    where the repository is. ``repositories``: those of the instance; None where they are not known, and all changes
    count then. ``elsewhere``: whether another instance has a repository; one that nobody has is missed by nobody.
    """
    if repositories is None:
        return list(changes)

    def is_loss(change: Change) -> bool:
        name = _target(change)
        return name is not None and name not in WILDCARDS and name not in repositories and elsewhere(name)

    return [change for change in changes if not is_loss(change)]


def _target(change: Change) -> Optional[str]:
    """The repository that a permission names no more; None for any other change."""
    if change.path[:1] != (PERMISSIONS,):
        return None
    if change.operation == MAP_REMOVE and len(change.path) == 4 and change.path[2] == TARGETS:
        return str(change.path[3])
    if change.operation == SET_REMOVE and change.path[2:] == (REPOS,):
        return str(change.value)
    return None

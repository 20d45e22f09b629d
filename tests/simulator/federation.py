# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access Federation of one site: its targets, and what it knows: control-plane-api.md 7.

Users, groups, permissions and tokens are names only.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

ENTITIES = ("users", "groups", "permissions", "tokens")
PATTERNS = ("include_patterns", "exclude_patterns")


def no_filters() -> dict[str, list[str]]:
    return {name: [] for name in PATTERNS}


@dataclass
class Target:
    """One target as its source keeps it."""

    name: str
    url: str
    entities: list[str] = field(default_factory=lambda: list(ENTITIES))
    permission_filters: dict[str, list[str]] = field(default_factory=no_filters)
    group_filters: dict[str, list[str]] = field(default_factory=no_filters)
    active: bool = True

    def sends(self, kind: str, name: str) -> bool:
        """Whether something of this kind and name is for this target."""
        filters = {"permissions": self.permission_filters, "groups": self.group_filters}.get(kind, no_filters())
        included = filters["include_patterns"]
        return (
            self.active
            and kind in self.entities
            and (not included or any(re.fullmatch(pattern, name) for pattern in included))
            and not any(re.fullmatch(pattern, name) for pattern in filters["exclude_patterns"])
        )


@dataclass
class Federation:
    """What one site keeps: its targets by name, what it knows, and until when a full broadcast to a target runs."""

    targets: dict[str, Target] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in ENTITIES})
    busy: dict[str, float] = field(default_factory=dict)

    def is_broadcasting(self, name: str) -> bool:
        return time.monotonic() < self.busy.get(name, 0.0)


def in_json(target: Target, *, old_pages: bool) -> dict[str, Any]:
    """A target as an answer shows it; the older pages have other names for the filters (7.1)."""
    filters = {
        "permission_filters": target.permission_filters,
        "group_filters": target.group_filters,
    }
    if old_pages:
        filters = {camel(name): {camel(key): value for key, value in found.items()} for name, found in filters.items()}
    return {"name": target.name, "url": target.url, "entities": target.entities, **filters, "active": target.active}


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)

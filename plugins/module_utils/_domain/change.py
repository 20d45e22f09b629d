# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One managed thing, before and after: what a module decides and what it reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NONE = "none"
CREATE = "create"
UPDATE = "update"
DELETE = "delete"


@dataclass(frozen=True)
class Change:
    """What has to happen, and how the managed facts look before and after."""

    action: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return self.action != NONE

    @property
    def drift(self) -> list[str]:
        """Names of the managed facts that differ, sorted."""
        names = self.before.keys() | self.after.keys()
        return sorted(name for name in names if self.before.get(name) != self.after.get(name))


def reconcile(current: dict[str, Any] | None, wanted: dict[str, Any] | None) -> Change:
    """Compare only what is wanted; a fact that nobody asked for is never drift."""
    if wanted is None:
        return Change(DELETE, before=current) if current is not None else Change(NONE)
    if current is None:
        return Change(CREATE, after=wanted)
    after = {**current, **wanted}
    return Change(NONE if after == current else UPDATE, before=current, after=after)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What people disagreed about: base, each side, who won and why."""

from __future__ import annotations

from typing import Any, Optional, TypedDict

from .snapshot import Path

# In place of an instance: what was agreed before, while an instance was away.
GOLDEN = "golden"


class SideOf(TypedDict):
    """What one side has there; ``deleted``: nothing any more."""

    value: Any
    deleted: bool


class Conflict(TypedDict):
    """``winner``: the side whose value holds, GOLDEN for what was agreed before, None when nothing was decided."""

    path: list[str]
    policy: str  # which option of Policies decided
    base: Any
    sides: dict[str, SideOf]
    winner: Optional[str]
    reason: str


def conflict(
    path: Path, policy: str, *, base: Any, sides: dict[str, SideOf], winner: Optional[str], reason: str
) -> Conflict:
    """One conflict as plain data."""
    return {
        "path": list(path),
        "policy": policy,
        "base": base,
        "sides": sides,
        "winner": winner,
        "reason": reason,
    }


def side_of(value: Any, *, deleted: bool = False) -> SideOf:
    """What a conflict says of one side."""
    return {"value": None if deleted else value, "deleted": deleted}

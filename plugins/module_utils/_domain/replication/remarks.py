# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a plan leaves undone, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypedDict

from .snapshot import Path


class Remark(TypedDict):
    """What is wanted at a path, what is there, and why it stays so. None: nothing."""

    path: list[str]
    wanted: Any
    seen: Any
    reason: str


def remark(path: Path, *, wanted: Any, seen: Any, reason: str) -> Remark:
    """One remark as plain data."""
    return {"path": list(path), "wanted": wanted, "seen": seen, "reason": reason}


@dataclass
class Remarks:
    """The remarks of one instance.

    ``pending``: cannot be done now, and is tried again in each run. ``impossible``: the instance cannot hold it.
    ``protected``: is wanted, and there is an object of that name that is left alone. ``extra``: is only here, and
    stays, since nobody deleted it. ``refused``: a deletion, or a right taken, that was not carried out for safety.
    ``not_compared``: fields, by kind, that this instance or the agreed snapshot does not tell.
    """

    pending: list[Remark] = field(default_factory=list)
    impossible: list[Remark] = field(default_factory=list)
    protected: list[Remark] = field(default_factory=list)
    extra: list[Remark] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    not_compared: dict[str, set[str]] = field(default_factory=dict)

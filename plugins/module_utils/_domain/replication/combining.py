# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What two sides say of one value as one value, where policy wants both (security-replication.md 7.2)."""

from __future__ import annotations

from typing import Any, Iterable, Tuple

from .masks import elements, joined


def combined(mask: str, edits: Iterable[Tuple[str, str]]) -> str:
    """The mask with what each side added, and without what each took away. ``edits``: what each made of which mask."""
    added: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    for text_before, text_after in edits:
        before, after = elements(text_before), elements(text_after)
        added, taken = added | (after - before), taken | (before - after)
    return joined((elements(mask) | added) - taken)


def union(low: Any, high: Any) -> Any:
    """Maps and sets of both; where a scalar differs, that of the higher priority."""
    if isinstance(low, dict) and isinstance(high, dict):
        return {key: union(low.get(key), high[key]) if key in high else low[key] for key in sorted({*low, *high})}
    if isinstance(low, (list, tuple)) and isinstance(high, (list, tuple)):
        return sorted({*low, *high})
    return low if high is None else high

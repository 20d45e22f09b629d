# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How far something is that takes long, in one line."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from .wording import printable

NAMED = 3  # of those that are waited for


def line(
    what: str,
    done: int,
    seconds: float,
    waiting: Sequence[str],
    *,
    total: Optional[int] = None,
    noun: str = "hosts",
    slowest: Optional[Tuple[str, float]] = None,
) -> str:
    """For example: Observe the node: 640 of 1,000 hosts after 92 s; slowest so far: edge-17 (31 s); waiting for …

    ``total`` is left out where nobody knows it. Those who have been waited for longest come first in ``waiting``.
    """
    count = f"{done:,}" if total is None else f"{done:,} of {total:,}"
    parts = [f"{count} {noun} after {seconds:.0f} s"]
    if slowest is not None:
        parts.append(f"slowest so far: {slowest[0]} ({slowest[1]:.0f} s)")
    if waiting:
        parts.append(f"waiting for {len(waiting):,}: {', '.join(waiting[:NAMED])}{', …' * (len(waiting) > NAMED)}")
    return printable(f"{what}: {'; '.join(parts)}")

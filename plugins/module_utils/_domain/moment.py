# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Times as they stand in the ledger and in facts: ISO 8601, UTC, milliseconds, a trailing Z.

Milliseconds, because a supply and the start that imports it may lie in the same second.
"""

from __future__ import annotations

from datetime import datetime, timezone


def stamp(now: datetime) -> str:
    """The text for an aware time."""
    utc = now.astimezone(timezone.utc)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def rfc3339(time: datetime) -> str:
    """The text for an aware time, to the second, as plans and reports have it."""
    return f"{time.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def moment(text: str) -> datetime:
    """The aware time of a text written by ``stamp`` or by the product. Raises ValueError."""
    plain = text[:-1] if text.endswith("Z") else text
    value = datetime.fromisoformat(plain)
    return value if value.tzinfo else value.replace(tzinfo=timezone.utc)


def is_later(left: str | None, right: str | None) -> bool:
    """Whether the left time is known and lies after the right one; an unknown right time is before all others."""
    if left is None:
        return False
    return right is None or moment(left) > moment(right)

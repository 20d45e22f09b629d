# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's time: real time, moved on request, and wrong at single sites on request."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Optional


class Clock:
    """Time as the simulated servers see it. ``skew`` holds the seconds by which one site's clock is ahead."""

    def __init__(self) -> None:
        self._moved = timedelta(0)
        self.skew: dict[str, float] = {}

    def now(self, site: Optional[str] = None) -> datetime:
        """The current time in UTC, at one site when its name is given."""
        skew = self.skew.get(site, 0.0) if site is not None else 0.0
        return datetime.now(timezone.utc) + self._moved + timedelta(seconds=skew)

    def advance(self, seconds: float) -> None:
        """Move every site's time forward."""
        self._moved += timedelta(seconds=seconds)

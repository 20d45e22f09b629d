# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many requests the platform lets through: control-plane-api.md 8."""

from __future__ import annotations

import threading
import time
from typing import Optional

from simulator.switches import Switches


class RateLimit:
    """A second's worth of requests at once, and then one after the other, at the rate of the switch."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._lock = threading.Lock()
        self._left = 0.0
        self._at: Optional[float] = None

    def lets_through(self) -> bool:
        """Whether one more request is within the rate; it is counted then."""
        rate = self._switches.platform_requests_per_second
        if rate <= 0:
            return True
        with self._lock:
            now = time.monotonic()
            gained = rate if self._at is None else (now - self._at) * rate
            self._left, self._at = min(rate, self._left + gained), now
            if self._left < 1:
                return False
            self._left -= 1
            return True

    def headers(self) -> dict[str, str]:
        """What tells when to come again."""
        seconds = self._switches.too_many_requests_retry_after
        return {} if seconds is None else {"Retry-After": str(seconds)}

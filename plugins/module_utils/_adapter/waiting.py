# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Waiting with a limit, and a clock that tests can replace."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Callable, TypeVar

T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Clock:
    """The time of day, a time that never jumps, and a pause."""

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def poll(probe: Callable[[], T], done: Callable[[T], bool], *, seconds: float, pause: float, clock: Clock) -> T:
    """Ask until the answer is good or the time is over; the last answer. It asks once at least."""
    deadline = clock.monotonic() + seconds
    while True:
        answer = probe()
        left = deadline - clock.monotonic()
        if done(answer) or left <= 0:
            return answer
        clock.sleep(min(pause, left))

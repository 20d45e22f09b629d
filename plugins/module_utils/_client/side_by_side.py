# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The same work for many servers at the same time, and word of how far it is when that takes long."""

from __future__ import annotations

import time
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from typing import Callable, Dict, Mapping, Optional, Sequence, TypeVar

T = TypeVar("T")
S = TypeVar("S")
# How many are done, after how many seconds, and the names of those that are being worked on.
Tell = Callable[[int, float, Sequence[str]], None]


@dataclass(frozen=True)
class Progress:
    """``tell`` is called every so many seconds for as long as something is under way."""

    every: float
    tell: Tell


def each(
    pool: Executor, work: Callable[[S], T], servers: Mapping[str, S], progress: Optional[Progress] = None
) -> Dict[str, T]:
    """What the work returns of each server, by its name."""
    begun = time.monotonic()
    futures = {name: pool.submit(work, server) for name, server in servers.items()}
    if progress is not None and progress.every > 0:
        while wait(futures.values(), timeout=progress.every).not_done:
            done, running = _state(futures)
            if running:
                progress.tell(done, time.monotonic() - begun, running)
    return {name: future.result() for name, future in futures.items()}


def _state(futures: Mapping[str, Future[T]]) -> tuple[int, Sequence[str]]:
    """How many are done, and which are under way: in the order in which they were begun."""
    return sum(one.done() for one in futures.values()), [name for name, one in futures.items() if one.running()]

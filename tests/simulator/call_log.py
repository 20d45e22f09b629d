# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was called: a log that tests and people can query."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Optional, overload


@dataclass
class Call:
    """One HTTP call at one site.

    ``write`` is true when it reached a handler that changes something, with credentials that allow it. ``who`` is the
    user, "-" without valid credentials, and "<site> (server)" when another simulated server called.
    ``status`` is what was sent, or would have been: see ``fault``. ``connection`` is the number of the TCP connection
    on which it came, of all since the start.
    """

    site: str
    method: str
    path: str
    query: str
    at: datetime
    user_agent: str = ""
    node: Optional[str] = None
    status: Optional[int] = None
    who: str = "-"
    write: bool = False
    by_client: bool = True
    fault: Optional[str] = None
    connection: int = 0


class CallLog:
    """A list of calls in the order in which their answers were sent."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()

    def find(
        self,
        *,
        site: Optional[str] = None,
        method: Optional[str] = None,
        path: Optional[str] = None,
        by_client: Optional[bool] = None,
    ) -> list[Call]:
        """Calls that match everything given; ``path`` is a prefix."""
        return [
            call
            for call in self
            if (site is None or call.site == site)
            and (method is None or call.method == method)
            and (path is None or call.path.startswith(path))
            and (by_client is None or call.by_client == by_client)
        ]

    @property
    def writes(self) -> list[Call]:
        """Calls that could change something."""
        return [call for call in self if call.write]

    def __iter__(self) -> Iterator[Call]:
        with self._lock:
            return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    @overload
    def __getitem__(self, index: int) -> Call: ...
    @overload
    def __getitem__(self, index: slice) -> list[Call]: ...
    def __getitem__(self, index: Any) -> Any:
        with self._lock:
            return self._calls[index]

    def __repr__(self) -> str:
        return "\n".join(f"{call.site} {call.method} {call.path} {call.status} {call.who}" for call in self)

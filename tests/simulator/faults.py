# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults on request: what a network, a load balancer or a tired server does to a call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Optional

REFUSALS = ("401", "403", "404", "405", "406", "409", "500", "501", "503")  # in the words of the service
# What happens to the answer on its way back, when the work is done.
SPOILT = ("drop_answer", "cut_body", "truncated", "wrong_type")
KINDS = ("refuse", "429", "429_retry_after", "502_html", "login_page", *REFUSALS, "slow", *SPOILT, "hang_up", "restart")


@dataclass
class Fault:
    """``after`` calls that match are let through first; ``times`` None is for ever.

    ``seconds``: a pause, the Retry-After that is sent, how long to refuse, or how long a site without nodes is away.
    """

    kind: str
    site: Optional[str] = None
    method: Optional[str] = None
    path: Optional[str] = None
    times: Optional[int] = 1
    seconds: Optional[float] = None
    after: int = 0
    since: float = field(default_factory=time.monotonic)

    def matches(self, names: set[str], method: str, path: str) -> bool:
        return (
            (self.site is None or self.site in names)
            and (self.method is None or self.method == method)
            and (self.path is None or path.startswith(self.path))
        )


class Faults:
    """The faults that are switched on.

    ``refuse`` acts on the connection, before there is a method or a path: it closes the site's listeners until
    ``clear`` or until ``seconds`` are over, and ignores ``times``. The others act on single calls. Each call counts
    for all faults that still let calls through, up to the first one that takes it.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self.on_change: Callable[[], None] = _nothing

    def add(
        self,
        site: Optional[str] = None,
        method: Optional[str] = None,
        path: Optional[str] = None,
        kind: str = "503",
        times: Optional[int] = 1,
        seconds: Optional[float] = None,
        after: int = 0,
    ) -> None:
        """Switch a fault on. ``site`` may also name one node; ``path`` is a prefix."""
        if kind not in KINDS:
            raise ValueError(f"unknown kind of fault {kind!r}: use one of {', '.join(KINDS)}")
        if kind == "refuse" and (method is not None or path is not None):
            raise ValueError("a refused connection has neither a method nor a path")
        if times is not None and times < 1:
            raise ValueError("a fault happens at least once")
        if after < 0 or (after and kind == "refuse"):
            raise ValueError("a fault comes after some calls, which a refused connection does not know")
        with self._lock:
            self._faults.append(Fault(kind, site, method, path, times, seconds, after))
        self.on_change()

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()
        self.on_change()

    def refuses(self, names: set[str]) -> bool:
        """Whether connections to a listener with these names are refused now."""
        with self._lock:
            refusing = [fault for fault in self._faults if fault.kind == "refuse" and _lasts(fault)]
        return any(fault.matches(names, "", "") for fault in refusing)

    def take(self, names: set[str], method: str, path: str) -> Optional[Fault]:
        """The fault for this call, counted as used."""
        with self._lock:
            for fault in self._faults:
                if fault.kind != "refuse" and fault.times != 0 and fault.matches(names, method, path):
                    if fault.after:
                        fault.after -= 1
                        continue
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None

    @property
    def active(self) -> list[Fault]:
        """The faults that are still to come."""
        with self._lock:
            return [fault for fault in self._faults if (_lasts(fault) if fault.kind == "refuse" else fault.times != 0)]


def _nothing() -> None:
    """Before a simulator listens to changes."""


def _lasts(fault: Fault) -> bool:
    return fault.seconds is None or time.monotonic() < fault.since + fault.seconds

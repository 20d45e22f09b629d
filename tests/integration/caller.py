# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that keeps calling an HA Edge at its base URL, where a load balancer picks a healthy node."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import requests

from simulator.simulator import Simulator

PAUSE = 0.02
TIMEOUT = 10


@dataclass(frozen=True)
class Call:
    """One call: when it began and ended, what it came to, and which nodes were down then."""

    begun: float
    ended: float
    outcome: str
    down: tuple[str, ...] = ()


@dataclass
class Window:
    """From the moment at which the database has another join key until the first node is healthy with it."""

    opened: float | None = None
    closed: float | None = None

    def covers(self, call: Call) -> bool:
        return (
            self.opened is not None
            and self.closed is not None
            and call.ended >= self.opened
            and call.begun <= self.closed
        )


@dataclass
class Caller:
    """Calls in one thread, and looks at the Edge's database and nodes in another."""

    simulator: Simulator
    edge: Any
    calls: list[Call] = field(default_factory=list)
    _window: Window = field(default_factory=Window)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Caller:
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._call, self._watch)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def failures(self) -> list[Call]:
        return [call for call in self.calls if call.outcome != "200"]

    def window(self) -> Window:
        return self._window

    def _call(self) -> None:
        url = f"{self.edge.url}/artifactory/api/system/ping"
        with requests.Session() as session:
            session.trust_env = False
            while not self._stop.wait(PAUSE):
                begun = time.monotonic()
                try:
                    answer = session.get(url, verify=str(self.simulator.ca_path), timeout=TIMEOUT)
                    outcome = str(answer.status_code)
                except requests.RequestException as exc:
                    outcome = type(exc).__name__
                down = tuple(node.name for node in self.edge.nodes if not _is_well(node))
                self.calls.append(Call(begun, time.monotonic(), outcome, down))

    def _watch(self) -> None:
        former = self.edge.database.join_key
        while not self._stop.wait(PAUSE / 4):
            if self._window.opened is None:
                # A look lies between two others, so the change may have been that much earlier.
                if self.edge.database.join_key != former:
                    self._window.opened = time.monotonic() - 0.1
            elif self._window.closed is None and any(_is_well(node) for node in self.edge.nodes):
                self._window.closed = time.monotonic() + 0.1


def _is_well(node: Any) -> bool:
    states = node.service_states
    return bool(states) and set(states.values()) == {"HEALTHY"}

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Time limits that hold whatever the other end does.

The time limit of a socket counts from one piece to the next, so who sends a byte of a TLS handshake or of a header now
and then would hold a run for ever. Here a thread, one for all sessions, shuts the connection when its time is over,
which ends every call that waits for it.
"""

from __future__ import annotations

import contextlib
import functools
import heapq
import itertools
import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
else:
    try:
        from requests.adapters import HTTPAdapter
        from urllib3.connection import HTTPConnection, HTTPSConnection
        from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    except ImportError:  # told by the session
        HTTPAdapter = HTTPConnection = HTTPSConnection = HTTPConnectionPool = HTTPSConnectionPool = object


class _Alarms:
    """Calls that are made at a time, unless somebody does not want them any more."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._unwanted: set[int] = set()
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._thread: Optional[threading.Thread] = None

    def set(self, at: float, ring: Callable[[], None]) -> int:
        with self._changed:
            number = next(self._numbers)
            heapq.heappush(self._due, (at, number, ring))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="hybrid.jfrog deadlines", daemon=True)
                self._thread.start()
            elif self._due[0][1] == number:
                self._changed.notify()
            return number

    def cancel(self, number: int) -> None:
        with self._changed:
            self._unwanted.add(number)

    def _run(self) -> None:
        while True:
            self._next()()

    def _next(self) -> Callable[[], None]:
        """The next call, when its time has come."""
        with self._changed:
            while True:
                while self._due and self._due[0][1] in self._unwanted:
                    self._unwanted.discard(heapq.heappop(self._due)[1])
                left = self._due[0][0] - time.monotonic() if self._due else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._due)[2]
                self._changed.wait(left)


_alarms = _Alarms()


def _forget() -> None:
    """A process that Ansible forks has none of its parent's threads."""
    global _alarms
    _alarms = _Alarms()


os.register_at_fork(after_in_child=_forget)


class TimeIsOver(OSError):
    """All the time that there was for all calls to one server."""


class Deadline:
    """The time limits of one session's connections.

    ``attempt`` limits in seconds how long connecting, and how long an answer up to the end of its header may take.
    ``ends`` is a time of the monotonic clock at which everything ends. ``passed``: a connection was shut for it.
    """

    def __init__(self, attempt: float, ends: Optional[float] = None) -> None:
        self.attempt = attempt
        self.ends = ends
        self.passed = False
        self._lines: set[socket.socket] = set()

    @property
    def is_over(self) -> bool:
        """Whether no time is left for anything."""
        return self.ends is not None and time.monotonic() >= self.ends

    def check(self) -> None:
        """Raises TimeIsOver."""
        if self.is_over:
            raise TimeIsOver

    @contextlib.contextmanager
    def limit(self, seconds: Optional[float] = None) -> Iterator[None]:
        """What is done inside ends within these seconds, by default those of an attempt. Raises socket.timeout."""
        at = time.monotonic() + (self.attempt if seconds is None else seconds)
        alarm = _alarms.set(at if self.ends is None else min(at, self.ends), self._shut)
        self.passed = False
        cause: Optional[Exception] = None
        try:
            yield
        except Exception as exc:
            cause = exc
            if not self.passed:
                raise
        finally:
            _alarms.cancel(alarm)
        if self.passed:  # also what looks as if it had ended well: the end of the connection is the end of a body
            # By this class urllib3 knows time limits; since Python 3.10 it is TimeoutError itself.
            raise socket.timeout("timed out") from cause

    def add(self, sock: socket.socket) -> socket.socket:
        """A second handle for a connection, which stays the same when TLS takes the first one over."""
        line = sock.dup()
        self._lines.add(line)
        if self.passed:  # while it was being made
            self._shut()
        return line

    def remove(self, line: Optional[socket.socket]) -> None:
        """The connection is closed."""
        if line is not None:
            self._lines.discard(line)
            line.close()

    def close(self) -> None:
        """Give all second handles back."""
        for line in list(self._lines):
            self.remove(line)

    def _shut(self) -> None:
        self.passed = True
        for line in list(self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class LimitedAdapter(HTTPAdapter):
    """An adapter whose connections keep to a ``Deadline``."""

    def __init__(self, deadline: Deadline, **options: Any) -> None:
        self._pools = {
            "http": functools.partial(_PlainPool, deadline=deadline),
            "https": functools.partial(_TlsPool, deadline=deadline),
        }
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager


class _Limited:
    """What both kinds of connections have in common; their pool gives them the deadline."""

    deadline: Deadline
    _line: Optional[socket.socket] = None

    def connect(self) -> None:
        with self.deadline.limit():
            super().connect()  # type: ignore[misc]

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        self._line = self.deadline.add(sock)
        return sock

    def getresponse(self, *args: Any, **options: Any) -> Any:
        with self.deadline.limit():
            return super().getresponse(*args, **options)  # type: ignore[misc]

    def close(self) -> None:
        self.deadline.remove(self._line)
        self._line = None
        super().close()  # type: ignore[misc]


class _PlainConnection(_Limited, HTTPConnection):
    pass


class _TlsConnection(_Limited, HTTPSConnection):
    pass


class _LimitedPool:
    """A pool that hands its deadline on."""

    def __init__(self, *args: Any, deadline: Deadline, **options: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **options)

    def _new_conn(self) -> Any:
        made = super()._new_conn()  # type: ignore[misc]
        made.deadline = self._deadline
        return made


class _PlainPool(_LimitedPool, HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(_LimitedPool, HTTPSConnectionPool):
    ConnectionCls = _TlsConnection

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A few kept-alive connections to one instance, and the work that is done over them side by side."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Callable, Dict, Optional, Sequence, Type, TypeVar, cast

from ..session import JFrogSession
from ..side_by_side import Progress, each

T = TypeVar("T")
OpenSession = Callable[[], JFrogSession]
# JFrog's own advice is 4 to 8 parallel calls (security-replication.md 5.8).
PARALLEL = 4


class Lines:
    """Sessions with one instance, one for each thread, opened when it is needed and closed at the end."""

    def __init__(self, open_session: OpenSession, parallel: int = PARALLEL) -> None:
        self._open = open_session
        self._pool = ThreadPoolExecutor(max_workers=max(1, parallel))
        self._own = threading.local()
        self._sessions: list[JFrogSession] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, _kind: Optional[Type[BaseException]], _exc: Optional[BaseException], _trace: Optional[TracebackType]
    ) -> None:
        self._pool.shutdown(wait=True)
        for session in self._sessions:
            session.close()

    def one(self, work: Callable[[JFrogSession], T]) -> T:
        """What the work returns, done over one of the lines."""
        return self._pool.submit(lambda: work(self._session())).result()

    def _session(self) -> JFrogSession:
        """The session of this thread."""
        found: Optional[JFrogSession] = getattr(self._own, "session", None)
        if found is None:
            found = self._own.session = self._open()
            with self._lock:
                self._sessions.append(found)
        return found

    def each(
        self, work: Callable[[JFrogSession, str], T], names: Sequence[str], progress: Optional[Progress] = None
    ) -> Dict[str, T]:
        """What the work returns of each name. The first error ends it: work that has not begun is left.

        Raises that error, when all that was under way has ended.
        """
        errors: list[BaseException] = []

        def guarded(name: str) -> Optional[T]:
            if errors:
                return None
            try:
                return work(self._session(), name)
            except BaseException as exc:
                errors.append(exc)
                return None

        found = each(self._pool, guarded, {name: name for name in names}, progress)
        if errors:
            raise errors[0]
        return cast("Dict[str, T]", found)

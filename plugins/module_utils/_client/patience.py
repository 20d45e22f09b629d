# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""When a call is made again, and after which pause.

A server that answers 429 has not acted, whatever the method was (control-plane-api.md 8), so that call is made again
until it gets through or the time for that is over. All other troubles are tried again a few times, and only where the
same request twice ends in the same state.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urllib3.exceptions import MaxRetryError, ReadTimeoutError, ResponseError
    from urllib3.util.retry import Retry
else:
    try:
        from urllib3.exceptions import MaxRetryError, ReadTimeoutError, ResponseError
        from urllib3.util.retry import Retry
    except ImportError:  # told by the session
        Retry = object

TOO_MANY = 429
NO_SERVICE = (502, 503, 504)  # of a load balancer or a router, perhaps with the work done behind it
BUSY = (TOO_MANY, *NO_SERVICE)


@dataclass(frozen=True)
class Limits:
    """How patient a session is: attempts after the first, pauses in seconds."""

    attempts: int
    attempts_when_busy: int  # of a server that does not say when to come again
    pause_factor: float
    longest_pause: float
    longest_busy: float  # all attempts together, of all calls in a row that got nothing else


class Patience(Retry):
    """The state of one call: what has happened to it so far, in ``history``."""

    limits: Limits
    repeatable: bool
    since: float
    ends: float | None

    @classmethod
    def of(cls, limits: Limits, *, repeatable: bool, since: float, ends: float | None = None) -> Patience:
        """``repeatable``: the same request may be sent twice. ``since``: when the server began to put us off, which may
        be some calls ago; else now. ``ends``: when there is no time left for anything."""
        made = cls(
            total=None, connect=None, read=None, redirect=0, status=None, other=0, raise_on_status=False,
            backoff_factor=0, allowed_methods=None, status_forcelist=BUSY,
        )  # fmt: skip
        made.limits, made.repeatable, made.since, made.ends = limits, repeatable, since, ends
        return made

    def new(self, **changes: Any) -> Patience:
        made = super().new(**changes)
        made.limits, made.repeatable, made.since, made.ends = self.limits, self.repeatable, self.since, self.ends
        return made

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        return status_code == TOO_MANY or (self.repeatable and status_code in NO_SERVICE)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> Patience:
        """Raises what urllib3 takes for the end of all attempts."""
        # A connection that was not made has sent nothing.
        if error is not None and not self.repeatable and not self._is_connection_error(error):
            raise error
        made: Patience = super().increment(method, url, response, error, _pool, _stacktrace)
        if made.is_over(response):
            raise MaxRetryError(_pool, url or "", error or ResponseError("too many error responses")) from error
        return made

    def is_over(self, response: Any) -> bool:
        """Whether the last attempt was the last one."""
        statuses = [past.status for past in self.history]
        silent = sum(isinstance(past.error, ReadTimeoutError) for past in self.history)
        others = sum(status != TOO_MANY for status in statuses)
        pause = self._pause_after(response)
        now = time.monotonic()
        return (
            others > self.limits.attempts
            or silent > 1  # each costs the whole time limit
            or (pause is None and statuses.count(TOO_MANY) > self.limits.attempts_when_busy)
            or (statuses[-1] == TOO_MANY and now + (pause or 0) > self.since + self.limits.longest_busy)
            or (self.ends is not None and now + (pause or 0) >= self.ends)
        )

    def sleep(self, response: Any = None) -> None:
        """What the server asked for and a bit more by chance, so that those who got the same answer do not come back
        together; else longer and longer."""
        pause = self._pause_after(response)
        time.sleep(self._growing_pause() if pause is None else pause * (1.5 - _by_chance() / 2))

    def _pause_after(self, response: Any) -> float | None:
        """The pause that the server asked for, or None; not for longer than a person would wait for a play."""
        wanted = None if response is None else self.get_retry_after(response)
        if not wanted or wanted < 0:
            return None
        return min(wanted, self.limits.longest_pause)

    def _growing_pause(self) -> float:
        """Of 0, 1, 2 and more seconds; none after the first trouble, which a second attempt often mends at once."""
        attempts, factor = len(self.history), self.limits.pause_factor
        busy = bool(self.history) and self.history[-1].status == TOO_MANY
        if attempts <= 1 and not busy:
            return 0.0
        longest = float(min(factor * 2 ** (attempts - 1), self.limits.longest_pause))
        return longest * _by_chance() if busy else longest


def _by_chance() -> float:
    return random.uniform(0.5, 1.0)  # noqa: S311 - nothing here is a secret

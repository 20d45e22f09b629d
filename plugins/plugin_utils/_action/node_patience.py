# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How long a worker waits for a node.

A host that hangs after its connection was made, a frozen file system or a command that never ends would hold the whole
play: Ansible's own limit for a task is off unless somebody sets it, and counts instead of this one when it is set.
"""

from __future__ import annotations

import contextlib
import signal
from typing import Any, Iterator

from ...module_utils._domain.errors import ServiceError


class _TimeIsUp(BaseException):
    """Not an Exception: connection plugins take those for reasons to try again."""


@contextlib.contextmanager
def patience(seconds: float, *, own_limit: bool) -> Iterator[None]:
    """Raises ServiceError when the work inside takes longer. ``own_limit``: the task has a limit of Ansible's."""
    if own_limit or seconds <= 0:
        yield
        return

    def ring(*_: Any) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _TimeIsUp:
        raise ServiceError(
            f"Cannot observe the node: it did not answer within {seconds:g} seconds. See what hangs there, such as a "
            "file system, systemd or the connection, or raise edge_node_timeout."
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

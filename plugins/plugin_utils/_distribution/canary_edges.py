# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the canary asks of an Edge itself: whether the file is there, whole, and if not, what may be the cause."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, Mapping, Optional, Sequence

from ...module_utils._adapter.sessions import Connection
from ...module_utils._adapter.waiting import Clock, poll
from ...module_utils._client.artifactory import Artifactory
from ...module_utils._client.lifecycle import Lifecycle
from ...module_utils._client.problems import scrub
from ...module_utils._client.repositories import Repositories
from ...module_utils._client.session import JFrogSession
from ...module_utils._client.signing_keys import read_trusted_signing_keys
from ...module_utils._domain.distribution.canary import NAME, Canary, Seen
from ...module_utils._domain.distribution.tracker import normal
from ...module_utils._domain.distribution.versions import V2
from ...module_utils._domain.errors import ApiError, EdgeError

# A distribution that is completed may take a moment to show.
ARRIVAL_SECONDS = 10.0
PAUSE_SECONDS = 1.0


@dataclass(frozen=True)
class Look:
    """One Edge that is asked."""

    name: str
    connection: Connection

    def arrival(self, canary: Canary, seen: Seen, *, clock: Clock) -> Seen:
        """Whether the file is there, by its bytes, and what the Edge says of the release bundle."""
        # A site that failed has nothing to wait for; whether it got the file all the same does not matter.
        if seen.site is not None and not seen.site.completed:
            return seen
        try:
            with self.connection.session(read_only=True) as session:
                content = poll(
                    lambda: Repositories(session).fetch(canary.target, canary.file),
                    lambda found: found is not None,
                    seconds=ARRIVAL_SECONDS,
                    pause=PAUSE_SECONDS,
                    clock=clock,
                )
                digest = None if content is None else hashlib.sha256(content).hexdigest()
                return self._received(session, canary, replace(seen, sha256=digest))
        except EdgeError as exc:
            return replace(seen, fetch_error=exc.msg)

    def is_gone(self, canary: Canary) -> Optional[bool]:
        """Whether the file is not there; None when the Edge does not tell."""
        try:
            with self.connection.session(read_only=True) as session:
                return Repositories(session).fetch(canary.target, canary.file) is None
        except EdgeError:
            return None

    def circumstances(self, canary: Canary, seen: Seen) -> Seen:
        """What causes can be seen in: licence, trusted keys, the repository."""
        try:
            with self.connection.session(read_only=True) as session:
                kind = _told(lambda: str(Artifactory(session).license().get("type") or ""))
                keys = _told(lambda: read_trusted_signing_keys(session))
                found = _told(lambda: Repositories(session).repository(canary.target) is not None)
        except EdgeError as exc:
            return replace(seen, fetch_error=seen.fetch_error or exc.msg)
        return replace(seen, license_type=kind, keys=keys, has_repository=found)

    def _received(self, session: JFrogSession, canary: Canary, seen: Seen) -> Seen:
        if canary.form != V2:
            return seen
        told: Optional[Mapping[str, Any]] = _told(lambda: Lifecycle(session).received_status(NAME, canary.version))
        if told is None:
            return seen
        listed = told.get("messages")
        texts = [scrub(str(item.get("text") or "")) for item in listed or () if isinstance(item, dict)]
        return replace(seen, received=normal(told["status"]), received_messages=tuple(filter(None, texts)))


def gather(canary: Canary, looks: Sequence[Look], seen: Mapping[str, Seen], *, max_parallel: int) -> Dict[str, Seen]:
    """The circumstances of these Edges, side by side."""
    if not looks:
        return {}
    with ThreadPoolExecutor(max_workers=max(1, min(max_parallel, len(looks)))) as pool:
        found = pool.map(lambda look: look.circumstances(canary, seen[look.name]), looks)
        return {one.name: one for one in found}


def _told(read: Callable[[], Any]) -> Any:
    """What the Edge tells; None when it refuses to. Raises TransportError when it does not answer."""
    try:
        return read()
    except ApiError:
        return None

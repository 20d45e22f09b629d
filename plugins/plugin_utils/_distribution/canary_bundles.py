# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The canary's release bundle in both forms: made once, distributed once, followed, and removed.

A POST is never repeated. After a lost answer, what the platform lists decides whether it was carried out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Collection, List, Optional, Protocol, Sequence, Tuple

from ...module_utils._adapter.waiting import Clock, poll
from ...module_utils._client.distribution import Distribution
from ...module_utils._client.lifecycle import Lifecycle
from ...module_utils._client.problems import scrub
from ...module_utils._client.session import JFrogSession
from ...module_utils._domain.distribution import tracker as trackers
from ...module_utils._domain.distribution.canary import NAME, Canary, rules
from ...module_utils._domain.distribution.tracker import Tracker
from ...module_utils._domain.distribution.versions import V2
from ...module_utils._domain.errors import ApiError, EdgeError, ServiceError, TransportError

# How long a request whose answer was lost may take to show; it is not published.
SETTLE_SECONDS = 15.0
PAUSE_SECONDS = 2.0
# Statuses of a bundle (control-plane-api.md 6.2) after which it is not finished any more.
_BROKEN = ("FAILED", "REJECTED", "DELETING")
# States of a bundle v1 in which it is signed and can be distributed.
_FINISHED = ("COMPLETED", "SIGNED", "STORED", "READY_FOR_DISTRIBUTION")


class Service(Protocol):
    """What both forms have in common; the names are those of the calls."""

    def create(self, canary: Canary) -> None: ...
    def state(self, version: str) -> Optional[Tuple[str, str]]: ...
    def distribute(self, canary: Canary, names: Sequence[str]) -> Any: ...
    def tracker(self, version: str, tracker_id: str) -> Any: ...
    def trackers(self, version: str) -> List[Any]: ...
    def withdraw(self, version: str, names: Sequence[str]) -> None: ...
    def forget(self, version: str) -> None: ...


class ReleaseBundlesV2:
    """Of the Lifecycle service; signed with the named key, or with the platform's default."""

    def __init__(self, session: JFrogSession, key: Optional[str]) -> None:
        self._lifecycle = Lifecycle(session)
        self._key = key

    def create(self, canary: Canary) -> None:
        artifact = {"path": f"{canary.source}/{canary.file}", "sha256": canary.sha256}
        self._lifecycle.create_bundle(NAME, canary.version, [artifact], self._key)

    def state(self, version: str) -> Optional[Tuple[str, str]]:
        found = self._lifecycle.bundle_status(NAME, version)
        if found is None:
            return None
        listed = found.get("messages")
        texts = [str(item.get("text") or "") for item in listed or () if isinstance(item, dict)]
        return trackers.normal(found["status"]), scrub("; ".join(filter(None, texts)))

    def distribute(self, canary: Canary, names: Sequence[str]) -> Any:
        return self._lifecycle.distribute(NAME, canary.version, rules(names), canary.mappings)

    def tracker(self, version: str, tracker_id: str) -> Any:
        return self._lifecycle.tracker(NAME, version, tracker_id)

    def trackers(self, version: str) -> List[Any]:
        return self._lifecycle.list_trackers(NAME, version)

    def withdraw(self, version: str, names: Sequence[str]) -> None:
        self._lifecycle.remote_delete(NAME, version, rules(names))

    def forget(self, version: str) -> None:
        self._lifecycle.delete_record(NAME, version)


class ReleaseBundlesV1:
    """Of the Distribution service; signed with its default key, which it propagates itself."""

    def __init__(self, session: JFrogSession) -> None:
        self._distribution = Distribution(session)

    def create(self, canary: Canary) -> None:
        folder, _slash, file = canary.file.rpartition("/")
        aql = f'items.find({{"repo": "{canary.source}", "path": "{folder}", "name": "{file}"}})'
        self._distribution.create_bundle(NAME, canary.version, aql, canary.mappings)

    def state(self, version: str) -> Optional[Tuple[str, str]]:
        found = self._distribution.bundle(NAME, version)
        return None if found is None else (trackers.normal(found.get("state")), "")

    def distribute(self, canary: Canary, names: Sequence[str]) -> Any:
        return self._distribution.distribute(NAME, canary.version, rules(names))

    def tracker(self, version: str, tracker_id: str) -> Any:
        return self._distribution.tracker(NAME, version, tracker_id)

    def trackers(self, version: str) -> List[Any]:
        return self._distribution.list_trackers(NAME, version)

    def withdraw(self, version: str, names: Sequence[str]) -> None:
        self._distribution.delete_remote(NAME, version, rules(names))

    def forget(self, version: str) -> None:
        self._distribution.delete_bundle(NAME, version)


def service_of(form: str, session: JFrogSession, key: Optional[str]) -> Service:
    """The service for bundles of this form."""
    return ReleaseBundlesV2(session, key) if form == V2 else ReleaseBundlesV1(session)


class Bundles:
    """One form of bundles, with what is done about lost answers and about waiting."""

    def __init__(self, service: Service, *, clock: Clock) -> None:
        self._service = service
        self._clock = clock

    def create(self, canary: Canary, *, seconds: float) -> None:
        """Make the bundle and wait until it is finished. Raises EdgeError."""
        try:
            self._service.create(canary)
        except (ApiError, TransportError) as exc:
            if _is_final(exc) or self._settled(lambda: self._service.state(canary.version)) is None:
                raise
        last = poll(
            lambda: self._service.state(canary.version),
            lambda state: state is not None and state[0] in (*_FINISHED, *_BROKEN),
            seconds=seconds,
            pause=PAUSE_SECONDS,
            clock=self._clock,
        )
        status, said = last or ("not told", "")
        if status not in _FINISHED:
            raise ServiceError(
                f"Cannot create the release bundle {NAME} {canary.version}: its status is {status}"
                + (f' ("{said}")' if said else "")
                + ". See whether the signing key in platform_canary_signing_key is right, and the logs of Artifactory."
            )

    def distribute(self, canary: Canary, names: Sequence[str], *, seconds: float) -> Tracker:
        """Distribute the bundle and follow it to its end, or until the time is over. Raises EdgeError."""
        try:
            begun = _scrubbed(trackers.from_api(self._service.distribute(canary, names)))
        except (ApiError, TransportError) as exc:
            if _is_final(exc):
                raise
            begun = self._settled(lambda: self._last(canary.version))
            if begun is None:
                raise
        if begun is None:
            raise AssertionError("an answer with an id is a tracker")
        return self._follow(canary.version, begun, seconds=seconds)

    def trackers(self, version: str) -> List[Tracker]:
        """All distributions and deletions of the bundle."""
        return list(filter(None, map(_scrubbed, trackers.all_from_api(self._service.trackers(version)))))

    def withdraw(self, version: str, names: Sequence[str], *, seconds: float) -> None:
        """Remove the bundle from these Edges and wait for it. Raises EdgeError when that is not seen to work."""
        known = {tracker.tracker_id for tracker in self.trackers(version)}
        try:
            self._service.withdraw(version, names)
        except (ApiError, TransportError) as exc:
            if _is_final(exc) or not self._settled(lambda: self._others(version, known) or None):
                raise
        last = poll(
            lambda: self.trackers(version),
            lambda seen: all(tracker.over for tracker in seen),
            seconds=seconds,
            pause=PAUSE_SECONDS,
            clock=self._clock,
        )
        new = [tracker for tracker in last if tracker.tracker_id not in known]
        wrong = [tracker.status for tracker in new if tracker.status != trackers.COMPLETED]
        if wrong:
            raise ServiceError(
                f"Cannot remove the release bundle {NAME} {version} from {', '.join(names)}: the removal is {wrong[0]}."
                " Run it again when the Edges are well."
            )

    def forget(self, version: str) -> None:
        """Delete the bundle at the platform."""
        self._service.forget(version)

    def _follow(self, version: str, begun: Tracker, *, seconds: float) -> Tracker:
        def look() -> Tracker:
            seen = _scrubbed(trackers.from_api(self._service.tracker(version, begun.tracker_id)))
            # An id of a list may not be that of a single tracker; then the list is all that there is.
            return seen or self._last(version) or begun

        return poll(look, lambda seen: seen.over, seconds=seconds, pause=PAUSE_SECONDS, clock=self._clock)

    def _others(self, version: str, known: Collection[str]) -> List[Tracker]:
        return [tracker for tracker in self.trackers(version) if tracker.tracker_id not in known]

    def _last(self, version: str) -> Optional[Tracker]:
        found = [tracker for tracker in self.trackers(version) if tracker.kind == trackers.DISTRIBUTE]
        return found[-1] if found else None

    def _settled(self, read: Callable[[], Any]) -> Any:
        """What a request left behind whose answer was lost; None when there is nothing, or nobody tells."""
        try:
            return poll(
                read,
                lambda found: found is not None,
                seconds=SETTLE_SECONDS,
                pause=PAUSE_SECONDS,
                clock=self._clock,
            )
        except (ApiError, TransportError):
            return None


def _scrubbed(tracker: Optional[Tracker]) -> Optional[Tracker]:
    """The tracker with texts that hold no token; what an Edge was asked with may be quoted in them."""
    if tracker is None or tracker.sites is None:
        return tracker
    sites = [
        replace(site, error=scrub(site.error), file_errors=tuple(map(scrub, site.file_errors)))
        for site in tracker.sites
    ]
    return replace(tracker, sites=tuple(sites))


def _is_final(error: EdgeError) -> bool:
    """Whether the platform answered that it did not do it. A conflict is no answer: the version is ours alone."""
    status = error.details.get("http_status")
    return status is not None and 400 <= status < 500 and status != 409

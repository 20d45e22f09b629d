# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distributing release bundles in time, and taking them back: control-plane-api.md 6.3 to 6.6.

Time passes in ``tick``, which the simulator calls about ten times a second. It is the platform's time, so that tests
can advance it.
"""

from __future__ import annotations

import secrets
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Optional

from simulator import delivery
from simulator.release_bundles import COMPLETED, FAILED, STARTED, ReleaseBundle
from simulator.sites import SLOW, STUCK, Edge
from simulator.trackers import DONE, IN_PROGRESS, SiteDelivery, Tracker

if TYPE_CHECKING:
    from simulator.simulator import Simulator

SLOWER = 10
ID_DIGITS = 18


class Deliveries:
    """All trackers of the platform, in the order in which they were made."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._lock = threading.RLock()
        self._trackers: list[Tracker] = []

    def start(
        self,
        kind: str,
        bundle: ReleaseBundle,
        entries: list[dict[str, Any]],
        *,
        by: str,
        rules: list[dict[str, Any]],
        auto_create: bool = False,
        mappings: Optional[list[tuple[str, str]]] = None,
        delete_bundle: bool = False,
    ) -> Tracker:
        """Begin to bring a bundle to JPDs, or to take it away from them. ``entries`` are the JPDs that rules match."""
        with self._lock:
            tracker = Tracker(
                distribution_id=10 ** (ID_DIGITS - 1) + secrets.randbelow(9 * 10 ** (ID_DIGITS - 1)),
                friendly_id=len(self._trackers) + 1,
                kind=kind,
                bundle=bundle,
                by=by,
                started=self._simulator.platform.now(),
                rules=rules,
                sites=[self._site_delivery(entry) for entry in entries if not entry["local"]],
                targets=[entry["name"] for entry in entries],
                auto_create=auto_create,
                mappings=list(mappings or []),
                delete_bundle=delete_bundle,
            )
            self._trackers.append(tracker)
        return tracker

    def of(self, bundle_kind: str, name: Optional[str] = None, version: Optional[str] = None) -> list[Tracker]:
        """The trackers of v1 or of v2 bundles, as far as name and version are given."""
        self.tick()
        with self._lock:
            return [
                one
                for one in self._trackers
                if one.bundle.kind == bundle_kind
                and name in (None, one.bundle.name)
                and version in (None, one.bundle.version)
            ]

    def tick(self) -> None:
        """Let time pass: bundles that are made or deleted in the background, and deliveries."""
        with self._lock:
            self._tick_bundles()
            for tracker in self._trackers:
                if tracker.finished is None:
                    self._advance(tracker)

    def _tick_bundles(self) -> None:
        platform = self._simulator.platform
        for bundle in platform.release_bundles.all:
            if bundle.due is None or platform.now() < bundle.due:
                continue
            bundle.due = None
            if bundle.status == STARTED:
                bundle.status = FAILED if bundle.failure else COMPLETED
            else:
                self.forget(bundle)

    def forget(self, bundle: ReleaseBundle) -> None:
        """Remove a bundle from the platform, with the copies of its files and with its trackers."""
        platform = self._simulator.platform
        with self._lock:
            platform.release_bundles.remove(bundle)
            self._trackers = [one for one in self._trackers if one.bundle is not bundle]
        for one in bundle.files:
            platform.repositories.delete(one.stored.repo, one.stored.path)

    def _site_delivery(self, entry: dict[str, Any]) -> SiteDelivery:
        found = self._simulator.site_at(entry["url"])
        return SiteDelivery(entry["id"], entry["name"], found[0].database.service("jfrt") if found is not None else "")

    def _advance(self, tracker: Tracker) -> None:
        now = self._simulator.platform.now()
        for site in tracker.sites:
            edge = delivery.edge_of(self._simulator, site.jpd_id)
            if not site.over and self._due(tracker, edge, now):
                delivery.finish(self._simulator, tracker, site)
            elif not site.over and now - tracker.started >= self._duration(None) / 4:
                site.status = IN_PROGRESS
        if all(site.over for site in tracker.sites):
            tracker.finished = now
            if tracker.delete_bundle and tracker.status == DONE:
                self.forget(tracker.bundle)

    def _due(self, tracker: Tracker, edge: Optional[Edge], now: datetime) -> bool:
        stuck = edge is not None and edge.delivery == STUCK
        return not stuck and now - tracker.started >= self._duration(edge)

    def _duration(self, edge: Optional[Edge]) -> timedelta:
        factor = SLOWER if edge is not None and edge.delivery == SLOW else 1
        return timedelta(seconds=self._simulator.switches.distribution_duration * factor)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Waits for what the platform finds out about a deployment by and by: its status and its licences.

It polls the deployments in the background; how often is not published (control-plane-api.md 1.4, open question 5).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

from .._client.health import read_health
from .._client.mission_control import MissionControl
from .._domain import deployment as deployments
from .._domain import jpd_status
from .._domain.errors import ApiError, ConflictError, EdgeError, ServiceError
from .._domain.health import unreachable
from .._domain.observed import Health, Jpd
from .sessions import Connection
from .waiting import Clock, poll

PAUSE_SECONDS = 2.0
NOT_FOUND = 404


@dataclass
class Waiting:
    """Reads one deployment again and again. ``edge`` is asked for its own view when the wait was in vain."""

    platform: str
    mission_control: MissionControl
    edge: Connection | None
    clock: Clock
    _read: Mapping[str, Any] = field(default_factory=dict)

    def online(self, jpd: Jpd, *, seconds: float) -> Jpd:
        """The deployment when it is ONLINE. Raises ServiceError when it is not in time, with what is known of why."""
        last = self._until(jpd, lambda seen: seen["status"]["code"] == deployments.ONLINE, seconds)
        if last["status"]["code"] != deployments.ONLINE:
            raise self._not_online(last, seconds)
        return last

    def licensed(self, jpd: Jpd, *, seconds: float) -> Jpd:
        """The deployment when the platform shows a licence of it. Raises ServiceError when it does not in time."""
        last = self._until(jpd, lambda seen: bool(seen["licenses"]), seconds)
        if not last["licenses"]:
            raise ServiceError(
                f"Cannot find a licence of '{last['name']}' ({last['url']}) at the platform {self.platform}: it shows "
                f"none after {seconds:g} seconds. Attach one from a bucket, or install one on the Edge; if it has one, "
                "the platform may take longer to notice, so set wait_timeout higher.",
                jpd=dict(last),
            )
        return last

    def _until(self, jpd: Jpd, done: Callable[[Jpd], bool], seconds: float) -> Jpd:
        seen = [jpd]

        def read() -> Jpd:
            if not done(seen[-1]):
                seen.append(self._get(jpd))
            return seen[-1]

        return poll(read, done, seconds=seconds, pause=PAUSE_SECONDS, clock=self.clock)

    def _get(self, jpd: Jpd) -> Jpd:
        try:
            self._read = self.mission_control.get_jpd(jpd["id"])
        except ApiError as exc:
            if exc.details["http_status"] != NOT_FOUND:
                raise
            raise ConflictError(
                f"Cannot wait for '{jpd['name']}' ({jpd['url']}) at the platform {self.platform}: somebody has removed "
                f"{jpd['id']} meanwhile. Run again, and it is registered again.",
                jpd=dict(jpd),
            ) from exc
        return deployments.from_api(self._read)

    def _not_online(self, last: Jpd, seconds: float) -> ServiceError:
        status, health = last["status"], self._health()
        services = jpd_status.sick_services(self._read)
        said = f' ("{status["message"]}")' if status["message"] else ""
        asked = health["url"] if health is not None else last["url"]
        known, remedy = jpd_status.explain(status["code"], services, health, url=last["url"], asked=asked)
        return ServiceError(
            f"Cannot finish the registration of '{last['name']}' ({last['url']}) at the platform {self.platform}: it "
            f"is {status['code']}{said} after {seconds:g} seconds{'; ' + known if known else ''}. {remedy}",
            jpd=dict(last),
            services=services,
            edge_health=health,
        )

    def _health(self) -> Health | None:
        """What the Edge says of itself, without a token; that it cannot be asked is an answer as well."""
        if self.edge is None:
            return None
        try:
            with self.edge.anonymous().session(read_only=True) as session:
                return read_health(session)
        except EdgeError as exc:
            return unreachable(self.edge.url, exc.msg.rstrip("."))

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Registers, pairs, changes and unregisters one Edge at the platform.

Order of the steps and what an interruption leaves behind: everything is read and decided before the first write. A
pairing token is minted right before the one request that consumes it and exists in no other place. An interrupted run
leaves the JPD registered or not; the next run finds it in the list and goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Callable

from .._client.access import Access
from .._client.mission_control import MissionControl
from .._client.session import JFrogSession
from .._domain import deployment as deployments
from .._domain.change import NONE, UPDATE, Change
from .._domain.deployment import Deployment
from .._domain.errors import ApiError, EdgeError, PairingError, TransportError
from .._domain.observed import Jpd
from .._domain.pairing import NEVER, UNAUTHORIZED, WHEN_BROKEN, check, claims, follows_url, should_pair
from .._domain.trust.trust import PAIRING_TOKEN
from .registration_errors import explain, may_help_to_recreate
from .registration_waiting import Waiting
from .sessions import Connection
from .waiting import Clock, poll

# How long a lost answer may take to become visible in the list, and how long the platform may take to see that a
# pairing works again. Neither time is published (control-plane-api.md 1.4, open question 5).
SETTLE_SECONDS = 15.0
# Before a JPD is deleted because its pairing cannot be healed: what is deleted too early is lost for nothing.
BEFORE_DELETING_SECONDS = 120.0
PAUSE_SECONDS = 2.0


@dataclass(frozen=True, repr=False)
class Wanted:
    """How an Edge is to be registered. Holds a secret, so it has no repr of its fields."""

    deployment: Deployment
    method: str
    join_key: str | None
    repair: str
    adopt_by_name: bool
    recreate_when_unrepairable: bool


class Registrar:
    """Works on the JPD of one Edge. ``hide`` is told every secret the moment it exists."""

    def __init__(
        self,
        platform: JFrogSession,
        edge: Connection | None,
        *,
        read_only: bool,
        hide: Callable[[str], object],
        clock: Clock,
    ) -> None:
        self._platform = platform
        self._mission_control = MissionControl(platform)
        self._edge = edge
        self._read_only = read_only
        self._hide = hide
        self._clock = clock
        self._waiting = Waiting(platform.url, self._mission_control, edge, clock)
        self._ahead = timedelta()  # the platform's clock minus ours

    def find(self, wanted: Deployment, *, adopt_by_name: bool = False) -> Jpd | None:
        """The JPD of this Edge, of a list that is read now. Raises ConflictError when it is not clear which it is."""
        jpds = self._list()
        return deployments.match(jpds, wanted, adopt_by_name=adopt_by_name)

    def find_by_name(self, name: str) -> Jpd | None:
        """The JPD with this name. Raises ConflictError for the home deployment or a name that several have."""
        jpds = self._list()
        url = next((jpd["url"] for jpd in jpds if jpd["name"] == name), None)
        return None if url is None else deployments.match(jpds, Deployment(name, url, {}))

    @staticmethod
    def decide(current: Jpd | None, wanted: Wanted) -> Change:
        """What has to happen; ``pairing`` is a managed fact of a JPD that is there when it is to be paired again."""
        change = deployments.change(current, wanted.deployment)
        if current is None or not should_pair(current["status"]["code"], wanted.repair):
            return change
        before = "broken" if current["status"]["code"] == UNAUTHORIZED else "established"
        after = "established" if before == "broken" else "renewed"
        return Change(UPDATE, {**change.before, "pairing": before}, {**change.after, "pairing": after})

    def apply(self, current: Jpd | None, wanted: Wanted) -> Jpd:
        """Carry out what ``decide`` said; the JPD as it is then."""
        if current is None:
            return self._register(wanted)
        if not should_pair(current["status"]["code"], wanted.repair):
            current = self._update(current, wanted, self._token_for_new_url(current, wanted))
            # Under a wrong URL a JPD is OFFLINE; that its pairing is broken as well shows when the URL is right again.
            if not should_pair(current["status"]["code"], wanted.repair):
                return current
        return self._pair_again(current, wanted)

    def unregister(self, current: Jpd) -> None:
        """Remove the JPD; one that is gone already is fine."""
        self._mission_control.delete_jpd(current["id"])

    def wait_online(self, jpd: Jpd, *, seconds: float) -> Jpd:
        """The deployment when the platform shows it as ONLINE. Raises ServiceError when it does not in time."""
        return self._waiting.online(jpd, seconds=seconds)

    def wait_licensed(self, jpd: Jpd, *, seconds: float) -> Jpd:
        """The deployment when the platform shows a licence of it. Raises ServiceError when it does not in time."""
        return self._waiting.licensed(jpd, seconds=seconds)

    def _token_for_new_url(self, current: Jpd, wanted: Wanted) -> str | None:
        """A pairing token for an Edge that gets another URL. It goes with the PUT that changes the URL, so that there
        is no time between in which the Edge has its new URL and no pairing."""
        paired = wanted.method == PAIRING_TOKEN and follows_url(current["url"], wanted.deployment.url, wanted.repair)
        return self._credential(wanted) if paired else None

    def _register(self, wanted: Wanted) -> Jpd:
        return self._add(wanted, self._credential(wanted))

    def _add(self, wanted: Wanted, token: str | None) -> Jpd:
        try:
            return deployments.from_api(self._mission_control.create_jpd(wanted.deployment.to_api(token)))
        except (ApiError, TransportError) as exc:
            found = self._after_doubt(exc, wanted)
            if found is None:
                raise self._explained(exc, wanted, "register") from exc
        # Somebody else's registration of the same Edge may have won; what it got differently is put right.
        return self._update(found, wanted)

    def _after_doubt(self, exc: EdgeError, wanted: Wanted) -> Jpd | None:
        """The JPD that a failed POST left behind all the same; no second token is minted before this is known."""
        status = exc.details.get("http_status")
        if status in (401, 403, 429):
            return None
        # A refusal is final when it arrives. A lost answer says nothing, and the platform may still be at work.
        seconds = SETTLE_SECONDS if status is None or status >= 500 else 0.0
        try:
            return poll(
                lambda: self.find(wanted.deployment, adopt_by_name=wanted.adopt_by_name),
                lambda jpd: jpd is not None,
                seconds=seconds,
                pause=PAUSE_SECONDS,
                clock=self._clock,
            )
        except (ApiError, TransportError):
            # The first error says more than that the platform still does not answer.
            return None

    def _update(self, current: Jpd, wanted: Wanted, token: str | None = None) -> Jpd:
        deployment = wanted.deployment
        if token is None and deployments.change(current, deployment).action == NONE:
            return current
        try:
            self._mission_control.update_jpd(current["id"], deployment.to_api(token, current=current))
        except (ApiError, TransportError) as exc:
            # Only the answer may have been lost. A refusal of a token is final: a JPD that looks well was well before.
            now = None if token is not None and _is_refusal(exc) else self._seen(current["id"])
            repair = NEVER if token is None else WHEN_BROKEN
            if now is None or self.decide(now, replace(wanted, repair=repair)).changed:
                raise self._explained(exc, wanted, "update") from exc
            return now
        return self._get(current["id"])

    def _pair_again(self, current: Jpd, wanted: Wanted) -> Jpd:
        """Heal the pairing in place. That PUT does it is plausible, not confirmed (control-plane-api.md 1.6)."""
        token = self._credential(wanted)
        if token is None:
            raise PairingError(
                f"Cannot pair the Edge '{wanted.deployment.name}' ({wanted.deployment.url}) again: there is no "
                f"credential for the trust method {wanted.method}. Give the Edge's join key in join_key."
            )
        try:
            updated = self._update(current, wanted, token)
        except ApiError as exc:
            if not wanted.recreate_when_unrepairable or not may_help_to_recreate(exc):
                raise
            updated = current
        else:
            seconds = BEFORE_DELETING_SECONDS if wanted.recreate_when_unrepairable else SETTLE_SECONDS
            updated = self._wait_authorized(updated, seconds)
        if updated["status"]["code"] != UNAUTHORIZED:
            return updated
        if not wanted.recreate_when_unrepairable:
            raise PairingError(
                f"Cannot pair the Edge '{wanted.deployment.name}' ({wanted.deployment.url}) again: the platform "
                f"{self._platform.url} accepted a new credential for {current['id']} and still shows UNAUTHORIZED. "
                "It may only look late, so run again in some minutes. If it stays so, set recreate_when_unrepairable "
                "to true to delete and register it again; that changes its id, and licences and federation entries of "
                "the old one are lost.",
                jpd=dict(updated),
            )
        # A credential first, because without one the JPD would be gone for nothing. Then it is deleted, because name
        # and URL can be registered once. Interrupted here, the next run registers it.
        token = self._credential(wanted)
        self._mission_control.delete_jpd(current["id"])
        return self._add(wanted, token)

    def _wait_authorized(self, jpd: Jpd, seconds: float) -> Jpd:
        if jpd["status"]["code"] != UNAUTHORIZED:
            return jpd
        return poll(
            lambda: self._get(jpd["id"]),
            lambda seen: seen["status"]["code"] != UNAUTHORIZED,
            seconds=seconds,
            pause=PAUSE_SECONDS,
            clock=self._clock,
        )

    def _credential(self, wanted: Wanted) -> str | None:
        """What proves to the platform that the Edge is ours; a pairing token is minted now, so use it next."""
        if wanted.method != PAIRING_TOKEN:
            return wanted.join_key
        if self._edge is None:
            raise AssertionError("an Edge is paired without a connection to it")
        with self._edge.session(read_only=self._read_only) as session:
            token = Access(session).create_pairing_token()
        self._hide(token)
        check(claims(token), edge_url=wanted.deployment.url, now=self._clock.now() + self._ahead)
        return token

    def _list(self) -> list[Jpd]:
        jpds = [deployments.from_api(item) for item in self._mission_control.list_jpds()]
        if self._platform.server_time is not None:
            self._ahead = self._platform.server_time - self._clock.now()
        return jpds

    def _get(self, jpd_id: str) -> Jpd:
        return deployments.from_api(self._mission_control.get_jpd(jpd_id))

    def _seen(self, jpd_id: str) -> Jpd | None:
        try:
            return self._get(jpd_id)
        except (ApiError, TransportError):
            return None

    def _explained(self, exc: EdgeError, wanted: Wanted, verb: str) -> EdgeError:
        return explain(
            exc,
            name=wanted.deployment.name,
            url=wanted.deployment.url,
            platform=self._platform.url,
            method=wanted.method,
            verb=verb,
        )


def _is_refusal(exc: EdgeError) -> bool:
    """Whether the platform answered that it did not do it."""
    return 400 <= (exc.details.get("http_status") or 0) < 500

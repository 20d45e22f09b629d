# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Licences of a bucket for one JPD: attached as far as they are missing, and released.

Neither call can be repeated on a guess: attaching adds each time, and only the bucket's report tells what was done
(control-plane-api.md 1.8, Traps 22).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, List, Optional

from .._client.license_buckets import LicenseBuckets
from .._client.mission_control import MissionControl
from .._client.session import JFrogSession
from .._domain import deployment as deployments
from .._domain.change import CREATE, DELETE, NONE, UPDATE, Change
from .._domain.deployment import OFFLINE, ONLINE, PARTIAL
from .._domain.errors import ApiError, ConflictError, EdgeError, ServiceError, TransportError
from .._domain.license.assignment import Assignment, assignment
from .._domain.license.quota import Wish, shortages
from .._domain.observed import BucketSeen, Jpd
from .waiting import Clock, poll

# How long a lost answer may take to show in the report; not published, as for JPDs.
SETTLE_SECONDS = 15.0
PAUSE_SECONDS = 2.0
_REFUSED_TO_ATTACH = "cannot deploy licenses"
_NOT_OFFLINE = "must be offline"
_REACHABLE = (ONLINE, PARTIAL)


@dataclass(frozen=True)
class Holder:
    """For whom: a JPD by its name, by its id when that is known although it is not registered any more."""

    name: str
    jpd_id: Optional[str] = None


@dataclass(frozen=True)
class Situation:
    """What was read. ``jpd`` None: it is not registered. ``bucket`` None: there is none of that name."""

    jpd: Optional[Jpd]
    bucket: Optional[BucketSeen]
    jpds: List[Jpd]

    def assignment(self, holder: Holder, wanted: int, bucket_name: str) -> Assignment:
        """What the holder has of the bucket, nothing when there is no bucket yet."""
        if self.bucket is None:
            return Assignment(bucket_name, 0, wanted)
        jpd_id = self.jpd["id"] if self.jpd is not None else holder.jpd_id
        return assignment(self.bucket, wanted, jpd_id=jpd_id, name=holder.name)


class Licensing:
    """The licences of one bucket and one JPD."""

    def __init__(self, platform: JFrogSession, bucket: str, holder: Holder, *, clock: Clock) -> None:
        self._platform = platform
        self._mission_control = MissionControl(platform)
        self._buckets = LicenseBuckets(platform)
        self._bucket = bucket
        self._holder = holder
        self._clock = clock

    def read(self) -> Situation:
        """The JPD and the bucket with its report. Raises ConflictError for the home deployment."""
        jpds = [deployments.from_api(item) for item in self._mission_control.list_jpds()]
        found = [jpd for jpd in jpds if jpd["name"] == self._holder.name]
        if len(found) > 1 or any(jpd["local"] for jpd in found):
            what = "is the platform itself" if found[0]["local"] else f"is the name of {len(found)} JPDs"
            raise ConflictError(
                f"Cannot work on the licences of the Edge '{self._holder.name}': this {what}. Correct name.",
                jpds=[jpd["id"] for jpd in found],
            )
        return Situation(found[0] if found else None, self._buckets.find(self._bucket), jpds)

    @staticmethod
    def decide(has: Assignment) -> Change:
        """What attaching would change. A surplus stays: nothing takes it back from a live server."""
        before, after = {"licenses": has.assigned}, {"licenses": max(has.assigned, has.wanted)}
        if not has.missing:
            return Change(NONE, before=before, after=before)
        return Change(UPDATE if has.assigned else CREATE, before=before, after=after)

    @staticmethod
    def decide_release(has: Assignment) -> Change:
        """What releasing would change."""
        if not has.assigned:
            return Change(NONE)
        return Change(DELETE, before={"licenses": has.assigned}, after={"licenses": 0})

    def check(self, seen: Situation, has: Assignment) -> tuple[Jpd, BucketSeen]:
        """What attaching needs. Raises EdgeError before anything is written."""
        if seen.bucket is None:
            raise ConflictError(
                f"Cannot attach licences to the Edge '{self._holder.name}': the platform {self._platform.url} has no "
                f"licence bucket '{self._bucket}'. Add it with license_bucket, or correct bucket."
            )
        if seen.jpd is None:
            raise ConflictError(
                f"Cannot attach licences to the Edge '{self._holder.name}': it is not registered at the platform "
                f"{self._platform.url}. Register it with jpd first."
            )
        names = {name for jpd in seen.jpds for name in (jpd["id"], jpd["name"])}
        wish = Wish(self._holder.name, has.bucket, has.missing)
        short = shortages([wish], [seen.bucket], names=names).get(wish.edge)
        if short is not None:
            raise ConflictError(
                f"Cannot attach licences to the Edge '{self._holder.name}': {short.reason}. {short.remedy}.",
                bucket=dict(seen.bucket),
            )
        return seen.jpd, seen.bucket

    def attach(self, jpd: Jpd, has: Assignment, *, seconds: float) -> BucketSeen:
        """Attach what is missing, with one attempt; the bucket then. Raises EdgeError."""
        jpd = self._wait_for(jpd, _REACHABLE, seconds=seconds)
        if jpd["status"]["code"] not in _REACHABLE:
            raise ServiceError(
                f"Cannot attach licences to the Edge '{jpd['name']}': the platform {self._platform.url} shows it as "
                f"{_status(jpd)}. Make it reachable, or pair it again with jpd, and run again.",
                jpd=dict(jpd),
            )
        try:
            self._buckets.deploy(has.bucket, jpd["id"], has.missing)
        except (ApiError, TransportError) as exc:
            now = self._settle(exc, lambda bucket: self._has(bucket, jpd) >= has.wanted)
            if now is None or self._has(now, jpd) < has.wanted:
                raise self._not_attached(exc, jpd, has, now) from exc
            return now
        return self._require_bucket()

    def wait_licensed(self, jpd: Jpd, *, seconds: float) -> Jpd:
        """Wait until the platform shows the licence on the Edge: it fills the list late (control-plane-api.md 1.4)."""
        last = poll(lambda: self._get(jpd["id"]), _is_licensed, seconds=seconds, pause=PAUSE_SECONDS, clock=self._clock)
        if not _is_licensed(last):
            raise ServiceError(
                f"Cannot see the licence of the Edge '{last['name']}' at the platform {self._platform.url}: the bucket "
                f"'{self._bucket}' counts it for {last['id']}, and the JPD shows "
                f"{'none that is valid' if last['licenses'] else 'none'} after {seconds:g} seconds. Run again when the "
                "Edge is well. If it stays so, an earlier registration has it: take the Edge offline, release it with "
                "state=absent, start it, and run again.",
                jpd=dict(last),
            )
        return last

    def release(self, jpd: Optional[Jpd], has: Assignment, *, seconds: float) -> None:
        """Give back all that the holder has. Raises EdgeError, with the order to go by when the Edge is not offline."""
        jpd_id = jpd["id"] if jpd is not None else self._holder.jpd_id
        if jpd_id is None:
            raise ConflictError(
                f"Cannot release the licences of the Edge '{self._holder.name}': the bucket '{has.bucket}' counts "
                f"{has.assigned} for this name, and no JPD has it. The platform releases by id: give the id that it "
                "had in jpd_id.",
            )
        if jpd is not None:
            jpd = self._wait_for(jpd, (OFFLINE,), seconds=seconds)
            if jpd["status"]["code"] != OFFLINE:
                raise self._not_offline(jpd)
        # "Releases a license", says the page, and not whether one or all; the report tells.
        left = has.assigned
        while left > 0:
            now = self._release_once(jpd, jpd_id, has, left)
            if now >= left:
                raise ConflictError(
                    f"Cannot release the licences of the Edge '{self._holder.name}': the platform {self._platform.url} "
                    f"says that it did, and its report still counts {now} of '{has.bucket}'. See it in the web page.",
                )
            left = now

    def _release_once(self, jpd: Optional[Jpd], jpd_id: str, has: Assignment, before: int) -> int:
        """How many the holder has after one call."""
        try:
            self._buckets.release(has.bucket, jpd_id)
        except (ApiError, TransportError) as exc:
            said = _said(exc)
            if _NOT_OFFLINE in said and jpd is not None:
                raise self._not_offline(jpd) from exc
            now = self._settle(exc, lambda bucket: self._counted(bucket, jpd_id) < before)
            left = before if now is None else self._counted(now, jpd_id)
            if left >= before:
                raise self._not_released(exc, has) from exc
            return left
        return self._counted(self._require_bucket(), jpd_id)

    def _settle(self, exc: EdgeError, done: Callable[[BucketSeen], bool]) -> Optional[BucketSeen]:
        """What the report says after an unclear answer; None when it cannot be read."""
        status = exc.details.get("http_status")
        if status in (401, 403, 429):
            return None
        refused = status is not None and (status < 500 or _REFUSED_TO_ATTACH in _said(exc))
        try:
            return poll(
                self._require_bucket,
                done,
                seconds=0.0 if refused else SETTLE_SECONDS,
                pause=PAUSE_SECONDS,
                clock=self._clock,
            )
        except EdgeError:
            # The first error says more than that the platform still does not answer.
            return None

    def _wait_for(self, jpd: Jpd, codes: tuple[str, ...], *, seconds: float) -> Jpd:
        """The platform polls its JPDs, so what has just started or stopped is seen late."""
        seen = [jpd]

        def read() -> Jpd:
            if seen[-1]["status"]["code"] not in codes:
                seen.append(self._get(jpd["id"]))
            return seen[-1]

        return poll(
            read, lambda now: now["status"]["code"] in codes, seconds=seconds, pause=PAUSE_SECONDS, clock=self._clock
        )

    def _require_bucket(self) -> BucketSeen:
        bucket = self._buckets.find(self._bucket)
        if bucket is None:
            raise ConflictError(
                f"Cannot read the licence bucket '{self._bucket}': somebody has deleted it. Add it again."
            )
        return bucket

    def _has(self, bucket: BucketSeen, jpd: Jpd) -> int:
        return assignment(bucket, 0, jpd_id=jpd["id"], name=jpd["name"]).assigned

    def _counted(self, bucket: BucketSeen, jpd_id: str) -> int:
        return assignment(bucket, 0, jpd_id=jpd_id, name=self._holder.name).assigned

    def _get(self, jpd_id: str) -> Jpd:
        return deployments.from_api(self._mission_control.get_jpd(jpd_id))

    def _not_attached(self, exc: EdgeError, jpd: Jpd, has: Assignment, now: Optional[BucketSeen]) -> EdgeError:
        if now is None:
            remedy = "What the bucket counts could not be read, so run again before anything else: it looks first"
        elif self._has(now, jpd) > has.assigned:
            remedy = f"It has {self._has(now, jpd)} of {has.wanted} now; run again for the rest"
        elif _REFUSED_TO_ATTACH in _said(exc):
            remedy = (
                f"{now['available']} of the bucket's {now['size']} are free. The Edge may have refused it: see its "
                "health, and whether the platform reaches it"
            )
        else:
            remedy = "Nothing was attached. See the answer, and run again"
        return _explained(exc, f"attach licences of '{has.bucket}' to the Edge '{jpd['name']}' ({jpd['id']})", remedy)

    def _not_released(self, exc: EdgeError, has: Assignment) -> EdgeError:
        return _explained(
            exc,
            f"release the licences of '{has.bucket}' from the Edge '{self._holder.name}'",
            "The report still counts them. See the answer, and run again",
        )

    def _not_offline(self, jpd: Jpd) -> ConflictError:
        return ConflictError(
            f"Cannot release the licences of the Edge '{jpd['name']}': the platform {self._platform.url} shows "
            f"{jpd['id']} as {_status(jpd)}, and it releases only from a JPD that is OFFLINE. Stop the Edge on all its "
            "nodes, release its licences then, and unregister it last.",
            jpd=dict(jpd),
        )


def _is_licensed(jpd: Jpd) -> bool:
    return any(not license.get("expired") for license in jpd["licenses"])


def _status(jpd: Jpd) -> str:
    status = jpd["status"]
    return f'{status["code"]} ("{status["message"]}")' if status["message"] else status["code"]


def _said(exc: EdgeError) -> str:
    return "; ".join(exc.details.get("api_errors") or ()).lower()


def _explained(exc: EdgeError, what: str, remedy: str) -> EdgeError:
    """The same error with what it means for the licences, as far as the platform answered about them."""
    status = exc.details.get("http_status")
    if status in (401, 403, 429):
        return exc
    said = "; ".join(exc.details.get("api_errors") or ())
    happened = exc.details.get("reason") or f"it answered {status}" + (f' ("{said}")' if said else "")
    return type(exc)(f"Cannot {what}: {happened}. {remedy}.", **exc.details)

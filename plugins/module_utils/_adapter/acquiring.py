# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Licence keys that are taken out of a bucket for an Edge that the platform does not know, and kept in a file.

Acquiring gives other keys each time, and shows each key once (control-plane-api.md 1.8). So a file is made sure of
first, what the bucket counts under the label decides, and keys that were acquired and are in no file are told, never
replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from .._client.license_buckets import LicenseBuckets
from .._client.session import JFrogSession
from .._domain.change import CREATE, DELETE, NONE, UPDATE, Change
from .._domain.errors import ApiError, ConflictError, EdgeError, TransportError
from .._domain.license.keys import LicenseKey, check
from .._domain.license.quota import Wish, shortages
from .._domain.observed import BucketSeen
from .licensing import PAUSE_SECONDS, SETTLE_SECONDS
from .secret_file import SecretFile
from .waiting import Clock, poll


@dataclass(frozen=True)
class Stock:
    """What was read: the keys in the file, and what the bucket counts under the label."""

    keys: Tuple[LicenseKey, ...]
    counted: int
    bucket: BucketSeen
    private: bool = True


class Acquisition:
    """The keys of one label. ``hide`` is told every key the moment it is known."""

    def __init__(
        self,
        platform: JFrogSession,
        file: SecretFile,
        *,
        bucket: str,
        label: str,
        hide: Callable[[str], object],
        clock: Clock,
    ) -> None:
        self._platform = platform
        self._buckets = LicenseBuckets(platform)
        self._file = file
        self._bucket = bucket
        self._label = label
        self._hide = hide
        self._clock = clock

    def read(self) -> Stock:
        """What there is. Raises EdgeError for a bucket that is not there, and for a file that holds something else."""
        text = self._file.read()
        keys = tuple(self._checked(line) for line in (text or "").splitlines() if line.strip())
        bucket = self._read_bucket()
        counted = bucket["unknown_uses"].get(self._label, 0)
        return Stock(keys, counted, bucket, text is None or self._file.is_private)

    def decide(self, stock: Stock, count: int) -> Change:
        """What acquiring would change. Raises ConflictError for keys that were lost, or licences that are not free."""
        self._refuse_lost(stock)
        missing = max(0, count - len(stock.keys))
        if missing:
            self._refuse_shortage(stock, missing)
        before = self._facts(len(stock.keys), private=stock.private)
        after = self._facts(max(count, len(stock.keys)), private=True)
        if before == after:
            return Change(NONE, before=before, after=after)
        return Change(UPDATE if stock.keys else CREATE, before=before, after=after)

    def acquire(self, stock: Stock, count: int) -> None:
        """Acquire what is missing, with one attempt, and write it down at once. Raises EdgeError."""
        missing = count - len(stock.keys)
        if missing <= 0:
            self._file.make_private()
            return
        self._file.reserve()
        try:
            try:
                keys = [self._checked(key) for key in self._buckets.acquire(stock.bucket["name"], self._label, missing)]
            except (ApiError, TransportError) as exc:
                raise self._not_acquired(exc, stock) from exc
            try:
                self._file.write(_text([*stock.keys, *keys]))
            except EdgeError as exc:
                raise self._lost(len(keys), exc.msg.rstrip(".")) from exc
        finally:
            self._file.release()

    def decide_release(self, stock: Stock) -> Change:
        """What releasing would change: the bucket gets back what it counts, and the file goes."""
        if not stock.counted and not stock.keys:
            return Change(NONE)
        before = {"licenses": stock.counted, "keys_in_file": len(stock.keys)}
        return Change(DELETE, before=before, after={"licenses": 0, "keys_in_file": 0})

    def release(self, stock: Stock) -> None:
        """Give everything under the label back, and only then remove the file, so that a broken run can be repeated."""
        left = stock.counted
        while left > 0:
            now = self._release_once(stock.bucket["name"], left)
            if now >= left:
                raise ConflictError(
                    f"Cannot release the licences of '{self._label}': the platform {self._platform.url} says that it "
                    f"did, and its report still counts {now} of '{self._bucket}'. See it in the web page."
                )
            left = now
        self._file.remove()

    def _release_once(self, bucket: str, before: int) -> int:
        try:
            self._buckets.release(bucket, self._label)
        except (ApiError, TransportError) as exc:
            left = self._settled(exc, lambda now: now < before)
            if left is None or left >= before:
                raise
            return left
        return self._counted()

    def _settled(self, exc: EdgeError, done: Callable[[int], bool]) -> Optional[int]:
        """What the bucket counts after an unclear answer; None when it cannot be read."""
        status = exc.details.get("http_status")
        if status in (401, 403, 429):
            return None
        refused = status is not None and status < 500
        try:
            return poll(
                self._counted,
                done,
                seconds=0.0 if refused else SETTLE_SECONDS,
                pause=PAUSE_SECONDS,
                clock=self._clock,
            )
        except EdgeError:
            return None

    def _not_acquired(self, exc: EdgeError, stock: Stock) -> EdgeError:
        """Whether keys were given out although no answer brought them."""
        now = self._settled(exc, lambda counted: counted > stock.counted)
        if now is not None and now > stock.counted:
            reason = exc.details.get("reason") or f"it answered {exc.details.get('http_status')}"
            return self._lost(now - stock.counted, f"the answer with the keys was lost ({reason})")
        return exc

    def _refuse_lost(self, stock: Stock) -> None:
        if stock.counted > len(stock.keys):
            raise self._lost(
                stock.counted - len(stock.keys),
                f"it counts {stock.counted} for this label, and {self._file.path} has {len(stock.keys)}",
            )

    def _refuse_shortage(self, stock: Stock, missing: int) -> None:
        wish = Wish(self._label, stock.bucket["name"], missing)
        short = shortages([wish], [stock.bucket], names=stock.bucket["jpds"]).get(wish.edge)
        if short is not None:
            reason = short.reason.replace("this Edge", f"'{self._label}'")
            raise ConflictError(f"Cannot acquire licences as '{self._label}': {reason}. {short.remedy}.")

    def _lost(self, count: int, reason: str) -> ConflictError:
        noun = "licence was" if count == 1 else "licences were"
        return ConflictError(
            f"Cannot use the acquisition '{self._label}' of the licence bucket '{self._bucket}': {count} {noun} "
            f"acquired and the keys are in no file: {reason}. The platform shows a key once, so nothing more is "
            "acquired under this label. Restore the file from where it was copied to; or release the label with "
            "state=absent, which takes back all of its licences, and run again.",
            leaked={self._label: count},
        )

    def _checked(self, text: str) -> LicenseKey:
        for secret in (text, text.strip()):
            self._hide(secret)
        key = check(text, f"a licence key in {self._file.path}")
        for secret in key.secrets:
            self._hide(secret)
        return key

    def _counted(self) -> int:
        return self._read_bucket()["unknown_uses"].get(self._label, 0)

    def _read_bucket(self) -> BucketSeen:
        bucket = self._buckets.find(self._bucket)
        if bucket is not None:
            return bucket
        raise ConflictError(
            f"Cannot acquire licences as '{self._label}': the platform {self._platform.url} has no licence bucket "
            f"'{self._bucket}'. Add it with license_bucket, or correct bucket."
        )

    def _facts(self, count: int, *, private: bool) -> Dict[str, object]:
        return {"keys": count, **({"mode": "0600" if private else "open to others"} if count else {})}


def _text(keys: Sequence[LicenseKey]) -> str:
    """One key per line, and an empty line between them."""
    lines: List[str] = [key.compact for key in keys]
    return "\n\n".join(lines) + "\n"

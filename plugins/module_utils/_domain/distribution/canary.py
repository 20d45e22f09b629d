# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The canary: a small release bundle that proves distribution to Edges. Its names, its journal and its verdicts.

The file at the source is the journal of a run: it is written before anything else is made, and removed after everything
else is gone. So whatever an interrupted run left behind can be found by the files of one folder.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Iterable, List, Mapping, Optional, Sequence, Tuple

from .. import deployment as deployments
from ..observed import Jpd, SigningKeySeen
from ..pairing import UNAUTHORIZED
from .tracker import COMPLETED, DISTRIBUTE, FAILED, Site, Tracker
from .trusted_key import find
from .versions import V1, V2

# Name of the bundle, and of the folder in the repositories. Letters, digits, underscores, periods, hyphens
# ("Create Release Bundle v2 Version").
NAME = "edge-canary"
_STAMP = "%Y%m%dT%H%M%S"
_VERSION = re.compile(
    r"(?P<form>v[12])-(?P<stamp>\d{8}T\d{6})(?P<milliseconds>\d{3})-(?P<maker>[0-9a-f]{5})[0-9a-f]{5}"
)
# The distribution refuses to go there (control-plane-api.md 6).
NOT_DISTRIBUTED_TO = (deployments.OFFLINE, UNAUTHORIZED)
# What an Artifactory without a licence calls the type of it; neither is documented.
_NO_LICENSE = ("", "N/A")
_TRUST_WORDS = ("token failed verification", "invalid token", "unauthorized", "authentication", "401")


@dataclass(frozen=True)
class Canary:
    """One proof. ``version`` is unlike that of any other run, so nothing is ever overwritten or mistaken."""

    version: str
    source: str
    target: str

    @property
    def form(self) -> str:
        return self.version.partition("-")[0]

    @property
    def file(self) -> str:
        """Where the file is in its repository."""
        return f"{NAME}/{self.version}.txt"

    @property
    def text(self) -> str:
        return (
            f"{NAME} {self.version}\n"
            "This file proves that release bundles reach an Edge. It is removed by the run that made it.\n"
        )

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def mappings(self) -> List[dict[str, str]]:
        """Where the file goes at the Edge, when that is another repository."""
        if self.target == self.source:
            return []
        return [{"input": f"{re.escape(self.source)}/(.*)", "output": f"{self.target}/$1"}]


def new_version(form: str, now: datetime, *, maker: str, random: str) -> str:
    """A version of 32 characters, which is all that a bundle may have ("Create Release Bundle v2 Version").

    ``maker`` is 5 hexadecimal digits of who makes it, ``random`` 5 more.
    """
    utc = now.astimezone(timezone.utc)
    return f"{form}-{utc.strftime(_STAMP)}{utc.microsecond // 1000:03d}-{maker}{random}"


def left_behind(files: Iterable[str], *, now: datetime, older_than: float, ended: Optional[str] = None) -> List[str]:
    """Versions of the files that runs which have ended must have left; a young one may belong to a run of now.

    ``ended`` is a maker of whom it is known that no run of its was going on at ``now``.
    """
    found = []
    for name in files:
        version = name[: -len(".txt")] if name.endswith(".txt") else ""
        told = _VERSION.fullmatch(version)
        made = None if told is None else _made(told["stamp"], int(told["milliseconds"]))
        if told is None or made is None:
            continue
        # Runs that have begun since then have a name that is not older.
        is_ended = told["maker"] == ended and made < now.replace(microsecond=now.microsecond // 1000 * 1000)
        if is_ended or now - made > timedelta(seconds=older_than):
            found.append(version)
    return sorted(found)


def _made(stamp: str, milliseconds: int) -> Optional[datetime]:
    try:
        whole = datetime.strptime(stamp, _STAMP).replace(tzinfo=timezone.utc)
    except ValueError:
        return None
    return whole + timedelta(milliseconds=milliseconds)


def rules(names: Sequence[str]) -> List[dict[str, str]]:
    """Distribution rules that name each Edge. A wildcard would mean the platform itself, too (6.4)."""
    return [{"site_name": name} for name in names]


def why_not_distributable(jpd: Optional[Jpd]) -> Optional[str]:
    """Why the platform would not distribute to it; None when it would. It would refuse the others as well."""
    if jpd is None:
        return "the platform has no JPD with its name. Register it first"
    status = jpd["status"]
    if status["code"] not in NOT_DISTRIBUTED_TO:
        return None
    said = f' ("{status["message"]}")' if status["message"] else ""
    if status["code"] == UNAUTHORIZED:
        return f"the platform shows it as UNAUTHORIZED{said}: trust between the two is broken. Pair it again"
    return f"the platform shows it as OFFLINE{said}. Start it, and check that the platform reaches it"


@dataclass(frozen=True)
class Seen:
    """What was found out about the proof at one Edge. None and empty: not told, or not asked.

    ``site`` is what the tracker says. ``sha256`` is that of the file there; None with ``fetch_error`` or when there is
    no file.
    """

    name: str
    jpd: Optional[Jpd] = None
    site: Optional[Site] = None
    tracker: Optional[Tracker] = None
    sha256: Optional[str] = None
    fetch_error: Optional[str] = None
    received: Optional[str] = None
    received_messages: Tuple[str, ...] = ()
    license_type: Optional[str] = None
    keys: Optional[Sequence[SigningKeySeen]] = None
    has_repository: Optional[bool] = None
    error: Optional[str] = None


@dataclass(frozen=True)
class Verdict:
    """Whether distribution to one Edge works, why not, and the usual causes to which what was seen points."""

    name: str
    proven: bool
    reason: str
    causes: Tuple[str, ...] = ()

    def facts(self) -> dict[str, object]:
        return {"ok": self.proven, "reason": self.reason, "causes": list(self.causes), "text": self.text}

    @property
    def text(self) -> str:
        """The reason and the causes in one text."""
        return ". ".join((self.reason, *self.causes))


def judge(canary: Canary, seen: Seen, *, key: Optional[str] = None) -> Verdict:
    """The verdict on one Edge: proven when the bytes are there and nobody says that something failed."""
    reason = _why_not(canary, seen)
    if reason is None:
        return Verdict(seen.name, True, f"the file arrived with the same SHA-256, {canary.sha256}")
    return Verdict(seen.name, False, reason, tuple(causes(canary, seen, key=key)))


def may_be_there(seen: Seen) -> bool:
    """Whether the Edge may have got the bundle, as far as the tracker tells."""
    if seen.tracker is None or seen.tracker.sites is None:
        return True
    return seen.site is not None and seen.site.status != FAILED


def needs_a_look(canary: Canary, seen: Seen) -> bool:
    """Whether the causes are of interest, so that the Edge is asked more."""
    return _why_not(canary, seen) is not None


def causes(canary: Canary, seen: Seen, *, key: Optional[str]) -> List[str]:
    """The usual causes that the observed facts point to, each with what to do."""
    found: List[str] = []
    if not _is_licensed(seen):
        found.append("It has no licence: an Edge without one takes no release bundles. Attach or install one")
    if key and seen.keys is not None and find(seen.keys, key) is None:
        found.append(f"It does not trust the signing key '{key}': propagate it, for example with edge_signing_key")
    said = " ".join((_said(seen.site), *seen.received_messages, seen.fetch_error or "")).lower()
    # A distribution makes the repository, so one that failed for another reason leaves none.
    failed_before = seen.site is not None and not seen.site.completed and "repositor" not in said
    if seen.has_repository is False and not failed_before:
        found.append(
            f"It has no repository '{canary.target}': let distribution create it, or name another in "
            "edge_canary_repository"
        )
    if any(word in said for word in _TRUST_WORDS):
        found.append("One side refuses the other's token: trust between the two is broken. Pair the Edge again")
    return found


def _is_licensed(seen: Seen) -> bool:
    """As the Edge itself says, and when it does not, as the platform knows, which may be late (1.4)."""
    if seen.license_type is not None:
        return seen.license_type not in _NO_LICENSE
    return seen.jpd is None or bool(seen.jpd["licenses"])


def _why_not(canary: Canary, seen: Seen) -> Optional[str]:
    if seen.error is not None:
        return seen.error
    tracker = seen.tracker
    if tracker is not None and tracker.sites is not None and seen.site is None:
        return "the platform did not take it for a target of the distribution"
    if seen.site is not None and not seen.site.completed:
        return _of_site(seen.site)
    if seen.received == FAILED:
        return _join("the Edge says that it could not take the release bundle", seen.received_messages)
    if seen.fetch_error is not None:
        return f"whether the file arrived could not be seen: {seen.fetch_error.rstrip('.')}"
    if seen.sha256 is None:
        # Without a word on this Edge, how the whole distribution ended is all that there is.
        status = COMPLETED if tracker is None or tracker.sites is not None else tracker.status or "not told"
        return f"{canary.target}/{canary.file} is not at the Edge, and the status of the distribution is {status}"
    if seen.sha256 != canary.sha256:
        return f"another file arrived: its SHA-256 is {seen.sha256} instead of {canary.sha256}"
    return None


def _of_site(site: Site) -> str:
    if site.status in (FAILED, ""):
        return _join("the distribution to it failed", tuple(filter(None, (site.error, *site.file_errors))))
    return _join(
        f"the distribution to it did not end in time; its status is {site.status}",
        tuple(filter(None, (site.error, *site.file_errors))),
    )


def _said(site: Optional[Site]) -> str:
    return "" if site is None else " ".join((site.error, *site.file_errors))


def _join(text: str, said: Sequence[str]) -> str:
    return f'{text} ("{"; ".join(said)}")' if said else text


def form_of(version: str) -> str:
    """The form of bundles that a version of the journal belongs to."""
    return V1 if version.startswith(f"{V1}-") else V2


def targets_of(trackers: Iterable[Tracker], jpds: Mapping[str, Jpd]) -> List[str]:
    """The Edges to which this was ever distributed, without the platform itself."""
    names = {name for tracker in trackers if tracker.kind == DISTRIBUTE for name in tracker.targets}
    return sorted(name for name in names if name and not (name in jpds and jpds[name]["local"]))

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Licences, as the plan needs them: the Edge's own keys, those of a bucket, and what a person has to know in time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Collection, Dict, List, Optional, Sequence

from ..deployment import Registered
from ..desired.shapes import DesiredEdge
from ..errors import EdgeError
from ..license import keys as license_keys
from ..license import seen, validity
from ..license.assignment import Assignment, assignment, find
from ..license.dates import days_until
from ..license.keys import LicenseKey
from ..license.quota import Wish, leaks, shortages
from ..observed import BucketSeen, Jpd, LicenseSeen, Platform
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .rest import rest_error
from .shapes import ARTIFACTORY_LICENSE, JPD_LICENSE, EdgeView, Judged

FINDING = "licence"


@dataclass(frozen=True)
class FleetQuota:
    """``short``: by Edge, why it would get no licence; nothing may be changed there. ``findings``: of the platform."""

    short: Dict[str, Judged] = field(default_factory=dict)
    findings: List[str] = field(default_factory=list)


def judge_licenses(view: EdgeView) -> Judged:
    """Whether the Edge has its licences, and for how long they will do."""
    judged = Judged()
    if view.edge.license_keys is not None:
        _judge_keys(view, judged, view.edge.license_keys)
    if view.edge.license_bucket is not None:
        _judge_bucket(view, judged, view.edge.license_bucket)
    _judge_validity(view, judged)
    return judged


def judge_quota(edges: Sequence[DesiredEdge], platform: Platform, registered: Registered) -> FleetQuota:
    """Whether the buckets have what this run would attach. To be asked before the plan of any Edge is made."""
    quota = FleetQuota()
    buckets = platform.get("license_buckets")
    if buckets is None:
        return quota
    names = {name for jpd in platform["jpds"] for name in (jpd["id"], jpd["name"])}
    wishes = [wish for wish in (_wish(edge, buckets, registered) for edge in edges) if wish is not None]
    for name, shortage in shortages(wishes, buckets, names=names).items():
        judged = Judged(stop=True)
        judged.finding("licence bucket", shortage.reason, shortage.remedy)
        quota.short[name] = judged
    # An Edge that is not registered may get back what was counted for its name.
    known = names | {edge.name for edge in edges}
    quota.findings.extend(_leaked(bucket, platform, known) for bucket in buckets if leaks(bucket, known))
    return quota


def _judge_keys(view: EdgeView, judged: Judged, texts: Sequence[str]) -> None:
    try:
        wanted = [license_keys.check(text, "edge_license_keys") for text in texts]
    except EdgeError as exc:
        judged.fact(ARTIFACTORY_LICENSE, UNKNOWN, exc.msg)
        judged.finding(FINDING, exc.msg.rstrip("."), "Correct edge_license_keys")
        return
    listed = None if view.seen is None else view.seen.get("licenses")
    if listed is None:
        _judge_unread_keys(view, judged)
        return
    missing = license_keys.missing(wanted, listed)
    if not missing:
        judged.fact(ARTIFACTORY_LICENSE, IN_ORDER, _installed(len(wanted)))
        return
    reason = f"{len(missing)} of {len(wanted)} licence keys not installed"
    judged.fact(ARTIFACTORY_LICENSE, DRIFTED, reason, drift=[ARTIFACTORY_LICENSE])
    if not _judge_wanted_keys(view, judged, missing):
        judged.need(ARTIFACTORY_LICENSE, view.first, reason)


def _judge_wanted_keys(view: EdgeView, judged: Judged, missing: Sequence[LicenseKey]) -> bool:
    """Whether a key that is to be installed has ended by what it says itself; Artifactory would refuse it."""
    ends = [day for day in (license_keys.ends(key) for key in missing) if day is not None]
    over = sorted(day for day in ends if days_until(day, view.now.date()) < 0)
    if over:
        judged.finding(FINDING, f"a key of edge_license_keys expired on {over[0]}", "Put its successor in its place")
    return bool(over)


def _judge_unread_keys(view: EdgeView, judged: Judged) -> None:
    """An Edge that is started in this run cannot be asked yet; the module looks again at its turn."""
    unread = view.unread("licenses")
    reason = unread or rest_error(view) or "the licences were not asked for"
    judged.fact(ARTIFACTORY_LICENSE, UNKNOWN, reason)
    if unread is not None:
        judged.finding(
            FINDING, unread.rstrip("."), "Give edge_access_token admin rights, or do not set edge_license_keys"
        )
    elif view.waits_for_start:
        judged.need(ARTIFACTORY_LICENSE, view.first, f"{reason}; its licences are looked at when it has started")


def _judge_bucket(view: EdgeView, judged: Judged, name: str) -> None:
    buckets = view.platform.get("license_buckets")
    if buckets is None:
        _judge_unread_buckets(view, judged)
        return
    bucket = find(buckets, name)
    if bucket is None:
        reason = f"the platform has no licence bucket '{name}'"
        judged.fact(JPD_LICENSE, UNKNOWN, reason)
        judged.finding("licence bucket", reason, "Correct edge_license_bucket, or add it to platform_license_buckets")
        return
    wanted, jpd = view.edge.licenses_wanted, view.jpd
    if jpd is None:
        _judge_unregistered(view, judged, bucket)
        return
    has = assignment(bucket, wanted, jpd_id=jpd["id"], name=jpd["name"])
    if has.missing:
        reason = f"{has.assigned} of {_licences(wanted)} of '{bucket['name']}' attached"
        judged.fact(JPD_LICENSE, DRIFTED, reason, drift=[JPD_LICENSE])
        judged.need(JPD_LICENSE, view.first, reason)
    else:
        _judge_attached(judged, jpd, has)


def _judge_unregistered(view: EdgeView, judged: Judged, bucket: BucketSeen) -> None:
    """What is counted for its name is an earlier registration's. Whether it becomes its own, the module sees then."""
    wanted = _licences(view.edge.licenses_wanted)
    reason = f"the Edge is not registered; {wanted} of '{bucket['name']}' to be attached when it is"
    judged.fact(JPD_LICENSE, DRIFTED, reason, drift=[JPD_LICENSE])
    judged.need(JPD_LICENSE, view.first, reason)


def _judge_attached(judged: Judged, jpd: Jpd, has: Assignment) -> None:
    counted = f"the bucket '{has.bucket}' counts {_licences(has.assigned)} for {jpd['id']} '{jpd['name']}'"
    if jpd["licenses"]:
        judged.fact(JPD_LICENSE, IN_ORDER, counted)
    else:
        reason = f"{counted}, and the platform shows none on the Edge yet"
        judged.fact(JPD_LICENSE, UNKNOWN, reason)
        judged.finding(
            FINDING,
            reason,
            "Wait for a minute and look again. If it stays so, an earlier registration has them: take the Edge "
            "offline, release them with jpd_license and state=absent, and run again",
            needs_person=False,
        )
    if has.surplus:
        judged.finding(
            FINDING,
            f"{counted}, and {has.wanted} {'is' if has.wanted == 1 else 'are'} wanted",
            "Mission Control takes nothing back from a live server: remove the surplus on the Edge with "
            "artifactory_license and state=absent, or set edge_license_count",
            needs_person=False,
        )


def _judge_unread_buckets(view: EdgeView, judged: Judged) -> None:
    platform = view.platform
    unread = platform.get("unread", {}).get("license_buckets")
    reason = unread or platform["error"] or "the licence buckets were not asked for"
    judged.fact(JPD_LICENSE, UNKNOWN, reason)
    if unread is not None:
        judged.finding(
            "licence bucket",
            unread.rstrip("."),
            "Give platform_access_token admin rights, or do not set edge_license_bucket",
        )


def _judge_validity(view: EdgeView, judged: Judged) -> None:
    """Of what the Edge works with. What this run replaces is told, and needs nobody."""
    listed = _listed(view)
    working = licenses_at_work(view)
    needs_person = not judged.has_need(ARTIFACTORY_LICENSE, JPD_LICENSE)
    for problem in validity.problems(working, today=view.now.date(), days_left=view.edge.license_days_left):
        judged.finding(FINDING, problem, _remedy(view.edge), needs_person=needs_person)
    if listed == [] and needs_person:
        judged.finding(FINDING, "the Edge has no licence", _remedy_of_none(view.edge))


def licenses_at_work(view: EdgeView) -> List[LicenseSeen]:
    """What the Edge works with: what it tells itself, else what its JPD does."""
    listed = _listed(view)
    if listed is not None:
        return validity.in_use(listed)
    return seen.of_jpd(view.jpd["licenses"]) if view.jpd is not None else []


def _listed(view: EdgeView) -> Optional[List[LicenseSeen]]:
    return None if view.seen is None else view.seen.get("licenses")


def _remedy(edge: DesiredEdge) -> str:
    if edge.license_keys is not None:
        return "Put a valid licence key for an Edge into edge_license_keys"
    if edge.license_bucket is not None:
        return "Get a bucket with licences for Edges that are valid longer, and name it in edge_license_bucket"
    return "Install another one, or name it in edge_license_keys, or a bucket in edge_license_bucket"


def _remedy_of_none(edge: DesiredEdge) -> str:
    if edge.license_keys is None and edge.license_bucket is not None:
        return f"It gets one when the bucket '{edge.license_bucket}' has one for it"
    return _remedy(edge)


def _wish(edge: DesiredEdge, buckets: Sequence[BucketSeen], registered: Registered) -> Optional[Wish]:
    bucket = None if edge.license_bucket is None else find(buckets, edge.license_bucket)
    if bucket is None:
        return None
    jpd = registered.find(edge.deployment, adopt_by_name=edge.adopt_by_name)
    jpd_id, name = (jpd["id"], jpd["name"]) if jpd is not None else (None, edge.name)
    # A new registration is not given what an earlier one of that name has, unless the module finds it there.
    missing = assignment(bucket, edge.licenses_wanted, jpd_id=jpd_id, name=name).missing
    return Wish(edge.name, bucket["name"], missing)


def _leaked(bucket: BucketSeen, platform: Platform, known: Collection[str]) -> str:
    counted = ", ".join(f"'{name}': {count}" for name, count in sorted(leaks(bucket, known).items()))
    return (
        f"{platform['url']}: the licence bucket '{bucket['name']}' counts licences for deployments that are not "
        f"registered ({counted}). Release them by their old JPD id with jpd_license and state=absent."
    )


def _installed(count: int) -> str:
    return "the licence key is installed" if count == 1 else f"all {count} licence keys are installed"


def _licences(count: int) -> str:
    return f"{count} licence" if count == 1 else f"{count} licences"

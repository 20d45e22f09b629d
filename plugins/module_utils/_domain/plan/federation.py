# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Access Federation from the platform to an Edge (a star), as the plan needs it; its own rules are in ``federation``.

It needs the circle of trust whatever the pairing (control-plane-api.md 4, 7): the Edge has to accept the platform's
tokens in any case. Whether the platform has to accept the Edge's as well the sources tell differently, so that is told
and does not hold up anything.
"""

from __future__ import annotations

from typing import List, Optional

from ..federation import source as sources
from ..federation.drift import Difference, Wanted, compare, wanted_target
from ..federation.results import BASE_URL_REMEDY, CIRCLE_REMEDY
from ..observed import Jpd
from ..trust.trust import AUTO, CIRCLE_OF_TRUST
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from ..version import supports_pairing_token
from .shapes import ACCESS_FEDERATION, EdgeView, Judged

NO_CIRCLE = "the Edge does not accept the platform's tokens, so nothing can be federated to it"
HALF_CIRCLE = "the platform does not accept the Edge's tokens; the Mission Control of some versions asks for that"
NOT_ACKNOWLEDGED = "nobody has agreed to the circle of trust that Access Federation needs"
WAITING = "the Edge is federated when the platform accepts its tokens, which the circle of trust still waits for"
WAITING_REMEDY = "Run again when that is done: the support request that was written for this Edge says what it takes"
NOT_REGISTERED = "the Edge is federated when it is registered"


def judge_federation(view: EdgeView) -> Judged:
    """Whether the platform tells the Edge what the inventory says; without ``federation`` it is not managed."""
    judged = Judged()
    if view.edge.federation is None:
        return judged
    unread = _unread(view)
    if unread is not None:
        judged.fact(ACCESS_FEDERATION, UNKNOWN, unread)
        return judged
    jpd = view.jpd
    differences = _differences(view, jpd)
    off = not view.edge.federation.entities
    if differences and not off and _waits_for_platform(view):
        # As with the circle itself, what somebody else has to do is no drift.
        judged.finding("federation", WAITING, WAITING_REMEDY, needs_person=False)
        return judged
    blocked = not off and _needs_more(view, judged)
    if not differences:
        state = "the platform does not federate to the Edge" if off else "the platform federates to the Edge as wanted"
        judged.fact(ACCESS_FEDERATION, IN_ORDER, state)
        return judged
    reason = NOT_REGISTERED if jpd is None and not off else "; ".join(map(str, differences))
    drift = sorted({fact for difference in differences for fact in difference.facts}) or [ACCESS_FEDERATION]
    judged.fact(ACCESS_FEDERATION, DRIFTED, reason, drift=drift)
    judged.need(ACCESS_FEDERATION, view.first, reason, blocked=blocked)
    return judged


def _unread(view: EdgeView) -> Optional[str]:
    if not view.platform["reachable"]:
        return view.platform["error"] or "the platform does not answer"
    if "federation" in view.platform:
        return None
    refused = view.platform.get("unread", {}).get("federation")
    return refused or "what the platform federates was not asked"


def _differences(view: EdgeView, jpd: Optional[Jpd]) -> List[Difference]:
    home = sources.home_of(view.platform["jpds"])
    found = sources.find(view.platform["federation"], home, is_home=True)
    seen = found["targets"] if found is not None else []
    wanted = view.edge.federation
    identifier = None if jpd is None else jpd["id"]
    if wanted is None or not wanted.entities:
        gone = Wanted(view.edge.name, view.edge.url, (), id=identifier)
        return compare(seen, (), absent=[gone])  # type: ignore[arg-type]
    target = wanted_target(
        view.edge.name,
        view.edge.url,
        wanted.entities,
        wanted.permission_filters or None,
        wanted.group_filters or None,
        id=identifier,
    )
    return compare(seen, [target])  # type: ignore[arg-type]


def _needs_more(view: EdgeView, judged: Judged) -> bool:
    """Name what is missing for a federation. Whether that holds it up."""
    seen = view.seen
    no_base_url = seen is not None and "base_url" in seen and seen["base_url"] is None and view.edge.base_url is None
    if no_base_url:
        judged.finding("federation", "the Edge has no base URL, which Access Federation needs", BASE_URL_REMEDY)
    if not view.edge.acknowledged:
        remedy = "Set edge_circle_of_trust_acknowledged to true: administrators of each become administrators of both"
        judged.finding("federation", NOT_ACKNOWLEDGED, remedy)
        return True
    if seen is None or _makes_circle(view):  # the judge of that says what is missing, and its step comes before ours
        return False
    if seen["trusts_platform"] is False:
        judged.finding("federation", NO_CIRCLE, CIRCLE_REMEDY)
        return True
    if seen["trusted_by_platform"] is False:
        judged.finding("federation", HALF_CIRCLE, CIRCLE_REMEDY, needs_person=False)
    return False


def _waits_for_platform(view: EdgeView) -> bool:
    """Whether the circle is to be made, and its other half is not ours to make (control-plane-api.md 4)."""
    halfway = view.seen is not None and view.seen["trusted_by_platform"] is False
    return halfway and view.edge.acknowledged and _makes_circle(view) and not view.owns_platform


def _makes_circle(view: EdgeView) -> bool:
    if view.edge.trust_method == AUTO:
        return supports_pairing_token(view.version) is False
    return view.edge.trust_method == CIRCLE_OF_TRUST

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The JPD of an Edge, as the plan needs it; what is true of JPDs is in ``deployment``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, List, Optional

from ..change import CREATE, Change
from ..deployment import change
from ..errors import ConflictError
from ..observed import Jpd
from ..pairing import follows_url
from ..trust.trust import PAIRING_TOKEN
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .pairing import Before, is_pairing_blocked, judge_pairing, pairing_takes
from .shapes import JPD, EdgeView, Judged


@dataclass
class JudgedDeployment(Judged):
    """The judgement, and the JPD that it is about; None when there is none or it could not be read."""

    current: Optional[Jpd] = None


def judge_deployment(view: EdgeView, before: Before) -> JudgedDeployment:
    """The JPD and its pairing. A platform that cannot be read and a JPD of somebody else stop everything."""
    judged = JudgedDeployment()
    if not view.platform["reachable"]:
        reason = view.platform["error"] or "the platform does not answer"
        judged.fact(JPD, UNKNOWN, reason)
        judged.fact("pairing", UNKNOWN, reason)
        judged.stop = True
        return judged
    wanted = view.edge.deployment
    try:
        judged.current = view.registered.match(wanted, adopt_by_name=view.edge.adopt_by_name)
    except ConflictError as exc:
        judged.fact(JPD, UNKNOWN, str(exc.details["happened"]))
        judged.finding_of(JPD, exc)
        judged.stop = True
        return judged
    reasons = _judge_jpd(judged, change(judged.current, wanted))
    again = None if judged.current is None else judge_pairing(view, judged, judged.current, before)
    if again is not None:
        reasons.append(again)
    if reasons:
        pairs = judged.current is None or again is not None or _follows_url(view, judged.current, before)
        blocked = pairs and is_pairing_blocked(view, judged, judged.current, before)
        after = pairing_takes(before.method) if pairs else ()
        judged.need(JPD, view.first, "; ".join(reasons), blocked=blocked, after=after)
    return judged


def _follows_url(view: EdgeView, current: Jpd, before: Before) -> bool:
    """Whether the Edge gets another URL, and a new pairing with it."""
    return before.method == PAIRING_TOKEN and follows_url(current["url"], view.edge.url, view.edge.repair)


def _judge_jpd(judged: JudgedDeployment, found: Change) -> List[str]:
    if not found.changed:
        judged.fact(JPD, IN_ORDER, "registered as wanted")
        return []
    reason = "not registered at the platform" if found.action == CREATE else ", ".join(_differences(found))
    judged.fact(JPD, DRIFTED, reason, drift=found.drift)
    return [reason]


def _differences(found: Change) -> List[str]:
    parts: List[str] = []
    for name in found.drift:
        before, after = found.before[name], found.after[name]
        pairs = [(name, before, after)]
        if isinstance(after, dict):
            pairs = [(key, before[key], after[key]) for key in after if before[key] != after[key]]
        parts += [f"{key} is {_shown(old)} instead of {_shown(new)}" for key, old, new in pairs]
    return parts


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How a mesh stands: what a run would do on each instance, and what somebody has to look at (7.3, validate)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, List, Mapping, Optional, Sequence, TypedDict

from ..moment import moment
from ..verdict import DRIFTED, IN_ORDER
from .conflicts import Conflict
from .cycle import Prepared
from .snapshot import KINDS, NOT_REPLICABLE
from .state import Instance, State

# Beside those of ``verdict``, with the words that the plan of an Edge has for them.
UNREACHABLE, NEEDS_PERSON = "unreachable", "needs_person"
# The states of an instance, the worst first.
STATES = (UNREACHABLE, DRIFTED, NEEDS_PERSON, IN_ORDER)


@dataclass(frozen=True)
class Met:
    """What was found out about one instance of the list.

    ``away``: why it takes no part; empty when it does. ``direction``: both, source or target. ``apis``: by kind which
    API serves it. ``may_write``: whether the account has the rights of an admin; None when that is not told.
    """

    name: str
    url: str
    direction: str
    away: str = ""
    version: Optional[str] = None
    service_id: Optional[str] = None
    username: Optional[str] = None
    may_write: Optional[bool] = None
    apis: Mapping[str, str] = field(default_factory=dict)


class Finding(TypedDict):
    """What somebody should know, why, and what to do; ``what`` is an instance, or what people disagree about."""

    what: str
    reason: str
    remedy: str
    needs_person: bool


def standing(
    state: State,
    prepared: Prepared,
    met: Sequence[Met],
    *,
    archived: Sequence[str] = (),
    now: datetime,
    max_age: Optional[timedelta] = None,
) -> dict[str, Any]:
    """The mesh as plain data: the worst state, a headline, a row for each instance, and findings.

    ``state``: as it was loaded. ``prepared``: of a dry run. ``max_age``: how old the last success of an instance may
    be; None is any age.
    """
    rows = [_row(one, state["instances"].get(one.name), prepared, now) for one in met]
    findings = [finding for row in rows for finding in _of_instance(row, max_age)]
    findings += [_finding("the mesh", stop, _SETTLE) for stop in prepared.stops]
    findings += [_of_conflict(one) for one in prepared.merged.conflicts if one["winner"] is None]
    findings += [_finding(name, _LEFT, "Nothing has to be done, if that is meant", person=False) for name in archived]
    worst = min((row["state"] for row in rows), key=STATES.index, default=IN_ORDER)
    if worst == IN_ORDER and any(one["needs_person"] for one in findings):
        worst = NEEDS_PERSON
    return {
        "mesh": state["mesh"],
        "run": state["run"],
        "state": worst,
        "headline": _headline(rows, findings),
        "instances": rows,
        "findings": findings,
        "conflicts": list(prepared.merged.conflicts),
        "not_replicable": dict(NOT_REPLICABLE),
    }


def not_looked_at(mesh: str, reason: str) -> dict[str, Any]:
    """The same of a mesh at which nobody could look, for this reason."""
    return {
        "mesh": mesh,
        "run": None,
        "state": NEEDS_PERSON,
        "headline": "Security could not be looked at.",
        "instances": [],
        "findings": [_finding("the mesh", reason, "Correct that, and look again")],
        "conflicts": [],
        "not_replicable": dict(NOT_REPLICABLE),
    }


_SETTLE = "Settle it on the instances, or allow it by the policy or the delete_thresholds, and let a run follow"
_BRING_BACK = "Bring it back, or correct its entry: it takes no part until then, and catches up afterwards"
_LEFT = "it is in the list no more: it is left as it is"


def _row(met: Met, known: Optional[Instance], prepared: Prepared, now: datetime) -> dict[str, Any]:
    """One instance."""
    joining = met.name in prepared.waiting
    plan = prepared.waiting.get(met.name) or prepared.plans.get(met.name)
    writes = plan.writes if plan else ()
    last = known["last_success"] if known else None
    drift = {kind: names for kind in KINDS if (names := [one["name"] for one in writes if one["kind"] == kind])}
    if met.away:
        state = UNREACHABLE
    elif joining or (prepared.stops and not prepared.plans):
        state = NEEDS_PERSON
    else:
        state = DRIFTED if drift else IN_ORDER
    return {
        "name": met.name,
        "url": met.url,
        "direction": met.direction,
        "state": state,
        "reason": met.away,
        "version": met.version,
        "service_id": met.service_id,
        "username": met.username,
        "may_write": met.may_write,
        "apis": dict(met.apis),
        "joining": joining,
        "drift": drift,
        "pending": list(plan.pending if plan else known["pending"] if known else ()),
        "last_success": last,
        "age_seconds": None if last is None else max(0, int((now - moment(last)).total_seconds())),
    }


def _of_instance(row: Mapping[str, Any], max_age: Optional[timedelta]) -> List[Finding]:
    """What is to be told of one instance."""
    name = row["name"]
    found = []
    if row["reason"]:
        found.append(_finding(name, row["reason"], _BRING_BACK))
    if row["joining"]:
        remedy = "Look at what would be written there, then set join of this instance"
        found.append(_finding(name, "it joins the mesh, and nobody has confirmed how", remedy))
    for one in row["pending"]:
        remedy = "It is written by the first run that finds it possible"
        found.append(_finding(name, f"{' '.join(one['path'])}: {one['reason']}", remedy, person=False))
    age = row["age_seconds"]
    if max_age is not None and not row["joining"] and (age is None or age > max_age.total_seconds()):
        since = (
            "no run has succeeded yet" if age is None else f"the last run that succeeded was at {row['last_success']}"
        )
        found.append(_finding(name, since, "Let replicate_security.yml run, and look at what it says"))
    return found


def _of_conflict(one: Conflict) -> Finding:
    return _finding(" ".join(one["path"]), one["reason"], "Make it the same on all instances")


def _finding(what: str, reason: str, remedy: str, *, person: bool = True) -> Finding:
    return {"what": what, "reason": reason, "remedy": remedy, "needs_person": person}


def _headline(rows: Sequence[Mapping[str, Any]], findings: Sequence[Finding]) -> str:
    """The mesh in one sentence."""
    counts = Counter(row["state"] for row in rows)
    waits = sum(one["needs_person"] for one in findings)
    if counts[IN_ORDER] == len(rows):
        person = f"; {waits} {'finding needs' if waits == 1 else 'findings need'} a person" if waits else ""
        return f"Security is in step on all {len(rows)} instances{person}."
    told = {UNREACHABLE: "unreachable", DRIFTED: "drifted", NEEDS_PERSON: "for a person", IN_ORDER: "in order"}
    counted = ", ".join(f"{counts[state]} {told[state]}" for state in STATES if counts[state])
    return f"Security on {len(rows)} instances: {counted}."

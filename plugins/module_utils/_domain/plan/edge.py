# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The plan of one Edge: which of the changes that its judges call for are made, and which policy leaves."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence, Tuple

from ..pairing import UNAUTHORIZED
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .draft import Draft, draw
from .expiries import expiries
from .policy import Held, change_of, hold
from .settings import wanted_settings
from .shapes import (
    ARTIFACTORY_LICENSE,
    JOIN_KEY,
    JPD,
    JPD_LICENSE,
    READ_AT_START,
    RESTART,
    SIGNING_KEY,
    UNREACHABLE,
    EdgeView,
    Judged,
    Need,
)
from .trust import trust_state

NEEDS_PERSON = "needs_person"
STATES = (IN_ORDER, DRIFTED, UNKNOWN, NEEDS_PERSON, UNREACHABLE)

# The group of all hosts with work; and what follows the steps that change something: the look that the second pass
# begins with, and the proof that release bundles arrive.
ALL_WORK = "work"
AGAIN = "again"
CANARY = "canary"
# After these, whether release bundles arrive is worth a proof.
_PROVEN = (ARTIFACTORY_LICENSE, JPD, JPD_LICENSE, SIGNING_KEY)


def plan_edge(view: EdgeView, short: Judged | None = None) -> Tuple[dict[str, Any], List[dict[str, Any]]]:
    """The Edge's part of the plan, and the work of its hosts. ``short``: why it would get no licence of its bucket.

    Which of the needed changes are planned:

    - None at all while the Edge is in doubt: a node without Artifactory, a master key that cannot be settled, a trust
      method that is not possible, a token without admin rights, a JPD that belongs to something else, a platform that
      cannot be read, or nodes that this run leaves out although files on nodes would change.
    - A step that cannot be done now holds up the steps after it, in the order of ``STEPS``: a join key that would need
      an unreachable node, a restart that only a person can do, a registration that lacks what it needs.
    - A step that policy holds is left, with those that make no sense without it (see ``policy``).
    - Everything else is independent: what is unknown or needs a person beside it does not stop it.

    What has to wait for the others is planned as well, and marked as the second pass.
    """
    draft, needs, held = _draft(view, short)
    changes = _changes(needs)
    status = draft.jpd["status"]["code"] if draft.jpd is not None else None
    planned = {
        "name": view.edge.name,
        "url": view.edge.url,
        "location": dict(view.edge.location),
        "tags": None if view.edge.tags is None else list(view.edge.tags),
        "nodes": list(view.edge.nodes),
        "version": view.version,
        "state": _state(view, draft.judged, left=bool(changes or held), down=draft.services.down),
        "trust_method": draft.trust.method,
        "trust_reason": draft.trust.reason,
        "trust_state": trust_state(view, draft.trust.method, status, broken=status == UNAUTHORIZED),
        "jpd": None if draft.jpd is None else {"id": draft.jpd["id"], "status": status},
        "facts": draft.judged.facts,
        "changes": changes,
        "held": [one.facts() for one in held],
        "findings": draft.judged.findings,
        "certificates": draft.certificates.rows,
        "expiries": expiries(view),
    }
    return planned, _work(view, draft, changes, held)


def _draft(view: EdgeView, short: Judged | None) -> Tuple[Draft, Sequence[Need], List[Held]]:
    """The judgement, the needs that are met, and those that are left.

    Where something is left, the Edge is judged once more without it: a start may have no reason any more, or another
    one. Whatever comes of that, nothing is met that would not be met without the policy.
    """
    whole = draw(view, short)
    held = hold(view, whole.needs)
    if not held:
        return whole, whole.needs, []
    rest = draw(view, short, withheld=frozenset(held))
    meant = {_place(need) for need in whole.needs if need.key not in held}
    left = [held.get(need.key) or _without_reason(need, held) for need in whole.needs if _is_left(need, held, rest)]
    return rest, [need for need in rest.needs if _place(need) in meant], left


def _is_left(need: Need, held: Mapping[Tuple[Any, ...], Held], rest: Draft) -> bool:
    return need.key in held or (need.step == RESTART and not _has(rest.judged, need))


def _has(judged: Judged, wanted: Need) -> bool:
    return any(_place(need) == _place(wanted) for need in judged.needs)


def _without_reason(need: Need, held: Mapping[Tuple[Any, ...], Held]) -> Held:
    """A start that was only for what is left now."""
    cause = next(one for one in held.values() if one.need.step in (JOIN_KEY, *READ_AT_START))
    return Held(need, cause.policy, cause.need.name)


def _changes(needs: Sequence[Need]) -> List[dict[str, Any]]:
    """Several facts may need the same step, which is done once."""
    changes: dict[Tuple[Any, ...], dict[str, Any]] = {}
    for need in needs:
        changes.setdefault(_place(need), change_of(need))
    return list(changes.values())


def _place(need: Need) -> Tuple[Any, ...]:
    return need.later, need.step, need.host


def _state(view: EdgeView, judged: Judged, *, left: bool, down: bool) -> str:
    """What comes first counts: drift, then who could not be asked, then what a person has to do."""
    silent = (view.seen is None or not view.seen["reachable"]) and not down
    if left:
        return DRIFTED
    if view.unreachable or silent or not view.platform["reachable"]:
        return UNREACHABLE
    if any(finding["needs_person"] for finding in judged.findings):
        return NEEDS_PERSON
    states = {fact["state"] for fact in judged.facts}
    return next((state for state in (DRIFTED, UNKNOWN) if state in states), IN_ORDER)


def _work(
    view: EdgeView, draft: Draft, changes: Sequence[Mapping[str, Any]], held: Sequence[Held]
) -> List[dict[str, Any]]:
    """Which host does what in the first pass, and whether the Edge is looked at again for a second one.

    ``nodes`` lists all nodes of the Edge, those that are started again first and in order.
    """
    now = [change for change in changes if change["pass"] == 1]
    again = len(now) < len(changes)
    restarted = [change["host"] for change in now if change["step"] == RESTART]
    nodes = restarted + [host for host in view.edge.nodes if host not in restarted]
    work = []
    for host in draft.order:
        steps = [change["step"] for change in now if change["host"] == host]
        groups = [*steps] + ([ALL_WORK] if steps or again else [])
        if groups:
            then = [AGAIN] if again else []
            then += [CANARY] if view.edge.canary and any(step in _PROVEN for step in steps) else []
            plan = {
                "ordinal": nodes.index(host) + 1,
                "nodes": nodes,
                "trust_method": draft.trust.method,
                "steps": [*steps, *then],
                "restart_for": draft.due[host] if RESTART in steps else [],
                "system_yaml": {} if view.edge.rest_only else wanted_settings(view, host),
                "licenses": view.edge.licenses_wanted,
                "held": sorted({one.need.name for one in held}),
            }
            groups += then
            work.append({"host": host, "groups": [f"{view.group_prefix}_{name}" for name in groups], "edge_plan": plan})
    return work

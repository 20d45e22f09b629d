# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The plan of one Edge: what the judges say, and which of the needed changes may be made now."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Tuple

from ..pairing import UNAUTHORIZED
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .access import judge_access
from .base_url import judge_base_url
from .behind import judge_copies
from .bridge import judge_bridge
from .calendar import judge_calendar
from .deployment import judge_deployment
from .expiries import expiries
from .federation import judge_federation
from .keys import JudgedKeys, judge_keys
from .license import judge_licenses
from .nodes import in_order_of_restart, judge_presence, judge_services
from .pairing import Before
from .pairs import judge_pairs
from .preflight import judge_preflight
from .rest import judge_rest
from .settings import judge_settings, wanted_settings
from .shapes import (
    ARTIFACTORY_LICENSE,
    JOIN_KEY,
    JPD,
    JPD_LICENSE,
    OVER_REST,
    READ_AT_START,
    RESTART,
    SIGNING_KEY,
    STEPS,
    UNREACHABLE,
    EdgeView,
    Judged,
    Need,
    names,
)
from .signing_keys import judge_signing_keys
from .switch import judge_tls
from .tls import judge_tls_trust_of_nodes
from .tokens import judge_tokens
from .trust import judge_trust, trust_state

NEEDS_PERSON = "needs_person"
STATES = (IN_ORDER, DRIFTED, UNKNOWN, NEEDS_PERSON, UNREACHABLE)

# Ends of names of groups beside those of the steps.
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
    - Everything else is independent: what is unknown or needs a person beside it does not stop it.

    What has to wait for the others is planned as well, and marked as the second pass.
    """
    judged = judge_presence(view)
    if short is not None:
        judged.add(short)
    keys = judge_keys(view)
    judged.add(keys)
    judged.add(judge_settings(view))
    judged.add(judge_tls_trust_of_nodes(view))
    judged.add(judge_pairs(view))
    judged.add(judge_access(view))
    judged.add(judge_tls(view))
    supplied = _read_at_start(view, judged)
    order = in_order_of_restart(view, _first_to_start(keys, judged))
    services = judge_services(
        view, order=order, master_keys=keys.master_keys, first=keys.restart_first, supplied=supplied
    )
    judged.add(services)
    if not judged.has_need(RESTART):
        judged.add(judge_copies(view))
    judged.add(judge_rest(view, services))
    judged.add(judge_tokens(view))
    judged.add(judge_preflight(view))
    trust = judge_trust(view)
    judged.add(trust)
    judged.add(judge_base_url(view))
    judged.add(judge_bridge(view))
    deployment = judge_deployment(view, Before(trust.method, services, keys, doubtful=judged.stop))
    judged.add(deployment)
    judged.add(judge_licenses(view))
    judged.add(judge_signing_keys(view))
    judged.add(judge_federation(view))
    _stop_when_limited(view, judged)
    certificates = judge_calendar(view)
    judged.add(certificates)
    changes = _allowed(judged, order)
    current = deployment.current
    status = current["status"]["code"] if current is not None else None
    planned = {
        "name": view.edge.name,
        "url": view.edge.url,
        "location": dict(view.edge.location),
        "tags": None if view.edge.tags is None else list(view.edge.tags),
        "nodes": list(view.edge.nodes),
        "version": view.version,
        "state": _state(view, judged, changes, down=services.down),
        "trust_method": trust.method,
        "trust_reason": trust.reason,
        "trust_state": trust_state(view, trust.method, status, broken=status == UNAUTHORIZED),
        "jpd": None if current is None else {"id": current["id"], "status": status},
        "facts": judged.facts,
        "changes": changes,
        "findings": judged.findings,
        "certificates": certificates.rows,
        "expiries": expiries(view),
    }
    joining = [JOIN_KEY] if keys.restart_first is not None else []
    due = {
        host: [step for step in STEPS if step in {*joining, *services.behind[host], *supplied[host]}]
        for host in view.nodes
    }
    return planned, _work(view, changes, order, trust.method, due=due)


def _read_at_start(view: EdgeView, judged: Judged) -> dict[str, List[str]]:
    """By host, the steps of this run that its next start makes effective."""
    needs = [need for need in judged.needs if need.step in READ_AT_START and not (need.blocked or need.later)]
    return {
        host: [
            step for step in STEPS if any(need.step == step and (need.shared or need.host == host) for need in needs)
        ]
        for host in view.nodes
    }


def _first_to_start(keys: JudgedKeys, judged: Judged) -> Optional[str]:
    """The node on which the Edge's nodes get something that they share."""
    return keys.restart_first or next((need.host for need in judged.needs if need.shared and not need.later), None)


def _stop_when_limited(view: EdgeView, judged: Judged) -> None:
    if view.absent and any(need.step not in OVER_REST for need in judged.needs):
        judged.finding(
            "nodes",
            f"this run leaves out {names(view.absent)}, and changes on the Edge's nodes need all of them",
            "Run it with all nodes of the Edge",
        )
        judged.stop = True


def _allowed(judged: Judged, order: List[str]) -> List[dict[str, Any]]:
    """The needs in order, up to the first that cannot be met; several may need the same start."""
    changes: dict[Tuple[bool, str, Optional[str]], dict[str, Any]] = {}
    for need in sorted(judged.needs, key=lambda need: _position(need, order)):
        if judged.stop or need.blocked:
            break
        change = {"step": need.step, "host": need.host, "reason": need.reason, "pass": 2 if need.later else 1}
        changes.setdefault((need.later, need.step, need.host), change)
    return list(changes.values())


def _position(need: Need, order: List[str]) -> Tuple[bool, int, int]:
    return need.later, STEPS.index(need.step), order.index(need.host) if need.host is not None else 0


def _state(view: EdgeView, judged: Judged, changes: List[dict[str, Any]], *, down: bool) -> str:
    """What comes first counts: work to do, then who could not be asked, then what a person has to do."""
    silent = (view.seen is None or not view.seen["reachable"]) and not down
    if changes:
        return DRIFTED
    if view.unreachable or silent or not view.platform["reachable"]:
        return UNREACHABLE
    if any(finding["needs_person"] for finding in judged.findings):
        return NEEDS_PERSON
    states = {fact["state"] for fact in judged.facts}
    return next((state for state in (DRIFTED, UNKNOWN) if state in states), IN_ORDER)


def _work(
    view: EdgeView,
    changes: List[dict[str, Any]],
    order: List[str],
    method: Optional[str],
    *,
    due: Mapping[str, List[str]],
) -> List[dict[str, Any]]:
    """Which host does what in the first pass, and whether the Edge is looked at again for a second one.

    ``nodes`` lists all nodes of the Edge, those that are started again first and in order.
    """
    now = [change for change in changes if change["pass"] == 1]
    again = len(now) < len(changes)
    restarted = [change["host"] for change in now if change["step"] == RESTART]
    nodes = restarted + [host for host in view.edge.nodes if host not in restarted]
    work = []
    for host in order:
        steps = [change["step"] for change in now if change["host"] == host]
        groups = [*steps] + ([ALL_WORK] if steps or again else [])
        if groups:
            plan = {
                "ordinal": nodes.index(host) + 1,
                "nodes": nodes,
                "trust_method": method,
                "steps": steps,
                "restart_for": due[host] if RESTART in steps else [],
                "system_yaml": wanted_settings(view, host),
                "licenses": view.edge.licenses_wanted,
            }
            groups += [AGAIN] if again else []
            groups += [CANARY] if view.edge.canary and any(step in _PROVEN for step in steps) else []
            work.append({"host": host, "groups": [f"{view.group_prefix}_{name}" for name in groups], "edge_plan": plan})
    return work

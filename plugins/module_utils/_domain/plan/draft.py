# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What all judges say of one Edge, one after the other, and which of the needed changes may be made now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Collection, List, Mapping, Optional, Sequence, Tuple

from ..observed import Jpd
from .access import judge_access
from .base_url import judge_base_url
from .behind import judge_copies
from .bridge import judge_bridge
from .calendar import JudgedCalendar, judge_calendar
from .deployment import judge_deployment
from .federation import judge_federation
from .keys import judge_keys
from .license import judge_licenses
from .nodes import JudgedServices, in_order_of_restart, judge_presence, judge_services
from .pairing import Before
from .pairs import judge_pairs
from .preflight import judge_preflight
from .rest import judge_rest
from .settings import judge_settings
from .shapes import (
    JOIN_KEY,
    MASTER_KEY,
    OVER_REST,
    READ_AT_START,
    RESTART,
    STEPS,
    EdgeView,
    Judged,
    Need,
    names,
)
from .signing_keys import judge_signing_keys
from .switch import judge_tls
from .tls import judge_tls_trust_of_nodes
from .tokens import judge_tokens
from .trust import JudgedTrust, judge_trust

Keys = Collection[Tuple[Any, ...]]


@dataclass(frozen=True)
class Draft:
    """The judgement of one Edge. ``needs`` are those that may be met now, in order; ``due`` says by host for what a
    start is made."""

    judged: Judged
    needs: Sequence[Need]
    order: Sequence[str]
    services: JudgedServices
    trust: JudgedTrust
    certificates: JudgedCalendar
    jpd: Optional[Jpd]
    due: Mapping[str, Sequence[str]]


def draw(view: EdgeView, short: Judged | None = None, *, withheld: Keys = frozenset()) -> Draft:
    """The judgement of the Edge. ``short``: why it would get no licence of its bucket.

    ``withheld`` are keys of needs that are left out, so that nothing is planned that only they would call for.
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
    _leave_out(judged, withheld)
    first = None if any(step == JOIN_KEY for _later, step, *_rest in withheld) else keys.restart_first
    supplied = _read_at_start(view, judged)
    order = in_order_of_restart(view, first or _first_with_shared(judged))
    services = judge_services(
        view,
        order=order,
        master_keys=[host for host in keys.master_keys if _has_need(judged, MASTER_KEY, host)],
        first=first,
        supplied=supplied,
    )
    _leave_out(services, withheld)
    services.reviving = services.reviving and services.has_need(RESTART)
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
    _leave_out(judged, withheld)
    if view.edge.rest_only:
        order = list(view.edge.nodes)  # what is done over REST is done in the name of its hosts
    joining = [JOIN_KEY] if first is not None else []
    return Draft(
        judged=judged,
        needs=_allowed(judged, order),
        order=order,
        services=services,
        trust=trust,
        certificates=certificates,
        jpd=deployment.current,
        due={
            host: [step for step in STEPS if step in {*joining, *services.behind[host], *supplied[host]}]
            for host in view.nodes
        },
    )


def _leave_out(judged: Judged, withheld: Keys) -> None:
    judged.needs = [need for need in judged.needs if need.key not in withheld]


def _has_need(judged: Judged, step: str, host: str) -> bool:
    return any((need.step, need.host) == (step, host) for need in judged.needs)


def _read_at_start(view: EdgeView, judged: Judged) -> dict[str, List[str]]:
    """By host, the steps of this run that its next start makes effective."""
    needs = [need for need in judged.needs if need.step in READ_AT_START and not (need.blocked or need.later)]
    return {
        host: [
            step for step in STEPS if any(need.step == step and (need.shared or need.host == host) for need in needs)
        ]
        for host in view.nodes
    }


def _first_with_shared(judged: Judged) -> Optional[str]:
    """The node on which the Edge's nodes get something that they share."""
    return next((need.host for need in judged.needs if need.shared and not need.later), None)


def _stop_when_limited(view: EdgeView, judged: Judged) -> None:
    if view.absent and any(need.step not in OVER_REST for need in judged.needs):
        judged.finding(
            "nodes",
            f"this run leaves out {names(view.absent)}, and changes on the Edge's nodes need all of them",
            "Run it with all nodes of the Edge",
        )
        judged.stop = True


def _allowed(judged: Judged, order: Sequence[str]) -> List[Need]:
    """The needs in order, up to the first that cannot be met."""
    allowed: List[Need] = []
    for need in sorted(judged.needs, key=lambda need: _position(need, order)):
        if judged.stop or need.blocked:
            break
        allowed.append(need)
    return allowed


def _position(need: Need, order: Sequence[str]) -> Tuple[bool, int, int]:
    return need.later, STEPS.index(need.step), order.index(need.host) if need.host is not None else 0

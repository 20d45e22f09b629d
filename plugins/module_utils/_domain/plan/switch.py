# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""TLS between the services of an Edge, as the plan needs it; when it may be switched is in ``tls_switch``."""

from __future__ import annotations

from ..tls.tls_switch import TlsSwitch, judge_tls_switch
from .access import judge_settings_on, node_with_patch
from .shapes import RESTART, TLS, EdgeView, Judged

SETTING = "security.tls"


def judge_tls(view: EdgeView) -> Judged:
    """Whether Access has the wanted setting, and what has to come before the switch.

    On an Edge that has started it is left to enable_tls.yml, because everything that speaks the other scheme to the
    nodes is refused from then on (trap 31).
    """
    judged = Judged()
    host, wanted = node_with_patch(view), view.edge.tls
    if wanted is None or host is None:
        return judged
    verdict = judge_settings_on(view, host, {SETTING: wanted}).verdict
    judged.fact(TLS, verdict.state, verdict.reason, drift=[SETTING] if verdict.drifted else [])
    if verdict.unknown:
        judged.finding("TLS between services", verdict.reason, "Settle it on the node")
    elif verdict.drifted:
        _plan_switch(view, judged, host, wanted, verdict.reason)
    return judged


def _plan_switch(view: EdgeView, judged: Judged, host: str, wanted: bool, reason: str) -> None:
    own = {name: node.server_certificate for name, node in view.edge.of_nodes.items()}
    switch = judge_tls_switch(
        view.nodes,
        {name: pair.certificate for name, pair in own.items() if pair is not None},
        on=wanted,
        unseen={**view.unreachable, **dict.fromkeys(view.absent, "it is not in this run")},
        supplied_trust={one.name: one.content for one in view.edge.tls_ca_certificates or ()},
        url=view.edge.url,
    )
    if not view.is_new and TLS not in view.allowed:
        remedy = f"Prepare for it: {' '.join(switch.notes)} Then run enable_tls.yml"
        judged.finding("TLS between services", reason, remedy)
    elif switch.allowed or (view.is_new and switch.settles):
        # Nobody calls a new Edge yet, and its first start reads trust, certificate and setting alike.
        judged.need(TLS, host, reason, shared=True)
    elif switch.settles:
        told = f"{reason}; it follows when {_told(switch)}"
        judged.need(TLS, host, told, shared=True, later=True)
        for name in view.nodes:
            judged.need(RESTART, name, "TLS is switched at a start", later=True)
    else:
        judged.finding("TLS between services", f"it cannot be switched: {_told(switch)}", "Settle that, then run again")


def _told(switch: TlsSwitch) -> str:
    return "; ".join(f"{one.host}: {one.reason}" if one.host else one.reason for one in switch.obstacles)

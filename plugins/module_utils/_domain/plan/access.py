# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Access's settings, as the plan needs them; what is true of them is in ``access_config``."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from ..access.access_config import FACT, PATCH, Judgement, judge_access_config
from .shapes import ACCESS_CONFIG, EdgeView, Judged


def judge_access(view: EdgeView) -> Judged:
    """The settings that the inventory wants, as the node sees them that was or would be given them."""
    judged = Judged()
    host = node_with_patch(view)
    if not view.edge.access_config or host is None:
        return judged
    judgement = judge_settings_on(view, host, view.edge.access_config)
    verdict = judgement.verdict
    drift = judgement.change.drift if verdict.drifted else []
    judged.fact(ACCESS_CONFIG, verdict.state, verdict.reason, drift=drift)
    if verdict.drifted:
        judged.need(ACCESS_CONFIG, host, verdict.reason, shared=True)
    elif verdict.unknown:
        judged.finding("settings of Access", verdict.reason, "Correct edge_access_config, or settle it on the node")
    return judged


def judge_settings_on(view: EdgeView, host: str, wanted: Mapping[str, Any]) -> Judgement:
    """What one node tells of these settings."""
    node = view.nodes[host]
    return judge_access_config(
        node["access_config"],
        node["ledger"],
        wanted,
        started_at=node["join_key"]["written_at"],
        on_unknown=view.edge.on_unknown,
    )


def node_with_patch(view: EdgeView) -> Optional[str]:
    """The node on which settings wait or were supplied before; else the first one."""
    for host, node in view.nodes.items():
        if PATCH in node["access_config"]["pending"] or any(
            name.startswith(f"{FACT}:") for name in node["ledger"]["certificates"]
        ):
            return host
    return view.first

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The bridge through which the platform reaches an Edge, as the plan needs it; what is true of bridges: ``bridge``.

Experimental. Nothing here makes or changes a bridge: it has to be there before the Edge is registered.
"""

from __future__ import annotations

from ..bridge import demand, is_supported, problem
from ..desired.shapes import BRIDGE as BRIDGE_CONNECTION
from ..verdict import IN_ORDER, UNKNOWN
from .rest import rest_error
from .shapes import JPD, EdgeView, Judged

BRIDGE = "bridge"
REMEDY = "See docs/bridge.md: the Bridge Client has to be installed on the Edge, and its REST interface to be allowed"


def judge_bridge(view: EdgeView) -> Judged:
    """Whether the bridge of an Edge is there; without one the Edge cannot be registered, nor reached afterwards."""
    judged = Judged()
    if view.edge.connection != BRIDGE_CONNECTION or view.edge.bridge_id is None:
        return judged
    if is_supported(view.version) is False:
        reason = f"the Edge has {view.version}, and a bridge needs {demand()}"
        _missing(view, judged, reason, f"Upgrade the Edge to {demand()}, or set edge_connection to direct")
        return judged
    if view.seen is None or "bridges" not in view.seen:
        unread = view.unread("bridges")
        reason = unread or rest_error(view) or "the bridges of the Edge were not asked for"
        judged.fact(BRIDGE, UNKNOWN, reason)
        if unread is not None:
            judged.finding(BRIDGE, reason, REMEDY)
        return judged
    found = problem(view.seen["bridges"], view.edge.bridge_id, view.platform["url"])
    if found is None:
        judged.fact(BRIDGE, IN_ORDER, f"the Edge has the bridge '{view.edge.bridge_id}' to the platform")
    else:
        _missing(view, judged, found.reason, found.remedy)
    return judged


def _missing(view: EdgeView, judged: Judged, reason: str, remedy: str) -> None:
    """Only a person can make a bridge, so this is no drift; an Edge that is not registered waits for it."""
    judged.fact(BRIDGE, UNKNOWN, reason)
    judged.finding(BRIDGE, reason, remedy)
    if view.is_registered is False:
        judged.need(JPD, view.first, reason, blocked=True)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The Edge's REST side, as the plan needs it: whether it answers, and takes our token as an administrator's."""

from __future__ import annotations

from ..verdict import IN_ORDER, UNKNOWN
from .nodes import JudgedServices
from .preflight import names_cause
from .shapes import EdgeView, Judged


def judge_rest(view: EdgeView, services: JudgedServices) -> Judged:
    """A token without admin rights stops everything: what the Edge says to it is not the whole truth."""
    judged = Judged()
    seen, error = view.seen, rest_error(view)
    if error is None:
        judged.fact("rest", IN_ORDER, f"{view.edge.url} answers with version {view.version}")
        return judged
    reason, remedy = _parts(error)
    judged.fact("rest", UNKNOWN, reason)
    if names_cause(view):
        judged.stop = seen is not None and seen["reachable"] and seen["admin"] is False
    elif seen is not None and seen["reachable"] and seen["admin"] is False:
        judged.finding(
            "access token of the Edge", reason, remedy or "Set edge_access_token to a token with admin rights"
        )
        judged.stop = True
    elif not services.down:
        judged.finding(
            "REST side of the Edge",
            reason,
            remedy or "Check edge_url, edge_ca_path, and that the controller reaches the Edge",
            needs_person=False,
        )
    return judged


def _parts(error: str) -> tuple[str, str]:
    """What happened, and what to do about it, which is the last sentence of a designed error and nothing otherwise."""
    happened, _dot, remedy = error.strip().rstrip(".").rpartition(". ")
    return (happened, remedy) if happened else (error, "")


def rest_error(view: EdgeView) -> str | None:
    """Why the Edge's REST side could not be read."""
    seen = view.seen
    if seen is None:
        return "the Edge was not asked in this run"
    if not seen["reachable"]:
        return seen["error"] or f"{view.edge.url} does not answer"
    if seen["admin"] is False:
        return seen["error"] or "the access token has no admin rights"
    return None if seen["admin"] else seen["error"] or f"{view.edge.url} does not answer as Artifactory does"

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The custom base URL of an Edge, as the plan needs it: the pairing token carries it (control-plane-api.md 2.2)."""

from __future__ import annotations

from ..base_url import change, without_context
from ..desired.shapes import BRIDGE
from ..pairing import NEVER
from ..trust.trust import AUTO, PAIRING_TOKEN
from ..url import host, is_bridge
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from ..version import supports_pairing_token
from .rest import rest_error
from .shapes import BASE_URL, JPD, EdgeView, Judged

PAIR_AGAIN = "its base URL changes, and a pairing does not outlive that"


def judge_base_url(view: EdgeView) -> Judged:
    """Whether the Edge calls itself what the inventory says; a registered Edge is paired again after a change.

    That a change of the base URL needs a new pairing is documented (control-plane-api.md 2.4, Traps 21).
    """
    judged = Judged()
    if view.edge.base_url is None:
        _judge_unmanaged(view, judged)
    elif view.seen is None or "base_url" not in view.seen:
        _judge_unread(view, judged)
    else:
        _judge_managed(view, judged, view.seen["base_url"], view.edge.base_url)
    return judged


def _judge_managed(view: EdgeView, judged: Judged, current: str | None, wanted: str) -> None:
    if not change(current, wanted).changed:
        judged.fact(BASE_URL, IN_ORDER, f"the Edge calls itself {current}")
        return
    reason = f"the Edge calls itself {current} instead of {wanted}" if current else f"none is set instead of {wanted}"
    judged.fact(BASE_URL, DRIFTED, reason, drift=[BASE_URL])
    judged.need(BASE_URL, view.first, reason)
    if view.jpd is None or not _carries_token(view):
        return
    if view.edge.repair == NEVER:
        judged.finding(
            "pairing",
            f"{PAIR_AGAIN}, and edge_repair is {NEVER}",
            "Set edge_repair to when_broken, or pair the Edge again by hand",
        )
    else:
        judged.need(JPD, view.first, PAIR_AGAIN, after=(BASE_URL,))


def _judge_unmanaged(view: EdgeView, judged: Judged) -> None:
    """What nobody manages is no drift, but a wrong one spoils the pairing token of an Edge that is to be paired."""
    if view.seen is None or "preflight" in view.seen:  # which tells it, with the rest
        return
    current = view.seen.get("base_url")
    if (
        not current
        or not _carries_token(view)
        or view.edge.connection == BRIDGE
        or is_bridge(view.edge.url)
        or view.jpd is not None
    ):
        return
    if host(current) == host(view.edge.url):
        return
    reason = f"the Edge calls itself {without_context(current)} in its pairing token, and the platform would look there"
    judged.finding("base URL", reason, f"Set edge_base_url to {view.edge.url}, or correct edge_url")
    judged.need(BASE_URL, view.first, reason, blocked=True)


def _judge_unread(view: EdgeView, judged: Judged) -> None:
    """An Edge that is to be started in this run cannot be asked yet; its base URL is set before it is paired."""
    unread = view.unread("base_url")
    reason = unread or rest_error(view) or "the custom base URL was not asked for"
    judged.fact(BASE_URL, UNKNOWN, reason)
    if unread is not None:
        judged.finding(
            "base URL", reason, "Give edge_access_token admin rights, or do not set edge_base_url for this Edge"
        )
    if view.jpd is None:
        blocked = unread is not None or not view.waits_for_start
        judged.need(BASE_URL, view.first, f"{reason}; it is set before the Edge is paired", blocked=blocked)


def _carries_token(view: EdgeView) -> bool:
    """Whether the Edge is paired with a pairing token, which is all that carries the base URL."""
    method = view.edge.trust_method
    return method == PAIRING_TOKEN or (method == AUTO and supports_pairing_token(view.version) is not False)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Whether an Edge can be offboarded at all, before anything of it is touched."""

from __future__ import annotations

from typing import Optional

from .. import deployment as deployments
from ..errors import ConflictError
from ..observed import Jpd
from ..url import same
from .record import Record
from .shapes import Centre, Leaving, Refusal


def registered(edge: Leaving, centre: Centre) -> Optional[Jpd]:
    """The JPD of this Edge, by its name and its URL. Raises ConflictError for one that has only one of them.

    What is removed has to be meant: the other half may be another Edge's, by a slip of the pen.
    """
    jpd = deployments.match(centre.seen["jpds"], edge.wanted)
    if jpd is not None and jpd["name"] != edge.name:
        raise ConflictError(
            f"Cannot offboard the Edge '{edge.name}': the JPD with its URL {jpd['url']} is {jpd['id']} "
            f"'{jpd['name']}'. Set edge_name to that name if it is to go, or correct edge_url.",
            happened=f"the JPD with its URL {jpd['url']} is {jpd['id']} '{jpd['name']}'",
            remedy="Set edge_name to that name if it is to go, or correct edge_url",
        )
    return jpd


def under_way(edge: Leaving) -> Optional[Record]:
    """The record of an offboarding that an earlier run has begun and not ended."""
    open_ones = [record for record in edge.records.values() if record is not None and record["closed_at"] is None]
    return open_ones[0] if open_ones else None


def last_record(edge: Leaving) -> Optional[Record]:
    """The record of any of its nodes."""
    return next((record for record in edge.records.values() if record is not None), None)


def closed(edge: Leaving, centre: Centre) -> bool:
    """Whether the last offboarding from this platform was ended on every node."""
    records = [edge.records.get(host) for host in edge.nodes]
    return all(
        record is not None
        and record["closed_at"] is not None
        and record["edge"] == edge.name
        and same(record["platform"], centre.seen["url"])
        for record in records
    )


def refusal(edge: Leaving, centre: Centre) -> Optional[Refusal]:
    """Why this Edge is left as it is; None when nothing speaks against it. Its JPD is looked at elsewhere."""
    if not centre.seen["reachable"]:
        why = (centre.seen["error"] or "no answer").rstrip(".")
        return Refusal(f"the platform could not be read: {why}", "Run again when it answers")
    if "license_buckets" not in centre.seen:
        why = (centre.seen.get("unread") or {}).get("license_buckets") or centre.seen["error"] or "no answer"
        return Refusal(
            f"what it holds of the platform's licences could not be read: {why.rstrip('.')}",
            "Run again with a token that may read them, because they cannot be released without the JPD",
        )
    if edge.wishes.remove_keys and edge.wishes.restart:
        return Refusal(
            "edge_offboard_remove_keys and edge_offboard_restart are both set, and a node without its keys does not "
            "start",
            "Leave one of them out",
        )
    if edge.rest_only and (edge.wishes.remove_keys or edge.wishes.restart):
        asked = "remove_keys" if edge.wishes.remove_keys else "restart"
        return Refusal(
            f"edge_offboard_{asked} asks for work on its nodes, and edge_node_access is none",
            "Leave it out, and do that where the Edge is installed",
        )
    return _refusal_of_dead(edge) if edge.wishes.dead else _refusal_of_living(edge, centre)


def _refusal_of_dead(edge: Leaving) -> Optional[Refusal]:
    """A host that is said to be dead, and lives: what could still be revoked there would be left."""
    answering = [*edge.seen, *([edge.rest["url"]] if edge.alive else [])]
    if not answering:
        return None
    return Refusal(
        f"edge_offboard_host_is_dead names it, and it answers ({', '.join(answering)})",
        "Take it out of that list, so that its pairing and tokens are revoked on the Edge as well",
    )


def _refusal_of_living(edge: Leaving, centre: Centre) -> Optional[Refusal]:
    if edge.absent:
        return Refusal(
            f"this run leaves out {', '.join(edge.absent)} of its nodes", "Name the whole Edge in edge_hosts"
        )
    if edge.unreachable:
        host, why = next(iter(edge.unreachable.items()))
        gone = f"; list '{edge.name}' in edge_offboard_host_is_dead if its hosts are gone for good"
        return Refusal(
            f"not all of its nodes can be reached ({host}: {why.rstrip('.')})",
            "Make them reachable and run again" + ("" if edge.seen or edge.alive else gone),
        )
    begun = under_way(edge)
    if begun is not None and not (begun["edge"] == edge.name and same(begun["platform"], centre.seen["url"])):
        return Refusal(
            f"the offboarding of '{begun['edge']}' from {begun['platform']} is under way on its nodes",
            "Finish that first, with its edge_name and platform_url",
        )
    if edge.answers or begun is not None or closed(edge, centre):
        return None
    if edge.alive:
        why = (edge.rest["error"] or "it was refused").rstrip(".")
        return Refusal(f"its token does not work on the Edge: {why}", "Give edge_access_token with admin scope")
    why = (edge.rest["error"] or "no answer").rstrip(".")
    return Refusal(
        f"it does not answer ({why}), and its pairing can be revoked only while it runs",
        "Start its nodes and run again, or correct edge_url",
    )

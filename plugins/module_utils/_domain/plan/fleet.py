# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The plan of the whole fleet: a pure function of what is wanted and what was observed.

It returns plain data, names every managed fact with its verdict, and holds no secret.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Callable, Collection, List, Mapping, Optional, Sequence

from ..deployment import Registered
from ..desired.shapes import DesiredEdge, DesiredFleet
from ..moment import rfc3339
from ..observed import Fleet, Node
from .calendar import platform_findings, platform_rows
from .edge import STATES, plan_edge
from .expiries import platform_expiries
from .license import judge_quota
from .rollout import roll_out
from .shapes import EdgeView
from .tokens import platform_token_findings
from .waves import Rollout

# Of the planned Edges, those that are left by their names, and why.
Leave = Callable[[Sequence[Mapping[str, Any]]], Mapping[str, str]]


def plan_fleet(
    desired: DesiredFleet,
    nodes: Mapping[str, Optional[Node]],
    fleet: Fleet,
    *,
    unreachable: Mapping[str, str],
    onboarding: bool,
    now: datetime,
    absent: Mapping[str, Sequence[str]] | None = None,
    unrequested: Collection[str] = (),
    rotating: Collection[str] = (),
    staged: Mapping[str, str] | None = None,
    owns_platform: bool = False,
    allowed: Sequence[str] = (),
    approved: Sequence[str] = (),
    group_prefix: str = "edge_plan",
    rollout: Rollout | None = None,
    leave: Leave | None = None,
) -> dict[str, Any]:
    """The facts, changes and findings of every Edge, and the hosts that have work to do.

    ``nodes`` has what was read of each host, ``unreachable`` why a host was not read. ``absent`` has, by Edge, its
    nodes that are in the inventory but not in this run. Only with ``onboarding`` may a join key be made. ``allowed``
    are disruptive steps that this run may take, ``approved`` what it may do where the policy of an Edge is to ask.
    ``unrequested`` are Edges whose support request is to be written when they wait for the platform, ``rotating`` those
    whose join key is being replaced. ``staged`` has, by Edge, a join key that was made for its file, which has not got
    its name yet. ``owns_platform``: the inventory has nodes of the platform. ``rollout``: in which waves the work is
    done. ``leave`` says of which planned Edges nothing is to be done after all, and why.
    """
    platform = fleet["platform"]
    registered = Registered(platform["jpds"])
    whole = [_with_licenses(edge, (absent or {}).get(edge.name, ())) for edge in desired.edges]
    quota = judge_quota(whole, platform, registered)
    edges, work = [], []
    for edge in whole:
        left_out = tuple((absent or {}).get(edge.name, ()))
        installed, empty, silent = _sort(edge, nodes, unreachable, left_out)
        view = EdgeView(
            edge=edge,
            platform=platform,
            registered=registered,
            seen=fleet["edges"].get(edge.name),
            nodes=installed,
            empty=empty,
            unreachable=silent,
            absent=left_out,
            onboarding=onboarding,
            unrequested=edge.name in unrequested,
            rotating=edge.name in rotating,
            staged_join_key=(staged or {}).get(edge.name),
            owns_platform=owns_platform,
            allowed=tuple(allowed),
            approved=tuple(approved),
            group_prefix=group_prefix,
            now=now,
        )
        planned, of_hosts = plan_edge(view, quota.short.get(edge.name))
        edges.append(planned)
        work += of_hosts
    if leave is not None:
        work = _leave(edges, work, leave(edges))
    limit = max((edge.certificate_days_left for edge in desired.edges), default=0)
    certificates = platform_rows(platform, now=now, limit_days=limit)
    days_left = max((edge.token_days_left for edge in desired.edges), default=0)
    tokens = platform_token_findings(platform, now=now, days_left=days_left)
    canaries = [edge.name for edge in desired.edges if edge.canary]
    rolled = roll_out(edges, work, rollout or Rollout(), canaries=canaries, group_prefix=group_prefix)
    return {
        "made_at": rfc3339(now),
        "platform": {
            "url": platform["url"],
            "reachable": platform["reachable"],
            "error": platform["error"],
            "certificates": certificates,
            "expiries": platform_expiries(platform, now=now, days_left=days_left),
            "findings": [*platform_findings(certificates), *tokens, *quota.findings],
        },
        "edges": edges,
        **rolled,
        "summary": {state: sum(planned["state"] == state for planned in edges) for state in STATES},
    }


def _leave(edges: Sequence[Any], work: List[Any], left: Mapping[str, str]) -> List[Any]:
    """The work without that of some Edges, which are told why."""
    for planned in edges:
        if planned["name"] in left and planned["changes"]:
            note = {"what": "applied plan", "reason": left[planned["name"]], "remedy": "Make a new plan for it"}
            planned.update(changes=[], findings=[*planned["findings"], {**note, "needs_person": False}])
    hosts = {host for planned in edges if planned["name"] in left for host in planned["nodes"]}
    return [one for one in work if one["host"] not in hosts]


def _with_licenses(edge: DesiredEdge, absent: Sequence[str]) -> DesiredEdge:
    """An Edge needs the licences of the nodes that this run leaves out as well."""
    nodes = {*edge.nodes, *absent}
    return edge if edge.license_count is not None else replace(edge, license_count=len(nodes))


def _sort(
    edge: DesiredEdge,
    nodes: Mapping[str, Optional[Node]],
    unreachable: Mapping[str, str],
    absent: Sequence[str],
) -> tuple[dict[str, Node], dict[str, Node], dict[str, str]]:
    """The Edge's nodes in this run: those with Artifactory, those without, and those that were not read.

    Of an Edge that is managed over REST alone there are none.
    """
    installed: dict[str, Node] = {}
    empty: dict[str, Node] = {}
    silent: dict[str, str] = {}
    for host in () if edge.rest_only else edge.nodes:
        node = nodes.get(host)
        if host in absent:
            continue
        if host in unreachable or node is None:
            silent[host] = unreachable.get(host) or "it was not observed in this run"
        elif node["layout"]["installed"]:
            installed[host] = node
        else:
            empty[host] = node
    return installed, empty, silent

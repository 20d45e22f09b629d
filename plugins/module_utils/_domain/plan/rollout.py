# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The work of the fleet, wave by wave, as the play that carries it out takes it: in batches of whole Edges."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import Any, Collection, Dict, List, Mapping, Sequence

from .edge import AGAIN, ALL_WORK, CANARY
from .shapes import NODE, RESTART, STEPS, TOGETHER, UNREACHABLE
from .waves import Rollout

# Beside the steps that change something: those that are carried out together, and what the play does in the end.
_ORDER = (NODE, *STEPS, AGAIN, CANARY)


def roll_out(
    edges: Sequence[Mapping[str, Any]],
    work: Sequence[Dict[str, Any]],
    rollout: Rollout,
    *,
    canaries: Collection[str] = (),
    group_prefix: str = "edge_plan",
) -> Dict[str, Any]:
    """The Edges of each wave, the number of its hosts, and the work in this order.

    ``edges`` are those of the plan, ``work`` that of their hosts, the nodes of an Edge next to each other. ``canaries``
    are Edges on which the arrival of release bundles is to be proven.
    """
    owners = {host: edge["name"] for edge in edges for host in edge["nodes"]}
    of_edges: Dict[str, List[Dict[str, Any]]] = {}
    for item in work:
        of_edges.setdefault(owners[item["host"]], []).append(item)
    if of_edges:
        of_edges.update(_of_idle_leaders(edges, of_edges, rollout, canaries, group_prefix))
    waves = rollout.divide([edge["name"] for edge in edges if edge["name"] in of_edges])
    in_waves = [[item for name in wave for item in of_edges[name]] for wave in waves]
    for item in (item for items in in_waves for item in items):
        item["edge_plan"].update(_together(item["edge_plan"]))
    for number, items in enumerate(in_waves, 1):
        present = {step for item in items for step in item["edge_plan"]["steps"]}
        steps = [step for step in _ORDER if step in present]
        starts = Counter(owners[item["host"]] for item in items if RESTART in item["edge_plan"]["steps"])
        for item in items:
            # What would cost each host a look at all the others.
            item["edge_plan"].update(wave=number, wave_steps=steps, wave_rounds=max(starts.values(), default=0))
    return {
        "waves": waves,
        "serial": [len(items) for items in in_waves],
        "stops_above": rollout.stops_above,
        "work": [item for items in in_waves for item in items],
    }


def _together(plan: Mapping[str, Any]) -> Dict[str, List[str]]:
    """The steps of a host, of which the first may be ``node``: its ``node_steps`` in one execution."""
    alone = len(plan["nodes"]) == 1
    first = list(takewhile(lambda step: step in TOGETHER and (alone or step != RESTART), plan["steps"]))
    if len(first) < 2:
        return {"steps": list(plan["steps"]), "node_steps": []}
    return {"steps": [NODE, *plan["steps"][len(first) :]], "node_steps": first}


def _of_idle_leaders(
    edges: Sequence[Mapping[str, Any]],
    busy: Collection[str],
    rollout: Rollout,
    canaries: Collection[str],
    group_prefix: str,
) -> Dict[str, List[Dict[str, Any]]]:
    """The Edges that lead, and have nothing to change, but something to prove before the others begin.

    Nothing in the plan remembers that release bundles did not arrive on one of them in the run before, and one that
    does not answer cannot be well.
    """
    found = {}
    for edge in edges:
        name = edge["name"]
        if name not in rollout.first or name in busy:
            continue
        if edge["state"] == UNREACHABLE:
            found[name] = _looked_at(edge, [], group_prefix)
        elif name in canaries:
            found[name] = _looked_at(edge, [CANARY], group_prefix)
    return found


def _looked_at(edge: Mapping[str, Any], steps: Sequence[str], group_prefix: str) -> List[Dict[str, Any]]:
    """Work that changes nothing; what is done once per Edge is done by its first node."""
    return [
        {
            "host": host,
            "groups": [f"{group_prefix}_{name}" for name in (*own, ALL_WORK)],
            "edge_plan": {
                "ordinal": number,
                "nodes": list(edge["nodes"]),
                "trust_method": edge["trust_method"],
                "steps": own,
                "restart_for": [],
            },
        }
        for number, (host, own) in enumerate(
            ((host, list(steps) if host == edge["nodes"][0] else []) for host in edge["nodes"]), 1
        )
    ]

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Whether an Edge is still as it was when a plan was saved, so that the plan may be carried out on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ..desired.digests import digests
from ..desired.shapes import DesiredEdge
from ..wording import printable
from .saved import SavedEdge, SavedPlan, verdicts
from .shapes import UNREACHABLE, names

# Variables that a run changes itself, when it makes a key for a store that has none.
_MADE = {"edge_join_key", "edge_join_key_file"}
_DRIFTED = "drifted: "


@dataclass
class Review:
    """What a saved plan says of the Edges of a run, by their names.

    ``moved``: how they are not as they were. ``unplanned``: those that the plan does not have. ``go``: those that are
    changed; ``done``: those of which nothing is left to do.
    """

    moved: Dict[str, List[str]] = field(default_factory=dict)
    unplanned: List[str] = field(default_factory=list)
    go: List[str] = field(default_factory=list)
    done: List[str] = field(default_factory=list)


def review(saved: SavedPlan, edges: Sequence[Mapping[str, Any]], wanted: Sequence[DesiredEdge]) -> Review:
    """Compare what was planned anew with the plan that was saved, Edge by Edge."""
    by_name = {edge.name: edge for edge in wanted}
    found = Review()
    for planned in edges:
        name = planned["name"]
        before = saved.edges.get(name)
        if before is None:
            found.unplanned.append(name)
            continue
        how = _moved(before, planned, by_name[name], begun=name in saved.begun, done=name in saved.done)
        if how:
            found.moved[name] = how
        else:
            (found.go if planned["changes"] else found.done).append(name)
    return found


def review_later(saved: SavedPlan, edges: Sequence[Mapping[str, Any]]) -> Review:
    """The same for a second pass, when the plan is half done: only what it has may follow."""
    found = Review()
    for planned in edges:
        before = saved.edges.get(planned["name"])
        known = {_place(change) for change in before.changes} if before is not None else set()
        more = [_step(change) for change in planned["changes"] if _place(change) not in known]
        if more:
            found.moved[planned["name"]] = [f"{step} is needed now, and not in the plan" for step in more]
        else:
            (found.go if planned["changes"] else found.done).append(planned["name"])
    return found


def _moved(before: SavedEdge, planned: Mapping[str, Any], wanted: DesiredEdge, *, begun: bool, done: bool) -> List[str]:
    """How the Edge has moved, in words; nothing when the plan may be carried out there, or is not about it."""
    if not before.changes and not planned["changes"]:
        return []
    how = _inventory(before, planned, wanted, begun=begun)
    if begun and not done:
        # What an earlier run has done of it may differ, and its identity may not.
        new = [change for change in planned["changes"] if _place(change) not in set(map(_place, before.changes))]
        how += [f"{_step(change)} is needed now, and not in the plan ({change['reason']})" for change in new]
        return how + _jpd(before, planned)
    if not planned["changes"]:
        return how + _undone(before, planned)
    return how + _changes(before, planned) + _facts(before.seen, verdicts(planned))


def _inventory(before: SavedEdge, planned: Mapping[str, Any], wanted: DesiredEdge, *, begun: bool) -> List[str]:
    """What the inventory says now. The nodes of the run are part of it, because --limit may leave some out."""
    how = []
    if list(before.nodes) != list(planned["nodes"]):
        how.append(f"the run has the nodes {names(planned['nodes'])} and the plan {names(before.nodes)}")
    now, past = digests(wanted), dict(before.wanted)
    if begun and "edge_join_key_file" in past:
        now, past = ({name: one for name, one in said.items() if name not in _MADE} for said in (now, past))
    changed = sorted(name for name in {*now, *past} if now.get(name) != past.get(name))
    return [*how, f"the inventory says something else in {names(changed)}"] if changed else how


def _changes(before: SavedEdge, planned: Mapping[str, Any]) -> List[str]:
    past = {(change["pass"], *_place(change)): change for change in before.changes}
    now = {(change["pass"], *_place(change)): change for change in planned["changes"]}
    gone = [f"{_step(change)} is not to be done any more" for place, change in past.items() if place not in now]
    new = [
        f"{_step(change)} is needed now, and not in the plan ({change['reason']})"
        for place, change in now.items()
        if place not in past
    ]
    return gone + new


def _facts(past: Mapping[str, str], now: Mapping[str, str]) -> List[str]:
    differing = [name for name in {**past, **now} if past.get(name) != now.get(name)]
    return [
        printable(f"{name} was {past.get(name, 'not looked at')}, and is {now.get(name, 'not looked at')}")
        for name in differing
    ]


def _undone(before: SavedEdge, planned: Mapping[str, Any]) -> List[str]:
    """Nothing is planned any more: it was done, unless the drift is there and something stands in the way."""
    now = verdicts(planned)
    if planned["state"] == UNREACHABLE:
        return ["it cannot be reached now"]
    left = [name for name, said in now.items() if said.startswith(_DRIFTED)]
    excused = {name for name in left if planned["held"] and now[name] == before.seen.get(name)}
    return [printable(f"{name} is {now[name]}, and it cannot be changed now") for name in left if name not in excused]


def _jpd(before: SavedEdge, planned: Mapping[str, Any]) -> List[str]:
    now = None if planned["jpd"] is None else planned["jpd"]["id"]
    return [] if before.jpd in (None, now) else [f"its JPD was {before.jpd}, and is {now or 'gone'}"]


def _place(change: Mapping[str, Any]) -> Tuple[str, str]:
    return change["step"], change["host"]


def _step(change: Mapping[str, Any]) -> str:
    return f"{change['step']} on {change['host']}"

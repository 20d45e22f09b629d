# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The report of a run: one data structure, from which every format is made."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from ..plan.trust import WAITING
from .words import words

# How a run ends, the worst first.
UNREACHABLE = "unreachable"
DRIFT = "drift"
NEEDS_PERSON = "needs_person"
CORRECTED = "corrected"
IN_ORDER = "in_order"
OUTCOMES = (UNREACHABLE, DRIFT, NEEDS_PERSON, CORRECTED, IN_ORDER)

# What a run was for: only to look, to carry the plan out, or to say with --check what that would do.
REPORT = "report"
CONVERGE = "converge"
PREVIEW = "preview"

VERSION = 2

# The outcome to which the state of one Edge leads. What is unknown needs a person, too.
_LEADS_TO = {
    "unreachable": UNREACHABLE,
    "drifted": DRIFT,
    "needs_person": NEEDS_PERSON,
    "unknown": NEEDS_PERSON,
    "corrected": CORRECTED,
    "in_order": IN_ORDER,
}
# The states of an Edge, the worst first.
STATES = tuple(_LEADS_TO)


def document(
    plan: Mapping[str, Any],
    *,
    times: Mapping[str, Any],
    verified: Mapping[str, Any] | None = None,
    mode: str = REPORT,
    failures: Sequence[Mapping[str, Any]] = (),
    stopped: Mapping[str, Any] | None = None,
    replication: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The report as plain data. ``verified`` is the plan of the changed Edges that was made after the changes.

    ``times`` are those of ``times.spent``. ``failures`` are steps that failed in this run: host, step, and the message.
    ``stopped`` says, if the run ended before its last wave, after which one and why. ``replication``: how the mesh
    stands whose security is replicated, as ``replication.standing`` has it; None where there is none.
    """
    edges = rows(plan, verified if mode == CONVERGE else None, failures)
    summary = {state: sum(edge["state"] == state for edge in edges) for state in _LEADS_TO}
    return {
        "version": VERSION,
        "mode": mode,
        "outcome": outcome(edges, plan["platform"], replication),
        "headline": " ".join(
            [
                _headline(plan["platform"], summary, edges) + _stop(stopped),
                *([] if replication is None else [replication["headline"]]),
            ]
        ),
        **times,
        "stopped": None if stopped is None else dict(stopped),
        "platform": dict(plan["platform"]),
        "summary": summary,
        "edges": edges,
        "replication": None if replication is None else dict(replication),
    }


def outcome(
    edges: Sequence[Mapping[str, Any]], platform: Mapping[str, Any], replication: Mapping[str, Any] | None = None
) -> str:
    """How the run ends: as its worst Edge, as the platform if that needs a person, or as the replication stands."""
    reached = {_LEADS_TO[edge["state"]] for edge in edges} | ({NEEDS_PERSON} if platform["findings"] else set())
    reached |= set() if replication is None else {_LEADS_TO[replication["state"]]}
    return next((word for word in OUTCOMES if word in reached), IN_ORDER)


def rows(
    plan: Mapping[str, Any],
    verified: Mapping[str, Any] | None = None,
    failures: Sequence[Mapping[str, Any]] = (),
) -> List[dict[str, Any]]:
    """One row per Edge, as it was last seen.

    ``corrected`` lists the planned changes that are not needed any more. An Edge that was changed and is in order now
    has the state "corrected"; one that could not be looked at again keeps what the plan said. A step that failed is
    never hidden by what came after it: such an Edge is not in order.
    """
    later = {edge["name"]: edge for edge in (verified or {}).get("edges", ())}
    waves = {work["host"]: work["edge_plan"]["wave"] for work in plan["work"]}
    return [_row(edge, later.get(edge["name"]), failures, waves) for edge in plan["edges"]]


def _row(
    planned: Mapping[str, Any],
    later: Mapping[str, Any] | None,
    failures: Sequence[Mapping[str, Any]],
    waves: Mapping[str, int],
) -> dict[str, Any]:
    last = later or planned
    failed = [dict(one) for one in failures if one["host"] in planned["nodes"]]
    left = [(change["step"], change["host"]) for change in last["changes"]]
    left += [(one["step"], one["host"]) for one in failed]
    corrected = [
        change for change in _begun(planned["changes"], failed) if (change["step"], change["host"]) not in left
    ]
    state = last["state"]
    if later is not None and state == IN_ORDER and planned["changes"]:
        state = CORRECTED
    if failed and state in (CORRECTED, IN_ORDER):
        state = NEEDS_PERSON
    return {
        **last,
        "state": state,
        "wave": next((waves[host] for host in planned["nodes"] if host in waves), None),
        "corrected": corrected if later is not None else [],
        "failed": failed,
    }


def _begun(changes: Sequence[Mapping[str, Any]], failed: Sequence[Mapping[str, Any]]) -> List[Mapping[str, Any]]:
    """The changes of an Edge, in the order of their steps, as far as the step that failed: none comes after that.

    What can be seen afterwards does not tell: an Edge that cannot be looked at has no changes that are left.
    """
    steps = list(dict.fromkeys(change["step"] for change in changes))
    last = min((steps.index(one["step"]) for one in failed if one["step"] in steps), default=len(steps))
    return [change for change in changes if steps.index(change["step"]) <= last]


def _headline(platform: Mapping[str, Any], summary: Mapping[str, int], edges: Sequence[Mapping[str, Any]]) -> str:
    if not platform["reachable"]:
        return f"The platform {platform['url']} could not be read. {platform['error'] or ''}".rstrip()
    count = len(edges)
    # What the platform's owner has to do is no drift, and an Edge that waits for it is not joined yet.
    waiting = sum(edge["trust_state"] == WAITING for edge in edges)
    ending = f"; {waiting} waiting for the platform." if waiting else "."
    if summary["in_order"] == count:
        return ("The Edge is in order" if count == 1 else f"All {count} Edges are in order") + ending
    counted = [f"{number} {_counted(state, number)}" for state, number in summary.items() if number]
    return f"{count} {'Edge' if count == 1 else 'Edges'}: {', '.join(counted)}{ending}"


def _counted(state: str, number: int) -> str:
    if state == NEEDS_PERSON:
        return "needs a person" if number == 1 else "need a person"
    return words(state)


def _stop(stopped: Mapping[str, Any] | None) -> str:
    if stopped is None:
        return ""
    count = len(stopped["not_begun"])
    left = f"; {count} {'Edge was' if count == 1 else 'Edges were'} not begun" if count else ""
    return f" Stopped after wave {stopped['wave']} of {stopped['of']}{left}."

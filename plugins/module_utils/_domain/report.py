# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The report of a run: one data structure for JSON and machines, and its text for the terminal."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from .plan.trust import WAITING
from .verdict import UNKNOWN
from .wording import printable

# How a run ends, the worst first.
UNREACHABLE = "unreachable"
DRIFT = "drift"
NEEDS_PERSON = "needs_person"
CORRECTED = "corrected"
IN_ORDER = "in_order"
OUTCOMES = (UNREACHABLE, DRIFT, NEEDS_PERSON, CORRECTED, IN_ORDER)

# What a run was for: only to look, or to carry the plan out.
REPORT = "report"
CONVERGE = "converge"

VERSION = 1

# The outcome to which the state of one Edge leads. What is unknown needs a person, too.
_LEADS_TO = {
    "unreachable": UNREACHABLE,
    "drifted": DRIFT,
    "needs_person": NEEDS_PERSON,
    "unknown": NEEDS_PERSON,
    "corrected": CORRECTED,
    "in_order": IN_ORDER,
}
_COLUMNS = ("Edge", "JPD", "Status", "Trust", "State")


def document(
    plan: Mapping[str, Any],
    *,
    verified: Mapping[str, Any] | None = None,
    mode: str = REPORT,
    failures: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The report as plain data. ``verified`` is the plan of the changed Edges that was made after the changes.

    ``failures`` are steps that failed in this run: host, step, and the message.
    """
    edges = rows(plan, verified if mode == CONVERGE else None, failures)
    summary = {state: sum(edge["state"] == state for edge in edges) for state in _LEADS_TO}
    return {
        "version": VERSION,
        "mode": mode,
        "outcome": outcome(edges, plan["platform"]),
        "headline": _headline(plan["platform"], summary, edges),
        "platform": dict(plan["platform"]),
        "summary": summary,
        "edges": edges,
    }


def outcome(edges: Sequence[Mapping[str, Any]], platform: Mapping[str, Any]) -> str:
    """How the run ends: as its worst Edge, or as the platform if that needs a person."""
    reached = {_LEADS_TO[edge["state"]] for edge in edges} | ({NEEDS_PERSON} if platform["findings"] else set())
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
    return [_row(edge, later.get(edge["name"]), failures) for edge in plan["edges"]]


def text(report: Mapping[str, Any]) -> str:
    """The report for a terminal: a table, and under each Edge what is not in order and what to do."""
    error = None if report["platform"]["reachable"] else report["platform"]["error"]
    table = [_COLUMNS, *(_cells(edge) for edge in report["edges"])]
    widths = [max(len(row[column]) for row in table) for column in range(len(_COLUMNS))]
    lines = [_aligned(_COLUMNS, widths)]
    for edge, cells in zip(report["edges"], table[1:]):
        lines.append(_aligned(cells, widths))
        lines += [f"    {printable(line)}" for line in _details(edge, error)]
    ending = [f"needs a person: {finding}" for finding in report["platform"]["findings"]]
    return "\n".join([*lines, "", *(printable(line) for line in [*ending, *_next_end(report), report["headline"]])])


def _next_end(report: Mapping[str, Any]) -> List[str]:
    """Which certificate of all ends next."""
    rows = [*report["platform"]["certificates"], *(row for edge in report["edges"] for row in edge["certificates"])]
    if not rows:
        return []
    row = min(rows, key=lambda row: (row["days_left"], row["where"], row["kind"]))
    what = f"{_word(row['kind'])} of {row['where']} on {row['not_after']}"
    return [f"The certificate that ends next: {what}, {row['days_left']} days left."]


def _row(
    planned: Mapping[str, Any], later: Mapping[str, Any] | None, failures: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    last = later or planned
    failed = [dict(one) for one in failures if one["host"] in {change["host"] for change in planned["changes"]}]
    left = [(change["step"], change["host"]) for change in last["changes"]]
    corrected = [change for change in planned["changes"] if (change["step"], change["host"]) not in left]
    state = last["state"]
    if later is not None and state == IN_ORDER and planned["changes"]:
        state = CORRECTED
    if failed and state in (CORRECTED, IN_ORDER):
        state = NEEDS_PERSON
    return {**last, "state": state, "corrected": corrected if later is not None else [], "failed": failed}


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
    return _word(state)


def _cells(edge: Mapping[str, Any]) -> Sequence[str]:
    jpd = edge["jpd"] or {"id": "-", "status": "-"}
    trust = edge["trust_state"] + (f" ({_word(edge['trust_method'])})" if edge["trust_method"] else "")
    return tuple(printable(cell) for cell in (edge["name"], jpd["id"], jpd["status"], trust, _word(edge["state"])))


def _details(edge: Mapping[str, Any], platform_error: str | None) -> List[str]:
    """What is not in order. The platform's own error is said once for all Edges, in the headline, and a fact that a
    finding explains is said there."""
    said = [platform_error or "", *(finding["reason"] for finding in edge["findings"])]
    lines = [f"corrected: {_step(change)}" for change in edge["corrected"]]
    lines += [f"failed: {_step(failure)}: {failure['message']}" for failure in edge["failed"]]
    lines += [f"{fact['state']}: {_subject(fact)}: {fact['reason']}" for fact in _untold(edge["facts"], said)]
    for number, words in ((1, "to do"), (2, "to do when that is in use")):
        steps = [_step(change) for change in edge["changes"] if change["pass"] == number]
        lines += [f"{words}: {', '.join(steps)}"] if steps else []
    for finding in edge["findings"]:
        kind = "needs a person" if finding["needs_person"] else "note"
        lines.append(f"{kind}: {finding['what']}: {finding['reason'].rstrip('.')}. {finding['remedy']}.")
    return lines


def _untold(facts: Sequence[Mapping[str, Any]], said: Sequence[str]) -> List[Mapping[str, Any]]:
    """The facts that are not in order, each cause once: an Edge that does not answer leaves many facts unknown."""
    causes = [text for text in said if text]
    untold = []
    for fact in facts:
        same = fact["state"] == UNKNOWN and not fact["node"] and fact["reason"].startswith(tuple(causes))
        if fact["state"] != IN_ORDER and fact["reason"] not in said and not same:
            untold.append(fact)
            causes.append(fact["reason"])
    return untold


def _subject(fact: Mapping[str, Any]) -> str:
    return _word(fact["fact"]) + (f" of {fact['node']}" if fact["node"] else "")


def _step(change: Mapping[str, Any]) -> str:
    return f"{_word(change['step'])} on {change['host']}"


def _word(name: str) -> str:
    return name.replace("_", " ")


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()

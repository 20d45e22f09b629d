# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The report for a terminal: a table, the worst first, and the outcome last, where a person looks first."""

from __future__ import annotations

from collections import Counter
from typing import Any, List, Mapping, Sequence, Tuple

from ..replication.text import lines_of_standing
from ..verdict import IN_ORDER
from ..wording import printable
from .document import STATES
from .lines import ASK, details
from .words import seconds, words

# Which Edges are listed: all, those of which there is something to tell, or what a terminal can take of these.
ALL = "all"
CHANGED = "changed"
AUTO = "auto"
EDGES = (ALL, CHANGED, AUTO)

# A fleet up to this size is listed as a whole by ``auto``; of a larger one no more Edges than the second number.
_SMALL = 30
_LISTED = 100
_NAMED = 10

_COLUMNS = ("Edge", "JPD", "Status", "Trust", "State", "Wave")


def text(report: Mapping[str, Any], *, edges: str = ALL) -> str:
    """A row for each Edge that is listed, under it what is not in order and what to do, and then the whole."""
    error = None if report["platform"]["reachable"] else report["platform"]["error"]
    told = [(edge, [printable(line) for line in details(edge, error)]) for edge in report["edges"]]
    told.sort(key=lambda row: STATES.index(row[0]["state"]))
    listed = _listed(told, edges)
    waves = any((edge["wave"] or 1) > 1 for edge in report["edges"])
    columns = len(_COLUMNS) if waves else len(_COLUMNS) - 1
    table = [_COLUMNS[:columns], *(_cells(edge)[:columns] for edge, _lines in listed)]
    widths = [max(len(row[column]) for row in table) for column in range(columns)]
    lines = [_aligned(table[0], widths)] if listed else []
    for (_edge, below), cells in zip(listed, table[1:]):
        lines += [_aligned(cells, widths), *(f"    {line}" for line in below)]
    lines += _unlisted([edge for edge, _lines in told[len(listed) :]], edges)
    return "\n".join([*lines, "", *(printable(line) for line in _ending(report))])


def _listed(told: List[Tuple[Any, List[str]]], edges: str) -> List[Tuple[Any, List[str]]]:
    if edges == ALL or (edges == AUTO and len(told) <= _SMALL):
        return told
    told.sort(key=lambda row: _is_silent(*row))  # stable, so the worst stay first
    count = sum(not _is_silent(*row) for row in told)
    return told[: min(count, _LISTED) if edges == AUTO else count]


def _is_silent(edge: Mapping[str, Any], lines: Sequence[str]) -> bool:
    return edge["state"] == IN_ORDER and not lines


def _unlisted(rest: Sequence[Mapping[str, Any]], edges: str) -> List[str]:
    """How many Edges are not listed, by their states."""
    counted = Counter(edge["state"] for edge in rest)
    lines = [f"{counted[state]} more: {words(state)}" for state in STATES if counted[state] and state != IN_ORDER]
    if lines:
        lines[-1] += f". List them with -e edge_report_edges={CHANGED}."
    count = counted[IN_ORDER]
    if count:
        are = "1 Edge is" if count == 1 else f"{count} Edges are"
        lines.append(f"{are} in order and not listed; -e edge_report_edges={ALL} lists all.")
    return lines


def _ending(report: Mapping[str, Any]) -> List[str]:
    """What concerns the whole run; the headline is the last line."""
    lines = [f"needs a person: {finding}" for finding in report["platform"]["findings"]]
    lines += [] if report["replication"] is None else lines_of_standing(report["replication"])
    lines += [*_approvals(report), *_next_end(report), *_stopped(report["stopped"]), *_took(report)]
    return [*lines, report["headline"]]


def _approvals(report: Mapping[str, Any]) -> List[str]:
    """What policy wants to be asked about, as the variable that says yes; said once for all Edges."""
    held = [change for edge in report["edges"] for change in edge["held"] if change["policy"] == ASK]
    asked = sorted({change["waits_for"] or change["name"] for change in held})
    if not asked:
        return []
    return [f"Policy asks before: {', '.join(map(words, asked))}. Say yes with -e edge_approve={','.join(asked)}."]


def _next_end(report: Mapping[str, Any]) -> List[str]:
    """Which certificate of all ends next."""
    rows = [*report["platform"]["certificates"], *(row for edge in report["edges"] for row in edge["certificates"])]
    if not rows:
        return []
    row = min(rows, key=lambda row: (row["days_left"], row["where"], row["kind"]))
    what = f"{words(row['kind'])} of {row['where']} on {row['not_after']}"
    if row["days_left"] < 0:
        return [f"The certificate that ended first: {what}."]
    return [f"The certificate that ends next: {what}, {row['days_left']} days left."]


def _stopped(stopped: Mapping[str, Any] | None) -> List[str]:
    """Which Edges stopped the run, and which it left; how many waves there were is in the headline."""
    if stopped is None:
        return []
    named = ((f"failed in wave {stopped['wave']}", stopped["failed"]), ("not begun", stopped["not_begun"]))
    return [f"{what}: {_few(names)}" for what, names in named if names]


def _few(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _took(report: Mapping[str, Any]) -> List[str]:
    if report["duration_seconds"] is None:
        return []
    phases = ", ".join(f"{words(phase)} {seconds(spent)}" for phase, spent in report["phases"].items())
    return [f"It took {seconds(report['duration_seconds'])}" + (f": {phases}." if phases else ".")]


def _cells(edge: Mapping[str, Any]) -> Sequence[str]:
    jpd = edge["jpd"] or {"id": "-", "status": "-"}
    trust = edge["trust_state"] + (f" ({words(edge['trust_method'])})" if edge["trust_method"] else "")
    wave = "-" if edge["wave"] is None else str(edge["wave"])
    return tuple(
        printable(cell) for cell in (edge["name"], jpd["id"], jpd["status"], trust, words(edge["state"]), wave)
    )


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()

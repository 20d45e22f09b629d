# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The report for a terminal."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from ..verdict import IN_ORDER, UNKNOWN
from ..wording import printable
from .words import step, subject, words

_COLUMNS = ("Edge", "JPD", "Status", "Trust", "State")


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
    what = f"{words(row['kind'])} of {row['where']} on {row['not_after']}"
    return [f"The certificate that ends next: {what}, {row['days_left']} days left."]


def _cells(edge: Mapping[str, Any]) -> Sequence[str]:
    jpd = edge["jpd"] or {"id": "-", "status": "-"}
    trust = edge["trust_state"] + (f" ({words(edge['trust_method'])})" if edge["trust_method"] else "")
    return tuple(printable(cell) for cell in (edge["name"], jpd["id"], jpd["status"], trust, words(edge["state"])))


def _details(edge: Mapping[str, Any], platform_error: str | None) -> List[str]:
    """What is not in order. The platform's own error is said once for all Edges, in the headline, and a fact that a
    finding explains is said there."""
    said = [platform_error or "", *(finding["reason"] for finding in edge["findings"])]
    lines = [f"corrected: {step(change)}" for change in edge["corrected"]]
    lines += [f"failed: {step(failure)}: {failure['message']}" for failure in edge["failed"]]
    lines += [f"{fact['state']}: {subject(fact)}: {fact['reason']}" for fact in _untold(edge["facts"], said)]
    for number, when in ((1, "to do"), (2, "to do when that is in use")):
        steps = [step(change) for change in edge["changes"] if change["pass"] == number]
        lines += [f"{when}: {', '.join(steps)}"] if steps else []
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


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()

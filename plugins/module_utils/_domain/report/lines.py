# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is to be told of one Edge, in lines; not yet safe for a terminal or a file."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from ..finding import finding_line
from ..verdict import IN_ORDER, UNKNOWN
from .words import step, subject, words

# Why policy keeps a change from being made: a person is asked first, or it is only reported.
ASK = "ask"

_PASSES = ((1, "to do"), (2, "to do when that is in use"))


def details(edge: Mapping[str, Any], platform_error: str | None) -> List[str]:
    """What is not in order, and what was done about it.

    The platform's own error is said once for all Edges, in the headline, and a fact that a finding explains is said
    there.
    """
    said = [platform_error or "", *(finding["reason"] for finding in edge["findings"])]
    corrected = ", ".join(step(change) for change in edge["corrected"])
    lines = [f"corrected: {corrected}"] if corrected else []
    lines += [f"failed: {step(failure)}: {failure['message']}" for failure in edge["failed"]]
    lines += [f"{fact['state']}: {subject(fact)}: {fact['reason']}" for fact in _untold(edge["facts"], said)]
    lines += [*to_do(edge), *held(edge), *(finding_line(finding) for finding in edge["findings"])]
    return lines


def to_do(edge: Mapping[str, Any]) -> List[str]:
    """The steps that are left, by the pass that does them."""
    steps = [(when, [step(change) for change in edge["changes"] if change["pass"] == no]) for no, when in _PASSES]
    return [f"{when}: {', '.join(named)}" for when, named in steps if named]


def held(edge: Mapping[str, Any]) -> List[str]:
    """The steps that policy keeps from being done, and those that make no sense without them."""
    told = {True: "waits for approval", False: "left by policy"}
    return [
        f"{told[change['policy'] == ASK]}: {step(change)}: "
        + (f"it makes no sense without {words(change['waits_for'])}" if change["waits_for"] else change["reason"])
        for change in edge["held"]
    ]


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

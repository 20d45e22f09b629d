# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What a run of the replication did, and how a mesh stands, for a terminal: the outcome is the last line."""

from __future__ import annotations

import json
from typing import Any, List, Mapping, Sequence

from ..finding import finding_line
from ..wording import printable
from .snapshot import KINDS

# How many names a line has; the result of the task has all of them.
_NAMED = 10


def of_run(result: Mapping[str, Any], *, predicted: bool) -> str:
    """What a run did, or would do, from what the module returns."""
    lines: List[str] = []
    for name, one in result["instances"].items():
        lines += [f"{name}: {_did(one, predicted)}", *_remarks(one)]
    lines += [
        f"{name}: joins, and waits for a person; {_planned(one['plan'])}" for name, one in result["waiting"].items()
    ]
    lines += [f"{name}: takes no part: {why}" for name, why in result["unreachable"].items()]
    lines += [_conflict(one) for one in result["conflicts"]]
    lines.append(f"Never replicated, because no API has it: {few(sorted(result['not_replicable']))}.")
    return _shown(lines)


def of_standing(standing: Mapping[str, Any]) -> str:
    """How the mesh stands, from ``standing.standing``."""
    return _shown([*lines_of_standing(standing), standing["headline"]])


def lines_of_standing(standing: Mapping[str, Any]) -> List[str]:
    """The instances and the findings, without the headline; not yet safe for a terminal."""
    lines = []
    for row in standing["instances"]:
        last = row["last_success"] or "never"
        lines.append(f"security of {row['name']}: {row['state'].replace('_', ' ')}; last success: {last}")
        lines += [f"    to write: {kind}: {few(names)}" for kind, names in row["drift"].items()]
    lines += [_conflict(one) for one in standing["conflicts"]]
    return lines + [finding_line(one) for one in standing["findings"]]


def _did(one: Mapping[str, Any], predicted: bool) -> str:
    """What was done on an instance, by outcome."""
    if not one["plan"]:
        return "in step"
    if predicted:
        return f"would be written: {_planned(one['plan'])}"
    outcomes = list(dict.fromkeys(done["outcome"] for done in one["outcomes"]))
    told = [f"{outcome}: {_objects([d for d in one['outcomes'] if d['outcome'] == outcome])}" for outcome in outcomes]
    left = len(one["plan"]) - len(one["outcomes"])
    return "; ".join([*told, *([f"{left} left for the next run"] if left > 0 else [])])


def _remarks(one: Mapping[str, Any]) -> List[str]:
    """What stays as it is on an instance, and what failed there, with reasons."""
    failed = [f"{done['kind']} {done['name']}: {done['reason']}" for done in one["outcomes"] if done["reason"]]
    told = [("", failed)]
    told += [
        (f"{what}: ", [f"{' '.join(remark['path'])}: {remark['reason']}" for remark in one[what]])
        for what in ("pending", "impossible", "protected", "refused", "extra")
    ]
    lines = [f"    {what}{line}" for what, said in told for line in said[:_NAMED]]
    more = sum(max(0, len(said) - _NAMED) for _what, said in told)
    return lines + ([f"    and {more} more, which are in the result of the task"] if more else [])


def _planned(writes: Sequence[Mapping[str, Any]]) -> str:
    actions = list(dict.fromkeys(write["action"] for write in writes))
    told = [f"{action} {_objects([write for write in writes if write['action'] == action])}" for action in actions]
    return "; ".join(told) or "nothing would be written"


def _objects(several: Sequence[Mapping[str, Any]]) -> str:
    """Objects by kind and name, each once."""
    by_kind = {kind: list(dict.fromkeys(one["name"] for one in several if one["kind"] == kind)) for kind in KINDS}
    return ", ".join(f"{kind} {few(names)}" for kind, names in by_kind.items() if names)


def _conflict(one: Mapping[str, Any]) -> str:
    """What people disagreed about: before, each side, who won and why."""
    sides = [
        f"{name} {'deleted it' if side['deleted'] else _value(side['value'])}" for name, side in one["sides"].items()
    ]
    won = f"{one['winner']} wins" if one["winner"] else "nobody wins"
    return (
        f"conflict: {' '.join(one['path'])}: before {_value(one['base'])}; {', '.join(sides)}; {won}: {one['reason']}"
    )


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 100 else f"{text[:97]}..."


def few(names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _shown(lines: Sequence[str]) -> str:
    return "\n".join(printable(line) for line in lines)

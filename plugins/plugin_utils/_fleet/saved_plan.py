# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A plan in a file on the controller: saved by one run, and carried out by another."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Callable, Dict, Iterable, List, Mapping, Sequence

from ...module_utils._adapter.plain_file import read_plain
from ...module_utils._domain.errors import EdgeError, PlanError
from ...module_utils._domain.moment import rfc3339
from ...module_utils._domain.plan import saved as plans
from ...module_utils._domain.plan.moved import review, review_later
from ...module_utils._domain.plan.saved import SavedPlan
from ...module_utils._domain.policy import ALL, ASK
from .._files.whole_file import reason, target_of, write_whole
from .planning import Inputs

# What a run does with a plan that it was given: only compare; begin to carry it out; go on with its second pass; end.
LOOK, BEGIN, AGAIN, END = PHASES = ("look", "begin", "again", "end")

_LARGEST = 64 << 20
_UNPLANNED = "the plan that is applied does not have this Edge, so its changes are left"


def save(inputs: Inputs, plan: Mapping[str, Any], path: str) -> str:
    """Save the plan, with what policy wants to be asked about: to apply it is the answer. Returns what was saved, in
    words. Raises EdgeError."""
    asked = any(one["policy"] == ASK for edge in plan["edges"] for one in edge["held"])
    whole = inputs.plan(approved=(ALL,)) if asked else plan
    options = inputs.options
    document = plans.document(whole, inputs.desired.edges, onboarding=options["onboarding"], allowed=options["allowed"])
    _write(path, document)
    changed = [edge for edge in document["edges"] if edge["changes"]]
    counted = (
        f"{sum(len(edge['changes']) for edge in changed)} changes on {len(changed)} of {len(document['edges'])} Edges"
    )
    return f"The plan was saved to {target_of(path)}: {counted}. Review it, then apply it with edge_apply_plan."


def apply(inputs: Inputs, path: str, phase: str, *, now: datetime, warn: Callable[[str], None]) -> dict[str, Any]:
    """The plan of this run as far as the saved one has it. Raises PlanError when that cannot be carried out.

    ``begin`` notes in the file with which Edges it begins, so that a run which is interrupted can be told from a fleet
    that has moved; ``end`` notes where nothing is left to do.
    """
    saved = _read(path)
    if phase == END:
        plan = inputs.plan()
        _note(saved, path, done=[edge["name"] for edge in plan["edges"] if not edge["changes"]], now=now, warn=warn)
        return plan
    options = inputs.options
    url = inputs.fleet["platform"]["url"]
    plans.check_run(saved, path, platform_url=url, onboarding=options["onboarding"], allowed=options["allowed"])
    if phase == AGAIN:
        return inputs.plan(approved=(ALL,), leave=lambda edges: _left_later(saved, edges))
    going: List[str] = []

    def leave(edges: Sequence[Mapping[str, Any]]) -> Dict[str, str]:
        found = review(saved, edges, inputs.desired.edges)
        plans.refuse_moved(saved, path, found.moved)
        going.extend(found.go)
        return dict.fromkeys(found.unplanned, _UNPLANNED)

    plan = inputs.plan(approved=(ALL,), leave=leave)
    if phase == BEGIN and going:
        _note(saved, path, begun=going, now=now, warn=warn)
    return plan


def _left_later(saved: SavedPlan, edges: Sequence[Mapping[str, Any]]) -> Dict[str, str]:
    moved = review_later(saved, edges).moved
    return {name: f"its second pass is left: {'; '.join(how)}" for name, how in moved.items()}


def _note(
    saved: SavedPlan,
    path: str,
    *,
    now: datetime,
    warn: Callable[[str], None],
    begun: Iterable[str] = (),
    done: Iterable[str] = (),
) -> None:
    """A plan that cannot be written to is carried out all the same; only the next run cannot go on with it."""
    time = rfc3339(now)
    known = [name for name in done if name in saved.begun and name not in saved.done]
    try:
        _write(path, plans.noted(saved, begun=dict.fromkeys(begun, time), done=dict.fromkeys(known, time)))
    except EdgeError as exc:
        warn(f"{exc.msg} If this run is interrupted, the next one needs a new plan.")


def _write(path: str, document: Mapping[str, Any]) -> None:
    write_whole(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n", what="the plan")


def _read(path: str) -> SavedPlan:
    target = target_of(path)
    try:
        data, _status = read_plain(target, limit=_LARGEST)
        return plans.parse(data.decode("utf-8-sig"), target)
    except (OSError, UnicodeDecodeError) as exc:
        why = "it is no text" if isinstance(exc, UnicodeDecodeError) else reason(exc)
        raise PlanError(
            f"Cannot read the plan {target}: {why}. Name a file that report_drift.yml saved with edge_plan_path.",
            path=target,
        ) from exc

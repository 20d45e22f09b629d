# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A plan that is kept for a person to review, and what a run has to be like to carry it out.

It is JSON for people: of each Edge what would be changed and why, what policy leaves, and what was seen. It has no
secret: what the inventory wants is there as digests.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ..desired.digests import digests
from ..desired.shapes import DesiredEdge
from ..errors import PlanError
from ..foreign_json import parsed
from ..verdict import DRIFTED
from .calendar import FACT as CERTIFICATES
from .preflight import FACT as PREFLIGHT

FORMAT = "hybrid.jfrog plan"
VERSION = 1
_SUM = "sha256"
# What a run notes in the file: that it begins with an Edge, and that nothing is left there. Nobody reviewed that.
_NOTES = ("begun", "done")
# They change with the time alone, or are about what is not changed.
_PASSING = (CERTIFICATES, PREFLIGHT)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|\+00:00)")
_AGAIN = "Make a new plan with report_drift.yml and edge_plan_path, or onboard_edge.yml --check"

Change = Mapping[str, Any]


@dataclass(frozen=True)
class SavedEdge:
    """What a saved plan says of one Edge. ``wanted`` has digests by variable, ``seen`` the verdicts of the facts."""

    name: str
    nodes: Sequence[str]
    changes: Sequence[Change]
    wanted: Mapping[str, str]
    seen: Mapping[str, str]
    jpd: Any


@dataclass(frozen=True)
class SavedPlan:
    """A plan as it was read. ``begun`` and ``done``: by Edge, when a run began to carry it out, and found it done."""

    made_at: str
    platform_url: str
    onboarding: bool
    allowed: Tuple[str, ...]
    edges: Mapping[str, SavedEdge]
    content: Mapping[str, Any] = field(repr=False)
    begun: Mapping[str, str] = field(default_factory=dict)
    done: Mapping[str, str] = field(default_factory=dict)


def document(
    plan: Mapping[str, Any], wanted: Sequence[DesiredEdge], *, onboarding: bool, allowed: Sequence[str]
) -> dict[str, Any]:
    """The plan as it is saved. It was made as if everything was approved that policy wants to be asked about."""
    by_name = {edge.name: edge for edge in wanted}
    content = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": plan["made_at"],
        "platform_url": plan["platform"]["url"],
        "onboarding": onboarding,
        "allowed": sorted(allowed),
        "edges": [_edge(planned, by_name[planned["name"]]) for planned in plan["edges"]],
    }
    return {**content, _SUM: _sum_of(content)}


def parse(text: str, path: str) -> SavedPlan:
    """The plan of a file. Raises PlanError for what is none, is of another version, or was changed since."""
    try:
        content = parsed(text)
    except ValueError as exc:
        raise _refused(path, "it is no JSON, so it is no plan, or not a whole one") from exc
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _refused(path, "it is no plan that this collection has saved")
    version = content.get("version")
    if version != VERSION:
        raise _refused(path, f"it has the version {version}, and this version of the collection reads {VERSION}")
    reviewed = {key: value for key, value in content.items() if key not in (_SUM, *_NOTES)}
    if content.get(_SUM) != _sum_of(reviewed):
        raise _refused(
            path, "it was changed or damaged since it was saved. A plan is carried out as it is or not at all"
        )
    try:
        begun, done = ({str(k): str(v) for k, v in content.get(note, {}).items()} for note in _NOTES)
        return SavedPlan(
            made_at=content["made_at"],
            platform_url=content["platform_url"],
            onboarding=content["onboarding"],
            allowed=tuple(content["allowed"]),
            edges={edge["name"]: _saved(edge) for edge in content["edges"]},
            content=content,
            begun=begun,
            done=done,
        )
    except (AttributeError, KeyError, TypeError) as exc:
        raise _refused(path, "it is not a whole plan") from exc


def check_run(saved: SavedPlan, path: str, *, platform_url: str, onboarding: bool, allowed: Sequence[str]) -> None:
    """Raises PlanError when the run is about something else than the plan."""
    if saved.platform_url != platform_url:
        raise _refused(path, f"it is for the platform {saved.platform_url}, and this run is for {platform_url}")
    if saved.onboarding != onboarding:
        made, right = (
            ("onboarding", "onboard_edge.yml") if saved.onboarding else ("a drift correction", "correct_drift.yml")
        )
        raise PlanError(f"Cannot apply the plan {path}: it was made for {made}. Apply it with {right}.", path=path)
    if saved.allowed != tuple(sorted(allowed)):
        made, here = (", ".join(steps) or "nothing" for steps in (saved.allowed, sorted(allowed)))
        raise _refused(path, f"it was made with edge_allow for {made}, and this run allows {here}")


def noted(saved: SavedPlan, *, begun: Mapping[str, str], done: Mapping[str, str]) -> dict[str, Any]:
    """The file with the notes of a run."""
    return {**saved.content, "begun": {**saved.begun, **begun}, "done": {**saved.done, **done}}


def verdicts(planned: Mapping[str, Any]) -> Dict[str, str]:
    """What was seen of the facts that matter, without times: the state, and of drift the reason."""
    told = {}
    for fact in planned["facts"]:
        if fact["fact"] in _PASSING:
            continue
        name = fact["fact"] + (f" of {fact['node']}" if fact["node"] else "")
        told[name] = f"{DRIFTED}: {_TIME.sub('…', fact['reason'])}" if fact["state"] == DRIFTED else fact["state"]
    return told


def _edge(planned: Mapping[str, Any], wanted: DesiredEdge) -> dict[str, Any]:
    return {
        "name": planned["name"],
        "url": planned["url"],
        "location": planned["location"],
        "tags": planned["tags"],
        "nodes": planned["nodes"],
        "state": planned["state"],
        "jpd": None if planned["jpd"] is None else planned["jpd"]["id"],
        "changes": [{key: change[key] for key in ("step", "host", "pass", "reason")} for change in planned["changes"]],
        "held": [
            {key: one[key] for key in ("name", "host", "policy", "waits_for", "reason")} for one in planned["held"]
        ],
        "seen": verdicts(planned),
        "wanted": digests(wanted),
    }


def _saved(edge: Mapping[str, Any]) -> SavedEdge:
    return SavedEdge(edge["name"], edge["nodes"], edge["changes"], edge["wanted"], edge["seen"], edge["jpd"])


def _sum_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _refused(path: str, why: str) -> PlanError:
    return PlanError(f"Cannot apply the plan {path}: {why}. {_AGAIN}.", path=path)


def refuse_moved(saved: SavedPlan, path: str, moved: Mapping[str, Sequence[str]]) -> None:
    """Raises one PlanError with every Edge that is not as it was when the plan was made, and how."""
    if not moved:
        return
    lines: List[str] = [f"{name}: {'; '.join(how)}" for name, how in moved.items()]
    count = f"{len(moved)} Edges have" if len(moved) > 1 else "1 Edge has"
    listed = "".join(f"\n- {line}" for line in lines)
    raise PlanError(
        f"Cannot apply the plan {path}: {count} moved since it was made at {saved.made_at}, and nothing was changed. "
        f"{_AGAIN}. It differs:{listed}",
        path=path,
        moved={name: list(how) for name, how in moved.items()},
    )

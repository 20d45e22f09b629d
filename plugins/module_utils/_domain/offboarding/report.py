# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The plan to read before anything is done, and the report of what came of it."""

from __future__ import annotations

from typing import Any, List, Mapping, Sequence

from ..federation import source as sources
from ..license.assignment import assigned
from ..url import normal
from ..wording import printable
from .shapes import GONE, PLANNED, REFUSED, STEPS, Centre

VERSION = 1

# How the offboarding of one Edge ends, besides REFUSED, GONE, and PLANNED in check mode.
OFFBOARDED = "offboarded"
NEEDS_PERSON = "needs_person"
FAILED = "failed"
# These need nobody.
WELL = (GONE, OFFBOARDED, PLANNED)

_WORDS = {
    REFUSED: "is left as it is",
    PLANNED: "would be offboarded",
    GONE: "is gone already",
    OFFBOARDED: "is gone",
    NEEDS_PERSON: "is gone from the platform, and needs a person",
    FAILED: "is not gone yet",
}


def plan_text(plans: Sequence[Mapping[str, Any]]) -> str:
    """The plan for a terminal: under each Edge its steps with their reasons, and what stays."""
    lines: List[str] = []
    for plan in plans:
        heading = f"Edge {plan['name']}: "
        if plan["state"] == PLANNED:
            lines.append(heading + "this is done, in this order")
            lines += [
                f"  {number}. {_word(step['step'])} ({', '.join(step['hosts'])}): {step['reason']}"
                for number, step in enumerate(plan["steps"], start=1)
            ]
            lines += [f"  {_left(one)}" for one in plan["left"]]
        else:
            lines.append(heading + _WORDS[plan["state"]] + f": {_reason(plan)}.")
            lines += [f"  {_left(one)}" for one in plan["left"]]
    return "\n".join(printable(line) for line in lines)


def remains(work: Mapping[str, Any], centre: Centre) -> List[str]:
    """What the platform still shows of an Edge after the last step."""
    if not centre.seen["reachable"]:
        return [f"the platform could not be read again: {(centre.seen['error'] or 'no answer').rstrip('.')}"]
    name, jpd_id, url = work["name"], work["jpd_id"], normal(work["url"])
    found = [f"{jpd['id']} '{jpd['name']}' is registered" for jpd in centre.seen["jpds"] if jpd["id"] == jpd_id]
    for bucket in centre.seen.get("license_buckets") or []:
        count = assigned(bucket, jpd_id=jpd_id, name=name)
        found += [f"the bucket '{bucket['name']}' counts {count} licences for it"] if count else []
    planned = {source["source"] for source in work["federation"]}
    told = centre.seen.get("federation") or []
    home = sources.home_of(centre.seen["jpds"])
    for jpd in centre.seen["jpds"]:
        source = sources.find(told, jpd, is_home=jpd is home)
        if jpd["name"] in planned and source is not None and any(one["url"] == url for one in source["targets"]):
            found.append(f"it is a target of {jpd['name']}")
    return list(dict.fromkeys(found))


def rows(
    plans: Sequence[Mapping[str, Any]],
    failures: Sequence[Mapping[str, Any]],
    still: Mapping[str, Sequence[str]],
    *,
    check_mode: bool,
) -> List[dict[str, Any]]:
    """One row per Edge. ``failures``: host, step and message; ``still``: what the platform shows of an Edge."""
    return [_row(plan, failures, still.get(plan["name"], ()), check_mode=check_mode) for plan in plans]


def document(edges: Sequence[Mapping[str, Any]], platform: str) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "version": VERSION,
        "platform": platform,
        "headline": headline(edges),
        "edges": [dict(one) for one in edges],
    }


def text(edges: Sequence[Mapping[str, Any]]) -> str:
    """The report for a terminal."""
    lines: List[str] = []
    for edge in edges:
        ending = f": {_reason(edge)}" if edge["state"] in (REFUSED, GONE) else ""
        lines.append(f"Edge {edge['name']} {_WORDS[edge['state']]}{ending}.")
        lines += [f"  done: {', '.join(map(_word, edge['done']))}"] if edge["done"] else []
        lines += [f"  failed: {_word(one['step'])} on {one['host']}: {one['message']}" for one in edge["failed"]]
        lines += [f"  still there: {one}" for one in edge["still"]]
        left = "to do" if edge["state"] == PLANNED else "not done"
        lines += [f"  {left}: {', '.join(map(_word, edge['not_done']))}"] if edge["not_done"] else []
        lines += [f"  {_left(one)}" for one in edge["left"]]
    return "\n".join(printable(line) for line in [*lines, headline(edges)])


def headline(edges: Sequence[Mapping[str, Any]]) -> str:
    """The end in one sentence."""
    bad = [edge["name"] for edge in edges if edge["state"] not in WELL]
    if not bad:
        return "Nothing is left to a person."
    return f"Something is left to a person, or failed: {', '.join(bad)}."


def _row(
    plan: Mapping[str, Any], failures: Sequence[Mapping[str, Any]], still: Sequence[str], *, check_mode: bool
) -> dict[str, Any]:
    hosts = set(plan["work"].get("nodes", ()))
    failed = [dict(one) for one in failures if one["host"] in hosts]
    planned = [step["step"] for step in plan["steps"]]
    begun = min((STEPS.index(one["step"]) for one in failed), default=len(STEPS))
    done = [] if check_mode else [step for step in planned if STEPS.index(step) < begun]
    state = plan["state"]
    if state == PLANNED and not check_mode:
        waiting = any(left["needs_person"] for left in plan["left"])
        state = FAILED if failed or still else NEEDS_PERSON if waiting else OFFBOARDED
    return {
        "name": plan["name"],
        "state": state,
        "reason": plan["reason"],
        "remedy": plan["remedy"],
        "done": done,
        "not_done": [step for step in planned if step not in done],
        "failed": failed,
        "still": list(still),
        "left": list(plan["left"]),
    }


def _reason(plan: Mapping[str, Any]) -> str:
    return f"{plan['reason']}. {plan['remedy']}" if plan["remedy"] else str(plan["reason"])


def _left(left: Mapping[str, Any]) -> str:
    kind = "needs a person" if left["needs_person"] else "note"
    return f"{kind}: {left['what']}: {left['reason'].rstrip('.')}. {left['remedy'].rstrip('.')}."


def _word(step: str) -> str:
    return TITLES[step]


TITLES = {
    "federation": "end Access Federation",
    "tokens": "revoke access tokens",
    "pairing": "revoke the pairing",
    "record": "note on the nodes that the Edge was left",
    "stop": "stop the nodes",
    "license": "release the licences",
    "jpd": "unregister the Edge",
    "trust": "forget trusted certificates",
    "ledger": "close the ledger",
    "keys": "take the keys away",
    "restart": "start the nodes again",
}

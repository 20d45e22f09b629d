# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One wave of a run: what is said when it begins, which of its Edges are not well after it, and if the run stops."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from ..verdict import IN_ORDER
from .shapes import UNREACHABLE

_NAMED = 5  # how many Edges are told by name


def hosts(plan: Mapping[str, Any], number: int) -> List[str]:
    """All nodes of the wave's Edges, those without work too."""
    members = set(plan["waves"][number - 1])
    return [host for edge in plan["edges"] if edge["name"] in members for host in edge["nodes"]]


def beginning(plan: Mapping[str, Any], number: int) -> str:
    """What is said when a wave begins."""
    waves = plan["waves"]
    wave, done = waves[number - 1], sum(map(len, waves[: number - 1]))
    more = " …" if len(wave) > _NAMED else ""
    return (
        f"wave {number} of {len(waves)}: {', '.join(wave[:_NAMED])}{more} "
        f"({_count(len(wave))}, {done} of {sum(map(len, waves))} done)"
    )


def failed_edges(
    plan: Mapping[str, Any],
    number: int,
    verified: Sequence[Mapping[str, Any]],
    failures: Sequence[Mapping[str, Any]],
) -> Dict[str, str]:
    """The Edges of the wave that are not as they should be after it, and why.

    ``verified`` are the Edges as they were planned again, ``failures`` the steps that failed in this run. What the plan
    told before, and did not mean to change, is no failure of the wave: it was so without it.
    """
    planned = {edge["name"]: edge for edge in plan["edges"]}
    later = {edge["name"]: edge for edge in verified}
    told = {name: _failure(planned[name], later.get(name), failures) for name in plan["waves"][number - 1]}
    return {name: why for name, why in told.items() if why is not None}


def stop(plan: Mapping[str, Any], number: int, failed: Mapping[str, str]) -> Optional[Dict[str, Any]]:
    """After which wave the run stops, and what it leaves; None when it goes on, or was to end here anyway."""
    wave, rest = plan["waves"][number - 1], plan["waves"][number:]
    limit = plan["stops_above"]
    if limit is None or not rest or len(failed) * 100 <= limit * len(wave):
        return None
    return {
        "wave": number,
        "of": len(plan["waves"]),
        "failed": [name for name in wave if name in failed],
        "not_begun": [name for later in rest for name in later],
    }


def ending(
    plan: Mapping[str, Any], number: int, failed: Mapping[str, str], stopped: Optional[Mapping[str, Any]]
) -> str:
    """What is said when Edges of a wave failed."""
    of = f"wave {number} of {len(plan['waves'])}"
    wave = plan["waves"][number - 1]
    told = "; ".join(f"{name}: {why}" for name, why in list(failed.items())[:_NAMED])
    failures = f"{len(failed)} of {_count(len(wave))} failed ({told}{'; …' if len(failed) > _NAMED else ''})"
    if stopped is None:
        return f"{of}: {failures}"
    return (
        f"Stopped after {of}: {failures}. Not begun: {_count(len(stopped['not_begun']))}. "
        "Correct what failed, then run the playbook again: it goes on with what is left."
    )


def _failure(
    planned: Mapping[str, Any], later: Optional[Mapping[str, Any]], failures: Sequence[Mapping[str, Any]]
) -> Optional[str]:
    own = next((one for one in failures if one["host"] in planned["nodes"]), None)
    if own is not None:
        return f"{_words(own['step'])} failed on {own['host']}"
    if later is None:
        return "it was not looked at again"
    if later["changes"]:
        return f"still to do: {', '.join(dict.fromkeys(_words(change['step']) for change in later['changes']))}"
    if later["state"] == UNREACHABLE:
        return "it cannot be reached"
    found = {finding["what"] for finding in planned["findings"] if finding["needs_person"]}
    for finding in later["findings"]:
        if finding["needs_person"] and finding["what"] not in found:
            return f"needs a person: {finding['what']}: {finding['reason']}"
    return next((f"{_words(fact['fact'])}: {fact['reason']}" for fact in _worse(planned, later)), None)


def _worse(planned: Mapping[str, Any], later: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    """The facts that are not in order now, and were before or were to be changed. What policy holds stays as it is."""
    meant = {change["step"] for change in planned["changes"]}
    known = {_place(fact) for fact in planned["facts"] if fact["state"] != IN_ORDER and fact["fact"] not in meant}
    held = {one[key] for one in later["held"] for key in ("step", "name")}
    return [
        fact
        for fact in later["facts"]
        if fact["state"] != IN_ORDER and _place(fact) not in known and fact["fact"] not in held
    ]


def _place(fact: Mapping[str, Any]) -> tuple[str, Optional[str]]:
    return fact["fact"], fact["node"]


def _count(number: int) -> str:
    return f"{number} Edge" if number == 1 else f"{number} Edges"


def _words(name: str) -> str:
    return name.replace("_", " ")

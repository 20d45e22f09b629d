# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One Edge explained to a person: what is wanted, what was seen, what differs, what would be done, and what is left."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Tuple

from ..desired.shapes import DesiredEdge
from ..observed import EdgeSeen, Node, Platform
from ..plan.shapes import (
    ACCESS_CA_CERTIFICATE,
    ACCESS_CONFIG,
    ACCESS_FEDERATION,
    ARTIFACTORY_LICENSE,
    BASE_URL,
    JOIN_KEY,
    JPD,
    JPD_LICENSE,
    MASTER_KEY,
    RESTART,
    SERVER_CERTIFICATE,
    SIGNING_KEY,
    SYSTEM_YAML,
    TLS,
    TLS_CA_CERTIFICATE,
    TOKEN_SIGNING_CERTIFICATE,
    TRUSTED_CERTIFICATE,
    TRUSTED_SIGNING_KEY,
)
from ..policy import ASK
from ..verdict import DRIFTED, IN_ORDER
from ..wording import printable
from .observed import Group, seen_groups
from .wanted import wanted_lines

_AT_START = "before the start that reads it"
_KNOWN = "when the platform knows the Edge"
# Why each step has its place among the others.
_PLACES = {
    MASTER_KEY: "first, because it decides what a start can read of the database",
    JOIN_KEY: _AT_START,
    SYSTEM_YAML: _AT_START,
    TLS_CA_CERTIFICATE: "before anything that is trusted by it is shown",
    SERVER_CERTIFICATE: _AT_START,
    ACCESS_CA_CERTIFICATE: _AT_START,
    TOKEN_SIGNING_CERTIFICATE: _AT_START,
    ACCESS_CONFIG: _AT_START,
    TLS: "after the trust that it takes, and before the start that reads it",
    RESTART: "after everything that a start reads, and node by node",
    ARTIFACTORY_LICENSE: "when the Edge is up",
    TRUSTED_CERTIFICATE: "before a registration that builds on it",
    BASE_URL: "before a pairing, whose token carries it",
    JPD: "when the Edge is up, has its base URL and trusts whom it has to",
    JPD_LICENSE: _KNOWN,
    SIGNING_KEY: _KNOWN,
    TRUSTED_SIGNING_KEY: "when the Edge is up",
    ACCESS_FEDERATION: "last, because the accounts of others depend on all of it",
}


def explain(
    edge: DesiredEdge,
    planned: Mapping[str, Any],
    *,
    nodes: Mapping[str, Optional[Node]],
    seen: Optional[EdgeSeen],
    platform: Platform,
) -> List[dict[str, Any]]:
    """Sections with a title and lines; ``planned`` is what the plan says of the Edge."""
    observed: List[str] = []
    for title, lines in seen_groups(planned, nodes, seen, platform):
        observed += [f"{title}:", *(f"  {line}" for line in lines)]
    groups: List[Group] = [
        ("Desired", wanted_lines(edge)),
        ("Observed", observed),
        ("Drift", _drift(planned)),
        ("Plan", _plan(planned)),
        ("Held by policy", [_held(one, edge) for one in planned["held"]] or ["nothing"]),
        ("Findings", [_finding(one) for one in planned["findings"]] or ["none"]),
    ]
    return [{"title": title, "lines": [printable(line) for line in lines]} for title, lines in groups]


def text(planned: Mapping[str, Any], sections: List[dict[str, Any]]) -> str:
    """The explanation for a terminal."""
    lines = [printable(f"{planned['name']} is {planned['state'].replace('_', ' ')}: {_trust(planned)}")]
    for section in sections:
        lines += ["", section["title"], *(f"  {line}" for line in section["lines"])]
    return "\n".join(lines)


def _trust(planned: Mapping[str, Any]) -> str:
    method = planned["trust_method"]
    by = f"by {method.replace('_', ' ')}, because {planned['trust_reason']}" if method else planned["trust_reason"]
    return f"{planned['trust_state']}, {by or 'the method is not known yet'}"


def _drift(planned: Mapping[str, Any]) -> List[str]:
    lines = []
    for fact in planned["facts"]:
        if fact["state"] == IN_ORDER:
            continue
        where = f" of {fact['node']}" if fact["node"] else ""
        name, parts = fact["fact"].replace("_", " "), ", ".join(part for part in fact["drift"] if part != fact["fact"])
        state = f"differs in {parts}" if fact["state"] == DRIFTED and parts else _states(fact["state"])
        lines.append(f"{name}{where} {state}: {fact['reason']}")
    return lines or ["none: everything that is managed is as it is wanted"]


def _states(state: str) -> str:
    return {DRIFTED: "differs", "unknown": "is not known", "unreachable": "cannot be reached"}.get(state, state)


def _plan(planned: Mapping[str, Any]) -> List[str]:
    lines = []
    for number, change in enumerate(planned["changes"], 1):
        later = ", in a second pass, when the Edge was looked at again" if change["pass"] == 2 else ""
        lines.append(f"{number}. {_step(change)}{later}: {change['reason']}")
        lines.append(f"   {_PLACES[change['step']]}")
    return lines or ["nothing is to be done"]


def _held(one: Mapping[str, Any], edge: DesiredEdge) -> str:
    what = one["name"].replace("_", " ") + f" on {one['host']}"
    if one["waits_for"]:
        return f"{what}: it makes no sense without {one['waits_for'].replace('_', ' ')} ({one['reason']})"
    variable, why = _source(one, edge)
    remedy = (
        f"Run with -e edge_approve={one['name']}, or apply a plan that was saved and reviewed"
        if one["policy"] == ASK
        else f"To have it done, set {one['name']} to ask in edge_policy, and run with -e edge_approve={one['name']}"
    )
    return f"{what}: {one['reason']}. The policy is {one['policy']}: {variable}{why}. {remedy}."


def _source(one: Mapping[str, Any], edge: DesiredEdge) -> Tuple[str, str]:
    """Where the word comes from."""
    for name in (one["name"], one["step"]):
        if name in edge.policy.words:
            return "edge_policy", f" says so of {name}"
    if edge.policy.default is not None:
        return "edge_policy", " says so of everything that it does not name"
    return "edge_policy says nothing of it, and it", " cannot be taken back"


def _finding(one: Mapping[str, Any]) -> str:
    kind = "needs a person" if one["needs_person"] else "note"
    return f"{kind}: {one['what']}: {one['reason'].rstrip('.')}. {one['remedy'].rstrip('.')}."


def _step(change: Mapping[str, Any]) -> str:
    return f"{change['step'].replace('_', ' ')} on {change['host']}"

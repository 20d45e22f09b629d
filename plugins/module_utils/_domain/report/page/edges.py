# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Each Edge as the page's table and detail show it, and what can be chosen in the filters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Sequence

from .commands import Command, approve, correct
from .runs import Run, Spell, of_edge
from .wording import anchor, named

# The worst first. With each, what it means.
STATES = {
    "unreachable": "it could not be observed, or only in part",
    "needs_person": "something is left that this collection does not change by itself",
    "unknown": "a fact could not be settled either way",
    "drifted": "a fact differs from the inventory",
    "corrected": "it had drifted, and this run put it in order",
    "in_order": "nothing differs",
}


@dataclass(frozen=True)
class EdgeView:
    """One Edge. ``edge`` is its part of the report; all else is made from that and from the last runs.

    ``right`` are the facts in order by node; those of the Edge as a whole come first, with an empty name.
    """

    edge: Mapping[str, Any]
    anchor: str
    place: str
    country: str
    wrong: List[Mapping[str, Any]]
    right: Mapping[str, List[Mapping[str, Any]]]
    brief: str
    ends: List[Mapping[str, Any]]
    spells: List[Spell]
    command: Command | None
    approval: Command | None

    @property
    def wrong_names(self) -> List[str]:
        """The names of the facts that are not in order, each once."""
        return list(dict.fromkeys(fact["fact"] for fact in self.wrong))


@dataclass(frozen=True)
class Choices:
    """What the filters offer."""

    countries: List[str]
    tags: List[str]
    facts: List[str]


def views(report: Mapping[str, Any], runs: Sequence[Run]) -> List[EdgeView]:
    """All Edges, the worst first and then by name."""
    order = list(STATES)
    edges = sorted(report["edges"], key=lambda edge: (order.index(edge["state"]), edge["name"].casefold()))
    return [_view(edge, runs, report["mode"]) for edge in edges]


def choices(edges: Sequence[EdgeView]) -> Choices:
    """Only what would find something."""
    return Choices(
        countries=sorted({view.country for view in edges if view.country}),
        tags=sorted({tag for view in edges for tag in view.edge["tags"] or ()}, key=str.casefold),
        facts=sorted({name for view in edges for name in view.wrong_names}),
    )


def ends_of(owner: Mapping[str, Any]) -> List[Mapping[str, Any]]:
    """Certificates, licences and tokens of an Edge or of the platform, what ends first comes first."""
    return sorted([*owner["certificates"], *owner["expiries"]], key=lambda row: (row["days_left"], row["where"]))


def _view(edge: Mapping[str, Any], runs: Sequence[Run], mode: str) -> EdgeView:
    location = edge["location"] or {}
    place = ", ".join(str(location[key]) for key in ("city_name", "country_code") if location.get(key))
    return EdgeView(
        edge=edge,
        anchor=anchor(edge["name"]),
        place=place,
        country=location.get("country_code") or "",
        wrong=[fact for fact in edge["facts"] if fact["state"] != "in_order"],
        right=_by_node(fact for fact in edge["facts"] if fact["state"] == "in_order"),
        brief=_brief(edge),
        ends=ends_of(edge),
        spells=of_edge(runs, edge["name"]),
        command=correct(mode, [edge]),
        approval=approve(mode, [edge]),
    )


def _by_node(facts: Iterable[Mapping[str, Any]]) -> Dict[str, List[Mapping[str, Any]]]:
    found: Dict[str, List[Mapping[str, Any]]] = {"": []}
    for fact in facts:
        found.setdefault(fact["node"] or "", []).append(fact)
    return {node: of_node for node, of_node in found.items() if of_node}


def _brief(edge: Mapping[str, Any]) -> str:
    """In a few words why the Edge is in its state; for the table."""
    if edge["failed"]:
        return f"{named(edge['failed'][0]['step'])} failed"
    said = [named(fact["fact"]) for fact in edge["facts"] if fact["state"] != "in_order"]
    said = said or [finding["what"] for finding in edge["findings"] if finding["needs_person"]]
    said = said or [named(change["step"]) for change in edge["corrected"]]
    return ", ".join(dict.fromkeys(said))

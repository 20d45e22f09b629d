# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is to do after a run: by what a person would do, so that one cause on many Edges is told once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Tuple

from ... import policy
from ..document import CONVERGE, REPORT
from .commands import Command, approve, correct, names_asked
from .wording import anchor, named, of_host

UNREACHABLE, NEEDS_PERSON, UNKNOWN, DRIFTED = "unreachable", "needs_person", "unknown", "drifted"
NAMED = 5
FAILED = "Look at the steps that failed"

_CORRECTABLE = {
    REPORT: "Correct what drifted",
    CONVERGE: "Run it again: changes are left",
}
_PREVIEWED = "Run it without --check: these changes would be made"


@dataclass(frozen=True)
class Item:
    """Where, and what was seen there. ``anchor`` leads to the Edge; None for the platform."""

    name: str
    anchor: str | None
    text: str


@dataclass
class Task:
    """One thing to do, of the kind that one of the states says, and for whom."""

    title: str
    state: str
    items: List[Item] = field(default_factory=list)
    command: Command | None = None

    @property
    def named(self) -> List[Item]:
        return self.items[:NAMED]

    @property
    def more(self) -> List[Item]:
        return self.items[NAMED:]


def tasks(report: Mapping[str, Any]) -> List[Task]:
    """Everything that is to do, what only a person can do first."""
    return [
        *_of_platform(report),
        *_of_stop(report),
        *_by_title(report),
        *_of_replication(report),
        *_by_command(report),
    ]


def _of_platform(report: Mapping[str, Any]) -> Iterator[Task]:
    platform = report["platform"]
    if not platform["reachable"]:
        yield Task(
            "Bring the platform back, or correct platform_url and its token",
            UNREACHABLE,
            [Item("the platform", None, platform["error"] or "it could not be read")],
        )
    if platform["findings"]:
        items = [Item("the platform", None, finding) for finding in platform["findings"]]
        yield Task("Look after the platform", NEEDS_PERSON, items)


def _of_replication(report: Mapping[str, Any]) -> Iterator[Task]:
    standing = report["replication"]
    if standing is None:
        return
    by_remedy: Dict[str, Task] = {}
    for one in standing["findings"]:
        if one["needs_person"]:
            task = by_remedy.setdefault(one["remedy"], Task(f"Security: {one['remedy']}", NEEDS_PERSON))
            task.items.append(Item(one["what"], None, one["reason"]))
    yield from by_remedy.values()
    drifted = [Item(row["name"], None, _drift(row)) for row in standing["instances"] if row["state"] == DRIFTED]
    if drifted:
        yield Task("Security: let replicate_security.yml run", DRIFTED, drifted)


def _drift(row: Mapping[str, Any]) -> str:
    return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in row["drift"].items())


def _of_stop(report: Mapping[str, Any]) -> Iterator[Task]:
    stopped = report["stopped"]
    if stopped is not None:
        items = [Item(name, anchor(name), "failed, which stopped the run") for name in stopped["failed"]]
        items += [Item(name, anchor(name), "was not begun") for name in stopped["not_begun"]]
        title = f"Run it again when its cause is gone: it stopped after wave {stopped['wave']} of {stopped['of']}"
        yield Task(title, NEEDS_PERSON, items)


def _by_title(report: Mapping[str, Any]) -> List[Task]:
    found: Dict[Tuple[str, str], Task] = {}
    for edge in report["edges"]:
        for title, state, text in _of_edge(edge):
            task = found.setdefault((title, state), Task(title, state))
            task.items.append(Item(edge["name"], anchor(edge["name"]), text))
    order = (NEEDS_PERSON, UNREACHABLE, UNKNOWN)
    return sorted(found.values(), key=lambda task: (task.title != FAILED, order.index(task.state), -len(task.items)))


def _of_edge(edge: Mapping[str, Any]) -> Iterator[Tuple[str, str, str]]:
    """Title, state and text of what a person has to do for one Edge."""
    for failure in edge["failed"]:
        yield FAILED, NEEDS_PERSON, f"{_step(failure)}: {failure['message']}"
    silent = edge["state"] == UNREACHABLE
    for finding in edge["findings"]:
        if finding["needs_person"] or silent:
            state = NEEDS_PERSON if finding["needs_person"] else UNREACHABLE
            yield finding["remedy"], state, f"{finding['what']}: {finding['reason']}"
    for fact in edge["facts"]:
        if fact["state"] == UNREACHABLE:
            title = "Bring these hosts back, or take those that are gone out of the inventory"
            yield title, UNREACHABLE, f"{_subject(fact)}: {fact['reason']}"
    if edge["state"] == UNKNOWN and not any(finding["needs_person"] for finding in edge["findings"]):
        for fact in edge["facts"]:
            if fact["state"] == UNKNOWN:
                yield "Find out what could not be settled", UNKNOWN, f"{_subject(fact)}: {fact['reason']}"


def _by_command(report: Mapping[str, Any]) -> Iterator[Task]:
    """What a run can do: what waits for an approval, then what drifted, and last what is only reported."""
    mode, edges = report["mode"], report["edges"]
    asked = [edge for edge in edges if names_asked(edge)]
    if asked:
        items = [_held(edge, policy.ASK) for edge in asked]
        yield Task("Approve what the policy asks about", DRIFTED, items, approve(mode, asked))
    planned = [edge for edge in edges if edge["changes"]]
    if planned:
        items = [
            Item(edge["name"], anchor(edge["name"]), ", ".join(_step(change) for change in edge["changes"]))
            for edge in planned
        ]
        yield Task(_CORRECTABLE.get(mode, _PREVIEWED), DRIFTED, items, correct(mode, planned))
    kept = [edge for edge in edges if any(change["policy"] == policy.REPORT for change in edge["held"])]
    if kept:
        title = "Decide on what the policy only reports: settle it by hand, or set edge_policy"
        yield Task(title, DRIFTED, [_held(edge, policy.REPORT) for edge in kept])


def _held(edge: Mapping[str, Any], word: str) -> Item:
    held = [one for one in edge["held"] if one["policy"] == word and not one["waits_for"]]
    steps = [f"{named(one['name'])}: {one['reason']}" for one in held]
    return Item(edge["name"], anchor(edge["name"]), "; ".join(dict.fromkeys(steps)))


def _step(change: Mapping[str, Any]) -> str:
    return f"{named(change['step'])} on {change['host']}"


def _subject(fact: Mapping[str, Any]) -> str:
    return named(fact["fact"]) + of_host(fact["node"])

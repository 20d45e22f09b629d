# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is wanted of the targets of one source, and what differs: target by target, in the order of the changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ..change import CREATE, DELETE, NONE, UPDATE, Change
from ..errors import InventoryError
from ..url import normal
from .target import ENTITIES, FILTERS, PATTERNS, TargetSeen, entities, filters, no_filters

# A target's name and URL cannot be changed (control-plane-api.md 7.1), so one with another URL goes and comes back.
REPLACE = "replace"
ORDER = (REPLACE, CREATE, UPDATE, DELETE)
# What Mission Control's PUT cannot say, and may set to this (control-plane-api.md 7.2).
RESET_BY_PUT: Mapping[str, Any] = {"group_filters": no_filters(), "active": True}


@dataclass(frozen=True)
class Wanted:
    """One target as it shall be. Filters and ``active`` are not managed when they are None."""

    name: str
    url: str
    entities: Tuple[str, ...]
    permission_filters: Optional[Mapping[str, Sequence[str]]] = None
    group_filters: Optional[Mapping[str, Sequence[str]]] = None
    active: Optional[bool] = None
    id: Optional[str] = None

    def as_facts(self) -> Dict[str, Any]:
        """The managed facts, in the form of what was seen."""
        facts: Dict[str, Any] = {"url": normal(self.url), "entities": entities(self.entities)}
        facts.update({name: filters(getattr(self, name)) for name in FILTERS if getattr(self, name) is not None})
        return facts if self.active is None else {**facts, "active": self.active}


@dataclass(frozen=True)
class Difference:
    """One target that is not as wanted. ``facts``: by name what it is, and what it shall be."""

    action: str
    name: str
    wanted: Optional[Wanted] = None
    seen: Optional[TargetSeen] = None
    facts: Dict[str, Tuple[Any, Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.action == CREATE:
            return f"{self.name} is no target"
        if self.action == DELETE:
            return f"{self.name} is a target and shall be none"
        return f"{self.name}: " + ", ".join(
            f"{fact} is {_shown(before)} instead of {_shown(after)}" for fact, (before, after) in self.facts.items()
        )


def wanted_target(
    name: str,
    url: str,
    kinds: Sequence[str],
    permission_filters: Optional[Mapping[str, Any]] = None,
    group_filters: Optional[Mapping[str, Any]] = None,
    **others: Any,
) -> Wanted:
    """A checked ``Wanted``. Raises InventoryError for entities and filters that no page knows."""
    unknown = [str(kind) for kind in kinds if str(kind).lower() not in ENTITIES]
    if unknown or not kinds:
        what = f"the entities {', '.join(unknown)} are not known" if unknown else "no entities are named"
        raise InventoryError(f"Cannot federate to '{name}': {what}. Name some of {', '.join(ENTITIES)}.")
    for option, given in (("permission_filters", permission_filters), ("group_filters", group_filters)):
        odd = [key for key in given or () if key not in PATTERNS]
        if odd:
            raise InventoryError(
                f"Cannot federate to '{name}': {option} has {', '.join(map(str, odd))}, which is none of "
                f"{' and '.join(PATTERNS)}. Correct it."
            )
    return Wanted(name, url, tuple(entities(list(kinds))), permission_filters, group_filters, **others)


def find_target(seen: Sequence[TargetSeen], wanted: Wanted) -> Optional[TargetSeen]:
    """The target that is meant: by its URL, else by the JPD's id, else by its name, which have another URL then."""
    by_url = [target for target in seen if target["url"] == normal(wanted.url)]
    by_id = [target for target in seen if wanted.id is not None and target["id"] == wanted.id]
    by_name = [target for target in seen if target["name"] == wanted.name]
    return next(iter([*by_url, *by_id, *by_name]), None)


def compare(
    seen: Sequence[TargetSeen],
    wanted: Sequence[Wanted],
    *,
    absent: Sequence[Wanted] = (),
    prune: bool = False,
    keep: Sequence[str] = (),
) -> List[Difference]:
    """What differs, in the order in which it is changed.

    ``absent`` shall be no targets. ``prune``: nothing else shall be one either, but for the URLs of ``keep``.
    """
    found: List[Difference] = []
    matched: List[str] = []
    for target in wanted:
        current = find_target(seen, target)
        if current is None:
            found.append(Difference(CREATE, target.name, target, None, {}))
            continue
        matched.append(current["url"])
        facts = _differing(current, target)
        if facts:
            found.append(Difference(REPLACE if "url" in facts else UPDATE, target.name, target, current, facts))
    for target in absent:
        current = find_target(seen, target)
        if current is not None and current["url"] not in matched:
            matched.append(current["url"])
            found.append(Difference(DELETE, target.name, None, current))
    if prune:
        kept = {*matched, *(normal(url) for url in keep)}
        found += [Difference(DELETE, t["name"] or t["url"], None, t) for t in seen if t["url"] not in kept]
    return sorted(found, key=lambda difference: ORDER.index(difference.action))


def _differing(seen: TargetSeen, wanted: Wanted) -> Dict[str, Tuple[Any, Any]]:
    """Only what is managed, and what was told."""
    facts = {fact: (seen.get(fact), after) for fact, after in wanted.as_facts().items()}
    return {fact: (before, after) for fact, (before, after) in facts.items() if before is not None and before != after}


def change_of(seen: Sequence[TargetSeen], wanted: Sequence[Wanted], differences: Sequence[Difference]) -> Change:
    """The managed targets before and after, by name."""
    before: Dict[str, Any] = {}
    after: Dict[str, Any] = {}
    for target in wanted:
        facts = target.as_facts()
        current = find_target(seen, target)
        if current is not None:
            told = {fact: current.get(fact) for fact in facts}
            before[target.name] = {fact: facts[fact] if value is None else value for fact, value in told.items()}
        after[target.name] = facts
    for difference in differences:
        if difference.action == DELETE and difference.seen is not None:
            before[difference.name] = {fact: difference.seen.get(fact) for fact in ("url", "entities")}
    if not differences:
        return Change(NONE, before, after)
    return Change(DELETE if not after else UPDATE if before else CREATE, before, after)


def as_wanted(seen: TargetSeen) -> Wanted:
    """What is there and shall stay so."""
    return Wanted(
        seen["name"],
        seen["url"],
        tuple(seen["entities"]),
        seen["permission_filters"],
        seen["group_filters"],
        seen["active"],
        seen["id"],
    )


def expected(seen: Sequence[TargetSeen], differences: Sequence[Difference]) -> List[Wanted]:
    """How all targets of a source are when these changes are made: those that nobody manages stay as they are."""
    touched = {difference.seen["url"] for difference in differences if difference.seen is not None}
    others = [as_wanted(target) for target in seen if target["url"] not in touched]
    changed = [_completed(one.wanted, one.seen) for one in differences if one.wanted is not None]
    return [*others, *changed]


def left_to_write(
    before: Sequence[TargetSeen], now: Sequence[TargetSeen], writes: Sequence[Difference]
) -> List[Difference]:
    """What is not as it was to be written."""
    return compare(now, [_completed(one.wanted, one.seen) for one in writes if one.wanted is not None]) + [
        difference
        for target in before
        if all(one.seen is None or one.seen["url"] != target["url"] for one in writes)
        for difference in damage(target, now)
    ]


def damage(before: TargetSeen, now: Sequence[TargetSeen]) -> List[Difference]:
    """What a PUT did to a target that nobody manages; not what another controller has done to it in the meantime."""
    target = next((one for one in now if one["url"] == before["url"]), None)
    if target is None:
        return []
    facts: Dict[str, Tuple[Any, Any]] = {
        fact: (target.get(fact), before.get(fact))
        for fact, reset in RESET_BY_PUT.items()
        if before.get(fact) not in (None, reset) and target.get(fact) == reset
    }
    return [Difference(UPDATE, before["name"], as_wanted(before), target, facts)] if facts else []


def _completed(wanted: Wanted, seen: Optional[TargetSeen]) -> Wanted:
    """With what is not managed taken from what is there."""
    if seen is None:
        return wanted
    kept: Dict[str, Any] = {fact: seen.get(fact) for fact in (*FILTERS, "active") if getattr(wanted, fact) is None}
    return replace(wanted, id=wanted.id or seen["id"], **kept)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key} {_shown(inner)}" for key, inner in value.items())
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, (list, tuple)) else str(value)

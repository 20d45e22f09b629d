# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One run over a mesh up to the first write: what was read becomes what is agreed, and a plan for each instance.

A dry run ends here. A real one saves ``Prepared.state``, carries the plans out, and calls ``state.advance`` for each
instance that it has dealt with (security-replication.md 7.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable, Collection, Mapping, Optional, Sequence

from .abilities import Abilities, abilities_of
from .canonical import canonicalise
from .difference import Change, diff
from .losses import without_losses
from .merging import Merged, merge
from .planning import Plan, plan
from .policies import ADOPT, ADOPT_AND_PRUNE, REPORT, UNION, WHOLE, Policies, quorum
from .repository_names import Repositories
from .safeguards import DEFAULT_THRESHOLDS, Thresholds
from .scope import Scope, project
from .snapshot import PERMISSIONS, RESOURCES, TARGETS, Snapshot
from .state import State, base_of, begin

_POLICIES = Policies()
_SCOPE = Scope()


@dataclass(frozen=True)
class Reading:
    """What was read of one instance.

    ``source``: what people do there goes to the others; ``target``: it is written to. ``accounts``: those with which
    the collection itself connects. ``join``: confirms how it joins, where it has no base; else the policy says so.
    """

    name: str
    snapshot: Mapping[str, Any]
    repositories: Optional[Repositories] = None
    abilities: Abilities = field(default_factory=abilities_of)
    source: bool = True
    target: bool = True
    accounts: Collection[str] = ()
    join: Optional[str] = None


@dataclass(frozen=True)
class Prepared:
    """All decisions of a run.

    ``stops``: why it has to fail, in words; with conflicts that policy does not decide there are no plans, and with too
    many deletions the plans delete nothing. ``waiting``: instances without a base that nobody has confirmed, with the
    plan that they would have; nothing of them is merged and nothing is written there. ``observed``: canonical, by name.
    """

    state: State
    merged: Merged
    plans: Mapping[str, Plan]
    waiting: Mapping[str, Plan]
    stops: Sequence[str]
    observed: Mapping[str, Snapshot]
    scope: Scope
    note: str = ""


def prepare(
    state: State,
    readings: Sequence[Reading],
    scope: Scope = _SCOPE,
    policies: Policies = _POLICIES,
    *,
    order: Sequence[str] = (),
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
    earlier: Optional[State] = None,
) -> Prepared:
    """The decisions for these instances, which are those that answered, in the order of their priority.

    ``order``: all instances of the mesh by priority, also those that did not answer. ``earlier``: the state after an
    earlier run, which is restored: the way back to what was agreed then is what one more side did, before all others.
    """
    everyone = list(order or [reading.name for reading in readings])
    scope = scope.also_protecting(users={name for reading in readings for name in reading.accounts})
    observed = _canonical(state, readings, policies)
    agreed = project(state["golden"], scope)
    said = quorum(policies, reachable=len(readings), total=len(everyone))
    if not said.goes_on:
        nothing = Merged(state["golden"], state["tombstones"], [], [])
        return Prepared(state, nothing, {}, {}, [said.reason], observed, scope)
    allowed = replace(policies, deletes=said.deletes)
    run = _Run(state, observed, agreed, scope, allowed, everyone, thresholds, earlier)
    joins = {one.name: one.join or policies.join for one in readings if base_of(state, one.name) is None}
    if not agreed and joins:
        joins = _with_a_first(readings, joins)
    waiting = [one for one in readings if joins.get(one.name) == REPORT]
    taking_part = [one for one in readings if one not in waiting]
    merged = run.merge(taking_part, joins)
    told = run.merge(readings, {**joins, **{one.name: UNION for one in waiting}}) if waiting else merged
    preview = {one.name: run.plan(one, told, deletes=False, prune=False) for one in waiting}
    if merged.stops:
        stops = [f"{' '.join(one['path'])}: {one['reason']}" for one in merged.stops]
        return Prepared(state, merged, {}, preview, stops, observed, scope, said.reason)
    targets = [one for one in taking_part if one.target]
    plans = {one.name: run.plan_of(one, merged, joins.get(one.name), said.deletes) for one in targets}
    stops = [f"{name}: {stop}" for name, made in plans.items() for stop in made.stops]
    if stops:
        # One slip is the same slip everywhere, whatever share of an instance it is; and it may be no deletion at all,
        # but an answer that lacked half of the objects. So nothing of it is agreed either, until somebody has looked.
        run = replace(run, policies=replace(policies, deletes=False))
        merged = run.merge(taking_part, joins)
        plans = {one.name: run.plan(one, merged, deletes=False, prune=False) for one in targets}
    return Prepared(begin(state, merged, scope), merged, plans, preview, stops, observed, scope, said.reason)


@dataclass(frozen=True)
class _Run:
    """What all steps of one run have in common."""

    state: State
    observed: Mapping[str, Snapshot]
    agreed: Snapshot
    scope: Scope
    policies: Policies
    order: Sequence[str]
    thresholds: Thresholds
    earlier: Optional[State]

    def merge(self, readings: Sequence[Reading], joins: Mapping[str, str]) -> Merged:
        """What the sources among them make of what was agreed."""
        diffs: dict[str, Sequence[Change]] = {}
        bases: dict[str, Optional[Snapshot]] = {}
        if self.earlier is not None:
            way_back = diff(self.agreed, project(self.earlier["golden"], self.scope))
            diffs[f"run {self.earlier['run']}"] = way_back
        first = list(diffs)
        for one in readings:
            if not one.source or joins.get(one.name, UNION) != UNION:
                continue
            base = base_of(self.state, one.name)
            bases[one.name] = None if base is None else project(base, self.scope)
            changes = diff(bases[one.name], project(self.observed[one.name], self.scope))
            diffs[one.name] = without_losses(changes, one.repositories, self._is_elsewhere(one, readings))
        return merge(
            self.agreed,
            diffs,
            self.policies,
            bases=bases,
            tombstones=self.state["tombstones"],
            origins=self.state["origins"],
            order=[*first, *self.order, *(name for name in diffs if name not in (*first, *self.order))],
            run=self.state["run"] + 1,
        )

    def _is_elsewhere(self, one: Reading, readings: Sequence[Reading]) -> Callable[[str], bool]:
        """Whether another instance has a repository, or may have it; of one that is away, when it was last seen."""
        there = [other.repositories for other in readings if other.name != one.name]
        answered = {other.name for other in readings}
        away = [known["repositories"] for name, known in self.state["instances"].items() if name not in answered]

        def is_elsewhere(name: str) -> bool:
            return any(known is None or name in known for known in there) or any(known.get(name) for known in away)

        return is_elsewhere

    def plan_of(self, one: Reading, merged: Merged, join: Optional[str], deletes: bool) -> Plan:
        """The plan of an instance; a first contact deletes nothing, unless it was asked to."""
        prune = join == ADOPT_AND_PRUNE
        return self.plan(one, merged, deletes=deletes and join in (None, ADOPT_AND_PRUNE), prune=prune)

    def plan(self, one: Reading, merged: Merged, *, deletes: bool, prune: bool) -> Plan:
        """The plan of an instance for what is agreed."""
        known = self.state["instances"].get(one.name)
        return plan(
            self.observed[one.name],
            merged.golden,
            self.scope,
            one.abilities,
            repositories=one.repositories,
            repositories_before=known["repositories"] if known else None,
            tombstones=merged.tombstones,
            held=merged.held,
            deletes=deletes,
            prune=prune,
            thresholds=self.thresholds,
        )


def _canonical(state: State, readings: Sequence[Reading], policies: Policies) -> dict[str, Snapshot]:
    """What was read, in one form. Patterns by permission are kept only where all have them, and policy wants that."""
    by_repository = policies.patterns == WHOLE or any(_has_targets(one.snapshot) for one in readings)
    return {
        one.name: canonicalise(
            one.snapshot,
            repositories=one.repositories,
            like=base_of(state, one.name) or state["golden"],
            by_repository=by_repository,
        )
        for one in readings
    }


def _has_targets(snapshot: Mapping[str, Any]) -> bool:
    return any(
        TARGETS in section
        for permission in (snapshot.get(PERMISSIONS) or {}).values()
        for section in (permission or {}, *((permission or {}).get(RESOURCES) or {}).values())
    )


def _with_a_first(readings: Sequence[Reading], joins: Mapping[str, str]) -> dict[str, str]:
    """Where nothing is agreed yet there is nothing to adopt: the first source is what the others adopt."""
    first = next((one.name for one in readings if one.source and joins.get(one.name) in (ADOPT, ADOPT_AND_PRUNE)), None)
    return {name: UNION if name == first else how for name, how in joins.items()}

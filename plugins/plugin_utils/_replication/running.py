# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One run over a mesh: read, decide, and, unless it is a dry run, write and remember (security-replication.md 7.1)."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Dict, List, Mapping, Optional, Sequence

from ...module_utils._adapter.waiting import Clock
from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.moment import rfc3339
from ...module_utils._domain.replication.cycle import Prepared, prepare
from ...module_utils._domain.replication.policies import Policies
from ...module_utils._domain.replication.safeguards import Threshold
from ...module_utils._domain.replication.scope import Scope, patterns_without_effect
from ...module_utils._domain.replication.state import State, advance, archive, new_state
from .._action.progress import Speaker
from .lock import Lock
from .looking import Look, for_the_cycle, look
from .members import Member
from .store import Store
from .writing import Done, carry_out


@dataclass(frozen=True)
class Wishes:
    """What a run is to do. ``parallel``: requests at a time to one instance. ``restore``: the run to go back to."""

    mesh: str
    scope: Scope
    policies: Policies
    thresholds: Mapping[str, Threshold]
    parallel: int
    give_up_after: int
    restore: Optional[int] = None


@dataclass(frozen=True)
class Ran:
    """What a run found, decided and did; ``state`` is the one that it began with, ``done`` is empty for a dry run."""

    state: State
    looked: Look
    prepared: Prepared
    done: Mapping[str, Done]
    archived: Sequence[str]


def dry_run(members: Sequence[Member], wishes: Wishes, store: Store, *, speaker: Speaker) -> Ran:
    """What a run would do now. Nothing is written anywhere. Raises EdgeError."""
    state, gone = _state(store, members, wishes)
    earlier = _earlier(store, wishes)
    looked = look(members, level=wishes.scope.level, parallel=wishes.parallel, speaker=speaker)
    return Ran(state, looked, _decide(state, looked, members, wishes, earlier), {}, gone)


def run(members: Sequence[Member], wishes: Wishes, store: Store, lock: Lock, *, speaker: Speaker, clock: Clock) -> Ran:
    """A run, under the lock of the mesh. Raises EdgeError; what an instance has got by then is remembered."""
    with lock.held():
        state, gone = _state(store, members, wishes)
        earlier = _earlier(store, wishes)
        looked = look(members, level=wishes.scope.level, parallel=wishes.parallel, speaker=speaker)
        prepared = _decide(state, looked, members, wishes, earlier)
        if prepared.state is state:
            return Ran(state, looked, prepared, {}, gone)
        done = _Carrying(looked, prepared, wishes, speaker, clock).all(members, store, lock)
    return Ran(state, looked, prepared, done, gone)


def _state(store: Store, members: Sequence[Member], wishes: Wishes) -> tuple[State, List[str]]:
    """The state without the instances that were taken out of the list, and their names."""
    state = store.load() or new_state(wishes.mesh, wishes.scope)
    gone = sorted(set(state["instances"]) - {member.name for member in members})
    for name in gone:
        state = archive(state, name)
    return state, gone


def _earlier(store: Store, wishes: Wishes) -> Optional[State]:
    return None if wishes.restore is None else store.generation(wishes.restore)


def _decide(
    state: State, looked: Look, members: Sequence[Member], wishes: Wishes, earlier: Optional[State]
) -> Prepared:
    there = [for_the_cycle(member, looked.read[member.name]) for member in members if member.name in looked.read]
    if not looked.away:
        unused = patterns_without_effect(wishes.scope, [one.snapshot for one in looked.read.values()])
        if unused:
            raise InventoryError(
                f"Cannot replicate this scope: these patterns fit no name on any instance: {'; '.join(unused)}. "
                "Correct them, or take them out.",
                problems=unused,
            )
    return prepare(
        state,
        there,
        wishes.scope,
        wishes.policies,
        order=[member.name for member in members],
        thresholds=wishes.thresholds,
        earlier=earlier,
    )


class _Memory:
    """The state as it grows, saved after each instance; several are written to at once."""

    def __init__(self, state: State, store: Store, lock: Lock) -> None:
        self._state, self._store, self._lock = state, store, lock
        self._turn = threading.Lock()

    def keep(self, change: Callable[[State], State]) -> None:
        with self._turn:
            # First of all: without the lock nothing is saved any more.
            self._lock.renew()
            self._state = change(self._state)
            self._store.save(self._state)


@dataclass(frozen=True)
class _Carrying:
    """What was decided is carried out on all instances side by side, and remembered."""

    looked: Look
    prepared: Prepared
    wishes: Wishes
    speaker: Speaker
    clock: Clock

    def all(self, members: Sequence[Member], store: Store, lock: Lock) -> Dict[str, Done]:
        """What became of each instance that takes part.

        The state is saved before the first write, with the instances on which there is nothing to write: it is large,
        and a run that finds nothing to do saves it once.
        """
        taking_part = [one for one in members if one.name in self.looked.read and one.name not in self.prepared.waiting]
        done = {one.name: Done() for one in taking_part}
        busy = [one for one in taking_part if self._has_work(one)]
        state = self.prepared.state
        for member in taking_part:
            if member not in busy:
                done[member.name] = self._idle(member)
                state = self._remembered(state, member, done[member.name])
        lock.renew()
        store.save(state)
        memory = _Memory(state, store, lock)

        def deal_with(member: Member) -> Done:
            found = self._written(member)
            memory.keep(lambda state: self._remembered(state, member, found))
            return found

        with ThreadPoolExecutor(max_workers=max(1, len(busy))) as pool:
            return {**done, **dict(zip((one.name for one in busy), pool.map(deal_with, busy)))}

    def _has_work(self, member: Member) -> bool:
        plan = self.prepared.plans.get(member.name)
        return plan is not None and bool(plan.writes)

    def _idle(self, member: Member) -> Done:
        plan = self.prepared.plans.get(member.name)
        return Done() if plan is None else Done(repositories=dict(plan.repositories))

    def _written(self, member: Member) -> Done:
        return carry_out(
            member,
            self.looked.read[member.name],
            self.prepared.plans[member.name],
            self.prepared.observed[member.name],
            self.prepared.scope,
            give_up_after=self.wishes.give_up_after,
            parallel=self.wishes.parallel,
            progress=self.speaker.about(f"Write {member.name}", None, "objects of a step"),
        )

    def _remembered(self, state: State, member: Member, done: Done) -> State:
        plan = self.prepared.plans.get(member.name)
        served = self.looked.read[member.name].instance.served
        return advance(
            state,
            member.name,
            observed=self.prepared.observed[member.name],
            scope=self.prepared.scope,
            writes=done.writes,
            read_back=done.read_back,
            failed=done.failed,
            held=self.prepared.merged.held,
            pending=plan.pending if plan else (),
            repositories=done.repositories if plan else None,
            apis={kind: one.api for kind, one in served.items()},
            at=None if done.broken_off else rfc3339(self.clock.now()),
        )


def trouble(ran: Ran) -> Optional[str]:
    """Why the run has failed, in words; None when it has not. What is pending is no failure."""
    reasons = list(ran.prepared.stops)
    for name, done in ran.done.items():
        reasons += [f"{name}: {kind} {one}: {why}" for kind, names in done.failed.items() for one, why in names.items()]
        reasons += [f"{name}: broken off: {done.broken_off}"] if done.broken_off else []
    return "; ".join(reasons) or None

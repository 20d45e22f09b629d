# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Federates one source to its targets.

Through Mission Control where the platform has it and it can say what is wanted. Its PUT has one list of entities for
the whole source, and no group filters, no switch for a target, and no delete (control-plane-api.md 7.2): these are done
at the source itself (7.1).

Order and what an interruption leaves behind: everything is read and decided before the first write. Then a target whose
URL has changed is removed, because its name and URL cannot be changed; what is missing or different is written; it is
read again, and what Mission Control could not say, or has changed of targets that nobody manages, is put right at the
source; at last come removals. The next run decides by what it reads, so it goes on from anywhere. A target that cannot
be federated does not keep the others from it.

Two controllers: PUT takes the list of all targets, so one that was read before another controller wrote undoes what
that one did, and nothing tells either of them. So the list is read right before it is written, and once more when a
writer that had read before us must be done; what is lost is written again, a bounded number of times.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Optional, Sequence

from .._client.federation import AccessFederation, MissionControlFederation
from .._client.session import JFrogSession
from .._domain.change import DELETE, UPDATE, Change
from .._domain.errors import ApiError, EdgeError, InventoryError, ServiceError, TransportError
from .._domain.federation import drift
from .._domain.federation.drift import REPLACE, Difference, Wanted
from .._domain.federation.results import Failure, read_steps, untrusted
from .._domain.federation.target import TargetSeen, access_url, filters
from .._domain.observed import Jpd
from .._domain.url import normal
from .waiting import Clock

NEVER, WHEN_CHANGED, ALWAYS = "never", "when_changed", "always"
BROADCAST = (NEVER, WHEN_CHANGED, ALWAYS)
_SAYABLE = {"url", "entities", "permission_filters"}
# How often a list is written that others write as well, and how long at most one waits to see whether it is kept.
ROUNDS = 5
LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Source:
    """One source: its name, its id as a JPD, and the sessions through which it is worked on.

    ``at_platform`` is for Mission Control, ``at_source`` for the source's own Access; one of them may be None.
    ``jpds``: all JPDs by their URLs. ``read`` tells its targets, anew when asked with True.
    """

    name: str
    jpd_id: Optional[str]
    at_platform: Optional[JFrogSession]
    at_source: Optional[JFrogSession]
    read: Callable[[bool], list[TargetSeen]]
    jpds: Mapping[str, Jpd] = field(default_factory=dict)

    def id_of(self, target: Wanted) -> Optional[str]:
        """The id of a target as a JPD."""
        jpd = self.jpds.get(normal(target.url))
        return target.id or (jpd["id"] if jpd is not None else None)

    def name_of(self, target: Wanted) -> str:
        """What Mission Control calls a target, which may have another name at the source."""
        jpd = self.jpds.get(normal(target.url))
        return jpd["name"] if jpd is not None else target.name


@dataclass(frozen=True)
class Task:
    """What is wanted of one source. ``keep``: URLs that pruning spares. ``broadcasts``: those of single targets."""

    wanted: Sequence[Wanted] = ()
    absent: Sequence[Wanted] = ()
    prune: bool = False
    keep: Sequence[str] = ()
    full_broadcast: str = NEVER
    broadcasts: Mapping[str, str] = field(default_factory=dict)

    def broadcast_to(self, target: str) -> str:
        """When this target is sent everything once more."""
        return self.broadcasts.get(target, self.full_broadcast)

    def has_broadcast(self, *when: str) -> bool:
        """Whether any target has one of these."""
        return any(self.broadcast_to(one.name) in when for one in self.wanted)


@dataclass
class Work:
    """What one source needs, and what came of it."""

    source: str
    task: Task
    seen: list[TargetSeen]
    differences: list[Difference]
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    broadcasts: dict[str, str] = field(default_factory=dict)

    @property
    def change(self) -> Change:
        """The targets before and after. ``always`` sends everything once more, which is a change whatever differs."""
        change = drift.change_of(self.seen, self.task.wanted, self.differences)
        if not self.task.has_broadcast(ALWAYS):
            return change
        before = {**change.before, "full_broadcast": "not requested"}
        after = {**change.after, "full_broadcast": "requested"}
        return Change(change.action if change.changed else UPDATE, before, after)

    @property
    def possible(self) -> list[Difference]:
        """What can be done, as far as is known by now."""
        return [one for one in self.differences if not self.has_failed(one.name)]

    def has_failed(self, target: str) -> bool:
        """Whether something went wrong with this target, or with the source itself and so with all of them."""
        names = [one.name for one in self.differences]
        return any(failure.mentions(target) or not _mentions(failure, names) for failure in self.failures)

    def hear(self, steps: Sequence[Any], *, others: Sequence[str] = ()) -> None:
        """Note what Mission Control said of its steps. ``others``: targets that were sent only not to lose them."""
        failures, warnings = read_steps(steps)
        names = [one.name for one in self.differences]
        beside = [one for one in failures if _mentions(one, others) and not _mentions(one, names)]
        self.failures += [one for one in failures if one not in beside]
        self.warnings += [*warnings, *map(str, beside)]


class Federator:
    """Works on one source."""

    def __init__(self, source: Source, *, clock: Optional[Clock] = None) -> None:
        self.source = source
        self._access = AccessFederation(source.at_source) if source.at_source is not None else None
        self._clock = clock or Clock()

    def decide(self, task: Task, *, fresh: bool = False) -> Work:
        """What differs. Raises InventoryError for what would need a way to the source that there is not."""
        seen = self.source.read(fresh)
        differences = drift.compare(seen, task.wanted, absent=task.absent, prune=task.prune, keep=task.keep)
        work = Work(self.source.name, task, seen, differences)
        self._demand_way(work)
        self._test_trust(work)
        return work

    def apply(self, work: Work) -> None:
        """Carry out what was decided. What goes wrong with single targets is noted in ``work``."""
        written: set[str] = set()
        for rounds_left in reversed(range(ROUNDS + 1)):
            begun = self._clock.monotonic()
            seen = self.source.read(True)
            todo = self._todo(work, seen)
            if not todo:
                break
            if not rounds_left:
                raise ServiceError(
                    f"Cannot federate '{work.source}': it was written and is not so, {'; '.join(map(str, todo))}. "
                    "Look at the source in Mission Control, and run again."
                )
            self._write(work, seen, todo)
            written |= {one.name for one in todo if one.action != DELETE}
            self._outwait_others(self._clock.monotonic() - begun)
        self._broadcast(work, written)

    def _todo(self, work: Work, seen: Sequence[TargetSeen]) -> list[Difference]:
        """What differs by now of what was asked for, but for what has failed."""
        task = work.task
        found = drift.compare(seen, task.wanted, absent=task.absent, prune=task.prune, keep=task.keep)
        self._demand_way(Work(work.source, task, list(seen), found))
        return [one for one in found if not work.has_failed(one.name)]

    def _write(self, work: Work, seen: Sequence[TargetSeen], todo: Sequence[Difference]) -> None:
        for one in todo:
            if one.action == REPLACE:
                self._remove(one)
        writes = [one for one in todo if one.action != DELETE]
        if writes:
            self._through_mission_control(work, seen, writes)
            self._put_right(work, seen, writes)
        for one in todo:
            if one.action == DELETE:
                self._remove(one)

    def _outwait_others(self, taken: float) -> None:
        """Until another controller that had read before we wrote has written as well.

        It takes about as long for that as we did, twice of which is allowed for; by chance a bit more, so that two that
        undo each other's work fall out of step. Without Mission Control every target is written by itself.
        """
        if self.source.at_platform is not None:
            by_chance = random.uniform(2, 3)  # noqa: S311 - nothing here is a secret
            self._clock.sleep(min(taken * by_chance, LONGEST_WAIT))

    # What can be known before the first write

    def _demand_way(self, work: Work) -> None:
        if self._access is not None:
            return
        needs = []
        if any(one.action in (DELETE, REPLACE) for one in work.differences):
            needs.append("it has no call that removes a target or changes its URL")
        if any(one.group_filters is not None or one.active is not None for one in work.task.wanted):
            needs.append("it knows neither group filters nor whether a target is active")
        if work.task.has_broadcast(WHEN_CHANGED, ALWAYS):
            needs.append("it starts no full broadcast")
        if not needs and work.differences and self._common_entities(work.seen, work.differences) is None:
            needs.append("it has one list of entities for all targets of a source, and they differ")
        if needs:
            raise InventoryError(
                f"Cannot federate '{work.source}' through Mission Control alone: {'; '.join(needs)}. "
                "Give edge_url and edge_access_token of the source."
            )

    def _test_trust(self, work: Work) -> None:
        """The source itself is asked whether its new targets accept its tokens."""
        if self._access is None:
            return
        for one in work.differences:
            if one.wanted is not None and (one.seen is None or one.action == REPLACE):
                said = self._access.refusal_of(one.wanted.url)
                if said is not None:
                    work.failures.append(untrusted(work.source, one.name, said))

    def _common_entities(self, seen: Sequence[TargetSeen], writes: Sequence[Difference]) -> Optional[tuple[str, ...]]:
        """The entities of all targets when these changes are made; None when they differ or are not all JPDs."""
        targets = drift.expected(seen, writes)
        kinds = {target.entities for target in targets}
        named = all(self.source.id_of(target) is not None for target in targets)
        return next(iter(kinds)) if len(kinds) == 1 and named else None

    # Writing

    def _through_mission_control(self, work: Work, seen: Sequence[TargetSeen], writes: Sequence[Difference]) -> None:
        """All targets are sent, because it is not known whether PUT removes those that it does not name (7.2)."""
        platform, jpd_id = self.source.at_platform, self.source.jpd_id
        kinds = self._common_entities(seen, writes)
        sayable = any(one.seen is None or _SAYABLE & {*one.facts} for one in writes)
        if platform is None or jpd_id is None or kinds is None or not sayable:
            return
        targets = drift.expected(seen, writes)
        body = [self._for_mission_control(target) for target in targets]
        others = [self.source.name_of(target) for target in targets if all(target.name != one.name for one in writes)]
        work.hear(MissionControlFederation(platform).configure(jpd_id, kinds, body), others=others)

    def _for_mission_control(self, target: Wanted) -> dict[str, Any]:
        body: dict[str, Any] = {"id": self.source.id_of(target), "url": access_url(target.url)}
        if target.permission_filters is not None:
            body["permission_filters"] = filters(target.permission_filters)
        return body

    def _put_right(self, work: Work, seen: Sequence[TargetSeen], writes: Sequence[Difference]) -> None:
        """Write at the source what Mission Control could not say, or has changed of targets that nobody manages."""
        left = self._left(work, seen, writes)
        if self._access is not None:
            for one in left:
                self._write_at_source(self._access, work, one)
            left = self._left(work, seen, writes) if left else []
        # What is wanted may have been undone by another controller, and is written again; this was our own doing.
        ours = {one.name for one in writes}
        harm = [one for one in left if one.name not in ours]
        if harm:
            raise ServiceError(
                f"Cannot federate '{work.source}': writing has changed other targets, {'; '.join(map(str, harm))}. "
                "Look at the source in Mission Control, and put them right."
            )

    def _left(self, work: Work, seen: Sequence[TargetSeen], writes: Sequence[Difference]) -> list[Difference]:
        found = drift.left_to_write(seen, self.source.read(True), writes)
        return [one for one in found if not work.has_failed(one.name)]

    def _write_at_source(self, access: AccessFederation, work: Work, one: Difference) -> None:
        if one.wanted is None:
            raise AssertionError("a difference without what is wanted is a removal")
        facts = {fact: value for fact, value in one.wanted.as_facts().items() if fact != "url"}
        try:
            if one.seen is None:
                access.create_target({"name": one.name, "url": access_url(one.wanted.url), **facts})
            else:
                access.update_target(one.seen["name"], {fact: facts[fact] for fact in one.facts if fact in facts})
        except (ApiError, TransportError) as exc:
            if not self._is_so(one.wanted):
                work.failures.append(_failure(work.source, one.name, exc))

    def _is_so(self, wanted: Wanted) -> bool:
        """Whether a write has been done although its answer was none of success."""
        try:
            return not drift.compare(self.source.read(True), [wanted])
        except (ApiError, TransportError):
            return False

    def _remove(self, one: Difference) -> None:
        if self._access is None or one.seen is None:
            raise AssertionError("a removal without a way to the source")
        self._access.delete_target(one.seen["name"])

    def _broadcast(self, work: Work, changed: set[str]) -> None:
        due = {NEVER: set(), WHEN_CHANGED: changed, ALWAYS: {one.name for one in work.task.wanted}}
        wanted = [one for one in work.task.wanted if one.name in due[work.task.broadcast_to(one.name)]]
        if self._access is None or not wanted:
            return
        now = self.source.read(True)
        for target in wanted:
            seen = drift.find_target(now, target)
            if seen is not None:
                self._broadcast_one(self._access, work, target.name, seen["name"])

    @staticmethod
    def _broadcast_one(access: AccessFederation, work: Work, target: str, name: str) -> None:
        """The next run finds nothing to change, so with when_changed it would not make up for what failed here."""
        try:
            work.broadcasts[target] = access.full_broadcast(name)
        except (ApiError, TransportError) as exc:
            failure = _failure(work.source, target, exc)
            remedy = f"{failure.remedy}, and run once with full_broadcast={ALWAYS}"
            work.failures.append(Failure(failure.what, failure.reason, remedy))


def refuse_failures(works: Sequence[Work]) -> None:
    """Raises ServiceError that names everything that could not be federated, and what to do about it."""
    failures = {str(failure): failure for work in works for failure in work.failures}
    if not failures:
        return
    names = ", ".join(work.source for work in works if work.failures)
    raise ServiceError(
        f"Cannot federate {names} to all its targets: {'; '.join(failures)}.",
        changed=any(work.possible for work in works),
        failures=[{"what": one.what, "reason": one.reason, "remedy": one.remedy} for one in failures.values()],
    )


def _mentions(failure: Failure, names: Sequence[str]) -> bool:
    return any(failure.mentions(name) for name in names)


def _failure(source: str, target: str, exc: EdgeError) -> Failure:
    happened, _dot, remedy = exc.msg.rstrip(".").rpartition(". ")
    return Failure(f"target {target} of {source}", happened or exc.msg, remedy if happened else "Run again")

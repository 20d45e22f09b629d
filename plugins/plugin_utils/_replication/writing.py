# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Carries out the plan of one instance, object by object, and keeps what was seen there afterwards."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Callable, Dict, List, Mapping, Optional, Set

from ...module_utils._client.security.lines import Lines
from ...module_utils._client.security.reading import Reading
from ...module_utils._client.security.writing import (
    DIFFERS,
    FAILED,
    IMPOSSIBLE,
    UNCHANGED,
    WRITTEN,
    Written,
    write_object,
)
from ...module_utils._client.session import JFrogSession
from ...module_utils._client.side_by_side import Progress
from ...module_utils._domain.errors import EdgeError
from ...module_utils._domain.replication.planning import Plan
from ...module_utils._domain.replication.scope import Scope
from ...module_utils._domain.replication.snapshot import GROUPS, KINDS, Object, Snapshot
from ...module_utils._domain.replication.writes import RESAVE, Write, repositories_of, steps, without_failed
from .members import Member


@dataclass
class Done:
    """What became of a plan, in the form that ``state.advance`` takes.

    ``broken_off``: why the rest of the plan was not carried out; empty when it was. ``outcomes``: one for each write
    that was sent. ``repositories``: types by key, as a later plan compares with them.
    """

    writes: List[Write] = field(default_factory=list)
    read_back: Dict[str, Dict[str, Optional[Object]]] = field(default_factory=dict)
    failed: Dict[str, Dict[str, str]] = field(default_factory=dict)
    outcomes: List[Written] = field(default_factory=list)
    repositories: Dict[str, Optional[str]] = field(default_factory=dict)
    broken_off: str = ""

    def note(self, write: Write, written: Written) -> None:
        self.writes.append(write)
        self.outcomes.append(written)
        if written.outcome in (WRITTEN, UNCHANGED, DIFFERS):
            self.read_back.setdefault(write["kind"], {})[write["name"]] = written.seen
        if written.outcome in (FAILED, IMPOSSIBLE):
            self.failed.setdefault(write["kind"], {})[write["name"]] = written.reason


def carry_out(
    member: Member,
    reading: Reading,
    plan: Plan,
    observed: Snapshot,
    scope: Scope,
    *,
    give_up_after: int,
    parallel: int,
    progress: Optional[Progress] = None,
) -> Done:
    """Write in the plan's order, and what belongs to one step of it side by side.

    What fails with one object stops no other; so many failures end the instance's run. ``observed``: all that it has,
    canonical. ``parallel``: how many objects are written at a time.
    """
    done = Done()
    outside = [name for name, value in observed.get(GROUPS, {}).items() if scope.why_not(GROUPS, name, value)]

    def write_one(session: JFrogSession, write: Write) -> Written:
        api = reading.instance.api(write["kind"], session)
        return write_object(api, write, repositories=reading.repositories, left_alone=outside)

    with Lines(lambda: member.connection.session(read_only=False), parallel) as lines:
        hand = _Hand(lines, write_one, give_up_after)
        for step in steps(plan.writes):
            failed = {kind: done.failed.get(kind, {}) for kind in KINDS}
            writes = {one["name"]: without_failed(one, failed) for one in step}
            for name, written in hand.carry_out(writes, progress).items():
                done.note(writes[name], written)
            if hand.stopped:
                break
    done.broken_off = hand.stopped
    done.repositories = _settled(plan, done.read_back)
    return done


class _Hand:
    """Carries out one step after the other. ``stopped``: why nothing more is begun; what is under way still ends."""

    def __init__(self, lines: Lines, write_one: Callable[[JFrogSession, Write], Written], give_up_after: int) -> None:
        self._lines, self._write_one, self._give_up_after = lines, write_one, give_up_after
        self._failed: Set[tuple[str, str]] = set()
        self._turn = threading.Lock()
        self.stopped = ""

    def carry_out(self, writes: Mapping[str, Write], progress: Optional[Progress]) -> Dict[str, Written]:
        """What became of the writes of one step, in their order; without those that were not begun."""
        written: Dict[str, Written] = {}

        def deal_with(session: JFrogSession, name: str) -> None:
            if not self.stopped:
                written[name] = self._write_one(session, writes[name])
                self._count(written[name])

        try:
            self._lines.each(deal_with, list(writes), progress)
        except EdgeError as exc:
            self.stopped = self.stopped or exc.msg
        return {name: written[name] for name in writes if name in written}

    def _count(self, written: Written) -> None:
        if written.outcome not in (FAILED, IMPOSSIBLE):
            return
        with self._turn:
            self._failed.add((written.kind, written.name))
            if len(self._failed) >= self._give_up_after:
                self.stopped = f"{len(self._failed)} objects could not be written"


def _settled(plan: Plan, read_back: Mapping[str, Mapping[str, Optional[Object]]]) -> Dict[str, Optional[str]]:
    """Types of repositories, but for those whose permission was to be saved again and was not: they are news still."""
    again = {
        write["name"]: write["after"] or {}
        for write in plan.writes
        if write["action"] == RESAVE and write["name"] not in read_back.get(write["kind"], {})
    }
    left = {name for names in repositories_of(again).values() for name in names}
    return {name: None if name in left else type_ for name, type_ in plan.repositories.items()}

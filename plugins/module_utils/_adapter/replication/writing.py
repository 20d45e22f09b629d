# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Carries out the plan of one instance, object by object, and keeps what was seen there afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional

from ..._client.security.lines import Lines
from ..._client.security.reading import Reading
from ..._client.security.writing import DIFFERS, FAILED, IMPOSSIBLE, UNCHANGED, WRITTEN, Written, write_object
from ..._domain.errors import EdgeError
from ..._domain.replication.planning import Plan
from ..._domain.replication.scope import Scope
from ..._domain.replication.snapshot import GROUPS, KINDS, Object, Snapshot
from ..._domain.replication.writes import Write, without_failed
from .members import Member


@dataclass
class Done:
    """What became of a plan, in the form that ``state.advance`` takes.

    ``broken_off``: why the rest of the plan was not carried out; empty when it was. ``outcomes``: one for each write
    that was sent.
    """

    writes: List[Write] = field(default_factory=list)
    read_back: Dict[str, Dict[str, Optional[Object]]] = field(default_factory=dict)
    failed: Dict[str, Dict[str, str]] = field(default_factory=dict)
    outcomes: List[Written] = field(default_factory=list)
    broken_off: str = ""

    def note(self, write: Write, written: Written) -> None:
        self.writes.append(write)
        self.outcomes.append(written)
        if written.outcome in (WRITTEN, UNCHANGED, DIFFERS):
            self.read_back.setdefault(write["kind"], {})[write["name"]] = written.seen
        if written.outcome in (FAILED, IMPOSSIBLE):
            self.failed.setdefault(write["kind"], {})[write["name"]] = written.reason


def carry_out(
    member: Member, reading: Reading, plan: Plan, observed: Snapshot, scope: Scope, *, give_up_after: int
) -> Done:
    """Write in the plan's order. What fails with one object stops no other; so many failures end the instance's run.

    ``observed``: all that it has, canonical.
    """
    done = Done()
    if not plan.writes:
        return done
    outside = [name for name, value in observed.get(GROUPS, {}).items() if scope.why_not(GROUPS, name, value)]
    with Lines(lambda: member.connection.session(read_only=False), 1) as lines:
        for planned in plan.writes:
            write = without_failed(planned, {kind: done.failed.get(kind, {}) for kind in KINDS})
            try:
                written = lines.one(
                    lambda session, write=write: write_object(  # type: ignore[misc]
                        reading.instance.api(write["kind"], session),
                        write,
                        repositories=reading.repositories,
                        left_alone=outside,
                    )
                )
            except EdgeError as exc:
                done.broken_off = exc.msg
                return done
            done.note(write, written)
            failures = sum(len(names) for names in done.failed.values())
            if failures >= give_up_after:
                done.broken_off = f"{failures} objects could not be written"
                return done
    return done

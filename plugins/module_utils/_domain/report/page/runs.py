# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The last runs: of the fleet, for the trend; and of one Edge, in which state it was since when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, List, Mapping, Sequence, Tuple

from ..history import entry

# As many as a chart and a table can show; the history on disk may be longer.
SHOWN = 30
SPELLS = 8


@dataclass(frozen=True)
class Run:
    """One run. ``edges`` has the state of each Edge and the names of its facts that were drifted."""

    at: str
    mode: str
    outcome: str
    duration: float | None
    edges: Mapping[str, Tuple[str, Tuple[str, ...]]]

    def count(self, state: str) -> int:
        """How many Edges were in this state."""
        return sum(found == state for found, _drifted in self.edges.values())


@dataclass(frozen=True)
class Spell:
    """Consecutive runs in which an Edge was in the same state. ``oldest``: it may have been so before them."""

    since: str
    runs: int
    state: str
    drifted: Tuple[str, ...]
    oldest: bool


def of_fleet(report: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> List[Run]:
    """The last runs, the oldest first, this one last."""
    this = entry(report)
    return [*(_run(earlier) for earlier in history if earlier["at"] != this["at"]), _run(this)][-SHOWN:]


def of_edge(runs: Sequence[Run], name: str) -> List[Spell]:
    """What became of one Edge, the latest first."""
    seen = [(run.at, *run.edges[name]) for run in runs if name in run.edges]
    spells: List[Spell] = []
    for (state, drifted), group in groupby(seen, key=lambda one: one[1:]):
        times = [at for at, _state, _drifted in group]
        spells.append(Spell(times[0], len(times), state, drifted, oldest=not spells))
    return spells[::-1][:SPELLS]


def _run(of: Mapping[str, Any]) -> Run:
    # A user may have edited the file.
    known = {name: edge for name, edge in of["edges"].items() if isinstance(edge, Mapping)}
    edges = {name: (str(edge.get("state")), tuple(edge.get("drifted") or ())) for name, edge in known.items()}
    return Run(of["at"], of["mode"], of["outcome"], of["duration_seconds"], edges)

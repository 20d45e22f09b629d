# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""When a run began and ended, and which of its phases took how long."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Mapping, Sequence

from ..moment import moment, rfc3339


def spent(marks: Sequence[Mapping[str, str]], *, ended: datetime) -> dict[str, Any]:
    """The times of a run, as the report has them. Each mark says at which time which ``phase`` began.

    A phase lasts until the next mark, the last one until the end. A phase that comes again, as each wave is converged
    and verified, is added up. Without a mark only the end is known. Raises ValueError for what is no time.
    """
    begun = sorted((moment(mark["at"]), mark["phase"]) for mark in marks)
    phases: dict[str, float] = {}
    for (since, phase), until in zip(begun, [*(at for at, _phase in begun[1:]), ended]):
        phases[phase] = phases.get(phase, 0.0) + max(0.0, (until - since).total_seconds())
    started = begun[0][0] if begun else None
    return {
        "started_at": None if started is None else rfc3339(started),
        "finished_at": rfc3339(ended),
        "duration_seconds": None if started is None else round(max(0.0, (ended - started).total_seconds()), 3),
        "phases": {phase: round(seconds, 3) for phase, seconds in phases.items()},
    }

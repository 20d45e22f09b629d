# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What systemd says when it cannot do something, with the journal's part of it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Iterator, List, Sequence

from .._domain.errors import ServiceError
from . import commands
from .logs import MOST_REASONS, quotable

LONGEST_JOURNAL = 1 << 16
LAST_LINES = 50
# What systemd notes of every start and stop, whether it goes well or not.
_ROUTINE = re.compile(
    r"(?:Starting|Started|Stopping|Stopped|Reloading) |.*: (?:Deactivated successfully|Consumed |Scheduled restart job)"
)
# systemctl refers to itself: See "systemctl status x.service" and "journalctl -xeu x.service" for details.
_SEE = re.compile(r"\bSee (?:\"systemctl status|system logs and 'systemctl).*", re.DOTALL)
_MAY_NOT = re.compile(r"[Aa]uthentication required|Access denied|Permission denied|Operation not permitted")


def refused(verb: str, unit: str, said: str, complaints: Sequence[str]) -> ServiceError:
    """The designed error for an order that systemd did not carry out."""
    reason = quotable(_SEE.sub("", " ".join(said.split()))).rstrip(".") or "no reason"
    journal = f" Its journal says: {' | '.join(complaints)}." if complaints else ""
    if "is masked" in said:
        remedy = f"Somebody has masked the unit. When it may run again: systemctl unmask {unit}."
    elif _MAY_NOT.search(said):
        remedy = "This user may not. Run the task with become: true, or set another control."
    else:
        remedy = f"Look at 'systemctl status {unit}' on the node."
    return ServiceError(
        f"Cannot {verb} the service of the node: systemd says of {unit}: {reason}.{journal} {remedy}",
        log_lines=list(complaints),
    )


def journal(unit: str, since: datetime) -> List[str]:
    """The last lines about a unit that are more than routine, without anything that could be a secret."""
    try:
        # What was noted a moment ago may not be on the disk yet. Only root may ask for that.
        commands.query(["journalctl", "--sync"])
        code, output = commands.query(
            [
                *("journalctl", "--quiet", "--no-pager", "--output=cat", f"--lines={LAST_LINES}"),
                *(f"--since=@{int(since.timestamp())}", f"--unit={unit}"),
            ],
            limit=LONGEST_JOURNAL,
        )
    except ServiceError:  # no journal here
        return []
    return list(dict.fromkeys(_telling(output)))[-MOST_REASONS:] if code == 0 else []


def _telling(output: str) -> Iterator[str]:
    for line in output.splitlines():
        if line.strip() and not _ROUTINE.match(line):
            yield quotable(line).rstrip(".")

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Looks how a mesh stands, and changes nothing: a dry run, and what was found out about each instance on the way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Optional

from ...module_utils._domain.replication.standing import Met, standing
from .looking import Look
from .members import Member
from .options import Mesh
from .running import dry_run


def inspect(mesh: Mesh, *, now: datetime, max_age: Optional[timedelta]) -> dict[str, Any]:
    """The mesh as ``standing.standing`` has it. Raises EdgeError as a dry run does."""
    ran = dry_run(mesh.members, mesh.wishes, mesh.store, speaker=mesh.speaker)
    met = [_met(member, ran.looked) for member in mesh.members]
    return standing(ran.state, ran.prepared, met, archived=ran.archived, now=now, max_age=max_age)


def _met(member: Member, looked: Look) -> Met:
    """What this look found out about an instance."""
    direction = "both" if member.source and member.target else "source" if member.source else "target"
    name, url = member.name, member.connection.url
    found = looked.read.get(name)
    if found is None:
        return Met(name, url, direction, away=looked.away[name])
    instance = found.instance
    return Met(
        name,
        url,
        direction,
        version=instance.version,
        service_id=instance.service_id,
        username=instance.username,
        may_write=instance.may_write,
        apis={kind: served.api for kind, served in instance.served.items()},
    )

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory to who shall tell whom, a star of the platform and its Edges or a mesh of Edges; and what came of
it for each Edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence

from ...module_utils._adapter.federation import BROADCAST, NEVER, Task, Work
from ...module_utils._adapter.federation_sources import HOME
from ...module_utils._domain.desired import joined
from ...module_utils._domain.desired.shapes import Federation
from ...module_utils._domain.desired.values import Unusable
from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.federation.drift import Wanted
from ...module_utils._domain.url import normal
from .inventory import inventory_variables

STAR, MESH = "star", "mesh"
FEDERATION = "edge_federation"
ACKNOWLEDGED = "edge_circle_of_trust_acknowledged"
FULL_BROADCAST = "edge_federation_full_broadcast"
VARIABLES = (FEDERATION, ACKNOWLEDGED, FULL_BROADCAST)


@dataclass(frozen=True)
class Member:
    """A deployment and what it shall be told. ``received`` without entities: nothing, and it tells nobody either.

    ``full_broadcast``: when it is sent everything once more.
    """

    name: str
    url: str
    received: Federation
    full_broadcast: str = NEVER

    def as_target(self) -> Wanted:
        """This member, as a target of another one."""
        told = self.received
        return Wanted(
            self.name, normal(self.url), tuple(sorted(told.entities)), told.permission_filters or None,
            told.group_filters or None,
        )  # fmt: skip


def members_of(edges: Mapping[str, Mapping[str, Any]]) -> list[Member]:
    """The Edges that say what they are told; the others are not managed. Raises InventoryError with all problems."""
    problems: list[str] = []
    found = []
    for name, values in edges.items():
        if values.get(FEDERATION) is None:
            continue
        try:
            received = joined.federation(values[FEDERATION])
        except Unusable as exc:
            problems += [f"{FEDERATION} of the Edge '{name}' {problem}" for problem in exc.problems]
            continue
        if received.entities and str(values.get(ACKNOWLEDGED)).lower() not in ("true", "yes", "1"):
            problems.append(
                f"the Edge '{name}' needs a circle of trust for it, and nobody has agreed to that. Set {ACKNOWLEDGED} "
                "to true: administrators of each side become administrators of the other"
            )
        broadcast = str(values.get(FULL_BROADCAST) or NEVER)
        if broadcast not in BROADCAST:
            problems.append(f"{FULL_BROADCAST} of the Edge '{name}' is '{broadcast}' instead of {', '.join(BROADCAST)}")
        found.append(Member(name, str(values["edge_url"]), received, broadcast))
    if problems:
        raise InventoryError(f"Cannot federate: {'; '.join(problems)}.", problems=problems)
    return found


def home(url: str, value: Any) -> Optional[Member]:
    """The platform as a member of a mesh; None when it is not to be one. Raises InventoryError."""
    if value is None:
        return None
    try:
        return Member(HOME, url, joined.federation(value))
    except Unusable as exc:
        raise InventoryError(f"Cannot federate: platform_federation {'; '.join(exc.problems)}.") from None


def star(members: Sequence[Member], **options: Any) -> dict[str, Task]:
    """The platform tells the Edges. ``options`` are those of ``Task``."""
    return {HOME: _task(members, options)}


def mesh(members: Sequence[Member], **options: Any) -> dict[str, Task]:
    """Each tells all others; whoever is told nothing tells nothing. ``options`` are those of ``Task``."""
    tasks = {}
    for member in members:
        others = [other for other in members if other is not member]
        if member.received.entities:
            tasks[member.name] = _task(others, options)
        else:
            tasks[member.name] = Task(absent=[one.as_target() for one in others], **options)
    return tasks


def answers(members: Sequence[Member], works: Sequence[Work]) -> dict[str, dict[str, Any]]:
    """What came of it for each member: whether it is as wanted, whether something differed, and why it is not so."""
    names = [member.name for member in members]
    failures = [(work.source, failure) for work in works for failure in work.failures]
    differing = {(work.source, one.name) for work in works for one in work.differences}
    told: dict[str, dict[str, Any]] = {}
    for name in names:
        reasons = [
            str(failure)
            for source, failure in failures
            # What names no member went wrong with the source itself, so with all that it tells.
            if name == source or failure.mentions(name) or not any(failure.mentions(other) for other in names)
        ]
        changed = any(name in pair for pair in differing)
        told[name] = {"ok": not reasons, "changed": changed, "reason": "; ".join(reasons) or None}
    return told


def urls_of_inventory(task_vars: Mapping[str, Any]) -> list[str]:
    """The URLs of all Edges of the inventory, of this run or not: pruning spares them."""
    found = inventory_variables(task_vars, list(task_vars["groups"]["all"]), ("edge_url",))
    return sorted({str(values["edge_url"]) for values in found.values() if values.get("edge_url")})


def _task(members: Sequence[Member], options: Mapping[str, Any]) -> Task:
    wanted = [one for one in members if one.received.entities]
    return Task(
        [one.as_target() for one in wanted],
        [one.as_target() for one in members if not one.received.entities],
        broadcasts={one.name: one.full_broadcast for one in wanted if "full_broadcast" not in options},
        **options,
    )

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From the inventory to who shall tell whom: a star of the platform and its Edges, or a mesh of Edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Optional, Sequence

from .._domain.desired import joined
from .._domain.desired.shapes import Federation
from .._domain.desired.values import Unusable
from .._domain.errors import InventoryError
from .._domain.federation.drift import Wanted
from .._domain.url import normal
from .federation import Task
from .federation_sources import HOME
from .inventory import inventory_variables

STAR, MESH = "star", "mesh"
FEDERATION = "edge_federation"
ACKNOWLEDGED = "edge_circle_of_trust_acknowledged"
VARIABLES = (FEDERATION, ACKNOWLEDGED)


@dataclass(frozen=True)
class Member:
    """A deployment and what it shall be told. ``received`` without entities: nothing, and it tells nobody either."""

    name: str
    url: str
    received: Federation

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
        found.append(Member(name, str(values["edge_url"]), received))
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


def star(members: Sequence[Member], *, prune: bool, keep: Sequence[str], full_broadcast: str) -> dict[str, Task]:
    """The platform tells the Edges."""
    wanted, absent = _split(members)
    return {HOME: Task(wanted, absent, prune, keep, full_broadcast)}


def mesh(members: Sequence[Member], *, prune: bool, keep: Sequence[str], full_broadcast: str) -> dict[str, Task]:
    """Each tells all others; whoever is told nothing tells nothing."""
    tasks = {}
    for member in members:
        others = [other for other in members if other is not member]
        wanted, absent = _split(others) if member.received.entities else ([], [one.as_target() for one in others])
        tasks[member.name] = Task(wanted, absent, prune, keep, full_broadcast)
    return tasks


def urls_of_inventory(task_vars: Mapping[str, Any]) -> list[str]:
    """The URLs of all Edges of the inventory, of this run or not: pruning spares them."""
    found = inventory_variables(task_vars, list(task_vars["groups"]["all"]), ("edge_url",))
    return sorted({str(values["edge_url"]) for values in found.values() if values.get("edge_url")})


def _split(members: Sequence[Member]) -> tuple[list[Wanted], list[Wanted]]:
    wanted = [one.as_target() for one in members if one.received.entities]
    return wanted, [one.as_target() for one in members if not one.received.entities]

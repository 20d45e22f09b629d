# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What ``secRepValidate`` tells of instances and their nodes, in our own shapes (security-replication.md 1.5).

Its answers hold whole configurations, password and all, so nothing here shows one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Tuple

OK = 200
NOT_LOADED = 404
RUNNING = "Running"
# Keys that are no node.
_STATUS, _MESSAGE, _STATE = "!status", "!message", "!state"


@dataclass(frozen=True)
class NodeSeen:
    """One node: what is loaded, and what lies on its disk. ``document`` is None when it cannot be read."""

    name: str
    status: Any = OK
    state: str = RUNNING
    loaded_version: Optional[str] = None
    disk_version: Optional[str] = None
    loaded_cron: Optional[str] = None
    document: Optional[Mapping[str, Any]] = field(default=None, repr=False)

    @property
    def answers(self) -> bool:
        """Whether it tells of itself."""
        return bool(self.status == OK) and self.state == RUNNING


@dataclass(frozen=True)
class InstanceSeen:
    """One instance. ``status`` is that of the call to it: 502, or a number that is none, when it did not answer."""

    url: str
    status: Any = OK
    nodes: Tuple[NodeSeen, ...] = ()

    @property
    def answers(self) -> bool:
        """Whether it tells of its nodes."""
        return bool(self.status == OK)


@dataclass(frozen=True)
class MeshSeen:
    """What one instance sees of the mesh. ``readable``: whether it could read its own configuration."""

    readable: bool
    instances: Tuple[InstanceSeen, ...] = ()


def mesh(data: Mapping[str, Any]) -> MeshSeen:
    """From the answer to ``chain=mesh``."""
    if _MESSAGE in data:
        return MeshSeen(readable=False)
    return MeshSeen(True, tuple(instance(url, one) for url, one in data.items() if isinstance(one, Mapping)))


def instance(url: str, data: Mapping[str, Any]) -> InstanceSeen:
    """From the answer to ``chain=instance``, or from its part of a mesh."""
    nodes = {name: one for name, one in data.items() if not name.startswith("!") and isinstance(one, Mapping)}
    return InstanceSeen(url, data.get(_STATUS, OK), tuple(_node(name, one) for name, one in nodes.items()))


def _node(name: str, data: Mapping[str, Any]) -> NodeSeen:
    found: Dict[str, Optional[str]] = {key: _text(data.get(key)) for key in ("version", "fsversion", "cron")}
    document = data.get("json")
    return NodeSeen(
        name=name,
        status=data.get(_STATUS, OK),
        state=str(data.get(_STATE)),
        loaded_version=found["version"],
        disk_version=None if "fsversionerr" in data else found["fsversion"],
        loaded_cron=found["cron"],
        document=document if isinstance(document, Mapping) and "jsonerr" not in data else None,
    )


def _text(value: Any) -> Optional[str]:
    return value if isinstance(value, str) else None

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh between two runs, and how it stands an hour after the last one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.standing import Met, standing
from unit.domain.replication.mesh import Mesh

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=timezone.utc)
LAST = "2026-11-22T11:30:00Z"


def in_step(**instances: Any) -> Mesh:
    """A mesh after a run that succeeded."""
    mesh = Mesh(**instances)
    mesh.run()
    for one in mesh.state["instances"].values():
        one["last_success"] = LAST
    return mesh


def stand(mesh: Mesh, *, away: str = "", max_age: timedelta | None = None) -> dict[str, Any]:
    """How it stands. ``away``: why those that are not up take no part."""
    met = [
        Met(name, f"https://{name}.example.com/", "both", away="" if one.up else away, apis={"users": "access"})
        for name, one in mesh.instances.items()
    ]
    return standing(mesh.state, mesh.prepare(), met, now=NOW, max_age=max_age)

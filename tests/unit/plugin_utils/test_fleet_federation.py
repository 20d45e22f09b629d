# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who shall tell whom: a star of the platform and its Edges, or a mesh of Edges."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.federation import Task
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import Federation
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import federation as fleet

MEMBERS = [
    fleet.Member("lyon", "https://lyon.example.net", Federation(("users", "groups"))),
    fleet.Member("osaka", "https://osaka.example.net", Federation(("tokens",))),
    fleet.Member("quito", "https://quito.example.net", Federation()),
]
HOW: dict[str, Any] = {"prune": True, "keep": ["https://kept.example.net"], "full_broadcast": "when_changed"}


def told(tasks: dict[str, Task]) -> dict[str, tuple[dict[str, tuple[str, ...]], list[str]]]:
    """By source what each of its targets is told, and who shall be none."""
    return {
        source: ({one.name: one.entities for one in task.wanted}, [one.name for one in task.absent])
        for source, task in tasks.items()
    }


def test_platform_of_a_star_tells_each_edge_what_it_receives() -> None:
    tasks = fleet.star(MEMBERS, **HOW)

    assert told(tasks) == {"HOME": ({"lyon": ("groups", "users"), "osaka": ("tokens",)}, ["quito"])}
    assert (tasks["HOME"].prune, tasks["HOME"].keep, tasks["HOME"].full_broadcast) == (
        True,
        HOW["keep"],
        "when_changed",
    )


def test_each_of_a_mesh_tells_the_others_and_whoever_is_told_nothing_tells_nothing() -> None:
    assert told(fleet.mesh(MEMBERS, **HOW)) == {
        "lyon": ({"osaka": ("tokens",)}, ["quito"]),
        "osaka": ({"lyon": ("groups", "users")}, ["quito"]),
        "quito": ({}, ["lyon", "osaka"]),
    }


def test_every_edge_that_cannot_be_a_member_is_told_at_once() -> None:
    edges = {
        "lyon": {"edge_url": "https://lyon.example.net", "edge_federation": {"entities": ["users"]}},
        "osaka": {"edge_url": "https://osaka.example.net", "edge_federation": {"entities": ["repos"]}},
        "quito": {"edge_url": "https://quito.example.net"},
    }

    with pytest.raises(InventoryError) as caught:
        fleet.members_of(edges)

    assert "the Edge 'lyon' needs a circle of trust for it, and nobody has agreed to that" in caught.value.msg
    assert "edge_federation of the Edge 'osaka'" in caught.value.msg
    assert "quito" not in caught.value.msg

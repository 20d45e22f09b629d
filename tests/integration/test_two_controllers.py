# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two controllers that do not know each other, each with a key store and a state of its own, over one fleet at once.

Two runs that share them are among the schedules of ``make chaos``.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from integration.fleet import Fleet, Run
from simulator.security.state import new_user
from simulator.urls import normal


@pytest.fixture
def controllers(fleet: Fleet) -> list[Fleet]:
    """With the same inventory but for the places of their own files; osaka has two nodes."""
    fleet.add("lyon")
    fleet.add("osaka", nodes=2)
    other = Fleet(fleet.simulator, fleet.folder.with_name("other"))
    other.common = fleet.common
    for name, values in fleet.variables.items():
        store = other.folder / "secrets" / f"{name}.join.key"
        other.variables[name] = {**values, "edge_join_key_file": str(store)}
    return [fleet, other]


def at_once(controllers: list[Fleet], playbook: str) -> list[Run]:
    with ThreadPoolExecutor(len(controllers)) as pool:
        return list(pool.map(lambda one: one.run(playbook), controllers))


def stored(controller: Fleet, name: str) -> str | None:
    path = controller.folder / "secrets" / f"{name}.join.key"
    return path.read_text() if path.exists() else None


@pytest.mark.slow
def test_edges_that_two_controllers_onboard_are_there_once_and_who_lacks_the_key_is_told(
    controllers: list[Fleet],
) -> None:
    simulator = controllers[0].simulator

    at_once(controllers, "onboard_edge.yml")
    # Where both supplied a key in the same moment, the next run settles which of them it is.
    for one in controllers:
        one.run("onboard_edge.yml")

    urls = sorted(normal(jpd["url"]) for jpd in simulator.platform.jpds if not jpd["local"])
    assert urls == sorted(normal(edge.url) for edge in simulator.edges)
    keys = {edge.name: edge.database.join_key for edge in simulator.edges}
    owners = {name: [stored(one, name) == key for one in controllers] for name, key in keys.items()}
    assert all(sorted(both) == [False, True] for both in owners.values()), owners

    again = [one.run("onboard_edge.yml") for one in controllers]

    assert {edge.name: edge.database.join_key for edge in simulator.edges} == keys
    for number, run in enumerate(again):
        for name, both in owners.items():
            edge, has_key = run.edge(name), both[number]
            assert (edge["state"] == "in_order") == has_key, run.output
            assert ("a join key was supplied" in str(edge) or "than was supplied" in str(edge)) != has_key, edge
        assert run.code == (0 if all(both[number] for both in owners.values()) else 2), run.output


@pytest.mark.slow
def test_users_that_two_controllers_replicate_are_the_same_everywhere(controllers: list[Fleet]) -> None:
    simulator = controllers[0].simulator
    sites: list[Any] = [simulator.platform, *simulator.edges]
    for site in sites:
        site.security.put("users", f"of-{site.name}", new_user(email=f"{site.name}@example.com"))
    wanted = {f"of-{site.name}" for site in sites}
    controllers[0].common |= {
        "security_replication_level": 1,
        "security_replication_instances": [
            {
                "name": site.name,
                "url": site.url,
                "access_token": site.admin_token(),
                "ca_path": str(simulator.ca_path),
                "join": "union",
            }
            for site in sites
        ],
    }

    both = at_once(controllers, "replicate_security.yml")

    assert [run.code for run in both] == [0, 0], "\n".join(run.output for run in both)
    assert all(wanted <= {*site.security.names("users")} for site in sites)
    simulator.calls.clear()
    assert [one.run("replicate_security.yml").changed for one in controllers] == [0, 0]
    assert simulator.calls.writes == []

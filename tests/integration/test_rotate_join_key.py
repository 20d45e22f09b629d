# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``rotate_join_key.yml``: an Edge and the products that join it get a new join key."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from integration.caller import Caller
from integration.fleet import Fleet
from integration.killing import EVERY, run_until_task
from integration.test_rolling_restart import keep_master_key_in_memory, live_keys

PLAYBOOK = "rotate_join_key.yml"
NEW_KEY = "5ec2e7a1" * 8


def store_of(fleet: Fleet, edge: str = "osaka") -> Path:
    return fleet.folder / f"secrets/{edge}.join.key"


def add_edge(fleet: Fleet, name: str = "osaka", **options: Any) -> Any:
    """An Edge whose join key is in the controller's store, as after its onboarding."""
    edge = fleet.add(name, **options)
    store_of(fleet, name).write_text(edge.database.join_key)
    return edge


def add_product(fleet: Fleet, kind: str, *, in_settings: bool = False, edge: str = "osaka") -> Any:
    """Another product of the Edge, with a host in the inventory."""
    product = fleet.simulator.add_product(f"{edge}-{kind}", kind, edge=edge, in_settings=in_settings)
    hosts = fleet.other_groups.setdefault("jfrog_products", {"hosts": {}})["hosts"]
    hosts[product.name] = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "product_name": kind,
        "product_edge": edge,
        "product_home": str(product.home),
        "product_service_control": "artifactoryctl",
    }
    return product


def in_order(fleet: Fleet, edge: str = "osaka") -> None:
    """The Edge has the key of its store on all nodes, and no trace of a rotation is left."""
    site = fleet.simulator.edge(edge)
    assert site.database.join_key == store_of(fleet, edge).read_text()
    assert [node.state for node in site.nodes] == ["running"] * len(site.nodes)
    assert not any(node.join_refused for node in site.nodes)
    assert [node.layout.bootstrap_join_key.exists() for node in site.nodes] == [False] * len(site.nodes)
    left = sorted(path.name for path in store_of(fleet, edge).parent.glob(f"{edge}.*") if ".backup" not in path.name)
    assert left == [f"{edge}.join.key"]


def test_rotation_gives_the_edge_and_its_products_a_new_key(fleet: Fleet) -> None:
    osaka = add_edge(fleet, nodes=2, edge_products=["xray", "distribution", "insight"])
    fleet.variables["osaka"]["edge_master_key"] = keep_master_key_in_memory(osaka)
    fleet.simulator.refresh()
    xray, distribution = add_product(fleet, "xray"), add_product(fleet, "distribution", in_settings=True)
    former = store_of(fleet).read_text()
    before = fleet.snapshot()

    predicted = fleet.run(PLAYBOOK, "--check", "--diff")
    assert predicted.code == 0, predicted.output
    assert "would be rotated" in predicted.output
    assert fleet.snapshot() == before

    run = fleet.run(PLAYBOOK, verbosity=3)

    assert run.code == 0, run.output
    in_order(fleet)
    assert (xray.joined, distribution.joined) == (True, True)
    assert store_of(fleet).read_text() != former
    assert [path.read_text() for path in store_of(fleet).parent.glob("*.backup")] == [former]
    assert "Give the key to insight, too" in run.output
    for secret in (former, store_of(fleet).read_text(), fleet.variables["osaka"]["edge_master_key"]):
        assert secret not in run.output
    started = live_keys(osaka)
    assert started == sorted(started)


@pytest.mark.slow
def test_rotation_of_an_edge_of_generation_6_uses_its_places(fleet: Fleet) -> None:
    osaka = add_edge(fleet, nodes=2, version="6.23.1")
    fleet.variables["osaka"]["edge_join_key_bits"] = 128

    run = fleet.run(PLAYBOOK)

    assert run.code == 0, run.output
    in_order(fleet)
    assert len(osaka.database.join_key) == 32


def test_rotation_to_the_key_of_the_inventory_has_no_file_and_a_second_run_changes_nothing(fleet: Fleet) -> None:
    osaka = fleet.add("osaka", nodes=2, edge_join_key=NEW_KEY)
    del fleet.variables["osaka"]["edge_join_key_file"]
    xray = add_product(fleet, "xray")

    first = fleet.run(PLAYBOOK)
    starts = (live_keys(osaka), xray.starts)
    again = fleet.run(PLAYBOOK)

    assert (first.code, again.code, again.changed) == (0, 0, 0), first.output + again.output
    assert (osaka.database.join_key, xray.joined) == (NEW_KEY, True)
    assert (live_keys(osaka), xray.starts) == starts


def node_down(fleet: Fleet) -> None:
    fleet.simulator.edge("osaka").nodes[1].stop()


def node_unreachable(fleet: Fleet) -> None:
    fleet.node_variables["osaka-2"] = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("happen", "arguments", "says"),
    [
        pytest.param(node_down, (), "osaka-2 does not run", id="node-down"),
        pytest.param(node_unreachable, (), "not all nodes can be reached (osaka-2", id="node-unreachable"),
        pytest.param(lambda _fleet: None, ("--limit", "osaka-1,lyon-1"), "this run leaves out osaka-2", id="limit"),
        pytest.param(
            lambda fleet: add_product(fleet, "xray"),
            ("--limit", "osaka,lyon"),
            "--limit leaves out osaka-xray",
            id="limit-without-a-product",
        ),
    ],
)
def test_edge_that_is_not_whole_is_left_as_it_is_and_the_others_get_their_keys(
    fleet: Fleet, happen: Any, arguments: tuple[str, ...], says: str
) -> None:
    osaka, lyon = add_edge(fleet, nodes=2), add_edge(fleet, "lyon")
    former = {edge.name: edge.database.join_key for edge in (osaka, lyon)}
    happen(fleet)

    run = fleet.run(PLAYBOOK, *arguments)

    assert run.code in (2, 4), run.output
    assert says in run.output
    assert osaka.database.join_key == store_of(fleet).read_text() == former["osaka"]
    assert lyon.database.join_key == store_of(fleet, "lyon").read_text() != former["lyon"]


@pytest.mark.slow
def test_node_that_does_not_come_back_leaves_a_rotation_that_the_next_run_finishes(fleet: Fleet) -> None:
    osaka, lyon = add_edge(fleet, nodes=3), add_edge(fleet, "lyon")
    xray = add_product(fleet, "xray")
    osaka.node("osaka-2").crash_at = "join_services"
    third = live_keys(osaka)[2]

    run = fleet.run(PLAYBOOK)

    assert run.code == 2
    assert "osaka: the rotation is not finished" in run.output
    assert "Cannot start osaka-3 again: osaka-2 of the same Edge did not come back" in " ".join(run.output.split())
    assert live_keys(osaka)[2] == third
    assert xray.starts == 1
    in_order(fleet, "lyon")
    key = store_of(fleet).read_text()

    finished = fleet.run(PLAYBOOK, "-e", "edge_hosts=osaka")

    assert finished.code == 0, finished.output
    in_order(fleet)
    assert (store_of(fleet).read_text(), xray.joined) == (key, True)
    assert lyon.database.join_key == store_of(fleet, "lyon").read_text()


@pytest.mark.slow
def test_rotation_killed_at_any_task_is_finished_by_the_next_run_with_the_same_key(fleet: Fleet) -> None:
    osaka = add_edge(fleet, nodes=2)
    xray = add_product(fleet, "xray")
    killed = []
    number = 2  # at the first one nothing has happened yet
    while True:
        former = store_of(fleet).read_text()
        backups = len(list(store_of(fleet).parent.glob("*.backup")))
        task = run_until_task(fleet, PLAYBOOK, number)
        if task is None:
            break
        killed.append(task)
        begun = store_of(fleet).read_text()

        finished = fleet.run(PLAYBOOK)

        assert finished.code == 0, f"after {task}: {finished.output}"
        in_order(fleet)
        assert xray.joined, task
        key = store_of(fleet).read_text()
        assert key != former
        assert begun in (former, key), task
        assert len(list(store_of(fleet).parent.glob("*.backup"))) == backups + 1
        number += EVERY
    assert len(killed) > 10 // EVERY
    if EVERY == 1:
        assert any("Start the node again when it is due" in task for task in killed)
        assert any("Give the product" in task for task in killed)
    assert osaka.database.join_key == store_of(fleet).read_text()


def test_client_that_keeps_calling_the_ha_edge_fails_in_the_documented_window_only(fleet: Fleet) -> None:
    """The window: from the moment at which the database has the new key until the node that brought it is healthy."""
    osaka = add_edge(fleet, nodes=3)
    fleet.simulator.switches.start_duration = 1.0
    with Caller(fleet.simulator, osaka) as caller:
        run = fleet.run(PLAYBOOK)

    assert run.code == 0, run.output
    in_order(fleet)
    window = caller.window()
    assert window.opened is not None
    assert window.closed is not None
    assert window.closed - window.opened < 3 * fleet.simulator.switches.start_duration
    assert [call for call in caller.failures if not window.covers(call)] == []
    assert len(caller.calls) > 50
    away = {node for call in caller.calls for node in call.down}
    assert away == {"osaka-1", "osaka-2", "osaka-3"}, "the client did not see every node start again"

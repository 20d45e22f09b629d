# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.action.replication_plugin_distribution import ActionModule
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, InventoryError
from simulator.simulator import Simulator
from simulator.user_plugins.testing import CRON, configuration_text, install, plugin_text
from unit.modules.replication_plugin_cases import IN_USE, PLUGIN, SECRET, PluginMesh

LATER = "0 15 4 * * ?"


@pytest.fixture
def mesh(simulator: Simulator) -> PluginMesh:
    return PluginMesh(simulator, lyon=1, osaka=1, quito=1)


def run(mesh: PluginMesh, **options: Any) -> dict[str, Any]:
    return mesh.ensure(ActionModule, **{"plugin": PLUGIN, "cron_job": CRON, **options})


def actions(result: dict[str, Any]) -> list[tuple[str, str]]:
    """What was done, each with the name of its instance."""
    return [(step["action"], step["instance"]) for step in result["steps"]]


def test_files_at_the_first_instance_come_into_use_everywhere_and_a_second_run_does_nothing(mesh: PluginMesh) -> None:
    mesh.install(mesh.edges[0], load=False)

    predicted = run(mesh, check=True)
    assert predicted["changed"]
    assert mesh.writes() == []
    first = run(mesh)
    lyon, osaka, quito = mesh.urls
    # What was deployed came before its configuration, so it runs by another cron expression; a reload skips the file.
    assert actions(first) == [
        ("reload", lyon),
        ("reload", osaka),
        ("reload", quito),
        ("distribute", lyon),
        ("reload", osaka),
        ("deploy", osaka),
        ("reload", quito),
        ("deploy", quito),
    ]
    assert mesh.loaded() == [IN_USE, IN_USE, IN_USE]

    sent = mesh.writes()
    assert run(mesh) == {"changed": False, "steps": []}
    assert mesh.writes() == sent


def test_reload_that_takes_every_file_is_enough(mesh: PluginMesh) -> None:
    mesh.simulator.switches.plugin_reload_skips_unmodified = False
    mesh.install(mesh.edges[0], load=False)

    expected = ["reload", "reload", "reload", "distribute", "reload", "reload"]
    assert [action for action, _url in actions(run(mesh))] == expected
    assert mesh.loaded() == [IN_USE, IN_USE, IN_USE]


@pytest.mark.parametrize("loads", [True, False], ids=["deploy-loads", "deploy-only-writes"])
def test_files_on_all_instances_are_loaded_without_a_distribution(mesh: PluginMesh, loads: bool) -> None:
    mesh.simulator.switches.plugin_deploy_loads = loads
    mesh.install(load=False)

    predicted = run(mesh, check=True)
    assert run(mesh) == predicted
    assert actions(predicted) == [("reload", url) for url in mesh.urls]
    assert mesh.loaded() == [IN_USE, IN_USE, IN_USE]


@pytest.mark.parametrize("loads", [True, False], ids=["deploy-loads", "deploy-only-writes"])
def test_newer_plugin_at_the_first_instance_is_distributed_and_loaded(mesh: PluginMesh, loads: bool) -> None:
    newer = plugin_text("6.99.0")
    mesh.simulator.switches.plugin_deploy_loads = loads
    mesh.install()
    mesh.install(mesh.edges[0], plugin=newer, load=False)

    run(mesh, plugin=newer)
    assert mesh.loaded() == [("6.99.0", CRON)] * 3


def test_another_cron_expression_on_the_disks_is_loaded_and_not_distributed(mesh: PluginMesh) -> None:
    mesh.install()
    mesh.install(cron_job=LATER, load=False)

    assert actions(run(mesh, cron_job=LATER)) == [("reload", url) for url in mesh.urls]
    assert mesh.loaded() == [("6.23.1", LATER)] * 3


def test_prediction_takes_files_for_written_that_an_earlier_task_writes(mesh: PluginMesh) -> None:
    mesh.install()

    assert run(mesh, check=True, filter=3, written=mesh.urls) == {"changed": False, "steps": []}
    assert actions(run(mesh, check=True, filter=3, written=mesh.urls[:2])) == [("distribute", mesh.urls[0])]
    assert actions(run(mesh, check=True, cron_job=LATER, written=mesh.urls)) == [("reload", url) for url in mesh.urls]


def test_rotation_that_was_interrupted_is_finished(mesh: PluginMesh) -> None:
    key = "marked-api-key"
    for edge in mesh.edges:
        edge.database.users["admin"].api_key = key
    mesh.install()
    install(mesh.edges[0], PLUGIN, configuration_text(mesh.edges, mesh.edges[0], key))

    assert actions(run(mesh, password=key)) == [("distribute", mesh.urls[0])]
    written = [edge.nodes[0].layout.plugins / "securityReplication.json" for edge in mesh.edges]
    documents = [json.loads(path.read_text())["securityReplication"] for path in written]
    assert [one["authorization"]["password"] for one in documents] == [key] * 3
    assert run(mesh, password=key)["changed"] is False


def test_node_that_the_load_balancer_does_not_choose_is_reloaded_by_its_own_url(simulator: Simulator) -> None:
    mesh = PluginMesh(simulator, oslo=2, turin=1)
    mesh.install()
    mesh.install(cron_job=LATER, load=False)
    nodes = [f"{node.url}/artifactory" for node in mesh.edges[0].nodes]

    run(mesh, cron_job=LATER, node_urls={mesh.urls[0]: nodes})
    assert mesh.loaded() == [("6.23.1", LATER)] * 3


def test_node_that_cannot_be_reached_by_the_load_balancer_is_told(simulator: Simulator) -> None:
    mesh = PluginMesh(simulator, oslo=2, turin=1)
    mesh.install()
    mesh.install(cron_job=LATER, load=False)

    with pytest.raises(ConflictError, match=r"it runs by .* node_urls if it has several"):
        run(mesh, cron_job=LATER)


def test_instance_that_is_down_stops_the_distribution_before_it_begins(mesh: PluginMesh) -> None:
    mesh.install(mesh.edges[0])
    mesh.edges[2].nodes[0].stop()

    with pytest.raises(InventoryError, match="Nothing was written") as refused:
        run(mesh)
    assert mesh.urls[2] in refused.value.msg
    assert mesh.writes() == []


def test_password_that_one_instance_does_not_take_is_told_before_anything_is_written(mesh: PluginMesh) -> None:
    mesh.install(mesh.edges[0])
    mesh.edges[1].database.users["admin"].password = "another-one"

    with pytest.raises(InventoryError, match="Correct username and password") as refused:
        run(mesh)
    assert SECRET not in refused.value.msg
    assert mesh.writes() == []


def test_account_that_is_no_admin_of_an_instance_is_told(mesh: PluginMesh) -> None:
    mesh.install(mesh.edges[0])
    mesh.edges[1].database.users["admin"].admin = False

    with pytest.raises(InventoryError, match="The account 'admin' is no admin of the instance"):
        run(mesh)


def test_instance_of_seven_is_refused_with_the_ways_out(simulator: Simulator) -> None:
    mesh = PluginMesh(simulator, lyon=1)
    mesh.edges.append(simulator.add_edge("seven"))
    mesh.edges[1].database.users["admin"].password = SECRET
    mesh.install(mesh.edges[0])

    with pytest.raises(InventoryError, match=r"hybrid\.jfrog\.security_replication.*Access Federation"):
        run(mesh)


def test_source_without_the_wanted_files_is_refused(mesh: PluginMesh) -> None:
    mesh.install(filter=3)

    with pytest.raises(ConflictError, match=r"own files are not the wanted ones, .* differs in filter"):
        run(mesh)
    assert mesh.writes() == []


def test_source_without_any_files_is_refused(mesh: PluginMesh) -> None:
    with pytest.raises(ConflictError, match="See that both files of the plugin lie there"):
        run(mesh)
    assert mesh.writes() == ["POST reload"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        pytest.param({"source": "https://other.example.com/artifactory"}, "is not one of urls", id="source"),
        pytest.param({"node_urls": {"https://other.example.com": []}}, "Cannot use node_urls", id="node-urls"),
        pytest.param({"written": ["https://other.example.com"]}, "Cannot use written", id="written"),
        pytest.param({"cron_job": "@daily"}, "cron_job '@daily'", id="cron"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(mesh: PluginMesh, options: dict[str, Any], told: str) -> None:
    with pytest.raises(InventoryError) as refused:
        run(mesh, **options)
    assert told in refused.value.msg


def test_file_that_is_not_the_plugin_is_refused(mesh: PluginMesh) -> None:
    with pytest.raises(ConflictError, match="this collection brings none"):
        run(mesh, plugin="def nothing = 1")

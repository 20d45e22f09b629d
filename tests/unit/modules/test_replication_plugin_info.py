# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.action.replication_plugin_info import ActionModule
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, InventoryError
from simulator.simulator import Simulator
from simulator.user_plugins.testing import CRON, plugin_text
from unit.modules.replication_plugin_cases import PLUGIN, SECRET, PluginMesh


@pytest.fixture
def mesh(simulator: Simulator) -> PluginMesh:
    return PluginMesh(simulator, lyon=1, osaka=1, quito=1)


def look(mesh: PluginMesh, **options: Any) -> dict[str, Any]:
    result = mesh.ensure(ActionModule, **options)
    assert mesh.writes() == []
    return result


def test_mesh_in_order_has_no_findings(mesh: PluginMesh) -> None:
    mesh.install()

    result = look(mesh, demand="in_order")
    assert (result["in_order"], result["findings"]) == (True, [])
    assert result["instances"] == [
        {"url": url, "reachable": True, "version": "6.23.1", "plugin_loaded": True, "problem": None}
        for url in mesh.urls
    ]


def test_instances_without_the_plugin_are_ready_and_not_in_order(mesh: PluginMesh) -> None:
    assert not look(mesh, demand="ready").get("failed")

    result = look(mesh, demand="in_order")
    assert result["failed"]
    assert [url for url in mesh.urls if f"not loaded on {url}" not in result["msg"]] == []


def test_finding_of_several_instances_is_told_once_with_who_saw_it(mesh: PluginMesh) -> None:
    mesh.install()
    mesh.install(mesh.edges[1], filter=3)

    (found,) = look(mesh)["findings"]
    assert (found["code"], found["instance"], found["node"]) == ("V8", mesh.urls[1], "osaka-1")
    assert found["cause"] == "its configuration differs from that of the first node in filter"
    assert found["seen_from"] == mesh.urls


def test_instance_that_is_down_is_a_problem_and_a_finding_of_the_others(mesh: PluginMesh) -> None:
    mesh.install()
    mesh.edges[2].nodes[0].stop()

    result = look(mesh, demand="in_order")
    assert [one["reachable"] for one in result["instances"]] == [True, True, False]
    assert [(one["code"], one["instance"]) for one in result["findings"]] == [("V2", mesh.urls[2])]
    assert result["failed"]


def test_configuration_that_is_broken_is_found_without_a_word_of_it(mesh: PluginMesh) -> None:
    mesh.install()
    (mesh.edges[0].nodes[0].layout.plugins / "securityReplication.json").write_text(f'{{"a": {SECRET}')

    found = look(mesh)["findings"]
    assert [(one["code"], one["instance"]) for one in found] == [("V1", mesh.urls[0]), ("V7", mesh.urls[0])]


def test_artifactory_above_the_plugin_is_warned_of(mesh: PluginMesh) -> None:
    older = plugin_text("5.10.4")
    mesh.install(plugin=older)

    look(mesh, plugin=older)
    assert any("newer than the plugin (5.10.4)" in warning for warning in mesh.warned)
    mesh.warned.clear()
    look(mesh, plugin=older, safety=False)
    assert mesh.warned == []


def test_instance_of_seven_is_not_ready(simulator: Simulator) -> None:
    mesh = PluginMesh(simulator, lyon=1)
    mesh.edges.append(simulator.add_edge("seven"))
    mesh.edges[1].database.users["admin"].password = SECRET

    result = look(mesh, demand="ready")
    assert "hybrid.jfrog.security_replication" in result["msg"]
    assert result["instances"][1]["version"] == "7.104.2"


@pytest.mark.parametrize(
    ("target", "told"),
    [
        pytest.param("6.23.1", None, id="same"),
        pytest.param("6.24.0", "a newer copy of the plugin first", id="above"),
        pytest.param("7.4.1", "hybrid.jfrog.security_replication", id="seven"),
    ],
)
def test_upgrade_that_the_plugin_would_not_survive_is_refused(mesh: PluginMesh, target: str, told: str | None) -> None:
    mesh.install()
    if told is None:
        assert look(mesh, plugin=PLUGIN, upgrade_to=target)["in_order"]
        return
    with pytest.raises(ConflictError) as refused:
        look(mesh, plugin=PLUGIN, upgrade_to=target)
    assert told in refused.value.msg


def test_upgrade_without_a_copy_of_the_plugin_cannot_be_judged(mesh: PluginMesh) -> None:
    with pytest.raises(InventoryError, match="plugin_path is missing"):
        look(mesh, upgrade_to="6.23.1")


def test_certificates_that_are_not_verified_are_warned_of(mesh: PluginMesh) -> None:
    look(mesh, validate_certs=False)

    assert [url for url in mesh.urls if not any(f"{url} is not verified" in warning for warning in mesh.warned)] == []


def test_url_with_a_slash_at_the_end_is_refused(mesh: PluginMesh) -> None:
    with pytest.raises(InventoryError, match="ends with a slash"):
        look(mesh, urls=[mesh.urls[0] + "/"])


def test_cron_expression_that_is_not_loaded_is_found(mesh: PluginMesh) -> None:
    mesh.install()
    mesh.install(cron_job="0 15 4 * * ?", load=False)

    found = look(mesh)["findings"]
    assert [one["code"] for one in found] == ["V9", "V9", "V9"]
    assert f"'{CRON}'" in found[0]["cause"]

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The old user plugin on simulated 6.x nodes: security-replication.md 1.2 to 1.5."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.simulator import Simulator
from simulator.sites import Edge
from simulator.user_plugins.testing import CRON, configuration_text, install, plugin_text, plugin_url

ADMIN = ("admin", "password")
LATER = "0 15 4 * * ?"


class Mesh:
    """Instances of 6.x, and calls to their plugins."""

    def __init__(self, simulator: Simulator, **nodes: int) -> None:
        self.simulator = simulator
        self.edges = [simulator.add_edge(name, generation="6", nodes=count) for name, count in nodes.items()]
        self.first = self.edges[0]

    def install(self, *edges: Edge, plugin: str = plugin_text(), load: bool = True, **values: Any) -> None:
        for edge in edges or self.edges:
            install(edge, plugin, configuration_text(self.edges, edge, **values), load=load)

    def call(
        self, method: str, path: str, edge: Edge | None = None, who: tuple[str, str] | None = ADMIN, **options: Any
    ) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            url = f"{plugin_url(edge or self.first)}/api/plugins{path}"
            return session.request(method, url, auth=who, verify=str(self.simulator.ca_path), timeout=20, **options)

    def execute(self, method: str, name: str, edge: Edge | None = None, **options: Any) -> requests.Response:
        return self.call(method, f"/execute/{name}", edge, **options)

    def titles(self, edge: Edge | None = None) -> list[str]:
        """The titles of what the plugin's own report finds."""
        lines = self.execute("GET", "secRepValidate", edge).text.splitlines()
        return [line[5:] for line in lines if line.startswith("#### ")]


@pytest.fixture
def mesh(simulator: Simulator) -> Mesh:
    return Mesh(simulator, lyon=1, osaka=1, quito=1)


def files_of(edge: Edge) -> Path:
    return edge.nodes[0].layout.plugins


def content(edge: Edge) -> Any:
    return json.loads((files_of(edge) / "securityReplication.json").read_text())["securityReplication"]


@pytest.mark.parametrize(
    ("method", "name", "status"),
    [
        pytest.param("GET", "distSecRep", 405, id="distribution-is-a-POST"),
        pytest.param("POST", "secRepValidate", 405, id="validation-is-a-GET"),
        pytest.param("POST", "securityReplication", 405, id="configuration-is-a-PUT"),
        pytest.param("GET", "secRepJson", 200, id="configuration-is-shown"),
        pytest.param("GET", "getUserDB", 400, id="no-golden"),
        pytest.param("POST", "secRepDataGet", 400, id="no-golden-to-compare-with"),
        pytest.param("GET", "nothing", 404, id="unknown"),
    ],
)
def test_execution_answers_with_the_documented_status(mesh: Mesh, method: str, name: str, status: int) -> None:
    mesh.install()

    assert mesh.execute(method, name).status_code == status


def test_execution_needs_an_admin_and_takes_its_api_key(mesh: Mesh) -> None:
    mesh.install()
    mesh.first.security.put(
        "users", "ada", {**mesh.first.security.get("users", "anonymous"), "admin": False}, password="p"
    )
    mesh.first.database.users["admin"].api_key = "AKCp-marked"

    assert mesh.execute("GET", "secRepPing", who=None).status_code == 401
    assert mesh.execute("GET", "secRepPing", who=("admin", "wrong")).status_code == 401
    assert mesh.execute("GET", "secRepPing", who=("ada", "p")).status_code == 403
    assert mesh.execute("GET", "secRepPing", who=("admin", "AKCp-marked")).json() == {"version": ["6.23.1"]}


def test_plugin_that_only_lies_on_the_disk_answers_after_a_reload(mesh: Mesh) -> None:
    mesh.install(load=False)
    assert mesh.execute("GET", "secRepPing").status_code == 404
    assert mesh.call("GET", "").json() == {}

    assert mesh.call("POST", "/reload").text == "Successfully loaded: securityReplication.groovy"
    assert mesh.execute("GET", "secRepPing").status_code == 200
    assert {"name": "distSecRep", "users": [], "groups": [], "params": {}} in mesh.call("GET", "").json()["executions"]


def test_plugin_that_was_removed_goes_with_a_restart_and_not_with_a_reload(mesh: Mesh) -> None:
    mesh.install()
    (files_of(mesh.first) / "securityReplication.groovy").unlink()

    mesh.call("POST", "/reload")
    assert mesh.execute("GET", "secRepPing").status_code == 200
    mesh.first.nodes[0].restart(at_once=True)
    assert mesh.execute("GET", "secRepPing").status_code == 404


def test_distribution_writes_whoami_of_each_and_reloads_nothing(mesh: Mesh) -> None:
    mesh.install(mesh.first)
    answer = mesh.execute("POST", "distSecRep")

    assert (answer.status_code, answer.text) == (200, "Pushed all data successfully")
    assert [content(edge)["whoami"] for edge in mesh.edges] == [plugin_url(edge) for edge in mesh.edges]
    assert (files_of(mesh.edges[2]) / "securityReplication.groovy").read_text() == plugin_text()
    # Loaded when it was deployed, before its configuration came.
    assert mesh.titles() == [
        f"Loaded plugin config mismatch: {plugin_url(edge)} - {edge.name}-1" for edge in mesh.edges[1:]
    ]


def test_distribution_stops_at_the_first_instance_that_does_not_answer(mesh: Mesh) -> None:
    mesh.install(mesh.first)
    mesh.edges[1].nodes[0].stop()
    answer = mesh.execute("POST", "distSecRep")

    assert answer.status_code == 502
    assert answer.text.startswith(f"PLUGIN Push {plugin_url(mesh.edges[1])} Failed")
    assert not (files_of(mesh.edges[2]) / "securityReplication.json").exists()


def test_distribution_without_a_readable_configuration_is_refused(mesh: Mesh) -> None:
    mesh.install()
    (files_of(mesh.first) / "securityReplication.json").write_text("{")

    assert mesh.execute("POST", "distSecRep").status_code == 400


def test_whoami_with_a_slash_too_many_is_distributed_to_itself_as_to_another(mesh: Mesh) -> None:
    mesh.install(mesh.first, whoami=plugin_url(mesh.first) + "/")
    mesh.execute("POST", "distSecRep")

    assert content(mesh.first)["whoami"] == plugin_url(mesh.first)


@pytest.mark.parametrize("skips", [True, False], ids=["only-modified", "always"])
def test_reload_reads_another_cron_expression_as_the_switch_says(mesh: Mesh, skips: bool) -> None:
    mesh.install()
    mesh.simulator.switches.plugin_reload_skips_unmodified = skips
    for edge in mesh.edges:
        (files_of(edge) / "securityReplication.json").write_text(configuration_text(mesh.edges, edge, cron_job=LATER))
        mesh.call("POST", "/reload", edge)

    assert mesh.first.nodes[0].plugins["securityReplication"].cron == (CRON if skips else LATER)
    assert bool(mesh.titles()) is skips


def test_validation_of_a_mesh_in_order_names_the_version(mesh: Mesh) -> None:
    mesh.install()

    assert mesh.execute("GET", "secRepValidate").text == (
        "==== Success! All nodes synced with securityReplication version 6.23.1 ====\n"
    )


def damage_configuration(mesh: Mesh) -> None:
    (files_of(mesh.edges[1]) / "securityReplication.json").write_text("{")


def damage_version_line(mesh: Mesh) -> None:
    (files_of(mesh.edges[1]) / "securityReplication.groovy").write_text("// nothing")


@pytest.mark.parametrize(
    ("damage", "titles"),
    [
        pytest.param(lambda mesh: mesh.edges[1].nodes[0].stop(), ["Error accessing instance"], id="V2"),
        pytest.param(
            damage_version_line, ["Error reading plugin version from groovy file", "Plugin version mismatch"], id="V4"
        ),
        pytest.param(
            lambda mesh: mesh.install(mesh.edges[1], plugin=plugin_text("5.0.0"), load=False),
            ["Loaded plugin version mismatch", "Plugin version mismatch"],
            id="V5",
        ),
        pytest.param(
            lambda mesh: mesh.install(mesh.edges[1], plugin=plugin_text("5.0.0")), ["Plugin version mismatch"], id="V6"
        ),
        pytest.param(damage_configuration, ["Error reading plugin config from json file"], id="V7"),
        pytest.param(lambda mesh: mesh.install(mesh.edges[1], filter=3), ["Plugin config mismatch"], id="V8"),
        pytest.param(
            lambda mesh: mesh.install(mesh.edges[1], whoami="https://other"), ["Plugin config mismatch"], id="V8-whoami"
        ),
        pytest.param(
            lambda mesh: mesh.install(cron_job=LATER, load=False), ["Loaded plugin config mismatch"] * 3, id="V9"
        ),
    ],
)
def test_validation_finds_what_is_wrong(mesh: Mesh, damage: Any, titles: list[str]) -> None:
    mesh.install()
    damage(mesh)

    assert [title.partition(":")[0] for title in mesh.titles()] == titles


def test_validation_without_a_readable_configuration_of_its_own_ends_at_once(mesh: Mesh) -> None:
    mesh.install()
    (files_of(mesh.first) / "securityReplication.json").unlink()

    assert mesh.titles() == ["Error accessing mesh:"]


def test_validation_of_a_configuration_that_differs_shows_the_password(mesh: Mesh) -> None:
    """security-replication.md 1.5, "Defects found by reading"."""
    mesh.install()
    mesh.install(mesh.edges[1], filter=3)

    assert '"password": "password"' in mesh.execute("GET", "secRepValidate").text


def test_validation_follows_instances_that_only_a_peer_knows(mesh: Mesh, simulator: Simulator) -> None:
    known, paris = list(mesh.edges), simulator.add_edge("paris", generation="6")
    mesh.install()
    mesh.edges = [*known, paris]
    mesh.install(known[1])
    mesh.edges = known

    found = mesh.execute("GET", "secRepValidate?params=chain=mesh").json()
    assert list(found) == [plugin_url(edge) for edge in (*known, paris)]
    assert found[plugin_url(paris)]["!status"] == 404


def test_configuration_reaches_every_running_node_of_a_cluster(simulator: Simulator) -> None:
    mesh = Mesh(simulator, oslo=2, turin=1)
    mesh.install()
    mesh.execute("PUT", "securityReplication", data=configuration_text(mesh.edges, mesh.first, filter=3))

    found = mesh.execute("GET", "secRepValidate?params=chain=instance").json()
    assert {name: node["json"]["securityReplication"]["filter"] for name, node in found.items()} == {
        "oslo-1": 3,
        "oslo-2": 3,
    }


@pytest.mark.parametrize("spreads", [True, False], ids=["spreads", "stays"])
def test_deployment_on_a_node_of_a_cluster_reaches_the_disks_as_the_switch_says(
    simulator: Simulator, spreads: bool
) -> None:
    simulator.switches.plugin_spreads_in_cluster = spreads
    mesh = Mesh(simulator, oslo=2, turin=1)
    mesh.install()
    newer = plugin_text("6.99.0")
    mesh.call("PUT", "/securityReplication", data=newer, headers={"Content-Type": "text/plain"})

    found = mesh.execute("GET", "secRepValidate?params=chain=instance").json()
    assert [(one["version"], one["fsversion"]) for one in found.values()] == [
        ("6.99.0", "6.99.0"),
        ("6.23.1", "6.99.0" if spreads else "6.23.1"),
    ]


def test_node_of_a_cluster_that_is_down_is_found(simulator: Simulator) -> None:
    mesh = Mesh(simulator, oslo=2, turin=1)
    mesh.install()
    mesh.first.nodes[1].stop()

    assert mesh.titles() == [f"Error accessing node: {plugin_url(mesh.first)} - oslo-2"]


def test_deployment_on_seven_fails_because_the_plugin_cannot_be_loaded(mesh: Mesh, simulator: Simulator) -> None:
    seven = simulator.add_edge("seven")
    answer = mesh.call("PUT", "/securityReplication", seven, data=plugin_text(), headers={"Content-Type": "text/plain"})

    assert answer.status_code == 500
    assert "ArtifactoryHome" in answer.text

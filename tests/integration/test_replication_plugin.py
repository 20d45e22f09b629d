# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role over the old user plugin, on a mesh of simulated 6.x instances."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.node.node import Node
from simulator.security.state import new_user
from simulator.simulator import Simulator
from simulator.sites import Edge
from simulator.user_plugins.testing import plugin_text, plugin_url
from unit.node.node_tree import snapshot

COLLECTIONS = Path(__file__).resolve().parents[2] / ".venv/collections"
PAGE = (COLLECTIONS.parents[1] / "docs/replication_plugin.md").read_text()
PLAYBOOK = re.findall(r"^```yaml\n(# plugin\.yml.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
PASSWORD, API_KEY = "marked-password-of-the-mesh", "marked-api-key-of-the-mesh"
CRON = "0 0/30 * * * ?"


@dataclass
class Run:
    """One run of the role: its exit code, the line of each host in the recap, and all that was printed."""

    code: int
    recap: dict[str, dict[str, int]]
    output: str

    @property
    def changed(self) -> dict[str, int]:
        return {host: counts["changed"] for host, counts in self.recap.items()}


class Mesh:
    """Instances with the admin ``replicator``, a host for each node, and the role over them."""

    def __init__(self, simulator: Simulator, folder: Path, *names: str) -> None:
        self.simulator = simulator
        self.folder = folder
        self.edges: list[Edge] = []
        for name in names:
            self.add(simulator.add_edge(name, generation="6"))
        self.plugin()
        self.variables: dict[str, Any] = {}

    def add(self, edge: Edge) -> Edge:
        edge.security.put("users", "replicator", new_user(email="r@example.com", admin=True), password=PASSWORD)
        edge.database.users["replicator"].api_key = API_KEY
        self.edges.append(edge)
        return edge

    def plugin(self, version: str = "6.23.1") -> None:
        """The user's own copy of the plugin."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "my.groovy").write_text(plugin_text(version))

    @property
    def urls(self) -> list[str]:
        return [plugin_url(edge) for edge in self.edges]

    def run(self, *arguments: str, entry: str = "main", **variables: Any) -> Run:
        hosts = {
            edge.name: {
                "replication_plugin_artifactory_home": str(edge.nodes[0].home),
                "replication_plugin_whoami": plugin_url(edge),
                "replication_plugin_node_url": edge.nodes[0].url,
            }
            for edge in self.edges
        }
        common = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "replication_plugin_path": "my.groovy",
            "replication_plugin_username": "replicator",
            "replication_plugin_password": PASSWORD,
            "replication_plugin_urls": self.urls,
            "replication_plugin_cron_job": CRON,
            "replication_plugin_ca_path": str(self.simulator.ca_path),
            "replication_plugin_node_ca_path": str(self.simulator.ca_path),
            **self.variables,
            **variables,
        }
        (self.folder / "plugin.yml").write_text(PLAYBOOK)
        (self.folder / "inventory.yml").write_text(json.dumps({"artifactory_nodes": {"hosts": hosts, "vars": common}}))
        chosen = () if entry == "main" else ("-e", f"entry={entry}")
        program = str(Path(sys.executable).parent / "ansible-playbook")
        ended = subprocess.run(
            [program, "-i", "inventory.yml", "plugin.yml", *chosen, *arguments],
            cwd=self.folder,
            env={
                **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
                "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
                "ANSIBLE_NOCOLOR": "1",
                "HOME": str(self.folder),
            },
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        output = ended.stdout + ended.stderr
        assert PASSWORD not in output
        assert API_KEY not in output
        lines = re.findall(r"^(\S+)\s+: (ok=.*)$", output, re.MULTILINE)
        recap = {host: {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", counts)} for host, counts in lines}
        return Run(ended.returncode, recap, output)

    def done(self, *arguments: str, **options: Any) -> Run:
        """A run that has to succeed."""
        run = self.run(*arguments, **options)
        assert run.code == 0, run.output
        return run

    def refused(self, *arguments: str, **options: Any) -> str:
        """What a run told that has to fail, in one line."""
        run = self.run(*arguments, **options)
        assert run.code == 2, run.output
        return " ".join(run.output.split())

    def trees(self) -> list[Any]:
        return [snapshot(edge.nodes[0].layout.plugins) for edge in self.edges]


def files(node: Node) -> tuple[Path, Path]:
    folder = node.layout.plugins
    return folder / "securityReplication.json", folder / "securityReplication.groovy"


def content(edge: Edge) -> Any:
    return json.loads(files(edge.nodes[0])[0].read_text())["securityReplication"]


@pytest.fixture
def mesh(simulator: Simulator, tmp_path: Path) -> Mesh:
    return Mesh(simulator, tmp_path / "controller", "lyon", "osaka", "quito")


def test_install_is_predicted_done_validated_and_done_once(mesh: Mesh) -> None:
    before = mesh.trees()
    predicted = mesh.done("--check", "--diff", "-vvvv")
    assert mesh.trees() == before
    assert mesh.simulator.calls.writes == []
    assert predicted.changed == {"lyon": 2, "osaka": 1, "quito": 1}

    installed = mesh.done("--diff", "-vvvv")
    assert installed.changed == predicted.changed
    assert [content(edge)["whoami"] for edge in mesh.edges] == mesh.urls
    assert [stat.S_IMODE(files(edge.nodes[0])[0].stat().st_mode) for edge in mesh.edges] == [0o600] * 3
    loaded = [edge.nodes[0].plugins["securityReplication"] for edge in mesh.edges]
    assert [(one.version, one.cron) for one in loaded] == [("6.23.1", CRON)] * 3

    changes = {"replication_plugin_filter": 3, "replication_plugin_cron_job": "0 15 4 * * ?"}
    predicted = mesh.done("--check", **changes)
    assert mesh.done(**changes).changed == predicted.changed == {"lyon": 2, "osaka": 1, "quito": 1}
    predicted = mesh.done("--check", replication_plugin_cron_job="0 15 4 * * ?")
    back = mesh.done(replication_plugin_cron_job="0 15 4 * * ?")
    assert back.changed == predicted.changed == {"lyon": 1, "osaka": 1, "quito": 1}

    mesh.variables = {"replication_plugin_cron_job": "0 15 4 * * ?"}
    written, sent = mesh.trees(), len(mesh.simulator.calls.writes)
    again = mesh.done("-vvvv")
    assert (again.changed, mesh.trees()) == ({"lyon": 0, "osaka": 0, "quito": 0}, written)
    assert len(mesh.simulator.calls.writes) == sent
    mesh.done(entry="validate")


@pytest.mark.slow
def test_validation_names_what_is_broken_and_the_role_repairs_it(mesh: Mesh) -> None:
    mesh.done()
    _lyon, osaka, quito = mesh.edges
    path, plugin = files(osaka.nodes[0])
    broken = {**content(osaka), "whoami": "x", "cron_job": "0 15 4 * * ?"}
    path.write_text(json.dumps({"securityReplication": broken}))
    plugin.write_text(plugin_text("6.22.0"))
    files(quito.nodes[0])[0].write_text(f'{{"password": "{PASSWORD}"')

    told = mesh.refused(entry="validate")
    assert f"V5 {mesh.urls[1]} - osaka-1: version 6.23.1 of the plugin is loaded, and 6.22.0 lies on the disk" in told
    assert f"V6 {mesh.urls[1]} - osaka-1" in told
    assert f"V7 {mesh.urls[2]} - quito-1: securityReplication.json is missing, or is no JSON" in told
    assert f"V8 {mesh.urls[1]} - osaka-1: it calls itself 'x', and is reached as '{mesh.urls[1]}'" in told
    assert f"V8 {mesh.urls[1]} - osaka-1: its configuration differs from that of the first node in cron_job" in told
    assert f"V9 {mesh.urls[1]} - osaka-1: the plugin runs by the cron expression '{CRON}'" in told

    assert mesh.done("--diff", "-vvvv").changed == {"lyon": 0, "osaka": 1, "quito": 1}
    mesh.done(entry="validate")


def test_wrong_settings_are_refused_before_anything_is_written(mesh: Mesh) -> None:
    before = mesh.trees()

    assert "that of a Unix crontab has five" in mesh.refused(replication_plugin_cron_job="*/5 * * * *")
    assert "ends with a slash" in mesh.refused(replication_plugin_urls=[url + "/" for url in mesh.urls])
    told = mesh.refused("--limit", "osaka", replication_plugin_urls=[mesh.urls[0], mesh.urls[2]])
    assert f"Cannot use whoami '{mesh.urls[1]}': it is not one of urls" in told
    assert mesh.trees() == before


@pytest.mark.slow
def test_rotation_to_an_api_key_waits_until_all_take_it_and_keeps_the_mesh(mesh: Mesh) -> None:
    mesh.done()
    mesh.edges[2].database.users["replicator"].api_key = None
    new = {"replication_plugin_password": API_KEY, "replication_plugin_credential": "api_key"}

    before = mesh.trees()
    told = mesh.refused("-vvvv", entry="rotate_credentials", **new)
    assert "Correct username and password" in told
    assert mesh.urls[2] in told
    assert mesh.trees() == before

    mesh.edges[2].database.users["replicator"].api_key = API_KEY
    mesh.done("--diff", "-vvvv", entry="rotate_credentials", **new)
    assert [content(edge)["authorization"]["password"] for edge in mesh.edges] == [API_KEY] * 3
    for edge in mesh.edges:
        edge.database.users["replicator"].password = "taken-back"
    mesh.done(entry="validate", **new)
    assert mesh.done(entry="rotate_credentials", **new).changed == {"lyon": 0, "osaka": 0, "quito": 0}


@pytest.mark.slow
def test_instance_leaves_by_the_five_steps_and_another_one_joins(mesh: Mesh) -> None:
    mesh.done()
    leaving = mesh.urls[2]
    node = mesh.edges[2].nodes[0]

    gone = mesh.done("-vvvv", entry="remove_instance", replication_plugin_leaving=[leaving])
    assert gone.changed["quito"] == 2
    assert [path.exists() for path in files(node)] == [False, False]
    assert node.plugins == {}
    assert [content(edge)["urls"] for edge in mesh.edges[:2]] == [mesh.urls[:2]] * 2
    again = mesh.done(entry="remove_instance", replication_plugin_leaving=[leaving])
    assert again.changed == {"lyon": 0, "osaka": 0, "quito": 0}

    assert "leads the mesh" in mesh.refused(entry="add_instance", replication_plugin_joining=[mesh.urls[0]])
    mesh.done(entry="add_instance", replication_plugin_joining=[leaving])
    assert [content(edge)["urls"] for edge in mesh.edges] == [mesh.urls] * 3
    mesh.done(entry="validate")


@pytest.mark.slow
def test_only_the_source_is_in_the_play_and_the_plugin_distributes_the_rest(mesh: Mesh) -> None:
    mesh.done("--limit", "lyon")

    assert [content(edge)["whoami"] for edge in mesh.edges] == mesh.urls
    # Where the plugin makes the file it is open to all; a run over all nodes closes it.
    assert stat.S_IMODE(files(mesh.edges[1].nodes[0])[0].stat().st_mode) == 0o644
    assert mesh.done().changed == {"lyon": 0, "osaka": 1, "quito": 1}
    assert stat.S_IMODE(files(mesh.edges[1].nodes[0])[0].stat().st_mode) == 0o600


@pytest.mark.slow
def test_upgrade_takes_the_plugin_first_and_says_what_comes_next(mesh: Mesh) -> None:
    mesh.done()

    assert "a newer copy of the plugin first" in mesh.refused(entry="upgrade", replication_plugin_upgrade_to="6.24.0")
    assert "hybrid.jfrog.security_replication" in mesh.refused(
        entry="upgrade", replication_plugin_upgrade_to="7.4.1", replication_plugin_safety=False
    )
    mesh.plugin("6.24.0")
    output = mesh.done(entry="upgrade", replication_plugin_upgrade_to="6.24.0").output
    assert [edge.nodes[0].plugins["securityReplication"].version for edge in mesh.edges] == ["6.24.0"] * 3
    assert f"Upgrade Artifactory to 6.24.0 now, one instance after the other and soon: {', '.join(mesh.urls)}" in output


def test_artifactory_above_the_plugin_is_warned_of(mesh: Mesh) -> None:
    mesh.plugin("5.10.4")

    assert "its safety will refuse to replicate" in " ".join(mesh.done().output.split())


def test_instance_of_seven_is_refused_before_anything_is_written(mesh: Mesh, simulator: Simulator) -> None:
    before = mesh.trees()
    mesh.add(simulator.add_edge("seven"))

    told = mesh.refused()
    assert "hybrid.jfrog.security_replication" in told
    assert mesh.trees()[:3] == before

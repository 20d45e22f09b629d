# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""fleet_info: from an inventory to one reading of everything, and the action itself in a playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.observing import observe_fleet
from simulator.simulator import Simulator
from unit.modules.ansible_inventory import task_vars
from unit.modules.rest_cases import LYON, assert_no_secret

ROOT = Path(__file__).resolve().parents[3]
PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - hybrid.jfrog.fleet_info: {arguments}
      register: observed
      run_once: true
    - ansible.builtin.copy:
        content: "{{{{ observed | to_json }}}}"
        dest: "{folder}/{{{{ inventory_hostname }}}}.json"
        mode: "0600"
"""


class Inventory:
    """Hosts and variables as a user writes them."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.path = folder / "inventory.yml"
        self.common: dict[str, Any] = {
            "platform_url": simulator.platform.url,
            "platform_access_token": simulator.platform.admin_token(),
            "platform_ca_path": str(simulator.ca_path),
            "edge_ca_path": "{{ platform_ca_path }}",
            "ansible_connection": "local",
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        }
        self.hosts: dict[str, dict[str, Any]] = {}
        self.secrets = [self.common["platform_access_token"]]

    def add(self, site: Any, **changes: Any) -> None:
        token = site.admin_token()
        self.secrets.append(token)
        for node in site.nodes:
            self.hosts[node.name] = {
                "edge_name": site.name,
                "edge_url": site.url,
                "edge_access_token": token,
                "edge_location": LYON,
                **changes,
            }

    def write(self) -> Path:
        hosts = {
            host: {name: value for name, value in values.items() if value is not None}
            for host, values in self.hosts.items()
        }
        self.path.write_text(yaml.safe_dump({"all": {"vars": self.common, "hosts": hosts}}))
        return self.path

    def observe(self, **options: Any) -> tuple[Any, list[str]]:
        hosts = options.pop("hosts", None)
        return observe_fleet(task_vars(self.write()), hosts=hosts, options=options, max_parallel=8, clock=Clock())


@pytest.fixture
def inventory(simulator: Simulator, tmp_path: Path) -> Inventory:
    return Inventory(simulator, tmp_path)


def run_playbook(
    inventory: Inventory, folder: Path, arguments: str = "", *extra: str
) -> subprocess.CompletedProcess[str]:
    playbook = folder / "observe.yml"
    playbook.write_text(PLAY.format(arguments=arguments, folder=folder))
    return subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), "-i", str(inventory.write()), str(playbook), *extra],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
            "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_hosts_of_one_edge_are_read_once(simulator: Simulator, inventory: Inventory) -> None:
    inventory.add(simulator.add_edge("lyon"))
    inventory.add(simulator.add_edge("osaka", nodes=2))

    fleet, warnings = inventory.observe()

    assert {name: (edge["reachable"], edge["admin"]) for name, edge in fleet["edges"].items()} == {
        "lyon": (True, True),
        "osaka": (True, True),
    }
    assert fleet["platform"]["reachable"] is True
    assert warnings == []
    assert len(simulator.calls.find(site="osaka", path="/router")) == 1
    assert simulator.calls.writes == []
    assert_no_secret(fleet, simulator, *inventory.secrets)


def test_only_the_edges_of_the_chosen_hosts_are_read(simulator: Simulator, inventory: Inventory) -> None:
    inventory.add(simulator.add_edge("lyon"))
    inventory.add(simulator.add_edge("osaka", nodes=2))

    fleet, _warnings = inventory.observe(hosts=["osaka-2"])

    assert list(fleet["edges"]) == ["osaka"]


def test_options_of_the_task_win_over_the_inventory(simulator: Simulator, inventory: Inventory) -> None:
    inventory.add(simulator.add_edge("lyon"))
    inventory.common["platform_url"] = "https://127.0.0.1:1"

    fleet, _warnings = inventory.observe(platform_url=simulator.platform.url)

    assert fleet["platform"]["reachable"] is True


def test_environment_stands_in_for_the_inventory(
    simulator: Simulator, inventory: Inventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    inventory.add(simulator.add_edge("lyon"))
    monkeypatch.setenv("JFROG_PLATFORM_TOKEN", inventory.common.pop("platform_access_token"))

    fleet, _warnings = inventory.observe()

    assert fleet["platform"]["reachable"] is True


def test_failures_of_edges_and_platform_are_data(simulator: Simulator, inventory: Inventory) -> None:
    inventory.add(simulator.add_edge("lyon"))
    inventory.add(simulator.add_edge("osaka"), edge_url="https://127.0.0.1:1")
    inventory.add(simulator.add_edge("quito"), edge_ca_path="/nowhere/ca.pem")
    inventory.common["platform_url"] = "https://127.0.0.1:2"

    fleet, _warnings = inventory.observe()

    errors = {name: edge["error"] for name, edge in fleet["edges"].items()}
    assert errors["lyon"] is None
    assert errors["osaka"].startswith("Cannot read the health at the Edge https://127.0.0.1:1: connection refused.")
    assert "the file /nowhere/ca.pem cannot be read" in errors["quito"]
    assert fleet["platform"]["error"].startswith("Cannot list the JPDs at the platform https://127.0.0.1:2")


def test_unverified_certificates_are_warned_about(simulator: Simulator, inventory: Inventory) -> None:
    inventory.add(simulator.add_edge("lyon"), edge_validate_certs="no", edge_ca_path=None)
    inventory.common["platform_validate_certs"] = False

    fleet, warnings = inventory.observe()

    assert fleet["edges"]["lyon"]["reachable"] is True
    assert ["platform_validate_certs" in warnings[0], "edge_validate_certs" in warnings[1]] == [True, True]


@pytest.mark.parametrize(
    ("common", "host", "says"),
    [
        pytest.param({"platform_url": None}, {}, ["platform_url"], id="no-platform"),
        pytest.param({"platform_access_token": None}, {}, ["platform_access_token is missing"], id="no-platform-token"),
        pytest.param({}, {"edge_name": None}, ["lyon-1", "edge_name"], id="no-name"),
        pytest.param({}, {"edge_url": None}, ["lyon-1", "edge_url"], id="no-url"),
        pytest.param({}, {"edge_access_token": None}, ["edge_access_token of host 'lyon-1' is missing"], id="no-token"),
        pytest.param(
            {}, {"edge_url": "https://e.example.com/artifactory"}, ["lyon-1", "edge_url", "/artifactory"], id="bad-url"
        ),
        pytest.param({}, {"edge_trust_method": "magic"}, ["lyon-1", "edge_trust_method"], id="bad-method"),
        pytest.param({}, {"edge_validate_certs": "perhaps"}, ["lyon-1", "edge_validate_certs"], id="bad-boolean"),
        pytest.param({}, {"edge_url": None, "edge_location": None}, ["edge_url", "edge_location"], id="all-at-once"),
        pytest.param({}, {"edge_url": "{{ nowhere }}"}, ["edge_url of host 'lyon-1'", "nowhere"], id="undefined"),
    ],
)
def test_what_is_missing_is_named_before_anything_is_asked(
    simulator: Simulator, inventory: Inventory, common: dict[str, Any], host: dict[str, Any], says: list[str]
) -> None:
    inventory.add(simulator.add_edge("lyon"), **host)
    inventory.common.update(common)
    inventory.common = {name: value for name, value in inventory.common.items() if value is not None}

    with pytest.raises(InventoryError) as caught:
        inventory.observe()

    assert [text for text in says if text not in caught.value.msg] == []
    assert list(simulator.calls) == []


def test_action_runs_once_and_gives_every_host_the_result(
    simulator: Simulator, inventory: Inventory, tmp_path: Path
) -> None:
    inventory.add(simulator.add_edge("lyon"))
    inventory.add(simulator.add_edge("osaka", nodes=2))

    run = run_playbook(inventory, tmp_path, "", "-vvv")

    assert run.returncode == 0, run.stdout + run.stderr
    results = [json.loads((tmp_path / f"{host}.json").read_text()) for host in inventory.hosts]
    assert [result == results[0] for result in results] == [True] * 3
    assert results[0]["changed"] is False
    assert list(results[0]["fleet"]["edges"]) == ["lyon", "osaka"]
    assert len(simulator.calls.find(site="acme", path="/mc/api/v1/jpds")) == 1
    assert simulator.calls.writes == []
    assert [secret for secret in inventory.secrets if secret in run.stdout + run.stderr + json.dumps(results)] == []


def test_action_in_check_mode_reads_the_same(simulator: Simulator, inventory: Inventory, tmp_path: Path) -> None:
    inventory.add(simulator.add_edge("lyon"))

    run = run_playbook(inventory, tmp_path, "{timeout: 20, max_parallel: 2, hosts: [lyon-1]}", "--check", "-v")

    assert run.returncode == 0, run.stdout + run.stderr
    assert '"version": "7.104.2"' in run.stdout


def test_action_fails_with_the_designed_error(simulator: Simulator, inventory: Inventory, tmp_path: Path) -> None:
    inventory.add(simulator.add_edge("lyon"), edge_url=None)

    run = run_playbook(inventory, tmp_path)

    assert run.returncode == 2
    assert "edge_url" in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr

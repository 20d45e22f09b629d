# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""preflight_info and its role: the whole fleet at once, from the inventory; the role stops before a change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.preflight import preflight_fleet
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.modules.ansible_inventory import task_vars
from unit.modules.rest_cases import assert_no_secret
from unit.modules.test_fleet_info import ROOT, Inventory

PUBLISHED = "E" * 32
PLAYBOOK = ROOT / "playbooks/preflight.yml"


@pytest.fixture
def lyon(simulator: Simulator) -> Edge:
    return simulator.add_edge("lyon")


@pytest.fixture
def inventory(simulator: Simulator, lyon: Edge, tmp_path: Path) -> Inventory:
    found = Inventory(simulator, tmp_path)
    found.add(lyon)
    return found


def look(inventory: Inventory, *, hosts: list[str] | None = None, **options: Any) -> Any:
    found, _warnings = preflight_fleet(
        task_vars(inventory.write()),
        hosts=hosts,
        options=options,
        max_parallel=8,
        loader=DataLoader(),
        clock=Clock(),
    )
    return found


def failed(found: Any) -> dict[str, list[str]]:
    sites = {"platform": found["platform"], **found["edges"]}
    return {
        name: ids
        for name, site in sites.items()
        if (ids := [one["id"] for one in site["checks"] if one["state"] == "failed"])
    }


def run_playbook(inventory: Inventory, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(Path(sys.executable).parent / "ansible-playbook"),
            "-i",
            str(inventory.write()),
            str(PLAYBOOK),
            "-e",
            "edge_hosts=all",
            *arguments,
        ],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "JFROG_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
            "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_fleet_in_good_order_has_no_problem(simulator: Simulator, inventory: Inventory) -> None:
    inventory.add(simulator.add_edge("osaka", nodes=2))

    found = look(inventory)

    assert (found["problems"], found["summary"]["failed"], list(found["edges"])) == ([], 0, ["lyon", "osaka"])
    assert simulator.calls.writes == []
    assert_no_secret(found, simulator, *inventory.secrets)


def test_problems_of_one_edge_are_its_own(simulator: Simulator, inventory: Inventory) -> None:
    osaka = simulator.add_edge("osaka")
    osaka.custom_base_url = "https://10.1.2.3"
    inventory.add(osaka)
    inventory.add(simulator.add_edge("quito", version="7.60.1"), edge_trust_method="join_key")

    found = look(inventory)

    assert failed(found) == {"osaka": ["base_url"], "quito": ["join_key_registration"]}
    assert [line.partition(":")[0] for line in found["problems"]] == ["Edge 'osaka'", "Edge 'quito'"]


def test_base_url_that_is_to_be_set_is_no_problem(lyon: Edge, inventory: Inventory) -> None:
    lyon.custom_base_url = "https://10.1.2.3"
    inventory.hosts["lyon-1"]["edge_base_url"] = lyon.url

    assert failed(look(inventory)) == {}


def test_registered_edge_of_a_version_that_forgets_join_keys(simulator: Simulator, inventory: Inventory) -> None:
    quito = simulator.add_edge("quito", version="7.60.1")
    inventory.add(quito)
    simulator.platform.add_jpd(
        {"name": "quito", "url": quito.url + "/", "base_url": quito.url, "location": {}, "tags": []},
        type("Credential", (), {"master_token": None, "circle_of_trust": False, "legacy": False})(),
    )

    assert failed(look(inventory)) == {"quito": ["join_key_registration"]}


@pytest.mark.parametrize("variable", ["edge_join_key", "edge_master_key", "join_key", "master_key"])
def test_published_key_in_the_inventory_is_found(simulator: Simulator, inventory: Inventory, variable: str) -> None:
    inventory.hosts["lyon-1"][variable] = PUBLISHED

    found = look(inventory)

    assert failed(found) == {"lyon": ["default_keys"]}
    assert f"{variable} of host lyon-1" in found["problems"][0]
    assert_no_secret(found, simulator, PUBLISHED)


def test_published_key_in_a_file_is_found(inventory: Inventory, tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/join.key").write_text(PUBLISHED + "\n")
    inventory.hosts["lyon-1"]["edge_join_key_file"] = "keys/join.key"

    assert failed(look(inventory)) == {"lyon": ["default_keys"]}


@pytest.mark.parametrize("position", [400, 403])
def test_code_with_which_saas_refuses_does_not_matter(
    simulator: Simulator, inventory: Inventory, position: int
) -> None:
    simulator.switches.saas_refusal_status = position

    found = look(inventory)

    (licence,) = [one for one in found["platform"]["checks"] if one["id"] == "license"]
    assert (licence["state"], "SaaS" in licence["cause"]) == ("passed", True)


@pytest.mark.parametrize("anonymous", [True, False], ids=["open-pings", "closed-pings"])
def test_ping_that_is_closed_to_strangers_is_reached_all_the_same(
    simulator: Simulator, inventory: Inventory, anonymous: bool
) -> None:
    simulator.switches.anonymous_ping = anonymous

    (check,) = [one for one in look(inventory)["edges"]["lyon"]["checks"] if one["id"] == "edge_to_platform"]

    assert check["state"] == "passed"


def test_missing_variables_are_named_before_anything_is_asked(simulator: Simulator, inventory: Inventory) -> None:
    inventory.hosts["lyon-1"]["edge_access_token"] = None

    with pytest.raises(InventoryError, match="edge_access_token of host 'lyon-1' is missing"):
        look(inventory)

    assert list(simulator.calls) == []


def test_only_the_edges_of_the_chosen_hosts_are_looked_at(simulator: Simulator, inventory: Inventory) -> None:
    inventory.add(simulator.add_edge("osaka"))

    assert list(look(inventory, hosts=["osaka-1"])["edges"]) == ["osaka"]


@pytest.mark.parametrize("mode", [[], ["--check"]], ids=["run", "check"])
def test_playbook_passes_a_fleet_in_good_order(
    simulator: Simulator, inventory: Inventory, tmp_path: Path, mode: list[str]
) -> None:
    inventory.add(simulator.add_edge("osaka", nodes=2))

    ended = run_playbook(inventory, tmp_path, "-vvvv", *mode)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert len(simulator.calls.find(site="acme", path="/mc/api/v1/jpds")) == 1
    assert simulator.calls.writes == []
    assert [secret for secret in inventory.secrets if secret in ended.stdout + ended.stderr] == []


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["-e", "preflight_report_only=true"], 0)], ids=["stops", "only-tells"]
)
def test_playbook_tells_all_problems(
    simulator: Simulator, lyon: Edge, inventory: Inventory, tmp_path: Path, arguments: list[str], code: int
) -> None:
    lyon.custom_base_url = "https://10.1.2.3"
    simulator.faults.add(site="acme", path="/mc/api/v1/system/ping", kind="404", times=None)

    ended = run_playbook(inventory, tmp_path, *arguments)

    assert ended.returncode == code, ended.stdout + ended.stderr
    assert ["Platform: mission_control" in ended.stdout, "Edge 'lyon': base_url" in ended.stdout] == [True, True]
    assert "Traceback" not in ended.stdout + ended.stderr
    assert json.dumps(inventory.secrets[1]) not in ended.stdout

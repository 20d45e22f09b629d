# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The roles over system.yaml, on a simulated node with Xray beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from simulator.node.node import Node
from simulator.node.testing import Workbench, put, restart

COLLECTIONS = Path(__file__).resolve().parents[2] / ".venv/collections"
PASSWORD = "marked-s3cret-of-the-database"
XRAY = "# Xray\nshared:\n    jfrogUrl: http://localhost:8082 # here\n"


def run_role(
    folder: Path, role: str, variables: dict[str, Any], *arguments: str, hosts: dict[str, dict[str, Any]] | None = None
) -> tuple[str, str]:
    """The first line of the recap, and all that was printed. The role runs on hosts with a home, all at once."""
    known = hosts or {"node": {}}
    play = {
        "hosts": [name for name in known if hosts is None or "edge_artifactory_home" in known[name]],
        "gather_facts": False,
        "roles": [{"role": f"hybrid.jfrog.{role}"}],
    }
    put(folder / "play.yml", json.dumps([play]))
    common = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable, **variables}
    put(folder / "inventory.json", json.dumps({"all": {"hosts": known, "vars": common}}))
    ended = subprocess.run(
        [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "inventory.json", "play.yml", *arguments],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_NOCOLOR": "1",
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    output = ended.stdout + ended.stderr
    assert PASSWORD not in output
    return next((line for line in output.splitlines() if "ok=" in line), ""), output


def settings(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def file_of(node: Node) -> Path:
    assert node.layout.system_yaml is not None
    return node.layout.system_yaml


def router_state(node: Node) -> Any:
    page = node.health()
    assert page is not None
    return page[1]["router"]["state"]


def test_system_yaml_role_sets_what_the_inventory_says_and_hides_secrets(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "edge").started()
    variables = {
        "edge_artifactory_home": str(node.home),
        "edge_system_yaml": {"shared": {"node": {"id": "lyon-1"}}},
        "system_yaml_secrets": {"shared.database.password": PASSWORD},
    }
    predicted, _output = run_role(tmp_path, "system_yaml", variables, "--check", "--diff")
    assert "changed=1" in predicted
    recap, output = run_role(tmp_path, "system_yaml", variables, "--diff", "-vvv")
    assert "changed=1" in recap, output
    restart(node)
    assert node.node_id == "lyon-1"
    again, output = run_role(tmp_path, "system_yaml", variables, "-vvvv")
    assert "changed=0" in again, output


def test_router_proxy_role_sets_it_for_the_node_and_other_products(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "edge").started()
    xray = put(tmp_path / "xray/var/etc/system.yaml", XRAY)
    variables = {
        "edge_artifactory_home": str(node.home),
        "edge_router_proxy": {"https_url": "http://proxy.example.com:3128"},
        "router_proxy_own": ["192.0.2.11"],
        "router_proxy_peers": ["192.0.2.12"],
        "router_proxy_products": [{"name": "xray", "path": str(xray)}],
    }
    recap, output = run_role(tmp_path, "router_proxy", variables)
    assert "changed=2" in recap, output
    expected = {
        "httpsUrl": "http://proxy.example.com:3128",
        "ignoredHosts": ["localhost", "127.0.0.1", "192.0.2.11", "192.0.2.12"],
    }
    assert settings(file_of(node))["router"]["proxy"] == expected
    assert settings(xray)["router"]["proxy"] == expected
    assert xray.read_text().startswith(XRAY)
    again, output = run_role(tmp_path, "router_proxy", variables)
    assert "changed=0" in again, output
    restart(node)

    variables["edge_router_proxy"] = {"https_url": ""}
    recap, output = run_role(tmp_path, "router_proxy", variables)
    assert "changed=2" in recap, output
    assert not settings(xray)["router"]["proxy"]


def test_router_proxy_role_looks_up_the_host_itself_and_the_router_gets_well(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "edge").started()
    put(
        file_of(node),
        "shared:\n    node:\n        ip: 192.0.2.77\nrouter:\n    proxy:\n        httpUrl: http://old.example.com:3128\n",
    )
    restart(node)
    assert router_state(node) == "UNHEALTHY"  # its own address goes to the proxy
    variables = {
        "edge_artifactory_home": str(node.home),
        "edge_router_proxy": {"http_url": "http://proxy.example.com:3128"},
    }
    recap, output = run_role(tmp_path, "router_proxy", variables)
    assert "changed=1" in recap, output
    assert "192.0.2.77" in settings(file_of(node))["router"]["proxy"]["ignoredHosts"]
    restart(node)
    assert router_state(node) == "HEALTHY"


def test_router_proxy_role_host_without_a_node_has_to_say_its_addresses(tmp_path: Path) -> None:
    xray = put(tmp_path / "xray/var/etc/system.yaml", XRAY)
    variables = {
        "edge_artifactory_home": str(tmp_path / "nothing"),
        "edge_router_proxy": {"https_url": "http://proxy.example.com:3128"},
        "router_proxy_node": False,
        "router_proxy_products": [{"name": "xray", "path": str(xray)}],
    }
    recap, output = run_role(tmp_path, "router_proxy", variables)
    assert "failed=1" in recap
    assert "List them in router_proxy_own" in output
    assert xray.read_text() == XRAY

    recap, output = run_role(tmp_path, "router_proxy", {**variables, "router_proxy_own": ["192.0.2.20"]})
    assert "changed=1" in recap, output
    assert "192.0.2.20" in settings(xray)["router"]["proxy"]["ignoredHosts"]


def test_router_proxy_role_nodes_of_one_edge_spare_each_other_without_a_plan(tmp_path: Path) -> None:
    nodes = {f"lyon-{number}": Workbench(tmp_path / f"{number}").started() for number in (1, 2)}
    for number, node in enumerate(nodes.values(), start=1):
        put(file_of(node), f"shared:\n    node:\n        ip: 192.0.2.{number}\n")
    others = {
        "node": {"edge_name": "lyon", "edge_artifactory_home": str(nodes["lyon-1"].home)},
        "lyon-2": {"edge_name": "lyon", "edge_artifactory_home": str(nodes["lyon-2"].home)},
        "osaka": {"edge_name": "osaka", "edge_observed": {"node": {"addresses": ["192.0.2.99"]}}},
    }
    common = {"edge_router_proxy": {"https_url": "http://proxy.example.com:3128"}}
    recap, output = run_role(tmp_path, "router_proxy", common, hosts=others)

    assert "changed=1" in recap, output
    for node in nodes.values():
        spared = settings(file_of(node))["router"]["proxy"]["ignoredHosts"]
        assert {"192.0.2.1", "192.0.2.2"} <= set(spared)
        assert "192.0.2.99" not in spared


def test_router_proxy_role_credentials_are_refused_with_the_way_out(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "edge").started()
    variables = {
        "edge_artifactory_home": str(node.home),
        "edge_router_proxy": {"http_url": f"http://user:{PASSWORD}@proxy.example.com:3128"},
        "router_proxy_own": ["192.0.2.11"],
    }
    recap, output = run_role(tmp_path, "router_proxy", variables)

    assert "failed=1" in recap
    assert "it holds a user or a password" in output

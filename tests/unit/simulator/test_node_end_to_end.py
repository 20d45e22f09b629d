# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes inside the running simulator: control script, TLS port, background thread."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Optional

import pytest
import requests

from simulator import certificates
from simulator.node import Node
from simulator.node.testing import put
from simulator.simulator import Simulator
from simulator.switches import Switches

KEY = "0f" * 32
HEALTH = "/router/api/v1/system/health"


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[Simulator]:
    with Simulator(tmp_path, switches=Switches(trusted_import_delay=0.2)) as running:
        running.add_platform("acme")
        yield running


def control(node: Node, verb: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(node.layout.control_script), verb], capture_output=True, text=True, timeout=30, cwd="/")


def code(simulator: Simulator, url: str) -> Optional[int]:
    """The status of the health page; None when nothing listens."""
    try:
        return requests.get(url + HEALTH, verify=str(simulator.ca_path), timeout=5).status_code
    except requests.ConnectionError:
        return None


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_control_script_restarts_one_ha_node_with_a_new_join_key(simulator: Simulator) -> None:
    edge = simulator.add_edge("osaka", nodes=2)
    first, second = edge.nodes
    assert [code(simulator, node.url) for node in edge.nodes] == [200, 200]

    put(first.layout.bootstrap_join_key, KEY)
    done = control(first, "restart")
    assert (done.returncode, done.stderr) == (0, "")
    assert eventually(lambda: code(simulator, first.url) == 200)
    assert edge.database.join_key == KEY
    # The other node's services joined with the former key.
    assert eventually(lambda: code(simulator, second.url) == 503)

    assert control(second, "restart").returncode == 0
    assert eventually(lambda: code(simulator, second.url) == 200)


def test_stopped_node_refuses_connections_and_a_started_one_answers(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    (node,) = edge.nodes
    assert control(node, "stop").returncode == 0
    assert control(node, "status").returncode == 3
    assert eventually(lambda: code(simulator, edge.url) is None)
    assert control(node, "start").returncode == 0
    assert eventually(lambda: code(simulator, edge.url) == 200)
    assert control(node, "status").returncode == 0


def test_failed_start_is_seen_in_health_log_and_status(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    (node,) = edge.nodes
    put(node.layout.bootstrap_credentials, "admin@*=password", mode=0o644)
    assert control(node, "restart").returncode == 0
    assert eventually(lambda: node.state == "failed")
    assert eventually(lambda: code(simulator, edge.url) is None)
    assert "Expected permissions are: OWNER_READ OWNER_WRITE" in control(node, "status").stdout
    assert "Expected permissions are: OWNER_READ OWNER_WRITE" in node.layout.access_log.read_text()


def test_certificate_in_the_trusted_folder_makes_the_edge_trust_the_platform(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    path = put(
        edge.nodes[0].layout.trusted / "acme.crt", certificates.to_pem(simulator.platform.database.root_certificate)
    )
    assert eventually(lambda: not path.exists())
    answer = requests.get(
        edge.url + "/artifactory/api/system/version",
        headers={"Authorization": f"Bearer {simulator.platform.admin_token()}"},
        verify=str(simulator.ca_path),
        timeout=5,
    )
    assert answer.status_code == 200


def test_token_of_a_request_file_opens_access(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon")
    (node,) = edge.nodes
    assert node.layout.bootstrap_keys is not None
    put(node.layout.bootstrap_keys / "generate.token.json", "", mode=0o600)
    assert control(node, "restart").returncode == 0
    assert eventually(lambda: code(simulator, edge.url) == 200)
    token = json.loads(node.layout.token_file.read_text())["token"]
    answer = requests.get(
        edge.url + "/access/api/v1/tokens",
        headers={"Authorization": f"Bearer {token}"},
        verify=str(simulator.ca_path),
        timeout=5,
    )
    assert answer.status_code == 200
    simulator.clock.advance(60)
    assert eventually(lambda: not node.layout.token_file.exists())


def test_6x_node_answers_without_a_router(simulator: Simulator) -> None:
    edge = simulator.add_edge("quito", version="6.23.1", generation="6")
    assert code(simulator, edge.url) == 404
    assert control(edge.nodes[0], "restart").returncode == 0
    assert eventually(lambda: code(simulator, edge.url) == 404)


@pytest.mark.parametrize("counts", [True, False])
def test_environment_of_the_control_script_counts_when_the_switch_says_so(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch, counts: bool
) -> None:
    simulator.switches.control_script_environment = counts
    (node,) = simulator.add_edge("lyon").nodes
    monkeypatch.setenv("JF_SHARED_NODE_ID", "of-the-shell")
    assert control(node, "restart").returncode == 0
    assert eventually(lambda: node.state == "running")
    assert node.node_id == ("of-the-shell" if counts else "lyon-1")

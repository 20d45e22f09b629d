# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are reached over SSH, with pipelining and without: the way on which modules and scripts get to a node."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hosts.light_hosts import HostsUnavailable, LightHosts, demand_rights
from integration.fleet import Fleet, fleet_at

pytestmark = pytest.mark.xdist_group("ssh")

EDGES = [f"edge-{number}" for number in range(1, 6)]
# Says at -vvv that Ansible packed a module, in place of the script.
MODULE = "plugins/modules/node_info.py"
# Prints the process ids of two hosts, and waits to be killed. Their addresses are not those of the other tests.
MAKER = """
import ipaddress, pathlib, signal, sys
tests, folder = sys.argv[1:]
sys.path.insert(0, tests)
from hosts import light_hosts
light_hosts.FIRST_ADDRESS = ipaddress.IPv4Address("127.0.99.1")
with light_hosts.LightHosts(2, pathlib.Path(folder)) as hosts:
    print(*hosts.process_ids, flush=True)
    signal.pause()
"""


@pytest.fixture(scope="module", autouse=True)
def _rights() -> None:
    try:
        demand_rights()
    except HostsUnavailable as exc:
        pytest.skip(f"no hosts over SSH: {exc}")


@pytest.fixture(scope="module")
def over_ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Five joined Edges of one node each; the node of each is a host of its own."""
    folder = tmp_path_factory.mktemp("ssh")
    with fleet_at(folder) as fleet:
        nodes = [node.name for name in EDGES for node in fleet.add(name).nodes]
        with LightHosts(len(nodes), folder / "hosts", shared=[folder], names=nodes) as hosts:
            fleet.node_variables = {host.name: hosts.variables(host) for host in hosts.hosts}
            onboarded = fleet.onboard()
            assert {edge["state"] for edge in onboarded.report["edges"]} == {"corrected"}
            yield fleet


def test_joined_edges_are_in_order_at_one_execution_per_host(over_ssh: Fleet) -> None:
    over_ssh.simulator.calls.clear()

    checked = over_ssh.run("report_drift.yml", verbosity=3)

    assert (checked.code, checked.changed) == (0, 0), checked.output
    assert checked.executions == {f"{name}-1": 1 for name in EDGES}
    assert over_ssh.simulator.calls.writes == []
    assert MODULE not in checked.output


def test_without_pipelining_the_module_runs_and_finds_the_same(over_ssh: Fleet) -> None:
    piped = over_ssh.run("report_drift.yml")
    usual = over_ssh.run("report_drift.yml", verbosity=3, ANSIBLE_PIPELINING="False")

    assert usual.code == 0, usual.output
    assert MODULE in usual.output
    assert [edge["facts"] for edge in usual.report["edges"]] == [edge["facts"] for edge in piped.report["edges"]]


def test_hosts_end_with_the_process_that_made_them_even_when_it_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", MAKER, str(Path(__file__).parents[1]), str(tmp_path / "hosts")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as maker:
        assert maker.stdout is not None
        leaders = [int(word) for word in maker.stdout.readline().split()]
        assert len(leaders) == 2
        maker.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 20
    while any(_lives(pid) for pid in leaders):
        assert time.monotonic() < deadline, "hosts are left over"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"

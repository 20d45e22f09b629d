# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a fleet that hang, are down or are too busy: the others finish, and the run's time is bounded."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.fleet import Fleet
from unit.client.hanging_server import BEHAVIOURS, hanging
from unit.simulator.calling import Client

HANGS = sorted(BEHAVIOURS)
UNREACHABLE = 4  # Ansible's exit code


def join(fleet: Fleet, *names: str) -> None:
    """Registered Edges in good order, without a run."""
    for name in names:
        edge = fleet.add(name)
        del fleet.variables[name]["edge_join_key_file"]
        location = fleet.variables[name]["edge_location"]
        assert Client(fleet.simulator).register(edge, location=location).status_code == 201


def add_elsewhere(fleet: Fleet, name: str, url: str) -> None:
    """An Edge that is reached by this URL."""
    fleet.add(name, edge_url=url)


@contextlib.contextmanager
def black_hole() -> Iterator[str]:
    """A URL to which no connection is made, nor refused: its queue is full, and nobody takes anything out of it."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listening.getsockname())
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.slow
def test_edges_that_hang_cost_their_time_limit_side_by_side_and_the_others_are_in_order(fleet: Fleet) -> None:
    fleet.noisy = False  # what is printed is counted
    join(fleet, "lyon", "osaka")
    with contextlib.ExitStack() as stack:
        for behaviour in HANGS:
            add_elsewhere(fleet, behaviour, stack.enter_context(hanging(behaviour, pause=1.0)))

        run = fleet.run("report_drift.yml", "-e", "edge_read_timeout=4")

    expected = {"lyon": "in_order", "osaka": "in_order", **dict.fromkeys(HANGS, "unreachable")}
    assert (run.code, fleet.edge_states(run)) == (UNREACHABLE, expected), run.output
    assert run.output.count("the time for all calls to it is over") == len(HANGS)
    # One after the other they would take 12 seconds, and with four attempts each of 60 seconds a quarter of an hour.
    assert run.report["phases"]["fleet"] < 10


def test_edge_that_hangs_in_the_middle_is_read_as_far_as_it_answers(fleet: Fleet) -> None:
    join(fleet, "lyon", "osaka")
    path = "/artifactory/api/system/version"
    fleet.simulator.faults.add(site="osaka", path=path, kind="slow", times=None, seconds=300)

    run = fleet.run("report_drift.yml", "-e", "edge_read_timeout=4")

    assert fleet.edge_states(run) == {"lyon": "in_order", "osaka": "unreachable"}, run.output
    assert "the time for all calls to it is over" in run.output


def fake_systemctl(folder: Path) -> str:
    """The interpreter of a node on which systemctl never answers."""
    folder.mkdir()
    (folder / "systemctl").write_text("#!/bin/sh\nexec sleep 300\n")
    (folder / "python").write_text(f'#!/bin/sh\nPATH="{folder}:$PATH" exec "{sys.executable}" "$@"\n')
    for name in ("systemctl", "python"):
        (folder / name).chmod(0o755)
    return str(folder / "python")


@pytest.mark.slow
def test_nodes_that_hang_are_told_and_keep_no_other_waiting(fleet: Fleet, tmp_path: Path) -> None:
    join(fleet, "lyon", "osaka", "quito", "cairo")
    fleet.node_variables["osaka-1"] = {
        "ansible_python_interpreter": fake_systemctl(tmp_path / "osaka"),
        "edge_service_control": "systemd",
        "edge_node_timeout": 5,
    }
    with hanging("endless-header", pause=1.0) as slow, hanging("silent") as silent:
        fleet.node_variables["quito-1"] = {"edge_node_url": slow}
        fleet.node_variables["cairo-1"] = {"edge_node_url": silent}

        run = fleet.run("report_drift.yml")

    states = fleet.edge_states(run)
    assert (run.code, states["lyon"], states["osaka"]) == (UNREACHABLE, "in_order", "unreachable"), run.output
    assert "Cannot observe the node: it did not answer within 5 seconds." in " ".join(run.output.split()), run.output
    for name in ("quito", "cairo"):
        assert "no answer in time" in str(run.edge(name)), run.output


def test_down_edges_of_a_fleet_cost_one_connection_timeout_together(fleet: Fleet) -> None:
    """Forty Edges, of which two (5 %) answer nothing at all."""
    names = [f"edge{number:02}" for number in range(1, 41)]
    down = ("edge07", "edge33")
    join(fleet, *(name for name in names if name not in down))
    with black_hole() as one, black_hole() as other:
        for name, url in zip(down, (one, other)):
            add_elsewhere(fleet, name, url)

        run = fleet.run("report_drift.yml", ANSIBLE_FORKS="10")

    expected = {name: "unreachable" if name in down else "in_order" for name in names}
    assert (run.code, fleet.edge_states(run)) == (UNREACHABLE, expected), run.output
    assert "no connection within the time limit" in run.output
    # The health page is asked for once, for ten seconds; both Edges at the same time.
    assert run.report["phases"]["fleet"] < 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "rate", "retry_after"),
    [pytest.param(8, 3.0, 1, id="retry-after"), pytest.param(5, 3.0, None, id="bare")],
)
def test_fleet_converges_although_the_platform_lets_few_requests_through(
    fleet: Fleet, count: int, rate: float, retry_after: int | None
) -> None:
    names = [f"edge{number:02}" for number in range(1, count + 1)]
    for name in names:
        fleet.add(name)
    fleet.simulator.switches.platform_requests_per_second = rate
    fleet.simulator.switches.too_many_requests_retry_after = retry_after

    run = fleet.run("onboard_edge.yml", ANSIBLE_FORKS="20")

    refused = [call for call in fleet.simulator.calls if call.status == 429]
    assert run.code == 0, run.output
    assert fleet.edge_states(run) == dict.fromkeys(names, "corrected")
    assert refused
    assert sorted(jpd["name"] for jpd in fleet.simulator.platform.jpds) == sorted(["HOME", *names])

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that dies while a step of its plan is carried out."""

from __future__ import annotations

from typing import Any

import pytest

from integration.fleet import Fleet

# Stands in for ssh: it runs here what would run on the host, until a certain module arrives. Then it hangs if it is to,
# and every connection after that is lost.
LOSING_SSH = """#!/bin/sh
eval "command=\\${{$#}}"
[ -e '{folder}/lost' ] && exit 255
cat > '{folder}/stdin'
if grep -q 'plugins.modules.{module}' '{folder}/stdin'; then touch '{folder}/lost'; sleep {hangs}; exit 255; fi
exec /bin/sh -c "$command" < '{folder}/stdin'
"""


def lose_at(fleet: Fleet, host: str, module: str, *, hangs: int = 0) -> None:
    """Let the host die at the moment at which this module is sent to it, or hang first for some seconds."""
    folder = fleet.folder / host
    folder.mkdir()
    ssh = folder / "ssh"
    ssh.write_text(LOSING_SSH.format(folder=folder, module=module, hangs=hangs))
    ssh.chmod(0o755)
    fleet.node_variables[host] = {
        "ansible_connection": "ssh",
        "ansible_host": "127.0.0.1",
        "ansible_ssh_executable": str(ssh),
        "ansible_ssh_args": "",
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "action", "step"),
    [
        pytest.param("access_config", "node", "join_key", id="first-steps-together"),
        pytest.param("artifactory_service", "artifactory_service", "restart", id="restart"),
    ],
)
def test_host_that_is_lost_in_a_step_ends_the_plan_of_its_own_edge_and_is_reported(
    fleet: Fleet, module: str, action: str, step: str
) -> None:
    fleet.add("lyon", edge_access_config={"token": {"max-expiry": 86400}})
    fleet.add("osaka", nodes=2, edge_access_config={"token": {"max-expiry": 86400}})
    lose_at(fleet, "osaka-1", module)

    run = fleet.run("onboard_edge.yml")

    assert run.code in (2, 4), run.output
    assert run.edge("lyon")["state"] == "corrected"
    osaka = run.edge("osaka")
    assert osaka["state"] in ("drifted", "unreachable")
    assert f"Cannot finish hybrid.jfrog.{action} on the node: the connection to it was lost" in told(osaka, "osaka-1")
    assert ("osaka-1", step) in {(one["host"], one["step"]) for one in osaka["failed"]}
    assert ("node", "unreachable") in {
        (fact["fact"], fact["state"]) for fact in osaka["facts"] if fact["node"] == "osaka-1"
    }
    assert [jpd["name"] for jpd in fleet.simulator.platform.jpds] == ["HOME", "lyon"]


def test_host_that_hangs_in_a_step_is_given_up_after_its_time(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.add("osaka")
    lose_at(fleet, "osaka-1", "join_key", hangs=300)

    run = fleet.run("onboard_edge.yml", "-e", "edge_step_timeout=40")

    assert run.edge("lyon")["state"] == "corrected", run.output
    assert "40 second(s). The host hangs, or what it waits for does." in told(run.edge("osaka"), "osaka-1")
    assert [jpd["name"] for jpd in fleet.simulator.platform.jpds] == ["HOME", "lyon"]


def told(edge: dict[str, Any], host: str) -> str:
    """What the report says of the step that failed on this host."""
    return next(one["message"] for one in edge["failed"] if one["host"] == host)

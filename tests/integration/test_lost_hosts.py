# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A host that dies while a step of its plan is carried out."""

from __future__ import annotations

from pathlib import Path

import pytest

from integration.fleet import Fleet

# Stands in for ssh: it runs here what would run on the host, and loses the connection when a certain module arrives.
LOSING_SSH = """#!/bin/sh
eval "command=\\${{$#}}"
cat > '{folder}/stdin'
grep -q 'plugins.modules.{module}' '{folder}/stdin' && touch '{folder}/lost'
[ -e '{folder}/lost' ] && exit 255
exec /bin/sh -c "$command" < '{folder}/stdin'
"""


def lose_at(fleet: Fleet, host: str, module: str) -> None:
    """Let the host die at the moment at which this module is sent to it."""
    folder = fleet.folder / host
    folder.mkdir()
    ssh = folder / "ssh"
    ssh.write_text(LOSING_SSH.format(folder=folder, module=module))
    ssh.chmod(0o755)
    fleet.node_variables[host] = {
        "ansible_connection": "ssh",
        "ansible_host": "127.0.0.1",
        "ansible_ssh_executable": str(ssh),
        "ansible_ssh_args": "",
    }


@pytest.mark.parametrize("module", ["join_key", "access_config", "artifactory_service"])
def test_host_that_is_lost_in_a_step_ends_the_plan_of_its_own_edge_and_is_reported(
    fleet: Fleet, tmp_path: Path, module: str
) -> None:
    fleet.add("lyon", edge_access_config={"token": {"max-expiry": 86400}})
    fleet.add("osaka", nodes=2, edge_access_config={"token": {"max-expiry": 86400}})
    lose_at(fleet, "osaka-1", module)

    run = fleet.run("onboard_edge.yml")

    assert run.code == 4, run.output
    assert run.edge("lyon")["state"] == "corrected"
    osaka = run.edge("osaka")
    assert osaka["state"] == "unreachable"
    assert [
        (one["host"], f"Cannot finish hybrid.jfrog.{module} on the node" in one["message"]) for one in osaka["failed"]
    ] == [("osaka-1", True)]
    assert [jpd["name"] for jpd in fleet.simulator.platform.jpds] == ["HOME", "lyon"]

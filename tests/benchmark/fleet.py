# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated fleet as the benchmark uses it: its process, its inventory, and perhaps a host over SSH for each node."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Optional

from hosts.light_hosts import LightHosts

TESTS = Path(__file__).resolve().parents[1]
COLLECTIONS = TESTS.parent / ".venv/collections"
# Of the target's own: what is installed for the tests is not there on a node.
NODE_PYTHON = "/usr/bin/python3"
START_SECONDS = 600


class Fleet:
    """``ask`` speaks to the process of the simulator; ``inventory`` is for ansible-playbook."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self.folder = folder / "controller"
        self.inventory = self.folder / "inventory.json"

    def ask(self, word: str) -> Any:
        """One line there, one line back."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the simulator ended; its messages are above")
        return json.loads(answer)

    def connect(self, hosts: Optional[LightHosts]) -> None:
        """Say how the nodes are reached: by SSH, or by a local connection."""
        inventory = json.loads(self.inventory.read_text())
        reached: Mapping[str, Any] = {host.name: hosts.variables(host) for host in hosts.hosts} if hosts else {}
        for group in inventory["edge_nodes"]["children"].values():
            for name, variables in group["hosts"].items():
                variables.update(reached.get(name, {"ansible_connection": "local"}))
                variables["ansible_python_interpreter"] = NODE_PYTHON
        self.inventory.write_text(json.dumps(inventory, indent=1))


@contextlib.contextmanager
def running(folder: Path, number: int, *, joined: bool, over_ssh: bool = False) -> Iterator[Fleet]:
    """So many Edges of one node each, until the block ends."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "benchmark.simulated", str(folder), str(number), "joined" if joined else "new"]
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env={"PYTHONPATH": f"{COLLECTIONS}:{TESTS}", "PATH": "/usr/bin:/bin", "HOME": str(folder)},
            )
        )
        stack.callback(_end, process)
        fleet = Fleet(process, folder)
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("the simulator did not start; its messages are above")
        hosts: Optional[LightHosts] = None
        if over_ssh:
            names = [node for group in _groups(fleet.inventory) for node in group["hosts"]]
            hosts = stack.enter_context(LightHosts(len(names), folder / "hosts", shared=[folder], names=names))
        fleet.connect(hosts)
        yield fleet


def _groups(inventory: Path) -> list[dict[str, Any]]:
    return list(json.loads(inventory.read_text())["edge_nodes"]["children"].values())


def _end(process: subprocess.Popen[str]) -> None:
    """The simulator ends with its standard input."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()

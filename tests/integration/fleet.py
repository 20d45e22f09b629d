# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated fleet with an inventory as a user would write it, and playbooks run over it as a user would run them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from integration import leaks
from integration.family import Family
from simulator.simulator import Simulator
from unit.domain.report_schema import problems

ROOT = Path(__file__).resolve().parents[2]
ANSIBLE_PLAYBOOK = Path(sys.executable).parent / "ansible-playbook"
CITIES = {
    "lyon": {"city_name": "Lyon", "country_code": "FR", "latitude": 45.764, "longitude": 4.8357},
    "osaka": {"city_name": "Osaka", "country_code": "JP", "latitude": 34.6937, "longitude": 135.5023},
    "quito": {"city_name": "Quito", "country_code": "EC", "latitude": -0.1807, "longitude": -78.4678},
}
ELSEWHERE = {"city_name": "Somewhere", "country_code": "DE", "latitude": 50.0, "longitude": 8.0}

# A module execution on a node is one start of the node's Python, so a wrapper around it counts them.
COUNTING_PYTHON = """#!/bin/sh
echo started >> '{count}'
exec '{python}' "$@"
"""


# With LEAKS=1, every run is as noisy as Ansible can be, and keeps what it can keep.
NOISY = "LEAKS" in os.environ
NOISE = {
    "ANSIBLE_CACHE_PLUGIN": "jsonfile",
    "ANSIBLE_CACHE_PLUGIN_CONNECTION": "{folder}/facts",
    "ANSIBLE_LOG_PATH": "{folder}/ansible.log",
    "ANSIBLE_VERBOSITY": "4",
}

# The heading of a task, or the line of a host that it changed, up to the result that a verbose run prints.
CHANGED_LINE = re.compile(
    r"^(?:TASK \[(?:hybrid\.jfrog\.(?P<role>\w+) : )?|changed: \[(?P<host>[^\] ]+)[^\]]*\](?P<result> => (?=\{))?)",
    re.MULTILINE,
)
# The steps whose role has another name.
ROLE_OF = {"restart": "artifactory_service"}


def deprecated(output: str) -> list[str]:
    """What ansible-core says of the run that a later one will not take. A warning for users is an error for us."""
    return re.findall(r"^\[DEPRECATION WARNING\].*", output, flags=re.MULTILINE)


@dataclass
class Run:
    """How one run of a playbook ended."""

    code: int
    output: str
    report: dict[str, Any]
    executions: dict[str, int] = field(default_factory=dict)

    @property
    def recap(self) -> dict[str, dict[str, int]]:
        """The numbers of Ansible's own recap, per host."""
        found = re.findall(r"^(\S+)\s+: (ok=\d+ .*)$", self.output, flags=re.MULTILINE)
        return {host: {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", numbers)} for host, numbers in found}

    @property
    def changed(self) -> int:
        return sum(numbers["changed"] for numbers in self.recap.values())

    @property
    def changed_steps(self) -> set[tuple[str, str]]:
        """Role and host of every task of a role that changed something.

        Of the role ``node``, which does the work of several, its steps: only a verbose run tells them.
        """
        found: set[tuple[str, str]] = set()
        role = ""
        for line in re.finditer(CHANGED_LINE, self.output):
            if line["host"] is None:
                role = line["role"] or ""
            elif role:
                told = json.JSONDecoder().raw_decode(self.output, line.end())[0] if line["result"] else {}
                steps = told.get("steps", {}) if role == "node" else {}
                roles = [ROLE_OF.get(step, step) for step, result in steps.items() if result["changed"]]
                found |= {(each, line["host"]) for each in roles or [role]}
        return found

    def edge(self, name: str) -> dict[str, Any]:
        return next(edge for edge in self.report["edges"] if edge["name"] == name)


class Fleet:
    """The simulator's sites as an inventory; ``variables`` may be changed between runs."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.variables: dict[str, dict[str, Any]] = {}
        self.common: dict[str, Any] = {}
        self.group = "edge_nodes"
        self.other_groups: dict[str, Any] = {}
        self.node_variables: dict[str, dict[str, Any]] = {}
        self.unset: set[str] = set()  # variables of nodes that the inventory does not have
        self.noisy = NOISY
        (folder / "secrets").mkdir(parents=True)

    def add(
        self,
        name: str,
        *,
        nodes: int = 1,
        version: str = "7.104.2",
        routers: bool = False,
        started: bool = True,
        licensed: bool = True,
        **variables: Any,
    ) -> Any:
        """Add an Edge to the simulator and to the inventory; ``routers``: each node's router has a port of its own."""
        edge = self.simulator.add_edge(
            name, version=version, nodes=nodes, routers=routers, started=started, licensed=licensed
        )
        self.variables[name] = {
            "edge_name": name,
            "edge_url": edge.url,
            "edge_access_token": edge.admin_token(),
            "edge_location": CITIES.get(name, ELSEWHERE),
            "edge_tags": ["hybrid"],
            "edge_join_key_file": str(self.folder / "secrets" / f"{name}.join.key"),
            **variables,
        }
        return edge

    @staticmethod
    def edge_states(run: Run) -> dict[str, str]:
        """The state of each Edge in the report."""
        return {edge["name"]: edge["state"] for edge in run.report["edges"]}

    def list_platform_node(self) -> Any:
        """Put the node of the self-hosted platform into the inventory."""
        node = self.simulator.platform.nodes[0]
        own = {"platform_artifactory_home": str(node.home), "ansible_python_interpreter": sys.executable}
        self.other_groups["platform_nodes"] = {"hosts": {node.name: {"ansible_connection": "local", **own}}}
        return node

    def keep_master_key(self, name: str) -> None:
        """Manage the Edge's master key: the one that its installation made."""
        key = self.simulator.edge(name).nodes[0].layout.master_key.read_text()
        self.variables[name]["edge_master_key"] = key

    def snapshot(self) -> dict[str, tuple[int, bytes]]:
        """Mode and content of every file of every node and of the controller's key store."""
        folders = [self.folder / "secrets", *(node.home for edge in self.simulator.edges for node in edge.nodes)]
        files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mode, path.read_bytes()) for path in files if "log" not in path.parts}

    def _written(self) -> dict[str, Any]:
        """What a run in check mode leaves as it is: files, and how many requests could have changed something."""
        calls = sum(1 for call in self.simulator.calls if call.write and call.by_client)
        return {**self.snapshot(), "requests": calls}

    def run(self, playbook: str, *arguments: str, verbosity: int = 0, **environment: str) -> Run:
        """Run a playbook of the collection over the inventory."""
        self.report.unlink(missing_ok=True)
        counts = self._write_inventory()
        begun = time.time()
        before = self._written() if "--check" in arguments else None
        family = Family()
        process = subprocess.Popen(
            [*self._command(playbook), *arguments, *(["-" + "v" * verbosity] if verbosity else [])],
            cwd=self.folder,
            env={**self._environment(), **family.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        with leaks.Processes(family) if self.noisy else nullcontext() as processes:
            try:
                output, _ = process.communicate(timeout=300)
            except subprocess.TimeoutExpired:
                family.kill()
                raise
        assert not deprecated(output), f"deprecated by ansible-core: {deprecated(output)}"
        seen = processes.seen if processes else {}
        if before is not None:
            changed = {name for name, _ in self._written().items() ^ before.items()}
            assert changed == set(), f"written in check mode: {changed}"
        # What the user gives in the environment, all processes of the user have.
        for given in environment.values():
            seen = {where.replace(given, ""): text.replace(given, "") for where, text in seen.items()}
        leaked = self.leaked(output, begun, seen)
        assert leaked == [], f"secrets show: {leaked}"
        report = json.loads(self.report.read_text()) if self.report.exists() else {}
        # Offboarding writes a report of another kind to the same variable's file.
        assert "outcome" not in report or problems(report) == []
        return Run(
            code=process.returncode,
            output=output,
            report=report,
            executions={host: path.read_text().count("started") for host, path in counts.items() if path.exists()},
        )

    def onboard(self) -> Run:
        """Join all Edges, for a test that is about what comes after that."""
        run = self.run("onboard_edge.yml")
        assert run.code == 0, run.output
        return run

    def leaked(self, output: str, begun: float, processes: dict[str, str]) -> list[tuple[str, str]]:
        """Which secrets of a run that began at that time show, and where: its output, files and processes."""
        # Those of other controllers as well.
        own = frozenset({*self.folder.rglob("secrets"), *self.folder.rglob("inventory.json")})
        places = {"the terminal": output, **processes, **leaks.written_since(begun, self.folder, own)}
        return leaks.search(
            {**leaks.known(self.simulator), **leaks.given({**self.variables, "all": self.common})}, places
        )

    def run_until(
        self, playbook: str, moment: Callable[[], bool], *, seconds: float = 120, arguments: tuple[str, ...] = ()
    ) -> None:
        """Start a playbook, and kill it with all its children as soon as the moment has come."""
        self._write_inventory()
        family = Family()
        process = subprocess.Popen(
            [*self._command(playbook), *arguments],
            cwd=self.folder,
            env={**self._environment(), **family.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + seconds
        while not moment():
            assert process.poll() is None, "the playbook ended before the moment came"
            assert time.monotonic() < deadline, "the moment did not come"
            time.sleep(0.01)
        family.kill()
        process.wait()

    @property
    def report(self) -> Path:
        return self.folder / "report.json"

    def _command(self, playbook: str) -> list[str]:
        inventory = str(self.folder / "inventory.json")
        return [
            str(ANSIBLE_PLAYBOOK),
            *("-i", inventory, "-e", f"edge_report_path={self.report}", str(ROOT / "playbooks" / playbook)),
        ]

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "JFROG_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv/collections"),
            "ANSIBLE_DEPRECATION_WARNINGS": "True",
            "ANSIBLE_FORKS": "5",
            "ANSIBLE_INJECT_FACT_VARS": "False",
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PIPELINING": "True",
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "tmp"),
            "HOME": str(self.folder),
            # A node's artifactoryctl asks for python3, and one that is a shim takes longer than the program.
            "PATH": os.pathsep.join([str(Path(sys.executable).resolve().parent), os.environ["PATH"]]),
            **{name: value.format(folder=self.folder) for name, value in NOISE.items() if self.noisy},
        }

    def _write_inventory(self) -> dict[str, Path]:
        """Write the inventory, with a fresh execution counter per node."""
        platform = self.simulator.platform
        common = {
            "platform_url": platform.url,
            "platform_access_token": platform.admin_token(),
            "platform_ca_path": str(self.simulator.ca_path),
            "edge_ca_path": str(self.simulator.ca_path),
            "edge_node_ca_path": str(self.simulator.ca_path),
            "edge_service_control": "artifactoryctl",
            "edge_support_request_dir": str(self.folder / "support_requests"),
            "ansible_connection": "local",
            **self.common,
        }
        counts: dict[str, Path] = {}
        groups = {}
        for name, variables in self.variables.items():
            hosts = {}
            for node in self.simulator.edge(name).nodes:
                counts[node.name] = self.folder / f"{node.name}.executions"
                counts[node.name].unlink(missing_ok=True)
                python = self.folder / f"{node.name}.python"
                python.write_text(COUNTING_PYTHON.format(count=counts[node.name], python=sys.executable))
                python.chmod(0o755)
                own = {
                    "ansible_python_interpreter": str(python),
                    "edge_artifactory_home": str(node.home),
                    "edge_node_url": node.url,
                    **self.node_variables.get(node.name, {}),
                }
                hosts[node.name] = {variable: value for variable, value in own.items() if variable not in self.unset}
            groups[name] = {"hosts": hosts, "vars": variables}
        inventory = {self.group: {"children": groups, "vars": common}, **self.other_groups}
        (self.folder / "inventory.json").write_text(json.dumps(inventory, indent=1))
        return counts


@contextmanager
def fleet_at(folder: Path) -> Iterator[Fleet]:
    """An empty fleet with the platform ``acme``, for a fixture that several tests share."""
    with Simulator(folder / "simulator") as simulator:
        simulator.add_platform("acme")
        yield Fleet(simulator, folder / "controller")

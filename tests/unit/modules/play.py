# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tasks with ansible-playbook, as a user would, on this host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COLLECTIONS = Path(__file__).resolve().parents[3] / ".venv/collections"


@dataclass
class Played:
    """The results of the tasks by their names, and everything that was printed."""

    results: dict[str, dict[str, Any]]
    output: str


def play(folder: Path, tasks: dict[str, dict[str, Any]], *arguments: str) -> Played:
    """Run the tasks one after the other; one that fails does not stop the others."""
    folder.mkdir(parents=True, exist_ok=True)
    registered = {name: f"result_{number}" for number, name in enumerate(tasks)}
    written = [
        {"name": name, **task, "register": registered[name], "ignore_errors": True, "ignore_unreachable": True}
        for name, task in tasks.items()
    ]
    told = ", ".join(f"'{name}': {variable}" for name, variable in registered.items())
    written.append(
        {
            "name": "Tell",
            "ansible.builtin.copy": {
                "content": f"{{{{ {{{told}}} | to_json }}}}",
                "dest": str(folder / "results.json"),
            },
            "check_mode": False,
            "diff": False,
            "no_log": True,
        }
    )
    ended = run_playbook(folder, {"tasks": written}, *arguments)
    output = ended.stdout + ended.stderr
    assert (folder / "results.json").exists(), output
    return Played(json.loads((folder / "results.json").read_text()), output)


def run_playbook(folder: Path, work: dict[str, Any], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one play, which has ``tasks`` or ``roles``, against this host."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "play.json").write_text(json.dumps([{"name": "Play", "hosts": "node", "gather_facts": False, **work}]))
    host = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": {"node": host}}}))
    ended = subprocess.run(
        [
            str(Path(sys.executable).parent / "ansible-playbook"),
            "-i",
            str(folder / "inventory.json"),
            str(folder / "play.json"),
            *arguments,
        ],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "JFROG_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_DEPRECATION_WARNINGS": "1",
            "ANSIBLE_INJECT_FACT_VARS": "0",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
            "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
            "HOME": str(folder),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "[DEPRECATION WARNING]" not in ended.stdout + ended.stderr, ended.stdout + ended.stderr
    return ended

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-inventory, as a user would, on a file for the plugin hybrid.jfrog.jpd."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulator.simulator import Simulator

COLLECTIONS = Path(__file__).resolve().parents[3] / ".venv/collections"


@dataclass(frozen=True)
class Listed:
    """What ansible-inventory --list says: variables by host, hosts by group, and all that was printed."""

    hosts: dict[str, dict[str, Any]]
    groups: dict[str, list[str]]
    output: str


def options(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    """What an inventory file for the simulator's platform holds; a value of None leaves the option out."""
    found = {
        "plugin": "hybrid.jfrog.jpd",
        "platform_url": simulator.platform.url,
        "platform_access_token": simulator.platform.admin_token(),
        "platform_ca_path": str(simulator.ca_path),
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def ansible_inventory(
    folder: Path, content: Any, *arguments: str, name: str = "acme.jpd.yml", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it on a file with this content; a source that cannot be read makes it fail."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return subprocess.run(
        [str(Path(sys.executable).parent / "ansible-inventory"), "-i", str(path), *arguments],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "JFROG_"))},
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",
            "ANSIBLE_NOCOLOR": "1",
            "HOME": str(folder),
            **(env or {}),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def list_hosts(folder: Path, content: Any, *arguments: str, env: dict[str, str] | None = None) -> Listed:
    ended = ansible_inventory(folder, content, "--list", *arguments, env=env)
    output = ended.stdout + ended.stderr
    assert ended.returncode == 0, output
    # What -v prints comes before the answer.
    data = json.loads(ended.stdout[ended.stdout.index("{\n") :])
    hosts = _unmarked(data.pop("_meta")["hostvars"])
    groups = {name: sorted(group.get("hosts", [])) for name, group in data.items()}
    return Listed(hosts, {name: found for name, found in groups.items() if found}, output)


def failure(folder: Path, content: Any, *arguments: str, env: dict[str, str] | None = None) -> str:
    """What is printed by a run that fails, on one line."""
    ended = ansible_inventory(folder, content, "--list", *arguments, env=env)
    output = ended.stdout + ended.stderr
    assert ended.returncode != 0, output
    return " ".join(output.split())


def stored(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The one file of a cache, and what is in it; ansible-core 2.19 and later put it into an envelope."""
    (path,) = folder.iterdir()
    content = json.loads(path.read_text())
    return path, json.loads(content["__payload__"]) if "__payload__" in content else content


def store(path: Path, content: dict[str, Any]) -> None:
    """Put something else into that file."""
    enveloped = "__payload__" in json.loads(path.read_text())
    path.write_text(json.dumps({"__payload__": json.dumps(content)} if enveloped else content))


def _unmarked(value: Any) -> Any:
    """Without the mark of a text that is no template, which ansible-core 2.19 and later show on all of a plugin's."""
    if isinstance(value, dict):
        return value["__ansible_unsafe"] if "__ansible_unsafe" in value else {k: _unmarked(v) for k, v in value.items()}
    return [_unmarked(item) for item in value] if isinstance(value, list) else value

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/rehearsal.md: its commands, its Molecule scenario and its test are run as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.fleet import CITIES, ROOT

PAGE = (ROOT / "docs/rehearsal.md").read_text()
SET_UP, ONE_LINE, SOMETHING, WRITES, OWN_INVENTORY = re.findall(r"```shell\n(.*?)```", PAGE, re.DOTALL)
SCENARIO = dict(re.findall(r"```yaml\n# (\S+\.yml)\n(.*?)```", PAGE, re.DOTALL))
(JOB,) = re.findall(r"```yaml\n(# \.github/.*?)```", PAGE, re.DOTALL)
(TEST,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
MINE = {
    "edge_nodes": {
        "children": {
            "lyon": {"vars": {"edge_tags": ["mine"], "edge_location": CITIES["lyon"]}, "hosts": {"lyon-1": {}}}
        }
    }
}


def environment(home: Path) -> dict[str, str]:
    """That of a user who has done what the page begins with."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "MOLECULE_", "NO_"))}
    return {
        **own,
        **{name: value.replace("$PWD", str(ROOT)) for name, value in re.findall(r"(\w+)=(\S+)", SET_UP)},
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "ANSIBLE_NOCOLOR": "1",
        "HOME": str(home),
    }


def shell(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """Commands of the page with a folder of the test's own in place of its folders."""
    return subprocess.run(
        ["bash", "-euc", commands.replace("/tmp/", f"{folder}/")],  # noqa: S108 # what the page says
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def test_rehearsal_is_one_line_and_something_that_happens_is_found(tmp_path: Path) -> None:
    try:
        joined = shell(tmp_path, ONE_LINE)
        assert joined.returncode == 0, joined.stdout
        assert "2 Edges: 2 corrected." in joined.stdout

        found = shell(tmp_path, SOMETHING)
        assert found.returncode == 2, found.stdout
        assert "JPD" in found.stdout
        assert "drifted" in found.stdout
    finally:
        ended = shell(tmp_path, WRITES)
    assert ended.returncode == 0, ended.stdout
    assert "POST /mc/api/v1/jpds" in ended.stdout


def test_own_inventory_is_used_with_the_addresses_of_the_rehearsal(tmp_path: Path) -> None:
    (tmp_path / "my_inventory").write_text(json.dumps(MINE))

    try:
        shown = shell(tmp_path, OWN_INVENTORY)
    finally:
        # The page's last command has ended it, unless one before it failed.
        shell(tmp_path, "python -m simulator down --data /tmp/dress")

    assert shown.returncode == 0, shown.stdout
    assert "1 Edge" in shown.stdout
    assert "mine" in shown.stdout
    assert '"city_name": "Lyon"' in shown.stdout


def test_scenario_of_the_page_passes(tmp_path: Path) -> None:
    folder = tmp_path / "molecule/default"
    folder.mkdir(parents=True)
    for name, text in SCENARIO.items():
        (folder / name).write_text(f"---\n{text}")

    tested = shell(tmp_path, "molecule test")

    assert tested.returncode == 0, tested.stdout
    assert "successful=5" in tested.stdout


def test_job_of_the_page_starts_the_simulator_from_its_checkout_with_one_line(tmp_path: Path) -> None:
    (tmp_path / "rehearsal").symlink_to(ROOT)
    job = yaml.safe_load(JOB.replace("${{ github.workspace }}", str(tmp_path)))["jobs"]["molecule"]
    (start,) = [step["run"] for step in job["steps"] if "simulator up" in step.get("run", "")]
    variables = "".join(f"export {name}={value}\n" for name, value in job["env"].items())

    try:
        started = shell(tmp_path, variables.replace(str(tmp_path), "$PWD") + start)
        assert started.returncode == 0, started.stdout
        assert (tmp_path / "acme/inventory.json").exists()
    finally:
        shell(tmp_path, "python -m simulator down --data /tmp/acme")


def test_test_of_the_page_fails_for_a_playbook_that_does_nothing(tmp_path: Path) -> None:
    called: list[str] = []
    names: dict[str, Any] = {"run_my_playbook": lambda platform, *_given, **_more: called.append(platform)}
    exec(TEST, names)  # noqa: S102 # what the page says

    with pytest.raises(AssertionError):
        names["test_platform_gets_what_my_playbook_promises"](tmp_path)

    assert called[0].startswith("https://127.0.0.1:")

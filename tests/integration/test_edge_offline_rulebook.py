# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebook, run by ansible-rulebook as a user would: what happens at the platform makes the playbook run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from integration.fleet import ROOT, Fleet

EDA = ROOT / ".venv/eda"
PAGE = (ROOT / "docs/schedules.md").read_text()
(GROUPS,) = (
    block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "ansible.builtin.constructed" in block
)
SECONDS = 80


def needed(present: Any, what: str) -> None:
    """On a developer's machine the test is skipped; the pipeline has everything, so there it fails."""
    if present:
        return
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


class Rulebook:
    """A running ansible-rulebook, and what it has said so far."""

    def __init__(self, fleet: Fleet) -> None:
        needed(shutil.which("java"), "Java was not found, which ansible-rulebook needs")
        needed((EDA / "bin/ansible-rulebook").exists(), "ansible-rulebook was not found: run 'make .venv/eda.stamp'")
        fleet.noisy = False  # what is printed is read to the letter
        fleet._write_inventory()
        inventory = fleet.folder / "inventory"
        inventory.mkdir()
        (fleet.folder / "inventory.json").rename(inventory / "hosts.json")
        (inventory / "zz_groups.yml").write_text(GROUPS)
        known = {
            "platform_url": fleet.simulator.platform.url,
            "platform_ca_path": str(fleet.simulator.ca_path),
            "jpd_status_interval": 1,
        }
        (fleet.folder / "eda.yml").write_text(yaml.safe_dump(known))
        environment = fleet._environment()
        self._process = subprocess.Popen(
            [
                str(EDA / "bin/ansible-rulebook"),
                *("--rulebook", "hybrid.jfrog.edge_offline"),
                *("--inventory", str(inventory)),
                *("--vars", str(fleet.folder / "eda.yml")),
                *("--shutdown-delay", "1"),
            ],
            cwd=fleet.folder,
            # ansible-playbook and ansible-galaxy are those of the collection's own environment.
            env={
                **environment,
                "PATH": f"{ROOT / '.venv/bin'}:{environment['PATH']}",
                "JFROG_PLATFORM_TOKEN": fleet.simulator.platform.admin_token(),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def wait_until(self, moment: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + SECONDS
        while not moment():
            assert self._process.poll() is None, f"ansible-rulebook ended before {what}:\n{self.output}"
            assert time.monotonic() < deadline, f"not within {SECONDS} seconds: {what}:\n{self.output}"
            time.sleep(0.2)

    def __enter__(self) -> Rulebook:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._reader.join(timeout=5)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.append(line)


def test_edge_that_loses_its_pairing_is_joined_again_by_the_rulebook(fleet: Fleet) -> None:
    for name in ("lyon", "osaka"):
        fleet.add(name)
    fleet.onboard()
    simulator = fleet.simulator
    broken = simulator.platform.jpd("lyon")
    simulator.calls.clear()

    with Rulebook(fleet) as rulebook:
        rulebook.wait_until(lambda: len(simulator.calls) > 0, "the platform is watched")
        simulator.platform.break_pairing("lyon")
        assert simulator.jpd_view.status(broken) == "UNAUTHORIZED"
        rulebook.wait_until(lambda: "PLAY RECAP" in rulebook.output, "the playbook has run")

    assert simulator.jpd_view.status(simulator.platform.jpd("lyon")) == "ONLINE"
    assert "1 Edge: 1 corrected." in rulebook.output
    assert "osaka" not in rulebook.output, "the playbook is limited to the Edge of the event"
    assert simulator.platform.admin_token() not in rulebook.output

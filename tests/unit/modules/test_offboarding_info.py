# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``offboarding_info``: the record of an offboarding, and none where there is none."""

from __future__ import annotations

from pathlib import Path

from simulator.node.testing import Workbench
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot


def test_record_of_a_node_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    home = {"artifactory_home": str(Workbench(tmp_path).started().home)}
    assert run_module("offboarding_info", home)["offboarding"] is None
    left = run_module("offboarding", {**home, "state": "left", "edge": "lyon", "platform": "https://acme.jfrog.io/"})
    before = snapshot(tmp_path)

    found = run_module("offboarding_info", home, check=True)

    assert (found["changed"], found["offboarding"]) == (False, left["offboarding"])
    assert snapshot(tmp_path) == before


def test_folder_without_a_node_has_no_record(tmp_path: Path) -> None:
    assert run_module("offboarding_info", {"artifactory_home": str(tmp_path)})["offboarding"] is None


def test_damaged_record_is_told(tmp_path: Path) -> None:
    home = {"artifactory_home": str(Workbench(tmp_path).started().home)}
    run_module("offboarding", {**home, "state": "left", "edge": "lyon", "platform": "https://acme.jfrog.io/"})
    next(tmp_path.glob("**/offboarding.json")).write_text("[]")

    assert "offboarding.json" in run_module("offboarding_info", home)["msg"]

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from simulator.node.testing import Workbench, put
from unit.modules.node_cases import KEY
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot


@pytest.mark.parametrize("check", [False, True], ids=["run", "check-mode"])
def test_node_info_nothing_installed_is_an_answer(tmp_path: Path, check: bool) -> None:
    result = run_module("node_info", {"artifactory_home": str(tmp_path)}, check=check)

    assert not result.get("failed")
    assert not result["changed"]
    assert result["node"]["layout"]["installed"] is False
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("generation", ["7", "6"])
def test_node_info_reads_everything_and_changes_nothing(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).started(generation=generation)
    home = {"artifactory_home": str(node.home), "control": "none"}
    assert run_module("join_key", {"artifactory_home": str(node.home), "key": KEY, "on_unknown": "supply"})["changed"]
    before = snapshot(tmp_path)
    result = run_module("node_info", {**home, "node_url": "http://127.0.0.1:9"}, verbosity=4)

    assert snapshot(tmp_path) == before
    seen = result["node"]
    assert seen["layout"]["generation"] == generation
    assert seen["version"] == node.version
    assert seen["ledger"]["join_key"]["confirmed_at"] is None
    assert list(seen["ledger"]["restart_due"]) == ["join_key"]
    assert seen["health"]["state"] == "UNREACHABLE"
    shown = json.dumps(result)
    for secret in (KEY, node.layout.master_key.read_text(), node.database.join_key or "?"):
        assert secret not in shown


def test_node_info_damaged_ledger_is_a_failure_that_says_what_to_do(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    ledger = put(node.layout.var / "hybrid.jfrog/ledger.json", '{"version": 1')
    result = run_module("node_info", {"artifactory_home": str(node.home)})

    assert result["failed"]
    assert result["msg"].startswith(f"Cannot read the ledger {ledger}: ")
    assert "move it away" in result["msg"]
    assert ledger.read_text() == '{"version": 1'


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_node_info_closed_folder_asks_for_become(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    (node.home / "var").chmod(0o000)
    result = run_module("node_info", {"artifactory_home": str(node.home)})
    (node.home / "var").chmod(0o755)

    assert result["failed"]
    assert "become: true" in result["msg"]

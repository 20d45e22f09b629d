# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from simulator.node.node import FAILED, Node
from simulator.node.testing import Workbench, put, start
from unit.modules.node_cases import KEY, OTHER, UNCONTROLLED, observed
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot


def master_key(node: Node, *, check: bool = False, **params: Any) -> dict[str, Any]:
    home = {"artifactory_home": str(node.home)}
    return run_module("master_key", {**home, "key": KEY, **UNCONTROLLED, **params}, check=check)


@pytest.mark.parametrize("generation", ["7", "6"])
def test_master_key_is_written_as_the_product_wants_it(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).node(generation=generation)
    result = master_key(node)

    assert node.layout.master_key.read_bytes() == KEY.encode()
    assert stat.S_IMODE(node.layout.master_key.lstat().st_mode) == 0o640
    assert result["key"]["fingerprint"] == keys.fingerprint(KEY)
    assert result["key"]["mode"] == "0640"
    start(node)
    assert node.layout.master_key.read_text() == KEY


@pytest.mark.parametrize("check", [True, False], ids=["check-mode", "run"])
@pytest.mark.parametrize("generation", ["7", "6"])
def test_master_key_started_node_with_another_key_is_a_failure_and_untouched(
    tmp_path: Path, generation: str, check: bool
) -> None:
    node = Workbench(tmp_path).started(generation=generation)
    before = snapshot(tmp_path)
    result = master_key(node, check=check)

    assert result["failed"]
    assert result["msg"].startswith(
        f"Cannot supply the master key {keys.fingerprint(KEY)} to {node.layout.master_key}: "
    )
    assert keys.fingerprint(node.layout.master_key.read_text()) in result["msg"]
    assert node.layout.master_key.read_text() not in json.dumps(result)
    assert snapshot(tmp_path) == before


def test_master_key_other_key_before_the_first_start_is_replaced_and_kept(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.master_key, OTHER)
    result = master_key(node)

    assert (result["changed"], result["drift"]) == (True, ["fingerprint"])
    backup = Path(result["backup_file"])
    assert (backup.parent, backup.read_text()) == (node.layout.master_key.parent, OTHER)
    assert stat.S_IMODE(backup.lstat().st_mode) == 0o640
    assert node.layout.master_key.read_text() == KEY
    assert "backup_file" not in master_key(node)


def test_master_key_first_start_that_failed_for_its_key_can_be_corrected(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.node("osaka-1"), bench.node("osaka-2")
    master_key(first)
    start(first)
    put(second.layout.master_key, OTHER)
    second.start(at_once=True)
    assert second.state == FAILED

    assert master_key(second, peers=[observed(first)])["changed"]
    start(second)


def test_master_key_lost_file_is_put_back_when_nothing_contradicts(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    key = node.layout.master_key.read_text()
    node.layout.master_key.unlink()

    assert master_key(node, key=key)["changed"]
    node.stop()
    start(node)


def test_master_key_lost_file_ledger_contradicts_and_nothing_is_written(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    master_key(node)
    start(node)
    node.layout.master_key.unlink()
    before = snapshot(tmp_path)
    result = master_key(node, key=OTHER)

    assert result["failed"]
    assert "the other master key that was supplied at" in result["msg"]
    assert snapshot(tmp_path) == before


def test_master_key_peer_contradicts_and_nothing_is_written(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")
    before = snapshot(tmp_path)
    result = master_key(second, peers=[observed(first)])

    assert result["failed"]
    assert "another node of the Edge has started with the master key" in result["msg"]
    assert snapshot(tmp_path) == before


def test_master_key_kept_in_memory_is_put_back_for_a_restart_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.master_key, KEY)
    assert node.layout.system_yaml is not None
    node.layout.system_yaml.write_text("shared:\n  security:\n    masterKeyExternal: true\n")
    start(node)
    assert not node.layout.master_key.exists()
    put(node.layout.control_script, "#!/bin/sh\nexit 0\n", mode=0o755)
    runs = {"control": "artifactoryctl"}
    assert not master_key(node, **runs)["changed"]

    run_module("join_key", {"artifactory_home": str(node.home), "key": OTHER, "on_unknown": "supply"})
    assert master_key(node, **runs)["changed"]
    assert node.layout.master_key.read_text() == KEY


@pytest.mark.parametrize(
    ("running", "url", "due"),
    [
        pytest.param(True, "http://127.0.0.1:9", ["master_key"], id="waits-in-vain"),
        pytest.param(True, None, ["master_key"], id="health-not-known"),
        pytest.param(False, None, [], id="is-started-anyway"),
    ],
)
def test_master_key_put_back_makes_a_restart_due_where_services_gave_up(
    tmp_path: Path, running: bool, url: str | None, due: list[str]
) -> None:
    node = Workbench(tmp_path).started()
    key = node.layout.master_key.read_text()
    node.layout.master_key.unlink()
    put(node.layout.control_script, f"#!/bin/sh\nexit {0 if running else 3}\n", mode=0o755)
    master_key(node, key=key, control="artifactoryctl", node_url=url)

    assert list(observed(node)["ledger"]["restart_due"]) == due


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_master_key_belongs_to_the_owner_of_the_configuration(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    os.chown(node.layout.var / "etc", 1030, 1031)
    result = master_key(node)

    status = node.layout.master_key.lstat()
    assert (status.st_uid, status.st_gid) == (1030, 1031)
    assert (result["key"]["owner"], result["key"]["group"]) == ("1030", "1031")


def test_master_key_link_in_place_of_the_file_is_refused_and_not_followed(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.layout.master_key.parent.mkdir(parents=True, exist_ok=True)
    node.layout.master_key.symlink_to(put(tmp_path / "shadow", "theirs"))
    before = snapshot(tmp_path)
    result = master_key(node)

    assert result["failed"]
    assert "symbolic link" in result["msg"]
    assert snapshot(tmp_path) == before


def test_master_key_setting_that_the_first_start_would_take_is_a_conflict(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    assert node.layout.system_yaml is not None
    node.layout.system_yaml.write_text(f'shared:\n  security:\n    masterKey: "{OTHER}"\n')
    before = snapshot(tmp_path)
    result = master_key(node)

    assert result["failed"]
    assert "shared.security.masterKey" in result["msg"]
    assert OTHER not in json.dumps(result)
    assert snapshot(tmp_path) == before
    assert master_key(node, key=OTHER)["changed"]
    start(node)


def test_master_key_goes_to_the_file_that_the_settings_name(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    elsewhere = tmp_path / "keys/master.key"
    assert node.layout.system_yaml is not None
    node.layout.system_yaml.write_text(f"shared:\n  security:\n    masterKeyFile: {elsewhere}\n")

    assert master_key(node)["changed"]
    assert elsewhere.read_text() == KEY
    start(node)
    assert not master_key(node)["changed"]


def test_master_key_line_end_is_taken_away_before_the_first_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.master_key, KEY + "\n")

    assert master_key(node)["changed"]
    assert node.layout.master_key.read_bytes() == KEY.encode()
    start(node)


def test_master_key_of_six_that_the_migration_cut_is_explained(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.master_key, KEY[:32])
    start(node)
    result = master_key(node)

    assert result["failed"]
    assert "the first 32 digits of the wanted one" in result["msg"]
    assert "backup_master.key" in result["msg"]
    assert not master_key(node, key=KEY[:32])["changed"]

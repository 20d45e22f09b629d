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
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import ledger as ledger_file
from simulator.node.node import Node
from simulator.node.testing import Workbench, put, restart
from unit.modules.node_cases import KEY, OTHER, observed
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def join_key(node: Node, *, check: bool = False, **params: Any) -> dict[str, Any]:
    return run_module("join_key", {"artifactory_home": str(node.home), "key": KEY, **params}, check=check)


def ledger_of(node: Node) -> Path:
    return node.layout.var / "hybrid.jfrog/ledger.json"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        pytest.param("a" * 48, "48 hexadecimal digits", id="48-characters"),
        pytest.param("z" * 32, "no hexadecimal text", id="not-hexadecimal"),
        pytest.param("E" * 32, "published as an example", id="published-default"),
        pytest.param(KEY + "\n", "line end", id="line-end"),
        pytest.param(None, "no key was given", id="no-key"),
    ],
)
def test_join_key_unusable_key_is_refused_before_anything_is_written(
    tmp_path: Path, key: str | None, words: str
) -> None:
    node = Workbench(tmp_path).node()
    before = snapshot(tmp_path)
    result = join_key(node, key=key)

    assert result["failed"]
    assert words in result["msg"]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("generation", ["7", "6"])
def test_join_key_is_written_as_the_product_wants_it(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).node(generation=generation)
    result = join_key(node)

    path = node.layout.bootstrap_join_key
    assert path.read_bytes() == KEY.encode()
    assert stat.S_IMODE(path.lstat().st_mode) == 0o600
    assert result["key"] == {"fingerprint": keys.fingerprint(KEY), "state": "waiting", "restart_due": True}
    assert KEY not in ledger_of(node).read_text()


@as_root
@pytest.mark.parametrize("generation", ["7", "6"])
def test_join_key_belongs_to_the_owner_of_the_configuration(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).node(generation=generation)
    os.chown(node.layout.var / "etc", 1030, 1031)
    join_key(node)

    for path in (node.layout.bootstrap_join_key, ledger_of(node), ledger_of(node).parent):
        assert (path.lstat().st_uid, path.lstat().st_gid) == (1030, 1031), path


def test_join_key_killed_between_supply_and_record_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Workbench(tmp_path).started()

    def killed(*_args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(ledger_file, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            join_key(node, on_unknown="supply")
    assert node.layout.bootstrap_join_key.read_text() == KEY
    assert not ledger_of(node).exists()

    finished = join_key(node)
    assert (finished["changed"], finished["drift"]) == (True, ["state"])
    assert json.loads(ledger_of(node).read_text())["restart_due"].keys() == {"join_key"}
    assert not join_key(node)["changed"]


def test_join_key_ledger_lost_on_a_started_node_is_unknown_and_left_alone(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    join_key(node, on_unknown="supply")
    restart(node)
    join_key(node)
    ledger_of(node).unlink()
    before = snapshot(tmp_path)
    result = join_key(node)

    assert (result["changed"], result["verdict"]["state"], result["drift"]) == (False, "unknown", [])
    assert result["key"]["state"] == "unknown"
    assert result["warnings"] == [
        "The join key was left as it is: this collection has not supplied a join key to this Edge, which has started "
        "with one. Set on_unknown to supply to replace it."
    ]
    assert snapshot(tmp_path) == before
    assert join_key(node, on_unknown="supply")["changed"]


@pytest.mark.parametrize("text", ['{"version": 1', '{"version": 9}'], ids=["cut-short", "of-the-future"])
def test_join_key_damaged_ledger_is_a_failure_and_nothing_is_written(tmp_path: Path, text: str) -> None:
    node = Workbench(tmp_path).node()
    put(ledger_of(node), text)
    before = snapshot(tmp_path)
    result = join_key(node)

    assert result["failed"]
    assert "Cannot read the ledger" in result["msg"]
    assert snapshot(tmp_path) == before


def test_join_key_link_in_place_of_the_file_is_refused_and_not_followed(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    theirs = put(tmp_path / "shadow", "theirs")
    node.layout.bootstrap_join_key.parent.mkdir(parents=True)
    node.layout.bootstrap_join_key.symlink_to(theirs)
    before = snapshot(tmp_path)
    result = join_key(node)

    assert result["failed"]
    assert "symbolic link" in result["msg"]
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_join_key_folder_that_cannot_be_written_asks_for_become(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.layout.var.chmod(0o555)
    result = join_key(node)
    node.layout.var.chmod(0o755)

    assert result["failed"]
    assert "become: true" in result["msg"]


def test_join_key_no_node_says_where_it_looked(tmp_path: Path) -> None:
    result = run_module("join_key", {"artifactory_home": str(tmp_path / "x"), "key": KEY})

    assert result["failed"]
    assert f"Cannot find an Artifactory node in {tmp_path / 'x'}" in result["msg"]


@pytest.mark.parametrize("removed", [True, False], ids=["product-removes-the-file", "product-leaves-the-file"])
def test_join_key_own_file_is_gone_once_the_start_is_proven(tmp_path: Path, removed: bool) -> None:
    node = Workbench(tmp_path, bootstrap_join_key_removed_after_start=removed).node()
    join_key(node)
    restart(node)
    assert node.layout.bootstrap_join_key.exists() is not removed
    predicted = join_key(node, check=True)
    assert node.layout.bootstrap_join_key.exists() is not removed
    proven = join_key(node)

    assert (predicted["changed"], predicted["diff"]) == (True, proven["diff"])
    assert (proven["key"]["state"], proven["key"]["restart_due"]) == ("in_use", False)
    assert not node.layout.bootstrap_join_key.exists()
    recorded = json.loads(ledger_of(node).read_text())
    assert recorded["restart_due"] == {}
    assert recorded["join_key"]["confirmed_at"] is not None
    assert join_key(node)["verdict"]["state"] == "in_order"


def test_join_key_is_not_proven_by_a_node_that_is_not_healthy(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    join_key(node)
    restart(node)
    unhealthy = join_key(node, node_url="http://127.0.0.1:9", check=True)

    assert unhealthy["key"]["state"] == "waiting"
    assert join_key(node)["key"]["state"] == "in_use"


def test_join_key_file_taken_away_before_a_start_is_supplied_again(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    join_key(node, on_unknown="supply")
    node.layout.bootstrap_join_key.unlink()
    again = join_key(node)

    assert (again["changed"], again["drift"]) == (True, ["state"])
    assert again["diff"]["before"]["state"] == "missing"
    assert node.layout.bootstrap_join_key.read_text() == KEY


def test_join_key_new_key_in_the_inventory_is_a_rotation(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    join_key(node)
    restart(node)
    join_key(node)
    rotated = join_key(node, key=OTHER)

    assert (rotated["changed"], rotated["diff"]["before"]["fingerprint"]) == (True, "another key")
    restart(node)
    assert node.database.join_key == OTHER
    assert join_key(node, key=OTHER)["key"]["state"] == "in_use"


def test_join_key_recorded_on_another_node_is_in_order_here(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first = bench.node("osaka-1")
    join_key(first)
    restart(first)
    join_key(first)
    second = bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    restart(second)

    assert join_key(second)["verdict"]["state"] == "unknown"
    told = join_key(second, peers=[observed(first)])
    assert (told["changed"], told["verdict"]["state"]) == (False, "in_order")


def test_join_key_just_made_is_supplied_to_a_started_node_but_never_replaces_one_in_use(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    assert join_key(node, made=True)["changed"]
    assert not join_key(node, made=True)["changed"]
    restart(node)
    join_key(node)
    before = snapshot(tmp_path)
    second = join_key(node, made=True, key=OTHER)

    assert second["failed"]
    assert "one was supplied at" in second["msg"]
    assert "Restore that file" in second["msg"]
    assert snapshot(tmp_path) == before

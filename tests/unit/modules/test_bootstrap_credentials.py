# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from simulator.node.node import FAILED, Node
from simulator.node.testing import Workbench, put, restart, start
from unit.modules.node_cases import observed
from unit.modules.play import play
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

PASSWORD = "marked-admin-password"


def run(node: Node, *, check: bool = False, **params: Any) -> dict[str, Any]:
    options = {"artifactory_home": str(node.home), "password": PASSWORD, **params}
    return run_module("bootstrap_credentials", options, check=check)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("generation", ["7", "6"])
def test_first_start_creates_the_administrator(tmp_path: Path, generation: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.node(generation=generation)

    result = run(node)
    path = node.layout.bootstrap_credentials

    assert (result["changed"], result["credentials"]["path"]) == (True, str(path))
    assert (path.read_text(), mode_of(path)) == (f"admin@*={PASSWORD}\n", 0o600)
    start(node)
    assert bench.database.users["admin"].password == PASSWORD


@pytest.mark.parametrize("removed", [True, False], ids=["removed-after-use", "stays"])
def test_node_that_has_started_is_in_order_with_and_without_the_file(tmp_path: Path, removed: bool) -> None:
    node = Workbench(tmp_path, bootstrap_credentials_removed_after_start=removed).node()
    run(node)
    start(node)
    before = snapshot(node.home)

    result = run(node, password="another-word")

    assert (result["changed"], result["verdict"]["state"]) == (False, "in_order")
    assert result["verdict"]["reason"].startswith("the node has started")
    assert result["credentials"]["present"] is not removed
    assert len(result["warnings"]) == (0 if removed else 1)
    assert snapshot(node.home) == before


def test_wrong_mode_of_a_node_that_has_started_is_repaired_before_it_stops_the_next_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    run(node)
    start(node)
    path = node.layout.bootstrap_credentials
    path.write_bytes(b"admin@*=\xe4\n")
    path.chmod(0o644)
    node.stop()
    node.start(at_once=True)
    assert node.state == FAILED

    found = run(node, check=True)
    assert (found["drift"], mode_of(path)) == (["mode"], 0o644)
    assert run(node)["diff"] == found["diff"]
    assert (mode_of(path), path.read_bytes()) == (0o600, b"admin@*=\xe4\n")
    assert run(node)["changed"] is False


@pytest.mark.parametrize("started", [True, False], ids=["started-before", "first-start"])
def test_start_that_the_file_has_stopped_is_due_again_after_the_repair(tmp_path: Path, started: bool) -> None:
    node = Workbench(tmp_path).node()
    run(node)
    if started:
        start(node)
    node.layout.bootstrap_credentials.chmod(0o640)
    node.stop()
    node.start(at_once=True)
    assert node.state == FAILED

    run(node, check=True)
    assert observed(node)["ledger"]["restart_due"] == {}
    run(node)
    assert list(observed(node)["ledger"]["restart_due"]) == ["bootstrap_credentials"]


def test_mode_that_has_stopped_nothing_yet_makes_no_restart_due(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    run(node)
    start(node)
    node.layout.bootstrap_credentials.chmod(0o640)

    assert run(node)["drift"] == ["mode"]
    assert observed(node)["ledger"]["restart_due"] == {}


def test_new_node_of_an_edge_that_has_started_gets_no_administrator(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")

    result = run(second, peers=[observed(first)])

    assert (result["changed"], second.layout.bootstrap_credentials.exists()) == (False, False)
    assert "another node of the Edge has started" in result["verdict"]["reason"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_wrong_owner_is_repaired(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    run(node)
    os.chown(node.layout.bootstrap_credentials, 4711, 4711)

    assert run(node, check=True)["drift"] == ["owner"]
    assert run(node)["changed"]
    assert node.layout.bootstrap_credentials.stat().st_uid == os.geteuid()


def test_line_of_another_administrator_is_kept(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    put(node.layout.bootstrap_credentials, "otto@*=another-marked-word\n", mode=0o600)

    assert run(node)["drift"] == ["administrator", "password"]
    start(node)
    assert {"otto", "admin"} <= set(bench.database.users)


@pytest.mark.parametrize("started", [True, False], ids=["started", "new"])
def test_file_is_removed_once(tmp_path: Path, started: bool) -> None:
    node = Workbench(tmp_path).node()
    run(node)
    if started:
        start(node)

    assert run(node, state="absent", check=True)["changed"]
    assert node.layout.bootstrap_credentials.exists()
    assert run(node, state="absent")["changed"]
    assert not node.layout.bootstrap_credentials.exists()
    assert not run(node, state="absent")["changed"]
    if started:
        restart(node)


@pytest.mark.parametrize(
    ("params", "says"),
    [
        pytest.param({"password": "password"}, "the product's default", id="default-password"),
        pytest.param({"password": f"{PASSWORD} x"}, "has blanks", id="blank"),
        pytest.param({"username": "a=b"}, "the username", id="username"),
    ],
)
def test_credentials_that_cannot_be_meant_are_refused_before_anything_is_written(
    tmp_path: Path, params: dict[str, Any], says: str
) -> None:
    node = Workbench(tmp_path).node()
    before = snapshot(node.home)

    result = run(node, **params)

    assert result["failed"]
    assert says in result["msg"]
    assert PASSWORD not in json.dumps(result)
    assert snapshot(node.home) == before


def test_link_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.layout.bootstrap_credentials.parent.mkdir(parents=True, exist_ok=True)
    target = put(tmp_path / "elsewhere", "precious", mode=0o644)
    node.layout.bootstrap_credentials.symlink_to(target)

    for state in ("present", "absent"):
        assert "it is a symbolic link" in run(node, state=state)["msg"]
    assert (target.read_text(), mode_of(target)) == ("precious", 0o644)


def test_play_at_the_highest_verbosity_shows_no_password(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "bench").node()
    module = {"artifactory_home": str(node.home), "password": PASSWORD}

    done = play(
        tmp_path / "play",
        {
            "write": {"hybrid.jfrog.bootstrap_credentials": module},
            "again": {"hybrid.jfrog.bootstrap_credentials": module},
            "refuse": {"hybrid.jfrog.bootstrap_credentials": {**module, "username": "a@b"}},
        },
        "-vvvv",
        "--diff",
    )

    assert [done.results[name].get("changed") for name in ("write", "again")] == [True, False]
    assert done.results["refuse"]["failed"]
    assert PASSWORD not in done.output + json.dumps(done.results)

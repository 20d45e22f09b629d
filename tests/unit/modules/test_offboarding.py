# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of an offboarding on one node; the whole is in tests/integration/test_offboard_edge.py."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from simulator.node.node import Node
from simulator.node.testing import Workbench, put, start
from unit.modules.node_cases import KEY
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

PLATFORM = "https://acme.jfrog.io/"
STOPS = """#!/bin/sh
case "$1" in
stop) touch '{flag}' ;;
status) test ! -e '{flag}' || exit 3 ;;
esac
"""


@pytest.fixture(params=["7", "6"])
def node(tmp_path: Path, request: pytest.FixtureRequest) -> Node:
    """A started node, whose control script believes that it runs until it is stopped."""
    one = Workbench(tmp_path).node(generation=request.param)
    run_module("master_key", {"artifactory_home": str(one.home), "key": KEY, "control": "none"})
    start(one)
    put(one.layout.control_script, STOPS.format(flag=tmp_path / "stopped"), mode=0o755)
    return one


def step(node: Node, state: str, *, check: bool = False, **params: Any) -> dict[str, Any]:
    own = {"edge": "lyon", "platform": PLATFORM} if state == "left" else {}
    home = {"artifactory_home": str(node.home), "control": "artifactoryctl"}
    return run_module("offboarding", {**home, **own, "state": state, **params}, check=check)


def record_file(node: Node) -> Path:
    return next(node.home.glob("**/hybrid.jfrog/offboarding.json"))


def test_offboarding_goes_through_its_steps_once(node: Node) -> None:
    before = snapshot(node.home)
    for state in ("left", "stopped", "keys_removed"):
        assert step(node, state, check=True)["changed"]
    assert snapshot(node.home) == before

    left = step(node, "left", jpd_id="JPD-7", trusts_platform=True)
    assert (left["changed"], left["offboarding"]["closed_at"]) == (True, None)
    assert stat.S_IMODE(record_file(node).stat().st_mode) == 0o600
    assert not step(node, "left", jpd_id="JPD-7", trusts_platform=False)["changed"]
    assert step(node, "left", trusted_by_platform=False)["drift"] == ["trusted_by_platform"]

    assert step(node, "stopped")["drift"] == ["running"]
    assert not step(node, "stopped")["changed"]

    closed = step(node, "closed")
    assert (closed["changed"], closed["drift"]) == (True, ["state"])
    assert json.loads(record_file(node).read_text())["trusts_platform"] is True
    assert not step(node, "closed")["changed"]

    gone = step(node, "keys_removed")
    assert (gone["changed"], gone["drift"]) == (True, ["keys"])
    assert not node.layout.master_key.exists()
    assert KEY in [Path(path).read_text() for path in gone["kept"]]
    assert KEY not in json.dumps(gone)
    assert not step(node, "keys_removed")["changed"]

    assert step(node, "left", platform="https://other.jfrog.io/")["offboarding"]["closed_at"] is None


@pytest.mark.parametrize(
    ("done", "state", "params", "says"),
    [
        pytest.param([], "closed", {}, "none was begun here", id="closed-before-it-began"),
        pytest.param([], "keys_removed", {}, "it runs, or cannot be told to stand still", id="keys-of-a-running-node"),
        pytest.param(["left"], "left", {"edge": "osaka"}, "of 'lyon' from", id="another-edge"),
        pytest.param([], "stopped", {"control": "none"}, "Stop it by hand", id="stopped-without-a-control"),
        pytest.param([], "left", {"artifactory_home": "/nowhere"}, "Cannot find an Artifactory node", id="no-node"),
    ],
)
def test_step_that_cannot_be_done_is_refused_before_anything_is_written(
    node: Node, done: list[str], state: str, params: dict[str, Any], says: str
) -> None:
    for one in done:
        assert step(node, one)["changed"]
    before = snapshot(node.home)

    result = step(node, state, **params)

    assert result["failed"]
    assert says in result["msg"]
    assert snapshot(node.home) == before


def test_damaged_record_is_no_guess(node: Node) -> None:
    assert step(node, "left")["changed"]
    record_file(node).write_text("{")

    result = step(node, "closed")

    assert str(record_file(node)) in result["msg"]
    assert record_file(node).read_text() == "{"

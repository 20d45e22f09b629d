# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a reset on one node; the whole is in tests/integration/test_reset_master_key.py."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import master_key_reset
from simulator.node.node import Node
from simulator.node.testing import Workbench, put, start
from unit.modules.node_cases import KEY, OTHER, observed
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

NOW, SERVICE = datetime(2026, 11, 22, tzinfo=timezone.utc), 12345
CIPHER = "JE" + "3x4mpleC1pherText" * 3
STOPS = """#!/bin/sh
case "$1" in
stop) touch '{flag}' ;;
status) test ! -e '{flag}' || exit 3 ;;
esac
"""


@pytest.fixture(params=["7", "6"])
def node(tmp_path: Path, request: pytest.FixtureRequest) -> Node:
    """A started node with a ledger, whose control script believes that it runs until it is stopped."""
    bench = Workbench(tmp_path)
    one = bench.node(generation=request.param)
    run_module("master_key", {"artifactory_home": str(one.home), "key": KEY, "control": "none"})
    start(one)
    put(one.layout.control_script, STOPS.format(flag=tmp_path / "stopped"), mode=0o755)
    return one


def step(node: Node, state: str, *, check: bool = False, **params: Any) -> dict[str, Any]:
    home = {"artifactory_home": str(node.home), "control": "artifactoryctl"}
    return run_module("master_key_reset", {**home, "state": state, **params}, check=check)


def test_reset_goes_through_its_steps_once(node: Node) -> None:
    root = (node.layout.access_keys / "root.crt").read_text()
    before = snapshot(node.home)
    assert step(node, "prepared", stop=True, check=True)["changed"]
    assert snapshot(node.home) == before

    prepared = step(node, "prepared", stop=True)
    assert (prepared["changed"], prepared["step"], prepared["drift"]) == (True, "prepared", ["step"])
    folder = Path(prepared["folder"])
    assert {path.name for path in folder.iterdir()} >= {"master.key", "root.crt", "private.key", "reset.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert not step(node, "prepared", stop=True)["changed"]

    replaced = step(node, "replaced", key=OTHER)
    assert (replaced["changed"], node.layout.master_key.read_text()) == (True, OTHER)
    assert stat.S_IMODE(node.layout.master_key.stat().st_mode) == 0o640
    assert OTHER not in json.dumps(replaced)
    assert not step(node, "replaced", key=OTHER)["changed"]
    recorded = observed(node)["ledger"]
    assert (recorded["join_key"], recorded["master_key"]["confirmed_at"]) == (None, None)

    node.database.reset_master_key(renew_ca=True)
    node.stop()
    start(node)
    assert (node.layout.access_keys / "root.crt").read_text() != root

    assert step(node, "trusted")["changed"]
    assert next(node.layout.trusted.glob("former-root-*.crt")).read_text().strip() == root.strip()
    assert not step(node, "trusted")["changed"]

    finished = step(node, "finished")
    assert finished["changed"]
    assert (Path(finished["folder"]) / "root.crt").read_text() == root
    assert not folder.exists()
    assert not step(node, "finished")["changed"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files that the service user may not read")
def test_reset_copies_no_file_that_the_service_user_could_not_read(node: Node, tmp_path: Path) -> None:
    for path in (node.home, *node.home.rglob("*")):
        os.chown(path, SERVICE, SERVICE, follow_symlinks=False)
    # As where a second name, or masterKeyFile, leads to a file of root's.
    node.layout.master_key.unlink()
    os.link(put(tmp_path / "shadow", "of root", mode=0o600), node.layout.master_key)
    before = snapshot(node.home)

    with pytest.raises(LayoutError, match=r"master\.key: it belongs to root.* cannot read it"):
        master_key_reset.prepare(layouts.require(str(node.home)), NOW)

    assert snapshot(node.home) == before


def test_reset_whose_copies_cannot_be_put_aside_says_so(node: Node) -> None:
    layout = layouts.require(str(node.home))
    reset = {"begun_at": stamp(NOW), "replaced_at": None, "trusted_at": None}

    with pytest.raises(LayoutError, match=r"Cannot rename .*/master_key_reset: .*\. Run again"):
        master_key_reset.finish(layout, reset)


def test_reset_without_a_key_leaves_it_to_the_product(node: Node) -> None:
    step(node, "prepared", stop=True)
    assert step(node, "replaced")["changed"]

    assert not node.layout.master_key.exists()
    assert observed(node)["ledger"]["master_key"] is None


def test_reset_of_a_running_node_is_refused(node: Node) -> None:
    before = snapshot(node.home)
    result = step(node, "prepared")

    assert result["failed"]
    assert "set stop to true" in result["msg"]
    assert snapshot(node.home) == before


@pytest.mark.parametrize("state", ["replaced", "trusted"])
def test_reset_step_out_of_order_is_refused(node: Node, state: str) -> None:
    before = snapshot(node.home)
    result = step(node, state)

    assert result["failed"]
    assert "is not prepared yet" in result["msg"]
    assert snapshot(node.home) == before


def test_reset_with_cipher_text_left_is_refused_before_the_key_is_replaced(node: Node) -> None:
    step(node, "prepared", stop=True)
    store = node.layout.var / ("etc/artifactory/binarystore.xml" if node.generation == "7" else "etc/binarystore.xml")
    put(store, f"<config><provider id='s3'><credential>{CIPHER}</credential></provider></config>")
    before = snapshot(node.home)
    result = step(node, "replaced", key=OTHER)

    assert result["failed"]
    assert f"/config/provider[s3]/credential in {store}" in result["msg"]
    assert CIPHER not in result["msg"]
    assert snapshot(node.home) == before


def test_node_is_not_started_between_the_first_step_and_the_new_key(node: Node) -> None:
    step(node, "prepared", stop=True)
    home = {"artifactory_home": str(node.home), "control": "artifactoryctl"}
    for check in (True, False):
        refused = run_module("artifactory_service", home, check=check)
        assert refused["failed"]
        assert "a reset of its master key is under way" in refused["msg"]

    step(node, "replaced", key=OTHER)
    assert "failed" not in run_module("artifactory_service", home)


def test_damaged_note_of_a_reset_is_an_error(node: Node) -> None:
    folder = Path(step(node, "prepared", stop=True)["folder"])
    (folder / "reset.json").write_text("{")

    assert "is damaged" in step(node, "replaced", key=OTHER)["msg"]

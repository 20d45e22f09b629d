# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""access_ca_certificate on nodes of the simulator. The five-run cycle is in test_node_modules_five_runs.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import files
from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.key_pool import POOL
from simulator.node.node import Node
from simulator.node.testing import Workbench, put, restart, start
from unit.modules.node_cases import observed
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

KEY = POOL.take()
CERTIFICATE = self_signed("lyon CA", KEY)
PAIR = {"certificate": to_pem(CERTIFICATE), "private_key": key_to_pem(KEY)}


def run(node: Node, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    result = run_module("access_ca_certificate", {"artifactory_home": str(node.home), **changes}, check=check)
    assert "PRIVATE KEY" not in str(result)
    return result


def renew(node: Node, *, needed: bool = True, **changes: Any) -> dict[str, Any]:
    return run(node, state="renewed", needed=needed, **changes)


def folder_of(node: Node) -> Path:
    return node.home / "var/bootstrap/etc/access/keys"


def marker_of(node: Node) -> Path:
    return folder_of(node) / "reset_ca_keys"


def refused(node: Node, words: str, **changes: Any) -> None:
    before = snapshot(node.home)
    result = run(node, **changes)
    assert result.get("failed"), result
    assert words in result["msg"]
    assert snapshot(node.home) == before


def test_ca_of_ones_own_waits_for_a_start_and_is_in_use_after_it(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    supplied = run(node, **PAIR)
    assert (supplied["changed"], supplied["state"], supplied["restart_due"]) == (True, "waiting", True)
    assert "load balancers have to import it" in supplied["consequences"][0]
    assert not run(node, **PAIR)["changed"]

    restart(node)
    assert sha256(node.database.ca_certificate) == sha256(CERTIFICATE)
    assert run(node, **PAIR)["drift"] == ["state"]
    assert not run(node, **PAIR)["changed"]
    assert observed(node)["ledger"]["restart_due"] == {}


def test_renewal_makes_one_new_ca_and_takes_the_marker_back(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    old = sha256(node.database.ca_certificate)
    ordered = renew(node)
    assert (ordered["changed"], ordered["state"], ordered["certificate"]) == (True, "waiting", None)
    assert marker_of(node).read_text() == ""
    assert not renew(node)["changed"]

    restart(node)
    new = sha256(node.database.ca_certificate)
    assert new != old
    done = renew(node, needed=False)
    assert (done["changed"], done["state"], done["certificate"]["sha256"]) == (True, "in_use", new)
    assert not marker_of(node).exists()

    restart(node)
    assert sha256(node.database.ca_certificate) == new
    assert not renew(node, needed=False)["changed"]


def test_renewal_that_is_not_needed_changes_nothing(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    assert not renew(node, needed=False)["changed"]
    assert not marker_of(node).exists()


@pytest.mark.parametrize("started", [False, True], ids=["before-a-start", "after-a-start"])
def test_renewal_interrupted_before_the_marker_is_finished_and_not_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: bool
) -> None:
    node = Workbench(tmp_path).started()
    write = files.write_atomically

    def killed(path: Path, text: str, **options: Any) -> None:
        if path.name == "reset_ca_keys":
            raise KeyboardInterrupt
        write(path, text, **options)

    monkeypatch.setattr(files, "write_atomically", killed)
    with pytest.raises(KeyboardInterrupt):
        renew(node)
    monkeypatch.undo()
    if started:
        restart(node)
        refused(node, "the same CA is in use", state="renewed", needed=True)
        assert renew(node, on_unknown="supply")["changed"]
    else:
        # Although the validity may not ask for it any more: what was begun is finished.
        assert renew(node, needed=False)["drift"] == ["state"]
    assert marker_of(node).exists()


def test_renewal_interrupted_after_the_start_is_not_begun_again(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    renew(node)
    restart(node)
    new = sha256(node.database.ca_certificate)
    done = renew(node)  # as if the certificate still had to be renewed
    assert (done["state"], done["certificate"]["sha256"]) == ("in_use", new)
    assert not marker_of(node).exists()


def test_renewal_of_a_node_that_was_never_started_is_refused(tmp_path: Path) -> None:
    refused(Workbench(tmp_path).node(), "its CA cannot be seen", state="renewed", needed=True)


def test_marker_of_somebody_else_is_named(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    put(marker_of(node), "")
    refused(node, "every start makes a new CA", state="renewed", needed=False)
    refused(node, "every start makes a new CA", **PAIR)


def test_own_ca_takes_back_the_marker_of_a_renewal(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    renew(node)
    result = run(node, **PAIR)
    assert "reset_ca_keys" in result["drift"]
    assert not marker_of(node).exists()
    restart(node)
    assert sha256(node.database.ca_certificate) == sha256(CERTIFICATE)
    run(node, **PAIR)
    assert not run(node, **PAIR)["changed"]


def test_renewal_that_is_taken_back_leaves_no_start_due(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node, **PAIR)
    restart(node)
    run(node, **PAIR)
    renew(node)
    assert list(observed(node)["ledger"]["restart_due"]) == ["access_ca_certificate"]
    run(node, **PAIR)
    assert observed(node)["ledger"]["restart_due"] == {}
    assert not run(node, **PAIR)["changed"]


def test_renewal_is_refused_while_a_pair_waits(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node, **PAIR)
    refused(node, "a pair waits", state="renewed", needed=True)


def test_renewal_on_one_node_of_an_ha_edge_reaches_all(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first = bench.started("osaka-1")
    second = bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    start(second)
    renew(first)
    restart(first)
    new = sha256(bench.database.ca_certificate)
    renew(first)
    restart(second)
    assert sha256(bench.database.ca_certificate) == new
    assert observed(second)["access_keys"]["ca"]["sha256"] == new
    assert not renew(second, needed=False)["changed"]


def test_ca_on_6_is_refused(tmp_path: Path) -> None:
    refused(Workbench(tmp_path).started(generation="6"), "6.x has no such CA", **PAIR)

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""token_signing_certificate on nodes of the simulator. The five-run cycle is in test_node_modules_five_runs.py."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import files
from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.key_pool import POOL
from simulator.node import FAILED
from simulator.node.node import Node
from simulator.node.testing import Workbench, put, restart, start
from unit.modules.node_cases import observed
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

KEY = POOL.take()
CERTIFICATE = self_signed("lyon token issuer", KEY)
PAIR = {"certificate": to_pem(CERTIFICATE), "private_key": key_to_pem(KEY)}
OTHER_KEY = POOL.take()
OTHER = {"certificate": to_pem(self_signed("other", OTHER_KEY)), "private_key": key_to_pem(OTHER_KEY)}


def run(node: Node, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    params = {"artifactory_home": str(node.home), **PAIR, **changes}
    result = run_module("token_signing_certificate", params, check=check)
    assert "PRIVATE KEY" not in str(result)
    return result


def waiting(node: Node) -> dict[str, str]:
    """The files in the bootstrap folder."""
    folder = node.home / "var/bootstrap/etc/access/keys"
    return {path.name: path.read_text() for path in sorted(folder.glob("*"))} if folder.is_dir() else {}


def refused(node: Node, words: str, **changes: Any) -> str:
    """The message of a run that fails and writes nothing."""
    before = snapshot(node.home)
    result = run(node, **changes)
    assert result.get("failed"), result
    assert words in result["msg"]
    assert snapshot(node.home) == before
    return str(result["msg"])


def test_pair_waits_for_a_start_and_the_previous_root_is_kept(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    previous = node.database.root_certificate
    supplied = run(node)
    assert (supplied["changed"], supplied["state"], supplied["restart_due"]) == (True, "waiting", True)
    assert supplied["drift"] == ["previous_root_trusted", "sha256", "state"]
    assert (supplied["evidence"], supplied["previous"]["kept"]) == ("copy", True)
    assert "stay valid" in supplied["consequences"][0]
    assert waiting(node) == {"private.key": PAIR["private_key"], "root.crt": PAIR["certificate"]}
    assert not run(node)["changed"]

    node.tick()
    assert list(node.database.trusted) == [sha256(previous)]
    restart(node)
    assert sha256(node.database.root_certificate) == sha256(CERTIFICATE)
    assert run(node)["drift"] == ["state"]  # the proof is noted
    after = run(node)
    assert (after["changed"], after["state"], after["consequences"]) == (False, "in_use", [])


def test_pair_of_a_node_that_was_never_started_needs_no_overlap(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    result = run(node, keep_previous=False)
    assert (result["changed"], result["consequences"]) == (True, [])
    start(node)
    assert sha256(node.database.root_certificate) == sha256(CERTIFICATE)


def test_pair_that_would_end_all_tokens_needs_an_acknowledgement(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    refused(node, "all access tokens of this Edge would end", keep_previous=False)
    result = run(node, keep_previous=False, acknowledge_tokens_end=True)
    assert result["changed"]
    assert "All access tokens that were issued so far end" in result["consequences"][0]
    assert result["previous"]["kept"] is False
    node.tick()
    assert not node.database.trusted


def test_previous_root_is_kept_by_a_later_run_while_the_pair_waits(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node, keep_previous=False, acknowledge_tokens_end=True)
    assert run(node)["drift"] == ["previous_root_trusted"]
    node.tick()
    assert node.database.trusted


@pytest.mark.parametrize("removed", [True, False], ids=["removed-by-the-product", "left-by-the-product"])
def test_private_key_does_not_stay_in_the_bootstrap_folder(tmp_path: Path, removed: bool) -> None:
    node = Workbench(tmp_path, bootstrap_certificates_removed_after_start=removed).started()
    run(node)
    restart(node)
    run(node)
    assert waiting(node) == {}
    assert not run(node)["changed"]


def test_files_have_the_modes_of_what_they_hold(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node)
    folder = node.home / "var/bootstrap/etc/access/keys"
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"root.crt": 0o644, "private.key": 0o600}


@pytest.mark.parametrize("moment", ["between-key-and-certificate", "before-the-record"])
def test_interrupted_run_is_finished_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    node = Workbench(tmp_path).started()
    place, write = files._place, files.write_atomically

    def killed_before_the_certificate(draft: files._Draft) -> None:
        path = draft.content.path
        if path.name == "root.crt" and path.parent.parent.name == "access" and "bootstrap" in path.parts:
            raise KeyboardInterrupt
        place(draft)

    def killed_before_the_record(path: Path, text: str, **options: Any) -> None:
        if path.name == "ledger.json" and waiting(node):
            raise KeyboardInterrupt
        write(path, text, **options)

    if moment == "before-the-record":
        monkeypatch.setattr(files, "write_atomically", killed_before_the_record)
    else:
        monkeypatch.setattr(files, "_place", killed_before_the_certificate)
    with pytest.raises(KeyboardInterrupt):
        run(node)
    monkeypatch.undo()
    assert "private.key" in waiting(node)

    assert run(node)["changed"]
    assert not run(node)["changed"]
    restart(node)
    assert sha256(node.database.root_certificate) == sha256(CERTIFICATE)


def test_another_wanted_pair_replaces_our_own_that_waits(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node, **OTHER)
    run(node)
    assert waiting(node) == {"private.key": PAIR["private_key"], "root.crt": PAIR["certificate"]}


def test_pair_that_is_wanted_no_more_is_taken_away_before_a_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node)
    restart(node)
    run(node)
    run(node, **OTHER)
    assert waiting(node)
    assert run(node)["changed"]
    assert waiting(node) == {}
    assert observed(node)["ledger"]["restart_due"] == {}
    assert not run(node)["changed"]


def test_pair_of_somebody_else_is_left_unless_told(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    folder = node.home / "var/bootstrap/etc/access/keys"
    put(folder / "root.crt", OTHER["certificate"])
    put(folder / "private.key", OTHER["private_key"])
    refused(node, "another pair waits for a start")
    result = run(node, on_unknown="supply")
    assert waiting(node) == {"private.key": PAIR["private_key"], "root.crt": PAIR["certificate"]}
    kept = sorted(path.read_text() for path in Path(result["backup"]).iterdir())
    assert kept == sorted(OTHER.values())


def test_pair_that_a_start_did_not_take_is_a_failure(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node)
    for name in waiting(node):
        (node.home / "var/bootstrap/etc/access/keys" / name).unlink()
    restart(node)
    refused(node, "the node has started since, but another one is in use")


def test_pair_on_6_is_refused_with_the_documented_way(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started(generation="6")
    assert "bootstrap.reset_root_keys" in refused(node, "6.x has no bootstrap folder")


def test_half_a_pair_is_refused(tmp_path: Path) -> None:
    refused(Workbench(tmp_path).started(), "belong together", private_key=None)


def test_disk_full_leaves_no_half_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = Workbench(tmp_path).started()
    sync = os.fsync

    def full(descriptor: int) -> None:
        if "bootstrap" in os.readlink(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    result = run(node)
    assert "no space left on device" in result["msg"]
    assert waiting(node) == {}


@pytest.mark.parametrize("name", ["root.crt", "private.key"])
def test_symbolic_link_in_place_of_a_file_is_never_followed(tmp_path: Path, name: str) -> None:
    node = Workbench(tmp_path).started()
    folder = node.home / "var/bootstrap/etc/access/keys"
    folder.mkdir(parents=True, exist_ok=True)
    victim = put(tmp_path / "victim", "untouched")
    (folder / name).symlink_to(victim)
    assert run(node, on_unknown="supply").get("failed")
    assert victim.read_text() == "untouched"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_files_belong_to_the_service_user(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    os.chown(node.home / "var/etc", 1030, 1030)
    run(node)
    folder = node.home / "var/bootstrap/etc/access/keys"
    assert {(path.stat().st_uid, path.stat().st_gid) for path in folder.iterdir()} == {(1030, 1030)}


def test_bad_pair_that_reached_the_node_stops_the_start_which_is_why_it_is_checked_before(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node, private_key=OTHER["private_key"])  # the action would have refused it
    node.stop()
    node.start(at_once=True)
    assert node.state == FAILED

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pytest

from simulator.certificates import to_pem
from simulator.node.node import Node
from simulator.node.testing import Workbench, put, restart
from unit.domain.issuing import ec_key, issue
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

OLD, NEW, PROXY = (issue(name, key=ec_key()) for name in ("acme CA 2026", "acme CA 2027", "some proxy"))
FACT = "tls_ca_certificate"


def item(name: str, content: str) -> dict[str, str]:
    return {"name": name, "content": content}


def supply(node: Node, *certificates: dict[str, str], check: bool = False, **params: Any) -> dict[str, Any]:
    given = {"artifactory_home": str(node.home), "certificates": list(certificates), **params}
    return run_module(FACT, given, check=check)


def folder_of(node: Node) -> Path:
    return node.layout.tls_trusted


def held(node: Node) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder_of(node).iterdir()}


def recorded(node: Node) -> dict[str, Any]:
    ledger: dict[str, Any] = json.loads((node.layout.var / "hybrid.jfrog/ledger.json").read_text())
    return ledger


@pytest.mark.parametrize("generation", ["7", "6"])
def test_tls_ca_certificates_are_written_and_a_restart_is_due(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).node(generation=generation)
    result = supply(node, item("old", OLD.pem), item("new", NEW.pem))

    assert held(node) == {"old.crt": OLD.pem, "new.crt": NEW.pem}
    assert {stat.S_IMODE(path.lstat().st_mode) for path in folder_of(node).iterdir()} == {0o644}
    assert (result["changed"], result["drift"]) == (True, ["new.crt", "old.crt"])
    assert result["certificates"] == [
        {"name": "old", "file": "old.crt", "sha256": OLD.sha256},
        {"name": "new", "file": "new.crt", "sha256": NEW.sha256},
    ]
    assert list(recorded(node)["restart_due"]) == [FACT]


def test_tls_ca_certificate_stays_through_a_restart(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    supply(node, item("old", OLD.pem))
    restart(node)

    assert held(node) == {"old.crt": OLD.pem}
    assert not supply(node, item("old", OLD.pem))["changed"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("other.pem", OLD.pem, id="another-name"),
        pytest.param("bundle.crt", PROXY.pem + OLD.pem, id="several-in-one-file"),
        pytest.param("old.crt", "subject=acme\r\n" + OLD.pem.replace("\n", "\r\n"), id="another-form"),
    ],
)
def test_tls_ca_certificate_that_is_there_in_another_way_is_in_order(tmp_path: Path, name: str, text: str) -> None:
    node = Workbench(tmp_path).node()
    put(folder_of(node) / name, text)
    before = snapshot(tmp_path)
    result = supply(node, item("old", OLD.pem))

    assert (result["changed"], result["certificates"][0]["file"]) == (False, name)
    assert snapshot(tmp_path) == before


def test_tls_ca_certificate_new_one_under_the_same_name_keeps_the_old_one_in_a_backup(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    supply(node, item("acme", OLD.pem))
    result = supply(node, item("acme", NEW.pem))

    assert held(node) == {"acme.crt": NEW.pem}
    assert result["diff"]["before"] == {"acme.crt": [OLD.sha256]}
    [backup] = result["backup_files"]
    assert Path(backup).read_text() == OLD.pem
    assert folder_of(node) not in Path(backup).parents


def test_tls_ca_certificates_of_others_are_told_and_let_be(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(folder_of(node) / "proxy.crt", PROXY.pem)
    result = supply(node, item("old", OLD.pem))

    assert set(held(node)) == {"old.crt", "proxy.crt"}
    assert (result["superfluous"], result["removed"], result["backup_files"]) == (["proxy.crt"], [], [])


def test_tls_ca_certificates_of_others_are_pruned_with_a_backup_and_other_files_are_not(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(folder_of(node) / "proxy.crt", PROXY.pem)
    put(folder_of(node) / "bundle.crt", OLD.pem + PROXY.pem)
    put(folder_of(node) / "README", "put CAs here")
    (folder_of(node) / "linked.crt").symlink_to("/etc/hostname")
    predicted = supply(node, item("old", OLD.pem), prune=True, check=True)
    result = supply(node, item("old", OLD.pem), prune=True)

    assert (folder_of(node) / "linked.crt").is_symlink()
    (folder_of(node) / "linked.crt").unlink()
    assert held(node) == {"old.crt": OLD.pem, "README": "put CAs here"}
    assert result["removed"] == predicted["removed"] == ["bundle.crt", "proxy.crt"]
    assert result["diff"] == predicted["diff"]
    assert sorted(Path(path).read_text() for path in result["backup_files"]) == sorted([PROXY.pem, OLD.pem + PROXY.pem])
    assert not supply(node, item("old", OLD.pem), prune=True)["changed"]


def test_tls_ca_certificates_pruning_alone_needs_a_restart(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(folder_of(node) / "proxy.crt", PROXY.pem)
    supply(node, prune=True)

    assert held(node) == {}
    assert list(recorded(node)["restart_due"]) == [FACT]


def test_tls_ca_certificate_of_the_node_that_signs_tokens_is_refused(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    before = snapshot(tmp_path)
    result = supply(node, item("fleet", to_pem(node.database.root_certificate)))

    assert result["failed"]
    assert "with it the node itself signs access tokens" in result["msg"]
    assert "trusted_certificate" in result["msg"]
    assert snapshot(tmp_path) == before


def test_tls_ca_certificate_of_a_peer_that_signs_tokens_is_refused(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run_module("trusted_certificate", {"artifactory_home": str(node.home), "name": "acme", "content": OLD.pem})
    waiting = supply(node, item("fleet", OLD.pem))
    node.tick()
    swallowed = supply(node, item("fleet", OLD.pem))

    assert waiting["failed"]
    assert swallowed["failed"]
    assert "with it the peer 'acme' signs access tokens" in swallowed["msg"]


def test_tls_ca_certificate_that_access_made_is_taken(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    assert supply(node, item("access", to_pem(node.database.ca_certificate)))["changed"]


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a b", "x" * 101], ids=repr)
def test_tls_ca_certificate_name_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    node = Workbench(tmp_path).node()
    before = snapshot(tmp_path)
    result = supply(node, item(name, OLD.pem))

    assert "as the name of a TLS CA certificate" in result["msg"]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"name": "old", "content": OLD.key_pem}, "it holds a private key", id="private-key"),
        pytest.param({"name": "old", "content": OLD.pem + NEW.pem}, "it holds 2 certificates", id="two"),
        pytest.param({"name": "old", "path": "/ca.pem"}, "it has no content", id="path-of-the-controller"),
    ],
)
def test_tls_ca_certificate_without_the_controllers_check_is_refused(
    tmp_path: Path, given: dict[str, str], words: str
) -> None:
    node = Workbench(tmp_path).node()
    before = snapshot(tmp_path)
    result = supply(node, given)

    assert words in result["msg"]
    assert snapshot(tmp_path) == before


def a_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "words"), [(a_link, "it is a symbolic link"), (a_folder, "it is no plain file")], ids=["link", "folder"]
)
def test_tls_ca_certificate_something_else_in_place_of_the_file_nothing_is_written_or_lost(
    tmp_path: Path, make: Any, words: str
) -> None:
    node = Workbench(tmp_path).node()
    put(folder_of(node) / "proxy.crt", PROXY.pem)
    make(folder_of(node) / "new.crt")
    before = snapshot(tmp_path)
    result = supply(node, item("old", OLD.pem), item("new", NEW.pem), prune=True)

    assert f"Cannot write {folder_of(node) / 'new.crt'}: {words}" in result["msg"]
    assert without_times(snapshot(tmp_path)) == without_times(before)


def test_tls_ca_certificate_full_disk_nothing_is_written_or_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Workbench(tmp_path).node()
    put(folder_of(node) / "proxy.crt", PROXY.pem)
    before = snapshot(tmp_path)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = supply(node, item("old", OLD.pem), prune=True)

    assert "no space left on device. Correct that on the node" in result["msg"]
    assert without_times(snapshot(tmp_path)) == without_times(before)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_tls_ca_certificate_folder_of_somebody_else_nothing_is_written_or_lost() -> None:
    with tempfile.TemporaryDirectory() as name:
        node = Workbench(Path(name)).node()
        put(folder_of(node) / "proxy.crt", PROXY.pem)
        for path in (Path(name), *Path(name).rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        before = snapshot(Path(name))
        os.seteuid(65534)
        try:
            result = supply(node, item("old", OLD.pem), prune=True)
        finally:
            os.seteuid(0)

        assert "this user may not. Run the task with become: true" in result["msg"]
        assert snapshot(Path(name)) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_tls_ca_certificate_folder_that_the_service_cannot_look_into_nothing_is_written_or_lost(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    os.chown(node.layout.var / "etc", 54321, 54321)
    put(folder_of(node) / "proxy.crt", PROXY.pem)
    folder_of(node).chmod(0o700)
    before = snapshot(tmp_path)
    result = supply(node, item("old", OLD.pem), prune=True)

    assert "so the service user 54321 cannot look into it" in result["msg"]
    assert snapshot(tmp_path) == before


def without_times(seen: dict[str, Any]) -> dict[str, Any]:
    """A file that was staged and taken away again changes the time of its folder."""
    return {name: (mode, uid, gid, content) for name, (mode, uid, gid, _time, content) in seen.items()}

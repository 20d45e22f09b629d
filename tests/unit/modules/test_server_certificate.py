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

from simulator.node.node import Node
from simulator.node.testing import Workbench, put, start
from unit.domain.issuing import Issued, issue, server
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

CA = issue("acme CA")
FIRST, SECOND = server(CA), server(CA)
FACT = "server_certificate"


def supply(node: Node, issued: Issued, *, check: bool = False, **params: Any) -> dict[str, Any]:
    given = {"artifactory_home": str(node.home), "certificate": issued.pem, "private_key": issued.key_pem, **params}
    result = run_module(FACT, given, check=check)
    assert issued.key_pem.splitlines()[3] not in json.dumps({**result, "invocation": None})
    return result


def folder_of(node: Node) -> Path:
    return node.layout.var / "bootstrap/router/keys"


def recorded(node: Node) -> dict[str, Any]:
    ledger: dict[str, Any] = json.loads((node.layout.var / "hybrid.jfrog/ledger.json").read_text())
    return ledger


def test_server_certificate_pair_is_written_recorded_and_a_restart_is_due(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    result = supply(node, FIRST)

    assert {
        path.name: (path.read_text(), stat.S_IMODE(path.lstat().st_mode)) for path in folder_of(node).iterdir()
    } == {
        "custom-server.crt": (FIRST.pem, 0o644),
        "custom-server.key": (FIRST.key_pem, 0o600),
    }
    assert (result["changed"], result["drift"], result["verdict"]["state"]) == (True, ["sha256"], "drifted")
    assert result["certificate"] == {"sha256": FIRST.sha256}
    entry = recorded(node)["certificates"][FACT]
    assert (entry["sha256"], entry["confirmed_at"]) == (FIRST.sha256, None)
    assert list(recorded(node)["restart_due"]) == [FACT]


def test_server_certificate_waiting_for_the_start_is_in_order(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    supply(node, FIRST)
    again = supply(node, FIRST)

    assert (again["changed"], again["verdict"]["state"]) == (False, "in_order")
    assert again["evidence"] == {
        "served": None,
        "error": None,
        "pending": FIRST.sha256,
        "recorded": FIRST.sha256,
    }


@pytest.mark.parametrize("removed", [True, False])
def test_server_certificate_is_in_order_after_the_start_without_tls(tmp_path: Path, removed: bool) -> None:
    node = Workbench(tmp_path, server_certificate_removed_after_start=removed).node()
    pair = server(CA, "127.0.0.1")
    supply(node, pair)
    start(node)

    assert (folder_of(node) / "custom-server.crt").exists() is not removed
    assert not supply(node, pair)["changed"]


def test_server_certificate_new_one_keeps_the_old_pair_in_a_backup(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    supply(node, FIRST)
    result = supply(node, SECOND)

    assert result["diff"]["before"] == {"sha256": FIRST.sha256}
    assert (folder_of(node) / "custom-server.key").read_text() == SECOND.key_pem
    kept = {Path(path).read_text(): stat.S_IMODE(Path(path).stat().st_mode) for path in result["backup_files"]}
    assert kept == {FIRST.pem: 0o644, FIRST.key_pem: 0o600}
    assert folder_of(node) not in {Path(path).parent for path in result["backup_files"]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("custom-server.key", SECOND.key_pem, id="another-key"),
        pytest.param("custom-server.key", None, id="no-key"),
        pytest.param("custom-server.crt", SECOND.pem, id="another-certificate"),
        pytest.param("custom-server.crt", "rubbish", id="rubbish"),
    ],
)
def test_server_certificate_pair_that_is_not_whole_any_more_is_supplied_again(
    tmp_path: Path, name: str, text: str | None
) -> None:
    node = Workbench(tmp_path).node()
    put(folder_of(node) / "custom-server.crt", FIRST.pem)
    put(folder_of(node) / "custom-server.key", FIRST.key_pem)
    if text is None:
        (folder_of(node) / name).unlink()
    else:
        put(folder_of(node) / name, text)
    assert supply(node, FIRST)["changed"]
    assert not supply(node, FIRST)["changed"]


@pytest.mark.parametrize(
    ("system_yaml", "params", "words"),
    [
        pytest.param("10.9.9.9", {"names": ["10.20.0.5"]}, "which is 10.9.9.9 in system.yaml", id="other-address"),
        pytest.param("10.20.0.5", {"names": ["10.20.0.5"]}, None, id="its-address"),
        pytest.param(None, {"names": ["10.20.0.5"]}, None, id="no-address"),
        pytest.param("10.9.9.9", {"names": ["10.20.0.5"], "address": "10.20.0.5"}, None, id="checked-before"),
    ],
)
def test_server_certificate_has_to_be_the_nodes(
    tmp_path: Path, system_yaml: str | None, params: dict[str, Any], words: str | None
) -> None:
    node = Workbench(tmp_path).node()
    if system_yaml:
        put(node.layout.var / "etc/system.yaml", f"shared:\n  node:\n    ip: {system_yaml}\n")
    before = snapshot(tmp_path)
    result = supply(node, FIRST, **params)

    if words is None:
        assert result["changed"]
    else:
        assert words in result["msg"]
        assert snapshot(tmp_path) == before


def test_server_certificate_whose_ca_the_services_do_not_go_by_is_refused(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    before = snapshot(tmp_path)
    predicted = supply(node, FIRST, issuer_sha256=CA.sha256, check=True)
    refused = supply(node, FIRST, issuer_sha256=CA.sha256)

    assert predicted["changed"]
    [warning] = predicted["warnings"]
    assert "Unless tls_ca_certificate gives it to them before, the certificate is refused" in warning
    assert "Give the CA to tls_ca_certificate first" in refused["msg"]
    assert snapshot(tmp_path) == before

    put(node.layout.tls_trusted / "acme.crt", CA.pem)
    assert supply(node, FIRST, issuer_sha256=CA.sha256)["changed"]


@pytest.mark.parametrize("place", ["etc/access/keys", "bootstrap/etc/access/keys"], ids=["in-use", "waiting"])
def test_server_certificate_of_accesss_own_ca_needs_no_file_for_it(tmp_path: Path, place: str) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.var / place / "ca.crt", CA.pem)
    assert supply(node, FIRST, issuer_sha256=CA.sha256)["changed"]


def test_server_certificate_6x_is_refused(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node(generation="6")
    before = snapshot(tmp_path)
    result = supply(node, FIRST)

    assert result["failed"]
    assert "Artifactory 6.x has no router that could take one" in result["msg"]
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("missing", ["certificate", "private_key"])
def test_server_certificate_without_the_controllers_part_is_refused(tmp_path: Path, missing: str) -> None:
    node = Workbench(tmp_path).node()
    assert f"{missing} is missing" in supply(node, FIRST, **{missing: None})["msg"]


def a_link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("name", ["custom-server.crt", "custom-server.key"])
@pytest.mark.parametrize(
    ("make", "words"), [(a_link, "it is a symbolic link"), (a_folder, "it is no plain file")], ids=["link", "folder"]
)
def test_server_certificate_something_else_in_place_of_a_file_nothing_is_written_or_lost(
    tmp_path: Path, make: Any, words: str, name: str
) -> None:
    node = Workbench(tmp_path).node()
    supply(node, FIRST)
    (folder_of(node) / name).unlink()
    make(folder_of(node) / name)
    before = snapshot(tmp_path)
    result = supply(node, SECOND)

    assert words in result["msg"]
    assert str(folder_of(node) / name) in result["msg"]
    assert snapshot(tmp_path) == before


def test_server_certificate_full_disk_nothing_is_written_or_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Workbench(tmp_path).node()
    supply(node, FIRST)
    before = without_times(snapshot(tmp_path))

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = supply(node, SECOND)

    assert "no space left on device. Correct that on the node" in result["msg"]
    assert without_times(snapshot(tmp_path)) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_server_certificate_folder_of_somebody_else_nothing_is_written_or_lost() -> None:
    with tempfile.TemporaryDirectory() as name:
        node = Workbench(Path(name)).node()
        put(folder_of(node) / "custom-server.crt", FIRST.pem)
        put(folder_of(node) / "custom-server.key", FIRST.key_pem)
        for path in (Path(name), *Path(name).rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        before = snapshot(Path(name))
        os.seteuid(65534)
        try:
            result = supply(node, SECOND)
        finally:
            os.seteuid(0)

        assert "this user may not. Run the task with become: true" in result["msg"]
        assert snapshot(Path(name)) == before


def test_server_certificate_killed_between_key_and_certificate_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Workbench(tmp_path).node()
    supply(node, FIRST)
    rename = os.rename

    def dying(source: str, target: str, **folders: int) -> None:
        if target.endswith(".crt"):
            raise KeyboardInterrupt
        rename(source, target, **folders)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", dying)
        with pytest.raises(KeyboardInterrupt):
            supply(node, SECOND)
    # A start now finds no certificate with the key of another one.
    assert [path.name for path in folder_of(node).iterdir()] == ["custom-server.key"]
    assert supply(node, SECOND)["changed"]
    assert not supply(node, SECOND)["changed"]


def test_server_certificate_killed_while_it_replaces_somebody_else_s_is_supplied_again_although_it_was_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Workbench(tmp_path).node()
    supply(node, FIRST)
    put(folder_of(node) / "custom-server.crt", SECOND.pem)
    rename = os.rename

    def dying(source: str, target: str, **folders: int) -> None:
        if target.endswith(".crt"):
            raise KeyboardInterrupt
        rename(source, target, **folders)

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", dying)
        with pytest.raises(KeyboardInterrupt):
            supply(node, FIRST)
    assert supply(node, FIRST)["changed"]
    assert (folder_of(node) / "custom-server.crt").read_text() == FIRST.pem


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_server_certificate_folder_that_the_service_cannot_look_into_nothing_is_written_or_lost(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    os.chown(node.layout.var / "etc", 54321, 54321)
    put(folder_of(node) / "custom-server.crt", FIRST.pem)
    folder_of(node).chmod(0o700)
    before = snapshot(tmp_path)
    result = supply(node, SECOND)

    assert "so the service user 54321 cannot look into it" in result["msg"]
    assert snapshot(tmp_path) == before


def without_times(seen: dict[str, Any]) -> dict[str, Any]:
    """A file that was staged and taken away again changes the time of its folder."""
    return {name: (mode, uid, gid, content) for name, (mode, uid, gid, _time, content) in seen.items()}

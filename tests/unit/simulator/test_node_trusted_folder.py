# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder that swallows certificates (node-files.md 3, 3.1, Traps 1 and 14)."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from simulator import certificates
from simulator.key_pool import POOL
from simulator.node import Node
from simulator.node.testing import Workbench, put, restart

KEY = POOL.take()
PEER = certificates.self_signed("Acme", KEY)
OTHER = certificates.self_signed("Globex", POOL.take())
PEM = certificates.to_pem(PEER)
BARE = base64.b64encode(PEER.public_bytes(Encoding.DER)).decode()

generations = pytest.mark.parametrize("generation", ["7", "6"])


def trusted(bench: Workbench) -> dict[str, x509.Certificate]:
    return bench.database.trusted


def drop(node: Node, text: str, name: str = "acme.crt") -> Path:
    return put(node.layout.trusted / name, text)


@generations
def test_certificate_is_imported_and_its_file_deleted(tmp_path: Path, generation: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started(generation=generation)
    path = drop(node, PEM)
    node.tick()
    assert trusted(bench) == {certificates.sha256(PEER): PEER}
    assert not path.exists()
    assert f"Imported trusted certificate from {path}" in node.logs.text("jfac")


def test_import_takes_its_time(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, trusted_import_delay=20.0)
    node = bench.started()
    path = drop(node, PEM)
    for _ in range(3):
        node.tick()
        bench.timer.advance(9.0)
        assert path.exists()
        assert trusted(bench) == {}
    node.tick()
    assert not path.exists()
    assert trusted(bench) == {certificates.sha256(PEER): PEER}


def test_file_taken_away_before_the_import_is_not_trusted(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, trusted_import_delay=20.0)
    node = bench.started()
    path = drop(node, PEM)
    node.tick()
    path.unlink()
    bench.timer.advance(30.0)
    node.tick()
    assert trusted(bench) == {}


def test_file_that_comes_back_waits_again(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, trusted_import_delay=20.0)
    node = bench.started()
    path = drop(node, PEM)
    node.tick()
    path.unlink()
    bench.timer.advance(15.0)
    node.tick()
    drop(node, PEM)
    node.tick()
    bench.timer.advance(15.0)
    node.tick()
    assert path.exists()


def test_file_renamed_into_the_folder_is_imported(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    node.tick()
    staged = put(node.layout.access_keys / ".staged", PEM)
    os.rename(staged, node.layout.trusted / "acme.crt")
    node.tick()
    assert list(trusted(bench)) == [certificates.sha256(PEER)]


def test_file_that_leaves_no_mark_on_the_folder_time_is_imported(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    node.tick()
    time = node.layout.trusted.stat().st_mtime_ns
    drop(node, PEM)
    os.utime(node.layout.trusted, ns=(time, time))
    node.tick()
    assert list(trusted(bench)) == [certificates.sha256(PEER)]


def test_pending_file_waits_anew_after_a_restart(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, trusted_import_delay=20.0)
    node = bench.started()
    path = drop(node, PEM)
    node.tick()
    bench.timer.advance(15.0)
    restart(node)
    node.tick()
    bench.timer.advance(15.0)
    node.tick()
    assert path.exists()


def test_several_files_are_imported(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    drop(node, PEM)
    drop(node, certificates.to_pem(OTHER), "globex.crt")
    node.tick()
    assert set(trusted(bench)) == {certificates.sha256(PEER), certificates.sha256(OTHER)}


@pytest.mark.parametrize("stop", [pytest.param(True, id="stopped"), pytest.param(False, id="never-started")])
def test_nothing_is_imported_while_the_node_does_not_run(tmp_path: Path, stop: bool) -> None:
    bench = Workbench(tmp_path)
    node = bench.started() if stop else bench.node()
    node.stop()
    path = drop(node, PEM)
    node.tick()
    assert path.exists()
    assert trusted(bench) == {}


def test_file_from_before_the_start_is_imported(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    node.stop()
    drop(node, PEM)
    restart(node)
    node.tick()
    assert list(trusted(bench)) == [certificates.sha256(PEER)]


def test_one_ha_node_is_enough(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    restart(second)
    drop(second, PEM)
    second.tick()
    assert list(first.database.trusted) == [certificates.sha256(PEER)]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("nonsense", "it holds no certificate in PEM form", id="garbage"),
        pytest.param("", "it holds no certificate in PEM form", id="empty"),
        pytest.param(BARE, "it holds no certificate in PEM form", id="bare-base64"),
        pytest.param(certificates.key_to_pem(KEY), "it holds a private key", id="private-key"),
        pytest.param(PEM + certificates.key_to_pem(KEY), "it holds a private key", id="certificate-and-key"),
        pytest.param(PEM + certificates.to_pem(OTHER), "it holds 2 certificates", id="several"),
        pytest.param(PEM.replace("CERTIFICATE", "PUBLIC KEY"), "something else than a certificate", id="public-key"),
        pytest.param(
            "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n", "it is damaged", id="damaged"
        ),
        pytest.param(PEM[:300], "it holds no certificate in PEM form", id="half-written"),
    ],
)
def test_unusable_file_stays_with_a_log_line(tmp_path: Path, text: str, why: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    path = drop(node, text)
    node.tick()
    node.tick()
    assert path.read_text() == text
    assert trusted(bench) == {}
    (line,) = [line for line in node.logs.text("jfac").splitlines() if "was not imported" in line]
    assert str(path) in line
    assert why in line


def test_refused_file_is_tried_again_when_it_changes(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    drop(node, PEM[:300])
    node.tick()
    drop(node, PEM)
    node.tick()
    node.tick()
    assert list(trusted(bench)) == [certificates.sha256(PEER)]


@pytest.mark.parametrize(
    ("switches", "name", "content"),
    [
        pytest.param({"trusted_accepts_pem": True}, "acme.pem", PEM.encode(), id="pem"),
        pytest.param({"trusted_accepts_pem": True}, "acme.cer", PEM.encode(), id="cer"),
        pytest.param({"trusted_accepts_der": True}, "acme.crt", PEER.public_bytes(Encoding.DER), id="der"),
        pytest.param({"trusted_accepts_der": True}, "acme.crt", BARE.encode(), id="bare-base64"),
    ],
)
@pytest.mark.parametrize("on", [pytest.param(True, id="on"), pytest.param(False, id="off")])
def test_unconfirmed_form_is_imported_only_with_its_switch(
    tmp_path: Path, switches: dict[str, bool], name: str, content: bytes, on: bool
) -> None:
    bench = Workbench(tmp_path, **(switches if on else {}))
    node = bench.started()
    path = node.layout.trusted / name
    path.write_bytes(content)
    node.tick()
    assert (certificates.sha256(PEER) in trusted(bench)) is on
    assert path.exists() is not on


def test_bundle_is_imported_whole_with_its_switch(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, trusted_accepts_bundles=True)
    node = bench.started()
    path = drop(node, PEM + certificates.to_pem(OTHER))
    node.tick()
    assert set(trusted(bench)) == {certificates.sha256(PEER), certificates.sha256(OTHER)}
    assert not path.exists()


@pytest.mark.parametrize("swallowed", [pytest.param(True, id="swallowed"), pytest.param(False, id="stays")])
def test_certificate_that_is_trusted_already_does_no_harm(tmp_path: Path, swallowed: bool) -> None:
    bench = Workbench(tmp_path, trusted_swallows_duplicates=swallowed)
    node = bench.started()
    bench.database.trust(PEER)
    path = drop(node, PEM)
    node.tick()
    assert trusted(bench) == {certificates.sha256(PEER): PEER}
    assert path.exists() is not swallowed


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    (node.layout.trusted / "folder.crt").mkdir()
    (node.layout.trusted / "nowhere.crt").symlink_to(tmp_path / "nowhere")
    drop(node, PEM)
    node.tick()
    assert list(trusted(bench)) == [certificates.sha256(PEER)]
    assert sorted(path.name for path in node.layout.trusted.iterdir()) == ["folder.crt", "nowhere.crt"]


def test_tls_trust_folder_is_left_alone(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    path = put(node.layout.tls_trusted / "ca.crt", PEM)
    node.tick()
    restart(node)
    node.tick()
    assert path.read_text() == PEM
    assert trusted(bench) == {}


def test_folder_that_was_removed_does_no_harm(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    node.layout.trusted.rmdir()
    node.tick()
    assert node.state == "running"
    restart(node)
    assert node.layout.trusted.is_dir()

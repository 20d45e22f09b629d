# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The master key at start: made, taken, refused, forgotten (node-files.md 2)."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.node import FAILED, RUNNING
from simulator.node.testing import Workbench, put, restart, start

KEY = "5c" * 32
OTHER = "a1" * 32
MISMATCH = {
    "7": "Master key checksum mismatch. Aborting initialization",
    "6": "Master key mismatch. The provided master.key file does't match the DB fingerprint",
}
MISSING = "Found existing master key fingerprint in the DB, without master.key file"

generations = pytest.mark.parametrize("generation", ["7", "6"])


@generations
def test_first_start_without_a_key_makes_one(tmp_path: Path, generation: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started(generation=generation)
    key = node.layout.master_key.read_text()
    assert len(key) == {"7": 64, "6": 32}[generation]
    assert set(key) <= set("0123456789abcdef")
    assert bench.database.master_key_fingerprint is not None
    assert key not in bench.database.master_key_fingerprint


@generations
def test_key_given_before_first_start_is_used_and_stays_plain(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).node(generation=generation)
    put(node.layout.master_key, KEY)
    start(node)
    restart(node)
    assert node.layout.master_key.read_text() == KEY


@generations
def test_other_key_on_a_started_node_fails_the_start(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).started(generation=generation)
    node.stop()
    node.layout.master_key.write_text(OTHER)
    node.start(at_once=True)
    assert node.state == FAILED
    assert node.reason is not None
    assert node.reason.startswith(MISMATCH[generation])
    assert MISMATCH[generation] in node.logs.text("jfac")
    assert node.health() is None


def test_mismatch_prints_both_fingerprints_and_no_key(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    node.stop()
    node.layout.master_key.write_text(OTHER)
    node.start(at_once=True)
    log = node.logs.text()
    assert f"DB fingerprint: {bench.database.master_key_fingerprint}, local fingerprint: " in log
    assert OTHER not in log


@generations
def test_missing_key_on_a_started_node_fails_the_start(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).started(generation=generation)
    node.stop()
    node.layout.master_key.unlink()
    node.start(at_once=True)
    assert (node.state, node.reason) == (FAILED, MISSING)
    assert not node.layout.master_key.exists()


def test_missing_key_lets_the_other_services_wait_for_it(tmp_path: Path) -> None:
    node = Workbench(tmp_path, key_pending_timeout="5m0s").started()
    node.stop()
    node.layout.master_key.unlink()
    node.start(at_once=True)
    log = node.logs.text("jfrou")
    assert "- Master key is missing. Pending for 30 seconds with 5m0s timeout\n" in log
    assert "failed resolving 'shared.security.masterKey' key; file does not exist: " in log


def test_right_key_put_back_heals_the_node(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    key = node.layout.master_key.read_text()
    node.stop()
    node.layout.master_key.write_text(OTHER)
    node.start(at_once=True)
    node.layout.master_key.write_text(key)
    node.start(at_once=True)
    assert (node.state, node.reason) == (RUNNING, None)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param(None, MISSING, id="without-a-key"),
        pytest.param(OTHER, MISMATCH["7"], id="with-another-key"),
    ],
)
def test_second_ha_node_refuses_to_start(tmp_path: Path, given: str | None, reason: str) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")
    if given is not None:
        put(second.layout.master_key, given)
    second.start(at_once=True)
    assert second.state == FAILED
    assert second.reason is not None
    assert second.reason.startswith(reason)
    assert first.state == RUNNING


def test_second_ha_node_with_the_first_ones_key_starts(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    start(second)
    assert second.layout.master_key.read_text() == first.layout.master_key.read_text()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("ab" * 24, id="48-digits"),
        pytest.param("g" * 64, id="not-hexadecimal"),
        pytest.param("ab" * 32 + "\n", id="line-end"),
        pytest.param("", id="empty"),
    ],
)
def test_bad_text_fails_the_start(tmp_path: Path, text: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    put(node.layout.master_key, text)
    node.start(at_once=True)
    assert node.state == FAILED
    assert node.reason == "Invalid master key: 32 or 64 hexadecimal digits are expected"
    assert bench.database.master_key_fingerprint is None


def test_line_end_is_stripped_when_the_switch_says_so(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, key_line_end_stripped=True)
    node = bench.node()
    put(node.layout.master_key, KEY + "\n")
    start(node)
    node.stop()
    node.layout.master_key.write_text(KEY)
    start(node)


@pytest.mark.parametrize(
    ("matters", "state"), [pytest.param(True, FAILED, id="matters"), pytest.param(False, RUNNING, id="does-not")]
)
def test_case_of_the_key_counts_as_the_switch_says(tmp_path: Path, matters: bool, state: str) -> None:
    node = Workbench(tmp_path, key_case_matters=matters).node()
    put(node.layout.master_key, KEY)
    start(node)
    node.stop()
    node.layout.master_key.write_text(KEY.upper())
    node.start(at_once=True)
    assert node.state == state


@pytest.mark.parametrize(
    ("version", "stays"),
    [pytest.param("7.29.7", False, id="since-7.29.7"), pytest.param("7.29.6", True, id="not-before")],
)
def test_external_key_is_deleted_once_all_services_are_up(tmp_path: Path, version: str, stays: bool) -> None:
    node = Workbench(tmp_path).node(version=version)
    put(node.layout.master_key, KEY)
    assert node.layout.system_yaml is not None
    node.layout.system_yaml.write_text("shared:\n  security:\n    masterKeyExternal: true\n")
    start(node)
    assert node.layout.master_key.exists() is stays


def test_external_key_is_needed_before_every_restart(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.master_key, KEY)
    assert node.layout.system_yaml is not None
    node.layout.system_yaml.write_text("shared:\n  security:\n    masterKeyExternal: true\n")
    start(node)
    node.restart(at_once=True)
    assert (node.state, node.reason) == (FAILED, MISSING)
    node.layout.master_key.write_text(KEY)
    start(node)


def test_external_key_stays_until_access_is_up(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.master_key, KEY)
    assert node.layout.system_yaml is not None
    node.layout.system_yaml.write_text("shared:\n  security:\n    masterKeyExternal: true\n")
    node.crash_at = "access_up"
    node.start(at_once=True)
    assert node.layout.master_key.read_text() == KEY

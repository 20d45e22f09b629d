# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the product reads from system.yaml and writes back (node-files.md 1.2, 9, Traps 7, 10, 17)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from simulator.node import FAILED, Node, cipher
from simulator.node.testing import Workbench, put, restart, start

KEY = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4
MASTER = "ab" * 32


def write(node: Node, text: str) -> None:
    assert node.layout.system_yaml is not None
    node.layout.system_yaml.write_text(text)


def read(node: Node) -> str:
    assert node.layout.system_yaml is not None
    return node.layout.system_yaml.read_text()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"shared:\n  security:\n    joinKey: {KEY}\n", id="plain"),
        pytest.param(f'shared:\n  security:\n    joinKey: "{KEY}"\n', id="quoted"),
        pytest.param(f"shared:\n    security:\n        # mine\n        joinKey: '{KEY}'  # here\n", id="commented"),
        pytest.param(f"shared:\n  security: {{joinKey: {KEY}}}\n", id="flow-style"),
    ],
)
def test_join_key_before_first_start_is_used_and_encrypted_in_place(tmp_path: Path, text: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    write(node, text)
    start(node)
    assert bench.database.join_key == KEY
    stored = yaml.safe_load(read(node))["shared"]["security"]["joinKey"]
    assert stored.startswith("JE")
    assert cipher.decrypt(node.layout.master_key.read_text(), stored) == KEY
    assert KEY not in read(node)


def test_encryption_in_place_keeps_comments_order_and_other_values(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    write(
        node,
        "## top\nconfigVersion: 1\nshared:\n  database:\n    username: art\n    password: s3cret\n"
        f"  # keys\n  security:\n    joinKey: {KEY}\n  node:\n    ip: 192.0.2.7\nother:\n  joinKey: not-a-secret\n",
    )
    start(node)
    before_password, rest = read(node).split("    password: ")
    assert before_password == "## top\nconfigVersion: 1\nshared:\n  database:\n    username: art\n"
    assert rest.startswith("JE")
    assert rest.split("\n", 1)[1].split("joinKey: JE")[0] == "  # keys\n  security:\n    "
    assert rest.endswith("\n  node:\n    ip: 192.0.2.7\nother:\n  joinKey: not-a-secret\n")


def test_encrypted_file_is_not_rewritten_at_the_next_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    write(node, f"shared:\n  security:\n    joinKey: {KEY}\n")
    start(node)
    once = read(node)
    restart(node)
    assert read(node) == once


def test_file_without_secrets_stays_as_it_is(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    fresh = read(node)
    start(node)
    assert read(node) == fresh


@pytest.mark.parametrize(
    ("position", "state"),
    [pytest.param("ignored", "running", id="ignored"), pytest.param("refused", FAILED, id="refused")],
)
@pytest.mark.parametrize("setting", ["joinKey", "masterKey"])
def test_key_after_first_start_does_not_change_the_key(tmp_path: Path, setting: str, position: str, state: str) -> None:
    bench = Workbench(tmp_path, system_yaml_key_after_first_start=position)
    node = bench.started()
    join_key, master_key = bench.database.join_key, node.layout.master_key.read_text()
    node.stop()
    write(node, f"shared:\n  security:\n    {setting}: {OTHER}\n")
    node.start(at_once=True)
    assert node.state == state
    assert bench.database.join_key == join_key
    assert node.layout.master_key.read_text() == master_key


def test_master_key_before_first_start_becomes_the_file(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    write(node, f"shared:\n  security:\n    masterKey: {MASTER}\n")
    start(node)
    assert node.layout.master_key.read_text() == MASTER
    assert MASTER not in read(node)
    restart(node)


def test_master_key_in_the_file_is_kept_when_the_switch_says_so(tmp_path: Path) -> None:
    node = Workbench(tmp_path, system_yaml_master_key_encrypted=False).node()
    text = f"shared:\n  security:\n    masterKey: {MASTER}\n"
    write(node, text)
    start(node)
    assert read(node) == text


def test_key_files_can_be_elsewhere(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    master = put(tmp_path / "keys/master.key", MASTER)
    join = put(tmp_path / "keys/join.key", KEY)
    write(node, f"shared:\n  security:\n    masterKeyFile: {master}\n    joinKeyFile: {join}\n")
    start(node)
    assert bench.database.master_key_fingerprint == cipher.fingerprint(MASTER)
    assert bench.database.join_key == KEY
    assert cipher.decrypt(MASTER, join.read_text()) == KEY
    assert not node.layout.master_key.exists()
    assert not node.layout.live_join_key.exists()


def test_join_key_value_wins_over_its_file(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    join = put(tmp_path / "join.key", OTHER)
    write(node, f"shared:\n  security:\n    joinKey: {KEY}\n    joinKeyFile: {join}\n")
    start(node)
    assert bench.database.join_key == KEY


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("shared: [", "it is not valid YAML", id="broken"),
        pytest.param("- a\n- b\n", "it is not a mapping", id="list"),
        pytest.param("shared:\n  security:\n    joinKey: " + "1" * 32 + "\n", "Invalid join key", id="key-is-a-number"),
        pytest.param(
            "shared:\n  security:\n    masterKey: " + "1" * 32 + "\n", "Invalid master key", id="master-number"
        ),
    ],
)
def test_unusable_file_fails_the_start(tmp_path: Path, text: str, reason: str) -> None:
    node = Workbench(tmp_path).node()
    write(node, text)
    node.start(at_once=True)
    assert node.state == FAILED
    assert node.reason is not None
    assert reason in node.reason
    assert reason in node.logs.text("jfac")


def test_node_id_is_shown_on_the_health_page(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    write(node, "shared:\n  node:\n    id: edge-0\n")
    start(node)
    health = node.health()
    assert health is not None
    assert health[1]["router"]["node_id"] == "edge-0"


def test_environment_of_the_simulator_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JF_SHARED_SECURITY_JOINKEY", KEY)
    bench = Workbench(tmp_path)
    bench.started()
    assert bench.database.join_key != KEY

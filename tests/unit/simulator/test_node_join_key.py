# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The join key: bootstrap file, database and live copy (node-files.md 1)."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.node import FAILED, RUNNING, Node, cipher
from simulator.node.testing import Workbench, put, restart, start

KEY = "0f" * 32
OTHER = "e1" * 16

generations = pytest.mark.parametrize("generation", ["7", "6"])


def live(node: Node) -> str:
    return node.layout.live_join_key.read_text()


def decrypted(node: Node) -> str:
    return cipher.decrypt(node.layout.master_key.read_text(), live(node))


def bootstrap(node: Node, text: str) -> Path:
    return put(node.layout.bootstrap_join_key, text)


@pytest.mark.parametrize(("generation", "length"), [pytest.param("7", 64, id="7.x"), pytest.param("6", 32, id="6.x")])
def test_first_start_makes_a_key(tmp_path: Path, generation: str, length: int) -> None:
    bench = Workbench(tmp_path)
    bench.started(generation=generation)
    assert bench.database.join_key is not None
    assert len(bench.database.join_key) == length


def test_live_file_is_cipher_text_of_the_database_key(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    assert live(node).startswith("JE")
    assert decrypted(node) == bench.database.join_key


def test_live_file_is_encrypted_anew_at_every_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    once, key = live(node), decrypted(node)
    restart(node)
    assert live(node) != once
    assert decrypted(node) == key


@pytest.mark.parametrize(
    ("encrypted", "shown"), [pytest.param(False, True, id="plain"), pytest.param(True, False, id="encrypted")]
)
def test_live_file_of_6x_is_what_the_switch_says(tmp_path: Path, encrypted: bool, shown: bool) -> None:
    bench = Workbench(tmp_path, live_join_key_encrypted_on_6x=encrypted)
    node = bench.started(generation="6")
    assert (live(node) == bench.database.join_key) is shown


@generations
def test_bootstrap_key_before_first_start_is_used(tmp_path: Path, generation: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.node(generation=generation)
    bootstrap(node, KEY)
    start(node)
    assert bench.database.join_key == KEY


@generations
def test_bootstrap_key_replaces_an_existing_one(tmp_path: Path, generation: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started(generation=generation)
    bootstrap(node, OTHER)
    restart(node)
    assert bench.database.join_key == OTHER
    assert (live(node) if generation == "6" else decrypted(node)) == OTHER


@generations
def test_bootstrap_key_is_read_only_at_start(tmp_path: Path, generation: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started(generation=generation)
    before = bench.database.join_key, live(node)
    path = bootstrap(node, KEY)
    node.tick()
    assert (bench.database.join_key, live(node)) == before
    assert path.read_text() == KEY


@generations
@pytest.mark.parametrize("removed", [pytest.param(True, id="removed"), pytest.param(False, id="kept")])
def test_bootstrap_file_goes_as_the_switch_says(tmp_path: Path, generation: str, removed: bool) -> None:
    node = Workbench(tmp_path, bootstrap_join_key_removed_after_start=removed).node(generation=generation)
    path = bootstrap(node, KEY)
    start(node)
    assert path.exists() is not removed


def test_kept_bootstrap_file_forces_its_key_at_each_restart(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, bootstrap_join_key_removed_after_start=False)
    node = bench.node()
    bootstrap(node, KEY)
    start(node)
    bench.database.join_key = OTHER
    restart(node)
    assert bench.database.join_key == KEY


def test_bootstrap_file_is_announced_with_its_path(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    assert "Bootstrap joinKey found" not in node.logs.text()
    path = bootstrap(node, KEY)
    restart(node)
    assert f" - Bootstrap joinKey found in [{path}:]. Deleting original\n" in node.logs.text()
    assert f" - Cluster join: Join key loaded successfully (from: {path})\n" in node.logs.text("jfac")


def test_restart_without_bootstrap_file_loads_from_the_database(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    node.layout.access_log.unlink()
    restart(node)
    assert " - Cluster join: Join key loaded successfully (from: database)\n" in node.logs.text("jfac")


def test_services_join_with_the_key(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    event = bench.database.service("jfevt")
    assert f" - Cluster join: Successfully joined {event} with node id lyon-1\n" in node.logs.text("jfevt")
    assert " - Cluster join: Successfully joined the cluster\n" in node.logs.text("jfrt")


BAD_KEYS = [
    pytest.param("ab" * 24, id="48-digits"),
    pytest.param("ab" * 15, id="30-digits"),
    pytest.param("not-a-hexadecimal-key-at-all-000", id="not-hexadecimal"),
    pytest.param(" " + KEY, id="leading-space"),
    pytest.param("\ufeff" + KEY, id="byte-order-mark"),
]


@generations
@pytest.mark.parametrize("text", [*BAD_KEYS, pytest.param(KEY + "\r\n", id="line-end"), pytest.param("", id="empty")])
def test_bad_bootstrap_key_fails_the_start_and_changes_nothing(tmp_path: Path, generation: str, text: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started(generation=generation)
    before = bench.database.join_key
    path = bootstrap(node, text)
    node.restart(at_once=True)
    assert node.state == FAILED
    assert node.reason == "Invalid join key: 32 or 64 hexadecimal digits are expected"
    assert node.reason in node.logs.text("jfac")
    assert bench.database.join_key == before
    assert path.exists()


@pytest.mark.parametrize("text", BAD_KEYS)
def test_odd_key_is_taken_when_the_switch_says_so(tmp_path: Path, text: str) -> None:
    bench = Workbench(tmp_path, odd_key_text_accepted=True)
    node = bench.node()
    bootstrap(node, text)
    start(node)
    assert bench.database.join_key == text
    assert node.join_refused is False


def test_line_end_is_stripped_when_the_switch_says_so(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, key_line_end_stripped=True)
    node = bench.node()
    bootstrap(node, KEY + "\n")
    start(node)
    assert bench.database.join_key == KEY


def test_folder_in_the_place_of_the_key_fails_the_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.layout.bootstrap_join_key.mkdir(parents=True)
    node.start(at_once=True)
    assert (node.state, node.reason) == (FAILED, f"Is a directory: {node.layout.bootstrap_join_key}")


def test_failed_access_lets_the_others_wait_for_the_join_key(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    bootstrap(node, "nonsense")
    node.restart(at_once=True)
    assert "- Cluster join: Join key is missing. Pending for 30 seconds with 2m0s timeout\n" in node.logs.text("jfrou")
    assert "- Cluster join: Join key is missing. Pending for 30 seconds with 2m0s timeout\n" in node.logs.text("jfmd")
    assert "[FATAL]" in node.logs.text("jfrou")
    assert (
        "- Cluster join: Failed resolving join key: failed resolving 'shared.security.joinKey' key; "
        f"file does not exist: {node.layout.live_join_key}\n" in node.logs.text("jfrou")
    )
    assert (
        "- Application could not be initialized: Cluster join: Failed resolving join key; Missing join key\n"
        in node.logs.text("jfrt")
    )


def test_edited_live_file_changes_nothing(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    before = bench.database.join_key
    node.layout.live_join_key.write_text(OTHER)
    restart(node)
    assert bench.database.join_key == before
    assert decrypted(node) == before
    log = node.logs.text("jfac")
    assert "duplicate key value violates unique constraint" in log
    assert "Key (config_name)=(shared.security.joinKey) already exists" in log
    assert log.rstrip().count("(from: database)") == 2


@pytest.mark.parametrize(
    ("taken", "same"), [pytest.param(True, True, id="taken"), pytest.param(False, False, id="not")]
)
def test_plain_live_file_before_first_start_is_what_the_switch_says(tmp_path: Path, taken: bool, same: bool) -> None:
    bench = Workbench(tmp_path, plain_live_join_key_taken_at_first_start=taken)
    node = bench.node()
    put(node.layout.live_join_key, KEY)
    start(node)
    assert (bench.database.join_key == KEY) is same
    assert decrypted(node) == bench.database.join_key


def test_key_replaced_in_the_database_leaves_only_access_healthy(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    bench.database.join_key = OTHER
    node.tick()
    assert node.service_states == {
        "jfrt": "UNHEALTHY",
        "jfac": "HEALTHY",
        "jfmd": "UNHEALTHY",
        "jffe": "UNHEALTHY",
        "jfevt": "UNHEALTHY",
        "jfob": "UNHEALTHY",
    }
    health = node.health()
    assert health is not None
    assert (health[0], health[1]["router"]["state"]) == (503, "UNHEALTHY")
    assert node.state == RUNNING
    line = "- Cluster join: Retry 1: Service registry join failed, will retry\n"
    assert [code for code in ("jfac", "jfrou", "jfmd", "jfevt", "jffe") if line in node.logs.text(code)] == [
        "jfrou",
        "jfmd",
        "jfevt",
        "jffe",
    ]


def test_refused_services_retry_without_flooding_the_log(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    bench.database.join_key = OTHER
    for _ in range(5):
        node.tick()
    assert "Retry 1:" in node.logs.text()
    assert "Retry 2:" not in node.logs.text()


def test_services_join_as_soon_as_the_database_has_their_key_again(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    right = bench.database.join_key
    for key in (OTHER, right, right):
        bench.database.join_key = key
        node.tick()
    for code in ("jfrou", "jfmd", "jfevt", "jffe"):
        line = f"Cluster join: Successfully joined {bench.database.service(code)} with node id lyon-1"
        lines = [text.split(" - ")[1] for text in node.logs.text(code).splitlines() if "Cluster join: " in text]
        assert lines == [line, "Cluster join: Retry 1: Service registry join failed, will retry", line]


def test_retries_are_counted_anew_after_the_services_had_joined(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    right = bench.database.join_key
    for key in (OTHER, OTHER, right, OTHER):
        bench.database.join_key = key
        node.tick()
        bench.timer.advance(1.0)
    lines = [line.split(" - ")[1] for line in node.logs.text("jfmd").splitlines() if "Retry" in line]
    assert lines == [f"Cluster join: Retry {number}: Service registry join failed, will retry" for number in (1, 2, 1)]


def test_restart_heals_with_the_key_of_the_database(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    bench.database.join_key = OTHER
    restart(node)
    assert decrypted(node) == OTHER
    health = node.health()
    assert health is not None
    assert health[0] == 200


def test_rotation_on_one_ha_node_reaches_the_other_at_its_restart(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.started("osaka-1"), bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    start(second)
    bootstrap(first, KEY)
    restart(first)
    assert (first.join_refused, second.join_refused) == (False, True)
    restart(second)
    assert decrypted(second) == KEY
    assert (first.join_refused, second.join_refused) == (False, False)


@pytest.mark.parametrize(
    ("matters", "refused"), [pytest.param(True, True, id="matters"), pytest.param(False, False, id="does-not")]
)
def test_case_of_the_key_counts_as_the_switch_says(tmp_path: Path, matters: bool, refused: bool) -> None:
    bench = Workbench(tmp_path, key_case_matters=matters)
    node = bench.node()
    bootstrap(node, KEY)
    start(node)
    bench.database.join_key = KEY.upper()
    assert node.join_refused is refused


def race(bench: Workbench, *nodes: Node) -> None:
    """Start nodes side by side, each step of one before the next step of the other."""
    bench.switches.start_duration = 10.0
    for node in nodes:
        node.start()
    for _ in range(11):
        for node in nodes:
            node.tick()
        bench.timer.advance(1.0)


def test_live_file_of_6x_is_output_only(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node(generation="6")
    put(node.layout.live_join_key, KEY)
    start(node)
    assert bench.database.join_key != KEY
    assert live(node) == bench.database.join_key


def test_two_first_starts_at_once_end_with_one_join_key(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.node("osaka-1"), bench.node("osaka-2")
    for node in (first, second):
        put(node.layout.master_key, "77" * 32)
    race(bench, first, second)
    assert (first.state, second.state) == (RUNNING, RUNNING)
    assert "duplicate key value violates unique constraint" not in first.logs.text("jfac")
    assert "duplicate key value violates unique constraint" in second.logs.text("jfac")
    assert decrypted(first) == decrypted(second) == bench.database.join_key


def test_two_first_starts_at_once_without_master_key_leave_one_node_down(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.node("osaka-1"), bench.node("osaka-2")
    race(bench, first, second)
    assert (first.state, second.state) == (RUNNING, FAILED)


def test_version_before_6_8_has_no_join_key(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node(generation="6", version="6.7.3")
    path = bootstrap(node, KEY)
    start(node)
    assert bench.database.join_key is None
    assert not node.layout.live_join_key.exists()
    assert path.exists()
    assert node.join_refused is False


def test_log_never_shows_the_key(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    bootstrap(node, KEY)
    start(node)
    assert KEY not in node.logs.text()

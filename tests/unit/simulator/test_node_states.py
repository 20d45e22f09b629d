# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node's states, its health while they change, crashes, threads (node-files.md 1.8, 8; control-plane-api.md 5.1)."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest

from simulator import certificates
from simulator.node import FAILED, RUNNING, STARTING, STOPPED, Node, cipher
from simulator.node.sequence import steps_of
from simulator.node.testing import Workbench, put, start

KEY = "0f" * 32


def status_code(node: Node) -> int | None:
    health = node.health()
    return None if health is None else health[0]


def test_start_returns_before_anything_has_happened(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.start()
    assert node.status() == {"node": "lyon-1", "state": STARTING, "reason": None}
    assert not node.layout.master_key.exists()
    assert node.health() is None


def test_health_follows_the_start(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, start_duration=3.0)
    node = bench.node()
    node.start()
    seen = []
    for _ in range(4):
        node.tick()
        states = node.service_states
        seen.append((status_code(node), states["jfrt"], states["jfac"], states["jfmd"], node.state))
        bench.timer.advance(1.01)
    assert seen == [
        (None, "UNHEALTHY", "UNHEALTHY", "UNHEALTHY", STARTING),
        (503, "UNHEALTHY", "UNHEALTHY", "UNHEALTHY", STARTING),
        (503, "HEALTHY", "UNHEALTHY", "UNHEALTHY", STARTING),
        (200, "HEALTHY", "HEALTHY", "HEALTHY", RUNNING),
    ]


def test_healthy_page_has_the_documented_shape(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    health = node.health()
    assert health is not None
    assert health[0] == 200
    assert health[1]["router"] == {"node_id": "lyon-1", "state": "HEALTHY", "message": "OK"}
    assert health[1]["services"] == [
        {"service_id": bench.database.service(code), "node_id": "lyon-1", "state": "HEALTHY", "message": "OK"}
        for code in ("jfrt", "jfac", "jfmd", "jffe", "jfevt", "jfob")
    ]


def test_unhealthy_page_has_the_same_shape(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, start_duration=3.0)
    node = bench.node()
    node.start()
    bench.timer.advance(2.0)
    node.tick()
    health = node.health()
    assert health is not None
    assert health[0] == 503
    assert health[1]["router"]["state"] == "UNHEALTHY"
    assert [(set(service), service["state"]) for service in health[1]["services"]][:2] == [
        ({"service_id", "node_id", "state", "message"}, "HEALTHY"),
        ({"service_id", "node_id", "state", "message"}, "UNHEALTHY"),
    ]


def test_6x_has_no_router(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started(generation="6")
    assert node.service_states == {"jfrt": "HEALTHY", "jfac": "HEALTHY"}
    assert status_code(node) == 404


@pytest.mark.parametrize("generation", ["7", "6"])
def test_stopped_node_listens_to_nobody(tmp_path: Path, generation: str) -> None:
    node = Workbench(tmp_path).started(generation=generation)
    node.stop()
    assert (node.state, node.health(), node.service_states) == (STOPPED, None, {})


def test_stop_in_the_middle_of_a_start_ends_it(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, start_duration=3.0)
    node = bench.node()
    node.start()
    bench.timer.advance(0.5)
    node.tick()
    node.stop()
    bench.timer.advance(10.0)
    node.tick()
    assert node.state == STOPPED
    assert node.layout.master_key.exists()
    assert not node.layout.live_join_key.exists()


def test_start_of_a_running_node_does_nothing(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    live = node.layout.live_join_key.read_text()
    node.start(at_once=True)
    assert node.layout.live_join_key.read_text() == live


def test_restart_is_stop_and_start(tmp_path: Path) -> None:
    bench = Workbench(tmp_path, start_duration=3.0)
    node = bench.node()
    node.start(at_once=True)
    live = node.layout.live_join_key.read_text()
    node.restart()
    assert (node.state, node.health()) == (STARTING, None)
    bench.timer.advance(3.0)
    node.tick()
    assert node.state == RUNNING
    assert node.layout.live_join_key.read_text() != live


def test_failed_node_says_why_until_it_is_started_again(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    key = node.layout.master_key.read_text()
    node.layout.master_key.unlink()
    node.restart(at_once=True)
    assert node.status() == {
        "node": "lyon-1",
        "state": FAILED,
        "reason": "Found existing master key fingerprint in the DB, without master.key file",
    }
    assert (node.health(), node.service_states) == (None, {})
    node.layout.master_key.write_text(key)
    start(node)
    assert node.status()["reason"] is None


def test_wait_follows_a_start_to_its_end(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.start()
    assert node.wait() == RUNNING


CRASHES = [pytest.param(g, step.name, id=f"{g}.x-{step.name}") for g in ("7", "6") for step in steps_of(g)]


@pytest.mark.parametrize(("generation", "step"), CRASHES)
def test_crash_leaves_a_state_that_the_next_start_finishes(tmp_path: Path, generation: str, step: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.started(generation=generation)
    put(node.layout.bootstrap_join_key, KEY)
    node.crash_at = step
    node.restart(at_once=True)
    assert node.state == FAILED
    assert node.reason == f"the process died during the start, before step '{step}'"
    assert node.health() is None
    names = node.steps
    stored = names.index(step) > names.index("store_join_key")
    assert (bench.database.join_key == KEY) is stored
    start(node)
    assert bench.database.join_key == KEY
    live = node.layout.live_join_key.read_text()
    assert (live if generation == "6" else cipher.decrypt(node.layout.master_key.read_text(), live)) == KEY


def test_crash_between_bootstrap_file_and_database_leaves_no_live_key(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    path = put(node.layout.bootstrap_join_key, KEY)
    node.crash_at = "store_join_key"
    node.restart(at_once=True)
    assert path.exists()
    assert not node.layout.live_join_key.exists()


def test_lines_have_the_documented_shape_in_utc(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    bench.clock.skew["lyon"] = -3600.0
    node = bench.started()
    shape = re.compile(
        r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.\d{3}Z \[[a-z ]{5}\] \[(INFO|WARN|ERROR|FATAL) ?\] "
        r"\[[0-9a-f ]{16}\] \[\S+ *\] \[main +\] - \S.*"
    )
    # The effective configuration is one message of many lines.
    setting = re.compile(r"\S+ \((File|Default Value|Applicative Resolution|Environment Variable: \S+)\): .*")
    lines = [line for line in node.logs.text().splitlines() if not setting.fullmatch(line)]
    matches = [shape.fullmatch(line) for line in lines]
    assert matches
    assert all(matches)
    assert matches[0] is not None
    assert abs(bench.clock.now("lyon").timestamp() - _epoch(matches[0][1])) < 60


def _epoch(text: str) -> float:
    from datetime import datetime, timezone

    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc).timestamp()


def test_combined_log_holds_the_lines_of_all_services(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    combined = set(node.logs.text().splitlines())
    for code in ("jfac", "jfrt", "jfrou", "jfmd", "jfevt"):
        lines = node.logs.text(code).splitlines()
        assert lines
        assert set(lines) <= combined


def test_6x_writes_to_its_own_log_files(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started(generation="6")
    node.layout.master_key.write_text("ab" * 16)
    node.restart(at_once=True)
    assert node.layout.access_log == node.home / "access/logs/access.log"
    assert "Master key mismatch." in node.layout.access_log.read_text()


def test_calls_from_many_threads_end_in_a_running_node(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    problems: list[BaseException] = []

    def hammer(call: int) -> None:
        try:
            for _ in range(15):
                (node.restart, node.tick, node.health, node.stop, node.status)[call]()
        except BaseException as exc:
            problems.append(exc)

    threads = [threading.Thread(target=hammer, args=(number % 5,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10.0)
    assert not any(thread.is_alive() for thread in threads)
    assert problems == []
    node.start(at_once=True)
    node.wait()
    assert node.state == RUNNING


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        pytest.param(
            "etc/access/access.config.patch.yml",
            b"bootstrap-token-delete-in-minutes: soon\n",
            "could not convert string to float: 'soon'",
            id="number",
        ),
        pytest.param("etc/access/bootstrap.creds", b"admin=\xff\n", "'utf-8' codec can't decode", id="text"),
    ],
)
def test_start_fails_where_a_file_holds_what_nobody_can_read(
    tmp_path: Path, file: str, content: bytes, reason: str
) -> None:
    node = Workbench(tmp_path).started()
    node.mint_token = lambda **_: "token"
    node.stop()
    put(node.layout.var / "bootstrap/etc/access/keys/generate.token.json", "")
    path = put(node.layout.var / file, "", mode=0o600)
    path.write_bytes(content)
    node.start(at_once=True)
    assert (node.state, (node.reason or "").startswith(reason)) == ("failed", True)


def test_start_at_once_ends_one_that_is_under_way(tmp_path: Path) -> None:
    node = Workbench(tmp_path, start_duration=60).node()
    node.start()
    node.tick()
    assert node.state == STARTING
    node.start(at_once=True)
    assert node.state == RUNNING


def test_settings_that_yaml_takes_for_numbers_are_text(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.var / "etc/system.yaml", "shared:\n  node:\n    id: 5\n")
    node.start(at_once=True)
    assert (node.state, node.node_id) == ("running", "5")


@pytest.mark.parametrize("what", ["a-file-in-its-place", "nothing-in-its-place"])
def test_watched_folder_may_go_and_come_back(tmp_path: Path, what: str) -> None:
    node = Workbench(tmp_path).started()
    shutil.rmtree(node.layout.trusted)
    if what == "a-file-in-its-place":
        node.layout.trusted.write_text("")
    node.tick()
    if what == "a-file-in-its-place":
        node.layout.trusted.unlink()
    certificate = node.layout.access_keys / "root.crt"
    put(node.layout.trusted / "peer.crt", certificate.read_text())
    node.tick()
    assert list(node.database.trusted) == [certificates.sha256(node.database.root_certificate)]
    assert list(node.layout.trusted.iterdir()) == []

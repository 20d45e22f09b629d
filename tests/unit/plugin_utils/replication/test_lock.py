# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of a mesh: one run at a time, and what becomes of a run that died."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.lock import Lock, LockError

BEGIN = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = BEGIN

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def lock(path: Path, time: Time, owner: str = "first", warned: list[str] | None = None) -> Lock:
    warned = [] if warned is None else warned
    return Lock(str(path), owner=owner, seconds=60, clock=Clock(now=lambda: time.now), warn=warned.append)


def test_second_run_is_told_who_has_the_lock_and_changes_nothing(tmp_path: Path) -> None:
    path, time = tmp_path / "mesh.lock", Time()
    with lock(path, time).held():
        before = path.read_text()
        with pytest.raises(LockError, match=r"first does, since") as refused, lock(path, time, "second").held():
            pass
        assert "until 2026-07-01T12:01:00.000Z" in refused.value.msg
        assert path.read_text() == before
    assert os.listdir(tmp_path) == []


def test_lock_is_for_its_owner_only(tmp_path: Path) -> None:
    with lock(tmp_path / "mesh.lock", Time()).held():
        assert (tmp_path / "mesh.lock").stat().st_mode & 0o777 == 0o600


def test_lock_of_a_run_that_died_is_taken_over_when_it_has_expired_and_the_run_that_lives_on_stops(
    tmp_path: Path,
) -> None:
    path, time, warned = tmp_path / "mesh.lock", Time(), []
    with lock(path, time).held() as first:
        time.pass_by(61)
        with lock(path, time, "second", warned).held() as second:
            with pytest.raises(LockError, match="taken over by second"):
                first.renew()
            second.renew()
            assert len(warned) == 1
            assert "It was held by first" in warned[0]
    assert os.listdir(tmp_path) == []


def test_run_that_renews_its_lock_keeps_it(tmp_path: Path) -> None:
    path, time = tmp_path / "mesh.lock", Time()
    with lock(path, time).held() as first:
        time.pass_by(50)
        first.renew()
        time.pass_by(50)
        with pytest.raises(LockError), lock(path, time, "second").held():
            pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"owner": "x"}', '{"expires": "never"}'])
def test_lock_that_cannot_be_read_has_expired(tmp_path: Path, content: str) -> None:
    path, warned = tmp_path / "mesh.lock", []
    path.write_text(content)

    with lock(path, Time(), warned=warned).held():
        assert len(warned) == 1


def test_of_many_runs_at_once_one_has_the_lock(tmp_path: Path) -> None:
    path, time = tmp_path / "mesh.lock", Time()
    inside, most, refused = [], [], []
    start = threading.Barrier(8)

    def run(name: str) -> None:
        start.wait()
        try:
            with lock(path, time, name).held():
                inside.append(name)
                most.append(len(inside))
                start_over.wait(0.05)
                inside.remove(name)
        except LockError:
            refused.append(name)

    start_over = threading.Event()
    threads = [threading.Thread(target=run, args=(f"run-{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(most) == {1}
    assert len(most) + len(refused) == 8
    assert os.listdir(tmp_path) == []


HOLD = """
import sys, time
sys.path.insert(0, sys.argv[2])
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.lock import Lock
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
with Lock(sys.argv[1], owner="another", seconds=3600, clock=Clock(), warn=print).held():
    print("held", flush=True)
    time.sleep(60)
"""


def test_lock_of_a_run_that_was_killed_on_this_host_is_taken_over_at_once_and_no_sooner(tmp_path: Path) -> None:
    path, warned = tmp_path / "mesh.lock", []
    real = {"owner": "second", "seconds": 60, "clock": Clock(), "warn": warned.append}
    command = [sys.executable, "-c", HOLD, str(path), str(Path(__file__).resolve().parents[4] / ".venv/collections")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"held\n"
        with pytest.raises(LockError, match="another does, since"), Lock(str(path), **real).held():
            pass
        run.kill()
        os.waitid(os.P_PID, run.pid, os.WEXITED | os.WNOWAIT)
        with Lock(str(path), **real).held():
            assert len(warned) == 1
            assert "It was held by another" in warned[0]
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "process",
    [
        pytest.param("", id="not-told"),
        pytest.param("other-boot pid:[1] 4194304 1", id="another-host"),
        pytest.param("nonsense", id="nonsense"),
    ],
)
def test_lock_of_a_process_of_which_nothing_can_be_told_is_respected(tmp_path: Path, process: str) -> None:
    path = tmp_path / "mesh.lock"
    with lock(path, Time()).held():
        path.write_text(json.dumps({**json.loads(path.read_text()), "process": process}))
        with pytest.raises(LockError), lock(path, Time(), "second").held():
            pass


def test_folder_that_cannot_be_made_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LockError, match="Choose a folder"), lock(tmp_path / "file/mesh.lock", Time()).held():
        pass

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from unit.node.node_tree import put, seven

KEY = "0123456789abcdef0123456789abcdef"
# Stands in for systemctl: it tells what it was told, and answers from a file beside it.
SYSTEMCTL = """#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/asked"
case "$1" in show) cat "$here/state" ;; *) exit 0 ;; esac
"""


def script(layout: Layout, body: str) -> Path:
    return put(layout.control_script, f"#!/bin/sh\n{body}\n", 0o755)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return layouts.require(str(seven(tmp_path)))


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A host on which systemd runs, as far as this code can see."""
    folder = tmp_path / "bin"
    put(folder / "systemctl", SYSTEMCTL, 0o755)
    put(folder / "state", "LoadState=loaded\nActiveState=active\n")
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(services, "SYSTEMD_RUNS", tmp_path)
    return folder


def test_find_auto_without_systemd_takes_the_script(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "SYSTEMD_RUNS", tmp_path / "not-here")
    assert services.find(layout, "auto").control == "none"
    script(layout, "exit 0")
    assert services.find(layout, "auto").control == "artifactoryctl"
    assert services.find(None, "auto").control == "none"


def test_find_auto_with_systemd_takes_a_unit_that_exists(layout: Layout, systemctl: Path) -> None:
    script(layout, "exit 0")
    assert services.find(layout, "auto", "artifactory.service").control == "systemd"
    put(systemctl / "state", "LoadState=not-found\nActiveState=inactive\n")
    assert services.find(layout, "auto", "artifactory.service").control == "artifactoryctl"


@pytest.mark.parametrize("control", ["systemd", "artifactoryctl", "none"])
def test_find_what_was_asked_for(layout: Layout, control: str) -> None:
    assert services.find(layout, control).control == control


@pytest.mark.parametrize(
    ("state", "running"),
    [
        ("active", True),
        ("activating", True),
        ("reloading", True),
        ("inactive", False),
        ("failed", False),
        ("deactivating", False),
    ],
)
def test_systemd_running_by_the_unit_state(systemctl: Path, state: str, running: bool) -> None:
    put(systemctl / "state", f"LoadState=loaded\nActiveState={state}\n")
    assert services.SystemdUnit("artifactory.service").running() is running


def test_systemd_that_does_not_answer_tells_nothing(systemctl: Path) -> None:
    put(systemctl / "state", "")
    assert services.SystemdUnit("artifactory.service").running() is None


def test_systemd_orders_name_the_unit_after_the_options(systemctl: Path) -> None:
    unit = services.SystemdUnit("--now")
    unit.start()
    unit.restart()
    unit.stop()
    assert (systemctl / "asked").read_text() == "start -- --now\nrestart -- --now\nstop -- --now\n"


@pytest.mark.parametrize(("code", "running"), [(0, True), (1, False), (3, False)])
def test_script_running_by_its_exit_code(layout: Layout, code: int, running: bool) -> None:
    script(layout, f"exit {code}")
    assert services.find(layout, "artifactoryctl").running() is running


def test_script_restart_stops_and_starts(layout: Layout, tmp_path: Path) -> None:
    script(layout, f'echo "$@" >> {tmp_path}/asked')
    services.find(layout, "artifactoryctl").restart()
    assert (tmp_path / "asked").read_text() == "stop\nstart\n"


@pytest.mark.parametrize("control", ["none", "command"])
def test_stop_is_refused_where_only_others_can(layout: Layout, control: str) -> None:
    with pytest.raises(ServiceError, match=f"the control {control} has no way to"):
        services.find(layout, control, command=["true"]).stop()


def test_failing_order_quotes_the_output_without_secrets(layout: Layout) -> None:
    script(layout, f"echo 'no space left, {KEY}' >&2; exit 7")
    with pytest.raises(ServiceError) as caught:
        services.find(layout, "artifactoryctl").start()
    assert f"'{layout.control_script} start' ended with 7 and said: no space left, …." in caught.value.msg
    assert KEY not in caught.value.msg


def test_missing_script_is_a_designed_error(layout: Layout) -> None:
    with pytest.raises(ServiceError) as caught:
        services.find(layout, "artifactoryctl").start()
    assert "cannot be run (no such file or directory)" in caught.value.msg


def test_order_that_leaves_a_process_behind_does_not_wait_for_it(layout: Layout) -> None:
    script(layout, "sleep 20 & exit 0")
    begun = time.monotonic()
    services.find(layout, "artifactoryctl").start()
    assert time.monotonic() - begun < 5


def test_order_that_hangs_ends_in_time(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "ORDER_SECONDS", 0.2)
    script(layout, "exec sleep 20")
    with pytest.raises(ServiceError) as caught:
        services.find(layout, "artifactoryctl").start()
    assert "did not end within 0.2 seconds" in caught.value.msg


def test_own_command_is_run_without_a_shell(tmp_path: Path) -> None:
    marker = tmp_path / "$(touch injected)"
    service = services.find(None, "command", command=[str(shutil.which("touch")), str(marker)])
    assert service.running() is None
    service.restart()
    assert marker.exists()
    assert not Path("injected").exists()


def test_no_control_starts_nothing_and_says_so() -> None:
    service = services.find(None, "none")
    assert service.running() is None
    with pytest.raises(ServiceError) as caught:
        service.restart()
    assert "no control is set" in caught.value.msg


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_script_is_run_as_the_service_user(tmp_path: Path, layout: Layout) -> None:
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o755)
    os.chown(layout.configuration, 1030, 1031)
    (tmp_path / "out").mkdir()
    os.chown(tmp_path / "out", 1030, 1031)
    script(layout, f"touch {tmp_path}/out/made; id -G > {tmp_path}/out/groups")
    services.find(layout, "artifactoryctl").start()

    made = (tmp_path / "out/made").stat()
    assert (made.st_uid, made.st_gid) == (1030, 1031)
    assert (tmp_path / "out/groups").read_text().split() == ["1031"]

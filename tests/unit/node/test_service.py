# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import re
import shutil
import time
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import commands
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.account import Account
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from unit.node.node_tree import put, seven

KEY = "0123456789abcdef0123456789abcdef"
# Stands in for systemctl: it tells what it was told, and answers from a file beside it.
SYSTEMCTL = """#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/asked"
case "$1" in show) cat "$here/state" ;; *) cat "$here/refusal" 2>/dev/null && exit 1; exit 0 ;; esac
"""
JOURNALCTL = """#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/journal.asked"
case "$1" in --sync) exit 1 ;; *) cat "$here/journal" ;; esac
"""
FAILED_JOB = """\
Job for artifactory.service failed because the control process exited with error code.
See "systemctl status artifactory.service" and "journalctl -xeu artifactory.service" for details.
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
    put(folder / "journalctl", JOURNALCTL, 0o755)
    put(folder / "journal", "")
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


@pytest.mark.parametrize("load_state", ["masked", "bad-setting", "error"])
def test_find_auto_with_a_unit_that_cannot_start_does_not_go_behind_its_back(
    layout: Layout, systemctl: Path, load_state: str
) -> None:
    script(layout, "exit 0")
    put(systemctl / "state", f"LoadState={load_state}\nActiveState=inactive\n")
    assert services.find(layout, "auto").control == "systemd"


def test_find_auto_takes_the_script_where_systemd_does_not_answer(layout: Layout, systemctl: Path) -> None:
    script(layout, "exit 0")
    put(systemctl / "state", "Failed to connect to bus: No such file or directory\n")
    assert services.find(layout, "auto").control == "artifactoryctl"


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


def test_systemd_refusal_quotes_the_journal_without_routine_and_secrets(systemctl: Path) -> None:
    put(systemctl / "refusal", FAILED_JOB)
    noted = (
        "Starting artifactory.service",
        f"no licence in {KEY}.",
        "no licence in x",
        "no licence in x",
        "x.service: Consumed 1s",
    )
    put(systemctl / "journal", "\n".join(noted))
    with pytest.raises(ServiceError) as caught:
        services.SystemdUnit("artifactory.service").restart()
    assert caught.value.msg == (
        "Cannot restart the service of the node: systemd says of artifactory.service: Job for artifactory.service "
        "failed because the control process exited with error code. Its journal says: no licence in … | no licence "
        "in x. Look at 'systemctl status artifactory.service' on the node."
    )
    asked = (systemctl / "journal.asked").read_text().splitlines()
    assert asked[0] == "--sync"
    assert re.fullmatch(r"--quiet .* --since=@\d+ --unit=artifactory\.service", asked[1])
    assert abs(time.time() - int(asked[1].partition("@")[2].split()[0])) < 60


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        pytest.param(
            "Failed to restart x.service: Unit x.service is masked.",
            "Somebody has masked the unit. When it may run again: systemctl unmask x.service.",
            id="masked",
        ),
        pytest.param(
            "Failed to restart x.service: Interactive authentication required.\nSee system logs and 'systemctl status "
            "x.service' for details.",
            "This user may not. Run the task with become: true, or set another control.",
            id="not-allowed",
        ),
        pytest.param(
            "Failed to restart x.service: Unit x.service has a bad unit file setting.",
            "Look at 'systemctl status x.service' on the node.",
            id="anything-else",
        ),
    ],
)
def test_systemd_refusal_tells_what_to_do(systemctl: Path, refusal: str, remedy: str) -> None:
    put(systemctl / "refusal", refusal)
    (systemctl / "journalctl").unlink()
    put(systemctl / "journalctl", "#!/bin/sh\nexit 1\n", 0o755)
    with pytest.raises(ServiceError) as caught:
        services.SystemdUnit("x.service").restart()
    said = refusal.splitlines()[0].rstrip(".")
    assert caught.value.msg == f"Cannot restart the service of the node: systemd says of x.service: {said}. {remedy}"


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
    monkeypatch.setattr(commands, "ORDER_SECONDS", 0.2)
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


def test_command_of_root_runs_as_the_service_user_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/root")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    changed = commands.as_account(Account(1030, 1031))
    assert {key: changed[key] for key in ("user", "group", "extra_groups", "cwd")} == {
        "user": 1030,
        "group": 1031,
        "extra_groups": [1031],
        "cwd": "/",
    }
    assert {name: changed["env"][name] for name in ("HOME", "USER", "LOGNAME")} == {
        "HOME": "/",
        "USER": "1030",
        "LOGNAME": "1030",
    }
    assert changed["env"]["PATH"] == os.environ["PATH"]


def test_command_of_another_user_is_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert commands.as_account(Account(1030, 1030)) == {}

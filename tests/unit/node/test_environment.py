# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the environment of a node's service says, by all three witnesses."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import environment
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.service import Service, SystemdUnit
from simulator.node.testing import Workbench, restart, start
from unit.node.node_tree import put, seven, six

SECRET = "marked-s3cret"
UNIT = SystemdUnit("artifactory.service")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return layouts.require(str(seven(tmp_path)))


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A systemctl that answers with a text."""
    folder = tmp_path / "bin"
    put(folder / "systemctl", f'#!/bin/sh\ncat "{folder}/answer"\n', 0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def answer(text: str) -> None:
        put(folder / "answer", text)

    answer("")
    return answer


def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pid: int, command: str, entries: dict[str, str]) -> None:
    """A process as the kernel shows it."""
    put(tmp_path / "proc" / str(pid) / "cmdline", f"/bin/sh\0{command}\0")
    put(tmp_path / "proc" / str(pid) / "environ", "".join(f"{name}={value}\0" for name, value in entries.items()))
    monkeypatch.setattr(environment, "_PROCESS_FILES", str(tmp_path / "proc"))


def test_unit_and_its_files_are_read_by_name(tmp_path: Path, layout: Layout, systemctl: Callable[[str], None]) -> None:
    put(
        tmp_path / "default",
        f"# JF_NOT_THIS=1\nJF_ROUTER_PROXY_HTTPURL='http://u:{SECRET}@p:1'\nexport http_proxy=http://p:1\nrubbish\n",
    )
    systemctl(
        f'Environment=JF_SHARED_NODE_ID=a "JF_SHARED_DATABASE_PASSWORD={SECRET} x" HTTPS_PROXY=http://u:{SECRET}@p:1 '
        f"NO_PROXY=localhost,192.0.2.0/24,\nEnvironmentFiles={tmp_path}/default (ignore_errors=yes)\n"
        f"EnvironmentFiles={tmp_path}/nothing (ignore_errors=yes)\nMainPID=0\n"
    )
    seen = environment.observe(layout, UNIT)

    assert seen == {
        "overrides": ["JF_ROUTER_PROXY_HTTPURL", "JF_SHARED_DATABASE_PASSWORD", "JF_SHARED_NODE_ID"],
        "proxies": ["HTTPS_PROXY", "http_proxy"],
        "no_proxy": ["192.0.2.0/24", "localhost"],
    }
    assert SECRET not in json.dumps(seen)


def test_running_process_is_read_and_what_its_start_script_set_is_no_override(
    tmp_path: Path, layout: Layout, systemctl: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    systemctl("Environment=\nMainPID=4711\n")
    entries = {
        "JF_SHARED_NODE_IP": "192.0.2.7",
        "JF_MC_ENABLED": "true",
        "HTTP_PROXY": "http://p:1",
        "HTTPS_PROXY": "",
        "no_proxy": "a",
    }
    process(tmp_path, monkeypatch, 4711, str(layout.home / "app/bin/artifactory.sh"), entries)

    assert environment.observe(layout, UNIT) == {
        "overrides": ["JF_MC_ENABLED"],
        "proxies": ["HTTP_PROXY"],
        "no_proxy": ["a"],
    }


@pytest.mark.parametrize("name", ["app/run/artifactory.pid", "var/work/run/artifactory.pid"])
def test_process_is_found_by_its_file_without_systemd(
    tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    put(layout.home / name, "4711\n")
    process(tmp_path, monkeypatch, 4711, str(layout.home / "app/x"), {"JF_MC_ENABLED": "true"})

    assert environment.observe(layout, Service())["overrides"] == ["JF_MC_ENABLED"]


def test_number_that_is_another_process_by_now_is_not_believed(
    tmp_path: Path, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(layout.home / "app/run/artifactory.pid", "4711")
    process(tmp_path, monkeypatch, 4711, "/usr/bin/another", {"JF_MC_ENABLED": "true"})

    assert environment.observe(layout, Service()) == environment.NONE


@pytest.mark.parametrize("number", ["", "rubbish", "-1", "0", "../../etc", "²"])
def test_file_without_a_number_tells_nothing(layout: Layout, number: str) -> None:
    put(layout.home / "app/run/artifactory.pid", number)
    assert environment.observe(layout, Service()) == environment.NONE


def test_start_script_and_file_add_to_the_environment(tmp_path: Path) -> None:
    home = seven(tmp_path, system_yaml="router:\n  env:\n    HTTPS_PROXY: http://p:1\n    NO_PROXY: localhost\n")
    put(home / "app/bin/artifactory.default", 'export JF_MC_ENABLED="true"\n#export JF_NOT_THIS=1\n')

    assert environment.observe(layouts.require(str(home)), Service()) == {
        "overrides": ["JF_MC_ENABLED"],
        "proxies": ["HTTPS_PROXY"],
        "no_proxy": ["localhost"],
    }


def test_router_of_a_started_node_tells_what_hid_the_file(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.environment = {"JF_ROUTER_ENTRYPOINTS_EXTERNALPORT": "9082"}
    start(node)
    layout = layouts.require(str(node.home))
    assert environment.observe(layout, Service())["overrides"] == ["JF_ROUTER_ENTRYPOINTS_EXTERNALPORT"]

    node.environment = {}
    restart(node)
    assert environment.observe(layout, Service())["overrides"] == []


def test_six_has_none_of_this(tmp_path: Path) -> None:
    assert environment.observe(layouts.require(str(six(tmp_path))), UNIT) == environment.NONE


def test_systemd_that_cannot_be_asked_leaves_the_other_witnesses(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nothing")
    put(layout.home / "app/bin/artifactory.default", "export JF_MC_ENABLED=true\n")

    assert environment.observe(layout, UNIT)["overrides"] == ["JF_MC_ENABLED"]

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said where hosts cannot boot."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from booted_hosts import __main__ as command_line
from booted_hosts import demands, machine


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def check(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    return command_line.main(["check"]), capsys.readouterr().err.strip()


def test_check_without_root_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert check(capsys) == (1, "Hosts that boot systemd need root, and this is another user. Run it as root.")


@pytest.mark.usefixtures("as_root")
def test_check_without_programs_names_their_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demands, "PROGRAMS", {"/nowhere/sshd": "openssh-server", "/bin/sh": "dash"})
    told = "Not found: /nowhere/sshd. Install them, on Debian with: apt-get install openssh-server"
    assert check(capsys) == (1, told)


@pytest.mark.usefixtures("as_root")
@pytest.mark.parametrize(
    ("body", "told"),
    [
        pytest.param(
            "echo 'clone() failed: Operation not permitted' >&2; exit 1",
            "systemd-nspawn may not make a host on this machine. It says: clone() failed: Operation not permitted",
            id="no-namespaces",
        ),
        pytest.param("exec sleep 20", "systemd-nspawn did nothing for 0.2 seconds on this machine.", id="hangs"),
    ],
)
def test_check_tries_what_a_container_often_may_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], body: str, told: str
) -> None:
    nspawn = tmp_path / "nspawn"
    nspawn.write_text(f"#!/bin/sh\n{body}\n")
    nspawn.chmod(0o755)

    def stand_in(_tree: Path, _name: str) -> list[Any]:
        return [str(nspawn)]

    monkeypatch.setattr(demands, "PROGRAMS", {})
    monkeypatch.setattr(demands, "TRIAL_SECONDS", 0.2 if "sleep" in body else 20)
    monkeypatch.setattr(machine, "nspawn", stand_in)
    assert check(capsys) == (1, told)

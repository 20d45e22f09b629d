# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host has of its own, and what it sees of the machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from booted_hosts import root
from booted_hosts.description import Host

HOST = Host(
    name="lyon-1",
    address="127.29.74.11",
    units={"artifactory.service": "[Service]\nExecStart=/bin/true\n"},
    enabled=["artifactory.service"],
)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a host. Only root may give files away."""
    monkeypatch.setattr(os, "chown", lambda *_: None)
    (tmp_path / "lyon-1.key").write_text("host key\n")
    shared = Host(
        **{**vars(HOST), "binds": {"/opt/jfrog/artifactory": tmp_path}, "readable": [tmp_path / "lyon-1.key"]}
    )
    root.build(tmp_path / "lyon-1", shared, port=29760, public_key="ssh-ed25519 AAAA", others=[HOST])
    return tmp_path / "lyon-1"


def test_root_has_one_user_who_may_become_root_and_one_who_may_not(tree: Path) -> None:
    sudoers = (tree / "etc/sudoers").read_text()
    assert "deploy ALL=(ALL:ALL) NOPASSWD: ALL" in sudoers
    assert "guest" not in sudoers
    for user in ("deploy", "guest"):
        keys = tree / "home" / user / ".ssh/authorized_keys"
        assert (keys.read_text(), keys.stat().st_mode & 0o777) == ("ssh-ed25519 AAAA\n", 0o600)


def test_root_lets_nobody_in_with_a_password_or_from_another_machine(tree: Path) -> None:
    settings = (tree / "etc/ssh/sshd_config").read_text().splitlines()
    assert {"ListenAddress 127.29.74.11", "Port 29760", "PasswordAuthentication no", "PermitRootLogin no"} <= {
        *settings
    }
    assert {line.split(":")[1] for line in (tree / "etc/shadow").read_text().splitlines()} == {"*"}


def test_root_starts_what_was_enabled_and_nothing_of_the_machine(tree: Path) -> None:
    units = tree / "etc/systemd/system"
    assert {path.name for path in units.iterdir()} == {"artifactory.service", "hosts.target", "lab-sshd.service"}
    assert "Wants=dbus.service lab-sshd.service artifactory.service" in (units / "hosts.target").read_text()


def test_root_has_a_place_for_what_it_sees_of_the_machine_and_nothing_in_it(tree: Path, tmp_path: Path) -> None:
    assert list((tree / "opt/jfrog/artifactory").iterdir()) == []
    assert (tree / str(tmp_path / "lyon-1.key").lstrip("/")).read_text() == ""
    assert list((tree / "usr").iterdir()) == []


def test_root_that_was_half_made_is_made_anew(tmp_path: Path, tree: Path) -> None:
    other = tmp_path / "lyon-2"
    (tmp_path / "lyon-2.draft/etc").mkdir(parents=True)
    (tmp_path / "lyon-2.draft/etc/left-over").touch()
    (tmp_path / "lyon-2.key").write_text("host key\n")
    root.build(other, Host(name="lyon-2", address="127.29.74.14"), port=29760, public_key="k", others=[])
    assert not (other / "etc/left-over").exists()
    assert (other / "etc/hostname").read_text() == "lyon-2\n"

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import addresses
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from unit.node.node_tree import seven, six


def own(tmp_path: Path, settings: dict[str, Any]) -> list[str]:
    return addresses.own(layouts.require(str(seven(tmp_path))), settings)


def test_own_of_this_host_is_stable_and_has_no_loopback(tmp_path: Path) -> None:
    found = own(tmp_path, {"shared.node.ip": "192.0.2.99"})

    assert found[:2] == ["192.0.2.99", socket.gethostname().split(".")[0]]
    assert (
        addresses.own(layouts.require(str(tmp_path / "opt/jfrog/artifactory")), {"shared.node.ip": "192.0.2.99"})
        == found
    )
    assert {"127.0.0.1", "::1", "localhost"} & set(found) == set()
    assert len(set(found)) == len(found)


def test_own_has_the_addresses_of_the_interfaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"eth0": "192.0.2.7", "docker0": "172.17.0.1", "lo": "127.0.0.1", "eth1": None}
    monkeypatch.setattr(addresses.socket, "if_nameindex", lambda: list(enumerate(there)))
    monkeypatch.setattr(addresses.socket, "gethostname", lambda: "lyon-1")
    monkeypatch.setattr(addresses, "_address_of", lambda _socket, name: there[name])
    monkeypatch.setattr(addresses, "_IPV6", tmp_path / "nothing")
    monkeypatch.setattr(addresses, "_HOSTS", tmp_path / "nothing")

    assert own(tmp_path, {"shared.node.ip": ["no", "text"]}) == ["lyon-1", "192.0.2.7"]


def test_own_of_six_is_nothing(tmp_path: Path) -> None:
    assert addresses.own(layouts.require(str(six(tmp_path))), {}) == []


@pytest.mark.parametrize(
    ("hostname", "hosts", "expected"),
    [
        pytest.param("lyon-1", "", ["lyon-1", "lyon-1"], id="nothing-else-known"),
        pytest.param("lyon-1.example.com", "", ["lyon-1", "lyon-1.example.com"], id="host-says-its-domain"),
        pytest.param(
            "lyon-1",
            "127.0.0.1 localhost\n192.0.2.7 lyon-1.example.com lyon-1 # us\n",
            ["lyon-1", "lyon-1", "lyon-1.example.com"],
            id="hosts-file-says-it",
        ),
        pytest.param("lyon-1", "#192.0.2.7 lyon-1.example.com lyon-1\n", ["lyon-1", "lyon-1"], id="commented-out"),
        pytest.param("lyon-1", "192.0.2.8 lyon-10.example.com lyon-10\n", ["lyon-1", "lyon-1"], id="another-host"),
    ],
)
def test_names_come_from_the_host_and_its_file(hostname: str, hosts: str, expected: list[str]) -> None:
    assert addresses.names(hostname, hosts) == expected


def test_ipv6_only_lasting_addresses_of_global_scope_count() -> None:
    table = (
        "00000000000000000000000000000001 01 80 10 80       lo\n"
        "20010db8000000000000000000000007 02 40 00 80     eth0\n"
        "20010db8000000000000000000abcdef 02 40 00 01     eth0\n"
        "fe800000000000000000000000000007 02 40 20 80     eth0\n"
        "fd000000000000000000000000000001 05 40 00 80  docker0\n"
        "no table\n"
        "20010db800000000000000000000000\xe9 02 40 00 80     eth0\n"
        "20010db8000000000000000000000008 02 40 00 8\xe9     eth0\n"
    )
    assert addresses.ipv6(table) == ["2001:db8::7"]


@pytest.mark.parametrize(
    ("text", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("192.0.2.1", False),
        ("local", False),
    ],
)
def test_is_loopback(text: str, loopback: bool) -> None:
    assert addresses.is_loopback(text) is loopback

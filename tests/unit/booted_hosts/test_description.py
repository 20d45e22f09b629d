# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a description of hosts may say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from booted_hosts import description
from booted_hosts.errors import HostError

LYON = {"name": "lyon-1", "address": "127.29.74.11"}
OSAKA = {"name": "osaka-1", "address": "127.29.74.12"}


def described(*hosts: Any, **changes: Any) -> dict[str, Any]:
    return {"folder": "/srv/hosts", "port": 29760, "hosts": list(hosts), **changes}


def test_description_of_a_host_that_says_the_least_has_nothing_but_its_name() -> None:
    (host,) = description.parse(described(LYON)).hosts
    assert (host.name, host.address, host.binds, host.units, host.enabled) == ("lyon-1", "127.29.74.11", {}, {}, [])


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        pytest.param(described({**LYON, "address": "192.0.2.1"}), "give it one of 127.0.0.0/8", id="not-loopback"),
        pytest.param(described({**LYON, "address": "lyon"}), "'lyon' is no address", id="no-address"),
        pytest.param(described({**LYON, "name": "../lyon"}), "is no name for a host", id="name-is-a-path"),
        pytest.param(described({"name": "lyon-1"}), "a host of the description lacks address", id="key-missing"),
        pytest.param(described({**LYON, "bind": {}}), "has unknown keys: bind", id="unknown-key"),
        pytest.param(described(LYON, {**OSAKA, "name": "lyon-1"}), "have the same name", id="one-name"),
        pytest.param(described(LYON, {**OSAKA, "address": LYON["address"]}), "the same address", id="one-address"),
        pytest.param(described(LYON, folder="hosts"), "has to be an absolute path, not 'hosts'", id="relative-folder"),
    ],
)
def test_description_that_cannot_be_used_is_refused_with_the_reason(found: Any, complaint: str) -> None:
    with pytest.raises(HostError, match=complaint):
        description.parse(found)


def test_chosen_hosts_have_to_be_described(tmp_path: Path) -> None:
    file = tmp_path / "hosts.json"
    file.write_text(json.dumps(described(LYON, OSAKA)))
    found = description.read(file)
    assert [host.name for host in found.chosen([])] == ["lyon-1", "osaka-1"]
    assert [host.name for host in found.chosen(["osaka-1"])] == ["osaka-1"]
    with pytest.raises(HostError, match="no host quito-1 in the description; it has lyon-1, osaka-1"):
        found.chosen(["quito-1"])


def test_description_that_is_not_there_is_a_designed_error(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="Cannot read the description"):
        description.read(tmp_path / "missing.json")

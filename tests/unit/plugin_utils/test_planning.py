# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action plan collects on the controller before it plans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import planning
from unit.modules.ansible_inventory import task_vars

KEY = "0123456789abcdef" * 2
INVENTORY = """
all:
  children:
    edge_nodes:
      hosts:
        osaka-1:
        osaka-2:
        lyon-1:
          edge_name: lyon
    osaka:
      hosts:
        osaka-1:
        osaka-2:
        osaka-database:
      vars:
        edge_name: osaka
"""


@pytest.mark.parametrize(
    ("said", "played", "absent"),
    [
        pytest.param({}, ["osaka-1", "osaka-2"], {"lyon": ["lyon-1"]}, id="whole-edge"),
        pytest.param({}, ["osaka-1"], {"lyon": ["lyon-1"], "osaka": ["osaka-2"]}, id="narrower-hosts"),
        pytest.param({}, ["osaka-1", "osaka-2", "lyon-1"], {}, id="all-hosts"),
        pytest.param(
            {"ansible_limit": "osaka-1"},
            ["osaka-1"],
            {"lyon": ["lyon-1"], "osaka": ["osaka-2", "osaka-database"]},
            id="limit",
        ),
    ],
)
def test_nodes_that_the_run_leaves_out_are_known(
    tmp_path: Path, said: dict[str, Any], played: list[str], absent: dict[str, list[str]]
) -> None:
    (tmp_path / "hosts.yml").write_text(INVENTORY)
    known = {**task_vars(tmp_path / "hosts.yml"), **said, "ansible_play_hosts_all": played}

    found = planning.absent_nodes(known, played)

    assert {edge: sorted(hosts) for edge, hosts in found.items()} == absent


def test_key_file_that_nodes_share_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(planning, "read_key_file", lambda path, *, loader: read.append(path) or KEY)
    hosts = [{"edge_join_key_file": "/secrets/osaka"}, {"edge_join_key_file": "/secrets/osaka"}]

    planning._read_keys(hosts, loader=None)

    assert (hosts, read) == ([{"edge_join_key": KEY}, {"edge_join_key": KEY}], ["/secrets/osaka"])


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param("secrets/lyon", "/inventory/secrets/lyon", id="relative"),
        pytest.param("/secrets/lyon", "/secrets/lyon", id="absolute"),
        pytest.param("~/lyon", "/home/me/lyon", id="home"),
    ],
)
def test_key_file_that_is_missing_is_named_as_seen_from_the_inventory(
    monkeypatch: pytest.MonkeyPatch, path: str, found: str
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    hosts = [{"inventory_dir": "/inventory", "edge_join_key_file": path}]

    planning._read_keys(hosts, loader=DataLoader())

    assert hosts == [{"inventory_dir": "/inventory", "edge_join_key_file": found}]


def test_key_beside_the_file_that_it_was_made_for_is_read_for_its_edge(tmp_path: Path) -> None:
    (tmp_path / "lyon.key.new").write_text(f"{KEY}\n")
    hosts = [
        {"edge_name": "lyon", "edge_join_key_file": str(tmp_path / "lyon.key")},
        {"edge_name": "osaka", "edge_join_key_file": str(tmp_path / "osaka.key")},
        {"edge_name": "quito", "edge_join_key": KEY},  # whose file was read
    ]

    assert planning._staged_keys(hosts, DataLoader()) == {"lyon": KEY}


def test_support_request_that_is_not_written_is_noticed_where_the_role_writes_it(tmp_path: Path) -> None:
    for folder in ("support_requests/lyon", "elsewhere/quito", "support_requests/half"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "root.crt").touch()
    for folder in ("support_requests/lyon", "elsewhere/quito"):
        (tmp_path / folder / "request.txt").touch()
    hosts = [
        {"edge_name": "lyon"},
        {"edge_name": "quito", "edge_support_request_dir": f"{tmp_path}/elsewhere"},
        {"edge_name": "half"},
        {"edge_name": "osaka"},
    ]

    assert planning._unrequested({"inventory_dir": str(tmp_path), **host} for host in hosts) == {"half", "osaka"}


@pytest.mark.parametrize(
    ("path", "refused"),
    [
        pytest.param("inventory/secrets/lyon.key", True, id="below-the-folder"),
        pytest.param("inventory/lyon.key", True, id="in-the-folder"),
        pytest.param("inventory/group_vars/lyon.key", False, id="among-variables"),
        pytest.param("inventory/.secrets/lyon.key", False, id="hidden"),
        pytest.param("secrets/lyon.key", False, id="beside-the-folder"),
    ],
)
def test_key_file_that_would_be_read_as_inventory_is_refused(tmp_path: Path, path: str, refused: bool) -> None:
    (tmp_path / "inventory").mkdir()
    hosts = [{"edge_join_key_file": str(tmp_path / path)}]
    if refused:
        with pytest.raises(InventoryError, match="would become the name of a host"):
            planning._read_keys(hosts, DataLoader(), [str(tmp_path / "inventory")])
    else:
        planning._read_keys(hosts, DataLoader(), [str(tmp_path / "inventory"), str(tmp_path / "hosts.yml")])

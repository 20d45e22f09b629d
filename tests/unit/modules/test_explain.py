# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``explain`` before anything was observed; what it explains is tested with its playbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.explaining import hosts_of_edge
from unit.modules.ansible_inventory import task_vars
from unit.modules.play import play

INVENTORY = """
all:
  vars:
    prefix: os
  hosts:
    lyon-1: {edge_name: lyon}
    osaka-1: {edge_name: "{{ prefix }}aka"}
    osaka-2: {edge_name: "{{ prefix }}aka"}
    database:
"""


def known(folder: Path) -> dict[str, Any]:
    (folder / "hosts.yml").write_text(INVENTORY)
    hosts = ["lyon-1", "osaka-1", "osaka-2", "database"]
    return {**task_vars(folder / "hosts.yml"), "ansible_play_hosts_all": hosts}


def test_hosts_of_an_edge_are_those_with_its_name(tmp_path: Path) -> None:
    assert hosts_of_edge(known(tmp_path), "osaka") == ["osaka-1", "osaka-2"]


def test_name_of_no_edge_is_refused_with_the_names_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(InventoryError) as refused:
        hosts_of_edge(known(tmp_path), "Osaka")

    assert refused.value.details["known"] == ["lyon", "osaka"]
    assert "Did you mean 'osaka'?" in refused.value.msg


def test_explain_without_an_edge_in_the_inventory_fails_and_says_so(tmp_path: Path) -> None:
    result = play(tmp_path, {"Explain": {"hybrid.jfrog.explain": {"edge": "lyon"}, "run_once": True}}).results[
        "Explain"
    ]

    assert result["failed"]
    assert "no Edge is called 'lyon'" in result["msg"]

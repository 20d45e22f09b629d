# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reset's plan reads from the inventory and writes on the controller; the whole is in tests/integration."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._keys import resetting
from unit.domain.node_shapes import node_shape
from unit.modules.ansible_inventory import task_vars

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
KEY = "5ec2e7a1" * 4
SEEN = {"cipher_texts": [], "mission_control": False, "reset": None}
BEGUN = {"begun_at": "2026-11-22T10:00:00.000Z", "replaced_at": None, "trusted_at": None}
DONE = {**BEGUN, "replaced_at": "2026-11-22T11:00:00.000Z"}
ALL = "join_key, root_certificate, access_tokens, circle_of_trust, pairing, encrypted_settings, ldap_settings"


def plan(folder: Path, resets: list[Any], **changes: Any) -> resetting.Resetting:
    """The Edge osaka with a node per reset that is under way, or None."""
    hosts = {
        f"osaka-{number}": {
            "edge_observed": {"node": node_shape(running=False)},
            "edge_reset_seen": {"reset": {**SEEN, "reset": reset}},
        }
        for number, reset in enumerate(resets, start=1)
    }
    wanted = {
        "edge_name": "osaka",
        "edge_master_key": KEY,
        "edge_master_key_reset_acknowledged": ALL,
        "edge_master_key_reset_database_backup": "a dump",
        "edge_join_key": KEY,
        **changes,
    }
    inventory = folder / "inventory.json"
    inventory.write_text(json.dumps({"edge_nodes": {"hosts": hosts, "vars": wanted}}))
    return resetting.resetting(
        task_vars(inventory), nodes_variable="edge_observed", reset_variable="edge_reset_seen", loader=DataLoader()
    )


def groups(run: resetting.Resetting) -> dict[str, list[str]]:
    return {item["host"]: item["groups"] for item in resetting.work(run)}


def test_plan_first_run_prepares_all_nodes_and_writes_for_the_dba(tmp_path: Path) -> None:
    run = plan(tmp_path, [None, None])
    assert groups(run) == {"osaka-1": ["edge_reset_prepare"], "osaka-2": ["edge_reset_prepare"]}

    told = resetting.write_statements(run, NOW)

    assert run.statements_file == tmp_path / "master_key_resets/osaka/statements.sql"
    assert str(run.statements_file) in told
    assert {path.stat().st_mode & 0o777 for path in run.folder.iterdir()} == {0o600}
    assert run.folder.stat().st_mode & 0o777 == 0o700
    assert "a dump" in run.statements_file.read_text()
    assert KEY not in told + run.statements_file.read_text()


def test_plan_second_run_replaces_on_all_nodes_and_begins_with_the_first(tmp_path: Path) -> None:
    resetting.write_statements(plan(tmp_path, [BEGUN, BEGUN]), NOW)
    run = plan(tmp_path, [BEGUN, BEGUN], edge_master_key_reset_database_done="true")

    assert groups(run) == {
        "osaka-1": ["edge_reset_replace", "edge_reset_first", "edge_reset_join_key"],
        "osaka-2": ["edge_reset_replace"],
    }
    assert "was reset" in resetting.ended(run)
    resetting.put_aside(run, NOW)
    assert not run.statements_file.exists()


def test_statements_that_cannot_be_put_aside_are_told_with_what_to_do(tmp_path: Path) -> None:
    run = plan(tmp_path, [BEGUN], edge_master_key_reset_database_done="true")
    resetting.write_statements(run, NOW)
    (run.folder / "statements-2026-11-22T000000.000Z.sql").mkdir()

    with pytest.raises(EdgeError, match=r"was reset, but .*statements\.sql cannot be put aside: .*\. .* run again\."):
        resetting.put_aside(run, NOW)


def test_plan_of_a_reset_that_was_ended_before_has_nothing_to_do(tmp_path: Path) -> None:
    run = plan(tmp_path, [None, None], edge_master_key_reset_database_done="true")

    ended = replace(run, edge=replace(run.edge, key_in_use=True))

    assert (ended.done, resetting.work(ended)) == (True, [])
    assert not run.done


@pytest.mark.parametrize(
    ("resets", "expected"),
    [
        pytest.param([DONE, BEGUN], {"osaka-1", "osaka-2"}, id="one-node-has-the-new-key"),
        pytest.param([None, DONE], {"osaka-2"}, id="one-node-is-done-altogether"),
    ],
)
def test_plan_goes_on_where_the_nodes_are_without_being_told_again(
    tmp_path: Path, resets: list[Any], expected: set[str]
) -> None:
    assert set(groups(plan(tmp_path, resets))) == expected


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        pytest.param({"edge_name": "{{ inventory_hostname }}"}, InventoryError, "one Edge at a time", id="two-edges"),
        pytest.param({"edge_master_key_reset_acknowledged": 1}, InventoryError, "no list", id="no-list"),
        pytest.param({"edge_master_key": "ab" * 24}, EdgeError, "48 hexadecimal digits", id="bad-key"),
    ],
)
def test_plan_of_an_inventory_that_cannot_be_meant_is_refused(
    tmp_path: Path, changes: dict[str, Any], error: type[EdgeError], says: str
) -> None:
    with pytest.raises(error, match=says):
        plan(tmp_path, [None, None], **changes)


def test_plan_that_something_speaks_against_names_it(tmp_path: Path) -> None:
    run = plan(tmp_path, [None, None], edge_master_key_reset_database_backup="")

    with pytest.raises(EdgeError, match="no backup of the database is confirmed") as caught:
        resetting.work(run)

    assert len(caught.value.details["obstacles"]) == 1

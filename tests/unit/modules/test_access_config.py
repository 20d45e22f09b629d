# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""access_config on nodes of the simulator. The five-run cycle is in test_node_modules_five_runs.py."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hybrid.jfrog.plugins.module_utils._node import files
from simulator.node.node import Node
from simulator.node.testing import Workbench, put, restart, start
from unit.modules.node_cases import observed
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

SETTINGS = {"token": {"max-expiry": 3600}, "security": {"authentication": {"mtls": {"enabled": True}}}}


def run(node: Node, settings: Any = None, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    params = {"artifactory_home": str(node.home), "settings": settings or SETTINGS, **changes}
    return run_module("access_config", params, check=check)


def file_of(node: Node, kind: str) -> Path:
    return node.layout.access_etc / f"access.config.{kind}.yml"


def refused(node: Node, words: str, settings: Any = None, **changes: Any) -> str:
    """The message of a run that fails and writes nothing."""
    before = snapshot(node.home)
    result = run(node, settings, **changes)
    assert result.get("failed"), result
    assert words in result["msg"]
    assert snapshot(node.home) == before
    return str(result["msg"])


def test_settings_wait_for_a_start_and_are_in_use_after_it(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    supplied = run(node)
    assert (supplied["changed"], supplied["state"], supplied["restart_due"]) == (True, "waiting", True)
    assert supplied["drift"] == ["security.authentication.mtls.enabled", "state", "token.max-expiry"]
    assert yaml.safe_load(file_of(node, "patch").read_text()) == SETTINGS
    assert stat.S_IMODE(file_of(node, "patch").stat().st_mode) == 0o644
    assert "access_config" in observed(node)["ledger"]["restart_due"]
    assert not run(node)["changed"]

    restart(node)
    assert node.database.access_config == SETTINGS
    assert run(node)["drift"] == ["state"]  # the proof is noted
    after = run(node)
    assert (after["changed"], after["state"], after["restart_due"]) == (False, "in_use", False)
    assert observed(node)["ledger"]["restart_due"] == {}


TLS = {"security": {"tls": True}}
BOTH = {**SETTINGS, "security": {**SETTINGS["security"], **TLS["security"]}}


def test_two_supplies_before_one_start_are_both_taken_by_it(tmp_path: Path) -> None:
    """As with the steps access_config and tls of one plan, which are two tasks on one node."""
    node = Workbench(tmp_path).started()
    assert run(node)["changed"]
    assert run(node, TLS)["changed"]
    assert yaml.safe_load(file_of(node, "patch").read_text()) == BOTH
    assert not run(node)["changed"]
    assert not run(node, TLS)["changed"]

    restart(node)
    assert node.database.access_config == BOTH
    for settings in (SETTINGS, TLS):
        assert run(node, settings)["drift"] == ["state"]  # the proof is noted
        assert not run(node, settings)["changed"]


def test_second_supply_of_a_setting_replaces_the_first(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node, {"token": {"max-expiry": 60}})
    run(node, TLS)
    assert run(node)["changed"]
    assert yaml.safe_load(file_of(node, "patch").read_text()) == BOTH


def test_supply_that_a_start_has_taken_is_not_supplied_with_the_next(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node)
    restart(node)
    run(node, TLS)
    assert yaml.safe_load(file_of(node, "patch").read_text()) == TLS


def test_proof_of_one_setting_leaves_the_start_due_that_another_waits_for(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node)
    restart(node)
    run(node, TLS)
    assert run(node)["drift"] == ["state"]
    assert list(observed(node)["ledger"]["restart_due"]) == ["access_config"]
    assert not run(node, TLS)["changed"]

    restart(node)
    run(node, TLS)
    assert observed(node)["ledger"]["restart_due"] == {}


def test_settings_of_a_node_that_was_never_started(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    assert run(node)["changed"]
    start(node)
    assert node.database.access_config == SETTINGS
    run(node)
    assert not run(node)["changed"]


def test_settings_that_are_defaults_are_in_order_without_a_patch(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    result = run(node, {"security": {"tls": False}, "bootstrap-token-delete-in-minutes": 1})
    assert (result["changed"], result["verdict"]["state"]) == (False, "in_order")


def test_settings_whose_default_is_not_known_are_learned_by_one_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    wanted = {"token": {"default-expiry": 31536000}}
    assert run(node, wanted)["changed"]
    restart(node)
    node.database.access_config = {}  # as if that were the default, so that latest does not show it
    restart(node)
    run(node, wanted)
    assert not run(node, wanted)["changed"]


def test_settings_that_the_product_does_not_take_are_a_failure_and_not_supplied_again(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node)
    file_of(node, "patch").unlink()
    restart(node)
    message = refused(node, "Access does not have what was asked for")
    assert "token.max-expiry" in message
    assert run(node, on_unknown="supply")["changed"]


def test_patch_that_somebody_removed_before_the_start_is_written_again(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    run(node)
    file_of(node, "patch").unlink()
    assert run(node)["changed"]
    assert yaml.safe_load(file_of(node, "patch").read_text()) == SETTINGS


def test_patch_of_somebody_else_is_merged(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    put(file_of(node, "patch"), "token:\n  default-expiry: 60\nldap:\n  password: geheim\n")
    result = run(node)
    assert "geheim" not in str(result)
    written = yaml.safe_load(file_of(node, "patch").read_text())
    assert written == {**SETTINGS, "token": {"default-expiry": 60, "max-expiry": 3600}, "ldap": {"password": "geheim"}}
    assert not run(node)["changed"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("token:\n  max-expiry: 60\n", "with another value of token.max-expiry", id="another-value"),
        pytest.param("token: {max-expiry: 60}\n", "cannot be read (line 1", id="unreadable"),
    ],
)
def test_patch_of_somebody_else_in_the_way_is_left_unless_told(tmp_path: Path, text: str, words: str) -> None:
    node = Workbench(tmp_path).started()
    put(file_of(node, "patch"), text)
    refused(node, words)

    replaced = run(node, on_unknown="supply")
    assert replaced["changed"]
    assert Path(replaced["backup"]).read_text() == text
    assert yaml.safe_load(file_of(node, "patch").read_text()) == SETTINGS


def test_patch_that_cannot_be_written_again_is_never_merged(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    put(file_of(node, "patch"), "list:\n- a: 1\n")
    refused(node, "'list[0].a', which was not written by this collection")
    refused(node, "cannot be merged", on_unknown="supply")


def test_import_that_waits_is_named(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    put(file_of(node, "import"), "a: 1\n")
    refused(node, "an access.config.import.yml waits, which replaces all settings")


def test_latest_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    put(file_of(node, "latest"), "a: 1\nb: &x 2\n")
    refused(node, "access.config.latest.yml cannot be read: line 2")


def test_settings_that_are_secrets_are_refused(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    message = refused(node, "holds a secret", {"ldap": {"password": "geheim"}})
    assert "geheim" not in message


@pytest.mark.parametrize(
    "settings", [{"token": {"defualt-expiry": 3600}}, {"tokne": {"default-expiry": 3600}}], ids=["setting", "section"]
)
def test_setting_that_is_mistyped_needs_a_look_after_the_start_that_dropped_it(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    node = Workbench(tmp_path, unknown_access_setting_shown=False).started()
    assert run(node, settings)["state"] == "waiting"
    restart(node)

    refused(node, "access.config.template.yml, its list of settings, does not have that name. Correct", settings)
    assert not run(node, {"token": {"max-expiry": 0}}).get("failed")
    assert run(node, settings, on_unknown="supply")["state"] == "waiting"


def test_settings_on_6_are_refused(tmp_path: Path) -> None:
    refused(Workbench(tmp_path).started(generation="6"), "Artifactory 6.x has no access.config.patch.yml")


def test_settings_of_an_ha_edge_are_supplied_on_one_node(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first = bench.started("osaka-1")
    second = bench.node("osaka-2")
    put(second.layout.master_key, first.layout.master_key.read_text())
    start(second)
    run(first)
    restart(first)
    restart(second)
    assert not run(second)["changed"]


def test_interrupted_between_patch_and_record_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Workbench(tmp_path).started()
    write = files.write_atomically

    def killed(path: Path, text: str, **options: Any) -> None:
        if path.name == "ledger.json":
            raise KeyboardInterrupt
        write(path, text, **options)

    monkeypatch.setattr(files, "write_atomically", killed)
    with pytest.raises(KeyboardInterrupt):
        run(node)
    monkeypatch.undo()

    found = run(node)
    assert (found["changed"], found["drift"]) == (True, ["state"])
    assert found["diff"]["before"]["state"] == "unrecorded"
    assert not run(node)["changed"]


def test_disk_full_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = Workbench(tmp_path).started()
    put(file_of(node, "patch"), "other:\n  setting: 1\n")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    before = snapshot(node.home)
    result = run(node)
    assert "no space left on device" in result["msg"]
    now = snapshot(node.home)
    # The folder's own time changes, because a file was made in it and removed.
    assert {name: value[4] for name, value in now.items()} == {name: value[4] for name, value in before.items()}


def test_symbolic_link_in_place_of_the_patch_is_refused(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    victim = put(tmp_path / "victim", "untouched")
    file_of(node, "patch").symlink_to(victim)
    result = run(node)
    assert result.get("failed")
    assert "symbolic link" in result["msg"]
    assert victim.read_text() == "untouched"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_patch_belongs_to_the_service_user(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    os.chown(node.home / "var/etc", 1030, 1030)
    run(node)
    status = file_of(node, "patch").stat()
    assert (status.st_uid, status.st_gid) == (1030, 1030)

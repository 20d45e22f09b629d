# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module system_yaml with its action around it, in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import SYSTEM_YAML_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings.system_yaml import (
    blocked,
    check_settings,
    judge_system_yaml,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.system_yaml import observe
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.exchange import carry_out
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._steps.system_yaml import edit_system_yaml
from simulator.node.node import Node
from simulator.node.testing import Workbench, put, restart, start
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

PASSWORD = "marked-s3cret-of-the-database"
OTHER = "marked-s3cret-of-somebody-else"
JOIN_KEY = "5ec2e7a1" * 8
SECRETS = (PASSWORD, OTHER, JOIN_KEY)
SETTINGS = {"shared": {"node": {"id": "lyon-1", "haEnabled": True}}, "router.proxy.ignoredHosts": ["localhost"]}


def edit(home: Path, *, check: bool = False, **changes: Any) -> dict[str, Any]:
    """What the task would return; also of a failure. Nothing in it may be a secret."""
    defaults = {name: option.get("default") for name, option in SYSTEM_YAML_OPTIONS.items()}

    def execute(arguments: Mapping[str, Any]) -> dict[str, Any]:
        told = run_module("system_yaml", arguments, check=check, verbosity=3)
        assert [secret for secret in SECRETS if secret in json.dumps(told)] == []
        return told

    params = {**defaults, "artifactory_home": str(home), **changes}
    try:
        exchange = edit_system_yaml(params, check_mode=check, with_diff=True)
        result = carry_out(exchange, lambda ask: execute(ask.options))
    except EdgeError as exc:
        result = {"failed": True, **exc.to_fail_json()}
    assert [secret for secret in SECRETS if secret in json.dumps(result)] == []
    return result


def file_of(node: Node) -> Path:
    assert node.layout.system_yaml is not None
    return node.layout.system_yaml


def due(node: Node) -> list[str]:
    path = node.layout.var / "hybrid.jfrog/ledger.json"
    return sorted(json.loads(path.read_text())["restart_due"]) if path.exists() else []


def test_five_runs_with_a_start_that_encrypts_between_them(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    params = {
        "settings": SETTINGS,
        "secrets": {"shared.database.password": PASSWORD, "shared.security.joinKey": JOIN_KEY},
    }
    before = snapshot(node.home)
    predicted = edit(node.home, check=True, **params)
    assert (predicted["changed"], predicted["restart_due"]) == (True, True)
    assert snapshot(node.home) == before

    real = edit(node.home, **params)
    assert (real["changed"], real["diff"]) == (True, predicted["diff"])
    assert due(node) == ["system_yaml"]
    assert PASSWORD in file_of(node).read_text()

    before = snapshot(node.home)
    again = edit(node.home, **params)
    assert (again["changed"], again["drift"], again["restart_due"]) == (False, [], True)
    assert again["diff"]["before"] == again["diff"]["after"]
    assert snapshot(node.home) == before

    start(node)
    assert node.database.join_key == JOIN_KEY
    assert PASSWORD not in file_of(node).read_text()
    encrypted = edit(node.home, **params)
    assert (encrypted["changed"], encrypted["drift"]) == (False, [])
    assert encrypted["diff"]["after"]["shared.database.password"] == "(encrypted)"

    text = file_of(node).read_text()
    file_of(node).write_text(text.replace("lyon-1", "another").replace("- localhost", "- localhost\n      - x"))
    found = edit(node.home, check=True, **params)
    assert (found["changed"], found["drift"]) == (True, ["router.proxy.ignoredHosts", "shared.node.id"])
    assert edit(node.home, **params)["diff"] == found["diff"]
    assert not edit(node.home, **params)["changed"]
    assert file_of(node).read_text() == text
    restart(node)


@pytest.mark.parametrize("there", [OTHER, None], ids=["another", "none"])
def test_secret_that_differs_is_written_and_not_shown(tmp_path: Path, there: str | None) -> None:
    node = Workbench(tmp_path).node()
    put(file_of(node), f"shared:\n  database:\n    password: {there}\n" if there else "shared:\n")
    result = edit(node.home, secrets={"shared.database.password": PASSWORD})

    assert (result["changed"], result["drift"]) == (True, ["shared.database.password"])
    assert result["diff"]["before"] == ({"shared.database.password": "(another secret)"} if there else {})
    assert result["diff"]["after"] == {"shared.database.password": "(secret)"}
    assert PASSWORD in file_of(node).read_text()


def test_encrypted_secret_is_written_again_on_request_only(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(file_of(node), f"shared:\n  database:\n    password: {OTHER}\n")
    start(node)
    secrets = {"shared.database.password": PASSWORD}
    assert not edit(node.home, secrets=secrets)["changed"]
    assert edit(node.home, secrets=secrets, rewrite_secrets=True)["drift"] == ["shared.database.password"]
    assert PASSWORD in file_of(node).read_text()


@pytest.mark.parametrize("name", ["joinKey", "masterKey"])
def test_key_on_a_node_that_has_started_is_refused_and_nothing_written(tmp_path: Path, name: str) -> None:
    node = Workbench(tmp_path).started()
    before = snapshot(node.home)
    result = edit(node.home, secrets={f"shared.security.{name}": JOIN_KEY})

    assert result["failed"]
    assert "the node has started before" in result["msg"]
    assert {"joinKey": "hybrid.jfrog.join_key", "masterKey": "hybrid.jfrog.master_key"}[name] in result["msg"]
    assert snapshot(node.home) == before


def test_key_of_another_product_is_its_own_affair(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    xray = put(tmp_path / "xray/var/etc/system.yaml", "shared:\n")
    result = edit(node.home, path=str(xray), secrets={"shared.security.joinKey": "1" * 32})

    assert (result["changed"], result["restart_due"]) == (True, False)
    assert xray.read_text() == 'shared:\n    security:\n        joinKey: "' + "1" * 32 + '"\n'
    assert due(node) == []


def test_other_product_needs_no_node_on_the_host(tmp_path: Path) -> None:
    xray = put(tmp_path / "xray/var/etc/system.yaml", "a: 1\n", mode=0o600)
    result = edit(tmp_path / "nothing", path=str(xray), settings={"a": 2})

    assert (result["changed"], xray.read_text()) == (True, "a: 2\n")
    assert Path(result["backup_file"]).read_text() == "a: 1\n"
    assert Path(result["backup_file"]).stat().st_mode == xray.stat().st_mode


@pytest.mark.parametrize("absent", [["router.proxy"], ["router.proxy.httpUrl"]], ids=["section", "setting"])
def test_absent_settings_are_taken_out(tmp_path: Path, absent: list[str]) -> None:
    path = put(tmp_path / "etc/system.yaml", "router:\n  proxy:\n    httpUrl: http://p:1\nmc:\n  enabled: true\n")
    result = edit(tmp_path, path=str(path), absent=absent)

    assert result["drift"] == ["router.proxy.httpUrl"]
    assert result["diff"]["after"] == {}
    assert "httpUrl" not in path.read_text()
    assert not edit(tmp_path, path=str(path), absent=absent)["changed"]


def test_missing_file_is_made_on_request_only(tmp_path: Path) -> None:
    put(tmp_path / "etc/other", "")
    path = tmp_path / "etc/system.yaml"
    refused = edit(tmp_path, path=str(path), settings={"a.b": 1})
    assert "set create to true" in refused["msg"]
    assert not edit(tmp_path, path=str(path), absent=["a.b"])["changed"]
    predicted = edit(tmp_path, path=str(path), settings={"a.b": 1}, create=True, check=True)
    assert not path.exists()
    result = edit(tmp_path, path=str(path), settings={"a.b": 1}, create=True)

    assert (result["created"], result["diff"]) == (True, predicted["diff"])
    assert path.read_text() == "configVersion: 1\na:\n    b: 1\n"
    assert "backup_file" not in result


def test_file_that_changes_between_reading_and_writing_is_left_alone(tmp_path: Path) -> None:
    path = put(tmp_path / "etc/system.yaml", "a: 1\n")
    calls = []

    def execute(arguments: Mapping[str, Any]) -> dict[str, Any]:
        if calls:
            path.write_text("a: 3\n")
        calls.append(arguments)
        return run_module("system_yaml", arguments)

    defaults = {name: option.get("default") for name, option in SYSTEM_YAML_OPTIONS.items()}
    params = {**defaults, "path": str(path), "settings": {"a": 2}}
    exchange = edit_system_yaml(params, check_mode=False, with_diff=True)
    result = carry_out(exchange, lambda ask: execute(ask.options))

    assert result["failed"]
    assert "somebody changed it meanwhile" in result["msg"]
    assert path.read_text() == "a: 3\n"
    assert [each.name for each in path.parent.iterdir()] == ["system.yaml"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param({"settings": {"a": {}}}, "Cannot use settings: 'a' is an empty section", id="empty-section"),
        pytest.param({"settings": {"x.password": PASSWORD}}, "option secrets", id="secret-among-the-settings"),
        pytest.param({"secrets": {"x.password": 5}}, "Cannot use secrets", id="secret-that-is-a-number"),
        pytest.param({"absent": ["a b"]}, "Cannot use absent", id="no-path"),
        pytest.param({"settings": {"a": 1}, "absent": ["a"]}, "a stands in more than one", id="set-and-absent"),
        pytest.param({"settings": {"a.b": 1}, "absent": ["a"]}, "'a' is a value, and a section", id="section-and-part"),
        pytest.param({"settings": {"a": 1}, "secrets": {"a": "x"}}, "a stands in more than one", id="set-and-secret"),
    ],
)
def test_unusable_options_are_refused_before_any_connection(options: dict[str, Any], says: str) -> None:
    result = edit(Path("/nothing"), **options)
    assert result["failed"]
    assert says in result["msg"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"a: [\n", "not valid YAML", id="broken"),
        pytest.param(b"a:\n\tb: 1\n", "a tab", id="tab"),
        pytest.param(b"a: 1\n---\nb: 1\n", "second document", id="two-documents"),
        pytest.param(b"b: 1\nb: 2\n", "twice", id="key-twice"),
        pytest.param(b"\xef\xbb\xbfa: 1\n", "byte order mark", id="byte-order-mark"),
        pytest.param(b"b: \xff\n", "not UTF-8", id="not-utf-8"),
        pytest.param(b"a:\n  b: 1\n", "'a' is a section", id="section-where-a-value-should-be"),
    ],
)
def test_file_that_cannot_be_edited_is_refused_and_left_alone(tmp_path: Path, content: bytes, says: str) -> None:
    path = put(tmp_path / "etc/system.yaml", "")
    path.write_bytes(content)
    before = snapshot(tmp_path)
    result = edit(tmp_path, path=str(path), settings={"a": 2})

    assert result["failed"]
    assert says in result["msg"]
    assert str(path) in result["msg"]
    assert snapshot(tmp_path) == before


def test_module_without_its_action_says_how_to_call_it(tmp_path: Path) -> None:
    result = run_module("system_yaml", {"path": str(tmp_path / "system.yaml")})
    assert "together with the action" in result["msg"]


FILES = {
    "as-installed": "configVersion: 1\nshared:\n  node:\n    #id: x\n",
    "in-order": "shared:\n  node:\n    id: 'lyon-1'\n    haEnabled: true\nrouter:\n"
    "  proxy:\n    ignoredHosts: [localhost]\n",
    "drifted": "shared:\n  node:\n    id: x\n    haEnabled: 'true'\nrouter:\n  proxy:\n    ignoredHosts:\n      - y\n",
    "empty": "",
    "value-in-the-way": "shared:\n  node: x\n",
    "section-in-the-way": "shared:\n  node:\n    id:\n      x: 1\n",
}


@pytest.mark.parametrize("name", FILES)
def test_plan_and_module_give_the_same_answer(tmp_path: Path, name: str) -> None:
    node = Workbench(tmp_path).node()
    put(file_of(node), FILES[name])
    seen, wanted = observe(layouts.require(str(node.home)).system_yaml), check_settings(SETTINGS, "edge_system_yaml")
    result = edit(node.home, check=True, settings=SETTINGS)

    if blocked(seen, wanted):
        assert blocked(seen, wanted) in result["msg"]
        return
    change = judge_system_yaml(seen, wanted)
    assert (result["changed"], result["drift"]) == (change.changed, change.drift)
    assert result["diff"]["before"] == change.before
    assert result["diff"]["after"] == change.after

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Access configuration files at start, the admin token, the first administrator (node-files.md 3.4, 4, 9)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.access_database import User
from simulator.node import FAILED, Node
from simulator.node.access_settings import KNOWN, changed_settings, merge
from simulator.node.testing import Workbench, put, restart, start

TLS = {"security": {"tls": True}}
EXPIRY = {"token": {"default-expiry": 3600}}


def supply(node: Node, kind: str, text: str) -> Path:
    return put(node.layout.access_etc / f"access.config.{kind}.yml", text, mode=0o644)


def latest(node: Node) -> Any:
    return yaml.safe_load((node.layout.access_etc / "access.config.latest.yml").read_text())


@pytest.mark.parametrize(
    ("old", "new", "merged"),
    [
        pytest.param({}, TLS, TLS, id="into-nothing"),
        pytest.param(EXPIRY, TLS, {**EXPIRY, **TLS}, id="other-section"),
        pytest.param({"a": {"x": 1, "y": 2}}, {"a": {"x": 3}}, {"a": {"x": 3, "y": 2}}, id="same-section"),
        pytest.param({"a": {"x": 1}}, {"a": None}, {"a": None}, id="section-by-value"),
        pytest.param({"a": [1, 2]}, {"a": [3]}, {"a": [3]}, id="lists-are-replaced"),
    ],
)
def test_merge_replaces_values_and_keeps_the_rest(old: Any, new: Any, merged: Any) -> None:
    assert merge(old, new) == merged


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        pytest.param({"security": {"tls": False}}, {}, id="default"),
        pytest.param(TLS, TLS, id="changed"),
        pytest.param({"security": {"tls": False, "x": 1}}, {"security": {"x": 1}}, id="both"),
        pytest.param(EXPIRY, EXPIRY, id="no-known-default"),
    ],
)
def test_changed_settings_leaves_defaults_out(settings: Any, shown: Any) -> None:
    assert changed_settings(settings, {"security": {"tls": False}}) == shown


@pytest.mark.parametrize("is_shown", [True, False])
def test_setting_that_access_does_not_know_is_shown_or_dropped(tmp_path: Path, is_shown: bool) -> None:
    node = Workbench(tmp_path, unknown_access_setting_shown=is_shown).started()
    supply(node, "patch", "token:\n  defualt-expiry: 60\n  default-expiry: 60\n")
    restart(node)

    assert latest(node)["token"] == {"default-expiry": 60, **({"defualt-expiry": 60} if is_shown else {})}


def test_template_is_no_yaml_and_has_the_known_names(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    template = (node.layout.access_etc / "access.config.template.yml").read_text()

    with pytest.raises(yaml.YAMLError):
        yaml.safe_load(template)
    read = yaml.safe_load(template.replace("do-not-import-this-file", ""))
    assert (set(read), set(read["token"])) == ({"security", "token"}, set(KNOWN["token"]))


def test_patch_is_merged_and_consumed(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    bench.database.access_config = dict(EXPIRY)
    node = bench.node()
    path = supply(node, "patch", "security:\n  tls: true\n")
    start(node)
    assert bench.database.access_config == {**EXPIRY, **TLS}
    assert latest(node) == {**EXPIRY, **TLS}
    assert not path.exists()


def test_import_replaces_everything_and_is_consumed(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    bench.database.access_config = dict(EXPIRY)
    node = bench.node()
    path = supply(node, "import", "security:\n  tls: true\n")
    start(node)
    assert bench.database.access_config == TLS
    assert latest(node) == TLS
    assert not path.exists()


def test_patch_applies_at_start_only(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    path = supply(node, "patch", "security:\n  tls: true\n")
    node.tick()
    assert bench.database.access_config == {}
    assert path.exists()


def test_latest_shows_no_default(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    supply(node, "patch", "security:\n  tls: false\ntoken:\n  default-expiry: 3600\n")
    start(node)
    assert latest(node) == EXPIRY


def test_edited_latest_and_template_change_nothing(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.started()
    supply(node, "latest", "security:\n  tls: true\n")
    supply(node, "template", "security:\n  tls: true\n")
    restart(node)
    assert bench.database.access_config == {}
    assert latest(node) is None


@pytest.mark.parametrize("text", [pytest.param("a: [", id="broken"), pytest.param("- a\n", id="list")])
def test_unusable_patch_fails_the_start_and_stays(tmp_path: Path, text: str) -> None:
    node = Workbench(tmp_path).node()
    path = supply(node, "patch", text)
    node.start(at_once=True)
    assert node.state == FAILED
    assert path.exists()


class Mint:
    """Stands for the simulator's REST side, which signs tokens."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, *, subject: str, audience: str, expires_in: int) -> str:
        self.asked.append({"subject": subject, "audience": audience, "expires_in": expires_in})
        return "header.payload.signature"


def request_token(node: Node) -> Path:
    assert node.layout.bootstrap_keys is not None
    return put(node.layout.bootstrap_keys / "generate.token.json", "", mode=0o600)


def test_token_request_is_answered_at_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    node.mint_token = mint = Mint()
    request = request_token(node)
    node.tick()
    assert mint.asked == []
    restart(node)
    assert mint.asked == [{"subject": "admin", "audience": "jfac@*", "expires_in": 900}]
    assert json.loads(node.layout.token_file.read_text()) == {"token": "header.payload.signature"}
    assert node.layout.token_file.stat().st_mode & 0o777 == 0o600
    assert not request.exists()


@pytest.mark.parametrize(
    ("patch", "lifetime"),
    [
        pytest.param("", 60, id="one-minute"),
        pytest.param("bootstrap-token-delete-in-minutes: 5\n", 300, id="set-to-five"),
        pytest.param("token:\n  bootstrap-token-delete-in-minutes: 5\n", 300, id="set-in-a-section"),
    ],
)
def test_token_file_is_deleted_after_its_time(tmp_path: Path, patch: str, lifetime: int) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    node.mint_token = Mint()
    request_token(node)
    supply(node, "patch", patch)
    start(node)
    bench.clock.advance(lifetime - 5)
    node.tick()
    assert node.layout.token_file.exists()
    bench.clock.advance(5)
    node.tick()
    assert not node.layout.token_file.exists()


def test_token_is_not_made_again_at_the_next_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.mint_token = mint = Mint()
    request_token(node)
    start(node)
    restart(node)
    assert len(mint.asked) == 1


@pytest.mark.parametrize(
    ("version", "answered"),
    [pytest.param("7.38.4", True, id="since-7.38.4"), pytest.param("7.38.3", False, id="not-before")],
)
def test_token_request_needs_7_38_4(tmp_path: Path, version: str, answered: bool) -> None:
    node = Workbench(tmp_path).node(version=version)
    node.mint_token = Mint()
    request = request_token(node)
    start(node)
    assert (node.layout.token_file.exists(), request.exists()) == (answered, not answered)


def test_token_request_waits_while_nobody_can_sign(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    request = request_token(node)
    start(node)
    assert not node.layout.token_file.exists()
    assert request.exists()


generations = pytest.mark.parametrize("generation", ["7", "6"])


@generations
@pytest.mark.parametrize("removed", [pytest.param(True, id="removed"), pytest.param(False, id="kept")])
def test_bootstrap_credentials_make_an_administrator(tmp_path: Path, generation: str, removed: bool) -> None:
    bench = Workbench(tmp_path, bootstrap_credentials_removed_after_start=removed)
    node = bench.node(generation=generation)
    path = put(node.layout.bootstrap_credentials, "ops@*=correct-horse\n", mode=0o600)
    start(node)
    assert bench.database.users["ops"] == User("correct-horse", True)
    assert "[ACCESS BOOTSTRAP] Create admin user 'ops'" in node.logs.text("jfac")
    assert "correct-horse" not in node.logs.text("jfac")
    assert path.exists() is not removed


@generations
@pytest.mark.parametrize("mode", [0o640, 0o644, 0o400, 0o700], ids=oct)
def test_credentials_not_exactly_0600_stop_access(tmp_path: Path, generation: str, mode: int) -> None:
    bench = Workbench(tmp_path)
    node = bench.node(generation=generation)
    put(node.layout.bootstrap_credentials, "ops@*=correct-horse\n", mode=mode)
    node.start(at_once=True)
    assert node.state == FAILED
    assert "bootstrap.creds' are not as expected. Expected permissions are: OWNER_READ OWNER_WRITE" in str(node.reason)
    assert str(node.reason) in node.logs.text("jfac")
    assert "ops" not in bench.database.users
    assert node.health() is None


def test_credentials_of_another_owner_stop_access(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = Workbench(tmp_path).node()
    path = put(node.layout.bootstrap_credentials, "ops@*=correct-horse\n", mode=0o600)
    monkeypatch.setattr("os.geteuid", lambda: path.stat().st_uid + 1)
    node.start(at_once=True)
    assert node.state == FAILED
    assert "bootstrap.creds' are not as expected" in str(node.reason)


def test_credentials_with_a_wrong_mode_show_up_as_a_missing_join_key(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.bootstrap_credentials, "ops@*=correct-horse\n", mode=0o644)
    node.start(at_once=True)
    for code in ("jfrou", "jfmd", "jfevt", "jfob"):
        assert "- Cluster join: Join key is missing. Pending for " in node.logs.text(code)


def test_access_that_dies_on_a_started_node_shows_up_as_a_refused_connection(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    put(node.layout.bootstrap_credentials, "ops@*=correct-horse\n", mode=0o644)
    node.restart(at_once=True)
    for code in ("jfmd", "jfevt", "jffe"):
        log = node.logs.text(code)
        assert "- Cluster join: Retry 1: Service registry ping failed, will retry. Error: " in log
        assert "'http://localhost:8046/access'" in log
        assert "connection refused\n" in log


@pytest.mark.parametrize("text", ["", "ops", "ops@*", "ops@*=correct-horse\nbroken\n"])
def test_credentials_of_a_wrong_form_stop_access(tmp_path: Path, text: str) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    put(node.layout.bootstrap_credentials, text, mode=0o600)
    node.start(at_once=True)
    assert node.state == FAILED
    assert node.reason == "Illegal credentials file - each line is expected to be in the format: user=pass"
    assert "ops" not in bench.database.users

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings from environment, file and default, and the router's account of them (node-files.md 9, Traps 26)."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.node import Node
from simulator.node.settings import Settings
from simulator.node.testing import Workbench, put, restart, start

KEY = "0f" * 32
OTHER = "e1" * 32
HEADING = "Effective configuration:"


def write(node: Node, text: str) -> None:
    assert node.layout.system_yaml is not None
    put(node.layout.system_yaml, text)


def effective(node: Node) -> dict[str, str]:
    """The last account in the router's log: setting and origin, and the value."""
    lines = node.logs.text("jfrou").rpartition(HEADING)[2].splitlines()[1:]
    return dict(line.split("): ", 1) for line in lines if "): " in line and not line.startswith("20"))


def default_file(node: Node, text: str) -> None:
    put(node.layout.control_script.with_name("artifactory.default"), text)


def test_router_tells_every_setting_with_its_origin(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    write(node, "shared:\n  jfrogUrl: https://acme.example.com\naccess:\n  database:\n    maxOpenConnections: 80\n")
    node.environment = {"JF_ROUTER_ENTRYPOINTS_EXTERNALPORT": "9082", "JF_UNKNOWN_SETTING": "1", "LANG": "C"}
    start(node)
    lines = effective(node)
    assert lines["shared.jfrogUrl (File"] == "https://acme.example.com"
    assert lines["access.database.maxOpenConnections (File"] == "80"
    assert lines["access.http.port (Default Value"] == "8040"
    assert lines["router.proxy.ignoredHosts (Default Value"] == "[]"
    assert lines["router.serviceRegistry.insecure (Default Value"] == "false"
    name = "router.entrypoints.externalPort (Environment Variable: JF_ROUTER_ENTRYPOINTS_EXTERNALPORT"
    assert lines[name] == "9082"
    assert not [line for line in lines if "unknown" in line.lower()]
    assert lines["router.serviceRegistry.accessUrl (Applicative Resolution"] == "http://localhost:8040/access"


def test_sections_without_content_are_no_settings(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started()
    assert not [line for line in effective(node) if line.startswith(("shared.security (", "shared.node ("))]


def test_account_is_in_the_log_even_of_a_start_that_fails(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.environment = {"JF_SHARED_SECURITY_JOINKEY": "short"}
    node.start(at_once=True)
    assert node.state == "failed"
    assert effective(node)["shared.security.joinKey (Environment Variable: JF_SHARED_SECURITY_JOINKEY"] == "*****"


def test_account_shows_no_secret(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    write(node, f"shared:\n  database:\n    password: s3cret\n  security:\n    joinKey: {KEY}\n")
    start(node)
    lines = effective(node)
    assert lines["shared.security.joinKey (File"] == "*****"
    assert lines["shared.database.password (File"] == "*****"
    assert lines["shared.security.masterKey (Default Value"] == "*****"
    assert not any(secret in node.logs.text() for secret in (KEY, "s3cret"))


def test_start_script_finds_out_id_and_address(tmp_path: Path) -> None:
    node = Workbench(tmp_path).started("osaka-1")
    lines = effective(node)
    assert lines["shared.node.id (Environment Variable: JF_SHARED_NODE_ID"] == "osaka-1"
    assert lines["shared.node.ip (Environment Variable: JF_SHARED_NODE_IP"] == "127.0.0.1"
    assert "- Setting JF_SHARED_NODE_ID to osaka-1" in node.logs.text()


def test_start_script_leaves_what_the_file_says(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    write(node, "shared:\n  node:\n    id: edge-0\n    ip: 192.0.2.7\n")
    start(node)
    lines = effective(node)
    assert lines["shared.node.id (File"] == "edge-0"
    assert lines["shared.node.ip (File"] == "192.0.2.7"
    assert "Setting JF_SHARED_NODE_ID" not in node.logs.text()


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    write(node, "shared:\n  node:\n    id: of-the-file\n")
    node.environment = {"JF_SHARED_NODE_ID": "of-the-unit"}
    start(node)
    assert node.node_id == "of-the-unit"
    node.environment = {}
    assert node.node_id == "of-the-unit"
    restart(node)
    assert node.node_id == "of-the-file"


def test_join_key_of_the_environment_wins_and_stays_out_of_the_file(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    write(node, f"shared:\n  security:\n    joinKey: {OTHER}\n")
    node.environment = {"JF_SHARED_SECURITY_JOINKEY": KEY}
    start(node)
    assert bench.database.join_key == KEY
    assert KEY not in (node.layout.system_yaml or tmp_path).read_text()
    line = "Join key loaded successfully (from: Environment Variable: JF_SHARED_SECURITY_JOINKEY)"
    assert line in node.logs.text("jfac")


def test_master_key_of_the_environment_is_used_before_the_first_start(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.environment = {"JF_SHARED_SECURITY_MASTERKEY": KEY}
    start(node)
    assert node.layout.master_key.read_text() == KEY


def test_key_file_of_the_environment_is_used(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    node = bench.node()
    node.environment = {"JF_SHARED_SECURITY_JOINKEYFILE": str(put(tmp_path / "join.key", KEY))}
    start(node)
    assert bench.database.join_key == KEY


def test_exported_variables_of_the_default_file_count(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    node.environment = {"JF_SHARED_NODE_ID": "of-the-unit"}
    default_file(
        node,
        "#!/bin/sh\n# export JF_SHARED_NODE_ID=commented\nJF_SHARED_NODE_NAME=not-exported\n"
        "  export JF_SHARED_NODE_ID='of-the-default' # mine\nexport PATH\n",
    )
    start(node)
    assert node.node_id == "of-the-default"
    assert effective(node)["shared.node.name (Environment Variable: JF_SHARED_NODE_NAME"] == "lyon-1"


def test_default_file_does_not_count_when_the_switch_says_so(tmp_path: Path) -> None:
    node = Workbench(tmp_path, default_file_read=False).node()
    default_file(node, "export JF_SHARED_NODE_ID=of-the-default\n")
    start(node)
    assert node.node_id == "lyon-1"


@pytest.mark.parametrize(
    ("path", "variables", "value"),
    [
        pytest.param("shared.node.haEnabled", {"JF_SHARED_NODE_HAENABLED": "True"}, True, id="bool"),
        pytest.param("shared.node.haEnabled", {"JF_SHARED_NODE_HAENABLED": "0"}, False, id="no-bool"),
        pytest.param("router.proxy.ignoredHosts", {"JF_ROUTER_PROXY_IGNOREDHOSTS": "a, b,"}, ["a", "b"], id="list"),
        pytest.param("shared.jfrogUrl", {"JF_SHARED_JFROGURL": ""}, "", id="empty"),
        pytest.param("shared.jfrogUrl", {"jf_shared_jfrogurl": "x"}, "https://file", id="lower-case-is-another-name"),
    ],
)
def test_variable_has_the_type_of_the_setting(path: str, variables: dict[str, str], value: object) -> None:
    assert Settings({"shared": {"jfrogUrl": "https://file"}}, variables).value(path) == value


def test_separator_of_the_ignored_hosts_is_a_switch() -> None:
    settings = Settings({}, {"JF_ROUTER_PROXY_IGNOREDHOSTS": "a|b"}, separator="|")
    assert settings.items("router.proxy.ignoredHosts") == ["a", "b"]


def test_6x_knows_no_settings(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node(generation="6")
    node.environment = {"JF_SHARED_NODE_ID": "other"}
    start(node)
    assert node.node_id == "lyon-1"

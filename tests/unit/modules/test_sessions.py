# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter import sessions
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import merge_options
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._client import session as client
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, InventoryError
from simulator.simulator import Simulator
from unit.modules.rest_cases import platform_options
from unit.modules.run_module import run_module

ROOT = Path(__file__).resolve().parents[3]


def options(**changes: Any) -> dict[str, Any]:
    return {
        "platform_url": "https://acme.example.com",
        "platform_access_token": "marked-secret",
        "edge_url": "https://edge.example.com",
        "edge_access_token": "marked-secret",
        **changes,
    }


def test_version_in_the_user_agent_is_the_collections() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())

    assert galaxy["version"] == sessions.COLLECTION_VERSION


def test_user_agent_names_collection_and_ansible(simulator: Simulator) -> None:
    run_module("jpd_info", platform_options(simulator))

    (agent,) = {call.user_agent for call in simulator.calls}
    assert agent.startswith(f"hybrid.jfrog/{sessions.COLLECTION_VERSION} ansible/2.")


def test_connection_never_shows_its_token() -> None:
    connection = sessions.platform_connection(options())

    assert "marked-secret" not in repr(connection) + repr(connection.session(read_only=True))


@pytest.mark.parametrize("side", ["platform", "edge"])
def test_session_of_check_mode_cannot_write(side: str) -> None:
    opened = sessions.connection_of(side, options()).session(read_only=True)

    with pytest.raises(AssertionError):
        opened.call("POST", "/x", purpose="write")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="https"),
        pytest.param({"platform_url": "http://acme.example.com"}, ["is not encrypted"], id="http"),
        pytest.param({"platform_url": "http://127.0.0.1:8082"}, [], id="http-loopback"),
        pytest.param({"platform_url": "http://[::1]:8082"}, [], id="http-loopback-6"),
        pytest.param({"platform_url": "http://localhost:8046/bridge-lyon"}, [], id="http-bridge"),
        pytest.param({"platform_url": "http://127.0.0.1.example.com"}, ["is not encrypted"], id="http-not-loopback"),
        pytest.param({"platform_validate_certs": False}, ["is not verified"], id="not-verified"),
        pytest.param(
            {"platform_validate_certs": False, "platform_access_token": None}, [], id="not-verified-without-a-token"
        ),
    ],
)
def test_risky_connection_is_warned_about(changes: dict[str, Any], expected: list[str]) -> None:
    warnings = sessions.platform_connection(options(**changes)).warnings()

    assert len(warnings) == len(expected)
    assert all(part in warning for part, warning in zip(expected, warnings))


@pytest.mark.parametrize(
    ("changes", "url", "says"),
    [
        pytest.param({"edge_url": None}, "https://edge.example.com/artifactory", "Cannot use url: ", id="url"),
        pytest.param({"edge_url": "https://e.example.com/access"}, None, "Cannot use edge_url: ", id="edge-url"),
        pytest.param({"edge_url": "ftp://e.example.com"}, "https://f.example.com", "Cannot use edge_url: ", id="both"),
    ],
)
def test_bad_url_is_told_under_the_name_that_the_user_wrote(
    changes: dict[str, Any], url: str | None, says: str
) -> None:
    with pytest.raises(InventoryError) as caught:
        sessions.edge_connection(options(**changes), url=url)

    assert caught.value.msg.startswith(says)


WITHOUT_REQUESTS = """
import json, sys
sys.modules.update(requests=None, urllib3=None)
from unit.modules.run_module import run_module
print(json.dumps(run_module("jpd_info", json.loads(sys.argv[1]))))
"""


def test_module_without_the_library_can_be_imported_and_says_so() -> None:
    given = json.dumps({"platform_url": "https://acme.example.com", "platform_access_token": "marked-secret"})
    path = os.pathsep.join([str(ROOT / ".venv/collections"), str(ROOT / "tests")])

    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_REQUESTS, given],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert "Failed to import the required Python library (requests)" in json.loads(ended.stdout)["msg"]


@pytest.mark.parametrize(
    ("version", "accepted"),
    [("2.25.1", True), ("2.34.2", True), ("3.0", True), ("2.24.0", False), ("1.2.3", False), ("unknown", True)],
)
def test_library_that_is_too_old_is_a_designed_error(
    monkeypatch: pytest.MonkeyPatch, version: str, accepted: bool
) -> None:
    monkeypatch.setattr(client, "requests_version", lambda: version)

    if accepted:
        sessions.require_requests()
    else:
        with pytest.raises(EdgeError, match=f"version {version} is older than 2.25"):
            sessions.require_requests()


def test_environment_stands_in_for_options(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    given = platform_options(simulator)
    monkeypatch.setenv("JFROG_PLATFORM_URL", given["platform_url"])
    monkeypatch.setenv("JFROG_PLATFORM_TOKEN", given["platform_access_token"])
    monkeypatch.setenv("JFROG_PLATFORM_CA_PATH", given["platform_ca_path"])

    assert [jpd["name"] for jpd in run_module("jpd_info", {})["jpds"]] == ["HOME"]


def test_option_has_one_owner() -> None:
    with pytest.raises(AssertionError, match="platform_url"):
        merge_options(PLATFORM_OPTIONS, {"platform_url": {"type": "str"}})

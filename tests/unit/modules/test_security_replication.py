# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Security replication by ansible-playbook. What a run does is in tests/unit/plugin_utils/replication."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.security.state import new_user
from simulator.simulator import Simulator
from unit.modules.play import play


@pytest.fixture
def options(simulator: Simulator, tmp_path: Path) -> dict[str, Any]:
    lyon = simulator.add_edge("lyon")
    simulator.platform.security.put("users", "alice", new_user(email="alice@example.com"))
    return {
        "state_path": str(tmp_path / "state/security.json"),
        "level": 1,
        "policy": {"join": "union"},
        "instances": [
            {"name": site.name, "url": site.url, "access_token": site.admin_token(), "ca_path": str(simulator.ca_path)}
            for site in (simulator.platform, lyon)
        ],
    }


def test_task_predicts_replicates_once_and_shows_no_token(
    simulator: Simulator, tmp_path: Path, options: dict[str, Any]
) -> None:
    task = {"hybrid.jfrog.security_replication": options, "run_once": True}

    predicted = play(tmp_path / "check", {"Replicate": task}, "--check", "--diff", "-vvvv")
    assert predicted.results["Replicate"]["changed"]
    assert "alice@example.com" in predicted.output
    assert not simulator.edge("lyon").security.has("users", "alice")
    assert not (tmp_path / "state").exists()

    done = play(tmp_path / "run", {"Replicate": task, "Again": task}, "-vvvv")
    assert [done.results[name]["changed"] for name in ("Replicate", "Again")] == [True, False]
    assert simulator.edge("lyon").security.has("users", "alice")
    tokens = [one["access_token"] for one in options["instances"]]
    shown = predicted.output + done.output + "".join(path.read_text() for path in (tmp_path / "state").iterdir())
    assert [token for token in tokens if token in shown] == []


def test_task_that_cannot_reach_an_instance_ends_as_unreachable_with_the_reason(
    simulator: Simulator, tmp_path: Path, options: dict[str, Any]
) -> None:
    simulator.faults.add(site="lyon", kind="refuse", times=None)

    ended = play(tmp_path, {"Replicate": {"hybrid.jfrog.security_replication": options}})

    message = ended.results["Replicate"]["msg"]
    assert message.startswith("Cannot replicate to every instance: lyon takes no part in this run: Cannot read")
    assert "connection refused" in message


def test_task_with_an_account_shows_no_password(simulator: Simulator, tmp_path: Path, options: dict[str, Any]) -> None:
    lyon = simulator.edge("lyon")
    lyon.security.put("users", "robot", new_user(email="r@example.com", admin=True), password="marked-password")
    account = {"access_token": None, "username": "robot", "password": "marked-password"}
    options["instances"][1] = {**options["instances"][1], **account}

    done = play(tmp_path, {"Replicate": {"hybrid.jfrog.security_replication": options}}, "--diff", "-vvvv")

    assert lyon.security.has("users", "alice")
    assert not simulator.platform.security.has("users", "robot")
    assert "marked-password" not in done.output


def test_task_that_cannot_be_meant_fails_with_all_problems(tmp_path: Path, options: dict[str, Any]) -> None:
    lyon = {**options["instances"][1], "name": "acme", "url": "edge-lyon.example.com"}
    wrong = {**options, "instances": [options["instances"][0], lyon]}

    result = play(tmp_path, {"Replicate": {"hybrid.jfrog.security_replication": wrong}}).results["Replicate"]

    assert result["failed"]
    assert [
        word for word in ("two instances have the name 'acme'", "acme: Cannot use url") if word not in result["msg"]
    ] == []

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several steps on a node in one execution, by ansible-playbook."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.node.testing import Workbench
from unit.modules.node_cases import KEY, OTHER
from unit.modules.play import play
from unit.node.node_tree import put, snapshot

SETTINGS = {"shared.logging.consoleLog.enabled": True}
ACCESS = {"token": {"max-expiry": 86400}}


def steps(home: Path, **changes: Any) -> dict[str, Any]:
    return {
        "hybrid.jfrog.node": {
            "artifactory_home": str(home),
            "control": "none",
            "join_key": {"key": KEY, "key_file": "", "on_unknown": "supply"},
            "system_yaml": {"settings": SETTINGS},
            "access_config": {"settings": ACCESS},
            **changes,
        }
    }


@pytest.mark.parametrize("pipelining", [True, False], ids=["piped", "as-modules"])
def test_steps_are_predicted_carried_out_and_found_in_order(tmp_path: Path, pipelining: bool) -> None:
    node = Workbench(tmp_path / "sim").started()
    count = tmp_path / "count"
    python = put(tmp_path / "python", f'#!/bin/sh\necho started >> {count}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    way = {"ansible_python_interpreter": str(python), "ansible_pipelining": pipelining}
    before = snapshot(tmp_path / "sim")

    predicted = play(tmp_path / "check", {"it": {**steps(node.home), "vars": way}}, "--check", "--diff", "-vvvv")
    assert predicted.results["it"]["changed"]
    assert snapshot(tmp_path / "sim") == before

    count.write_text("")
    played = play(
        tmp_path / "play",
        {"it": {**steps(node.home), "vars": way}, "again": {**steps(node.home), "vars": way}},
        "-vvvv",
    )
    result = played.results["it"]
    assert {name: one["changed"] for name, one in result["steps"].items()} == {
        "join_key": True,
        "system_yaml": True,
        "access_config": True,
    }
    assert node.layout.bootstrap_join_key.read_text() == KEY
    assert "consoleLog" in (node.layout.system_yaml or Path()).read_text()
    assert "max-expiry" in (node.layout.access_etc / "access.config.patch.yml").read_text()
    assert not played.results["again"]["changed"]
    assert KEY not in predicted.output + played.output
    # Once to read system.yaml, and once for everything else; where nothing is to be written, the same.
    if pipelining:
        assert count.read_text() == "started\n" * 4


def test_step_that_fails_is_named_and_ends_the_task(tmp_path: Path) -> None:
    node = Workbench(tmp_path / "sim").started()
    put(node.layout.access_etc / "access.config.patch.yml", "token: [\n")

    played = play(tmp_path / "play", {"it": steps(node.home, restart={"wait": False})})

    result = played.results["it"]
    assert (result["failed"], result["step"], result["changed"]) == (True, "access_config", True)
    assert "access.config.patch.yml" in result["msg"]
    assert {name: bool(one.get("failed")) for name, one in result["steps"].items()} == {
        "join_key": False,
        "system_yaml": False,
        "access_config": True,
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"join_key": {"key": OTHER, "bits": 64}}, ["join_key: ", "bits"], id="value"),
        pytest.param({"restart": {"nobody": 1}}, ["restart: ", "nobody"], id="name"),
        pytest.param(
            {"access_config": {}, "join_key": {"bits": "x"}}, ["access_config: ", "settings", "join_key: "], id="two"
        ),
        pytest.param({"join_key": {"key": "b" * 48}}, ["48 hexadecimal digits"], id="key"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_before_anything_is_done(
    tmp_path: Path, changes: dict[str, Any], words: list[str]
) -> None:
    node = Workbench(tmp_path / "sim").started()
    before = snapshot(tmp_path / "sim")

    result = play(tmp_path / "play", {"it": steps(node.home, **changes)}).results["it"]

    assert result["failed"]
    assert [word for word in words if word not in result["msg"]] == []
    assert snapshot(tmp_path / "sim") == before

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module of the REST side that is delegated to the controller runs in Ansible's own process, and is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.simulator import Simulator
from unit.modules.play import play

# Told at -vvv of a module that Ansible packs and starts.
MODULE_FILE = "plugins/modules/base_url.py"


@pytest.fixture
def options(simulator: Simulator) -> dict[str, Any]:
    edge = simulator.add_edge("lyon")
    return {
        "edge_url": edge.url,
        "edge_access_token": edge.admin_token(),
        "edge_ca_path": str(simulator.ca_path),
        "base_url": edge.url,
    }


def test_delegated_module_predicts_changes_once_and_masks_its_token(
    simulator: Simulator, tmp_path: Path, options: dict[str, Any]
) -> None:
    task = {"hybrid.jfrog.base_url": options, "delegate_to": "localhost"}

    predicted = play(tmp_path / "check", {"Set": task}, "--check")
    assert predicted.results["Set"]["changed"]
    assert simulator.edge("lyon").custom_base_url is None

    done = play(tmp_path / "run", {"Set": task, "Again": task}, "-vvv")
    assert [done.results[name]["changed"] for name in ("Set", "Again")] == [True, False]
    assert simulator.edge("lyon").custom_base_url == options["base_url"]
    assert options["edge_access_token"] not in str(done.results)
    assert MODULE_FILE not in done.output


def test_delegated_module_refuses_wrong_options_as_the_module_does(tmp_path: Path, options: dict[str, Any]) -> None:
    wrong = {**options, "of": "somebody"}

    here = play(tmp_path / "here", {"Set": {"hybrid.jfrog.base_url": wrong, "delegate_to": "localhost"}})
    there = play(tmp_path / "there", {"Set": {"hybrid.jfrog.base_url": wrong}})

    assert here.results["Set"]["failed"]
    assert here.results["Set"]["msg"] == there.results["Set"]["msg"]


def test_module_that_is_not_delegated_runs_on_its_host_with_the_same_result(
    simulator: Simulator, tmp_path: Path, options: dict[str, Any]
) -> None:
    done = play(tmp_path, {"Set": {"hybrid.jfrog.base_url": options}}, "-vvv")

    assert done.results["Set"]["base_url"] == options["base_url"]
    assert MODULE_FILE in done.output
    assert simulator.edge("lyon").custom_base_url == options["base_url"]


@pytest.mark.parametrize("in_a_step", [True, False])
def test_host_that_is_lost_is_a_failure_of_the_step_and_unreachable_otherwise(
    tmp_path: Path, options: dict[str, Any], in_a_step: bool
) -> None:
    away = {"ansible_ssh_common_args": "-F none -o BatchMode=yes -o ConnectTimeout=5", "ansible_connection": "ssh"}
    step = {"edge_step": "base_url"} if in_a_step else {}
    task = {"hybrid.jfrog.base_url": options, "delegate_to": "nobody.invalid", "vars": {**away, **step}}

    result = play(tmp_path, {"Set": task}).results["Set"]

    assert (result.get("failed", False), result.get("unreachable", False)) == (in_a_step, not in_a_step)
    assert not in_a_step or "the connection to it was lost" in result["msg"]

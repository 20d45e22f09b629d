# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import SERVICE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import ledger
from ansible_collections.hybrid.jfrog.plugins.modules import artifactory_service as module
from simulator.node.node import Node
from simulator.node.testing import put
from simulator.simulator import Simulator
from simulator.switches import Switches
from unit.modules.node_cases import KEY, OTHER, observed
from unit.modules.run_module import run_module
from unit.node.node_tree import snapshot

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One for all tests of this file; each adds an Edge of its own."""
    folder = tmp_path_factory.mktemp("simulator")
    with pytest.MonkeyPatch.context() as patch, Simulator(folder, switches=Switches(start_duration=0.05)) as running:
        # The control script asks env for its Python; this one starts faster than a version manager's.
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        yield running


@pytest.fixture
def node(simulator: Simulator, request: pytest.FixtureRequest) -> Node:
    """A started node of an Edge named after the test."""
    name = f"edge{len(simulator.edges)}"
    return simulator.add_edge(name).nodes[0]


def params_of(simulator: Simulator, node: Any, **changes: Any) -> dict[str, Any]:
    home = {"artifactory_home": str(node.home), "control": "artifactoryctl"}
    return {**home, "node_url": node.url, "node_ca_path": str(simulator.ca_path), **changes}


def start_by_hand(simulator: Simulator, node: Node) -> None:
    """Start it without the collection. The port, which the simulator closed meanwhile, is open again after this."""
    node.restart()
    node.wait()
    simulator.refresh()


def make_due(node: Node) -> None:
    result = run_module("join_key", {"artifactory_home": str(node.home), "key": KEY, "on_unknown": "supply"})
    assert result["changed"]


def test_service_in_check_mode_predicts_and_starts_nothing(simulator: Simulator, node: Node) -> None:
    make_due(node)
    before = snapshot(node.home)
    predicted = run_module("artifactory_service", params_of(simulator, node), check=True)

    assert (predicted["changed"], predicted["drift"]) == (True, ["restart_due"])
    assert predicted["service"]["started"]
    assert node.layout.bootstrap_join_key.exists()
    assert snapshot(node.home) == before


def test_service_without_control_leaves_a_due_restart_to_others_and_says_so(simulator: Simulator, node: Node) -> None:
    make_due(node)
    before = snapshot(node.home)
    result = run_module("artifactory_service", params_of(simulator, node, control="none"))

    assert (result["changed"], result["drift"], result["service"]["restart_due"]) == (False, [], True)
    assert result["warnings"] == [
        f"The node in {node.home} has to be started by hand, because control is none: a restart is due for join_key."
    ]
    assert snapshot(node.home) == before

    start_by_hand(simulator, node)
    after = run_module("artifactory_service", params_of(simulator, node, control="none"))
    assert (after["service"]["restart_due"], after["warnings"]) == (False, [])


def test_service_started_by_others_since_is_noted_without_another_start(simulator: Simulator, node: Node) -> None:
    make_due(node)
    start_by_hand(simulator, node)
    loaded = node.logs.text("jfac").count("Join key loaded")
    result = run_module("artifactory_service", params_of(simulator, node))

    assert (result["changed"], result["drift"]) == (True, ["restart_due"])
    assert not result["service"]["started"]
    assert node.logs.text("jfac").count("Join key loaded") == loaded
    seen = observed(node)["ledger"]
    assert seen["restart_due"] == {}
    assert seen["join_key"]["confirmed_at"] is not None
    assert seen["started_at"] is None
    assert not run_module("artifactory_service", params_of(simulator, node))["changed"]


def test_service_start_is_noted_with_its_time(simulator: Simulator, node: Node) -> None:
    make_due(node)
    supplied = observed(node)["ledger"]["join_key"]["supplied_at"]

    run_module("artifactory_service", params_of(simulator, node))

    seen = observed(node)
    assert supplied < seen["ledger"]["started_at"] < seen["join_key"]["written_at"]


def test_service_start_clears_up_private_keys_that_killed_runs_never_placed(simulator: Simulator, node: Node) -> None:
    make_due(node)
    left = [
        node.layout.var / "bootstrap" / name for name in ("etc/access/keys/.private.key", "router/keys/.server.key")
    ]
    for path in left:
        put(path.with_name(f"{path.name}.hybrid.jfrog.tmp"), "half a key")

    run_module("artifactory_service", params_of(simulator, node))

    assert list(node.home.rglob("*.hybrid.jfrog.tmp")) == []


def test_service_state_started_leaves_a_running_node_alone(simulator: Simulator, node: Node) -> None:
    make_due(node)
    result = run_module("artifactory_service", params_of(simulator, node, state="started"))

    assert not result["changed"]
    assert list(observed(node)["ledger"]["restart_due"]) == ["join_key"]


def test_service_start_that_fails_quotes_the_logs_and_stays_due_until_it_goes_well(
    simulator: Simulator, node: Node
) -> None:
    make_due(node)
    right = node.layout.master_key.read_text()
    node.layout.master_key.write_text(OTHER)
    failed = run_module("artifactory_service", params_of(simulator, node))

    assert failed["failed"]
    assert f"Cannot bring the node in {node.home} up: it stopped again." in failed["msg"]
    assert "Master key checksum mismatch. Aborting initialization" in failed["msg"]
    assert failed["msg"].endswith("Put the master key back that the node's database was made with.")
    assert OTHER not in failed["msg"]
    assert failed["log_lines"][0].startswith("Master key checksum mismatch")
    assert list(observed(node)["ledger"]["restart_due"]) == ["join_key"]

    node.layout.master_key.write_text(right)
    assert run_module("artifactory_service", params_of(simulator, node))["changed"]
    assert observed(node)["ledger"]["restart_due"] == {}
    assert node.database.join_key == KEY


def test_service_due_for_another_nodes_key_is_recorded_before_the_start(simulator: Simulator, node: Node) -> None:
    script = node.layout.control_script.read_text()
    put(node.layout.control_script, '#!/bin/sh\ntest "$1" = status\n', mode=0o755)
    failed = run_module("artifactory_service", params_of(simulator, node, due_for=["join_key"]))
    assert failed["failed"]
    assert list(observed(node)["ledger"]["restart_due"]) == ["join_key"]

    put(node.layout.control_script, script, mode=0o755)
    assert run_module("artifactory_service", params_of(simulator, node))["service"]["reasons"] == ["join_key"]
    assert not run_module("artifactory_service", params_of(simulator, node))["changed"]


def test_service_nodes_of_an_edge_one_after_the_other_use_the_new_key(simulator: Simulator) -> None:
    first, second = simulator.add_edge("pair", nodes=2).nodes
    make_due(first)
    for one in (first, second):
        result = run_module("artifactory_service", params_of(simulator, one, due_for=["join_key"]))
        assert (result["changed"], result["health"]["state"]) == (True, "HEALTHY"), result
    assert first.database.join_key == KEY
    assert not second.join_refused


def test_service_command_of_the_users_own_is_run(simulator: Simulator, node: Node) -> None:
    make_due(node)
    command = [str(node.layout.control_script), "restart"]
    result = run_module("artifactory_service", params_of(simulator, node, control="command", restart_command=command))

    assert (result["changed"], result["service"]["started"]) == (True, True)
    assert node.database.join_key == KEY

    node.stop()
    simulator.refresh()
    again = run_module("artifactory_service", params_of(simulator, node, control="command", restart_command=command))
    assert (again["drift"], again["health"]["state"]) == (["running"], "HEALTHY")


def test_service_command_without_a_command_is_refused(simulator: Simulator, node: Node) -> None:
    result = run_module("artifactory_service", params_of(simulator, node, control="command"))

    assert result["failed"]
    assert "restart_command" in result["msg"]


def test_service_without_a_health_url_proves_nothing(simulator: Simulator, node: Node) -> None:
    make_due(node)
    result = run_module("artifactory_service", params_of(simulator, node, node_url=None))

    assert (result["changed"], result["health"]) == (True, None)
    seen = observed(node)["ledger"]
    assert (seen["restart_due"], seen["join_key"]["confirmed_at"]) == ({}, None)


@pytest.fixture
def in_memory(simulator: Simulator, node: Node) -> Node:
    """A node that keeps its master key in memory only, as its router left it."""
    assert node.layout.system_yaml is not None
    node.layout.system_yaml.write_text("shared:\n  security:\n    masterKeyExternal: true\n")
    node.restart(at_once=True)
    simulator.refresh()
    assert not node.layout.master_key.exists()
    return node


def test_service_master_key_in_memory_that_nobody_knows_is_an_error_and_the_node_runs_on(
    simulator: Simulator, in_memory: Node
) -> None:
    make_due(in_memory)
    before = snapshot(in_memory.home)
    result = run_module("artifactory_service", params_of(simulator, in_memory))

    assert result["failed"]
    assert "keeps its master key in memory only" in result["msg"]
    assert "edge_master_key" in result["msg"]
    assert in_memory.state == "running"
    assert snapshot(in_memory.home) == before


def test_service_master_key_in_memory_is_put_back_for_the_start_and_goes_again(
    simulator: Simulator, node: Node
) -> None:
    assert node.layout.system_yaml is not None
    key = node.layout.master_key.read_text()
    node.layout.system_yaml.write_text("shared:\n  security:\n    masterKeyExternal: true\n")
    node.restart(at_once=True)
    simulator.refresh()
    params = params_of(simulator, node, master_key=key)

    idle = run_module("artifactory_service", params)
    assert (idle["changed"], node.layout.master_key.exists()) == (False, False)

    make_due(node)
    before = snapshot(node.home)
    predicted = run_module("artifactory_service", params, check=True)
    assert (predicted["changed"], predicted["service"]["started"]) == (True, True)
    assert snapshot(node.home) == before

    started = run_module("artifactory_service", params)
    assert (started["diff"], started["health"]["state"]) == (predicted["diff"], "HEALTHY")
    assert key not in json.dumps(started)
    assert not node.layout.master_key.exists()
    assert node.database.join_key == KEY
    assert observed(node)["ledger"]["master_key"]["confirmed_at"] is not None
    assert not run_module("artifactory_service", params)["changed"]


@pytest.mark.parametrize("check", [True, False], ids=["check-mode", "run"])
def test_service_master_key_in_memory_that_the_ledger_contradicts_is_not_put_back(
    simulator: Simulator, in_memory: Node, check: bool
) -> None:
    make_due(in_memory)
    layout = layouts.require(str(in_memory.home))
    recorded = ledger.read(layout)
    ledger.write(layout, model.record_key(recorded, "master_key", keys.new_entry(KEY, NOW)))
    before = snapshot(in_memory.home)
    result = run_module("artifactory_service", params_of(simulator, in_memory, master_key=OTHER), check=check)

    assert result["failed"]
    assert "the other master key that was supplied at" in result["msg"]
    assert in_memory.state == "running"
    assert snapshot(in_memory.home) == before


def test_service_wait_ends_at_its_limit_with_the_health_and_sleeps_longer_and_longer(
    simulator: Simulator, node: Node
) -> None:
    time, pauses = [0.0], []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        time[0] += seconds

    put(node.layout.control_script, "#!/bin/sh\nexit 0\n", mode=0o755)
    defaults = {name: option.get("default") for name, option in SERVICE_OPTIONS.items()}
    params = {**defaults, **params_of(simulator, node, node_url="http://127.0.0.1:9", wait_timeout=20)}
    with pytest.raises(ServiceError) as caught:
        module.ensure(params, check_mode=False, clock=lambda: time[0], sleep=sleep)

    assert "it was not healthy after 20 seconds. Its health page: connection refused." in caught.value.msg
    assert pauses[:5] == [0.2, 0.4, 0.8, 1.6, 3.2]
    assert max(pauses) == 5.0
    assert sum(pauses) == pytest.approx(20)


def test_service_node_that_is_coming_up_is_waited_for(simulator: Simulator, node: Node) -> None:
    node.stop()
    node.start()
    result = run_module("artifactory_service", params_of(simulator, node))

    assert (result["changed"], result["health"]["state"]) == (False, "HEALTHY")


def test_service_ledger_of_a_node_without_reasons_is_not_made(simulator: Simulator, node: Node) -> None:
    layout = layouts.require(str(node.home))
    assert not run_module("artifactory_service", params_of(simulator, node))["changed"]
    assert not layout.ledger.exists()

    ledger.write(layout, model.due(model.empty(), "join_key", NOW))
    assert run_module("artifactory_service", params_of(simulator, node))["drift"] == ["restart_due"]

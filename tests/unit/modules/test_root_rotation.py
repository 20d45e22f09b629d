# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the action ``root_rotation`` sees the fleet; its playbook has tests of its own in tests/integration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.action.root_rotation import _ending
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pem import der_sha256
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import root_rotation as domain
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust.support_request import colons as with_colons
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._trust import root_rotation as adapter
from simulator.certificates import key_to_pem, self_signed, sha256, to_pem
from simulator.key_pool import POOL
from simulator.simulator import Simulator
from unit.modules.ansible_inventory import task_vars
from unit.modules.node_cases import observed
from unit.modules.rest_cases import FastClock, edge_options, platform_options


@pytest.fixture(scope="module")
def pair() -> tuple[str, str]:
    key = POOL.take()
    return to_pem(self_signed("JFrog Token Issuer 2", key)), key_to_pem(key)


class World:
    """Two Edges with a node each, as an inventory and as what a play has observed of them."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self.edges = {name: simulator.add_edge(name) for name in ("lyon", "rome")}
        self.variables: dict[str, dict[str, Any]] = {name: {} for name in self.edges}
        self.left_out: set[str] = set()

    def plan(self, *, seconds: float = 0) -> dict[str, domain.Rotation]:
        hosts = {
            f"{name}-1": {"edge_name": name, **edge_options(self.simulator, name), **self.variables[name]}
            for name in self.edges
        }
        inventory = {"edge_nodes": {"hosts": hosts, "vars": platform_options(self.simulator)}}
        (self.folder / "hosts.json").write_text(json.dumps(inventory))
        known = task_vars(self.folder / "hosts.json")
        played = [host for host in hosts if host not in self.left_out]
        for host in played:
            node = {"node": observed(self.simulator.node(host))}
            known["hostvars"]._variable_manager.set_nonpersistent_facts(host, {"edge_observed": node})
        planned, _seen = adapter.plan_rotations(
            {**known, "ansible_play_hosts_all": played},
            hosts=None,
            nodes_variable="edge_observed",
            seconds=seconds,
            max_parallel=4,
            clock=FastClock(),
        )
        return {rotation.name: rotation for rotation in planned}


@pytest.fixture
def world(simulator: Simulator, tmp_path: Path, pair: tuple[str, str]) -> World:
    made = World(simulator, tmp_path)
    made.variables["lyon"] = dict(zip(adapter.PAIR, pair))
    return made


def trust(world: World, truster: Any, issuer: str = "lyon") -> None:
    truster.database.trust(world.edges[issuer].database.root_certificate)


def test_only_an_edge_with_a_pair_rotates(world: World, pair: tuple[str, str]) -> None:
    planned = world.plan()

    assert list(planned) == ["lyon"]
    assert (planned["lyon"].stage, [one["host"] for one in planned["lyon"].supplies]) == (domain.OVERLAP, ["lyon-1"])
    assert pair[1] not in repr(planned)


@pytest.mark.parametrize(
    ("makes", "supplied"),
    [
        pytest.param(lambda world: trust(world, world.edges["rome"]), ["rome-1", "lyon-1"], id="trusts-it-now"),
        pytest.param(
            lambda world: world.variables["rome"].update(edge_trust_peers=["lyon"]), ["rome-1", "lyon-1"], id="named"
        ),
        pytest.param(lambda world: trust(world, world.edges["lyon"], "rome"), ["lyon-1"], id="only-the-other-way"),
    ],
)
def test_who_trusts_the_edge_is_found(world: World, makes: Any, supplied: list[str]) -> None:
    makes(world)
    assert [one["host"] for one in world.plan()["lyon"].supplies] == supplied


def test_edge_that_the_run_leaves_out_is_asked_and_keeps_the_other_from_switching(world: World) -> None:
    trust(world, world.edges["rome"])
    world.left_out = {"rome-1"}
    found = world.plan()["lyon"]
    assert found.problems == ["rome does not know the new root, and none of its nodes was read in this run"]


@pytest.mark.parametrize(
    ("silent", "said", "asked_in_vain"),
    [
        pytest.param("rome", {}, ["rome"], id="edge"),
        pytest.param("acme", {}, ["127.0.0.1"], id="platform"),
        pytest.param("rome", {"edge_trust_peers": []}, [], id="edge-that-is-no-peer"),
        pytest.param("rome", {"edge_rotation_accept_gap": True}, [], id="gap-accepted"),
    ],
)
def test_deployment_that_cannot_be_asked_whether_it_trusts_the_edge_keeps_it_from_switching(
    world: World, silent: str, said: dict[str, Any], asked_in_vain: list[str]
) -> None:
    if silent == "rome":
        trust(world, world.edges["rome"])
    world.simulator.faults.add(site=silent, kind="401", times=None)
    for name in world.edges:
        world.variables[name].update(said)

    found = world.plan()["lyon"]

    assert [problem.split(" could not be asked")[0] for problem in found.problems] == [
        f"whether {name} trusts lyon" for name in asked_in_vain
    ]
    # Nobody is made to trust an Edge on a suspicion.
    assert [one["host"] for one in found.supplies] == ["lyon-1"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        pytest.param({}, True, id="not-confirmed"),
        pytest.param({"edge_root_certificate_confirmed": "ab" * 32}, True, id="another-one-confirmed"),
        pytest.param({"edge_rotation_accept_gap": True}, False, id="gap-accepted"),
    ],
)
def test_platform_in_the_cloud_that_trusts_the_edge_has_to_confirm(
    world: World, said: dict[str, Any], problem: bool
) -> None:
    trust(world, world.simulator.platform)
    world.variables["lyon"].update(said)
    found = world.plan()["lyon"]
    assert (found.request, bool(found.problems)) == (True, problem)


@pytest.mark.parametrize("colons", [False, True], ids=["plain", "with-colons"])
def test_confirmation_is_the_fingerprint_of_the_new_root(world: World, pair: tuple[str, str], colons: bool) -> None:
    trust(world, world.simulator.platform)
    told = der_sha256(pair[0])
    world.variables["lyon"]["edge_root_certificate_confirmed"] = with_colons(told) if colons else told
    assert (world.plan()["lyon"].request, world.plan()["lyon"].problems) == (False, [])


def test_platform_without_a_circle_of_trust_has_no_say(world: World) -> None:
    assert world.plan()["lyon"].problems == []


def test_edge_that_signs_with_its_certificate_is_in_order(world: World) -> None:
    root = world.edges["lyon"].database
    world.variables["lyon"] = dict(zip(adapter.PAIR, (to_pem(root.root_certificate), key_to_pem(root.root_key))))
    found = world.plan()["lyon"]
    assert (found.stage, found.new["sha256"]) == (domain.IN_ORDER, sha256(root.root_certificate))


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        pytest.param({adapter.PAIR[1]: None}, InventoryError, "belong together", id="half-a-pair"),
        pytest.param({adapter.PAIR[0]: "rubbish"}, CertificateError, "pair of the Edge 'lyon'", id="no-certificate"),
    ],
)
def test_pair_that_cannot_be_used_is_refused_before_anything_is_asked(
    world: World, changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    world.variables["lyon"].update(changed)
    world.simulator.calls.clear()
    with pytest.raises(error, match=words):
        world.plan()
    assert world.simulator.calls.find(by_client=True) == []


def rotation(stage: str, *problems: str) -> domain.Rotation:
    return domain.Rotation("osaka", {}, stage, "the Edge signs with the new root", problems=list(problems))


@pytest.mark.parametrize(
    ("planned", "how"),
    [
        pytest.param(
            rotation(domain.PROVE, "lyon does not accept the new root of osaka"),
            {
                "failed": True,
                "msg": "Cannot finish all rotations: osaka (prove): lyon does not accept the new root of osaka. "
                "Settle that, then run the playbook again: it goes on.",
            },
            id="problem",
        ),
        pytest.param(rotation(domain.IN_ORDER), {"failed": False, "msg": "osaka: in order"}, id="in-order"),
    ],
)
def test_report_fails_with_what_keeps_the_rotation_from_its_end(planned: domain.Rotation, how: dict[str, Any]) -> None:
    assert _ending([planned], check_mode=False) == how

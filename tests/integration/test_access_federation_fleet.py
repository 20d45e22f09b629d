# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook federate_access: a star and a mesh of three Edges. One run each for what there is to be seen."""

from __future__ import annotations

import json
import re
import shlex
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml

from integration.fleet import ROOT, Fleet, Run
from simulator.federation_traffic import add_entity
from unit.simulator.calling import Client
from unit.simulator.federating import circle, targets, trust

NAMES = ("lyon", "osaka", "quito")
PLAYBOOK = "federate_access.yml"
PAGE = (ROOT / "docs/federation.md").read_text()
INVENTORY = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0])
# What the page says to run, without the name of the playbook.
CHECK, MAKE, PRUNE = (shlex.split(line)[2:] for line in re.findall(r"^ansible-playbook .*$", PAGE, re.MULTILINE))


def add(fleet: Fleet, name: str, **variables: Any) -> Any:
    """A registered Edge in a circle of trust with the platform and all others."""
    told = {"edge_federation": ["users", "groups"], "edge_circle_of_trust_acknowledged": True, **variables}
    edge = fleet.add(name, **told)
    edge.custom_base_url = edge.url
    assert Client(fleet.simulator).register(edge).status_code == 201
    circle(edge, fleet.simulator.platform)
    for other in fleet.simulator.edges:
        if other is not edge:
            circle(edge, other)
    return edge


@pytest.fixture
def three(fleet: Fleet) -> Fleet:
    for name in NAMES:
        add(fleet, name)
    return fleet


def test_star_of_the_page_is_made_kept_and_pruned(three: Fleet) -> None:
    platform, lyon, osaka, quito = three.simulator.platform, *three.simulator.edges
    three.variables["osaka"]["edge_federation"] = {
        "entities": ["groups"],
        "group_filters": {"exclude_patterns": ["t-.*"]},
    }
    predicted = three.run(PLAYBOOK, *CHECK)
    assert (predicted.code, predicted.changed, targets(platform)) == (0, 1, {}), predicted.output
    assert "HOME: quito is no target" in predicted.output

    first = three.run(PLAYBOOK, *MAKE)
    assert (first.code, first.changed) == (0, 1), first.output
    both = ["groups", "users"]
    assert targets(platform) == {lyon.url: both, osaka.url: ["groups"], quito.url: both}
    assert "HOME: full broadcast to osaka: started" in first.output
    add_entity(three.simulator, platform, "groups", "t-1")
    assert ["t-1" in edge.federation.known["groups"] for edge in (lyon, osaka, quito)] == [True, False, True]

    # One is switched off, one has left the inventory, and one is not managed any more.
    three.variables["lyon"]["edge_federation"] = False
    del three.variables["osaka"]["edge_federation"], three.variables["quito"]
    second = three.run(PLAYBOOK)
    assert (second.code, list(targets(platform))) == (0, [osaka.url, quito.url]), second.output
    third = three.run(PLAYBOOK, *PRUNE)
    assert (third.code, list(targets(platform))) == (0, [osaka.url]), third.output
    assert (again := three.run(PLAYBOOK)).changed == 0, again.output


@pytest.mark.slow
def test_mesh_is_made_and_repaired_and_who_cannot_be_federated_stops_no_other(three: Fleet) -> None:
    mesh = ("-e", "access_federation_topology=mesh")
    lyon, osaka, quito = three.simulator.edges
    three.simulator.calls.clear()
    first = three.run(PLAYBOOK, *mesh)
    assert (first.code, first.changed) == (0, 1), first.output
    for edge in (lyon, osaka, quito):
        others = [other for other in (lyon, osaka, quito) if other is not edge]
        assert targets(edge) == {other.url: ["groups", "users"] for other in others}
    written = [call.path for call in three.simulator.calls.writes if call.by_client]
    assert written == ["/mc/api/v1/federation/create_mesh"]

    # quito does not trust lyon any more, so lyon cannot tell it again what it has forgotten.
    quito.forget_trusted()
    trust(quito, osaka)
    for source in (lyon, osaka):
        source.federation.targets.clear()
    second = three.run(PLAYBOOK, *mesh)
    assert second.code == 2, second.output
    assert "quito does not accept lyon: Circle of trust validation failed (response from target server: 401)" in (
        second.output
    )
    assert "Pairing is not enough for it" in second.output
    assert (set(targets(lyon)), set(targets(osaka))) == ({osaka.url}, {lyon.url, quito.url})


def test_federation_that_nobody_agreed_to_is_refused_before_anything_is_asked(fleet: Fleet) -> None:
    fleet.add("lyon", edge_federation=["users"])
    fleet.add("osaka", edge_federation=["everything"], edge_circle_of_trust_acknowledged=True)

    run = fleet.run(PLAYBOOK)

    assert run.code == 2
    assert "the Edge 'lyon' needs a circle of trust for it, and nobody has agreed to that" in run.output
    assert "edge_federation of the Edge 'osaka' has the entities everything" in run.output
    assert fleet.simulator.calls.find(by_client=True) == []


ROLE = [{"hosts": "edge_nodes", "gather_facts": False, "roles": ["hybrid.jfrog.access_federation"]}]
EVERY = ["groups", "permissions", "tokens", "users"]


def run_role(fleet: Fleet) -> Run:
    (fleet.folder / "role.json").write_text(json.dumps(ROLE))
    return fleet.run(str(fleet.folder / "role.json"))


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(
            {"entities": ["users"], "permission_filters": {"include_patterns": ["p"]}}, ["users"], id="filtered"
        ),
        pytest.param(True, EVERY, id="everything"),
        pytest.param(False, None, id="nothing"),
    ],
)
def test_role_federates_its_edges_with_one_request(three: Fleet, told: Any, expected: Any) -> None:
    platform = three.simulator.platform
    for name in NAMES:
        three.variables[name]["edge_federation"] = told

    run = run_role(three)

    assert run.code == 0, run.output
    changed = [] if expected is None else [("access_federation", f"{name}-1") for name in NAMES]
    assert sorted(run.changed_steps) == changed
    assert targets(platform) == ({} if expected is None else {edge.url: expected for edge in three.simulator.edges})
    writes = [call.path for call in three.simulator.calls.writes if call.by_client and call.method == "PUT"]
    assert writes == ([] if expected is None else ["/mc/api/v1/federation/JPD-1"])
    assert run_role(three).changed == 0


def test_role_fails_on_the_host_of_the_edge_that_cannot_be_federated_alone(three: Fleet) -> None:
    lyon, osaka, quito = three.simulator.edges
    osaka.forget_trusted()

    run = run_role(three)

    assert run.code == 2, run.output
    assert {host: numbers["failed"] for host, numbers in run.recap.items()} == {"lyon-1": 0, "osaka-1": 1, "quito-1": 0}
    assert "Cannot federate to the Edge 'osaka': osaka does not accept HOME: Circle of trust" in run.output
    assert set(targets(three.simulator.platform)) == {lyon.url, quito.url}


def test_federation_without_an_edge_that_asks_for_it_says_so(fleet: Fleet) -> None:
    fleet.add("lyon")

    run = fleet.run(PLAYBOOK)

    assert (run.code, run.changed) == (0, 0), run.output
    assert "No Edge of these hosts sets edge_federation, so nothing is federated." in " ".join(run.output.split())


@pytest.mark.slow
def test_two_controllers_over_halves_of_the_fleet_lose_none_of_their_changes(fleet: Fleet) -> None:
    """Both read the list of targets before either writes it, which a PUT that takes a while makes sure of."""
    fleet.simulator.switches.federation_put_removes_targets = True
    for name in (*NAMES, "cairo"):
        add(fleet, name)
    other = Fleet.__new__(Fleet)
    other.__dict__.update(fleet.__dict__, folder=fleet.folder / "other")
    other.folder.mkdir()
    other.variables = {name: fleet.variables.pop(name) for name in ("quito", "cairo")}
    fleet.simulator.faults.add(site="acme", method="PUT", path="/mc/api/v1/federation", kind="slow", times=2, seconds=3)
    fleet.simulator.calls.clear()

    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda half: half.run(PLAYBOOK), (fleet, other)))

    assert [run.code for run in runs] == [0, 0], runs[0].output + runs[1].output
    assert set(targets(fleet.simulator.platform)) == {edge.url for edge in fleet.simulator.edges}
    assert 2 <= len(fleet.simulator.calls.find(method="PUT", path="/mc/api/v1/federation")) <= 4

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook federate_access: a star and a mesh of three Edges. One run each for what there is to be seen."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from integration.fleet import ROOT, Fleet
from simulator.federation_traffic import add_entity
from unit.modules.play import run_playbook
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


def test_role_federates_one_edge_and_stops_it(fleet: Fleet, tmp_path: Path) -> None:
    edge, platform = add(fleet, "lyon"), fleet.simulator.platform
    common = {
        "platform_url": platform.url,
        "platform_access_token": platform.admin_token(),
        "platform_ca_path": str(fleet.simulator.ca_path),
        "edge_name": "lyon",
        "edge_url": edge.url,
    }
    every = ["groups", "permissions", "tokens", "users"]
    cases: list[tuple[Any, dict[str, list[str]]]] = [
        ({"entities": ["users"], "permission_filters": {"include_patterns": ["p"]}}, {edge.url: ["users"]}),
        (True, {edge.url: every}),
        (False, {}),
    ]
    for told, expected in cases:
        (tmp_path / "vars.json").write_text(json.dumps({**common, "edge_federation": told}))
        work = {"roles": ["hybrid.jfrog.access_federation"], "vars_files": [str(tmp_path / "vars.json")]}
        ended = run_playbook(tmp_path / "play", work)
        assert "changed=1" in ended.stdout, ended.stdout + ended.stderr
        assert targets(platform) == expected

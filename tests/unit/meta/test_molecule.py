# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each role and each playbook has a Molecule scenario of its name, which uses it as a user would."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MOLECULE = ROOT / "extensions/molecule"
ROLES = {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}
STORIES = {path.stem for path in (ROOT / "playbooks").glob("*.yml")}
SCENARIOS = {path.parent.name for path in MOLECULE.glob("*/molecule.yml")}
# What is neither: where the simulator is made, and the hosts that boot systemd.
OTHERS = {"default", "hosts"}
PROOFS = sorted(SCENARIOS - OTHERS)
README = (MOLECULE / "README.md").read_text()


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def within(value: Any) -> Iterator[dict[str, Any]]:
    """The value and all that lies in it, as far as it is a mapping."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from within(each)


def used_by(playbook: Path) -> set[str]:
    """Full names of the roles and playbooks that a playbook names itself."""
    plays = load(playbook)
    listed = {role["role"] if isinstance(role, dict) else role for play in plays for role in play.get("roles", ())}
    named = {
        one[key]["name"] if isinstance(one[key], dict) else one[key]
        for one in within(plays)
        for key in (f"ansible.builtin.{kind}" for kind in ("import_playbook", "include_role", "import_role"))
        if key in one
    }
    return listed | named


def groups_of(name: str) -> set[str]:
    """The groups in the inventory of a scenario."""
    inventory = load(MOLECULE / name / "inventory/hosts.yml")
    return set(inventory) | {group for one in within(inventory) for group in one.get("children") or ()}


def simulated() -> set[str]:
    """Names of the simulator's Edges, which are groups of its inventory."""
    inventory = load(MOLECULE / "default/inventory/hosts.yml")
    return {edge.split(":")[0] for edge in inventory["all"]["vars"]["simulator_edges"]}


def test_every_role_and_every_playbook_has_its_scenario_and_no_other_is_there() -> None:
    assert ROLES | STORIES | OTHERS == SCENARIOS


@pytest.mark.parametrize("name", PROOFS)
def test_scenario_uses_what_it_is_named_after(name: str) -> None:
    assert f"hybrid.jfrog.{name}" in used_by(MOLECULE / name / "converge.yml")


@pytest.mark.parametrize("name", PROOFS)
def test_scenario_is_named_as_its_folder_and_ends_with_a_look_at_what_was_done(name: str) -> None:
    scenario = load(MOLECULE / name / "molecule.yml")["scenario"]

    assert scenario["name"] == name
    assert scenario.get("test_sequence", ["verify"])[-1] == "verify"
    assert (MOLECULE / name / "verify.yml").exists()
    assert ("prepare" in scenario.get("test_sequence", ())) == (MOLECULE / name / "prepare.yml").exists()


@pytest.mark.parametrize("name", PROOFS)
def test_scenario_without_idempotence_says_why(name: str) -> None:
    text = (MOLECULE / name / "molecule.yml").read_text()
    steps = load(MOLECULE / name / "molecule.yml")["scenario"].get("test_sequence", ["idempotence"])

    assert ("idempotence" in steps) != ("no idempotence" in re.sub(r"\n# ", " ", text))


@pytest.mark.parametrize("name", PROOFS)
def test_scenario_is_limited_to_a_group_of_its_name(name: str) -> None:
    """An Edge of the simulator is one; a scenario that has more of them, or none, makes it."""
    assert name in groups_of(name)
    assert name in simulated() or name in load(MOLECULE / name / "inventory/hosts.yml")


def test_every_edge_of_the_simulator_belongs_to_one_scenario() -> None:
    owners: dict[str, list[str]] = {edge: [] for edge in simulated()}
    for name in PROOFS:
        for edge in groups_of(name) & set(owners):
            owners[edge].append(name)

    assert {edge: len(names) for edge, names in owners.items()} == dict.fromkeys(owners, 1)


def test_readme_lists_the_scenarios_in_their_tables() -> None:
    tables = README.split("## Roles\n")[1].split("## In your own pipeline\n")[0]
    listed = re.findall(r"^\| `(\w+)` \|", tables, re.MULTILINE)

    assert sorted(listed) == sorted(SCENARIOS)


@pytest.mark.parametrize("name", PROOFS)
def test_readme_says_of_a_scenario_what_its_file_says(name: str) -> None:
    """The first sentence of molecule.yml, after the name."""
    about = re.sub(r"\n# ", " ", (MOLECULE / name / "molecule.yml").read_text().split("---\n# ", 1)[1])
    said = re.match(r"The (?:role|story|role and the playbook) \w+: (.*?)\.(?:\s|$)", about)

    assert said
    assert f"| `{name}` | {said[1]} |" in README

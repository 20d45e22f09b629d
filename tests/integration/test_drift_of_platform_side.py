# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift of what an Edge has from the platform: base URL, licences, keys, federation, registration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from integration.fleet import CITIES, ROLE_OF, Fleet, Run
from simulator import pgp
from simulator.license_buckets import opened
from simulator.signing_keys import KeyPair
from simulator.simulator import Simulator
from unit.simulator.federating import circle, targets

# One worker runs all tests of this file, so that the fleet is joined once.
pytestmark = pytest.mark.xdist_group("equipped")

BUCKET = "edges"
KEY, OTHER_KEY = "release-key", "partner-key"
NAMES = ("lyon", "osaka", "quito")


@pytest.fixture(scope="module")
def equipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Three Edges with everything that the platform side has; osaka and quito have never been started before."""
    folder = tmp_path_factory.mktemp("equipped")
    with Simulator(folder / "simulator") as simulator:
        platform = simulator.add_platform("acme")
        file = platform.make_license_bucket(4)
        platform.buckets[BUCKET] = opened(file.content, file.key, name=BUCKET, url=file.url)
        public, private = pgp.sample("canary")
        platform.key_pairs[KEY] = KeyPair(KEY, KEY, "GPG", public, private)
        platform.trusted_keys.add(KEY, public, platform.now(), "admin")
        fleet = Fleet(simulator, folder / "controller")
        fleet.common = {
            "edge_base_url": "{{ edge_url }}",
            "edge_signing_key": KEY,
            "edge_trusted_signing_keys": [{"alias": OTHER_KEY, "public_key": pgp.sample("other")[0]}],
            "edge_circle_of_trust_acknowledged": True,
        }
        fleet.add(
            "lyon",
            licensed=False,
            edge_license_bucket=BUCKET,
            edge_federation=True,
            edge_trusted_signing_keys=[],
        )
        fleet.add(
            "osaka",
            nodes=2,
            started=False,
            licensed=False,
            edge_master_key="5ec2e7" * 10 + "0a1b",
            edge_license_keys=[simulator.make_license_key() for _ in range(2)],
            edge_federation={"entities": ["groups"], "group_filters": {"exclude_patterns": ["t-.*"]}},
        )
        fleet.add("quito", started=False, licensed=False, edge_license_bucket=BUCKET, edge_federation=["users"])
        fleet.variables["quito"]["edge_adopt_by_name"] = True
        for edge in simulator.edges:
            circle(edge, platform)
        onboarded = fleet.onboard()
        assert fleet.edge_states(onboarded) == dict.fromkeys(NAMES, "corrected")
        yield fleet


@dataclass(frozen=True)
class Drift:
    """Something that happens behind our back, and what the report says of it."""

    edge: str
    fact: str
    happen: Callable[[Fleet], Any]
    reason: str


def target_of(fleet: Fleet, name: str) -> Any:
    found = fleet.simulator.platform.federation.targets.values()
    return next(one for one in found if one.url.startswith(fleet.simulator.edge(name).url))


def call_it_otherwise(fleet: Fleet) -> None:
    """A base URL that somebody has set; a pairing does not outlive that (control-plane-api.md 2.4)."""
    lyon = fleet.simulator.edge("lyon")
    lyon.revoke_pairings(lyon.base_url)
    lyon.custom_base_url = "https://edge.example.com"


def forget_key(fleet: Fleet, name: str, alias: str) -> None:
    keys = fleet.simulator.edge(name).trusted_keys
    found = keys.with_alias(alias)
    assert found is not None
    keys.remove(found.key.fingerprint)


def replace_key(fleet: Fleet, name: str) -> None:
    """Another key under the alias of the one that the platform signs with."""
    forget_key(fleet, name, KEY)
    edge = fleet.simulator.edge(name)
    edge.trusted_keys.add(KEY, pgp.sample("other")[0], edge.now(), "admin")


def release_licence(fleet: Fleet, name: str) -> None:
    platform = fleet.simulator.platform
    platform.buckets[BUCKET].release(platform.jpd(name)["id"])


def forget_target(fleet: Fleet, name: str) -> None:
    del fleet.simulator.platform.federation.targets[target_of(fleet, name).name]


def edit_target(fleet: Fleet) -> None:
    target_of(fleet, "osaka").entities.append("users")


def move(fleet: Fleet) -> None:
    fleet.simulator.platform.edit_jpd("osaka", location=CITIES["quito"])


# All that is under one key happens at once.
ROUNDS = {
    "edited": [
        Drift("lyon", "base_url", call_it_otherwise, "the Edge calls itself https://edge.example.com instead of"),
        Drift("lyon", "signing_key", lambda fleet: forget_key(fleet, "lyon", KEY), KEY),
        Drift("lyon", "access_federation", lambda fleet: forget_target(fleet, "lyon"), "lyon"),
        Drift(
            "osaka",
            "artifactory_license",
            lambda fleet: fleet.simulator.edge("osaka").licences.pop(),
            "1 of 2 licence keys not installed",
        ),
        Drift("osaka", "access_federation", edit_target, "users"),
        Drift(
            "osaka",
            "jpd",
            lambda fleet: fleet.simulator.platform.edit_jpd("osaka", name="kobe"),
            'name is "kobe" instead of "osaka"',
        ),
        Drift("quito", "jpd_license", lambda fleet: release_licence(fleet, "quito"), "0 of 1 licence of 'edges'"),
        Drift("quito", "trusted_signing_key", lambda fleet: forget_key(fleet, "quito", OTHER_KEY), OTHER_KEY),
        Drift(
            "quito",
            "jpd",
            lambda fleet: fleet.simulator.platform.edit_jpd("quito", url="https://old.example.com"),
            'url is "https://old.example.com/" instead of',
        ),
    ],
    "gone": [
        Drift("lyon", "pairing", lambda fleet: fleet.simulator.platform.break_pairing("lyon"), "UNAUTHORIZED"),
        Drift("lyon", "signing_key", lambda fleet: replace_key(fleet, "lyon"), "its key 'release-key' is another one"),
        Drift("osaka", "jpd", move, 'city_name is "Quito" instead of "Osaka"'),
        Drift(
            "quito",
            "jpd",
            lambda fleet: fleet.simulator.platform.delete_jpd("quito"),
            "not registered at the platform",
        ),
    ],
}


def planned(run: Run) -> set[tuple[str, str]]:
    changes = [change for edge in run.report["edges"] for change in edge["changes"]]
    return {(ROLE_OF.get(change["step"], change["step"]), change["host"]) for change in changes}


@pytest.mark.parametrize("name", ROUNDS)
def test_drift_is_found_without_a_write_predicted_by_the_modules_and_repaired(equipped: Fleet, name: str) -> None:
    for case in ROUNDS[name]:
        case.happen(equipped)
    equipped.simulator.calls.clear()

    found = equipped.run("report_drift.yml")

    assert found.code == 2, found.output
    assert equipped.edge_states(found) == dict.fromkeys(NAMES, "drifted")
    for case in ROUNDS[name]:
        facts = {fact["fact"]: fact for fact in found.edge(case.edge)["facts"]}
        assert facts[case.fact]["state"] == "drifted", facts[case.fact]
        assert case.reason in facts[case.fact]["reason"]
        assert f"drifted: {case.fact.replace('_', ' ')}: " in found.output

    predicted = equipped.run("correct_drift.yml", "--check", "--diff", verbosity=1)

    assert predicted.code == 0, predicted.output
    assert predicted.changed_steps == planned(predicted) == planned(found)
    assert equipped.simulator.calls.writes == []

    repaired = equipped.run("correct_drift.yml")

    assert repaired.code == 0, repaired.output
    assert equipped.edge_states(repaired) == dict.fromkeys(NAMES, "corrected")
    corrected = {change["step"] for edge in repaired.report["edges"] for change in edge["corrected"]}
    assert corrected == {step for step, _host in planned(found)}

    equipped.simulator.calls.clear()
    after = equipped.run("report_drift.yml")

    assert (after.code, after.changed) == (0, 0), after.output
    assert equipped.simulator.calls.writes == []
    for edge in equipped.simulator.edges:
        samples = ("canary",) if edge.name == "lyon" else ("canary", "other")
        assert all(edge.trusted_keys.has(pgp.sample(sample)[0]) for sample in samples)
    lyon, osaka, quito = (equipped.simulator.edge(name).url for name in NAMES)
    everything = ["groups", "permissions", "tokens", "users"]
    assert targets(equipped.simulator.platform) == {lyon: everything, osaka: ["groups"], quito: ["users"]}


@pytest.mark.slow
def test_what_only_a_person_can_decide_is_told_and_the_rest_is_done(equipped: Fleet) -> None:
    lyon, osaka, _quito = equipped.simulator.edges
    call_it_otherwise(equipped)
    equipped.variables["lyon"]["edge_repair"] = "never"
    equipped.simulator.faults.add(site="osaka", path="/artifactory/api/system/licenses", kind="403", times=None)
    equipped.variables["quito"]["edge_federation"] = False

    run = equipped.run("correct_drift.yml")

    assert run.code == 2, run.output
    assert equipped.edge_states(run) == {"lyon": "needs_person", "osaka": "needs_person", "quito": "corrected"}
    assert [change["step"] for change in run.edge("lyon")["corrected"]] == ["base_url"]
    found = {finding["what"]: finding for name in ("lyon", "osaka") for finding in run.edge(name)["findings"]}
    assert "the JPD is UNAUTHORIZED" in found["pairing"]["reason"]
    assert found["pairing"]["remedy"] == "Set edge_repair to when_broken, or pair the Edge again by hand"
    assert found["licence"]["remedy"] == "Give edge_access_token admin rights, or do not set edge_license_keys"
    assert set(targets(equipped.simulator.platform)) == {lyon.url, osaka.url}

    del equipped.variables["lyon"]["edge_repair"]
    equipped.simulator.faults.clear()
    again = equipped.run("correct_drift.yml")

    assert again.code == 0, again.output
    assert equipped.edge_states(again) == {"lyon": "corrected", "osaka": "in_order", "quito": "in_order"}


@pytest.mark.slow
def test_playbooks_for_one_node_leave_the_other_edges_alone(equipped: Fleet) -> None:
    simulator = equipped.simulator
    before = targets(simulator.platform)
    federated = equipped.run("federate_access.yml", "-e", "access_federation_prune=true", "--limit", "osaka-2")
    assert (federated.code, federated.changed, targets(simulator.platform)) == (0, 0, before), federated.output

    simulator.calls.clear()
    canary = {"repository": "canary-local", "create_repository": "true", "signing_key": KEY}
    options = [text for name, value in canary.items() for text in ("-e", f"platform_canary_{name}={value}")]
    proven = equipped.run("prove_distribution.yml", "--limit", "osaka-2", *options)

    assert proven.code == 0, proven.output
    assert {call.site for call in simulator.calls.find(by_client=True)} == {"acme", "osaka"}
    assert simulator.platform.release_bundles.all == []

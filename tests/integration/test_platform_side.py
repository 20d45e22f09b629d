# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an Edge gets from the platform when it is onboarded: licence, signing key, and a proof that bundles arrive."""

from __future__ import annotations

import pytest

from integration.fleet import Fleet
from integration.killing import EVERY, run_until_task
from simulator import pgp
from simulator.license_buckets import opened
from simulator.signing_keys import KeyPair
from unit.modules.distribution_cases import files_of

BUCKET = "edges"
KEY = "release-key"
OTHER_KEY = "partner-key"


@pytest.fixture
def equipped(fleet: Fleet) -> Fleet:
    """A platform with a bucket of three licences and a key pair, and two Edges without licences, one of them HA."""
    platform = fleet.simulator.platform
    file = platform.make_license_bucket(3)
    platform.buckets[BUCKET] = opened(file.content, file.key, name=BUCKET, url=file.url)
    public, private = pgp.sample("canary")
    platform.key_pairs[KEY] = KeyPair(KEY, KEY, "GPG", public, private)
    fleet.common = {
        "edge_license_bucket": BUCKET,
        "edge_signing_key": KEY,
        "edge_trusted_signing_keys": [{"alias": OTHER_KEY, "public_key": pgp.sample("other")[0]}],
        "edge_base_url": "{{ edge_url }}",
        "edge_canary": True,
        "platform_canary_repository": "canary-local",
        "platform_canary_create_repository": True,
        "platform_canary_signing_key": KEY,
    }
    fleet.add("lyon", licensed=False)
    fleet.add("osaka", nodes=2, licensed=False)
    return fleet


def test_onboarding_with_licence_keys_and_canary_changes_nothing_the_second_time(equipped: Fleet) -> None:
    simulator = equipped.simulator

    first = equipped.run("onboard_edge.yml")

    assert first.code == 0, first.output
    assert equipped.edge_states(first) == {"lyon": "corrected", "osaka": "corrected"}
    assert {jpd["name"]: len(simulator.edge(jpd["name"]).licences) for jpd in simulator.platform.jpds[1:]} == {
        "lyon": 1,
        "osaka": 2,
    }
    for edge in simulator.edges:
        assert {key.alias for key in edge.trusted_keys.all} == {KEY, OTHER_KEY}
        assert edge.custom_base_url.rstrip("/") == edge.url
    # The canary was there, and is gone.
    assert [
        call for call in simulator.calls.find(path="/lifecycle/api/v2/distribution/distribute") if call.status < 300
    ]
    assert simulator.platform.release_bundles.all == []
    assert [path for site in simulator.sites for path in files_of(site)] == []

    simulator.calls.clear()
    second = equipped.run("onboard_edge.yml")

    assert (second.code, second.changed) == (0, 0), second.output
    assert simulator.calls.writes == []
    assert equipped.edge_states(second) == {"lyon": "in_order", "osaka": "in_order"}


def test_onboarding_with_licence_keys_and_canary_in_check_mode_writes_nothing(equipped: Fleet) -> None:
    before = equipped.snapshot()

    run = equipped.run("onboard_edge.yml", "--check", "--diff")

    assert run.code == 0, run.output
    assert equipped.simulator.calls.writes == []
    assert equipped.snapshot() == before


@pytest.mark.slow
def test_onboarding_killed_anywhere_is_finished_by_the_next_run(equipped: Fleet) -> None:
    """Each time another Edge comes."""
    simulator, platform = equipped.simulator, equipped.simulator.platform
    file = platform.make_license_bucket(100)
    platform.buckets[BUCKET] = opened(file.content, file.key, name=BUCKET, url=file.url)
    number, killed = 1, []
    while True:
        name = f"edge{number}"
        equipped.variables.clear()
        equipped.add(name, licensed=False)
        task = run_until_task(equipped, "onboard_edge.yml", number)
        if task is None:
            break
        killed.append(task)

        finished = equipped.run("onboard_edge.yml")

        assert finished.code == 0, (task, finished.output)
        assert [jpd["name"] for jpd in platform.jpds].count(name) == 1, task
        assert len(simulator.edge(name).licences) == 1, task
        assert {key.alias for key in simulator.edge(name).trusted_keys.all} == {KEY, OTHER_KEY}, task
        assert platform.release_bundles.all == [], task
        assert [path for site in simulator.sites for path in files_of(site)] == [], task
        number += EVERY
    assert platform.buckets[BUCKET].used == len(killed) + 1
    assert len(killed) > 20 // EVERY

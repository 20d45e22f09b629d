# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run goes over the fleet in waves of whole Edges, and stops when too many of a wave failed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from integration.fleet import Fleet, Run
from simulator import pgp
from simulator.signing_keys import KeyPair

PAIRING = "/access/api/v1/service_trust/pairing"
DISTRIBUTE = "/lifecycle/api/v2/distribution/distribute"


def asked(**variables: Any) -> tuple[str, str]:
    """Variables as a person gives them with the command."""
    return "-e", json.dumps(variables)


def waves_of(run: Run) -> list[str]:
    return re.findall(r"^wave \d+ of \d+: .* done\)$", run.output, flags=re.MULTILINE)


def registered(fleet: Fleet) -> list[str]:
    """The Edges at the platform, in the order in which they came."""
    return [jpd["name"] for jpd in fleet.simulator.platform.jpds[1:]]


def changes_nothing_on(fleet: Fleet, *names: str) -> dict[str, Any]:
    """What of these Edges a run that leaves them alone keeps as it is: files, the controller's keys, and no write."""
    files = {path: content for path, content in fleet.snapshot().items() if any(f"/{name}" in path for name in names)}
    writes = [call for name in names for call in fleet.simulator.calls.find(site=name) if call.write]
    return {"files": files, "writes": writes}


@pytest.fixture
def three(fleet: Fleet) -> Fleet:
    """Three Edges that only have to be registered; osaka has two nodes."""
    fleet.add("lyon", edge_join_key_file=None)
    fleet.add("osaka", nodes=2, edge_join_key_file=None)
    fleet.add("quito", edge_join_key_file=None)
    return fleet


def test_canary_edge_is_joined_and_verified_before_the_others_begin(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.add("osaka", nodes=2)
    calls = fleet.simulator.calls

    run = fleet.run("onboard_edge.yml", *asked(edge_waves=[1, "100%"], edge_waves_first=["osaka"]))

    assert run.code == 0, run.output
    assert waves_of(run) == ["wave 1 of 2: osaka (1 Edge, 0 of 2 done)", "wave 2 of 2: lyon (1 Edge, 1 of 2 done)"]
    assert registered(fleet) == ["osaka", "lyon"]
    # Everything that was asked of osaka, its verification too, came before lyon was touched.
    everything = list(calls)
    last_of_osaka = max(number for number, call in enumerate(everything) if call.site == "osaka" and call.by_client)
    first_of_lyon = next(
        number for number, call in enumerate(everything) if call.site == "lyon" and call.path.startswith(PAIRING)
    )
    assert last_of_osaka < first_of_lyon
    osaka, lyon = (fleet.simulator.edge(name).nodes for name in ("osaka", "lyon"))
    assert max(node.layout.live_join_key.stat().st_mtime for node in osaka) < (
        lyon[0].layout.live_join_key.stat().st_mtime
    )
    assert {edge["name"]: (edge["wave"], edge["state"]) for edge in run.report["edges"]} == {
        "osaka": (1, "corrected"),
        "lyon": (2, "corrected"),
    }
    assert (run.report["stopped"], {"converge", "verify"} <= set(run.report["phases"])) == (None, True)

    again = fleet.run("onboard_edge.yml", *asked(edge_waves=[1, "100%"], edge_waves_first=["osaka"]))

    assert (again.code, again.changed, waves_of(again)) == (0, 0, []), again.output


@pytest.mark.slow
def test_canary_edge_that_fails_stops_the_run_and_the_next_one_begins_with_it(three: Fleet) -> None:
    three.common = {"edge_waves": [1, 5], "edge_waves_first": ["quito"]}
    three.simulator.faults.add(site="quito", path=PAIRING, kind="503", times=None)
    before = changes_nothing_on(three, "lyon", "osaka")

    stopped = three.run("onboard_edge.yml")

    assert stopped.code == 2, stopped.output
    assert stopped.report["stopped"] == {"wave": 1, "of": 2, "failed": ["quito"], "not_begun": ["lyon", "osaka"]}
    assert "Stopped after wave 1 of 2: 1 of 1 Edge failed (quito: jpd failed on quito-1)." in stopped.output
    assert three.edge_states(stopped) == {"lyon": "drifted", "osaka": "drifted", "quito": "drifted"}
    assert [failure["step"] for failure in stopped.edge("quito")["failed"]] == ["jpd"]
    assert changes_nothing_on(three, "lyon", "osaka") == before
    assert registered(three) == []

    three.simulator.faults.clear()
    resumed = three.run("onboard_edge.yml")

    assert resumed.code == 0, resumed.output
    assert waves_of(resumed) == [
        "wave 1 of 2: quito (1 Edge, 0 of 3 done)",
        "wave 2 of 2: lyon, osaka (2 Edges, 1 of 3 done)",
    ]
    assert registered(three)[0] == "quito"
    assert set(three.edge_states(resumed).values()) == {"corrected"}


@pytest.mark.slow
def test_run_goes_on_while_no_more_than_the_given_share_of_a_wave_fails(three: Fleet) -> None:
    three.simulator.faults.add(site="lyon", path=PAIRING, kind="503", times=None)
    rollout = {"edge_waves": ["67%", 1], "edge_waves_max_fail_percentage": 50}

    run = three.run("onboard_edge.yml", *asked(**rollout))

    assert run.code == 2, run.output
    assert waves_of(run) == [
        "wave 1 of 2: lyon, osaka (2 Edges, 0 of 3 done)",
        "wave 2 of 2: quito (1 Edge, 2 of 3 done)",
    ]
    assert "wave 1 of 2: 1 of 2 Edges failed (lyon: jpd failed on lyon-1)" in run.output
    assert (run.report["stopped"], registered(three)) == (None, ["osaka", "quito"])
    assert three.edge_states(run) == {"lyon": "drifted", "osaka": "corrected", "quito": "corrected"}

    three.simulator.faults.clear()
    resumed = three.run("onboard_edge.yml", *asked(**rollout))

    assert (resumed.code, registered(three)) == (0, ["osaka", "quito", "lyon"]), resumed.output
    assert three.edge_states(resumed) == {"lyon": "corrected", "osaka": "in_order", "quito": "in_order"}


@pytest.mark.slow
def test_run_killed_in_its_second_wave_is_finished_by_the_next_one(fleet: Fleet) -> None:
    for name in ("lyon", "osaka", "quito"):
        fleet.add(name)
    fleet.common = {"edge_waves": [1]}
    osaka = fleet.simulator.edge("osaka").nodes[0]
    fleet.run_until("onboard_edge.yml", lambda: (osaka.home / "var/bootstrap/access/etc/security/join.key").exists())
    assert registered(fleet) == ["lyon"]

    resumed = fleet.run("onboard_edge.yml")

    assert resumed.code == 0, resumed.output
    assert waves_of(resumed) == [
        "wave 1 of 2: osaka (1 Edge, 0 of 2 done)",
        "wave 2 of 2: quito (1 Edge, 1 of 2 done)",
    ]
    assert registered(fleet) == ["lyon", "osaka", "quito"]
    assert fleet.edge_states(resumed) == {"lyon": "in_order", "osaka": "corrected", "quito": "corrected"}
    assert "lyon-1" not in {host for _role, host in resumed.changed_steps}


def test_check_mode_lists_the_waves_and_changes_nothing(three: Fleet) -> None:
    before = three.snapshot()

    run = three.run("onboard_edge.yml", "--check", *asked(edge_waves=[1, 1], edge_waves_first="quito,osaka"))

    assert run.code == 0, run.output
    assert waves_of(run) == [
        "wave 1 of 3: quito (1 Edge, 0 of 3 done)",
        "wave 2 of 3: osaka (1 Edge, 1 of 3 done)",
        "wave 3 of 3: lyon (1 Edge, 2 of 3 done)",
    ]
    assert {edge["name"]: edge["wave"] for edge in run.report["edges"]} == {"quito": 1, "osaka": 2, "lyon": 3}
    assert (three.snapshot(), three.simulator.calls.writes, registered(three)) == (before, [], [])


def test_canary_edge_that_does_not_answer_stops_the_run_before_anything_is_done(three: Fleet) -> None:
    three.node_variables["quito-1"] = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
    three.simulator.faults.add(site="quito", kind="refuse", times=None)
    before = changes_nothing_on(three, "lyon", "osaka")

    run = three.run("correct_drift.yml", *asked(edge_waves=[1, 5], edge_waves_first=["quito"]))

    assert run.code == 4, run.output
    assert run.report["stopped"] == {"wave": 1, "of": 2, "failed": ["quito"], "not_begun": ["lyon", "osaka"]}
    assert (changes_nothing_on(three, "lyon", "osaka"), registered(three)) == (before, [])


@pytest.mark.slow
def test_release_bundle_that_does_not_arrive_stops_the_run_and_is_proven_first_by_the_next_one(three: Fleet) -> None:
    public, private = pgp.sample("canary")
    three.simulator.platform.key_pairs["release-key"] = KeyPair("release-key", "release-key", "GPG", public, private)
    three.common = {
        "edge_waves": [1, 5],
        "edge_waves_first": ["quito"],
        "edge_signing_key": "release-key",
        "platform_canary_repository": "canary-local",
        "platform_canary_create_repository": True,
        "platform_canary_signing_key": "release-key",
    }
    three.variables["quito"]["edge_canary"] = True
    three.simulator.faults.add(site="acme", path=DISTRIBUTE, kind="503", times=None)

    stopped = three.run("onboard_edge.yml")

    assert stopped.code == 2, stopped.output
    assert stopped.report["stopped"] == {"wave": 1, "of": 2, "failed": ["quito"], "not_begun": ["lyon", "osaka"]}
    assert [failure["step"] for failure in stopped.edge("quito")["failed"]] == ["canary"]
    assert registered(three) == ["quito"]

    # Nothing of quito is left to do, and nothing but a new proof can tell whether bundles arrive there now.
    still = three.run("onboard_edge.yml")

    assert still.code == 2, still.output
    assert still.report["stopped"] == {"wave": 1, "of": 2, "failed": ["quito"], "not_begun": ["lyon", "osaka"]}
    assert still.edge("quito")["state"] == "needs_person"

    three.simulator.faults.clear()
    three.simulator.calls.clear()
    resumed = three.run("onboard_edge.yml")

    assert resumed.code == 0, resumed.output
    calls = list(three.simulator.calls)
    proven = next(number for number, call in enumerate(calls) if call.path.startswith(DISTRIBUTE))
    begun = next(number for number, call in enumerate(calls) if call.site == "lyon" and call.path.startswith(PAIRING))
    assert proven < begun
    assert set(registered(three)) == {"lyon", "osaka", "quito"}


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        pytest.param({"edge_waves": [0]}, "edge_waves has 0. Write a list of numbers", id="size"),
        pytest.param({"edge_waves_first": ["rome"]}, "edge_waves_first has 'rome', and the inventory has", id="name"),
        pytest.param({"edge_waves_max_fail_percentage": -1}, "edge_waves_max_fail_percentage is -1", id="limit"),
    ],
)
def test_waves_that_cannot_be_meant_end_the_run_before_anything_is_done(
    fleet: Fleet, variables: dict[str, Any], problem: str
) -> None:
    fleet.add("lyon")
    before = fleet.snapshot()

    run = fleet.run("onboard_edge.yml", *asked(**variables))

    assert run.code == 2, run.output
    assert f"Cannot divide the run into waves: {problem}" in run.output
    assert (fleet.snapshot(), fleet.simulator.calls.writes) == (before, [])


def test_waves_of_a_part_of_the_inventory_are_refused(fleet: Fleet) -> None:
    fleet.add("lyon", edge_waves=[1])
    fleet.add("osaka")

    run = fleet.run("correct_drift.yml")

    assert run.code == 2, run.output
    assert "edge_waves is not the same for all hosts of the run. Set it for all of them" in run.output
    assert fleet.simulator.calls.writes == []


def test_run_limited_to_others_does_not_miss_the_edges_that_come_first(three: Fleet) -> None:
    run = three.run("onboard_edge.yml", "--limit", "lyon", *asked(edge_waves=[1], edge_waves_first=["quito"]))

    assert (run.code, registered(three)) == (0, ["lyon"]), run.output

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``offboard_edge.yml``: an Edge is only gone when nothing of it is left at the platform."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from integration.fleet import Fleet, Run
from integration.killing import EVERY, run_until_task
from integration.platform_state import described_tokens, platform_state
from simulator import tokens
from simulator.federation import Target
from simulator.license_buckets import opened
from simulator.simulator import Simulator
from unit.simulator.federating import circle

PLAYBOOK = "offboard_edge.yml"
BUCKET = "edges"
FEDERATED = {"edge_federation": ["users", "groups"], "edge_circle_of_trust_acknowledged": True}


def offboard(fleet: Fleet, *names: str, arguments: tuple[str, ...] = (), **variables: Any) -> Run:
    """Offboard the Edges, with the consent that the plan asks for."""
    told = {"edge_hosts": ",".join(names), "edge_offboard_acknowledged": list(names), **variables}
    return fleet.run(PLAYBOOK, "-e", json.dumps(told), *arguments)


def row(run: Run, name: str) -> dict[str, Any]:
    return next(edge for edge in run.report["edges"] if edge["name"] == name)


def add_token(site: Any, description: str) -> None:
    """A token as one of our roles makes it."""
    subject = f"{site.database.service_id}/users/automation"
    scope = tokens.ADMIN_SCOPE
    tokens.issue(
        site.database,
        subject=subject,
        scope=scope,
        audience="*@*",
        lifetime=86_400,
        now=site.now(),
        description=description,
    )


def onboarded(fleet: Fleet, name: str = "osaka", *, nodes: int = 2, **variables: Any) -> dict[str, Any]:
    """An Edge with licences of a bucket and tokens of ours; the platform's state before it came."""
    platform = fleet.simulator.platform
    if BUCKET not in platform.buckets:
        file = platform.make_license_bucket(4)
        platform.buckets[BUCKET] = opened(file.content, file.key, name=BUCKET, url=file.url)
    edge = fleet.add(name, nodes=nodes, edge_license_bucket=BUCKET, **variables)
    before = platform_state(fleet.simulator)
    fleet.onboard()
    add_token(edge, "hybrid.jfrog run_token anna /edges")
    add_token(edge, "pipeline of somebody else")
    add_token(platform, f"hybrid.jfrog edge {name}")
    return before


def is_left(fleet: Fleet, name: str) -> bool:
    """Whether no master token of the Edge works, and nobody's but other people's tokens are on it."""
    return described_tokens(fleet.simulator.edge(name)) == ["pipeline of somebody else"]


def stands_still(fleet: Fleet, name: str) -> bool:
    return all(node.state == "stopped" for node in fleet.simulator.edge(name).nodes)


@pytest.mark.parametrize("position", [True, False], ids=["delete-cleans-up", "delete-leaves-it"])
def test_offboarding_leaves_the_platform_as_it_was_before_the_edge_came(fleet: Fleet, position: bool) -> None:
    fleet.simulator.switches.delete_revokes_master_token = position
    fleet.simulator.switches.delete_jpd_releases_licences = position
    before = onboarded(fleet)
    assert platform_state(fleet.simulator) != before

    run = offboard(fleet, "osaka")

    assert run.code == 0, run.output
    assert platform_state(fleet.simulator) == before
    assert is_left(fleet, "osaka")
    assert stands_still(fleet, "osaka")
    assert row(run, "osaka")["state"] == "offboarded"
    assert row(run, "osaka")["done"] == ["tokens", "pairing", "record", "stop", "license", "jpd", "ledger"]

    fleet.simulator.calls.clear()
    again = offboard(fleet, "osaka")

    assert (again.code, again.changed) == (0, 0), again.output
    assert fleet.simulator.calls.writes == []
    assert row(again, "osaka")["state"] == "gone"


def test_offboarding_in_check_mode_prints_the_plan_and_writes_nothing(fleet: Fleet) -> None:
    onboarded(fleet)
    before, files = platform_state(fleet.simulator), fleet.snapshot()
    fleet.simulator.calls.clear()

    run = fleet.run(PLAYBOOK, "--check", "--diff", "-e", "edge_hosts=osaka")

    assert (run.code, run.changed) == (0, 0), run.output
    assert "release the licences (osaka-1): it holds licences of the platform: 2 of 'edges'" in run.output
    assert "  to do: " in run.output
    assert "not done: " not in run.output
    assert fleet.simulator.calls.writes == []
    assert (platform_state(fleet.simulator), fleet.snapshot()) == (before, files)


def test_offboarding_that_nobody_acknowledged_shows_the_plan_and_changes_nothing(fleet: Fleet) -> None:
    onboarded(fleet)
    before = platform_state(fleet.simulator)
    fleet.simulator.calls.clear()

    run = fleet.run(PLAYBOOK, "-e", "edge_hosts=osaka")

    assert run.code == 2, run.output
    assert "unregister the Edge (osaka-1): it is registered as JPD-2, ONLINE" in run.output
    assert "name this Edge in the list edge_offboard_acknowledged" in run.output
    assert fleet.simulator.calls.writes == []
    assert platform_state(fleet.simulator) == before


@pytest.mark.parametrize("named", [pytest.param((), id="none"), pytest.param(("-e", "edge_hosts=osak"), id="no-host")])
def test_offboarding_without_named_edges_is_refused(fleet: Fleet, named: tuple[str, ...]) -> None:
    fleet.add("osaka")

    run = fleet.run(PLAYBOOK, *named)

    assert run.code != 0
    assert "name the Edges in edge_hosts" in run.output
    assert fleet.simulator.calls.writes == []


def other_url(fleet: Fleet) -> None:
    fleet.simulator.platform.edit_jpd("osaka", url="https://elsewhere.example.net/")


def other_name(fleet: Fleet) -> None:
    fleet.simulator.platform.edit_jpd("osaka", name="kyoto")


def is_home(fleet: Fleet) -> None:
    fleet.simulator.platform.edit_jpd("HOME", url=fleet.simulator.edge("osaka").url)


def node_unreachable(fleet: Fleet) -> None:
    fleet.node_variables["osaka-2"] = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}


def stopped(fleet: Fleet) -> None:
    for node in fleet.simulator.edge("osaka").nodes:
        node.stop()
    fleet.simulator.refresh()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("happen", "says"),
    [
        pytest.param(other_url, "its name belongs to JPD-2 'osaka' with another URL", id="only-the-name"),
        pytest.param(other_name, "is JPD-2 'kyoto'", id="only-the-url"),
        pytest.param(is_home, "is the platform itself", id="home"),
        pytest.param(node_unreachable, "not all of its nodes can be reached (osaka-2", id="node-unreachable"),
        pytest.param(stopped, "its pairing can be revoked only while it runs", id="stopped-by-others"),
    ],
)
def test_edge_that_cannot_be_offboarded_is_left_as_it_is_and_the_others_go(
    fleet: Fleet, happen: Callable[[Fleet], None], says: str
) -> None:
    onboarded(fleet)
    onboarded(fleet, "lyon", nodes=1)
    happen(fleet)
    mine = [entry for entry in fleet.simulator.platform.jpds if entry["id"] == "JPD-2"]

    run = offboard(fleet, "osaka", "lyon")

    assert run.code == 2, run.output
    assert says in run.output
    assert (row(run, "osaka")["state"], row(run, "lyon")["state"]) == ("refused", "offboarded")
    assert [entry for entry in fleet.simulator.platform.jpds if not entry["local"]] == mine


def test_edge_whose_host_is_dead_loses_what_the_platform_has_of_it(fleet: Fleet) -> None:
    before = onboarded(fleet)
    told = {"edge_offboard_host_is_dead": ["osaka"]}

    alive = offboard(fleet, "osaka", **told)
    assert alive.code == 2, alive.output
    assert "edge_offboard_host_is_dead names it, and it answers" in alive.output

    stopped(fleet)
    for number in (1, 2):
        fleet.node_variables[f"osaka-{number}"] = {
            "ansible_connection": "ssh",
            "ansible_host": "127.0.0.1",
            "ansible_port": 1,
        }
    run = offboard(fleet, "osaka", **told)

    assert run.code == 2, run.output
    assert platform_state(fleet.simulator) == before
    assert row(run, "osaka")["state"] == "needs_person"
    assert "Wipe or destroy its disks" in run.output
    again = offboard(fleet, "osaka", **told)
    assert (again.code, again.changed) == (0, 0), again.output


@pytest.mark.slow
def test_federated_edge_leaves_all_its_sources_and_the_circle_of_trust_is_told(fleet: Fleet) -> None:
    simulator = fleet.simulator
    onboarded(fleet, "lyon", nodes=1)
    before = platform_state(simulator)
    osaka = fleet.add("osaka", **FEDERATED)
    osaka.custom_base_url = osaka.url
    circle(osaka, simulator.platform)
    circle(osaka, simulator.edge("lyon"))
    run = fleet.run("onboard_edge.yml")
    assert list(simulator.platform.federation.targets) != [], run.output
    lyon = simulator.edge("lyon")
    lyon.federation.targets["to-osaka"] = Target("to-osaka", f"{osaka.url}/access")
    osaka.federation.targets["to-lyon"] = Target("to-lyon", f"{lyon.url}/access")

    run = offboard(fleet, "osaka")

    assert run.code == 2, run.output
    assert platform_state(simulator) == before
    assert [left["what"] for left in row(run, "osaka")["left"]][:2] == [
        "the platform's root certificate on the Edge",
        "the Edge's root certificate at the platform",
    ]
    letter = fleet.folder / "support_requests/osaka/withdrawal.txt"
    assert "Please remove its root certificate" in letter.read_text()
    assert "BEGIN CERTIFICATE" in letter.with_name("withdrawn-root.crt").read_text()


@pytest.mark.slow
def test_platform_that_fails_in_the_middle_is_told_and_the_next_run_finishes(fleet: Fleet) -> None:
    before = onboarded(fleet)
    onboarded(fleet, "lyon", nodes=1)
    fleet.simulator.platform.buckets[BUCKET].release("JPD-3")
    fleet.simulator.faults.add(site="acme", method="POST", path=f"/mc/api/v1/buckets/{BUCKET}/release", kind="403")

    first = offboard(fleet, "osaka", "lyon")

    assert first.code == 2, first.output
    assert [one["step"] for one in row(first, "osaka")["failed"]] == ["license"]
    assert row(first, "osaka")["not_done"] == ["license", "jpd", "ledger"]
    assert row(first, "lyon")["state"] == "offboarded"

    fleet.simulator.faults.clear()
    run = offboard(fleet, "osaka", "lyon")

    assert run.code == 0, run.output
    assert platform_state(fleet.simulator) == before


def test_edge_that_left_can_go_on_by_itself_and_come_back(fleet: Fleet) -> None:
    before = onboarded(fleet)

    alone = offboard(fleet, "osaka", edge_offboard_restart=True)

    assert alone.code == 0, alone.output
    assert [node.state for node in fleet.simulator.edge("osaka").nodes] == ["running", "running"]
    assert offboard(fleet, "osaka", edge_offboard_restart=True).changed == 0
    fleet.onboard()
    assert fleet.simulator.platform.jpd("osaka")["id"] == "JPD-3"

    add_token(fleet.simulator.platform, "hybrid.jfrog edge osaka")
    again = offboard(fleet, "osaka")
    assert again.code == 0, again.output
    assert platform_state(fleet.simulator) == before
    assert is_left(fleet, "osaka")


@pytest.mark.slow
def test_keys_are_taken_away_on_request_only_and_kept_as_copies(fleet: Fleet) -> None:
    onboarded(fleet, nodes=1)
    layout = fleet.simulator.edge("osaka").nodes[0].layout
    key = layout.master_key.read_text()

    run = offboard(fleet, "osaka", edge_offboard_remove_keys=True)

    assert run.code == 0, run.output
    assert not layout.master_key.exists()
    kept = list(layout.home.glob("**/backups/offboarding/master.key.*.backup"))
    assert [path.read_text() for path in kept] == [key]
    assert key not in run.output
    assert offboard(fleet, "osaka", edge_offboard_remove_keys=True).changed == 0


@pytest.mark.slow
def test_offboarding_killed_anywhere_is_finished_by_the_next_run(fleet: Fleet) -> None:
    before = onboarded(fleet)
    asked = ("-e", json.dumps({"edge_hosts": "osaka", "edge_offboard_acknowledged": ["osaka"]}))
    number, killed = 1, []
    while True:
        task = run_until_task(fleet, PLAYBOOK, number, arguments=asked)
        if task is None:
            break
        killed.append(task)

        run = offboard(fleet, "osaka")

        assert run.code == 0, f"after {task}: {run.output}"
        assert platform_state(fleet.simulator) == before, task
        assert is_left(fleet, "osaka"), task
        assert stands_still(fleet, "osaka"), task
        number += EVERY
        come_back(fleet)
    assert len(killed) > 10 // EVERY
    if EVERY == 1:
        assert any("Unregister the Edge" in task for task in killed)


def come_back(fleet: Fleet) -> None:
    """Onboard the Edge anew, so that there is something to be lost."""
    osaka = fleet.simulator.edge("osaka")
    for node in osaka.nodes:
        node.start(at_once=True)
    fleet.simulator.refresh()
    fleet.onboard()
    add_token(fleet.simulator.platform, "hybrid.jfrog edge osaka")
    add_token(osaka, "hybrid.jfrog run_token anna /edges")


@pytest.mark.slow
def test_old_edge_of_a_self_hosted_platform_leaves_it_and_certificates_that_wait_are_taken_back(tmp_path: Path) -> None:
    with Simulator(tmp_path / "simulator") as running:
        running.add_platform("acme", saas=False)
        fleet = Fleet(running, tmp_path / "controller")
        fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)
        own = fleet.list_platform_node()
        fleet.onboard()
        waiting = own.layout.trusted / "quito.crt"
        running.switches.trusted_import_delay = 3600.0
        waiting.write_text((running.edge("quito").nodes[0].layout.access_keys / "root.crt").read_text())

        run = offboard(fleet, "quito")

        assert run.code == 2, run.output
        assert not waiting.exists()
        assert [jpd["name"] for jpd in running.platform.jpds] == ["HOME"]
        told = [left["remedy"] for left in row(run, "quito")["left"] if left["needs_person"]]
        assert "from the database of" in told[1]
        again = offboard(fleet, "quito")
        assert (again.code, again.changed) == (0, 0), again.output
        assert "note: the Edge's root certificate at the platform" in again.output

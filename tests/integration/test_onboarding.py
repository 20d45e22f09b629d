# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``onboard_edge.yml`` over a simulated fleet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from integration.fleet import Fleet, fleet_at
from simulator import pgp
from simulator.federation import Target
from simulator.license_buckets import opened
from simulator.simulator import Simulator
from unit.simulator.federating import circle


@pytest.fixture
def three_edges(fleet: Fleet) -> Fleet:
    """One node; two HA nodes; and one that is older than pairing tokens."""
    fleet.add("lyon")
    fleet.add("osaka", nodes=2)
    fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)
    fleet.keep_master_key("osaka")
    return fleet


def test_onboarding_new_edges_joins_them_and_a_second_run_changes_nothing(three_edges: Fleet) -> None:
    first = three_edges.run("onboard_edge.yml")

    assert first.code == 0, first.output
    assert {edge["name"]: (edge["state"], edge["jpd"]["status"]) for edge in first.report["edges"]} == {
        "lyon": ("corrected", "ONLINE"),
        "osaka": ("corrected", "ONLINE"),
        "quito": ("corrected", "ONLINE"),
    }
    assert sorted(jpd["name"] for jpd in three_edges.simulator.platform.jpds) == ["HOME", "lyon", "osaka", "quito"]
    for edge in three_edges.simulator.edges:
        store = three_edges.folder / f"secrets/{edge.name}.join.key"
        assert edge.database.join_key == store.read_text()
        assert store.stat().st_mode & 0o777 == 0o600

    three_edges.simulator.calls.clear()
    second = three_edges.run("onboard_edge.yml")

    assert (second.code, second.changed) == (0, 0), second.output
    assert three_edges.simulator.calls.writes == []
    assert {edge["name"]: edge["state"] for edge in second.report["edges"]} == {
        "lyon": "in_order",
        "osaka": "in_order",
        "quito": "in_order",
    }
    assert second.executions == {"lyon-1": 1, "osaka-1": 1, "osaka-2": 1, "quito-1": 1}
    assert "WARNING" not in second.output


def test_support_request_goes_when_the_platform_trusts_the_edge(fleet: Fleet) -> None:
    fleet.add("quito", version="7.25.7", edge_circle_of_trust_acknowledged=True)
    fleet.onboard()
    request = fleet.folder / "support_requests/quito"
    fleet.simulator.platform.support.import_certificate((request / "root.crt").read_text())

    fleet.onboard()
    assert not request.exists()
    assert fleet.run("onboard_edge.yml").changed == 0


def test_key_that_an_edge_works_with_gets_its_name_where_a_run_ended_before_that(fleet: Fleet) -> None:
    edge, store = fleet.add("osaka", nodes=2), fleet.folder / "secrets/osaka.join.key"
    fleet.onboard()
    staged = store.rename(store.with_name("osaka.join.key.new"))

    told = fleet.run("correct_drift.yml")
    assert (told.code, staged.exists(), store.exists()) == (2, True, False), told.output
    assert "Run onboard_edge.yml for this Edge, which gives it the name" in told.output

    run = fleet.run("onboard_edge.yml")
    assert run.code == 0, run.output
    assert (run.changed, staged.exists(), store.read_text()) == (1, False, edge.database.join_key)
    assert fleet.run("onboard_edge.yml").changed == 0


def test_onboarding_in_check_mode_writes_nothing_anywhere(three_edges: Fleet) -> None:
    before = three_edges.snapshot()

    predicted = three_edges.run("onboard_edge.yml", "--check", "--diff")

    assert predicted.code == 0, predicted.output
    assert predicted.changed > 0
    assert three_edges.simulator.calls.writes == []
    assert three_edges.snapshot() == before


def test_nodes_of_an_ha_edge_are_started_again_one_after_the_other(fleet: Fleet) -> None:
    fleet.add("lyon")
    osaka = fleet.add("osaka", nodes=3)

    run = fleet.run("onboard_edge.yml")

    assert run.code == 0, run.output
    # The product writes the live join key anew at every start.
    started = {node.name: node.layout.live_join_key.stat().st_mtime for node in osaka.nodes}
    assert sorted(started, key=started.__getitem__) == ["osaka-1", "osaka-2", "osaka-3"]


@pytest.mark.xdist_group("thirty")
@pytest.mark.parametrize("playbook", ["onboard_edge.yml", "report_drift.yml"])
def test_converged_fleet_costs_one_execution_per_node_and_as_many_platform_requests_for_30_edges_as_for_3(
    thirty_edges: Fleet, playbook: str
) -> None:
    def requests(*arguments: str) -> tuple[list[tuple[str, str]], set[tuple[str, ...]]]:
        """Those to the platform, and the paths that each Edge was asked for."""
        calls = thirty_edges.simulator.calls
        calls.clear()
        run = thirty_edges.run(playbook, *arguments)
        assert (run.code, run.changed) == (0, 0), run.output
        assert calls.writes == []
        assert set(run.executions.values()) == {1}
        names = [edge["name"] for edge in run.report["edges"]]
        assert len(run.executions) == len(names)
        asked = {tuple(sorted(call.path for call in calls.find(site=name, by_client=True))) for name in names}
        return sorted((call.method, call.path) for call in calls.find(site="acme", by_client=True)), asked

    platform, of_edge = requests()

    assert (platform, of_edge) == requests("--limit", "edge-1,edge-2,edge-3")
    # Whatever is managed is asked for, with one request each, but for the health, which the node asks for as well; and
    # nothing of the preflight.
    (asked,) = of_edge
    assert len(asked) == len(set(asked)) + 1
    assert {"/artifactory/api/security/keys/trusted", "/artifactory/api/system/configuration"} <= set(asked)
    assert not [path for path in (*asked, *(path for _method, path in platform)) if "verifyconnection" in path]
    assert ("GET", "/mc/api/v1/system/ping") not in platform
    assert {path for _method, path in platform} >= {"/mc/api/v1/federation", "/mc/api/v1/buckets/edges/report"}


@pytest.fixture(scope="module")
def thirty_edges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Thirty joined Edges whose join keys are not managed, and everything that the platform side has is."""
    folder = tmp_path_factory.mktemp("thirty")
    with fleet_at(folder) as fleet:
        simulator = fleet.simulator
        for number in range(1, 31):
            edge = fleet.add(f"edge-{number}", edge_join_key_file=None)
            edge.custom_base_url = edge.url
        fleet.onboard()
        equip(simulator)
        fleet.common = {
            "edge_base_url": "{{ edge_url }}",
            "edge_license_bucket": "edges",
            "edge_signing_key": "release-key",
            "edge_trusted_signing_keys": [{"alias": "partner-key", "public_key": pgp.sample("other")[0]}],
            "edge_federation": ["users"],
            "edge_circle_of_trust_acknowledged": True,
        }
        for variables in fleet.variables.values():
            key = simulator.edge(variables["edge_name"]).licences[0].key
            variables["edge_license_keys"] = [key]
        yield fleet


def equip(simulator: Simulator) -> None:
    """What the playbook would do step by step: licences, keys, federation."""
    platform = simulator.platform
    file = platform.make_license_bucket(30)
    bucket = platform.buckets["edges"] = opened(file.content, file.key, name="edges", url=file.url)
    for edge in simulator.edges:
        jpd_id = platform.jpd(edge.name)["id"]
        bucket.take(1, bucket.given, jpd_id)
        bucket.names[jpd_id] = edge.name
        for alias, sample in (("release-key", "canary"), ("partner-key", "other")):
            edge.trusted_keys.add(alias, pgp.sample(sample)[0], edge.now(), "admin")
        circle(edge, platform)
        platform.federation.targets[edge.name] = Target(edge.name, f"{edge.url}/access", ["users"])


def bootstrap_key_lies_there(fleet: Fleet) -> bool:
    return (fleet.simulator.edge("osaka").nodes[0].home / "var/bootstrap/access/etc/security/join.key").exists()


def first_node_starts_again(fleet: Fleet) -> bool:
    return bool(fleet.simulator.edge("osaka").nodes[0].state != "running")


def second_node_starts_again(fleet: Fleet) -> bool:
    return bool(fleet.simulator.edge("osaka").nodes[1].state != "running")


def pairing_token_is_made(fleet: Fleet) -> bool:
    return bool(fleet.simulator.calls.find(site="osaka", path="/access/api/v1/service_trust/pairing"))


def edge_is_registered(fleet: Fleet) -> bool:
    return any(jpd["name"] == "osaka" for jpd in fleet.simulator.platform.jpds)


MOMENTS = [
    bootstrap_key_lies_there,
    first_node_starts_again,
    second_node_starts_again,
    pairing_token_is_made,
    edge_is_registered,
]


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
def test_killed_run_is_finished_by_the_next_one(fleet: Fleet, moment: Callable[[Fleet], bool]) -> None:
    fleet.add("osaka", nodes=2)
    fleet.run_until("onboard_edge.yml", lambda: moment(fleet))

    finished = fleet.run("onboard_edge.yml")

    assert finished.code == 0, finished.output
    assert [jpd["name"] for jpd in fleet.simulator.platform.jpds] == ["HOME", "osaka"]
    assert fleet.simulator.edge("osaka").database.join_key == (fleet.folder / "secrets/osaka.join.key").read_text()
    assert (again := fleet.run("report_drift.yml")).code == 0, again.output

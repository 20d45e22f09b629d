# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""access_federation: the five-run cycle, stars and meshes, the two ways, removals, full broadcasts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.federation import Target
from simulator.federation_traffic import add_entity
from simulator.simulator import Simulator
from unit.modules.federation_cases import at_source, mesh_options, star_options, target_of
from unit.modules.rest_cases import assert_no_secret
from unit.modules.run_module import run_module
from unit.simulator.federating import add_edge, mesh, targets

Tamper = Callable[[Simulator], Any]
PROD = {"include_patterns": ["prod-.*"], "exclude_patterns": []}
MC, ACCESS = "/mc/api/v1/federation", "/access/api/v1/system/federation"


def lyon_target(simulator: Simulator) -> Any:
    return target_of(simulator.platform, simulator.edge("lyon"))


def forget_lyon(simulator: Simulator) -> None:
    del simulator.platform.federation.targets[lyon_target(simulator).name]


def ours(simulator: Simulator) -> list[tuple[str, str, str]]:
    """What clients wrote."""
    return [(call.site, call.method, call.path) for call in simulator.calls.writes if call.by_client]


@pytest.mark.parametrize("pages", ["new", "old"])
@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(forget_lyon, id="removed"),
        pytest.param(lambda sim: setattr(lyon_target(sim), "entities", ["users"]), id="entities"),
        pytest.param(lambda sim: setattr(lyon_target(sim), "permission_filters", PROD), id="permission-filters"),
        pytest.param(lambda sim: setattr(lyon_target(sim), "group_filters", PROD), id="group-filters"),
        pytest.param(lambda sim: setattr(lyon_target(sim), "active", False), id="not-active"),
        pytest.param(lambda sim: setattr(lyon_target(sim), "url", "https://192.0.2.7/access"), id="another-url"),
    ],
)
def test_star_five_runs(simulator: Simulator, tamper: Tamper, pages: Any) -> None:
    simulator.switches.federation_pages = pages
    edge = add_edge(simulator, "lyon")
    options = star_options(
        simulator,
        "lyon",
        permission_filters={"include_patterns": ["dev-.*"]},
        group_filters={"exclude_patterns": ["tmp-.*"]},
        active=True,
    )
    simulator.calls.clear()

    predicted = run_module("access_federation", options, check=True)
    assert (predicted["changed"], predicted["drift"]) == (True, ["lyon"])
    assert simulator.calls.writes == []

    real = run_module("access_federation", options)
    assert (real["changed"], real["drift"], real["diff"]) == (True, ["lyon"], predicted["diff"])
    assert real["differences"] == predicted["differences"] == ["HOME: lyon is no target"]
    sent = len(simulator.calls.writes)

    again = run_module("access_federation", options)
    assert (again["changed"], again["drift"], again["differences"]) == (False, [], [])
    assert again["diff"]["before"] == again["diff"]["after"]
    assert len(simulator.calls.writes) == sent

    tamper(simulator)
    found = run_module("access_federation", options, check=True)
    assert (found["changed"], found["drift"]) == (True, ["lyon"])
    assert len(simulator.calls.writes) == sent

    repaired = run_module("access_federation", options)
    assert (repaired["changed"], repaired["drift"], repaired["diff"]) == (True, ["lyon"], found["diff"])
    assert run_module("access_federation", options)["changed"] is False
    kept = lyon_target(simulator)
    assert (kept.url, kept.entities, kept.active) == (edge.url + "/access", ["groups", "users"], True)
    assert kept.permission_filters == {"include_patterns": ["dev-.*"], "exclude_patterns": []}
    assert kept.group_filters == {"include_patterns": [], "exclude_patterns": ["tmp-.*"]}
    for result in (predicted, real, again, found, repaired):
        assert result["warnings"] == []
        assert_no_secret(result, simulator, options["platform_access_token"])


def test_unchanged_star_costs_three_requests_whatever_its_targets(simulator: Simulator) -> None:
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    options = star_options(simulator, "lyon", "osaka")
    run_module("access_federation", options)
    simulator.calls.clear()

    run_module("access_federation", options)

    assert [call.path for call in simulator.calls.find(by_client=True)] == ["/mc/api/v1/jpds", MC, ACCESS]


def test_plain_star_is_written_by_one_request_to_mission_control(simulator: Simulator) -> None:
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    simulator.calls.clear()

    run_module("access_federation", star_options(simulator, "lyon", "osaka"))

    assert ours(simulator) == [("acme", "PUT", f"{MC}/JPD-1")]
    kept = ["groups", "users"]
    assert targets(simulator.platform) == {simulator.edge(name).url: kept for name in ("lyon", "osaka")}


def test_only_what_is_asked_for_arrives(simulator: Simulator) -> None:
    edge = add_edge(simulator, "lyon")
    options = star_options(simulator, "lyon", entities=["groups"], group_filters={"exclude_patterns": ["tmp-.*"]})
    run_module("access_federation", options)

    for kind, name in [("users", "ada"), ("groups", "devs"), ("groups", "tmp-1")]:
        add_entity(simulator, simulator.platform, kind, name)

    assert {kind: names for kind, names in edge.federation.known.items() if names} == {"groups": {"devs"}}


@pytest.mark.parametrize("removes", [True, False], ids=["put-replaces", "put-adds"])
@pytest.mark.parametrize("resets", [True, False], ids=["put-resets", "put-keeps"])
def test_targets_of_others_stay_as_they_are(simulator: Simulator, removes: bool, resets: bool) -> None:
    simulator.switches.federation_put_removes_targets = removes
    simulator.switches.federation_put_resets_group_filters = resets
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    osaka = Target("by-hand", simulator.edge("osaka").url + "/access", ["users", "groups"])
    osaka.permission_filters, osaka.group_filters, osaka.active = PROD, PROD, False
    simulator.platform.federation.targets["by-hand"] = osaka

    result = run_module("access_federation", star_options(simulator, "lyon"))

    assert result.get("msg") is None
    kept = simulator.platform.federation.targets["by-hand"]
    assert (kept.permission_filters, kept.group_filters, kept.active) == (PROD, PROD, False)
    assert len(simulator.platform.federation.targets) == 2


def test_different_entities_are_written_at_the_source(simulator: Simulator) -> None:
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    wanted = [{"name": "lyon"}, {"name": "osaka", "entities": ["tokens"]}]
    simulator.calls.clear()

    run_module("access_federation", star_options(simulator, targets=wanted))

    assert ours(simulator) == [("acme", "POST", ACCESS)] * 2
    assert sorted(targets(simulator.platform).values()) == [["groups", "users"], ["tokens"]]
    assert set(simulator.platform.federation.targets) == {"lyon", "osaka"}


def test_edge_is_a_source_through_mission_control_alone(simulator: Simulator) -> None:
    lyon, osaka = mesh(simulator, "lyon", "osaka")

    result = run_module("access_federation", star_options(simulator, "osaka", source="lyon"))

    assert (result["changed"], result["federation"]) == (
        True,
        {"lyon": {"osaka": {"url": osaka.url + "/", "entities": ["groups", "users"]}}},
    )
    assert targets(lyon) == {osaka.url: ["groups", "users"]}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"group_filters": PROD}, "it knows neither group filters", id="group-filters"),
        pytest.param({"active": True}, "nor whether a target is active", id="active"),
        pytest.param({"full_broadcast": "always"}, "it starts no full broadcast", id="full-broadcast"),
        pytest.param({"state": "absent"}, "it has no call that removes a target", id="absent"),
        pytest.param({"prune": True, "targets": []}, "it has no call that removes a target", id="prune"),
        pytest.param(
            {"targets": [{"name": "osaka"}, {"name": "quito", "entities": ["tokens"]}]},
            "it has one list of entities for all targets of a source, and they differ",
            id="different-entities",
        ),
    ],
)
def test_what_mission_control_cannot_say_needs_a_way_to_the_source(
    simulator: Simulator, changes: dict[str, Any], says: str
) -> None:
    mesh(simulator, "lyon", "osaka", "quito")
    run_module("access_federation", star_options(simulator, "osaka", source="lyon"))
    simulator.calls.clear()
    options = star_options(simulator, "osaka", source="lyon", **changes)

    for check in (True, False):
        refused = run_module("access_federation", options, check=check)
        assert refused["msg"].startswith("Cannot federate 'lyon' through Mission Control alone: ")
        assert says in refused["msg"]
        assert refused["msg"].endswith("Give edge_url and edge_access_token of the source.")
    assert simulator.calls.writes == []
    assert run_module("access_federation", {**options, **at_source(simulator, "lyon")}).get("msg") is None


@pytest.mark.parametrize("with_platform", [True, False], ids=["with-platform", "alone"])
def test_absent_removes_the_target_at_its_source(simulator: Simulator, with_platform: bool) -> None:
    lyon, osaka = mesh(simulator, "lyon", "osaka")
    run_module("access_federation", star_options(simulator, "osaka", source="lyon"))
    options = star_options(simulator, state="absent", **at_source(simulator, "lyon"))
    options["targets"] = [{"name": "osaka", "url": osaka.url}]
    if not with_platform:
        for name in ("platform_url", "platform_access_token", "platform_ca_path"):
            del options[name]

    predicted = run_module("access_federation", options, check=True)
    assert targets(lyon) != {}
    real = run_module("access_federation", options)
    again = run_module("access_federation", options)

    assert (predicted["changed"], predicted["diff"]) == (True, real["diff"])
    assert (real["changed"], targets(lyon), real["diff"]["after"]) == (True, {}, {})
    assert (again["changed"], again["drift"]) == (False, [])


def test_target_that_is_not_registered_any_more_can_be_removed(simulator: Simulator) -> None:
    edge = add_edge(simulator, "lyon")
    run_module("access_federation", star_options(simulator, "lyon"))
    simulator.platform.delete_jpd("lyon")

    result = run_module(
        "access_federation", star_options(simulator, targets=[{"name": "lyon", "url": edge.url}], state="absent")
    )

    assert (result["changed"], targets(simulator.platform)) == (True, {})


def test_prune_removes_what_is_not_listed(simulator: Simulator) -> None:
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
    run_module("access_federation", star_options(simulator, "lyon", "osaka"))
    options = star_options(simulator, "lyon", prune=True)

    result = run_module("access_federation", options)

    assert (result["changed"], list(targets(simulator.platform))) == (True, [simulator.edge("lyon").url])
    assert run_module("access_federation", options)["changed"] is False


def test_source_without_a_platform_is_federated_at_its_own_access(simulator: Simulator) -> None:
    lyon, osaka = mesh(simulator, "lyon", "osaka")
    options = {**at_source(simulator, "lyon"), "entities": ["users"], "targets": [{"name": "osaka", "url": osaka.url}]}
    simulator.calls.clear()

    assert run_module("access_federation", options)["changed"] is True
    assert run_module("access_federation", options)["changed"] is False
    assert ours(simulator) == [("lyon", "POST", ACCESS)]
    assert targets(lyon) == {osaka.url: ["users"]}


def test_mesh_five_runs(simulator: Simulator) -> None:
    edges = mesh(simulator, "lyon", "osaka", "quito")
    names = [edge.name for edge in edges]
    options = mesh_options(simulator, *names)
    simulator.calls.clear()

    predicted = run_module("access_federation", options, check=True)
    assert (predicted["changed"], predicted["drift"], simulator.calls.writes) == (True, names, [])

    real = run_module("access_federation", options)
    assert (real["changed"], real["diff"]) == (True, predicted["diff"])
    assert ours(simulator) == [("acme", "POST", f"{MC}/create_mesh")]
    for edge in edges:
        assert targets(edge) == {other.url: ["groups", "users"] for other in edges if other is not edge}
    sent = len(simulator.calls.writes)

    assert run_module("access_federation", options)["changed"] is False
    assert len(simulator.calls.writes) == sent

    del edges[0].federation.targets[edges[1].database.service_id]
    target_of(edges[1], edges[2]).entities = ["tokens"]
    found = run_module("access_federation", options, check=True)
    assert found["drift"] == ["lyon", "osaka"]
    assert found["differences"] == [
        "lyon: osaka is no target",
        "osaka: quito: entities is [tokens] instead of [groups, users]",
    ]
    repaired = run_module("access_federation", options)
    assert (repaired["diff"], repaired.get("msg")) == (found["diff"], None)
    assert [path for _site, _method, path in ours(simulator)[1:]] == [f"{MC}/JPD-2", f"{MC}/JPD-3"]
    assert run_module("access_federation", options)["changed"] is False


def test_mesh_with_the_platform(simulator: Simulator) -> None:
    lyon = add_edge(simulator, "lyon")

    assert run_module("access_federation", mesh_options(simulator, "HOME", "lyon"))["changed"] is True

    assert list(targets(lyon)) == [simulator.platform.url]
    assert list(targets(simulator.platform)) == [lyon.url]


@pytest.mark.parametrize(
    ("when", "first", "second"),
    [
        pytest.param("never", [], [], id="never"),
        pytest.param("when_changed", ["started"], [], id="when-changed"),
        pytest.param("always", ["started"], ["already running"], id="always"),
    ],
)
def test_full_broadcast_is_told(simulator: Simulator, when: str, first: list[str], second: list[str]) -> None:
    simulator.switches.federation_broadcast_duration = 60
    edge = add_edge(simulator, "lyon")
    add_entity(simulator, simulator.platform, "users", "ada")
    options = star_options(simulator, "lyon", full_broadcast=when)

    predicted = run_module("access_federation", options, check=True)
    results = [run_module("access_federation", options) for _ in range(2)]

    assert predicted["diff"] == results[0]["diff"]
    assert [[one["status"] for one in result["broadcasts"]] for result in results] == [first, second]
    assert [result["changed"] for result in results] == [True, when == "always"]
    assert edge.federation.known["users"] == ({"ada"} if first else set())


def test_target_that_is_not_eligible_for_a_full_broadcast_is_told(simulator: Simulator) -> None:
    add_edge(simulator, "lyon")

    result = run_module("access_federation", star_options(simulator, "lyon", active=False, full_broadcast="always"))

    assert result["broadcasts"] == [{"source": "HOME", "target": "lyon", "status": "not eligible"}]

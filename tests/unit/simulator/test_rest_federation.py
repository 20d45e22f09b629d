# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access Federation at its source and through Mission Control: control-plane-api.md 7."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.federation_traffic import add_entity
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client, message
from unit.simulator.federating import add_edge, body, jpd_id, mesh, targets, trust

ACCESS = "/access/api/v1/system/federation"
MC = "/mc/api/v1/federation"
NONE: dict[str, list[str]] = {"include_patterns": [], "exclude_patterns": []}
TARGET = {"name": "osaka", "url": "https://osaka.example.net/access"}


def add(call: Client, edge: Edge, **changes: Any) -> Any:
    return call(edge, "POST", ACCESS, json={**TARGET, **changes})


def test_target_is_registered_changed_and_deleted_at_its_source(call: Client, lyon: Edge) -> None:
    added = add(call, lyon, entities=["users"])
    shown = {**TARGET, "entities": ["users"], "permission_filters": NONE, "group_filters": NONE, "active": True}
    assert (added.status_code, added.json()) == (201, shown)
    assert call(lyon, "GET", ACCESS).json() == {"targets": [shown]}
    changed = call(lyon, "PATCH", f"{ACCESS}/osaka", json={"permission_filters": {"include_patterns": ["prod-.*"]}})
    shown["permission_filters"] = {**NONE, "include_patterns": ["prod-.*"]}
    assert (changed.status_code, changed.json()) == (200, shown)
    assert call(lyon, "GET", f"{ACCESS}/osaka").json() == shown
    assert [call(lyon, "DELETE", f"{ACCESS}/osaka").status_code for _ in range(2)] == [204, 404]


def test_target_gets_all_entities_unless_it_says_which(call: Client, lyon: Edge) -> None:
    assert add(call, lyon).json()["entities"] == ["users", "groups", "permissions", "tokens"]


def test_older_pages_say_it_in_other_words(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.federation_pages = "old"
    shown = add(call, lyon, permissionFilters={"includePatterns": ["a"]}).json()
    assert shown["permissionFilters"] == {"includePatterns": ["a"], "excludePatterns": []}
    assert add(call, lyon).status_code == 404
    assert call(lyon, "PATCH", f"{ACCESS}/osaka", json={"active": False}).status_code == 204


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        pytest.param({"name": " "}, 400, "name is missing", id="no-name"),
        pytest.param({"url": "https://osaka.example.net"}, 400, "URL is invalid", id="not-access"),
        pytest.param({"entities": ["USERS"]}, 400, "Invalid entities", id="upper-case"),
        pytest.param({"permission_filters": {"include": []}}, 400, "Invalid permission_filters", id="odd-filter"),
        pytest.param({"active": "yes"}, 400, "Invalid active", id="not-a-bool"),
        pytest.param({"filters": {}}, 400, "Unrecognized field", id="unknown-field"),
    ],
)
def test_target_that_is_not_valid_is_refused(
    call: Client, lyon: Edge, changes: dict[str, Any], status: int, says: str
) -> None:
    answer = add(call, lyon, **changes)
    assert (answer.status_code, lyon.federation.targets) == (status, {})
    assert says in message(answer)


def test_name_that_is_taken_is_refused_unless_overridden(call: Client, lyon: Edge) -> None:
    add(call, lyon)
    assert (again := add(call, lyon, url="https://192.0.2.1/access")).status_code == 409
    assert message(again) == "A federation target named 'osaka' already exists"
    assert add(call, lyon, url="https://192.0.2.1/access", force_override=True).status_code == 201
    assert lyon.federation.targets["osaka"].url == "https://192.0.2.1/access"


def test_name_and_url_cannot_be_patched(call: Client, lyon: Edge) -> None:
    add(call, lyon)
    assert call(lyon, "PATCH", f"{ACCESS}/osaka", json={"url": "https://192.0.2.1/access"}).status_code == 400


def test_only_admins_federate(call: Client, lyon: Edge) -> None:
    reader = lyon.admin_token(scope="applied-permissions/user")
    for method, path in [("GET", ACCESS), ("POST", ACCESS), ("PATCH", ACCESS + "/x"), ("DELETE", ACCESS + "/x")]:
        assert call(lyon, method, path, token="").status_code == 401
        assert call(lyon, method, path, token=reader).status_code == 403


def test_full_broadcast_says_how_it_is(simulator: Simulator, call: Client, lyon: Edge) -> None:
    add(call, lyon)
    simulator.switches.federation_broadcast_duration = 60

    def broadcast(name: str = "osaka") -> int:
        return call(lyon, "PUT", f"{ACCESS}/{name}/full_broadcast").status_code

    assert [broadcast(), broadcast(), broadcast("quito"), broadcast("%20")] == [204, 202, 404, 400]
    call(lyon, "PATCH", f"{ACCESS}/osaka", json={"active": False})
    assert broadcast() == 304


def test_entities_travel_only_where_the_target_trusts_the_source(simulator: Simulator, call: Client) -> None:
    platform, edge = simulator.platform, add_edge(simulator, "lyon", trusted=False)
    add_entity(simulator, platform, "groups", "devs")
    target = {"name": "lyon", "url": edge.url + "/access", "group_filters": {"exclude_patterns": ["tmp-.*"]}}
    assert call(platform, "POST", ACCESS, json=target).status_code == 201
    assert call(platform, "PUT", f"{ACCESS}/lyon/full_broadcast").status_code == 204
    assert edge.federation.known["groups"] == set()

    trust(edge, platform)
    add_entity(simulator, platform, "groups", "tmp-x")
    add_entity(simulator, platform, "groups", "ops")
    assert edge.federation.known["groups"] == {"ops"}
    call(platform, "PUT", f"{ACCESS}/lyon/full_broadcast")
    assert edge.federation.known["groups"] == {"devs", "ops"}


def test_registration_may_test_the_circle_of_trust(simulator: Simulator, call: Client, lyon: Edge) -> None:
    simulator.switches.federation_checks_trust_when_registered = True
    refused = call(simulator.platform, "POST", ACCESS, json={"name": "lyon", "url": lyon.url + "/access"})
    assert (refused.status_code, message(refused)) == (
        400,
        "Circle of trust validation failed (response from target server: 401)",
    )


def steps(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 200
    return [(step["label"], step["status"]) for step in answer.json()]


def test_source_is_configured_step_by_step(simulator: Simulator, call: Client) -> None:
    edge = add_edge(simulator, "lyon")
    answer = call(simulator.platform, "PUT", f"{MC}/JPD-1", json=body(simulator, "lyon"))
    assert steps(answer) == [
        ("Get configuration of HOME", "OK"),
        ("Get Access token from HOME", "OK"),
        ("Check if lyon trusts HOME", "OK"),
        ("Check if HOME trusts lyon", "OK"),
        ("Send configuration to HOME", "OK"),
        ("Add target lyon to HOME", "OK"),
    ]
    target = simulator.platform.federation.targets[edge.database.service_id]
    assert (target.url, target.entities) == (edge.url + "/access", ["users", "groups"])
    shown = {
        "id": jpd_id(simulator, "lyon"),
        "name": "lyon",
        "code": edge.database.service_id,
        "url": edge.url + "/access",
        "entities": ["USERS", "GROUPS"],
        "permission_filters": NONE,
    }
    source = {"entities": ["GROUPS", "USERS"], "targets": [shown]}
    assert call(simulator.platform, "GET", MC).json() == [{"source": "JPD-1", **source}]
    assert call(simulator.platform, "GET", f"{MC}/JPD-1").json() == source


@pytest.mark.parametrize("switch", ["both_ways", "target_trusts_source"])
@pytest.mark.parametrize("truster", ["lyon", "acme"])
def test_pairing_is_no_circle_of_trust(simulator: Simulator, call: Client, switch: Any, truster: str) -> None:
    simulator.switches.federation_trust = switch
    edge = add_edge(simulator, "lyon", trusted=False)
    trust(*((edge, simulator.platform) if truster == "lyon" else (simulator.platform, edge)))
    answer = call(simulator.platform, "PUT", f"{MC}/JPD-1", json=body(simulator, "lyon")).json()
    failed = {step["label"]: step["status_message"] for step in answer if step["status"] == "ERROR"}
    untrusted = "Circle of trust validation failed (response from target server: 401)"
    if truster == "acme":
        assert failed == {"Check if lyon trusts HOME": untrusted}
    else:
        assert failed == ({"Check if HOME trusts lyon": untrusted} if switch == "both_ways" else {})
    assert bool(targets(simulator.platform)) is not bool(failed)


@pytest.mark.parametrize("needed", [True, False])
def test_base_url_has_to_be_set_by_switch(simulator: Simulator, call: Client, needed: bool) -> None:
    simulator.switches.federation_needs_base_url = needed
    add_edge(simulator, "lyon").custom_base_url = None
    answer = call(simulator.platform, "PUT", f"{MC}/JPD-1", json=body(simulator, "lyon"))
    assert (("Check the base URL of lyon", "ERROR") in steps(answer)) is needed
    assert bool(targets(simulator.platform)) is not needed


def test_target_that_fails_keeps_no_other_from_it(simulator: Simulator, call: Client) -> None:
    add_edge(simulator, "lyon")
    add_edge(simulator, "osaka", trusted=False)
    simulator.edge("lyon").unhealthy["jfrt"] = "no database"
    answer = steps(call(simulator.platform, "PUT", f"{MC}/JPD-1", json=body(simulator, "lyon", "osaka")))
    assert ("Check the services of lyon", "WARNING") in answer
    assert ("Check if osaka trusts HOME", "ERROR") in answer
    assert list(targets(simulator.platform)) == [simulator.edge("lyon").url]


@pytest.mark.parametrize("removes", [True, False])
def test_put_without_a_target_removes_it_by_switch(simulator: Simulator, call: Client, removes: bool) -> None:
    simulator.switches.federation_put_removes_targets = removes
    for name in ("lyon", "osaka"):
        add_edge(simulator, name)
        call(simulator.platform, "PUT", f"{MC}/JPD-1", json=body(simulator, name))
    assert len(targets(simulator.platform)) == (1 if removes else 2)


@pytest.mark.parametrize("resets", [True, False])
def test_put_resets_group_filters_by_switch(simulator: Simulator, call: Client, resets: bool) -> None:
    simulator.switches.federation_put_resets_group_filters = resets
    add_edge(simulator, "lyon")
    call(simulator.platform, "PUT", f"{MC}/JPD-1", json=body(simulator, "lyon"))
    target = next(iter(simulator.platform.federation.targets.values()))
    target.group_filters = {**NONE, "include_patterns": ["devs"]}
    call(simulator.platform, "PUT", f"{MC}/JPD-1", json=body(simulator, "lyon"))
    assert (target.group_filters == NONE) is resets


@pytest.mark.parametrize("pages", ["new", "old"])
@pytest.mark.parametrize(
    ("path", "content", "says"),
    [
        pytest.param("JPD-1", {"targets": []}, "entities property must not be null", id="no-entities"),
        pytest.param("JPD-1", {"entities": ["users"], "targets": []}, "must be of USERS", id="lower-case"),
        pytest.param("JPD-1", {"entities": ["USERS"]}, "targets property must not be null", id="no-targets"),
        pytest.param(
            "JPD-1", {"entities": ["USERS"], "targets": [{"id": "JPD-1", "url": "x"}]}, "valid URL", id="no-url"
        ),
        pytest.param(
            "JPD-1", {"entities": ["USERS"], "targets": [{"id": "JPD-9", "url": TARGET["url"]}]}, "id of a", id="no-jpd"
        ),
    ],
)
def test_configuration_that_is_not_valid_is_refused(
    simulator: Simulator, call: Client, pages: Any, path: str, content: dict[str, Any], says: str
) -> None:
    simulator.switches.federation_pages = pages
    answer = call(simulator.platform, "PUT", f"{MC}/{path}", json=content)
    assert answer.status_code == (400 if pages == "new" else 422)
    assert says in answer.json()["errors"][0]["details"][0]


def test_source_that_is_not_there_or_cannot_be_reached(simulator: Simulator, call: Client) -> None:
    edge = add_edge(simulator, "lyon")
    assert call(simulator.platform, "GET", f"{MC}/JPD-9").status_code == 404
    assert call(simulator.platform, "PUT", f"{MC}/JPD-9", json=body(simulator, "lyon")).status_code == 404
    edge.nodes[0].stop()
    simulator.refresh()
    path = f"{MC}/{jpd_id(simulator, 'lyon')}"
    assert message(call(simulator.platform, "GET", path)) == "The JPD is not a valid Access Federation candidate"
    assert steps(call(simulator.platform, "PUT", path, json=body(simulator, "lyon"))) == [
        ("Get configuration of lyon", "ERROR")
    ]
    assert call(simulator.platform, "GET", MC).json()[0]["error"] == "Failed to connect to lyon: OFFLINE"


def test_mesh_makes_everyone_a_source_of_all_others(simulator: Simulator, call: Client) -> None:
    edges = mesh(simulator, "lyon", "osaka", "quito")
    ids = [jpd_id(simulator, edge.name) for edge in edges]
    answer = call(simulator.platform, "POST", f"{MC}/create_mesh", json={"jpd_ids": ids, "entities": ["USERS"]})
    assert answer.json() == [{"label": "SUCCESSFUL", "status": "OK"}]
    for edge in edges:
        assert targets(edge) == {other.url: ["users"] for other in edges if other is not edge}
    refused = call(simulator.platform, "POST", f"{MC}/create_mesh", json={"jpd_ids": ids[:1], "entities": ["USERS"]})
    assert refused.status_code == 400


def test_mesh_tells_what_failed(simulator: Simulator, call: Client) -> None:
    ids = [jpd_id(simulator, add_edge(simulator, name).name) for name in ("lyon", "osaka")]
    answer = call(simulator.platform, "POST", f"{MC}/create_mesh", json={"jpd_ids": ids, "entities": ["USERS"]})
    assert steps(answer) == [("Check if osaka trusts lyon", "ERROR"), ("Check if lyon trusts osaka", "ERROR")]


def test_sources_without_targets_are_listed_when_asked_for(simulator: Simulator, call: Client) -> None:
    add_edge(simulator, "lyon")
    assert call(simulator.platform, "GET", MC).json() == []
    for name in ("include_non_configured", "includeNonConfiguredJPDs"):
        listed = call(simulator.platform, "GET", MC, params={name: "true"}).json()
        assert [source["source"] for source in listed] == ["JPD-1", jpd_id(simulator, "lyon")]
    listed = call(simulator.platform, "GET", f"{MC}/candidates").json()
    assert [one["name"] for one in listed] == ["HOME", "lyon"]


def test_older_pages_of_mission_control_have_names_for_ids(simulator: Simulator, call: Client) -> None:
    edge = add_edge(simulator, "lyon")
    simulator.switches.federation_pages = "old"
    wanted = {"entities": ["USERS"], "targets": [{"name": "lyon", "url": edge.url + "/access"}]}
    assert ("Add target lyon to HOME", "OK") in steps(call(simulator.platform, "PUT", f"{MC}/JPD-1", json=wanted))
    target = {"name": "lyon", "code": edge.database.service_id, "url": edge.url + "/access"}
    assert call(simulator.platform, "GET", MC).json() == [
        {"source": "HOME", "entities": ["USERS"], "targets": [target]}
    ]


def test_there_is_no_delete_at_mission_control(simulator: Simulator, call: Client) -> None:
    assert call(simulator.platform, "DELETE", f"{MC}/JPD-1").status_code == 405

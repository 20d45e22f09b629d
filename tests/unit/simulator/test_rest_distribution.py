# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distributing release bundles v2 to Edges, and taking them back: control-plane-api.md 6.3, 6.4 and 6.6."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from simulator.licences import Licence
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.bundles import (
    BUNDLES,
    DISTRIBUTION,
    KEY,
    LABEL,
    NAME,
    PROOF,
    VERSION,
    arrived,
    bytes_in_tree,
    create,
    delivered,
    distribute,
    make_ready,
    prepare,
    tracker,
    trackers,
)
from unit.simulator.calling import Client, message


@pytest.fixture
def ready(simulator: Simulator, call: Client, lyon: Edge) -> Edge:
    """Lyon is registered and has all that a delivery needs; the bundle is made."""
    prepare(simulator)
    make_ready(lyon)
    assert call.register(lyon).status_code == 201
    assert create(call).status_code == 201
    return lyon


def test_bytes_arrive_in_the_tree_of_the_edge_without_anybody_asking(call: Client, ready: Edge) -> None:
    response = distribute(call)
    assert response.status_code == 202
    assert len(str(response.json()["id"])) == 18
    assert response.json()["sites"] == [{"name": "lyon", "service_id": ready.database.service("jfrt"), "type": "edge"}]
    assert not bytes_in_tree(ready)
    assert arrived(ready)


def test_tracker_goes_from_queue_to_completed(simulator: Simulator, call: Client, ready: Edge) -> None:
    simulator.switches.distribution_duration = 100
    made = distribute(call).json()["id"]
    seen = [(tracker(call, made)["status"], trackers(call)[0]["status"])]
    for seconds in (40, 100):
        simulator.clock.advance(seconds)
        seen.append((tracker(call, made)["status"], trackers(call)[0]["status"]))
    assert seen == [("In queue", "CREATED"), ("In progress", "IN_PROGRESS"), ("Completed", "COMPLETED")]


def test_tracker_shows_the_site_and_what_went_there(call: Client, ready: Edge) -> None:
    shown = delivered(call)
    assert shown["type"] == "distribute"
    assert (shown["release_bundle_name"], shown["release_bundle_version"]) == (NAME, VERSION)
    assert shown["distribution_rules"] == [{"site_name": "lyon"}]
    assert shown["sites"] == [
        {
            "status": "Completed",
            "general_error": "",
            "target_artifactory": {
                "name": "lyon",
                "service_id": ready.database.service("jfrt"),
                "type": "edge",
            },
            "total_files": 1,
            "total_bytes": len(PROOF),
            "distributed_files": 1,
            "distributed_bytes": len(PROOF),
            "file_errors": [],
            "files_in_progress": [],
        }
    ]


def test_list_of_trackers_names_the_home_that_a_wildcard_means(call: Client, ready: Edge) -> None:
    delivered(call, "*")
    listed = trackers(call)
    assert [(one["distribution_tracker_friendly_id"], one["type"]) for one in listed] == [(1, "DISTRIBUTE")]
    assert listed[0]["targets"] == ["HOME", "lyon"]


@pytest.mark.parametrize(("known", "status"), [(False, 404), (True, 200)])
def test_friendly_id_may_find_a_tracker(
    simulator: Simulator, call: Client, ready: Edge, known: bool, status: int
) -> None:
    simulator.switches.tracker_by_friendly_id = known
    delivered(call)
    assert call(simulator.platform, "GET", f"{DISTRIBUTION}/trackers/{LABEL}/1").status_code == status


@pytest.mark.parametrize("status", [200, 202])
def test_distribution_is_answered_in_one_of_two_ways(
    simulator: Simulator, call: Client, ready: Edge, status: int
) -> None:
    simulator.switches.distribute_status = status
    assert distribute(call).status_code == status


def test_dry_run_says_where_it_would_go_and_does_nothing(call: Client, ready: Edge) -> None:
    response = distribute(call, dry_run=True)
    assert (response.status_code, [one["name"] for one in response.json()["sites"]]) == (200, ["lyon"])
    assert trackers(call) == []
    call.simulator.clock.advance(10)
    assert not bytes_in_tree(ready)


def test_file_goes_where_the_first_mapping_that_fits_says(call: Client, ready: Edge) -> None:
    mappings = [
        {"input": "nothing/(.*)", "output": "nowhere/$1"},
        {"input": "generic-local/a/(.*)", "output": "generic-edge/proofs/$1"},
    ]
    ready.repositories.create("generic-edge", ready.now(), "admin")
    assert delivered(call, modifications={"mappings": mappings})["status"] == "Completed"
    assert arrived(ready, "generic-edge", "proofs/proof.txt")
    assert "a/proof.txt" not in ready.repositories.repository("generic-local").items


@pytest.mark.parametrize(
    ("rule", "matches"),
    [
        pytest.param({"site_name": "lyon"}, True, id="name"),
        pytest.param({"site_name": "l*n"}, True, id="wildcard"),
        pytest.param({"site_name": "*", "city_name": "Ly*", "country_codes": ["FR", "DE"]}, True, id="all-three"),
        pytest.param({"country_codes": ["F*"]}, True, id="country-wildcard"),
        pytest.param({"site_name": "lyon", "city_name": "Porto"}, False, id="other-city"),
        pytest.param({"site_name": "lyon", "country_codes": ["PT"]}, False, id="other-country"),
        pytest.param({"site_name": "Lyon"}, False, id="other-case"),
        pytest.param({"site_name": "HOME"}, False, id="the-platform-is-no-edge"),
    ],
)
def test_rule_means_edges_by_name_city_and_country(
    call: Client, ready: Edge, rule: dict[str, Any], matches: bool
) -> None:
    response = distribute(call, dry_run=True, distribution_rules=[rule])
    assert response.status_code == (200 if matches else 400)


@pytest.mark.parametrize("status", [400, 404])
def test_rules_that_match_nothing_are_refused(simulator: Simulator, call: Client, ready: Edge, status: int) -> None:
    simulator.switches.no_edge_matches_status = status
    response = distribute(call, "porto")
    assert (response.status_code, message(response)) == (
        status,
        "Distribution rules must resolve to at least one edge",
    )


def stop(edge: Edge) -> None:
    edge.nodes[0].stop()


def expire(edge: Edge) -> None:
    edge.licence = Licence("Edge Trial", "EDGE_TRIAL", edge.now() - timedelta(days=1))


def unlicense(edge: Edge) -> None:
    edge.licence = None


def forget_key(edge: Edge) -> None:
    for one in edge.trusted_keys.all:
        edge.trusted_keys.remove(one.key.fingerprint)


def drop_repository(edge: Edge) -> None:
    edge.repositories.remove("generic-local")


def sicken(edge: Edge) -> None:
    edge.unhealthy["jfrt"] = "out of memory"


def revoke(edge: Edge) -> None:
    for record in edge.database.tokens.values():
        record.revoked = True


def grow_old(edge: Edge) -> None:
    edge.version = "7.63.1"


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        pytest.param(revoke, "prepare transaction on lyon: Token failed verification: signature", id="not-trusted"),
        pytest.param(stop, "prepare transaction on lyon: the target cannot be reached", id="offline"),
        pytest.param(sicken, "prepare transaction on lyon: HTTP 502 Bad Gateway", id="not-healthy"),
        pytest.param(unlicense, "prepare transaction on lyon: no valid license is installed", id="no-licence"),
        pytest.param(expire, "prepare transaction on lyon: no valid license is installed", id="licence-over"),
        pytest.param(grow_old, "prepare transaction on lyon: not supported by version 7.63.1", id="too-old"),
        pytest.param(
            forget_key, f"close transaction on lyon: signature of key '{KEY}' cannot be verified", id="no-key"
        ),
        pytest.param(
            drop_repository, "close transaction on lyon: repository 'generic-local' does not exist", id="no-repository"
        ),
    ],
)
def test_what_an_edge_lacks_fails_its_part_of_the_tracker(
    simulator: Simulator, call: Client, ready: Edge, spoil: Callable[[Edge], None], text: str
) -> None:
    simulator.switches.distribution_to_offline = "tried"
    spoil(ready)
    simulator.refresh()
    shown = delivered(call)
    assert (shown["status"], shown["sites"][0]["status"]) == ("Failed", "Failed")
    assert shown["sites"][0]["general_error"] == f"Failed to {text}"
    assert shown["sites"][0]["distributed_files"] == 0
    assert trackers(call)[0]["status"] == "FAILED"
    assert not bytes_in_tree(ready)
    assert ready.received == {}


def test_missing_repository_can_be_made_on_the_way(call: Client, ready: Edge) -> None:
    drop_repository(ready)
    assert delivered(call, auto_create_missing_repositories=True)["status"] == "Completed"
    assert arrived(ready)


def test_one_edge_can_fail_while_another_one_gets_its_bytes(simulator: Simulator, call: Client, ready: Edge) -> None:
    porto = simulator.add_edge("porto")
    make_ready(porto)
    call.register(porto)
    unlicense(ready)
    shown = delivered(call, "*")
    assert {one["target_artifactory"]["name"]: one["status"] for one in shown["sites"]} == {
        "lyon": "Failed",
        "porto": "Completed",
    }
    assert shown["status"] == "Failed"
    assert bytes_in_tree(porto)
    assert not bytes_in_tree(ready)


@pytest.mark.parametrize(
    ("spoil", "switch", "position", "status", "text"),
    [
        pytest.param(
            stop, "distribution_to_offline", "left_out", 400, "must resolve to at least one edge", id="offline-left-out"
        ),
        pytest.param(
            stop,
            "distribution_to_offline",
            "refused",
            400,
            "Cannot distribute to lyon: the JPD is OFFLINE",
            id="offline-refused",
        ),
        pytest.param(
            revoke,
            "distribution_to_unauthorized",
            "left_out",
            400,
            "must resolve to at least one edge",
            id="unauthorized-left-out",
        ),
        pytest.param(
            revoke,
            "distribution_to_unauthorized",
            "refused",
            400,
            "Cannot distribute to lyon: the JPD is UNAUTHORIZED",
            id="unauthorized-refused",
        ),
    ],
)
def test_edge_that_mission_control_does_not_reach_gets_nothing(
    simulator: Simulator,
    call: Client,
    ready: Edge,
    spoil: Callable[[Edge], None],
    switch: str,
    position: str,
    status: int,
    text: str,
) -> None:
    setattr(simulator.switches, switch, position)
    spoil(ready)
    simulator.refresh()
    response = distribute(call)
    assert response.status_code == status
    assert text in message(response)


def test_slow_delivery_takes_ten_times_as_long(simulator: Simulator, call: Client, ready: Edge) -> None:
    simulator.switches.distribution_duration = 100
    ready.delivery = "slow"
    made = distribute(call).json()["id"]
    simulator.clock.advance(900)
    assert tracker(call, made)["status"] == "In progress"
    simulator.clock.advance(200)
    assert tracker(call, made)["status"] == "Completed"


def test_stuck_delivery_goes_on_when_it_is_let_go(simulator: Simulator, call: Client, ready: Edge) -> None:
    ready.delivery = "stuck"
    made = distribute(call).json()["id"]
    simulator.clock.advance(3600)
    assert tracker(call, made)["status"] == "In progress"
    ready.delivery = "normal"
    assert tracker(call, made)["status"] == "Completed"


def test_file_that_fails_is_told_among_the_errors_of_files(call: Client, ready: Edge) -> None:
    ready.delivery = "file_fails"
    site = delivered(call)["sites"][0]
    assert (site["status"], site["general_error"]) == ("Failed", "")
    assert site["file_errors"] == ["Failed to replicate generic-local/a/proof.txt"]
    assert not bytes_in_tree(ready)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param({"distribution_rules": []}, "'distribution_rules' must have at least one rule", id="no-rule"),
        pytest.param({"distribution_rules": [{}]}, "A distribution rule must be an object", id="empty-rule"),
        pytest.param({"distribution_rules": [{"site": "lyon"}]}, 'Unrecognized field "site"', id="unknown-in-rule"),
        pytest.param({"distribution_rules": [{"country_codes": "FR"}]}, "'country_codes' must be a list", id="codes"),
        pytest.param({"dry_run": "yes"}, "'dry_run' must be a boolean", id="dry-run-as-text"),
        pytest.param(
            {"auto_create_missing_repositories": "false"},
            "'auto_create_missing_repositories' must be a boolean",
            id="auto-create-as-text",
        ),
        pytest.param({"async": True}, 'Unrecognized field "async"', id="unknown-field"),
        pytest.param({"modifications": {"mappings": [{"input": "a"}]}}, "A mapping needs", id="half-a-mapping"),
        pytest.param(
            {"modifications": {"mappings": [{"input": "(", "output": "x"}]}},
            "The mapping '(' is no regular expression",
            id="bad-mapping",
        ),
    ],
)
def test_body_that_is_not_right_is_refused(call: Client, ready: Edge, content: dict[str, Any], text: str) -> None:
    response = distribute(call, **content)
    assert response.status_code == 400
    assert message(response).startswith(text)


def test_flags_may_be_text_as_on_the_older_page(simulator: Simulator, call: Client, ready: Edge) -> None:
    simulator.switches.distribution_flags_as_text = True
    assert distribute(call, auto_create_missing_repositories="false").status_code == 202


def test_body_of_the_official_client_is_taken(call: Client, ready: Edge) -> None:
    """jfrog-client-go sends null for no mappings, and leaves a false auto_create out."""
    assert distribute(call, modifications={"mappings": None}).status_code == 202


def test_only_admins_distribute(simulator: Simulator, call: Client, ready: Edge) -> None:
    reader = simulator.platform.admin_token(username="reader", scope="applied-permissions/user")
    for method, path in (
        ("POST", f"{DISTRIBUTION}/distribute/{LABEL}"),
        ("GET", f"{DISTRIBUTION}/trackers/{LABEL}"),
        ("POST", f"{DISTRIBUTION}/key/propagate/{KEY}"),
    ):
        assert call(simulator.platform, method, path, token=reader).status_code == 403
        assert call(simulator.platform, method, path, token="").status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("POST", f"{DISTRIBUTION}/distribute/nope/1", id="distribute"),
        pytest.param("POST", f"{DISTRIBUTION}/remote_delete/nope/1", id="remote-delete"),
        pytest.param("GET", f"{DISTRIBUTION}/trackers/nope/1", id="list"),
        pytest.param("GET", f"{DISTRIBUTION}/trackers/nope/1/2", id="tracker"),
    ],
)
def test_unknown_bundle_is_not_found(simulator: Simulator, call: Client, ready: Edge, method: str, path: str) -> None:
    content = {"distribution_rules": [{"site_name": "*"}]} if method == "POST" else None
    response = call(simulator.platform, method, path, json=content)
    assert (response.status_code, message(response)) == (404, "Release bundle nope/1 was not found")


def test_edge_lists_what_it_has_received(simulator: Simulator, call: Client, ready: Edge) -> None:
    assert call(ready, "GET", f"{BUNDLES}/received").json() == {"release_bundles": [], "total": "0"}
    delivered(call)
    body = call(ready, "GET", f"{BUNDLES}/received?offset=0&limit=100").json()
    assert body["total"] == "1"
    assert {key: body["release_bundles"][0][key] for key in ("name", "latest_version", "number_of_versions")} == {
        "name": NAME,
        "latest_version": VERSION,
        "number_of_versions": 1,
    }
    status = call(ready, "GET", f"{BUNDLES}/received/{LABEL}/status")
    assert status.json() == {"status": "COMPLETED", "messages": []}
    assert call(ready, "GET", f"{BUNDLES}/received/nope/1/status").status_code == 404
    assert call(ready, "GET", f"{BUNDLES}/received?offset=1").json()["release_bundles"] == []


@pytest.mark.parametrize(
    ("version", "status"),
    [
        pytest.param("7.103.1", 200, id="known"),
        pytest.param("7.103.0", 404, id="not-yet"),
        pytest.param("7.63.1", 404, id="no-lifecycle-at-all"),
    ],
)
def test_edge_lists_what_it_has_received_since_7_103_1(call: Client, ready: Edge, version: str, status: int) -> None:
    ready.version = version
    assert call(ready, "GET", f"{BUNDLES}/received").status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("POST", BUNDLES, id="create"),
        pytest.param("GET", f"{DISTRIBUTION}/trackers/{LABEL}", id="trackers"),
        pytest.param("GET", f"{BUNDLES}/names", id="what-nobody-simulates"),
    ],
)
def test_edge_has_no_other_lifecycle_calls(call: Client, ready: Edge, method: str, path: str) -> None:
    response = call(ready, method, path)
    text = "Part of Release Lifecycle features are not available with Edge license."
    assert (response.status_code, message(response)) == (501, text)


def test_bundle_is_taken_back_from_the_edge_and_stays_at_the_platform(
    simulator: Simulator, call: Client, ready: Edge
) -> None:
    delivered(call)
    content = {"dry_run": False, "distribution_rules": [{"site_name": "lyon"}]}
    response = call(simulator.platform, "POST", f"{DISTRIBUTION}/remote_delete/{LABEL}", json=content)
    assert response.status_code == 202
    simulator.clock.advance(1)
    assert [(one["type"], one["status"]) for one in trackers(call)] == [
        ("DISTRIBUTE", "COMPLETED"),
        ("DELETE_RELEASE_BUNDLE_VERSION", "COMPLETED"),
    ]
    assert not bytes_in_tree(ready)
    assert call(ready, "GET", f"{BUNDLES}/received").json()["total"] == "0"
    assert call(simulator.platform, "GET", f"{BUNDLES}/statuses/{LABEL}").json()["status"] == "COMPLETED"


def test_file_that_two_bundles_brought_stays_when_one_is_taken_back(
    simulator: Simulator, call: Client, ready: Edge
) -> None:
    create(call, release_bundle_version="2.0.0")
    rules = {"distribution_rules": [{"site_name": "lyon"}]}
    for version in ("1.0.0", "2.0.0"):
        call(simulator.platform, "POST", f"{DISTRIBUTION}/distribute/{NAME}/{version}", json=rules)
    simulator.clock.advance(1)
    trackers(call)
    call(simulator.platform, "POST", f"{DISTRIBUTION}/remote_delete/{LABEL}", json=rules)
    simulator.clock.advance(1)
    trackers(call)
    assert arrived(ready)


def test_bundle_that_is_deleted_at_the_platform_stays_at_the_edge(
    simulator: Simulator, call: Client, ready: Edge
) -> None:
    delivered(call)
    assert call(simulator.platform, "DELETE", f"{BUNDLES}/records/{LABEL}?async=false").status_code == 204
    assert call(simulator.platform, "GET", f"{DISTRIBUTION}/trackers/{LABEL}").status_code == 404
    assert arrived(ready)


@pytest.mark.parametrize(
    ("distribution", "status"),
    [pytest.param("2.19.1", 400, id="known"), pytest.param("2.19.0", 404, id="not-yet")],
)
def test_distribution_has_v2_since_2_19_1(
    simulator: Simulator, call: Client, ready: Edge, distribution: str, status: int
) -> None:
    simulator.platform.distribution = distribution
    assert distribute(call, "porto").status_code == status

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release bundles v1, of a platform whose Distribution knows no v2: control-plane-api.md 6.5."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest
import requests

from simulator import pgp
from simulator.signing_keys import KeyPair
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.bundles import BUNDLES, KEY, LABEL, NAME, VERSION, arrived, bytes_in_tree, make_ready, prepare
from unit.simulator.calling import Client

API = "/distribution/api/v1"
BUNDLE = f"{API}/release_bundle/{LABEL}"
QUERY = 'items.find({"repo": "generic-local", "path": "a", "name": "proof.txt"})'


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Simulator]:
    """A platform with Distribution 2.18.0."""
    with Simulator(tmp_path / "simulator") as running:
        running.add_platform("acme", version="7.59.9", distribution="2.18.0")
        prepare(running)
        public, private = pgp.sample("canary")
        running.platform.distribution_keys[KEY] = KeyPair(KEY, KEY, "GPG", public, private)
        running.platform.default_distribution_key = KEY
        yield running


@pytest.fixture
def call(old: Simulator) -> Client:
    return Client(old)


@pytest.fixture
def lyon(old: Simulator, call: Client) -> Edge:
    edge = old.add_edge("lyon")
    make_ready(edge)
    assert call.register(edge).status_code == 201
    return edge


def create(call: Client, **changes: Any) -> requests.Response:
    content = {
        "name": NAME,
        "version": VERSION,
        "dry_run": False,
        "sign_immediately": True,
        "spec": {"queries": [{"aql": QUERY}]},
        **changes,
    }
    return call(call.simulator.platform, "POST", f"{API}/release_bundle", json=content)


def distribute(call: Client, path: str = "", **changes: Any) -> requests.Response:
    content = {"dry_run": False, "distribution_rules": [{"site_name": "lyon"}], **changes}
    return call(call.simulator.platform, "POST", f"{API}/distribution/{LABEL}{path}", json=content)


def statuses(call: Client, tracker_id: Optional[int] = None) -> Any:
    path = f"{BUNDLE}/distribution" + (f"/{tracker_id}" if tracker_id is not None else "")
    return call(call.simulator.platform, "GET", path).json()


def error(response: requests.Response) -> tuple[int, str]:
    """As Distribution words it, without a list of errors."""
    body = response.json()
    assert body["status_code"] == response.status_code
    return response.status_code, body["message"]


def test_older_platform_has_v1_only(old: Simulator, call: Client) -> None:
    assert call(old.platform, "GET", f"{API}/system/info").json()["version"] == "2.18.0"
    response = call(old.platform, "GET", f"{BUNDLES}/statuses/{LABEL}")
    assert (response.status_code, response.text) == (404, "404 page not found\n")


def test_platform_without_distribution_has_neither(tmp_path: Path) -> None:
    with Simulator(tmp_path) as running:
        platform = running.add_platform(distribution=None)
        assert Client(running)(platform, "GET", f"{API}/system/ping").status_code == 404
        path = f"/lifecycle/api/v2/distribution/trackers/{LABEL}"
        assert Client(running)(platform, "GET", path).status_code == 404


def test_bundle_is_signed_at_once(old: Simulator, call: Client) -> None:
    response = create(call, description="a proof", release_notes={"syntax": "plain_text", "content": "none"})
    assert response.status_code == 201
    assert len(response.headers["X-Checksum-Sha256"]) == 64
    shown = call(old.platform, "GET", BUNDLE).json()
    assert (shown["name"], shown["version"], shown["state"]) == (NAME, VERSION, "READY_FOR_DISTRIBUTION")
    assert shown["description"] == "a proof"
    assert [one["sourceRepoPath"] for one in shown["artifacts"]] == ["generic-local/a/proof.txt"]


def test_bundle_is_signed_later(old: Simulator, call: Client, lyon: Edge) -> None:
    made = create(call, sign_immediately=False)
    assert (made.json()["state"], "X-Checksum-Sha256" in made.headers) == ("OPEN", False)
    assert error(distribute(call)) == (400, f"Release bundle {LABEL} is not signed")
    headers = {"X-GPG-PASSPHRASE": "none"}
    signed = call(old.platform, "POST", f"{BUNDLE}/sign", json={}, headers=headers)
    assert (signed.status_code, signed.json()["state"]) == (200, "READY_FOR_DISTRIBUTION")
    assert call(old.platform, "POST", f"{BUNDLE}/sign", json={}).status_code == 409


def test_dry_run_makes_no_bundle(old: Simulator, call: Client) -> None:
    assert create(call, dry_run=True).status_code == 200
    assert call(old.platform, "GET", BUNDLE).status_code == 404


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param({"version": "-1"}, f"Invalid release bundle {NAME}/-1", id="version"),
        pytest.param({"spec": {}}, "'spec' must have at least one query", id="no-query"),
        pytest.param({"spec": {"queries": [{}]}}, "A query must have 'aql'", id="no-aql"),
        pytest.param(
            {"spec": {"queries": [{"aql": "builds.find()"}]}},
            "Failed to parse query: only items.find(...) is simulated",
            id="other-query",
        ),
        pytest.param(
            {"spec": {"queries": [{"aql": 'items.find({"repo": "nope"})'}]}},
            "The queries of the release bundle find no artifacts",
            id="nothing-found",
        ),
        pytest.param({"colour": "red"}, 'Unrecognized field "colour"', id="unknown-field"),
        pytest.param({"sign_immediately": "yes"}, "'dry_run' and 'sign_immediately' must be booleans", id="flag"),
    ],
)
def test_bundle_that_is_not_right_is_refused(call: Client, changes: dict[str, Any], text: str) -> None:
    assert error(create(call, **changes)) == (400, text)


def test_second_bundle_of_the_name_and_version_is_a_conflict(call: Client) -> None:
    create(call)
    assert error(create(call)) == (409, f"Release bundle {LABEL} already exists")


def test_bundle_cannot_be_signed_without_a_key(old: Simulator, call: Client) -> None:
    old.platform.default_distribution_key = None
    assert error(create(call)) == (400, "No signing key was found")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param('items.find({"repo": {"$eq": "generic-local"}})', id="eq"),
        pytest.param('items.find({"name": {"$match": "pr*.txt"}})', id="match"),
        pytest.param('items.find({"$or": [{"repo": "nope"}, {"$and": [{"path": "a"}]}]})', id="or-and"),
        pytest.param(f'{QUERY}.include("repo", "path", "name")', id="include"),
    ],
)
def test_queries_find_files_by_where_they_are(old: Simulator, call: Client, query: str) -> None:
    assert create(call, spec={"queries": [{"query_name": "q", "aql": query}]}).status_code == 201
    found = call(
        old.platform, "POST", "/artifactory/api/search/aql", data=query, headers={"Content-Type": "text/plain"}
    ).json()
    assert [(one["repo"], one["path"], one["name"]) for one in found["results"]] == [
        ("generic-local", "a", "proof.txt")
    ]
    assert found["range"] == {"start_pos": 0, "end_pos": 1, "total": 1}


def test_status_is_an_object_with_an_id_and_an_array_without(old: Simulator, call: Client, lyon: Edge) -> None:
    create(call)
    made = distribute(call)
    assert (made.status_code, [one["name"] for one in made.json()["sites"]]) == (202, ["lyon"])
    old.clock.advance(1)
    one, all_of_them = statuses(call, made.json()["id"]), statuses(call)
    assert (one["status"], one["sites"][0]["status"]) == ("Completed", "Completed")
    assert all_of_them == [one]
    assert arrived(lyon)


def test_unknown_status_is_not_found(old: Simulator, call: Client, lyon: Edge) -> None:
    create(call)
    assert error(call(old.platform, "GET", f"{BUNDLE}/distribution/1")) == (404, "Distribution 1 was not found")
    nothing = call(old.platform, "GET", f"{API}/release_bundle/nope/1/distribution")
    assert error(nothing) == (404, "Release bundle nope/1 was not found")


def test_dry_run_distributes_nothing(call: Client, lyon: Edge) -> None:
    create(call)
    response = distribute(call, dry_run=True)
    assert (response.status_code, [one["name"] for one in response.json()["sites"]]) == (200, ["lyon"])
    assert statuses(call) == []


def test_mapping_of_the_bundle_says_where_its_files_go(old: Simulator, call: Client, lyon: Edge) -> None:
    mapping = {"input": "generic-local/a/(.*)", "output": "generic-local/b/$1"}
    create(call, spec={"queries": [{"aql": QUERY, "mappings": [mapping]}]})
    distribute(call)
    old.clock.advance(1)
    assert statuses(call)[0]["status"] == "Completed"
    assert arrived(lyon, path="b/proof.txt")


def test_rules_must_match_an_edge(call: Client, lyon: Edge) -> None:
    create(call)
    response = distribute(call, distribution_rules=[{"site_name": "porto"}])
    assert error(response) == (400, "Distribution rules must resolve to at least one edge")


@pytest.mark.parametrize(("on_success", "kept"), [("keep", True), ("delete", False)])
def test_deleting_from_edges_may_delete_the_bundle_too(
    old: Simulator, call: Client, lyon: Edge, on_success: str, kept: bool
) -> None:
    create(call)
    distribute(call)
    old.clock.advance(1)
    statuses(call)
    assert bytes_in_tree(lyon)
    assert distribute(call, "/delete", on_success=on_success).status_code == 202
    old.clock.advance(1)
    assert call(old.platform, "GET", BUNDLE).status_code == (200 if kept else 404)
    assert not bytes_in_tree(lyon)
    if kept:
        assert [one["type"] for one in statuses(call)] == ["distribute", "delete_release_bundle_version"]


def test_bundle_is_deleted_in_distribution(old: Simulator, call: Client) -> None:
    create(call)
    assert call(old.platform, "DELETE", BUNDLE).status_code == 204
    assert call(old.platform, "DELETE", BUNDLE).status_code == 404


def test_late_edge_gets_what_was_distributed_in_the_last_days(old: Simulator, call: Client, lyon: Edge) -> None:
    old.platform.distribution = "2.33.0"
    create(call)
    distribute(call)
    porto = old.add_edge("porto")
    make_ready(porto)
    call.register(porto)
    path = f"{API}/maintenance/distributeByLastDays"
    content = {"edge_name": "porto", "last_number_of_days": 2}
    response = call(old.platform, "POST", path, json=content)
    assert response.json() == {"status_code": 200, "message": "1 release bundles are distributed"}
    assert arrived(porto)
    long_ago = call(old.platform, "POST", path, json={**content, "date": "2020-02-14"})
    assert long_ago.json()["message"] == "0 release bundles are distributed"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        pytest.param({"last_number_of_days": 8}, "'last_number_of_days' must be a number from 1 to 7", id="too-many"),
        pytest.param({"last_number_of_days": 1, "date": "yesterday"}, "'date' must be yyyy-mm-dd", id="date"),
    ],
)
def test_last_days_that_are_not_right_are_refused(
    old: Simulator, call: Client, lyon: Edge, content: dict[str, Any], text: str
) -> None:
    old.platform.distribution = "2.33.0"
    path = f"{API}/maintenance/distributeByLastDays"
    assert error(call(old.platform, "POST", path, json={"edge_name": "lyon", **content})) == (400, text)


def test_last_days_are_known_since_2_33_0(old: Simulator, call: Client) -> None:
    old.platform.distribution = "2.32.9"
    path = f"{API}/maintenance/distributeByLastDays"
    assert call(old.platform, "POST", path, json={"edge_name": "lyon", "last_number_of_days": 1}).status_code == 404

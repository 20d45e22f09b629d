# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Licence buckets: control-plane-api.md 1.8."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from simulator.licences import Licence
from simulator.license_buckets import BucketFile
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import JPDS, Client, message

BUCKETS = "/mc/api/v1/buckets"
UNUSABLE = "Your bucket file could not be used. Please verify that the file is correct and that the key is valid."


def post(call: Client, path: str, body: Any = None, **sent: Any) -> requests.Response:
    content = {"json": body} if body is not None else {}
    return call(call.simulator.platform, "POST", BUCKETS + path, **content, **sent)


def report(call: Client, name: str = "edges") -> dict[str, Any]:
    found: dict[str, Any] = call(call.simulator.platform, "GET", f"{BUCKETS}/{name}/report").json()
    return found


def upload(call: Client, made: BucketFile, **changes: Any) -> requests.Response:
    parts = {
        "file": ("b.json", made.content, "application/octet-stream"),
        "name": (None, "edges"),
        "key": (None, made.key),
        **changes,
    }
    return post(call, "", files={name: part for name, part in parts.items() if part is not None})


@pytest.fixture
def file(simulator: Simulator) -> BucketFile:
    return simulator.platform.make_license_bucket(3)


@pytest.fixture
def edges(call: Client, file: BucketFile) -> BucketFile:
    """The bucket "edges" with three licences."""
    assert post(call, "", {"name": "edges", "url": file.url, "key": file.key}).status_code == 201
    return file


@pytest.fixture
def registered(simulator: Simulator, call: Client) -> Edge:
    """lyon, without a licence, as JPD-2."""
    edge = simulator.add_edge("lyon", licensed=False)
    assert call.register(edge).status_code == 201
    return edge


def test_bucket_is_added_by_url(simulator: Simulator, call: Client, file: BucketFile) -> None:
    response = post(call, "", {"name": "edges", "url": file.url, "key": file.key})

    bucket = simulator.platform.buckets["edges"]
    assert (response.status_code, response.json()) == (
        201,
        {
            "identifier": file.identifier,
            "subject": "Example Corp",
            "product_name": "Artifactory",
            "product_id": 6,
            "license_type": "EDGE",
            "issued_date": bucket.issued.isoformat(timespec="milliseconds"),
            "valid_date": bucket.valid.isoformat(timespec="milliseconds"),
            "quantity": 3,
            "signature": bucket.signature,
            "name": "edges",
            "used": 0,
            "url": file.url,
        },
    )
    assert call(simulator.platform, "GET", BUCKETS).json() == [
        {"identifier": file.identifier, "name": "edges", "size": 3, "license_type": "EDGE"}
    ]


def test_bucket_is_added_with_its_file(simulator: Simulator, call: Client, file: BucketFile) -> None:
    response = upload(call, file)

    assert response.status_code == 201
    assert "url" not in response.json()
    assert simulator.platform.buckets["edges"].quantity == 3


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        pytest.param({"name": "edges"}, 409, "Name 'edges' already exists", id="name"),
        pytest.param({}, 409, "Url '{url}' already exists", id="url"),
        pytest.param({"url": "https://releases.example.com/none"}, 400, UNUSABLE, id="nothing-to-load"),
        pytest.param({"url": "{other}", "key": "00" * 32}, 400, UNUSABLE, id="wrong-key"),
        pytest.param({"url": "{other}", "key": "no key"}, 400, UNUSABLE, id="no-key"),
        pytest.param({"url": "nowhere"}, 400, "Validation constraint violation", id="no-url"),
        pytest.param({"key": ""}, 400, "Validation constraint violation", id="empty-key"),
        pytest.param({"extra": "x"}, 400, 'Unrecognized field "extra"', id="unknown-field"),
    ],
)
def test_bucket_that_cannot_be_added_is_refused(
    simulator: Simulator, call: Client, edges: BucketFile, changes: dict[str, str], status: int, says: str
) -> None:
    other = simulator.platform.make_license_bucket()
    body = {"name": "more", "url": edges.url, "key": edges.key, **changes}
    body = {key: value.format(url=edges.url, other=other.url) for key, value in body.items()}

    response = post(call, "", body)

    assert (response.status_code, message(response)) == (status, says.format(url=edges.url))
    assert list(simulator.platform.buckets) == ["edges"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"file": None}, 400, id="no-file"),
        pytest.param({"file": ("b", b"{}", "application/json")}, 415, id="type-of-the-part"),
        pytest.param({"file": ("b", b"x" * 50, "application/octet-stream")}, 400, id="damaged"),
        pytest.param({"url": (None, "x")}, 400, id="unknown-part"),
    ],
)
def test_upload_of_another_form_is_refused(
    call: Client, file: BucketFile, changes: dict[str, Any], status: int
) -> None:
    assert upload(call, file, **changes).status_code == status


def test_deploy_really_brings_a_licence_and_adds_each_time(
    simulator: Simulator, call: Client, edges: BucketFile, registered: Edge
) -> None:
    answers = [post(call, "/edges/deploy", {"jpd_id": "JPD-2", "license_count": 1}) for _ in range(2)]

    assert [answer.json() for answer in answers] == [
        {"success": True, "message": "Assigned 1 license from bucket edges to JPD-2."}
    ] * 2
    assert registered.licence is not None
    assert registered.licence.type == "Edge"
    found = report(call)
    assert (found["licenses"], found["jpds"]) == (
        {"used": 2, "available": 1, "max_used": 2},
        [{"name": "lyon", "license_count": 2}],
    )


def test_attached_licence_is_shown_late(
    simulator: Simulator, call: Client, edges: BucketFile, registered: Edge
) -> None:
    simulator.switches.licence_refresh_reads = 2
    post(call, "/edges/deploy", {"jpd_id": "JPD-2", "license_count": 1})

    shown = [len(call(simulator.platform, "GET", f"{JPDS}/JPD-2").json()["licenses"]) for _ in range(3)]

    assert shown == [0, 0, 1]


@pytest.mark.parametrize(
    ("name", "body", "status", "says"),
    [
        pytest.param(
            "edges", {"jpd_id": "JPD-9", "license_count": 1}, 400, "JPD with id JPD-9 was not found.", id="jpd"
        ),
        pytest.param(
            "none",
            {"jpd_id": "JPD-2", "license_count": 1},
            404,
            "The entity 'LicenseBucket' with identifier 'none' was not found",
            id="bucket",
        ),
        pytest.param(
            "edges",
            {"jpd_id": "JPD-2", "license_count": 4},
            500,
            "Cannot deploy licenses from bucket edges to JPD-2",
            id="none-left",
        ),
        pytest.param("edges", {"jpd_id": "JPD-2"}, 400, "Validation constraint violation", id="no-count"),
        pytest.param("edges", {"license_count": 1}, 400, "Validation constraint violation", id="no-id"),
        pytest.param(
            "edges", {"jpd_id": "JPD-2", "license_count": 1, "x": 1}, 400, 'Unrecognized field "x"', id="unknown"
        ),
    ],
)
def test_deploy_that_is_not_possible_is_refused(
    call: Client, edges: BucketFile, registered: Edge, name: str, body: dict[str, Any], status: int, says: str
) -> None:
    response = post(call, f"/{name}/deploy", body)

    assert (response.status_code, message(response)) == (status, says)
    assert registered.licence is None


def test_deploy_to_an_edge_that_is_away_is_refused(
    simulator: Simulator, call: Client, edges: BucketFile, registered: Edge
) -> None:
    registered.nodes[0].stop()
    simulator.refresh()

    response = post(call, "/edges/deploy", {"jpd_id": "JPD-2", "license_count": 1})

    assert (response.status_code, report(call)["licenses"]["used"]) == (500, 0)


@pytest.mark.parametrize("compact", [True, False])
def test_acquired_keys_are_counted_under_their_label(call: Client, edges: BucketFile, compact: bool) -> None:
    query = {"remove_new_line": str(compact).lower()}

    keys = post(call, "/edges/acquire", {"name": "ship", "license_count": 2}, params=query).json()["license_keys"]

    assert [Licence.of_key(key).type for key in keys] == ["Edge", "Edge"]
    assert ["\n" in key for key in keys] == [not compact] * 2
    assert report(call)["unknown_uses"] == [{"name": "ship", "license_count": 2}]


def test_acquire_of_more_than_there_are_is_refused(call: Client, edges: BucketFile) -> None:
    assert post(call, "/edges/acquire", {"name": "ship", "license_count": 4}).status_code == 500
    assert post(call, "/none/acquire", {"name": "ship", "license_count": 1}).status_code == 404


def test_release_demands_that_the_jpd_is_offline(
    simulator: Simulator, call: Client, edges: BucketFile, registered: Edge
) -> None:
    post(call, "/edges/deploy", {"jpd_id": "JPD-2", "license_count": 2})

    alive = post(call, "/edges/release", {"name": "JPD-2"})
    registered.nodes[0].stop()
    simulator.refresh()
    dead = post(call, "/edges/release", {"name": "JPD-2"})
    again = post(call, "/edges/release", {"name": "JPD-2"})

    assert (alive.status_code, message(alive)) == (409, "The Jpd must be offline before you can detach its license")
    assert (dead.status_code, dead.content) == (204, b"")
    assert (again.status_code, message(again)) == (
        409,
        f"No licenses to release for bucket: {edges.identifier}, instance name: JPD-2",
    )
    assert report(call)["licenses"] == {"used": 0, "available": 3, "max_used": 2}


@pytest.mark.parametrize(("switch", "left"), [("all", []), ("one", [{"name": "ship", "license_count": 1}])])
def test_release_takes_back_all_or_one(
    simulator: Simulator, call: Client, edges: BucketFile, switch: str, left: list[Any]
) -> None:
    simulator.switches.release_takes_back = switch  # type: ignore[assignment]
    post(call, "/edges/acquire", {"name": "ship", "license_count": 2})

    assert post(call, "/edges/release", {"name": "ship"}).status_code == 204
    assert report(call).get("unknown_uses", []) == left


@pytest.mark.parametrize(("switch", "used"), [(True, 0), (False, 1)])
def test_jpd_that_is_deleted_gives_its_licences_back_or_not(
    simulator: Simulator, call: Client, edges: BucketFile, registered: Edge, switch: bool, used: int
) -> None:
    simulator.switches.delete_jpd_releases_licences = switch
    post(call, "/edges/deploy", {"jpd_id": "JPD-2", "license_count": 1})

    call(simulator.platform, "DELETE", f"{JPDS}/JPD-2")

    assert report(call)["licenses"]["used"] == used
    if used:
        assert report(call)["jpds"] == [{"name": "lyon", "license_count": 1}]
        assert post(call, "/edges/release", {"name": "JPD-2"}).status_code == 204


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("both", {"edges": 200, "id": 200}),
        ("name", {"edges": 200, "id": 404}),
        ("identifier", {"edges": 404, "id": 200}),
    ],
)
def test_bucket_is_found_by_name_or_identifier(
    simulator: Simulator, call: Client, edges: BucketFile, how: str, found: dict[str, int]
) -> None:
    simulator.switches.bucket_path = how  # type: ignore[assignment]
    names = {"edges": "edges", "id": edges.identifier}

    seen = {key: call(simulator.platform, "GET", f"{BUCKETS}/{name}/report").status_code for key, name in names.items()}
    assert seen == found


@pytest.mark.parametrize(("switch", "name"), [("name", "lyon"), ("id", "JPD-2")])
def test_report_calls_jpds_by_name_or_id(
    simulator: Simulator, call: Client, edges: BucketFile, registered: Edge, switch: str, name: str
) -> None:
    simulator.switches.bucket_report_names = switch  # type: ignore[assignment]
    post(call, "/edges/deploy", {"jpd_id": "JPD-2", "license_count": 1})

    assert report(call)["jpds"] == [{"name": name, "license_count": 1}]


def test_report_may_leave_out_what_is_not_used(simulator: Simulator, call: Client, edges: BucketFile) -> None:
    bucket = simulator.platform.buckets["edges"]
    full = {
        "identifier": edges.identifier,
        "name": "edges",
        "size": 3,
        "valid_through": f"{bucket.valid:%Y-%m-%d}",
        "issued": f"{bucket.issued:%Y-%m-%d}",
        "type": "EDGE",
        "licenses": {"used": 0, "available": 3, "max_used": 0},
    }
    assert report(call) == full
    simulator.switches.bucket_report_leaves_out_unused = False
    unused = {"jpds": [], "split_buckets": [], "unknown_uses": [], "pipelines": {"execution_nodes": 0}}
    assert report(call) == {**full, **unused}


@pytest.mark.parametrize(("switch", "status"), [(True, 204), (False, 409)])
def test_bucket_is_deleted_once(
    simulator: Simulator, call: Client, edges: BucketFile, switch: bool, status: int
) -> None:
    simulator.switches.bucket_in_use_deletable = switch
    post(call, "/edges/acquire", {"name": "ship", "license_count": 1})

    assert call(simulator.platform, "DELETE", f"{BUCKETS}/edges").status_code == status
    if status == 204:
        assert call(simulator.platform, "DELETE", f"{BUCKETS}/edges").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", ""), ("DELETE", "/edges"), ("GET", "/edges/report"), ("POST", "/edges/deploy")],
)
def test_buckets_are_for_admins(simulator: Simulator, call: Client, method: str, path: str) -> None:
    user = simulator.platform.admin_token(username="reader", scope="applied-permissions/user")

    assert call(simulator.platform, method, BUCKETS + path, token="").status_code == 401
    assert call(simulator.platform, method, BUCKETS + path, token=user).status_code == 403

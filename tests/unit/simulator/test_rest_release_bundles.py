# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Release bundles v2 at the platform: control-plane-api.md 6.2."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.simulator import Simulator
from unit.simulator.bundles import BUNDLES, KEY, LABEL, NAME, SHA256, VERSION, WHERE, create, distribute, prepare
from unit.simulator.calling import Client, message


@pytest.fixture(autouse=True)
def _prepared(simulator: Simulator) -> None:
    prepare(simulator)


def status(call: Client) -> dict[str, Any]:
    shown: dict[str, Any] = call(call.simulator.platform, "GET", f"{BUNDLES}/statuses/{LABEL}").json()
    return shown


def test_bundle_is_there_at_once_when_nothing_is_left_to_the_background(call: Client) -> None:
    response = create(call)
    shown = response.json()
    assert response.status_code == 201
    assert (shown["repository_key"], shown["release_bundle_name"], shown["release_bundle_version"]) == (
        "release-bundles-v2",
        NAME,
        VERSION,
    )
    assert status(call) == {"status": "COMPLETED", "messages": []}


@pytest.mark.parametrize("code", [200, 202])
@pytest.mark.parametrize("query", ["async=true", ""])
def test_bundle_is_made_in_the_background_unless_told_otherwise(
    simulator: Simulator, call: Client, query: str, code: int
) -> None:
    simulator.switches.bundle_in_background_status = code
    simulator.switches.bundle_creation_duration = 60
    assert create(call, query=query).status_code == code
    assert status(call)["status"] == "STARTED"
    refused = distribute(call, "*")
    simulator.clock.advance(61)
    assert status(call)["status"] == "COMPLETED"
    assert refused.status_code == 400


@pytest.mark.parametrize(
    "sources",
    [
        pytest.param({}, id="source"),
        pytest.param({"source": {"artifacts": [{"path": WHERE}]}}, id="without-a-checksum"),
        pytest.param(
            {
                "source_type": None,
                "source": None,
                "sources": [{"source_type": "artifacts", "artifacts": [{"path": WHERE, "sha256": SHA256}]}],
            },
            id="sources",
        ),
    ],
)
def test_both_forms_of_sources_are_taken(call: Client, sources: dict[str, Any]) -> None:
    assert create(call, **sources).status_code == 201


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        pytest.param({"release_bundle_name": None}, 400, "Invalid release bundle name: 'None'", id="no-name"),
        pytest.param({"release_bundle_name": "-x"}, 400, "Invalid release bundle name: '-x'", id="bad-name"),
        pytest.param({"release_bundle_version": "1" * 33}, 400, "Invalid release bundle version", id="long-version"),
        pytest.param({"colour": "red"}, 400, 'Unrecognized field "colour"', id="unknown-field"),
        pytest.param({"source": None}, 400, "'source' must be an object", id="no-source"),
        pytest.param({"sources": []}, 400, "Either 'source' or 'sources', not both", id="both-forms"),
        pytest.param({"source_type": "magic"}, 400, "Invalid source_type 'magic'", id="unknown-source"),
        pytest.param({"source_type": "builds"}, 422, "Only artifacts are simulated", id="builds"),
        pytest.param({"source": {"artifacts": []}}, 422, "A release bundle must have at least one", id="no-artifact"),
        pytest.param(
            {"source": {"artifacts": [{"path": "generic-local/nope"}]}},
            404,
            "Artifact generic-local/nope was not found",
            id="missing-artifact",
        ),
        pytest.param(
            {"source": {"artifacts": [{"path": WHERE, "sha256": "0" * 64}]}},
            422,
            f"Artifact {WHERE} does not have the SHA-256 0000",
            id="other-checksum",
        ),
    ],
)
def test_bundle_that_is_not_right_is_refused(call: Client, changes: dict[str, Any], code: int, text: str) -> None:
    response = create(call, **changes)
    assert response.status_code == code
    assert message(response).startswith(text)
    assert len(call.simulator.platform.release_bundles) == 0


def test_missing_artifact_may_be_told_by_the_status_only(simulator: Simulator, call: Client) -> None:
    simulator.switches.bundle_artifacts_checked = "in_background"
    response = create(call, query="async=true", source={"artifacts": [{"path": "generic-local/nope"}]})
    simulator.clock.advance(1)
    shown = status(call)
    assert (response.status_code, shown["status"]) == (202, "FAILED")
    assert shown["messages"][0]["text"] == "Artifact generic-local/nope was not found"


@pytest.mark.parametrize("code", [400, 404, 422])
def test_missing_artifact_has_one_of_three_answers(simulator: Simulator, call: Client, code: int) -> None:
    simulator.switches.bundle_artifact_missing_status = code
    assert create(call, source={"artifacts": [{"path": "generic-local/nope"}]}).status_code == code


def test_second_bundle_of_the_name_and_version_is_a_conflict(call: Client) -> None:
    create(call)
    response = create(call)
    assert (response.status_code, message(response)) == (409, f"Release bundle {LABEL} already exists")


def test_bundle_of_a_project_is_another_one(call: Client) -> None:
    create(call)
    response = create(call, query="async=false&project=edge")
    assert (response.status_code, response.json()["repository_key"]) == (201, "edge-release-bundles-v2")


@pytest.mark.parametrize("code", [400, 404])
def test_unknown_signing_key_is_refused(simulator: Simulator, call: Client, code: int) -> None:
    simulator.switches.unknown_signing_key_status = code
    response = create(call, key="nope")
    assert (response.status_code, message(response)) == (code, "Could not find key pair 'nope'")


@pytest.mark.parametrize(("position", "code"), [("refused", 400), ("default_key", 201)])
def test_bundle_without_the_name_of_a_key(simulator: Simulator, call: Client, position: Any, code: int) -> None:
    simulator.switches.bundle_without_signing_key = position
    assert create(call, key=None).status_code == code


def test_bundle_keeps_its_files_when_they_go_from_where_they_were(simulator: Simulator, call: Client) -> None:
    create(call)
    platform = simulator.platform
    platform.repositories.remove("generic-local")
    stored = platform.release_bundles.all[0].files[0].stored
    assert platform.repositories.content(stored) == b"here I am\n"
    assert [one.key for one in platform.repositories if not one.hidden] == []


def test_bundle_is_deleted_at_once_or_in_the_background(simulator: Simulator, call: Client) -> None:
    platform = simulator.platform
    create(call)
    assert call(platform, "DELETE", f"{BUNDLES}/records/{LABEL}?async=false").status_code == 204
    create(call)
    simulator.switches.bundle_creation_duration = 60
    assert call(platform, "DELETE", f"{BUNDLES}/records/{LABEL}").status_code == 200
    assert status(call)["status"] == "DELETING"
    simulator.clock.advance(61)
    assert call(platform, "GET", f"{BUNDLES}/statuses/{LABEL}").status_code == 404
    assert call(platform, "DELETE", f"{BUNDLES}/records/{LABEL}").status_code == 404
    assert not any(path.is_file() and "release" in path.name for path in platform.storage.rglob("*"))


def test_only_admins_make_and_see_bundles(simulator: Simulator, call: Client) -> None:
    reader = simulator.platform.admin_token(username="reader", scope="applied-permissions/user")
    for method, path in (("POST", BUNDLES), ("GET", f"{BUNDLES}/statuses/{LABEL}")):
        assert call(simulator.platform, method, path, token=reader).status_code == 403
        assert call(simulator.platform, method, path, token="").status_code == 401


@pytest.mark.parametrize(
    ("version", "code"), [pytest.param("7.63.2", 201, id="known"), pytest.param("7.63.1", 404, id="not-yet")]
)
def test_there_are_bundles_v2_since_7_63_2(simulator: Simulator, call: Client, version: str, code: int) -> None:
    simulator.platform.version = version
    assert create(call, key=KEY).status_code == code

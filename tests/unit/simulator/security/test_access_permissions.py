# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions in Access v2: security-replication.md 5.4."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.simulator import Simulator
from unit.simulator.calling import Client, message

PERMISSIONS = "/access/api/v2/permissions"
ALL = {"include_patterns": ["**"], "exclude_patterns": []}
DOCS = {"include_patterns": ["docs/**"], "exclude_patterns": ["docs/private/**"]}


def section(**changes: Any) -> dict[str, Any]:
    return {"actions": {"users": {"anonymous": ["READ", "ANNOTATE"]}}, "targets": {"libs": DOCS}, **changes}


def test_permission_is_created_and_read_back(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    body = {"name": "p", "resources": {"artifact": section(), "build": section(targets={"artifactory-build-info": {}})}}
    created = call(acme, "POST", PERMISSIONS, json=body)
    assert created.status_code == 201
    assert call(acme, "GET", f"{PERMISSIONS}/p").json() == {
        "name": "p",
        "resources": {
            "artifact": section(),
            "build": section(targets={"artifactory-build-info": ALL}),
        },
        "created_by": "admin",
        "modified_by": "admin",
    }


@pytest.mark.parametrize(
    ("body", "status", "text"),
    [
        pytest.param({"name": "Anything"}, 409, "Permission 'Anything' already exists", id="taken"),
        pytest.param({"name": "x" * 256}, 400, "Field 'name' must have 1 to 255 characters", id="long-name"),
        pytest.param({"resources": {}}, 400, "Field 'resources' must name at least one resource type", id="nothing"),
        pytest.param({"resources": {"repo": section()}}, 400, "Unknown resource type 'repo'", id="type"),
        pytest.param(
            {"resources": {"artifact": section(targets={})}},
            400,
            "Section 'artifact' must have at least one target",
            id="no-target",
        ),
        pytest.param(
            {"resources": {"artifact": section(targets={"nope": ALL})}},
            400,
            "Permission contains a reference to a non-existing repository 'nope'",
            id="unknown-repository",
        ),
        pytest.param(
            {"resources": {"artifact": section(actions={"groups": {"nope": ["READ"]}})}},
            400,
            "Group with name 'nope' was not found",
            id="unknown-group",
        ),
        pytest.param(
            {"resources": {"artifact": section(actions={"users": {"anonymous": ["read"]}})}},
            400,
            "Unknown action of 'anonymous': use READ, ANNOTATE, WRITE, DELETE, MANAGE, SCAN, EXECUTE",
            id="word-of-the-legacy-api",
        ),
    ],
)
def test_permission_that_is_not_right_is_refused(
    simulator: Simulator, call: Client, body: dict[str, Any], status: int, text: str
) -> None:
    content = {"name": "p", "resources": {"artifact": section()}, **body}
    response = call(simulator.platform, "POST", PERMISSIONS, json=content)
    assert (response.status_code, message(response)) == (status, text)
    assert simulator.platform.security.names("permissions") == ["Any Remote", "Anything"]


def test_name_of_255_characters_with_a_slash_is_a_name(simulator: Simulator, call: Client) -> None:
    name = "a/" + "b" * 253
    body = {"name": name, "resources": {"artifact": section()}}
    assert call(simulator.platform, "POST", PERMISSIONS, json=body).status_code == 201
    path = f"{PERMISSIONS}/a%2F{'b' * 253}"
    assert call(simulator.platform, "GET", path).json()["name"] == name
    assert call(simulator.platform, "GET", f"{path}/artifact").json() == section()


@pytest.fixture
def made(simulator: Simulator, call: Client) -> str:
    """The path of a permission with two sections."""
    resources = {"artifact": section(), "build": section(targets={"artifactory-build-info": ALL})}
    call(simulator.platform, "POST", PERMISSIONS, json={"name": "p", "resources": resources})
    return f"{PERMISSIONS}/p"


def test_section_is_replaced_and_the_others_stay(simulator: Simulator, call: Client, made: str) -> None:
    other = section(actions={"groups": {"readers": ["WRITE"]}}, targets={"libs": ALL})
    replaced = call(simulator.platform, "PUT", f"{made}/artifact", json=other)
    assert (replaced.status_code, replaced.json()) == (200, other)
    resources = call(simulator.platform, "GET", made).json()["resources"]
    assert (resources["artifact"], resources["build"]["targets"]) == (other, {"artifactory-build-info": ALL})


def test_section_is_merged_name_by_name(simulator: Simulator, call: Client, made: str) -> None:
    changes = {"actions": {"users": {"anonymous": []}, "groups": {"readers": ["READ"]}}}
    merged = call(simulator.platform, "PATCH", f"{made}/artifact", json=changes)
    assert (merged.status_code, merged.json()) == (200, section(actions={"groups": {"readers": ["READ"]}}))


def test_section_is_deleted_and_the_permission_stays(simulator: Simulator, call: Client, made: str) -> None:
    assert call(simulator.platform, "DELETE", f"{made}/build").status_code == 204
    assert call(simulator.platform, "GET", f"{made}/build").status_code == 404
    assert set(call(simulator.platform, "GET", made).json()["resources"]) == {"artifact"}


def test_whole_permission_cannot_be_replaced(simulator: Simulator, call: Client, made: str) -> None:
    response = call(simulator.platform, "PUT", made, json={})
    assert (response.status_code, response.headers["Allow"]) == (405, "DELETE, GET, HEAD")


def test_empty_maps_of_principals_come_back_as_absent(simulator: Simulator, call: Client, made: str) -> None:
    call(simulator.platform, "PUT", f"{made}/artifact", json=section(actions={"users": {}, "groups": {}}))
    assert call(simulator.platform, "GET", f"{made}/artifact").json()["actions"] == {}


@pytest.mark.parametrize("written", ["npm", "npm-cache"])
@pytest.mark.parametrize(
    ("switch", "names"), [("cache", {"npm-cache"}), ("both", {"npm", "npm-cache"}), ("plain", {"npm"})]
)
def test_remote_repository_comes_back_under_other_names(
    simulator: Simulator, call: Client, made: str, written: str, switch: Any, names: set[str]
) -> None:
    simulator.switches.remote_repositories_shown = switch
    call(simulator.platform, "PUT", f"{made}/artifact", json=section(targets={written: DOCS}))
    shown = call(simulator.platform, "GET", f"{made}/artifact").json()["targets"]
    assert shown == dict.fromkeys(names, DOCS)


def test_local_repository_that_is_called_like_a_cache_stays_itself(
    simulator: Simulator, call: Client, made: str
) -> None:
    acme = simulator.platform
    acme.repositories.create("libs-cache", simulator.clock.now(), "admin")
    call(acme, "PUT", f"{made}/artifact", json=section(targets={"libs-cache": ALL, "libs": DOCS}))
    assert call(acme, "GET", f"{made}/artifact").json()["targets"] == {"libs-cache": ALL, "libs": DOCS}


@pytest.mark.parametrize(
    ("expanded", "names"), [(False, {"ANY LOCAL", "libs"}), (True, {"libs", "more"})], ids=["kept", "expanded"]
)
def test_any_local_may_come_back_as_all_local_repositories(
    simulator: Simulator, call: Client, made: str, expanded: bool, names: set[str]
) -> None:
    simulator.switches.any_local_expanded = expanded
    simulator.platform.repositories.create("more", simulator.clock.now(), "admin")
    call(simulator.platform, "PUT", f"{made}/artifact", json=section(targets={"ANY LOCAL": ALL, "libs": DOCS}))
    shown = call(simulator.platform, "GET", f"{made}/artifact").json()["targets"]
    assert shown == {name: DOCS if name == "libs" else ALL for name in names}


@pytest.mark.parametrize("switch", ["dropped", "kept"])
def test_unknown_names_may_be_dropped_without_a_word_or_kept(
    simulator: Simulator, call: Client, made: str, switch: Any
) -> None:
    simulator.switches.unknown_repository_in_permission = switch
    simulator.switches.unknown_principal_in_permission = switch
    content = {"actions": {"users": {"nobody": ["READ"]}}, "targets": {"libs": ALL, "later": ALL}}
    response = call(simulator.platform, "PUT", f"{made}/artifact", json=content)
    assert response.status_code == 200
    assert response.json() == (content if switch == "kept" else {"actions": {}, "targets": {"libs": ALL}})


def test_principal_that_is_deleted_takes_its_grants_along(simulator: Simulator, call: Client, made: str) -> None:
    call(simulator.platform, "DELETE", "/access/api/v2/users/anonymous")
    sections = call(simulator.platform, "GET", made).json()["resources"]
    assert [one["actions"] for one in sections.values()] == [{}, {}]

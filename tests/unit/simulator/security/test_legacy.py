# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Artifactory's own API of users, groups and permissions: security-replication.md 5.5."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.access_database import User
from simulator.simulator import Simulator
from simulator.sites import Edge
from unit.simulator.calling import Client, message

LEGACY = "/artifactory/api/security"
V1, V2 = f"{LEGACY}/permissions", "/artifactory/api/v2/security/permissions"
ANNA = {"email": "anna@example.com", "password": "S3cret-word"}


def test_old_instance_has_this_api_only(call: Client, old: Edge) -> None:
    assert call(old, "GET", f"{LEGACY}/users").status_code == 200
    assert call(old, "GET", "/access/api/v2/users").status_code == 404


def test_user_is_created_updated_replaced_and_deleted(call: Client, old: Edge) -> None:
    path = f"{LEGACY}/users/anna"
    assert call(old, "PUT", path, json={**ANNA, "admin": True}).status_code == 201
    assert call(old, "GET", path).json() == {
        "name": "anna",
        "email": "anna@example.com",
        "admin": True,
        "profileUpdatable": True,
        "disableUIAccess": False,
        "internalPasswordDisabled": False,
        "lastLoggedIn": None,
        "realm": "internal",
        "groups": ["readers"],
        "watchManager": False,
        "policyManager": False,
        "policyViewer": False,
        "reportsManager": False,
        "mfaStatus": "NONE",
        "status": "enabled",
    }
    assert old.database.users["anna"] == User("S3cret-word", admin=True)
    assert call(old, "POST", path, json={"disableUIAccess": True, "groups": []}).status_code == 200
    shown = call(old, "GET", path).json()
    assert (shown["admin"], shown["disableUIAccess"], shown["groups"]) == (True, True, [])
    assert call(old, "PUT", path, json={"email": "a@example.com"}).status_code == 201
    shown = call(old, "GET", path).json()
    assert (shown["email"], shown["admin"], shown["disableUIAccess"]) == ("a@example.com", False, False)
    assert call(old, "DELETE", path).status_code == 200
    assert call(old, "GET", path).status_code == 404


@pytest.mark.parametrize("status", [400, 404])
def test_user_that_is_not_there_has_one_of_two_statuses(
    simulator: Simulator, call: Client, old: Edge, status: int
) -> None:
    simulator.switches.legacy_user_missing_status = status
    assert call(old, "GET", f"{LEGACY}/users/nobody").status_code == status
    assert call(old, "GET", f"{LEGACY}/groups/nobody").status_code == 404


def test_new_user_with_groups_has_just_those(call: Client, old: Edge) -> None:
    call(old, "PUT", f"{LEGACY}/groups/dev", json={})
    call(old, "PUT", f"{LEGACY}/users/anna", json={**ANNA, "groups": ["dev"]})
    assert call(old, "GET", f"{LEGACY}/users/anna").json()["groups"] == ["dev"]


def test_locked_users_are_listed_and_unlocked(call: Client, old: Edge) -> None:
    for name in ("anna", "bert"):
        call(old, "PUT", f"{LEGACY}/users/{name}", json=ANNA)
        old.security.put("users", name, {**(old.security.get("users", name) or {}), "status": "locked"})
    assert call(old, "GET", f"{LEGACY}/lockedUsers").json() == ["anna", "bert"]
    assert call(old, "POST", f"{LEGACY}/unlockUsers/bert").status_code == 200
    assert call(old, "GET", f"{LEGACY}/lockedUsers").json() == ["anna"]
    assert call(old, "POST", f"{LEGACY}/unlockUsers").status_code == 200
    assert call(old, "GET", f"{LEGACY}/lockedUsers").json() == []


def test_group_is_replaced_with_realm_and_members(call: Client, old: Edge) -> None:
    path = f"{LEGACY}/groups/dev"
    content = {
        "description": "d",
        "realm": "ldap",
        "realmAttributes": "groupName=dev",
        "userNames": ["admin", "nobody"],
    }
    assert call(old, "PUT", path, json=content).status_code == 201
    assert call(old, "GET", f"{path}?includeUsers=true").json() == {
        "name": "dev",
        "description": "d",
        "realm": "ldap",
        "realmAttributes": "groupName=dev",
        "externalId": None,
        "autoJoin": False,
        "adminPrivileges": False,
        "watchManager": False,
        "policyManager": False,
        "reportsManager": False,
        "userNames": ["admin"],
    }
    assert "userNames" not in call(old, "GET", path).json()


def test_update_of_a_group_only_adds_members(call: Client, old: Edge) -> None:
    path = f"{LEGACY}/groups/readers"
    assert call(old, "POST", path, json={"userNames": ["anonymous"], "description": ""}).status_code == 200
    shown = call(old, "GET", f"{path}?includeUsers=true").json()
    assert (shown["userNames"], shown["description"]) == (["admin", "anonymous"], None)


def repo(**changes: Any) -> dict[str, Any]:
    return {
        "include-patterns": ["docs/**"],
        "exclude-patterns": [],
        "repositories": ["artifactory-edge-uploads"],
        "actions": {"users": {"anonymous": ["read", "managedXrayMeta"]}, "groups": {}},
        **changes,
    }


BUILD = repo(repositories=["artifactory-build-info"], actions={"users": {}, "groups": {"readers": ["distribute"]}})


def test_permission_v2_is_created_and_replaced(call: Client, old: Edge) -> None:
    path = f"{V2}/p"
    assert call(old, "PUT", path, json={"repo": repo()}).status_code == 404
    assert call(old, "POST", path, json={"repo": repo(), "build": BUILD}).status_code == 201
    assert call(old, "POST", path, json={"repo": repo()}).status_code == 409
    assert call(old, "GET", path).json() == {"name": "p", "repo": repo(), "build": BUILD}
    assert call(old, "PUT", path, json={"build": BUILD}).status_code == 200
    assert call(old, "GET", path).json() == {"name": "p", "build": BUILD}
    assert call(old, "DELETE", path).status_code == 200
    assert call(old, "GET", path).status_code == 404


def test_permission_v1_has_letters_and_one_text_of_patterns(call: Client, old: Edge) -> None:
    content = {
        "includesPattern": "a/**, b/**",
        "excludesPattern": "",
        "repositories": ["artifactory-edge-uploads"],
        "principals": {"users": {"anonymous": ["r", "mxm", "x"]}, "groups": {"readers": ["d", "w", "n", "m"]}},
    }
    assert call(old, "PUT", f"{V1}/p", json=content).status_code == 201
    shown = call(old, "GET", f"{V1}/p").json()
    assert (shown["includesPattern"], shown["excludesPattern"]) == ("a/**,b/**", "")
    assert shown["principals"] == {
        "users": {"anonymous": ["r", "mxm", "x"]},
        "groups": {"readers": ["n", "w", "d", "m"]},
    }
    actions = call(old, "GET", f"{V2}/p").json()["repo"]["actions"]
    assert actions["users"] == {"anonymous": ["read", "managedXrayMeta", "distribute"]}


def test_any_is_all_three_wildcards(call: Client, simulator: Simulator) -> None:
    acme = simulator.platform
    call(acme, "POST", f"{V2}/p", json={"repo": repo(repositories=["ANY"])})
    shown = call(acme, "GET", "/access/api/v2/permissions/p").json()["resources"]["artifact"]
    assert set(shown["targets"]) == {"ANY LOCAL", "ANY REMOTE", "ANY DISTRIBUTION"}
    assert call(acme, "GET", f"{V2}/p").json()["repo"]["repositories"] == ["ANY"]


def test_sections_that_this_api_does_not_know_outlive_a_replacement(call: Client, simulator: Simulator) -> None:
    acme = simulator.platform
    sections = {"destination": {"targets": {"lyon": {}}}, "artifact": {"targets": {"libs": {}}}}
    call(acme, "POST", "/access/api/v2/permissions", json={"name": "p", "resources": sections})
    assert set(call(acme, "GET", f"{V2}/p").json()) == {"name", "repo"}
    call(acme, "PUT", f"{V2}/p", json={"build": BUILD})
    assert set(call(acme, "GET", "/access/api/v2/permissions/p").json()["resources"]) == {"destination", "build"}


def test_patterns_by_repository_are_all_told_for_all(call: Client, simulator: Simulator) -> None:
    acme = simulator.platform
    targets = {"libs": {"include_patterns": ["a/**"]}, "npm": {"include_patterns": ["b/**"]}}
    sections = {"artifact": {"targets": targets}}
    call(acme, "POST", "/access/api/v2/permissions", json={"name": "p", "resources": sections})
    shown = call(acme, "GET", f"{V2}/p").json()["repo"]
    assert (shown["include-patterns"], shown["repositories"]) == (["a/**", "b/**"], ["libs", "npm-cache"])


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        pytest.param(
            {"repositories": ["nope"]},
            "Permission contains a reference to a non-existing repository 'nope'",
            id="repository",
        ),
        pytest.param({"actions": {"groups": {"nope": ["read"]}}}, "Group with name 'nope' was not found", id="group"),
        pytest.param(
            {"actions": {"users": {"admin": ["read"]}}},
            "User 'admin' is an admin and cannot be part of a permission",
            id="admin",
        ),
        pytest.param({"repositories": []}, "Section 'artifact' must have repositories", id="no-repository"),
    ],
)
def test_permission_that_is_not_right_is_refused(call: Client, old: Edge, changes: dict[str, Any], text: str) -> None:
    response = call(old, "POST", f"{V2}/p", json={"repo": repo(**changes)})
    assert (response.status_code, message(response)) == (400, text)


def test_admin_may_be_part_of_a_permission_on_demand(simulator: Simulator, call: Client, old: Edge) -> None:
    simulator.switches.legacy_admin_principal = "kept"
    content = repo(actions={"users": {"admin": ["read"]}})
    assert call(old, "POST", f"{V2}/p", json={"repo": content}).status_code == 201


@pytest.mark.parametrize(
    ("switch", "read", "written"),
    [("served", 200, 201), ("permission_writes_blocked", 200, 406), ("blocked", 406, 406)],
)
def test_cloud_may_block_this_api(
    simulator: Simulator, call: Client, old: Edge, switch: Any, read: int, written: int
) -> None:
    simulator.switches.legacy_security_api = switch
    acme = simulator.platform
    assert call(acme, "GET", V2).status_code == read
    assert call(acme, "POST", f"{V2}/p", json={"repo": repo(repositories=["libs"])}).status_code == written
    assert call(acme, "PUT", f"{LEGACY}/groups/dev", json={}).status_code == (406 if switch == "blocked" else 201)
    assert call(old, "GET", V2).status_code == 200


@pytest.mark.parametrize("status", [405, 406])
def test_blocked_api_answers_one_of_two_statuses(simulator: Simulator, call: Client, status: int) -> None:
    simulator.switches.legacy_security_api = "blocked"
    simulator.switches.legacy_blocked_status = status
    assert call(simulator.platform, "GET", f"{LEGACY}/users").status_code == status


def test_generation_6_has_permissions_v2_from_its_sixth_release_on(simulator: Simulator, call: Client) -> None:
    for name, version, status in (("mars", "6.5.9", 404), ("luna", "6.6.0", 200)):
        edge = simulator.add_edge(name, version=version)
        assert (call(edge, "GET", V1).status_code, call(edge, "GET", V2).status_code) == (200, status)


def test_repositories_are_listed_with_their_types(simulator: Simulator, call: Client) -> None:
    found = call(simulator.platform, "GET", "/artifactory/api/repositories").json()
    assert {one["key"]: one["type"] for one in found} == {"libs": "LOCAL", "npm": "REMOTE"}

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users in Access v2: security-replication.md 5.2."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.access_database import User
from simulator.simulator import Simulator
from unit.simulator.calling import Client, message

USERS = "/access/api/v2/users"
ROLES = {
    "reports_manager",
    "watch_manager",
    "policy_manager",
    "policy_viewer",
    "resources_manager",
    "manage_webhook",
}


def user(**changes: Any) -> dict[str, Any]:
    content = {"username": "anna", "email": "anna@example.com", "password": "S3cret-word", **changes}
    return {key: value for key, value in content.items() if value is not None}


def test_user_is_created_read_changed_and_deleted(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    created = call(acme, "POST", USERS, json=user(groups=["readers"]))
    assert created.status_code == 201
    assert call(acme, "GET", f"{USERS}/anna").json() == created.json()
    assert created.json() == {
        "username": "anna",
        "email": "anna@example.com",
        "admin": False,
        "effective_admin": False,
        "profile_updatable": True,
        "disable_ui_access": False,
        "internal_password_disabled": False,
        "last_logged_in": None,
        "realm": "internal",
        "status": "enabled",
        "groups": ["readers"],
        **dict.fromkeys(ROLES | {"platform_auditor"}, False),
    }
    assert acme.database.users["anna"] == User("S3cret-word", admin=False)

    changed = call(acme, "PATCH", f"{USERS}/anna", json={"email": "a@example.com", "policy_manager": True})
    assert (changed.status_code, changed.json()["email"]) == (200, "a@example.com")
    assert (changed.json()["policy_manager"], changed.json()["policy_viewer"]) == (True, True)

    removed = call(acme, "DELETE", f"{USERS}/anna")
    assert (removed.status_code, removed.content) == (204, b"")
    assert call(acme, "GET", f"{USERS}/anna").status_code == 404
    assert call(acme, "DELETE", f"{USERS}/anna").status_code == 404
    assert "anna" not in acme.database.users


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        pytest.param({"username": None}, 400, "Field 'username' is required", id="no-name"),
        pytest.param({"username": "an na"}, 400, "Invalid username: 'an na'", id="space"),
        pytest.param({"username": "admin"}, 409, "User 'admin' already exists", id="taken"),
        pytest.param({"username": "ADMIN"}, 409, "User 'admin' already exists", id="taken-in-other-case"),
        pytest.param({"email": None}, 400, "Field 'email' is required", id="no-address"),
        pytest.param({"password": None}, 400, "Field 'password' is required", id="no-password"),
        pytest.param({"admin": "yes"}, 400, "Field 'admin' must be true or false", id="flag"),
        pytest.param({"groups": ["nope"]}, 404, "Group with name 'nope' was not found", id="unknown-group"),
        pytest.param({"realm": "ldap"}, 400, 'Unrecognized field "realm"', id="realm-cannot-be-set"),
        pytest.param({"status": "disabled"}, 400, 'Unrecognized field "status"', id="status-cannot-be-set"),
    ],
)
def test_user_that_is_not_right_is_refused(
    simulator: Simulator, call: Client, changes: dict[str, Any], status: int, text: str
) -> None:
    before = simulator.platform.security.names("users")
    response = call(simulator.platform, "POST", USERS, json=user(**changes))
    assert (response.status_code, message(response)) == (status, text)
    assert simulator.platform.security.names("users") == before


def test_user_without_internal_password_needs_none_until_it_shall_have_one(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    assert call(acme, "POST", USERS, json=user(password=None, internal_password_disabled=True)).status_code == 201
    refused = call(acme, "PATCH", f"{USERS}/anna", json={"internal_password_disabled": False})
    assert (refused.status_code, message(refused)) == (400, "Field 'password' is required")
    both = {"internal_password_disabled": False, "password": "N3w-word"}
    assert call(acme, "PATCH", f"{USERS}/anna", json=both).status_code == 200


@pytest.mark.parametrize("choice", ["lowered", "refused"])
def test_name_in_upper_case_is_lowered_or_refused(simulator: Simulator, call: Client, choice: Any) -> None:
    simulator.switches.upper_case_user_names = choice
    response = call(simulator.platform, "POST", USERS, json=user(username="Anna"))
    assert response.status_code == (201 if choice == "lowered" else 400)
    assert simulator.platform.security.has("users", "anna") is (choice == "lowered")


@pytest.mark.parametrize(
    ("site", "switch", "status"),
    [
        pytest.param("acme", False, 201, id="cloud"),
        pytest.param("lyon", False, 400, id="self-hosted"),
        pytest.param("lyon", True, 201, id="self-hosted-with-property"),
    ],
)
def test_plus_sign_in_a_name_is_for_the_cloud(
    simulator: Simulator, call: Client, site: str, switch: bool, status: int
) -> None:
    simulator.add_edge("lyon")
    simulator.switches.plus_in_user_names = switch
    where = simulator.site(site)
    assert call(where, "POST", USERS, json=user(username="anna+ci@example.com")).status_code == status
    path = f"{USERS}/anna%2Bci%40example.com"
    assert call(where, "GET", path).status_code == (200 if status == 201 else 404)
    if status == 201:
        assert call(where, "GET", f"{USERS}/anna+ci@example.com").json()["username"] == "anna+ci@example.com"


def test_new_user_joins_the_groups_that_all_new_users_join(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    call(acme, "POST", "/access/api/v2/groups", json={"name": "dev"})
    assert call(acme, "POST", USERS, json=user(groups=["dev"])).json()["groups"] == ["dev", "readers"]


def test_memberships_change_by_a_call_of_their_own(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    call(acme, "POST", "/access/api/v2/groups", json={"name": "dev"})
    call(acme, "POST", USERS, json=user())
    assert call(acme, "PATCH", f"{USERS}/anna", json={"groups": ["dev"]}).status_code == 400
    path = f"{USERS}/anna/groups"
    swapped = call(acme, "PATCH", path, json={"add": ["dev"], "remove": ["readers"]})
    assert (swapped.status_code, swapped.json()) == (200, {"groups": ["dev"]})
    again = call(acme, "PATCH", path, json={"remove": ["readers"]})
    assert (again.status_code, message(again)) == (400, "User 'anna' is not a member of group 'readers'")
    assert call(acme, "PATCH", path, json={"add": ["nope"]}).status_code == 404


def test_admin_through_a_group_is_told_apart(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    call(acme, "POST", "/access/api/v2/groups", json={"name": "ops", "admin_privileges": True})
    shown = call(acme, "POST", USERS, json=user(groups=["ops"])).json()
    assert (shown["admin"], shown["effective_admin"]) == (False, True)


@pytest.mark.parametrize(
    ("version", "beyond", "absent"),
    [
        ("7.49.3", set(), ROLES | {"effective_admin", "platform_auditor"}),
        ("7.66.0", {"effective_admin"}, ROLES | {"platform_auditor"}),
        ("7.128.0", ROLES | {"effective_admin"}, {"platform_auditor"}),
        ("7.141.0", ROLES | {"effective_admin", "platform_auditor"}, set()),
    ],
)
def test_fields_come_with_versions(
    simulator: Simulator, call: Client, version: str, beyond: set[str], absent: set[str]
) -> None:
    edge = simulator.add_edge("lyon", version=version)
    told = set(call(edge, "GET", f"{USERS}/admin").json())
    assert beyond <= told
    assert told.isdisjoint(absent)


@pytest.mark.parametrize(
    ("version", "switch", "status"), [("7.84.2", "refused", 400), ("7.84.2", "works", 200), ("7.84.3", "refused", 200)]
)
def test_change_without_password_is_faulty_in_early_versions(
    simulator: Simulator, call: Client, version: str, switch: Any, status: int
) -> None:
    simulator.switches.early_user_patch = switch
    edge = simulator.add_edge("lyon", version=version)
    assert call(edge, "PATCH", f"{USERS}/admin", json={"email": "a@example.com"}).status_code == status


def test_password_expiry_and_lock_have_calls_of_their_own(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    call(acme, "POST", USERS, json=user())
    acme.security.put("users", "anna", {**(acme.security.get("users", "anna") or {}), "status": "locked"})
    for method, path, body in (
        ("PUT", "password", {"password": "N3w-word"}),
        ("POST", "password/expire", None),
        ("POST", "unlock", None),
    ):
        assert call(acme, method, f"{USERS}/anna/{path}", json=body).status_code == 204
    assert acme.database.users["anna"].password == "N3w-word"
    assert call(acme, "GET", f"{USERS}/anna").json()["status"] == "enabled"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        pytest.param("", ["_internal", "access-admin", "admin", "anna", "anonymous", "xray"], id="all"),
        pytest.param("?username=nn", ["anna"], id="part-of-a-name"),
        pytest.param("?status=locked", ["anna"], id="status"),
        pytest.param("?onlyAdmins=true", ["access-admin", "admin"], id="admins"),
        pytest.param("?descendingOrder=true&limit=2", ["xray", "anonymous"], id="descending"),
    ],
)
def test_list_is_filtered_and_ordered(simulator: Simulator, call: Client, query: str, names: list[str]) -> None:
    acme = simulator.platform
    call(acme, "POST", USERS, json=user())
    acme.security.put("users", "anna", {**(acme.security.get("users", "anna") or {}), "status": "locked"})
    assert [one["username"] for one in call(acme, "GET", USERS + query).json()["users"]] == names


def test_accounts_of_the_servers_may_be_left_out_of_lists(simulator: Simulator, call: Client) -> None:
    simulator.switches.internal_users_listed = False
    for path, key in ((USERS, "username"), ("/artifactory/api/security/users", "name")):
        answer = call(simulator.platform, "GET", path).json()
        listed = answer if isinstance(answer, list) else answer["users"]
        assert [one[key] for one in listed] == ["admin", "anonymous"]

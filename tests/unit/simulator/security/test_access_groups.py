# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups in Access v2: security-replication.md 5.3."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from simulator.simulator import Simulator
from unit.simulator.calling import Client, message

GROUPS = "/access/api/v2/groups"
ROLES = ("reports_manager", "watch_manager", "policy_manager", "policy_viewer", "manage_resources", "manage_webhook")


def test_group_is_created_read_changed_and_deleted(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    created = call(acme, "POST", GROUPS, json={"name": "dev", "description": "", "members": ["admin"]})
    assert created.status_code == 201
    assert call(acme, "GET", f"{GROUPS}/dev").json() == {
        "name": "dev",
        "description": None,
        "auto_join": False,
        "admin_privileges": False,
        "external_id": None,
        "realm": "internal",
        "realm_attributes": None,
        "members": ["admin"],
        **dict.fromkeys(ROLES, False),
    }
    changed = call(acme, "PATCH", f"{GROUPS}/dev", json={"description": "Developers", "auto_join": True})
    assert (changed.status_code, changed.json()["description"], changed.json()["auto_join"]) == (
        200,
        "Developers",
        True,
    )
    assert call(acme, "DELETE", f"{GROUPS}/dev").status_code == 204
    assert call(acme, "GET", f"{GROUPS}/dev").status_code == 404
    assert call(acme, "GET", "/access/api/v2/users/admin").json()["groups"] == ["readers"]


@pytest.mark.parametrize(
    ("content", "status", "text"),
    [
        pytest.param({"name": "x" * 65}, 400, "Field 'name' must have 1 to 64 characters", id="long-name"),
        pytest.param({"name": "readers"}, 409, "Group 'readers' already exists", id="taken"),
        pytest.param({"name": "dev", "members": ["nobody"]}, 404, "User with name 'nobody' was not found", id="member"),
        pytest.param(
            {"name": "dev", "auto_join": True, "admin_privileges": True},
            400,
            "auto_join and admin_privileges are mutually exclusive",
            id="admins-by-joining",
        ),
        pytest.param({"name": "dev", "realm": "ldap"}, 400, 'Unrecognized field "realm"', id="realm"),
    ],
)
def test_group_that_is_not_right_is_refused(
    simulator: Simulator, call: Client, content: dict[str, Any], status: int, text: str
) -> None:
    response = call(simulator.platform, "POST", GROUPS, json=content)
    assert (response.status_code, message(response)) == (status, text)
    assert simulator.platform.security.names("groups") == ["readers"]


def test_one_unknown_member_fails_the_whole_call(simulator: Simulator, call: Client) -> None:
    simulator.switches.unknown_member_status = 400
    response = call(simulator.platform, "PATCH", f"{GROUPS}/readers/members", json={"add": ["anonymous", "nobody"]})
    assert (response.status_code, message(response)) == (400, "User with name 'nobody' was not found")
    assert simulator.platform.security.members("readers") == ["admin"]


def test_members_are_added_and_removed(simulator: Simulator, call: Client) -> None:
    path = f"{GROUPS}/readers/members"
    response = call(simulator.platform, "PATCH", path, json={"add": ["anonymous"], "remove": ["admin"]})
    assert (response.status_code, response.json()) == (200, {"members": ["anonymous"]})


@pytest.mark.parametrize("name", ["a b", "a/b", "a+b", "a@b", "a%2Fb", "é", "members/x"])
def test_name_of_any_characters_is_one_part_of_the_path(simulator: Simulator, call: Client, name: str) -> None:
    acme = simulator.platform
    assert call(acme, "POST", GROUPS, json={"name": name}).status_code == 201
    assert call(acme, "GET", f"{GROUPS}/{quote(name, safe='')}").json()["name"] == name
    assert call(acme, "GET", f"/artifactory/api/security/groups/{quote(name, safe='')}").json()["name"] == name

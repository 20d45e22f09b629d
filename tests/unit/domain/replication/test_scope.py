# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an instance is replicated (security-replication.md 2.2, 7.2)."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.scope import (
    Scope,
    patterns_without_effect,
    project,
    read_scope,
)

GRANTS: Any = {"prod": "r", "INTERNAL-1": "r", "team-x": "w"}
EVERYTHING: Any = {
    "users": {
        "ann": {"email": "a", "groups": ["dev", "staff"], "permissions": GRANTS, "internal_password_disabled": True},
        "anonymous": {"permissions": GRANTS},
        "lena": {"realm": "ldap", "permissions": GRANTS},
    },
    "groups": {"dev": {"permissions": GRANTS}, "staff": {"realm": "saml", "permissions": {}}},
    "permissions": {"prod": {"targets": {}}, "INTERNAL-1": {"targets": {}}, "team-x": {"targets": {}}},
}


def names(snapshot: Any) -> dict[str, list[str]]:
    return {kind: sorted(objects) for kind, objects in snapshot.items()}


def test_default_scope_leaves_built_in_and_external_ones_alone() -> None:
    found = project(EVERYTHING, Scope())

    assert names(found) == {"users": ["ann"], "groups": ["dev"], "permissions": ["prod", "team-x"]}
    assert found["users"]["ann"] == {"email": "a", "groups": ["dev"], "permissions": {"prod": "r", "team-x": "w"}}
    assert found["groups"]["dev"] == {"permissions": {"prod": "r", "team-x": "w"}}


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        pytest.param(1, {"users": {"ann": {"email": "a"}}}, id="users"),
        pytest.param(2, {"users": {"ann": {"email": "a", "groups": ["dev"]}}, "groups": {"dev": {}}}, id="and-groups"),
    ],
)
def test_what_a_level_does_not_have_is_absent_and_not_empty(level: int, expected: Any) -> None:
    assert project(EVERYTHING, Scope(level=level)) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({"include": {"permissions": ["team-*"]}}, ["team-x"], id="include"),
        pytest.param({"exclude": {"permissions": ["team-?"]}}, ["prod"], id="exclude"),
        pytest.param({"include": {"permissions": ["*"]}, "exclude": {"permissions": ["p*"]}}, ["team-x"], id="both"),
        pytest.param({"include": {"permissions": ["INTERNAL-1"]}}, [], id="protected-even-when-included"),
        pytest.param({"include": {"permissions": ["TEAM-*"]}}, [], id="case-matters"),
    ],
)
def test_patterns_say_which_objects_and_references_are_replicated(options: Any, expected: list[str]) -> None:
    found = project(EVERYTHING, Scope(**options))

    assert sorted(found["permissions"]) == expected
    assert sorted(found["users"]["ann"]["permissions"]) == expected


@pytest.mark.parametrize(
    ("realms", "users", "groups"),
    [
        pytest.param(["internal", "ldap"], ["ann", "lena"], ["dev"], id="ldap"),
        pytest.param(["*"], ["ann", "lena"], ["dev", "staff"], id="any"),
        pytest.param(["saml"], [], ["staff"], id="saml-only"),
    ],
)
def test_realms_say_which_users_and_groups_are_replicated(realms: Any, users: Any, groups: Any) -> None:
    found = names(project(EVERYTHING, Scope(realms=realms)))

    assert (found["users"], found["groups"]) == (users, groups)


def test_accounts_of_the_connections_are_protected_besides_the_built_in_ones() -> None:
    scope = Scope().also_protecting(users=["ann"])

    assert scope.why_not("users", "ann") == "protected"
    assert scope.why_not("users", "anonymous") == "protected"
    assert scope.why_not("users", "bob") == ""


def test_patterns_that_fit_nothing_are_told() -> None:
    scope = Scope(include={"users": ["an*", "zo*"]}, exclude={"groups": ["ops"]})

    assert patterns_without_effect(scope, [EVERYTHING]) == ["include users: zo*", "exclude groups: ops"]


def test_scope_of_an_inventory_adds_to_what_is_protected() -> None:
    scope = read_scope(2, protected={"users": ["ci-*"]}, realms=["ldap"])

    assert (scope.level, scope.realms) == (2, ("ldap",))
    assert [scope.why_not("users", name, {"realm": "ldap"}) for name in ("ci-1", "xray", "ann")] == [
        "protected",
        "protected",
        "",
    ]


def test_all_problems_of_a_scope_are_told_at_once() -> None:
    with pytest.raises(InventoryError) as raised:
        read_scope(4, include={"teams": ["*"]}, exclude={"users": "ann"})

    assert raised.value.details["problems"] == [
        "the level is '4', and there are 1, 2 and 3",
        "include has 'teams', which is none of users, groups, permissions",
        "exclude of users is no list of patterns",
    ]

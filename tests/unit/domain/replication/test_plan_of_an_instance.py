# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of one instance: the writes in order, what stays undone and why (security-replication.md 2.5, 5, 7)."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.abilities import abilities_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.planning import Plan, plan
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.safeguards import (
    Threshold,
    read_thresholds,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.scope import Scope
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.snapshot import NOT_REPLICABLE
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.writes import without_failed, writes
from unit.domain.replication.mesh import UNLIMITED, group, permission, security, user

TYPES = {"r1": "LOCAL", "r2": "REMOTE"}
GRAVE: Any = {"run": 1, "origin": "a"}


def planned(observed: Any, wanted: Any, **options: Any) -> Plan:
    return plan(observed, wanted, **{"repositories": TYPES, "thresholds": UNLIMITED, **options})


def sent(made: Plan) -> list[tuple[str, str, str]]:
    return [(one["action"], one["kind"], one["name"]) for one in made.writes]


def undone(remarks: Any) -> list[tuple[str, str]]:
    return [(" ".join(one["path"]), one["reason"]) for one in remarks]


def test_writes_are_in_an_order_in_which_each_finds_what_it_refers_to() -> None:
    observed = security(
        {"stays": user(groups=["old"], p="r"), "goes": user(p="w")},
        {"old": group(), "kept": group("x")},
        {"p": permission("r1"), "gone": permission("r1")},
    )
    wanted = security(
        {"stays": user("new@example.com", groups=["made"], p="rw"), "comes": user(groups=["made"], p="r", q="r")},
        {"made": group(p="r"), "kept": group("y")},
        {"p": permission("r1"), "q": permission("r2")},
    )
    graves: Any = {"users": {"goes": GRAVE}, "groups": {"old": GRAVE}, "permissions": {"gone": GRAVE}}

    made = planned(observed, wanted, tombstones=graves)

    assert sent(made) == [
        ("create", "permissions", "q"),
        ("create", "groups", "made"),
        ("create", "users", "comes"),
        ("update", "permissions", "p"),
        ("update", "permissions", "q"),
        ("update", "groups", "kept"),
        ("update", "users", "stays"),
        ("delete", "users", "goes"),
        ("delete", "groups", "old"),
        ("delete", "permissions", "gone"),
    ]
    assert made.target == wanted


def test_write_of_a_permission_has_its_principals_and_the_changes_in_order() -> None:
    observed = security({"ann": user(p="r"), "bob": user(p="r")}, permissions={"p": permission("r1")})
    wanted = security({"ann": user(p="rw"), "bob": user()}, {"dev": group(p="r")}, {"p": permission("r1", "r2")})

    made = planned(observed, wanted)

    (write,) = [one for one in made.writes if one["kind"] == "permissions"]
    assert write["before"] == {**permission("r1"), "users": {"ann": "r", "bob": "r"}, "groups": {}, "resources": {}}
    assert write["after"] == {
        **permission("r1", "r2"),
        "users": {"ann": "rw"},
        "groups": {"dev": "r"},
        "resources": {},
    }
    assert [(one["operation"], one["path"], one["value"]) for one in write["changes"]] == [
        ("map_add", ["groups", "dev"], "r"),
        ("map_add", ["targets", "r2"], {"includes": ["**"], "excludes": []}),
        ("set", ["users", "ann"], "rw"),
        ("map_remove", ["users", "bob"], None),
    ]


def test_user_s_expired_flag_is_the_last_scalar_and_memberships_are_added_before_others_are_taken() -> None:
    groups = {"a": group(), "b": group()}
    seen = security({"u": {**user(groups=["a"]), "expired": False, "updatable": False}}, groups)
    target = security({"u": {**user("new@example.com", groups=["b"]), "expired": True, "updatable": True}}, groups)

    (write,) = writes(seen, target)

    assert [(one["operation"], one["path"][-1]) for one in write["changes"]] == [
        ("set_add", "groups"),
        ("set", "email"),
        ("set", "updatable"),
        ("set", "expired"),
        ("set_remove", "groups"),
    ]


def test_what_goes_with_its_principal_is_no_write_of_its_own() -> None:
    observed = security({"u": user(groups=["g"], p="r")}, {"g": group(p="r")}, {"p": permission("r1")})
    wanted = security({"u": user()}, {}, {"p": permission("r1")})
    observed["users"]["u"]["permissions"] = {}

    made = planned(observed, wanted, tombstones={"groups": {"g": GRAVE}})

    assert sent(made) == [("delete", "groups", "g")]


def test_instance_as_wanted_needs_no_write() -> None:
    same = security({"u": user(groups=["g"], p="r")}, {"g": group(p="w")}, {"p": permission("r1")})

    made = planned(same, same)

    assert (sent(made), made.pending, made.extra, made.not_compared) == ([], [], [], {})


def test_what_cannot_be_replicated_is_listed_every_time() -> None:
    same = security()

    assert planned(same, same).not_replicable == NOT_REPLICABLE
    assert set(NOT_REPLICABLE) == {
        *("password", "api_key", "access_token", "key_pair", "ssh_public_key", "user_properties", "user_realm"),
        *("status", "internal_password_disabled"),
    }


def test_object_that_nobody_deleted_stays_with_what_refers_to_it() -> None:
    observed = security(
        {"ann": user(groups=["own"], own="r"), "eve": user(p="r")},
        {"own": group()},
        {"own": permission("r1"), "p": permission("r1")},
    )
    wanted = security({"ann": user()}, {}, {"p": permission("r1")})

    made = planned(observed, wanted)

    assert sent(made) == []
    assert [path for path, _reason in undone(made.extra)] == ["permissions own", "groups own", "users eve"]


def test_pruned_instance_loses_what_only_it_has() -> None:
    made = planned(security({"eve": user()}), security(), prune=True)

    assert sent(made) == [("delete", "users", "eve")]


def test_missing_repository_is_pending_and_the_others_are_written() -> None:
    wanted = security({"u": user(p="r")}, permissions={"p": permission("r1", "r9")})

    made = planned(security(), wanted)

    assert undone(made.pending) == [("permissions p targets r9", "the repository r9 is not here")]
    assert made.target["permissions"] == {"p": permission("r1")}
    assert made.repositories == {"r1": "LOCAL", "r9": None}


def test_permission_without_any_repository_here_is_not_made_and_its_grants_wait() -> None:
    made = planned(security(), security({"u": user(p="r")}, permissions={"p": permission("r9")}))

    assert sent(made) == [("create", "users", "u")]
    assert undone(made.pending) == [("permissions p targets r9", "the repository r9 is not here")]


def test_permission_that_would_lose_its_last_repository_here_stays_as_it_is() -> None:
    observed = security(permissions={"p": permission("r1")})

    made = planned(observed, security(permissions={"p": permission("r9")}))

    assert (sent(made), made.target["permissions"]) == ([], {"p": permission("r1")})


def test_repository_that_was_deleted_and_is_still_named_is_nothing_to_write() -> None:
    same = security(permissions={"p": permission("r1", "r9")})

    made = planned(same, same)

    assert (sent(made), made.pending) == ([], [])


@pytest.mark.parametrize("name", ["ANY", "ANY LOCAL", "ANY REMOTE", "ANY DISTRIBUTION"])
def test_wildcard_is_never_missing(name: str) -> None:
    wanted = security(permissions={"p": permission(name)})

    assert planned(security(), wanted).target == wanted


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param({"r1": None}, {"r1": "REMOTE"}, [("resave", "permissions", "p")], id="appeared"),
        pytest.param({"r1": "LOCAL"}, {"r1": "REMOTE"}, [("resave", "permissions", "p")], id="other-type"),
        pytest.param({"r1": "LOCAL"}, {"r1": "LOCAL"}, [], id="as-before"),
        pytest.param({"r1": "LOCAL"}, {}, [], id="gone"),
        pytest.param(None, {"r1": "LOCAL"}, [], id="first-look"),
    ],
)
def test_permission_is_written_again_when_a_repository_appears_or_changes_its_type(
    before: Any, now: Any, expected: Any
) -> None:
    same = security({"u": user(p="r")}, permissions={"p": permission("r1")})

    assert sent(planned(same, same, repositories=now, repositories_before=before)) == expected


def test_repository_types_that_nobody_knows_hold_nothing_up() -> None:
    wanted = security(permissions={"p": permission("r9")})

    made = planned(security(), wanted, repositories=None)

    assert (made.target, made.pending, made.repositories) == (wanted, [], {})


def test_membership_in_a_group_that_is_not_here_is_pending() -> None:
    made = planned(security(), security({"u": user(groups=["elsewhere"])}))

    assert made.target["users"]["u"]["groups"] == []
    assert undone(made.pending) == [("users u groups elsewhere", "the group elsewhere is not here")]


@pytest.mark.parametrize(
    ("kind", "name", "here"),
    [
        pytest.param("users", "anonymous", {}, id="built-in-user"),
        pytest.param("users", "svc", {}, id="account-of-the-connection"),
        pytest.param("users", "ann", {"realm": "ldap"}, id="external-user"),
        pytest.param("groups", "staff", {"realm": "saml"}, id="external-group"),
    ],
)
def test_object_that_is_left_alone_is_neither_changed_nor_made_again(kind: str, name: str, here: Any) -> None:
    observed, wanted = security(), security()
    observed[kind][name] = {"permissions": {}, **here}
    wanted[kind][name] = {"permissions": {"p": "r"}}
    scope = Scope().also_protecting(users=["svc"])

    made = planned(observed, wanted, scope=scope, tombstones={kind: {name: GRAVE}})

    assert sent(made) == []


def test_external_account_here_that_is_wanted_is_told() -> None:
    observed = security({"ann": {**user(), "realm": "ldap"}})

    made = planned(observed, security({"ann": user("other@example.com")}))

    assert undone(made.protected) == [
        ("users ann", "there is one of this name that is left alone: protected, or of another realm")
    ]


def test_field_that_an_instance_does_not_tell_is_not_compared() -> None:
    observed = security({"u": user()})
    wanted = security({"u": {**user(), "watch_manager": True, "policy_viewer": True}})
    observed["users"]["u"]["policy_viewer"] = False

    made = planned(observed, wanted)

    assert sent(made) == []
    assert made.not_compared == {"users": ["policy_viewer", "watch_manager"]}


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        pytest.param("access", [], id="access-only-tells-it"),
        pytest.param("legacy_v2", [("update", "groups", "g")], id="legacy-sets-it"),
    ],
)
def test_realm_attributes_of_a_group_are_set_where_an_api_can(api: str, expected: Any) -> None:
    observed = security(groups={"g": {**group(), "realmattrs": "cn=old"}})
    wanted = security(groups={"g": {**group(), "realmattrs": "cn=new"}})

    made = planned(observed, wanted, abilities=abilities_of(groups=api))

    assert sent(made) == expected
    assert undone(made.impossible) == (
        [] if expected else [("groups g realmattrs", "no API that this instance serves sets realmattrs of groups")]
    )


def test_account_without_an_address_is_impossible_and_holds_nothing_else_up() -> None:
    wanted = security({"u": {**user(p="r"), "email": None}, "v": user(p="r")}, permissions={"p": permission("r1")})

    made = planned(security(), wanted)

    assert undone(made.impossible) == [("users u", "it has no e-mail address, and no account is made without one")]
    assert made.target["users"]["v"] == user(p="r")


def test_group_that_joins_new_users_never_becomes_an_admin() -> None:
    observed = security(groups={"g": {**group(), "isdefault": True}})
    wanted = security(groups={"g": {**group(admin=True), "isdefault": True}})

    made = planned(observed, wanted)

    assert sent(made) == []
    assert undone(made.impossible) == [("groups g", "a group that new users join cannot have admin privileges")]


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        pytest.param("access", [("create", "permissions", "p")], id="access"),
        pytest.param("legacy_v2", [], id="legacy"),
    ],
)
def test_patterns_by_repository_need_an_api_that_has_them(api: str, expected: Any) -> None:
    differing = {"targets": {**permission("r1")["targets"], **permission("r2", includes=["x/**"])["targets"]}}

    made = planned(security(), security(permissions={"p": differing}), abilities=abilities_of(permissions=api))

    assert sent(made) == expected
    assert len(made.impossible) == (0 if expected else 1)


def test_resource_type_that_an_api_does_not_have_is_not_compared() -> None:
    wanted = security(permissions={"p": {**permission("r1"), "resources": {"pipeline_source": permission("s")}}})

    made = planned(security(), wanted, abilities=abilities_of(permissions="legacy_v2"))

    assert made.target["permissions"] == {"p": permission("r1")}
    assert made.not_compared == {"permissions": ["pipeline_source"]}


def test_grants_of_other_resource_types_are_written_with_their_section() -> None:
    section = permission("artifactory-build-info")
    wanted = security(
        {"u": {**user(), "resources": {"build": {"p": "r"}}}},
        permissions={"p": {**permission("r1"), "resources": {"build": section}}},
    )
    observed = security({"u": user()})

    (write,) = planned(observed, wanted).writes

    assert write["after"] == {
        **permission("r1"),
        "users": {},
        "groups": {},
        "resources": {"build": {**section, "users": {"u": "r"}, "groups": {}}},
    }


def test_held_path_keeps_what_the_instance_has() -> None:
    observed = security({"u": user("here@example.com"), "v": user()})
    wanted = security({"u": user("there@example.com")})
    held = {("users", "u", "email"), ("users", "v")}

    made = planned(observed, wanted, held=held, tombstones={"users": {"v": GRAVE}})

    assert sent(made) == []


@pytest.mark.parametrize(
    ("threshold", "stops"),
    [
        pytest.param(Threshold(number=2), True, id="number-exceeded"),
        pytest.param(Threshold(number=3), False, id="number-reached"),
        pytest.param(Threshold(percent=50), True, id="percent-exceeded"),
        pytest.param(Threshold(percent=60), False, id="percent-reached"),
        pytest.param(Threshold(), False, id="no-limit"),
        pytest.param(Threshold(number=0), True, id="none-allowed"),
    ],
)
def test_too_many_deletions_delete_nothing_and_name_all(threshold: Threshold, stops: bool) -> None:
    names = ["u1", "u2", "u3"]
    observed = security({**{name: user() for name in names}, "u4": user()}, {"g": group()})
    graves: Any = {"users": dict.fromkeys(names, GRAVE), "groups": {"g": GRAVE}}
    limits = {**UNLIMITED, "users": threshold}

    made = planned(observed, security({"u4": user("new@example.com")}), tombstones=graves, thresholds=limits)

    deletions = [] if stops else [*(("delete", "users", name) for name in names), ("delete", "groups", "g")]
    assert sent(made) == [("update", "users", "u4"), *deletions]
    assert [stop.partition(": u1")[2] for stop in made.stops] == ([", u2, u3"] if stops else [])
    assert [path for path, _reason in undone(made.refused)] == (
        ["groups g", "users u1", "users u2", "users u3"] if stops else []
    )


def test_thresholds_of_an_inventory() -> None:
    made = read_thresholds({"users": {"number": 5}, "groups": {"percent": 10}})

    assert made == {"users": Threshold(number=5), "groups": Threshold(percent=10), "permissions": Threshold(percent=20)}


def test_all_problems_of_thresholds_are_told_at_once() -> None:
    with pytest.raises(InventoryError) as raised:
        read_thresholds({"teams": {}, "users": {"number": "many", "share": 3}})

    assert raised.value.details["problems"] == [
        "'teams' is none of users, groups, permissions",
        "number of users is 'many', which is no number of 0 or more",
        "users has 'share', and there are number and percent",
    ]


ADMIN: Any = {**user(), "admin": True}


def instance(users: Any, groups: Any = None) -> Any:
    return {"users": users, "groups": groups or {}, "permissions": {}}


@pytest.mark.parametrize(
    ("observed", "wanted", "graves", "refused"),
    [
        pytest.param(
            instance({"ann": ADMIN, "bob": user()}),
            instance({"bob": user()}),
            {"users": {"ann": GRAVE}},
            ["users ann"],
            id="deleted",
        ),
        pytest.param(instance({"ann": ADMIN}), instance({"ann": user()}), {}, ["users ann"], id="demoted"),
        pytest.param(
            instance({"ann": user(groups=["g"])}, {"g": group(admin=True)}),
            instance({"ann": user(groups=["g"])}, {"g": group()}),
            {},
            ["groups g"],
            id="by-a-group-that-loses-it",
        ),
        pytest.param(
            instance({"ann": user(groups=["g"])}, {"g": group(admin=True)}),
            instance({"ann": user()}, {"g": group(admin=True)}),
            {},
            ["users ann"],
            id="by-a-membership",
        ),
        pytest.param(
            instance({"ann": ADMIN, "bob": {**ADMIN, "enabled": False}}),
            instance({"ann": user(), "bob": ADMIN}),
            {},
            ["users ann"],
            id="the-other-is-disabled",
        ),
        pytest.param(
            instance({"ann": ADMIN, "access-admin": ADMIN}),
            instance({"ann": user()}),
            {},
            ["users ann"],
            id="the-other-is-a-service",
        ),
        pytest.param(
            instance({"ann": ADMIN, "bob": ADMIN}), instance({"ann": user(), "bob": ADMIN}), {}, [], id="one-is-left"
        ),
        pytest.param(
            instance({"ann": ADMIN, "bob": user()}), instance({"ann": user(), "bob": ADMIN}), {}, [], id="handed-over"
        ),
        pytest.param(instance({"bob": user()}), instance({"bob": user()}), {}, [], id="there-was-none"),
        pytest.param(
            instance({"ann": ADMIN, "ldap": {**ADMIN, "realm": "ldap"}}),
            instance({"ann": user()}),
            {},
            [],
            id="one-out-of-scope-is-left",
        ),
    ],
)
def test_last_admin_is_never_removed(observed: Any, wanted: Any, graves: Any, refused: list[str]) -> None:
    made = planned(observed, wanted, tombstones=graves)

    assert [path for path, _reason in undone(made.refused)] == refused
    if refused:
        assert sent(made) == []


def test_status_of_an_account_is_a_matter_of_its_instance() -> None:
    here = {**user(), "enabled": True, "locked": True, "internal_password_disabled": True}
    agreed = {**user(), "enabled": False, "locked": False}

    made = planned(security({"u": here}), security({"u": agreed}))

    assert (sent(made), made.not_compared) == ([], {})


def test_first_contact_deletes_nothing_whatever_the_tombstones_say() -> None:
    made = planned(security({"u": user()}), security(), tombstones={"users": {"u": GRAVE}}, deletes=False)

    assert (sent(made), undone(made.refused)) == ([], [("users u", "this run deletes nothing")])


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        pytest.param(1, [("create", "users", "u")], id="users"),
        pytest.param(2, [("create", "groups", "g"), ("create", "users", "u")], id="and-groups"),
        pytest.param(
            3,
            [
                ("create", "permissions", "p"),
                ("create", "groups", "g"),
                ("create", "users", "u"),
                ("update", "permissions", "p"),
            ],
            id="and-permissions",
        ),
    ],
)
def test_level_says_which_kinds_are_written(level: int, expected: Any) -> None:
    wanted = security({"u": user(groups=["g"], p="r")}, {"g": group()}, {"p": permission("r1")})

    made = planned(security(), wanted, scope=Scope(level=level))

    assert sent(made) == expected
    assert set(made.writes[-1]["after"] or {}) >= ({"groups"} if level > 1 else {"email"})


def test_write_goes_on_without_what_could_not_be_made_before_it() -> None:
    wanted = security({"u": user(groups=["g", "h"], p="r")}, {"g": group(p="r"), "h": group()}, {"p": permission("r1")})
    made = planned(security(), wanted)
    by_name = {(one["action"], one["name"]): one for one in made.writes}

    of_user = without_failed(by_name["create", "u"], {"groups": ["g"]})
    of_permission = without_failed(by_name["update", "p"], {"groups": ["g"]})

    assert (of_user["after"] or {})["groups"] == ["h"]
    assert [(of_permission["after"] or {})[kind] for kind in ("users", "groups")] == [{"u": "r"}, {}]
    assert without_failed(by_name["create", "u"], {"permissions": ["p"]}) == by_name["create", "u"]

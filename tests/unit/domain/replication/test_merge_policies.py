# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a merge decides by each policy (security-replication.md 7.2), and what its conflicts tell."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.difference import diff
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.merging import Merged, merge
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.origins import origin_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.policies import (
    PLUGIN_COMPATIBLE,
    Policies,
    quorum,
    read_policies,
)
from unit.domain.replication.mesh import group, permission, user


def security(users: Any = None, groups: Any = None, permissions: Any = None) -> Any:
    return {"users": users or {}, "groups": groups or {}, "permissions": permissions or {}}


def merged(base: Any, *sides: Any, policies: Policies | None = None, **options: Any) -> Merged:
    diffs = {name: diff(base, side) for name, side in zip("abcd", sides)}
    return merge(base, diffs, policies or Policies(), **options)


def told(found: Merged) -> list[tuple[str, str, Any]]:
    return [("/".join(one["path"]), one["policy"], one["winner"]) for one in found.conflicts]


BASE = security({"u": user("old@example.com")})
ONE, TWO = security({"u": user("one@example.com")}), security({"u": user("two@example.com")})


@pytest.mark.parametrize(
    ("policy", "email", "winner", "stops", "held"),
    [
        pytest.param("priority", "one@example.com", "a", False, set(), id="priority"),
        pytest.param("fail", "old@example.com", None, True, {("users", "u", "email")}, id="fail"),
        pytest.param("keep", "old@example.com", None, False, {("users", "u", "email")}, id="keep"),
    ],
)
def test_scalar_conflict(policy: str, email: str, winner: Any, stops: bool, held: Any) -> None:
    found = merged(BASE, ONE, TWO, policies=Policies(scalar_conflict=policy))

    assert found.golden["users"]["u"]["email"] == email
    assert told(found) == [("users/u/email", "scalar_conflict", winner)]
    assert (bool(found.stops), found.held) == (stops, held)


def test_conflict_tells_base_sides_winner_and_reason() -> None:
    assert merged(BASE, ONE, TWO).conflicts == [
        {
            "path": ["users", "u", "email"],
            "policy": "scalar_conflict",
            "base": "old@example.com",
            "sides": {
                "a": {"value": "one@example.com", "deleted": False},
                "b": {"value": "two@example.com", "deleted": False},
            },
            "winner": "a",
            "reason": "set differently on a, b: a comes first",
        }
    ]


@pytest.mark.parametrize("sides", [(ONE, BASE), (BASE, ONE), (ONE, ONE)], ids=["first", "second", "both-alike"])
def test_change_that_nobody_contradicts_is_no_conflict(sides: Any) -> None:
    found = merged(BASE, *sides)

    assert (found.golden, told(found)) == (ONE, [])
    assert [change.as_data() for change in found.changes] == [
        {"operation": "set", "path": ["users", "u", "email"], "value": "one@example.com"}
    ]


@pytest.mark.parametrize(
    ("policy", "names", "winner", "stops"),
    [
        pytest.param("delete", [], "b", False, id="delete"),
        pytest.param("modify", ["u"], "a", False, id="modify"),
        pytest.param("fail", ["u"], None, True, id="fail"),
    ],
)
def test_delete_against_modify(policy: str, names: list[str], winner: Any, stops: bool) -> None:
    found = merged(BASE, ONE, security(), policies=Policies(delete_against_modify=policy))

    assert sorted(found.golden["users"]) == names
    assert told(found) == [("users/u", "delete_against_modify", winner)]
    assert bool(found.stops) == stops
    kept = {"fail": BASE, "modify": ONE}.get(policy)
    assert found.golden == (kept or security())


def test_deletion_leaves_a_tombstone_and_one_who_makes_it_again_removes_that() -> None:
    found = merged(BASE, BASE, security(), run=7)
    assert found.tombstones == {"users": {"u": {"run": 7, "origin": "b"}}}

    again = merged(found.golden, ONE, tombstones=found.tombstones, run=8)

    assert (again.golden, again.tombstones) == (ONE, {})


def test_switched_off_deletions_are_held_and_told() -> None:
    found = merged(BASE, BASE, security(), policies=Policies(deletes=False))

    assert (found.golden, found.held, found.tombstones) == (BASE, {("users", "u")}, {})
    assert told(found) == [("users/u", "deletes", None)]


MADE_ON_A = security({"ann": user(p="r")}, permissions={"p": permission("r1")})
MADE_ON_B = security({"bob": user(p="w")}, permissions={"p": permission("r2")})


@pytest.mark.parametrize(
    ("policy", "repositories", "grants"),
    [
        pytest.param("priority", ["r1"], {"ann": {"p": "r"}, "bob": {}}, id="priority"),
        pytest.param("principals_united", ["r1"], {"ann": {"p": "r"}, "bob": {"p": "w"}}, id="principals-united"),
        pytest.param("union", ["r1", "r2"], {"ann": {"p": "r"}, "bob": {"p": "w"}}, id="union"),
        pytest.param("fail", [], {"ann": {"p": "r"}, "bob": {"p": "w"}}, id="fail"),
    ],
)
def test_create_on_both(policy: str, repositories: list[str], grants: Any) -> None:
    found = merged(security(), MADE_ON_A, MADE_ON_B, policies=Policies(create_on_both=policy))

    assert sorted(found.golden["permissions"].get("p", {"targets": {}})["targets"]) == repositories
    assert {name: value["permissions"] for name, value in found.golden["users"].items()} == grants
    assert [entry[:2] for entry in told(found)] == [("permissions/p", "create_on_both")]
    assert bool(found.stops) == (policy == "fail")


@pytest.mark.parametrize("policy", ["priority", "principals_united", "fail"])
@pytest.mark.parametrize("kind", ["users", "groups"])
def test_object_of_which_one_api_tells_more_is_no_conflict_where_both_tell_the_same(policy: str, kind: str) -> None:
    few, more = {"admin": False, "permissions": {}}, {"admin": False, "permissions": {}, "watch_manager": True}
    other = {**more, "admin": True}

    agreed = merged(
        security(),
        security(**{kind: {"x": few}}),
        security(**{kind: {"x": more}}),
        policies=Policies(create_on_both=policy),
    )
    differ = merged(
        security(),
        security(**{kind: {"x": few}}),
        security(**{kind: {"x": other}}),
        policies=Policies(create_on_both=policy),
    )

    assert (agreed.golden[kind], told(agreed), agreed.stops) == ({"x": few}, [], [])
    assert [entry[0] for entry in told(differ)] == [f"{kind}/x"]


def test_permission_that_is_alike_on_both_is_a_conflict_when_its_principals_are_not() -> None:
    other = security({"bob": user(p="w")}, permissions={"p": permission("r1")})

    found = merged(security(), MADE_ON_A, other)

    assert {name: value["permissions"] for name, value in found.golden["users"].items()} == {
        "ann": {"p": "r"},
        "bob": {},
    }
    assert told(found) == [("permissions/p", "create_on_both", "a")]


def test_loser_s_grants_to_users_that_all_had_before_are_dropped_as_well() -> None:
    base = security({"ann": user(), "bob": user()})
    one = security({"ann": user(p="r"), "bob": user()}, permissions={"p": permission("r1")})
    two = security({"ann": user(), "bob": user(p="w")}, permissions={"p": permission("r2")})

    found = merged(base, one, two)

    assert found.golden["users"]["bob"]["permissions"] == {}


@pytest.mark.parametrize(
    ("of_a", "of_b", "members"),
    [
        pytest.param(group(), group(), ["ann", "bob"], id="alike"),
        pytest.param(group("x"), group("y"), ["ann", "bob"], id="other-description"),
        pytest.param(group(admin=True), group(), ["ann"], id="winner-is-admin"),
        pytest.param(group(), group(admin=True), ["ann", "bob"], id="loser-is-admin"),
        pytest.param(group(p="rw"), group(p="r"), ["ann"], id="winner-may-more"),
        pytest.param(group(p="r"), group(p="rw"), ["ann", "bob"], id="winner-may-less"),
    ],
)
def test_members_of_a_group_made_on_both_get_nothing_by_the_other_s_group(
    of_a: Any, of_b: Any, members: list[str]
) -> None:
    base = security(permissions={"p": permission("r1")})
    one = security({"ann": user(groups=["g"])}, {"g": of_a}, {"p": permission("r1")})
    two = security({"bob": user(groups=["g"])}, {"g": of_b}, {"p": permission("r1")})

    found = merged(base, one, two)

    assert [name for name, value in found.golden["users"].items() if value["groups"]] == members
    assert found.golden["groups"]["g"]["admin"] == of_a["admin"]


def test_members_get_nothing_by_a_grant_for_a_permission_that_was_another_one_on_their_instance() -> None:
    one = security({"ann": user(groups=["g"])}, {"g": group(p="r")}, {"p": permission("r1")})
    two = security({"bob": user(groups=["g"])}, {"g": group(p="r")}, {"p": permission("r2")})

    found = merged(security(), one, two)

    assert {name: value["groups"] for name, value in found.golden["users"].items()} == {"ann": ["g"], "bob": []}


GRANTED = security({"u": user(p="r")}, permissions={"p": permission("r1")})


def granted(mask: str) -> Any:
    return security({"u": user(p=mask) if mask else user()}, permissions={"p": permission("r1")})


@pytest.mark.parametrize(
    ("policy", "one", "two", "expected", "conflicts"),
    [
        pytest.param("elements", "rw", "dr", "drw", 0, id="actions-one-by-one"),
        pytest.param("elements", "w", "rw", "w", 0, id="one-took-away-what-the-other-kept"),
        pytest.param("elements", "w", "d", "dw", 0, id="both-took-the-same-away"),
        pytest.param("whole", "rw", "dr", "rw", 1, id="whole-value"),
        pytest.param("elements", "", "rw", "", 1, id="grant-deleted"),
    ],
)
def test_actions_of_a_principal(policy: str, one: str, two: str, expected: str, conflicts: int) -> None:
    found = merged(GRANTED, granted(one), granted(two), policies=Policies(actions=policy))

    assert found.golden["users"]["u"]["permissions"] == ({"p": expected} if expected else {})
    assert len(found.conflicts) == conflicts


def test_grant_made_on_both_has_the_actions_of_both() -> None:
    found = merged(granted(""), granted("r"), granted("w"))

    assert (found.golden, found.conflicts) == (granted("rw"), [])


def patterned(*includes: str, form: str) -> Any:
    made = {"includes": sorted(includes), "excludes": [], "repos": ["r1"]}
    return security(permissions={"p": made if form == "plain" else permission("r1", includes=includes)})


def includes_of(found: Merged, form: str) -> list[str]:
    made = found.golden["permissions"]["p"]
    return list(made["includes"] if form == "plain" else made["targets"]["r1"]["includes"])


@pytest.mark.parametrize("form", ["plain", "targets"])
@pytest.mark.parametrize(
    ("policy", "expected", "conflicts"),
    [pytest.param("whole", ["b/**"], 1, id="whole"), pytest.param("elements", ["b/**", "c/**"], 0, id="one-by-one")],
)
def test_patterns(policy: str, expected: list[str], conflicts: int, form: str) -> None:
    found = merged(
        patterned("a/**", form=form),
        patterned("b/**", form=form),
        patterned("c/**", form=form),
        policies=Policies(patterns=policy),
    )

    assert includes_of(found, form) == expected
    assert len(found.conflicts) == conflicts


def test_wider_patterns_are_not_those_of_a_repository_that_another_side_added() -> None:
    one = security(permissions={"p": permission("r1", includes=["**"])})
    two = security(permissions={"p": permission("r1", "r2", includes=["x/**"])})

    found = merged(security(permissions={"p": permission("r1", includes=["x/**"])}), one, two)

    assert {name: target["includes"] for name, target in found.golden["permissions"]["p"]["targets"].items()} == {
        "r1": ["**"],
        "r2": ["x/**"],
    }


def test_base_older_than_what_was_agreed_is_a_conflict_and_priority_decides_between_the_instances() -> None:
    golden = security({"u": user("agreed@example.com")})
    origins: Any = {origin_key(("users", "u", "email")): {"by": "b", "run": 3}}

    def returning(name: str, **options: Any) -> Merged:
        return merge(golden, {name: diff(BASE, ONE)}, bases={name: BASE}, order=["a", "b", "c"], **options)

    assert told(returning("c", origins=origins)) == [("users/u/email", "scalar_conflict", "golden")]
    assert returning("c", origins=origins).golden == golden
    assert told(returning("a", origins=origins)) == [("users/u/email", "scalar_conflict", "a")]
    assert returning("a", origins=origins).golden == ONE
    # Nobody knows whose it is: what was agreed is not overwritten.
    assert returning("a").golden == golden
    # Its own, of a run that did not end: it has only gone on.
    assert (returning("b", origins=origins).golden, told(returning("b", origins=origins))) == (ONE, [])


def returning_with(base: Any, own: Any, agreed: Any, *, kind: str, name: str) -> Any:
    """A comes back with its own object of a name under which B has made another one meanwhile."""
    origins: Any = {origin_key((kind, name)): {"by": "b", "run": 3}}
    diffs = {"a": diff(base, own), "b": diff(agreed, agreed)}
    return merge(agreed, diffs, bases={"a": base}, origins=origins, order=["a", "b"])


def test_agreed_permission_that_loses_to_a_returning_instance_loses_its_principals() -> None:
    people = {"ann": user(), "bob": user()}
    own = security({"ann": user(p="r"), "bob": user()}, permissions={"p": permission("r1")})
    agreed = security({"ann": user(p="w"), "bob": user(p="w")}, permissions={"p": permission("r2")})

    found = returning_with(security(people), own, agreed, kind="permissions", name="p")

    assert found.golden == own
    assert told(found) == [("permissions/p", "create_on_both", "a")]


def test_agreed_group_that_loses_to_a_returning_instance_loses_its_members_when_they_would_get_more() -> None:
    people = {"ann": user(), "bob": user()}
    own = security({"ann": user(groups=["g"]), "bob": user()}, {"g": group(admin=True)})
    agreed = security({"ann": user(), "bob": user(groups=["g"])}, {"g": group()})

    found = returning_with(security(people), own, agreed, kind="groups", name="g")

    assert found.golden == own


def test_instance_that_joins_does_not_bring_back_what_the_mesh_deleted() -> None:
    graves: Any = {"users": {"u": {"run": 2, "origin": "b"}}}

    found = merge(security(), {"d": diff({}, BASE)}, bases={"d": None}, tombstones=graves, run=9)

    assert (found.golden, found.tombstones) == (security(), graves)
    assert [(one["path"], one["policy"], one["reason"]) for one in found.conflicts] == [
        (["users", "u"], "join", "b deleted it in run 2, before d joined")
    ]


def test_change_of_what_was_deleted_while_away_brings_the_whole_object_back_where_policy_says_so() -> None:
    graves: Any = {"users": {"u": {"run": 2, "origin": "b"}}}
    options: Any = {"bases": {"c": BASE}, "tombstones": graves}

    gone = merge(security(), {"c": diff(BASE, ONE)}, **options)
    back = merge(security(), {"c": diff(BASE, ONE)}, Policies(delete_against_modify="modify"), **options)

    assert (gone.golden, told(gone)) == (security(), [("users/u", "delete_against_modify", "b")])
    assert (back.golden, told(back), back.tombstones) == (ONE, [("users/u", "delete_against_modify", "c")], {})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(None, Policies(), id="defaults"),
        pytest.param("plugin_compatible", PLUGIN_COMPATIBLE, id="plugin"),
        pytest.param({"join": "union"}, Policies(join="union"), id="one"),
        pytest.param(
            {"preset": "plugin_compatible", "deletes": False},
            Policies(
                create_on_both="principals_united",
                actions="whole",
                patterns="elements",
                unreachable="quorum",
                join="union",
                references="leave",
                deletes=False,
            ),
            id="plugin-with-one-of-ours",
        ),
    ],
)
def test_policies_of_an_inventory(said: Any, expected: Policies) -> None:
    assert read_policies(said) == expected


def test_all_problems_of_policies_are_told_at_once() -> None:
    with pytest.raises(InventoryError) as raised:
        read_policies({"preset": "old", "joins": "union", "join": "merge", "deletes": "no"})

    assert raised.value.details["problems"] == [
        "the preset 'old' is not known; there is plugin_compatible",
        "the policy 'joins' is not known; there are actions, create_on_both, delete_against_modify, deletes, join, "
        "patterns, references, scalar_conflict, unreachable",
        "join is 'merge', which is none of report, union, adopt, adopt_and_prune",
        "deletes is 'no', which is neither true nor false",
    ]


@pytest.mark.parametrize(
    ("policy", "reachable", "goes_on", "deletes"),
    [
        pytest.param("skip", 1, True, True, id="skip"),
        pytest.param("skip", 0, False, True, id="nobody"),
        pytest.param("quorum", 2, False, False, id="half-is-no-quorum"),
        pytest.param("quorum", 3, True, True, id="more-than-half"),
        pytest.param("all", 3, False, False, id="not-all"),
        pytest.param("all", 4, True, True, id="all"),
        pytest.param("no_deletes", 3, True, False, id="no-deletes"),
        pytest.param("no_deletes", 4, True, True, id="no-deletes-with-all"),
    ],
)
def test_unreachable_instances_of_four(policy: str, reachable: int, goes_on: bool, deletes: bool) -> None:
    said = quorum(Policies(unreachable=policy), reachable=reachable, total=4)

    assert (said.goes_on, said.deletes) == (goes_on, deletes)

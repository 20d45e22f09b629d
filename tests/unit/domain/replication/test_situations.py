# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens over several runs: the situations of security-replication.md 2.7, with what is wanted in each."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.policies import (
    PLUGIN_COMPATIBLE,
    Policies,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.scope import Scope
from unit.domain.replication.mesh import CONFIRMED, Instance, Mesh, group, permission, security, user

every_preset = pytest.mark.parametrize(
    "policies", [pytest.param(CONFIRMED, id="defaults"), pytest.param(PLUGIN_COMPATIBLE, id="plugin")]
)


def in_step(policies: Policies = CONFIRMED, **users: Any) -> Mesh:
    """Three instances that are in step, with these users."""
    same = security(users)
    mesh = Mesh(a=same, b=same, c=same, policies=policies)
    mesh.run()
    assert mesh.writes() == []
    return mesh


def assert_in_step(mesh: Mesh) -> None:
    first, *others = (one.data for one in mesh.instances.values())
    assert others == [first] * len(others)
    mesh.writes()
    mesh.run()
    assert mesh.writes() == []


@every_preset
def test_d1_deletion_reaches_an_instance_that_was_away(policies: Policies) -> None:
    mesh = in_step(policies, u=user())
    mesh.instances["c"].up = False
    del mesh.a["users"]["u"]
    mesh.run()
    assert mesh.names() == {"a": ["boss"], "b": ["boss"], "c": ["boss", "u"]}

    mesh.instances["c"].up = True
    mesh.run()

    assert mesh.names() == {"a": ["boss"], "b": ["boss"], "c": ["boss"]}
    assert_in_step(mesh)


@every_preset
def test_d2_edits_of_an_instance_that_was_away_are_kept(policies: Policies) -> None:
    mesh = in_step(policies, u=user(), v=user())
    mesh.instances["c"].up = False
    mesh.a["users"]["u"]["email"] = "from-a@example.com"
    mesh.c["users"]["v"]["email"] = "from-c@example.com"
    mesh.run()
    mesh.instances["c"].up = True
    mesh.run()

    assert {name: value["email"] for name, value in mesh.b["users"].items()} == {
        "boss": "boss@example.com",
        "u": "from-a@example.com",
        "v": "from-c@example.com",
    }
    assert_in_step(mesh)


def test_d2b_edit_of_an_instance_that_was_away_is_kept_when_nothing_else_changed() -> None:
    mesh = in_step(u=user())
    mesh.instances["c"].up = False
    mesh.c["users"]["u"]["email"] = "from-c@example.com"
    mesh.run()
    mesh.instances["c"].up = True
    mesh.run()

    assert mesh.a["users"]["u"]["email"] == "from-c@example.com"
    assert_in_step(mesh)


@every_preset
def test_d3_deletion_of_an_instance_that_was_away_reaches_all(policies: Policies) -> None:
    mesh = in_step(policies, u=user(), v=user())
    mesh.instances["c"].up = False
    del mesh.c["users"]["u"]
    mesh.a["users"]["v"]["email"] = "from-a@example.com"
    mesh.run()
    mesh.instances["c"].up = True
    mesh.run()

    assert mesh.names() == {"a": ["boss", "v"], "b": ["boss", "v"], "c": ["boss", "v"]}
    assert_in_step(mesh)


@pytest.mark.parametrize(
    ("policy", "winner", "kept"),
    [
        pytest.param("delete", "c", [], id="delete"),
        pytest.param("modify", "golden", ["u"], id="modify"),
    ],
)
def test_d3_deletion_while_away_of_what_was_edited_elsewhere_is_a_conflict(
    policy: str, winner: str, kept: list[str]
) -> None:
    mesh = in_step(Policies(join="union", delete_against_modify=policy), u=user())
    mesh.instances["c"].up = False
    del mesh.c["users"]["u"]
    mesh.a["users"]["u"]["email"] = "from-a@example.com"
    mesh.run()
    mesh.instances["c"].up = True

    told = mesh.run().merged.conflicts

    assert [(one["path"], one["policy"], one["winner"]) for one in told] == [
        (["users", "u"], "delete_against_modify", winner)
    ]
    assert mesh.names() == {name: ["boss", *kept] for name in "abc"}
    assert_in_step(mesh)


def test_d3b_what_was_made_on_an_instance_that_was_away_reaches_all() -> None:
    mesh = in_step(u=user())
    mesh.instances["c"].up = False
    mesh.c["users"]["w"] = user("w@example.com")
    mesh.a["users"]["u"]["email"] = "from-a@example.com"
    mesh.run()
    mesh.instances["c"].up = True
    mesh.run()

    assert mesh.names() == {name: ["boss", "u", "w"] for name in "abc"}
    assert_in_step(mesh)


@every_preset
def test_d4_write_that_failed_is_tried_again_and_no_deletion(policies: Policies) -> None:
    mesh = in_step(policies)
    mesh.a["users"]["n1"] = user()
    mesh.instances["b"].refuses = {"n1"}
    mesh.run()
    assert mesh.names() == {"a": ["boss", "n1"], "b": ["boss"], "c": ["boss", "n1"]}
    assert mesh.pending("b") == ["users n1"]

    mesh.run()
    assert mesh.names() == {"a": ["boss", "n1"], "b": ["boss"], "c": ["boss", "n1"]}
    mesh.instances["b"].refuses = set()
    mesh.run()

    assert mesh.names() == {name: ["boss", "n1"] for name in "abc"}
    assert mesh.pending("b") == []
    assert_in_step(mesh)


@pytest.mark.parametrize(
    ("unreachable", "edited", "deleted"),
    [
        pytest.param("skip", "new@example.com", True, id="skip"),
        pytest.param("no_deletes", "new@example.com", False, id="no_deletes"),
        pytest.param("quorum", "u@example.com", False, id="quorum"),
        pytest.param("all", "u@example.com", False, id="all"),
    ],
)
def test_d5_with_one_of_two_the_policy_says_how_the_run_goes_on(unreachable: str, edited: str, deleted: bool) -> None:
    same = security({"u": user(), "v": user()})
    mesh = Mesh(a=same, b=same, c=same, policies=Policies(join="union", unreachable=unreachable))
    mesh.run()
    mesh.instances["b"].up = mesh.instances["c"].up = False
    mesh.a["users"]["u"]["email"] = "new@example.com"
    del mesh.a["users"]["v"]

    prepared = mesh.run()

    assert (prepared.state["golden"]["users"]["u"]["email"], "v" not in prepared.state["golden"]["users"]) == (
        edited,
        deleted,
    )
    mesh.instances["b"].up = mesh.instances["c"].up = True
    mesh.run()
    assert mesh.names() == {name: ["boss", "u"] for name in "abc"}
    assert_in_step(mesh)


def test_d6_end_state_is_the_same_when_the_first_instance_was_away() -> None:
    mesh = in_step(u=user())
    mesh.instances["a"].up = False
    mesh.b["users"]["u"]["email"] = "from-b@example.com"
    mesh.run()
    mesh.instances["a"].up = True
    mesh.run()

    assert mesh.a["users"]["u"]["email"] == "from-b@example.com"
    assert_in_step(mesh)


@pytest.mark.parametrize("kind", ["membership", "grant"])
def test_d7_reference_to_what_is_deleted_elsewhere_goes_in_the_same_run(kind: str) -> None:
    same = security({"u": user()}, {"g": group()}, {"p": permission("r1")})
    mesh = Mesh(a=same, b=same)
    mesh.run()
    if kind == "membership":
        del mesh.a["groups"]["g"]
        mesh.b["users"]["u"]["groups"] = ["g"]
    else:
        del mesh.a["permissions"]["p"]
        mesh.b["users"]["u"]["permissions"] = {"p": "r"}

    mesh.run()

    assert mesh.a["users"]["u"] == user()
    assert mesh.a == mesh.b
    assert_in_step(mesh)


def test_d8_raised_level_synchronises_and_deletes_nothing() -> None:
    """The numbers of the plugin's test: 15 on all, 100 more on A and another 100 on B, then 215 on all."""

    def numbered(first: int, count: int) -> dict[str, Any]:
        return {f"p{number:03}": permission("r1") for number in range(first, first + count)}

    same = security(permissions=numbered(0, 15))
    mesh = Mesh(a=same, b=same, c=same, d=same)
    mesh.run()
    mesh.scope = Scope(level=1)
    mesh.run()
    mesh.a["permissions"].update(numbered(15, 100))
    mesh.b["permissions"].update(numbered(115, 100))
    mesh.run()
    mesh.run()
    assert {name: len(found) for name, found in mesh.names("permissions").items()} == {
        "a": 115,
        "b": 115,
        "c": 15,
        "d": 15,
    }

    mesh.scope = Scope(level=3)
    mesh.run()

    assert mesh.names("permissions") == {name: sorted(numbered(0, 215)) for name in "abcd"}
    assert_in_step(mesh)


def test_d9_value_that_an_instance_drops_stays_elsewhere_and_is_applied_when_it_can_be() -> None:
    same = security({"u": user(p="r")}, permissions={"p": permission("r1")})
    mesh = Mesh(
        a=same, b=Instance(security({"u": user(p="r")}, permissions={"p": permission("r1")}), drops={"r2"}), c=same
    )
    mesh.run()
    mesh.a["permissions"]["p"] = permission("r1", "r2")
    mesh.run()
    mesh.run()

    both = ["r1", "r2"]
    assert {name: sorted(one.data["permissions"]["p"]["targets"]) for name, one in mesh.instances.items()} == {
        "a": both,
        "b": ["r1"],
        "c": both,
    }
    assert mesh.pending("b") == ["permissions p targets r2"]
    mesh.instances["b"].drops = set()
    mesh.run()
    assert_in_step(mesh)


def test_d9_repository_that_is_missing_is_pending_and_written_when_it_appears() -> None:
    mesh = Mesh(
        a=security({"u": user(p="r")}, permissions={"p": permission("r1", "r9"), "q": permission("r9")}),
        b=security(),
    )
    mesh.instances["a"].repositories = {"r1": "LOCAL", "r9": "LOCAL"}
    mesh.run()
    assert mesh.b["permissions"] == {"p": permission("r1")}
    assert mesh.b["users"]["u"]["permissions"] == {"p": "r"}
    assert mesh.pending("b") == ["permissions p targets r9", "permissions q targets r9"]
    mesh.run()
    assert "r9" in mesh.a["permissions"]["p"]["targets"]

    mesh.instances["b"].repositories["r9"] = "REMOTE"
    mesh.run()

    assert mesh.pending("b") == []
    assert_in_step(mesh)


@pytest.mark.parametrize("first", [False, True], ids=["d11-last", "d12-first"])
@every_preset
def test_instance_that_joins_brings_its_own_and_takes_what_is_agreed(policies: Policies, first: bool) -> None:
    mesh = in_step(policies, u=user("agreed@example.com"))
    joins = Instance(security({"u": user("other@example.com"), "w": user("w@example.com")}))
    members = {**mesh.instances, "d": joins}
    mesh.instances = dict(sorted(members.items(), key=lambda item: item[0] != "d")) if first else members

    mesh.run()

    assert mesh.names() == {name: ["boss", "u", "w"] for name in "abcd"}
    assert {one.data["users"]["u"]["email"] for one in mesh.instances.values()} == {"agreed@example.com"}
    assert_in_step(mesh)


@pytest.mark.parametrize(
    ("join", "on_a", "on_d"),
    [
        pytest.param("report", ["boss", "u"], ["boss", "w"], id="report"),
        pytest.param("union", ["boss", "u", "w"], ["boss", "u", "w"], id="union"),
        pytest.param("adopt", ["boss", "u"], ["boss", "u", "w"], id="adopt"),
        pytest.param("adopt_and_prune", ["boss", "u"], ["boss", "u"], id="adopt-and-prune"),
    ],
)
def test_d11_way_to_join_is_a_choice(join: str, on_a: list[str], on_d: list[str]) -> None:
    mesh = in_step(u=user())
    mesh.instances["d"] = Instance(security({"w": user("w@example.com")}))
    for _run in range(3):
        mesh.run(d={"join": join})

    assert {name: mesh.names()[name] for name in "abcd"} == {"a": on_a, "b": on_a, "c": on_a, "d": on_d}
    mesh.writes()
    mesh.run(d={"join": join})
    assert mesh.writes() == []

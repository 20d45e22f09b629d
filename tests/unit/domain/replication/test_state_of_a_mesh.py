# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mesh remembers between runs, and what happens when that is lost, damaged or of others (7.1, 7.3)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication import state as states
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.cycle import prepare
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.policies import Policies
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.safeguards import Threshold
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.scope import Scope
from unit.domain.replication.mesh import UNLIMITED, Mesh, copied, group, permission, security, user


def in_step(**users: Any) -> Mesh:
    same = security(users)
    mesh = Mesh(a=same, b=same, c=same)
    mesh.run()
    return mesh


def saved(mesh: Mesh) -> Any:
    return json.loads(json.dumps(states.sealed(mesh.state)))


def test_state_is_read_as_it_was_written() -> None:
    mesh = in_step(u=user())

    assert states.opened(saved(mesh), mesh="mesh") == mesh.state
    assert {name: one["base"] for name, one in mesh.state["instances"].items()} == {
        name: security({"u": user()}) for name in "abc"
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda content: None, "it is no state", id="no-state"),
        pytest.param(lambda content: {**content, "format": "other"}, "it is no state", id="another-format"),
        pytest.param(lambda content: {**content, "version": 2}, "its format has the version 2", id="newer"),
        pytest.param(lambda content: {**content, "run": 7}, "changed or damaged", id="edited"),
        pytest.param(
            lambda content: {key: value for key, value in content.items() if key != "sha256"},
            "changed or damaged",
            id="without-checksum",
        ),
        pytest.param(
            lambda content: {key: value for key, value in content.items() if key != "tombstones"},
            "changed or damaged",
            id="a-part-is-missing",
        ),
    ],
)
def test_damaged_state_is_refused(change: Any, said: str) -> None:
    with pytest.raises(states.StateError, match=said):
        states.opened(change(saved(in_step())), mesh="mesh")


def test_state_of_another_mesh_is_refused() -> None:
    with pytest.raises(states.StateError, match="it is of the mesh 'mesh'") as raised:
        states.opened(saved(in_step()), mesh="lab")

    assert raised.value.details == {"mesh": "mesh"}


def test_lost_state_is_a_first_contact_that_deletes_nothing() -> None:
    mesh = in_step(u=user(), v=user())
    del mesh.a["users"]["u"]
    mesh.state = states.new_state("mesh", mesh.scope)

    mesh.run()

    assert mesh.names() == {name: ["boss", "u", "v"] for name in "abc"}


def test_run_that_another_controller_overtook_is_not_saved() -> None:
    mesh = in_step()
    own = copied(mesh.prepare().state)
    mesh.run()

    states.refuse_moved(own, None)
    with pytest.raises(states.StateError, match="another controller has saved run 2 meanwhile"):
        states.refuse_moved(own, mesh.state)


def test_edit_made_between_reading_and_writing_is_seen_by_the_next_run() -> None:
    mesh = in_step(u=user(), v=user())
    prepared = mesh.prepare()
    mesh.c["users"]["u"]["email"] = "meanwhile@example.com"
    mesh.state = prepared.state
    for name in prepared.plans:
        mesh.state = states.advance(mesh.state, name, observed=prepared.observed[name], scope=prepared.scope)

    mesh.run()

    assert [mesh.instances[name].data["users"]["u"]["email"] for name in "abc"] == ["meanwhile@example.com"] * 3


def test_read_back_of_a_write_is_the_base_as_the_instance_has_it() -> None:
    mesh = in_step(u=user())
    observed = {"users": {"u": user()}, "groups": {"g": group()}, "permissions": {"p": permission("r1")}}
    read_back: Any = {
        "users": {"u": {"email": "U@example.com", "admin": False, "groups": ["g"]}},
        "permissions": {"p": {**permission("r2"), "users": {"u": "rw", "anonymous": "r"}, "groups": {"g": "r"}}},
        "groups": {},
    }

    made = states.advance(mesh.state, "a", observed=observed, scope=Scope(), read_back=read_back)

    assert made["instances"]["a"]["base"] == {
        "users": {"u": user("U@example.com", groups=["g"], p="rw")},
        "groups": {"g": group(p="r")},
        "permissions": {"p": permission("r2")},
    }


def test_deleted_group_and_permission_leave_no_reference_in_the_base() -> None:
    observed = security({"u": user(groups=["g"], p="r")}, {"g": group(p="r")}, {"p": permission("r1")})
    gone: Any = {"groups": {"g": None}, "permissions": {"p": None}}

    made = states.advance(states.new_state("m", Scope()), "a", observed=observed, scope=Scope(), read_back=gone)

    assert made["instances"]["a"]["base"] == security({"u": user()})


@pytest.mark.parametrize(
    ("there", "failed", "expected"),
    [
        pytest.param({"email": "new", "admin": False}, {}, [], id="as-written"),
        pytest.param({"email": "new", "admin": False, "uri": "x"}, {}, [], id="more-than-was-asked"),
        pytest.param(
            {"email": "old", "admin": False},
            {},
            [("users u email", "new", "old", "it was written, and the instance has something else")],
            id="dropped",
        ),
        pytest.param(
            None,
            {},
            [("users u", {"email": "new", "admin": False}, None, "it was written, and is not there")],
            id="not-there",
        ),
        pytest.param(
            {"email": "old"},
            {"users": {"u": "400: no"}},
            [("users u", {"email": "new", "admin": False}, {"email": "old"}, "400: no")],
            id="failed",
        ),
    ],
)
def test_what_was_written_and_is_not_there_is_pending(there: Any, failed: Any, expected: Any) -> None:
    write: Any = {
        "action": "update",
        "kind": "users",
        "name": "u",
        "before": {"email": "old"},
        "after": {"email": "new", "admin": False},
        "changes": [],
    }

    made = states.advance(
        states.new_state("m", Scope()),
        "a",
        observed={"users": {}},
        scope=Scope(),
        writes=[write],
        read_back={"users": {"u": there}},
        failed=failed,
        at="2026-01-01T00:00:00Z",
    )

    known = made["instances"]["a"]
    assert [(" ".join(one["path"]), one["wanted"], one["seen"], one["reason"]) for one in known["pending"]] == expected
    assert known["last_success"] == (None if failed else "2026-01-01T00:00:00Z")


def test_tombstone_is_kept_until_no_instance_holds_the_object() -> None:
    mesh = in_step(u=user())
    mesh.instances["c"].up = False
    del mesh.a["users"]["u"]
    mesh.run()
    mesh.run()
    assert mesh.state["tombstones"] == {"users": {"u": {"run": 2, "origin": "a"}}}

    mesh.instances["c"].up = True
    mesh.run()

    assert (mesh.state["tombstones"], mesh.names()["c"]) == ({}, ["boss"])


def test_origins_are_kept_until_all_instances_have_seen_the_value() -> None:
    mesh = in_step(u=user())
    mesh.instances["c"].up = False
    mesh.a["users"]["u"]["email"] = "new@example.com"
    mesh.run()
    assert list(mesh.state["origins"].values()) == [{"by": "a", "run": 2}]

    mesh.instances["c"].up = True
    mesh.run()

    assert mesh.state["origins"] == {}


def test_instance_that_was_taken_out_is_archived_and_joins_again_as_one_without_a_base() -> None:
    mesh = in_step(u=user())
    out = mesh.instances.pop("c")
    mesh.state = states.archive(mesh.state, "c")
    assert (sorted(mesh.state["instances"]), sorted(mesh.state["archived"])) == (["a", "b"], ["c"])
    del mesh.a["users"]["u"]
    mesh.run()
    assert sorted(out.data["users"]) == ["boss", "u"]

    mesh.instances["c"] = out
    mesh.policies = Policies()
    prepared = mesh.run()

    assert (sorted(prepared.waiting), mesh.names()["c"]) == (["c"], ["boss", "u"])
    mesh.run(c={"join": "adopt"})
    assert (sorted(mesh.state["archived"]), mesh.names()["c"]) == ([], ["boss", "u"])


def after_a_day(**users: Any) -> tuple[Mesh, Any]:
    """A mesh in step, its state of the morning, and the evening: v was deleted, w was made, u was changed."""
    mesh = in_step(u=user("first@example.com"), v=user(), **users)
    morning = copied(mesh.state)
    mesh.a["users"]["u"]["email"] = "second@example.com"
    mesh.a["users"]["w"] = user()
    del mesh.a["users"]["v"]
    mesh.run()
    mesh.writes()
    return mesh, morning


def test_earlier_run_is_restored_on_all_instances_and_agreed_again() -> None:
    mesh, morning = after_a_day()

    mesh.run(earlier=morning)

    assert mesh.writes() == [
        (action, "users", name)
        for _instance in "abc"
        for action, name in (("create", "v"), ("update", "u"), ("delete", "w"))
    ]
    assert mesh.state["golden"] == morning["golden"]
    mesh.run()
    assert mesh.writes() == []


def test_restore_reaches_an_instance_that_was_away_by_the_next_run() -> None:
    mesh, morning = after_a_day()
    mesh.instances["c"].up = False
    mesh.run(earlier=morning)
    assert (mesh.names()["b"], mesh.names()["c"]) == (["boss", "u", "v"], ["boss", "u", "w"])

    mesh.instances["c"].up = True
    mesh.run()

    assert mesh.names() == {name: ["boss", "u", "v"] for name in "abc"}
    assert mesh.c["users"]["u"]["email"] == "first@example.com"


def test_restore_keeps_what_people_did_since_the_last_run_unless_it_says_something_else() -> None:
    mesh, morning = after_a_day(x=user("first@example.com"))
    mesh.b["users"]["x"]["email"] = "kept@example.com"
    mesh.b["users"]["new"] = user()
    mesh.b["users"]["u"]["email"] = "lost@example.com"

    prepared = mesh.run(earlier=morning)

    assert mesh.names() == {name: ["boss", "new", "u", "v", "x"] for name in "abc"}
    assert [mesh.c["users"][name]["email"] for name in "ux"] == ["first@example.com", "kept@example.com"]
    [conflict] = prepared.merged.conflicts
    assert (conflict["path"], conflict["winner"]) == (["users", "u", "email"], "run 1")


def test_restore_that_would_delete_too_much_deletes_nothing_and_stops() -> None:
    mesh, morning = after_a_day()
    mesh.thresholds = {"users": Threshold(number=0)}

    prepared = mesh.run(earlier=morning)

    assert [stop.partition(":")[0] for stop in prepared.stops] == ["a", "b", "c"]
    assert mesh.names() == {name: ["boss", "u", "v", "w"] for name in "abc"}


def test_accounts_that_differ_in_their_status_only_are_no_conflict() -> None:
    locked = security({"u": {**user(groups=["g"]), "locked": True, "enabled": True}}, {"g": group()})
    mesh = Mesh(a=locked, b=security({"u": {**user(groups=["g"]), "locked": False, "enabled": True}}, {"g": group()}))

    prepared = mesh.run()

    assert (prepared.merged.conflicts, mesh.writes()) == ([], [])
    assert "locked" not in mesh.state["golden"]["users"]["u"]


def test_scope_that_became_smaller_forgets_without_a_tombstone() -> None:
    mesh = in_step(u=user())
    mesh.scope = Scope(exclude={"users": ["u"]})
    mesh.run()
    assert (sorted(mesh.state["golden"]["users"]), mesh.state["tombstones"]) == (["boss"], {})
    del mesh.a["users"]["u"]
    mesh.scope = Scope()

    mesh.run()

    assert mesh.names() == {name: ["boss", "u"] for name in "abc"}


def test_unconfirmed_instances_are_told_and_neither_read_from_nor_written_to() -> None:
    mesh = in_step(u=user())
    mesh.policies = Policies()
    mesh.instances["d"] = type(mesh.instances["a"])(security({"w": user()}))
    mesh.writes()

    prepared = mesh.run()

    assert mesh.writes() == []
    assert [(one["action"], one["name"]) for one in prepared.waiting["d"].writes] == [("create", "u")]
    assert "w" not in prepared.merged.golden["users"]
    assert "d" not in mesh.state["instances"]


def test_first_run_of_a_mesh_that_nobody_confirmed_shows_what_it_would_do_and_does_nothing() -> None:
    mesh = Mesh(policies=Policies(), a=security({"u": user()}), b=security({"v": user()}))

    prepared = mesh.run()

    assert {name: [one["name"] for one in made.writes] for name, made in prepared.waiting.items()} == {
        "a": ["v"],
        "b": ["u"],
    }
    assert (dict(prepared.plans), mesh.writes(), mesh.state["golden"]) == ({}, [], {})


@pytest.mark.parametrize("join", ["union", "adopt"])
def test_run_in_which_an_instance_joins_does_not_delete_there_what_the_mesh_deleted_earlier(join: str) -> None:
    mesh = in_step(u=user())
    mesh.instances["c"].up = False
    del mesh.a["users"]["u"]
    mesh.run()
    mesh.instances["d"] = type(mesh.instances["a"])(security({"u": user()}))

    mesh.run(d={"join": join})
    assert mesh.names() == {"a": ["boss"], "b": ["boss"], "c": ["boss", "u"], "d": ["boss", "u"]}

    mesh.run()
    assert mesh.names()["d"] == ["boss"]


def test_first_instance_is_what_the_others_adopt_where_nothing_is_agreed_yet() -> None:
    mesh = Mesh(policies=Policies(join="adopt"), a=security({"u": user()}), b=security({"v": user()}))
    mesh.run()

    assert mesh.names() == {"a": ["boss", "u"], "b": ["boss", "u", "v"]}


def test_too_many_deletions_for_one_instance_stop_the_deletions_on_all() -> None:
    many = {f"u{number}": user() for number in range(10)}
    mesh = Mesh(a=security(many), b=security(many), c=security(many))
    mesh.run()
    mesh.thresholds = {**UNLIMITED, "users": Threshold(percent=25)}
    # Many more on C, where nobody has joined them to the mesh: there it would be a small share.
    mesh.policies = Policies(join="adopt")
    mesh.instances["d"] = type(mesh.instances["a"])(security({**many, **{f"d{n}": user() for n in range(90)}}))
    mesh.run()
    mesh.a["users"] = {name: value for name, value in mesh.a["users"].items() if name not in ("u1", "u2", "u3")}
    mesh.writes()

    prepared = mesh.run()

    assert [stop.partition(":")[0] for stop in prepared.stops] == ["b", "c"]
    assert mesh.writes() == []
    mesh.thresholds = UNLIMITED
    mesh.run()
    assert mesh.writes() == [("delete", "users", name) for _mesh in "bcd" for name in ("u1", "u2", "u3")]


def test_answer_that_lacks_half_of_the_objects_deletes_nothing_and_loses_nobody_s_edit() -> None:
    many = {f"u{number}": user() for number in range(10)}
    mesh = in_step(**many)
    mesh.thresholds = {**UNLIMITED, "users": Threshold(percent=20)}
    whole = copied(mesh.a)
    mesh.a["users"] = {name: value for name, value in mesh.a["users"].items() if name in ("boss", "u1", "u2")}
    prepared = mesh.run()
    assert [stop.partition(":")[0] for stop in prepared.stops] == ["b", "c"]
    assert sorted(prepared.merged.held) == [("users", f"u{number}") for number in (0, 3, 4, 5, 6, 7, 8, 9)]
    mesh.instances["a"].data = whole
    mesh.b["users"]["u7"]["email"] = "from-b@example.com"
    mesh.writes()

    prepared = mesh.run()

    assert (prepared.stops, prepared.merged.conflicts) == ([], [])
    assert mesh.writes() == [("update", "users", "u7")] * 2


def test_conflict_that_policy_leaves_to_people_is_told_in_each_run_until_they_agree() -> None:
    mesh = in_step(u=user())
    mesh.policies = Policies(join="union", scalar_conflict="keep")
    mesh.a["users"]["u"]["email"] = "a@example.com"
    mesh.b["users"]["u"]["email"] = "b@example.com"
    emails = {"a": "a@example.com", "b": "b@example.com", "c": "u@example.com"}
    for _run in range(3):
        told = mesh.run().merged.conflicts
        assert [one["path"] for one in told] == [["users", "u", "email"]]
        assert {name: one.data["users"]["u"]["email"] for name, one in mesh.instances.items()} == emails

    mesh.b["users"]["u"]["email"] = "a@example.com"

    assert mesh.run().merged.conflicts == []
    assert {one.data["users"]["u"]["email"] for one in mesh.instances.values()} == {"a@example.com"}


def test_conflict_at_which_a_run_has_to_stop_plans_nothing() -> None:
    mesh = in_step(u=user(), v=user())
    mesh.policies = Policies(join="union", scalar_conflict="fail")
    mesh.a["users"]["u"]["email"] = "a@example.com"
    mesh.b["users"]["u"]["email"] = "b@example.com"
    mesh.a["users"]["v"]["email"] = "v@example.com"
    before = copied(mesh.state)

    prepared = mesh.run()

    assert prepared.stops == ["users u email: set differently on a, b"]
    assert (dict(prepared.plans), mesh.state) == ({}, before)


def test_instance_that_is_only_a_source_is_never_written_and_one_that_is_only_a_target_changes_nobody() -> None:
    directions: Any = {"a": {"target": False}, "c": {"source": False}}
    mesh = Mesh(a=security({"u": user()}), b=security({"v": user()}), c=security({"w": user()}))
    mesh.run(**directions)
    assert mesh.names() == {"a": ["boss", "u"], "b": ["boss", "u", "v"], "c": ["boss", "u", "v", "w"]}
    mesh.c["users"]["u"]["email"] = "by-hand@example.com"

    mesh.run(**directions)

    assert {one.data["users"]["u"]["email"] for one in mesh.instances.values()} == {"u@example.com"}


def test_dry_run_is_the_plan_of_the_real_one_and_changes_nothing_given() -> None:
    mesh = in_step(u=user())
    mesh.a["users"]["u"]["email"] = "new@example.com"
    readings, state = mesh.readings(), copied(mesh.state)

    once = prepare(mesh.state, readings, mesh.scope, mesh.policies)
    again = prepare(mesh.state, readings, mesh.scope, mesh.policies)

    assert once == again
    assert mesh.state == state
    assert [dict(one.snapshot) for one in readings] == [one.data for one in mesh.instances.values()]

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for any mesh, whatever people did on its instances."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.canonical import canonicalise
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.difference import apply, diff
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.grants import (
    put_permission,
    whole_permissions,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.merging import merge
from unit.domain.replication.mesh import Mesh, copied
from unit.domain.replication.plugin_model import in_order
from unit.domain.replication.strategies import INSTANCES, SNAPSHOTS

NAMES = ("a", "b", "c", "d")
MESHES = st.lists(INSTANCES, min_size=2, max_size=4)
KINDS = ("users", "groups", "permissions")


def mesh_of(snapshots: Any) -> Mesh:
    return Mesh(**dict(zip(NAMES, snapshots)))


def contents(mesh: Mesh) -> list[Any]:
    return [in_order(one.data) for one in mesh.instances.values()]


def diffs(base: Any, sides: Any) -> dict[str, Any]:
    return {name: diff(base, side) for name, side in zip(NAMES, sides)}


def assert_converges(mesh: Mesh) -> None:
    mesh.run()
    mesh.run()
    first, *others = contents(mesh)
    assert others == [first] * len(others)
    mesh.writes()
    mesh.run()
    assert mesh.writes() == []


@settings(deadline=None)
@given(base=SNAPSHOTS, snapshot=SNAPSHOTS)
def test_changes_applied_to_the_base_give_the_snapshot(base: Any, snapshot: Any) -> None:
    untouched = copied(base)

    assert apply(base, diff(base, snapshot)) == snapshot
    assert base == untouched


@settings(deadline=None)
@given(snapshot=SNAPSHOTS)
def test_canonical_form_is_its_own_canonical_form(snapshot: Any) -> None:
    once = canonicalise(snapshot)

    assert canonicalise(once) == once


@settings(deadline=None)
@given(snapshot=INSTANCES)
def test_permissions_with_their_principals_tell_all_of_the_grants(snapshot: Any) -> None:
    whole = whole_permissions(snapshot)
    bare: Any = copied(snapshot)
    for name in whole:
        put_permission(bare, name, None)
    assert bare["permissions"] == {}
    for name, value in whole.items():
        put_permission(bare, name, value)

    assert bare == snapshot


@settings(deadline=None)
@given(snapshots=MESHES)
def test_first_contact_converges(snapshots: Any) -> None:
    assert_converges(mesh_of(snapshots))


@settings(deadline=None)
@given(snapshots=MESHES)
def test_first_contact_deletes_nothing(snapshots: Any) -> None:
    mesh = mesh_of(snapshots)
    mesh.run()
    mesh.run()

    assert [entry for entry in mesh.writes() if entry[0] == "delete"] == []
    for name, before in zip(NAMES, snapshots):
        for kind in KINDS:
            assert set(before[kind]) <= set(mesh.instances[name].data[kind])


STEPS = st.tuples(MESHES, st.sets(st.sampled_from(NAMES)), st.sampled_from(["", *NAMES]))


@settings(max_examples=50, deadline=None)
@given(start=INSTANCES, steps=st.lists(STEPS, max_size=3))
def test_mesh_converges_after_any_edits_with_any_instances_away_and_runs_that_die(start: Any, steps: Any) -> None:
    mesh = mesh_of([start, start, start])
    mesh.run()
    for edited, away, dies_at in steps:
        for name, data in zip(mesh.instances, edited):
            mesh.instances[name].data = copied(data)
        for name, one in mesh.instances.items():
            one.up = name not in away
        if any(one.up for one in mesh.instances.values()):
            mesh.run(dies_at=dies_at)
    for one in mesh.instances.values():
        one.up = True

    assert_converges(mesh)


@settings(max_examples=50, deadline=None)
@given(start=INSTANCES, edited=MESHES, refused=st.sets(st.sampled_from(["ann", "bob", "dev", "prod", "test"])))
def test_failed_write_is_never_taken_for_a_deletion(start: Any, edited: Any, refused: Any) -> None:
    mesh = mesh_of([start, start])
    mesh.run()
    for name, data in zip(mesh.instances, edited):
        mesh.instances[name].data = copied(data)
    deleted = {
        (kind, name) for kind in KINDS for name in start[kind] if any(name not in data[kind] for data in edited[:2])
    }
    made = {(kind, name) for data in edited[:2] for kind in KINDS for name in data[kind]}
    mesh.instances["b"].refuses = refused
    for _run in range(3):
        mesh.run()

    assert {(kind, name) for kind in KINDS for name in mesh.a[kind]} == made - deleted
    mesh.instances["b"].refuses = set()
    assert_converges(mesh)
    assert {(kind, name) for kind in KINDS for name in mesh.b[kind]} == made - deleted


@settings(deadline=None)
@given(base=SNAPSHOTS, sides=st.lists(SNAPSHOTS, min_size=2, max_size=3))
def test_priority_decides_each_scalar_that_is_set_differently(base: Any, sides: Any) -> None:
    found = merge(base, diffs(base, sides))

    for name, value in found.golden["users"].items():
        was = base["users"].get(name)
        if was is None or any(name not in side["users"] for side in sides):
            continue
        for field in ("email", "admin"):
            changed = [side["users"][name][field] for side in sides if side["users"][name][field] != was[field]]
            assert value[field] == (changed[0] if changed else was[field])
    winners = {name: rank for rank, name in enumerate(NAMES)}
    for told in found.conflicts:
        if told["policy"] == "scalar_conflict":
            assert told["winner"] == min(told["sides"], key=lambda name: winners[name])


@settings(deadline=None)
@given(base=SNAPSHOTS, sides=st.lists(SNAPSHOTS, min_size=2, max_size=3))
def test_order_matters_where_there_is_a_conflict_only(base: Any, sides: Any) -> None:
    first = merge(base, diffs(base, sides))
    objects = {tuple(told["path"][:2]) for told in first.conflicts if told["policy"] != "delete_against_modify"}
    if any(kind != "users" for kind, _name in objects):
        return
    for order in itertools.permutations(zip(NAMES, sides)):
        other = merge(base, {name: diff(base, side) for name, side in order})
        for kind in KINDS:
            names = {name for name in {*first.golden[kind], *other.golden[kind]} if (kind, name) not in objects}
            assert {name: in_order(first.golden[kind].get(name)) for name in names} == {
                name: in_order(other.golden[kind].get(name)) for name in names
            }


def rights(snapshot: Any) -> set[Any]:
    """What administrators wrote down: who is an admin, who is in a group, who may do what, and on what."""
    found: set[Any] = set()
    for kind in ("users", "groups"):
        for name, value in snapshot[kind].items():
            found |= {(kind, name, "admin")} if value["admin"] else set()
            found |= {(kind, name, "in", group) for group in value.get("groups", ())}
            found |= {(kind, name, "may", p, letter) for p, mask in value["permissions"].items() for letter in mask}
    for name, value in snapshot["permissions"].items():
        for repository, target in value["targets"].items():
            found.add(("on", name, repository, tuple(target["includes"]), tuple(target["excludes"])))
    return found


def effective(snapshot: Any) -> set[Any]:
    """Which user may do what on which repository under which patterns, by itself or by a group; who is an admin."""
    found: set[Any] = set()
    for name, value in snapshot["users"].items():
        ways = [value, *(snapshot["groups"][group] for group in value["groups"] if group in snapshot["groups"])]
        for way in ways:
            found |= {(name, "admin")} if way["admin"] else set()
            for permission, mask in way["permissions"].items():
                for repository, target in snapshot["permissions"].get(permission, {"targets": {}})["targets"].items():
                    patterns = (tuple(target["includes"]), tuple(target["excludes"]))
                    found |= {(name, letter, repository, patterns) for letter in mask}
    return found


@settings(deadline=None)
@given(base=SNAPSHOTS, sides=st.lists(SNAPSHOTS, min_size=2, max_size=4))
def test_merge_grants_no_right_that_no_side_granted(base: Any, sides: Any) -> None:
    granted = set().union(*(rights(side) for side in sides))

    assert rights(merge(base, diffs(base, sides)).golden) <= granted


@settings(deadline=None)
@given(sides=MESHES)
def test_first_contact_gives_nobody_a_right_that_it_had_nowhere(sides: Any) -> None:
    had = set().union(*(effective(side) for side in sides))

    assert effective(merge({}, diffs({}, sides)).golden) <= had

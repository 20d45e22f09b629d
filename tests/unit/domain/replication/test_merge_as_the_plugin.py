# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""With the plugin's policies, a merge gives what the plugin's rules give (security-replication.md 2.3, 2.4, 7.6)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.difference import diff
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.merging import merge
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.policies import PLUGIN_COMPATIBLE
from unit.domain.replication.plugin_model import in_order, plugin_merge
from unit.domain.replication.strategies import PLUGIN_SNAPSHOTS

NAMES = ("a", "b", "c", "d")


def merged(base: Any, snapshots: Any) -> Any:
    diffs = {name: diff(base, snapshot) for name, snapshot in zip(NAMES, snapshots)}
    return merge(base, diffs, PLUGIN_COMPATIBLE).golden


def user(**facts: Any) -> Any:
    return {"users": {"ann": {"email": "old", "groups": ["dev"], "permissions": {"prod": "r"}, **facts}}}


NOBODY: Any = {"users": {}}
GONE = "gone"

# What two sides make of one user, and what the rules make of that; a third and a fourth side do nothing.
CASES = [
    pytest.param({"email": "x"}, {}, {"email": "x"}, id="scalar-one-side"),
    pytest.param({"email": "x"}, {"email": "x"}, {"email": "x"}, id="scalar-both-alike"),
    pytest.param({"email": "x"}, {"email": "y"}, {"email": "x"}, id="scalar-both-differently"),
    pytest.param({"email": None}, {"email": "y"}, {"email": None}, id="scalar-null-is-a-value"),
    pytest.param({"groups": ["dev", "ops"]}, {}, {"groups": ["dev", "ops"]}, id="set-add-one-side"),
    pytest.param(
        {"groups": ["dev", "ops"]}, {"groups": ["dev", "qa"]}, {"groups": ["dev", "ops", "qa"]}, id="set-both"
    ),
    pytest.param({"groups": []}, {"groups": ["dev", "qa"]}, {"groups": ["qa"]}, id="set-remove-against-add"),
    pytest.param(
        {"permissions": {"prod": "rw"}},
        {"permissions": {"prod": "dr"}},
        {"permissions": {"prod": "rw"}},
        id="mask-whole",
    ),
    pytest.param(
        {"permissions": {}}, {"permissions": {"prod": "rw"}}, {"permissions": {}}, id="map-key-deleted-against-changed"
    ),
    pytest.param(
        {"permissions": {"prod": "rw"}}, {"permissions": {}}, {"permissions": {}}, id="map-key-changed-against-deleted"
    ),
    pytest.param(
        {"permissions": {"prod": "r", "test": "w"}},
        {"permissions": {"prod": "r", "test": "d"}},
        {"permissions": {"prod": "r", "test": "w"}},
        id="map-key-made-on-both",
    ),
    pytest.param(GONE, {}, GONE, id="object-deleted"),
    pytest.param(GONE, {"email": "y"}, GONE, id="object-deleted-against-changed"),
    pytest.param({"email": "x"}, GONE, GONE, id="object-changed-against-deleted"),
    pytest.param(GONE, GONE, GONE, id="object-deleted-on-both"),
]


@pytest.mark.parametrize("sides", [2, 3, 4])
@pytest.mark.parametrize(("first", "second", "expected"), CASES)
def test_plugin_rules_for_each_kind_of_value(first: Any, second: Any, expected: Any, sides: int) -> None:
    def made(said: Any) -> Any:
        return NOBODY if said == GONE else user(**said)

    snapshots = [made(first), made(second), user(), user()][:sides]

    assert in_order(merged(user(), snapshots)) == in_order(made(expected))
    assert in_order(plugin_merge(user(), snapshots)) == in_order(made(expected))


def test_plugin_unites_the_principals_of_a_permission_that_was_made_on_both() -> None:
    base: Any = {"users": {"ann": {"permissions": {}}, "bob": {"permissions": {}}}, "permissions": {}}
    one: Any = {
        "users": {"ann": {"permissions": {"p": "r"}}, "bob": {"permissions": {}}},
        "permissions": {"p": {"repos": ["r1"]}},
    }
    two: Any = {
        "users": {"ann": {"permissions": {}}, "bob": {"permissions": {"p": "w"}}},
        "permissions": {"p": {"repos": ["r2"]}},
    }

    assert merged(base, [one, two]) == {
        "users": {"ann": {"permissions": {"p": "r"}}, "bob": {"permissions": {"p": "w"}}},
        "permissions": {"p": {"repos": ["r1"]}},
    }


@settings(deadline=None)
@given(base=PLUGIN_SNAPSHOTS, snapshots=st.lists(PLUGIN_SNAPSHOTS, min_size=2, max_size=4))
def test_any_mesh_is_merged_as_the_model_of_the_plugin_does(base: Any, snapshots: Any) -> None:
    assert in_order(merged(base, snapshots)) == in_order(plugin_merge(base, snapshots))


@settings(deadline=None)
@given(snapshots=st.lists(PLUGIN_SNAPSHOTS, min_size=2, max_size=4))
def test_first_cycle_is_merged_as_the_model_of_the_plugin_does(snapshots: Any) -> None:
    assert in_order(merged({}, snapshots)) == in_order(plugin_merge({}, snapshots))


@settings(deadline=None)
@given(data=st.data(), snapshots=st.lists(PLUGIN_SNAPSHOTS, min_size=2, max_size=4), base=PLUGIN_SNAPSHOTS)
def test_raised_filter_is_merged_as_the_model_of_the_plugin_does(data: Any, snapshots: Any, base: Any) -> None:
    """The base has less of the blocks than the instances tell now."""
    level = data.draw(st.sampled_from([1, 2]))
    left_out = {1: ("groups", "permissions"), 2: ("permissions",)}[level]
    base = {
        kind: {name: {k: v for k, v in value.items() if k not in left_out} for name, value in objects.items()}
        for kind, objects in base.items()
        if kind not in left_out
    }

    assert in_order(merged(base, snapshots)) == in_order(plugin_merge(base, snapshots))

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes at paths, as security-replication.md 2.3 has them."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.difference import (
    MAP_ADD,
    MAP_REMOVE,
    SET,
    SET_ADD,
    SET_REMOVE,
    Change,
    apply,
    diff,
    put,
)

EMAIL = ("users", "ann", "email")
GROUPS = ("users", "ann", "groups")


def users(**fields: Any) -> Any:
    return {"users": {"ann": fields}}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(users(email="a"), users(email="a"), [], id="same"),
        pytest.param(users(email="a"), users(email="b"), [Change(SET, EMAIL, "b")], id="scalar"),
        pytest.param(users(email="a"), users(email=None), [Change(SET, EMAIL, None)], id="to-null"),
        pytest.param(users(email=None), users(), [Change(MAP_REMOVE, EMAIL)], id="missing-is-not-null"),
        pytest.param(users(), users(email=None), [Change(MAP_ADD, EMAIL, None)], id="null-is-not-missing"),
        pytest.param({}, users(email="a"), [Change(MAP_ADD, ("users",), {"ann": {"email": "a"}})], id="whole-subtree"),
        pytest.param(users(), {"users": {}}, [Change(MAP_REMOVE, ("users", "ann"))], id="object-gone"),
        pytest.param(
            users(groups=["a", "b"]),
            users(groups=["c", "b"]),
            [Change(SET_ADD, GROUPS, "c"), Change(SET_REMOVE, GROUPS, "a")],
            id="set",
        ),
        pytest.param(users(groups=["a", "b"]), users(groups=["b", "a", "b"]), [], id="order-is-nothing"),
        pytest.param(None, None, [], id="nothing"),
    ],
)
def test_difference_of_each_kind_of_value(left: Any, right: Any, expected: list[Change]) -> None:
    assert diff(left, right) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("true", True, id="text-and-truth-value"),
        pytest.param(0, True, id="number-and-truth-value"),
        pytest.param("a", ["a"], id="scalar-and-set"),
        pytest.param(["a"], {"a": 1}, id="set-and-map"),
        pytest.param(None, ["a"], id="null-and-set"),
    ],
)
def test_value_that_changed_its_type_is_refused(left: Any, right: Any) -> None:
    with pytest.raises(ConflictError, match=r"users ann email: it is .* on one side and .* on the other"):
        diff(users(email=left), users(email=right))


@pytest.mark.parametrize(
    "change",
    [
        Change(SET, ("users", "bob", "email"), "b"),
        Change(SET_ADD, ("users", "bob", "groups"), "b"),
        Change(SET_ADD, EMAIL, "b"),
        Change(MAP_ADD, ("groups", "dev", "permissions"), {}),
        Change(MAP_REMOVE, ("users", "bob", "permissions", "p")),
    ],
)
def test_change_under_what_is_not_there_changes_nothing(change: Change) -> None:
    assert apply(users(email="a"), [change]) == users(email="a")


def test_later_changes_are_made_in_what_earlier_ones_added_and_not_in_the_given_value() -> None:
    added: Any = {"email": "a", "groups": []}
    changes = [Change(MAP_ADD, ("users", "bob"), added), Change(SET_ADD, ("users", "bob", "groups"), "dev")]

    assert apply({"users": {}}, changes) == {"users": {"bob": {"email": "a", "groups": ["dev"]}}}
    assert added == {"email": "a", "groups": []}


def test_put_makes_the_way_and_takes_away_without_making_one() -> None:
    missing = object()

    assert put({}, ("users", "ann", "email"), "a") == users(email="a")
    assert put(users(email="a"), EMAIL, missing, missing=missing) == users()
    assert put({}, EMAIL, missing, missing=missing) == {}


def test_change_as_data_is_for_results_and_files() -> None:
    assert Change(SET, EMAIL, "b").as_data() == {"operation": "set", "path": ["users", "ann", "email"], "value": "b"}

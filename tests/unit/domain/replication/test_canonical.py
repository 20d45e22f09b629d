# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One form for what instances tell in several ways (security-replication.md 5.4, 5.5, 5.7, 7.4)."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.canonical import (
    canonicalise,
    names_that_differ_in_case,
    per_permission,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.masks import actions, elements, mask

ALL: Any = {"includes": ["**"], "excludes": []}
SOME: Any = {"includes": ["x/**"], "excludes": []}
TYPES = {"X": "REMOTE", "L": "LOCAL", "M": "LOCAL", "F": "FEDERATED", "V": "VIRTUAL"}


def permission(said: Any, **options: Any) -> Any:
    return canonicalise({"permissions": {"p": said}}, **options)["permissions"]["p"]


def targets(*names: str, **others: Any) -> Any:
    return {"targets": {**dict.fromkeys(names, ALL), **others}}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("rwd", "drw", id="letters-in-order"),
        pytest.param("rrw", "rw", id="each-once"),
        pytest.param(["WRITE", "READ"], "rw", id="access"),
        pytest.param(["read", "deploy", "annotate"], "nrw", id="words"),
        pytest.param(["managedXrayMeta", "distribute"], "sx", id="legacy-v2"),
        pytest.param(["r", "mxm", "x"], "rsx", id="legacy-v1"),
        pytest.param(["SCAN", "MANAGE", "EXECUTE", "DELETE"], "dmsx", id="beyond-the-plugin"),
        pytest.param(["READ", "PUBLISH"], "r<PUBLISH>", id="unknown-is-kept"),
    ],
)
def test_mask_of_every_spelling_is_one(said: Any, expected: str) -> None:
    assert mask(said) == expected
    assert mask(expected) == expected
    assert mask(actions(expected)) == expected


def test_unknown_action_is_one_element() -> None:
    assert elements("r<PUBLISH>") == {"r", "<PUBLISH>"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"description": ""}, {"description": None}, id="empty-text"),
        pytest.param({"description": None}, {"description": None}, id="null"),
        pytest.param({}, {}, id="missing-stays-missing"),
        pytest.param({"new": ["b", "a", "b"]}, {"new": ["a", "b"]}, id="list-of-texts-is-a-set"),
        pytest.param({"new": [2, {"a": ""}, None]}, {"new": [2, {"a": None}, None]}, id="other-list-has-an-order"),
        pytest.param({"realm": "internal"}, {"realm": None}, id="internal-realm"),
        pytest.param({"realm": "LDAP"}, {"realm": "ldap"}, id="realm-in-lower-case"),
        pytest.param({"permissions": {"p": "", "q": "wr"}}, {"permissions": {"q": "rw"}}, id="empty-mask-is-no-grant"),
        pytest.param({"resources": {"build": {"p": []}}}, {}, id="empty-resources"),
        pytest.param({"resources": {"build": {"p": ["READ"]}}}, {"resources": {"build": {"p": "r"}}}, id="resources"),
    ],
)
def test_fields_of_a_group_have_one_form(said: Any, expected: Any) -> None:
    assert canonicalise({"groups": {"g": said}}) == {"groups": {"g": expected}}


def test_sets_are_sorted_and_each_element_is_in_them_once() -> None:
    said = {"users": {"ann": {"groups": ["b", "a", "b"]}}, "groups": {"a": {}, "b": {}}}

    assert canonicalise(said)["users"]["ann"]["groups"] == ["a", "b"]


def test_given_snapshot_is_not_touched() -> None:
    said: Any = {"users": {"Ann": {"groups": ["b", "a"]}}, "permissions": {"p": {"targets": {"X-cache": {}}}}}
    canonicalise(said, repositories=TYPES)

    assert said == {"users": {"Ann": {"groups": ["b", "a"]}}, "permissions": {"p": {"targets": {"X-cache": {}}}}}


def test_blocks_that_are_not_told_stay_away() -> None:
    assert canonicalise({"users": {}}) == {"users": {}}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["Ann"], ["ann"], id="lower-case"),
        pytest.param(["Ann", "ann"], ["Ann", "ann"], id="two-accounts-are-never-made-one"),
    ],
)
def test_names_of_users_are_in_lower_case(names: list[str], expected: list[str]) -> None:
    assert list(canonicalise({"users": {name: {} for name in names}})["users"]) == expected


@pytest.mark.parametrize(
    ("groups", "member_of", "expected"),
    [
        pytest.param(["Dev"], ["dev"], ["Dev"], id="as-the-group-is-written"),
        pytest.param(["Dev", "dev"], ["dev"], ["dev"], id="exact-first"),
        pytest.param(["Dev", "DEV"], ["dev"], ["dev"], id="two-candidates-are-not-guessed"),
        pytest.param([], ["dev"], ["dev"], id="unknown-stays"),
    ],
)
def test_membership_names_the_group_as_it_is_written(groups: Any, member_of: Any, expected: Any) -> None:
    said = {"users": {"ann": {"groups": member_of}}, "groups": {name: {} for name in groups}}

    assert canonicalise(said)["users"]["ann"]["groups"] == expected


@pytest.mark.parametrize(
    ("said", "types", "expected"),
    [
        pytest.param(targets("X-cache"), TYPES, ["X"], id="remote"),
        pytest.param(targets("X-cache", "X"), TYPES, ["X"], id="both-names"),
        pytest.param(targets("L-cache"), TYPES, ["L-cache"], id="not-of-a-local-one"),
        pytest.param(targets("Y-cache"), TYPES, ["Y-cache"], id="not-of-an-unknown-one"),
        pytest.param(targets("X-cache"), None, ["X-cache"], id="not-without-types"),
        pytest.param(targets("X-cache"), {**TYPES, "X-cache": "LOCAL"}, ["X-cache"], id="local-really-named-so"),
        pytest.param(targets("X-cache"), {"X": "remote"}, ["X"], id="type-in-lower-case"),
        pytest.param({"repos": ["X-cache", "L"]}, TYPES, ["L", "X"], id="plugin-form"),
    ],
)
def test_cache_of_a_remote_repository_is_that_repository(said: Any, types: Any, expected: list[str]) -> None:
    found = permission(said, repositories=types)

    assert sorted(found.get("targets", found.get("repos"))) == expected


def test_remote_repository_told_under_both_names_has_its_own_patterns() -> None:
    said = {"targets": {"X-cache": ALL, "X": SOME}}

    assert permission(said, repositories=TYPES) == {"targets": {"X": SOME}}


@pytest.mark.parametrize(
    ("said", "like", "types", "expected"),
    [
        pytest.param(targets("Z-cache", "L"), targets("Z", "L"), TYPES, ["L", "Z"], id="gone-with-its-repository"),
        pytest.param({"repos": ["Z-cache"]}, {"repos": ["Z"]}, TYPES, ["Z"], id="plugin-form"),
        pytest.param(targets("Z-cache"), targets("Z-cache"), TYPES, ["Z-cache"], id="was-called-so-before"),
        pytest.param(targets("Z-cache"), {}, TYPES, ["Z-cache"], id="nobody-knows-better"),
        pytest.param(targets("L-cache"), targets("L"), TYPES, ["L-cache"], id="not-of-one-that-is-there"),
        pytest.param(
            targets("Z-cache"), targets("Z"), {**TYPES, "Z-cache": "LOCAL"}, ["Z-cache"], id="local-really-named-so"
        ),
        pytest.param(targets("Z-cache", "Z"), targets("Z"), TYPES, ["Z", "Z-cache"], id="both-are-told"),
        pytest.param(targets("Z-cache"), targets("Z"), None, ["Z-cache"], id="not-without-types"),
    ],
)
def test_cache_of_a_remote_repository_that_is_gone_is_what_it_was_known_as(
    said: Any, like: Any, types: Any, expected: list[str]
) -> None:
    found = permission(said, repositories=types, like={"permissions": {"p": like}})

    assert sorted(found.get("targets", found.get("repos"))) == expected


ANY_LOCAL = targets("ANY LOCAL")


@pytest.mark.parametrize(
    ("said", "like", "expected"),
    [
        pytest.param(targets("L", "M"), ANY_LOCAL, ANY_LOCAL, id="all-local"),
        pytest.param(targets("L", "M", "F"), ANY_LOCAL, ANY_LOCAL, id="and-federated"),
        pytest.param(targets("L", "M", "X"), ANY_LOCAL, targets("ANY LOCAL", "X"), id="others-stay"),
        pytest.param(targets("L", "M"), targets("L", "M"), targets("L", "M"), id="was-a-list-before"),
        pytest.param(targets("L", "M"), {}, targets("L", "M"), id="nobody-knows-better"),
        pytest.param(targets("L"), ANY_LOCAL, targets("L"), id="not-all-of-them"),
        pytest.param(targets("L", M=SOME), ANY_LOCAL, targets("L", M=SOME), id="other-patterns"),
        pytest.param(
            targets("M", L=SOME),
            targets("ANY LOCAL", L=SOME),
            targets("ANY LOCAL", L=SOME),
            id="one-was-named-besides",
        ),
        pytest.param(ANY_LOCAL, ANY_LOCAL, ANY_LOCAL, id="as-it-is"),
    ],
)
def test_any_local_that_is_told_as_a_list_is_any_local(said: Any, like: Any, expected: Any) -> None:
    found = permission(said, repositories=TYPES, like={"permissions": {"p": like}})

    assert found == expected


def test_any_local_in_the_form_of_the_plugin() -> None:
    like: Any = {"permissions": {"p": {"repos": ["ANY LOCAL"]}}}

    assert permission({"repos": ["L", "M", "X"]}, repositories=TYPES, like=like) == {"repos": ["ANY LOCAL", "X"]}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("b/**, a/**", ["a/**", "b/**"], id="text-with-commas"),
        pytest.param(["b/**", "a/**", "a/**"], ["a/**", "b/**"], id="list"),
        pytest.param("", ["**"], id="empty-text"),
        pytest.param(None, ["**"], id="null"),
        pytest.param([], ["**"], id="empty-list"),
    ],
)
def test_patterns_of_every_form_are_a_list_and_none_is_everything(said: Any, expected: list[str]) -> None:
    assert permission({"repos": ["L"], "includes": said}) == {"repos": ["L"], "includes": expected}
    assert permission({"targets": {"L": {"includes": said}}})["targets"]["L"] == {"includes": expected, "excludes": []}


def test_patterns_of_a_permission_become_those_of_each_repository() -> None:
    said = {"repos": ["M", "L"], "includes": "x/**", "excludes": "", "resources": {"build": {"repos": ["b"]}}}

    assert permission(said, by_repository=True) == {
        "targets": {"L": SOME, "M": SOME},
        "resources": {"build": {"targets": {"b": ALL}}},
    }


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        pytest.param(targets("M", "L"), {"includes": ["**"], "excludes": [], "repos": ["L", "M"]}, id="alike"),
        pytest.param(targets("L", M=SOME), None, id="not-alike"),
        pytest.param({"repos": ["L"]}, {"includes": [], "excludes": [], "repos": ["L"]}, id="has-that-form"),
    ],
)
def test_section_for_an_api_with_patterns_by_permission(section: Any, expected: Any) -> None:
    assert per_permission(section) == expected


def test_names_of_groups_that_differ_in_case_between_instances_are_told() -> None:
    one: Any = {"groups": {"Dev": {}, "ops": {}}, "permissions": {"p": {}}}
    two: Any = {"groups": {"dev": {}, "ops": {}}, "permissions": {"P": {}}}

    assert names_that_differ_in_case([one, two]) == {"groups": [["Dev", "dev"]], "permissions": [["P", "p"]]}

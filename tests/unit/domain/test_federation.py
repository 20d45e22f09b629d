# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access Federation: one form for all spellings, what differs and in which order, what a 200 may hold."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation import drift
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation import source as sources
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation.drift import (
    Wanted,
    compare,
    wanted_target,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation.results import Failure, read_steps
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.federation.target import (
    deployment_url,
    from_access,
    from_mission_control,
)

PROD = {"include_patterns": ["prod"], "exclude_patterns": []}
NONE: dict[str, list[str]] = {"include_patterns": [], "exclude_patterns": []}


def seen(host: str = "lyon", **changes: Any) -> Any:
    told = from_access({"name": host, "url": f"https://{host}.example.net/access", "entities": ["users"]})
    return {**told, **changes}


def wanted(name: str = "lyon", **changes: Any) -> Wanted:
    return Wanted(**{"name": name, "url": f"https://{name}.example.net", "entities": ("users",), **changes})


@pytest.mark.parametrize(
    "url",
    ["https://x.example/access", "https://X.example/access/", "https://x.example:443/", "https://x.example"],
)
def test_url_of_a_target_is_that_of_its_deployment(url: str) -> None:
    assert deployment_url(url) == "https://x.example/"


@pytest.mark.parametrize(
    ("target", "permissions"),
    [
        pytest.param({"permission_filters": {"include_patterns": ["prod"]}}, PROD, id="snake-case"),
        pytest.param(
            {"permissionFilters": {"includePatterns": ["prod"], "excludePatterns": []}}, PROD, id="camel-case"
        ),
        pytest.param({"permission_filters": {"include_patterns": None}}, NONE, id="null"),
    ],
)
def test_spellings_of_filters_have_one_form(target: dict[str, Any], permissions: Any) -> None:
    assert from_access(target)["permission_filters"] == permissions
    assert from_mission_control(target)["permission_filters"] == permissions


def test_filters_that_mission_control_does_not_tell_are_not_known() -> None:
    told = from_mission_control({"url": "https://x/access"}, ["USERS"])
    assert (told["permission_filters"], told["group_filters"], told["active"]) == (None, None, None)
    assert told["entities"] == ["users"]


def test_entities_have_one_form() -> None:
    assert from_mission_control({"entities": ["USERS", "GROUPS"]})["entities"] == ["groups", "users"]
    assert from_access({"entities": ["users", "groups", "users"]})["entities"] == ["groups", "users"]


def differences(*arguments: Any, **options: Any) -> list[tuple[str, str, list[str]]]:
    return [(one.action, one.name, sorted(one.facts)) for one in compare(*arguments, **options)]


@pytest.mark.parametrize(
    ("known", "asked", "expected"),
    [
        pytest.param([], [wanted()], [("create", "lyon", [])], id="missing"),
        pytest.param([seen()], [wanted()], [], id="as-wanted"),
        pytest.param([seen(entities=["groups"])], [wanted()], [("update", "lyon", ["entities"])], id="entities"),
        pytest.param([seen(group_filters=PROD)], [wanted()], [], id="filters-not-managed"),
        pytest.param([seen(group_filters=None)], [wanted(group_filters=PROD)], [], id="filters-not-told"),
        pytest.param(
            [seen()],
            [wanted(group_filters=PROD, permission_filters=PROD)],
            [("update", "lyon", ["group_filters", "permission_filters"])],
            id="filters",
        ),
        pytest.param([seen(active=False)], [wanted(active=True)], [("update", "lyon", ["active"])], id="active"),
        pytest.param([seen(name="jfac@1")], [wanted()], [], id="another-name-same-url"),
        pytest.param([seen(url="https://old/")], [wanted()], [("replace", "lyon", ["url"])], id="same-name-other-url"),
        pytest.param(
            [seen(name="jfac@1", url="https://old/", id="JPD-7")],
            [wanted(id="JPD-7")],
            [("replace", "lyon", ["url"])],
            id="same-id-other-url",
        ),
        pytest.param(
            [seen(url="https://old/"), seen("jfac@1", url="https://lyon.example.net/")],
            [wanted()],
            [],
            id="url-before-name",
        ),
        pytest.param([seen("osaka")], [], [], id="of-somebody-else"),
    ],
)
def test_what_differs_is_told_target_by_target(known: Any, asked: Any, expected: Any) -> None:
    assert differences(known, asked) == expected


def test_platform_s_own_targets_have_the_ids_that_only_mission_control_knows() -> None:
    own = sources.own([{"name": "jfac@1", "url": "https://lyon.example.net/access", "entities": ["users"]}])
    target = {"id": "JPD-7", "name": "lyon", "code": "jfac@1", "url": "https://lyon.example.net/access"}
    listed = sources.listed({"source": "JPD-1", "entities": ["TOKENS"], "targets": [target]})
    home: Any = {"id": "JPD-1", "name": "HOME", "local": True}

    found = sources.find([own, listed], home, is_home=True)  # type: ignore[list-item]

    assert [(one["id"], one["code"], one["name"], one["entities"]) for one in found["targets"]] == [  # type: ignore[index]
        ("JPD-7", "jfac@1", "jfac@1", ["users"])
    ]


def test_changes_come_before_removals_and_replacements_first() -> None:
    known = [seen("osaka"), seen("gone"), seen("kept"), seen(url="https://old/")]
    asked = [wanted("osaka", entities=("tokens",)), wanted("quito"), wanted("lyon")]
    assert differences(known, asked, absent=[wanted("gone")]) == [
        ("replace", "lyon", ["url"]),
        ("create", "quito", []),
        ("update", "osaka", ["entities"]),
        ("delete", "gone", []),
    ]
    pruned = compare(known, asked, prune=True, keep=["https://kept.example.net"])
    assert [one.name for one in pruned if one.action == "delete"] == ["gone"]


def test_targets_that_nobody_manages_are_expected_as_they_are() -> None:
    known = [seen(), seen("osaka", group_filters=PROD, active=False)]
    expected = drift.expected(known, compare(known, [wanted(entities=("tokens",))]))
    assert {one.name: (one.entities, one.group_filters, one.active) for one in expected} == {
        "lyon": (("tokens",), NONE, None),
        "osaka": (("users",), PROD, False),
    }


OTHERS = seen("osaka", group_filters=PROD, active=False)


@pytest.mark.parametrize(
    ("now", "facts"),
    [
        pytest.param({}, {"group_filters": (NONE, PROD), "active": (True, False)}, id="reset-by-put"),
        pytest.param({"group_filters": PROD, "active": False}, None, id="kept"),
        pytest.param({"group_filters": {**NONE, "exclude_patterns": ["t"]}, "active": False}, None, id="by-another"),
        pytest.param({"entities": ["tokens"], "group_filters": PROD, "active": False}, None, id="other-facts"),
        pytest.param(None, None, id="removed-by-another"),
    ],
)
def test_only_what_a_put_resets_of_targets_that_nobody_manages_is_put_right(now: Any, facts: Any) -> None:
    writes = compare([OTHERS], [wanted()])
    after = [seen(), *([] if now is None else [seen("osaka", **{"active": True, **now})])]

    left = drift.left_to_write([OTHERS], after, writes)

    assert [(one.name, one.facts) for one in left] == ([] if facts is None else [("osaka", facts)])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"kinds": []}, "no entities are named", id="none"),
        pytest.param({"kinds": ["users", "repos"]}, "the entities repos are not known", id="unknown"),
        pytest.param(
            {"kinds": ["users"], "group_filters": {"include": []}}, "group_filters has include, which", id="filter"
        ),
    ],
)
def test_what_no_page_knows_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InventoryError, match=says):
        wanted_target("lyon", "https://lyon.example.net", **changes)


@pytest.mark.parametrize(
    ("step", "remedy"),
    [
        pytest.param({"label": "Check if a trusts b", "status": "ERROR"}, "Pairing is not enough", id="trust"),
        pytest.param({"label": "Get configuration of a", "status": "ERROR"}, "ONLINE", id="source"),
        pytest.param({"label": "Check the base URL of a", "status": "error"}, "edge_base_url", id="base-url"),
        pytest.param({"label": "Something", "status": "FAILED"}, "Mission Control names", id="unknown-status"),
        pytest.param({"label": "Something"}, "Mission Control names", id="no-status"),
        pytest.param("Something", "Mission Control names", id="no-object"),
    ],
)
def test_step_that_is_not_ok_is_a_failure_with_a_remedy(step: Any, remedy: str) -> None:
    failures, warnings = read_steps([{"label": "SUCCESSFUL", "status": "OK"}, step])
    assert (len(failures), warnings) == (1, [])
    assert remedy in failures[0].remedy


def test_warning_is_a_warning_without_control_characters() -> None:
    steps = [{"label": "Look\x1b[31m", "status": "WARNING", "status_message": "odd"}]
    assert read_steps(steps) == ([], ["Mission Control warns: Look [31m: odd"])


@pytest.mark.parametrize(
    ("name", "mentioned"), [("lyon", True), ("lyon-2", False), ("HOME", True), ("yon", False), ("jfac@1", False)]
)
def test_names_are_found_as_whole_words(name: str, mentioned: bool) -> None:
    assert Failure("Check if lyon trusts HOME", "", "").mentions(name) is mentioned

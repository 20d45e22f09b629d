# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import datetime
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import NONE, UPDATE
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import SystemYaml
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings import system_yaml

CIPHER = "JEZ1Q2vXh4mYtLkqPz0s8RfWbN3cVx7DgHjK"


def seen(texts: dict[str, Any]) -> SystemYaml:
    return system_yaml.seen_in("/x/system.yaml", texts)


@pytest.mark.parametrize(
    ("settings", "flat"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({"a": {"b": {"c": 1}}, "d": True}, {"a.b.c": 1, "d": True}, id="nested"),
        pytest.param({"a.b": 1, "a": {"c": 2}}, {"a.b": 1, "a.c": 2}, id="mixed"),
        pytest.param({"a": {"b.c": None}}, {"a.b.c": None}, id="to-be-removed"),
        pytest.param({"a": {"b": ["x", 1]}}, {"a.b": ["x", 1]}, id="list"),
    ],
)
def test_flatten_nested_and_dotted_settings_are_one(settings: dict[str, Any], flat: dict[str, Any]) -> None:
    assert system_yaml.flatten(settings) == flat
    assert system_yaml.check_settings(settings, "edge_system_yaml") == flat


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param(["a"], "no mapping", id="list"),
        pytest.param("a: b", "no mapping", id="text"),
        pytest.param(None, "no mapping", id="none"),
        pytest.param({"a": {}}, "'a' is an empty section", id="empty-section"),
        pytest.param({"a": {1: 2}}, "below 'a' a name is no text", id="number-as-name"),
        pytest.param({True: 2}, "a name is no text", id="yaml-1.1-on"),
        pytest.param({"a b": 1}, "'a b' is no dotted path", id="blank"),
        pytest.param({"a..b": 1}, "no dotted path", id="two-dots"),
        pytest.param({"": 1}, "no dotted path", id="empty-name"),
        pytest.param({"a[0].b": 1}, "no dotted path", id="place-in-a-list"),
        pytest.param({"a.b": 1, "a": {"b": 2}}, "'a.b' stands there twice", id="twice"),
        pytest.param({"a": 1, "a.b": 2}, "'a' is a value, and a section with 'a.b'", id="value-and-section"),
        pytest.param({"a": datetime.date(2026, 1, 1)}, "Put a date into quotes", id="date"),
        pytest.param({"a": float("nan")}, "no finite number", id="not-a-number"),
        pytest.param({"a": b"x"}, "neither text", id="bytes"),
        pytest.param({"a": "x\x00"}, "control character", id="control-character"),
        pytest.param({"a": ["x", "\x1b"]}, "control character", id="control-character-in-a-list"),
        pytest.param({"a": [{"b": 1}]}, "more than single values", id="list-of-sections"),
        pytest.param({"a": ["x", None]}, "more than single values", id="null-in-a-list"),
        pytest.param({"shared.database.password": "hunter2"}, "option secrets", id="password"),
        pytest.param({"router.proxy.httpUrl": "http://u:hunter2@p:1"}, "option secrets", id="url-with-a-password"),
        pytest.param({"shared.security.joinKey": "hunter2"}, "hybrid.jfrog.join_key", id="join-key"),
        pytest.param({"shared.security.masterKey": "hunter2"}, "hybrid.jfrog.master_key", id="master-key"),
    ],
)
def test_check_settings_unusable_ones_are_refused_without_their_value(settings: Any, says: str) -> None:
    with pytest.raises(InventoryError) as caught:
        system_yaml.check_settings(settings, "edge_system_yaml")
    assert caught.value.msg.startswith("Cannot use edge_system_yaml: ")
    assert says in caught.value.msg
    assert "hunter2" not in caught.value.msg


@pytest.mark.parametrize("value", [1, True, None, "", ["x"]], ids=["number", "switch", "null", "empty", "list"])
def test_check_secrets_only_texts_are_taken(value: Any) -> None:
    with pytest.raises(InventoryError, match="is no text"):
        system_yaml.check_secrets({"shared.database.password": value}, "secrets")


@pytest.mark.parametrize("paths", [[1], ["a b"], ["a", "a.b"]], ids=["number", "no-path", "one-in-the-other"])
def test_check_absent_only_dotted_paths_are_taken(paths: list[Any]) -> None:
    with pytest.raises(InventoryError):
        system_yaml.check_absent(paths, "absent")


def test_seen_secrets_are_known_by_their_paths_only() -> None:
    texts = {"shared.node.id": "lyon-1", "shared.database.password": "hunter2", "shared.security.joinKey": CIPHER}
    found = seen(texts)

    assert found == {
        "path": "/x/system.yaml",
        "settings": {"shared.node.id": "lyon-1"},
        "encrypted": ["shared.security.joinKey"],
        "secrets": ["shared.database.password"],
        "problem": None,
    }


@pytest.mark.parametrize(
    ("texts", "wanted", "before", "after"),
    [
        pytest.param({"a.b": "x"}, {"a.b": "x"}, {"a.b": "x"}, {"a.b": "x"}, id="same"),
        pytest.param({"a.b": "true"}, {"a.b": True}, {"a.b": "true"}, {"a.b": "true"}, id="same-switch"),
        pytest.param({"a.b": "8082"}, {"a.b": 8082}, {"a.b": "8082"}, {"a.b": "8082"}, id="same-number"),
        pytest.param({"a": ["1", "x"]}, {"a": [1, "x"]}, {"a": ["1", "x"]}, {"a": ["1", "x"]}, id="same-list"),
        pytest.param({"a": "x", "c": "y"}, {"a": "z"}, {"a": "x"}, {"a": "z"}, id="only-what-is-managed"),
        pytest.param({}, {"a": "z"}, {}, {"a": "z"}, id="missing"),
        pytest.param({"a": ["y", "x"]}, {"a": ["x", "y"]}, {"a": ["y", "x"]}, {"a": ["x", "y"]}, id="order"),
        pytest.param({"a": "x"}, {"a": None}, {"a": "x"}, {}, id="to-be-removed"),
        pytest.param({}, {"a": None}, {}, {}, id="removed"),
        pytest.param(
            {"a.b": "x", "a.c[0].d": "y", "ab": "z"}, {"a": None}, {"a.b": "x", "a.c[0].d": "y"}, {}, id="section"
        ),
        pytest.param(
            {"a.password": "hunter2", "a.token": CIPHER},
            {"a": None},
            {"a.password": "(secret)", "a.token": "(encrypted)"},
            {},
            id="section-with-secrets",
        ),
        pytest.param(
            {"a.joinKey": CIPHER},
            {"a.joinKey": "x"},
            {"a.joinKey": "(encrypted)"},
            {"a.joinKey": "(encrypted)"},
            id="cipher",
        ),
        pytest.param(
            {"a.url": "http://u:hunter2@p"},
            {"a.url": "http://p"},
            {"a.url": "(secret)"},
            {"a.url": "http://p"},
            id="url",
        ),
    ],
)
def test_judge_compares_the_managed_settings_as_texts(
    texts: dict[str, Any], wanted: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
) -> None:
    change = system_yaml.judge_system_yaml(seen(texts), wanted)

    assert (change.before, change.after) == (before, after)
    assert change.action == (NONE if before == after else UPDATE)
    assert "hunter2" not in str(change)


@pytest.mark.parametrize(
    ("file", "wanted", "says"),
    [
        pytest.param(system_yaml.seen_in(None, {}), {"a": 1}, "6.x has no system.yaml", id="six"),
        pytest.param(
            system_yaml.seen_in("/x", {}, "line 3: a tab"), {"a": 1}, "/x cannot be compared: line 3", id="broken"
        ),
        pytest.param(seen({"a.b": "x"}), {"a": 1}, "'a' is a section", id="section-where-a-value-should-be"),
        pytest.param(seen({"a.password": "x"}), {"a": 1}, "'a' is a section", id="section-of-secrets"),
        pytest.param(seen({"a[0].b": "x"}), {"a": ["x"]}, "'a' is a section", id="list-of-sections"),
        pytest.param(seen({"a": "x"}), {"a.b.c": 1}, "'a' is a value", id="value-where-a-section-should-be"),
        pytest.param(seen({"a": "x"}), {"a.b.c": None}, None, id="nothing-to-remove"),
        pytest.param(seen({"a.b": "x"}), {"a": None}, None, id="section-to-be-removed"),
        pytest.param(seen({"ab": "x"}), {"a": 1}, None, id="another-name"),
    ],
)
def test_blocked_says_why_nothing_can_be_decided(file: SystemYaml, wanted: dict[str, Any], says: str | None) -> None:
    reason = system_yaml.blocked(file, wanted)
    assert (reason is None) if says is None else (reason is not None and says in reason)


def test_environment_name_is_the_path_in_capitals() -> None:
    assert system_yaml.environment_name("router.proxy.httpUrl") == "JF_ROUTER_PROXY_HTTPURL"

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is decided about settings of Access, by what a node shows and the ledger tells."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_config import (
    FACT,
    IMPORT,
    PATCH,
    check_settings,
    digest,
    fact_of,
    judge_access_config,
    unlisted,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings import yaml_text

BEFORE, SUPPLIED, AFTER = (datetime(2026, 11, 22, hour, tzinfo=timezone.utc) for hour in (9, 10, 11))
TLS = {"security.tls": True}
EXPIRY = {"token.default-expiry": 3600}  # its default is not known


def seen(settings: Any = None, patch: Any = None, **changes: Any) -> Any:
    return {
        "present": True,
        "settings": settings or {},
        "pending": [PATCH] if patch else [],
        "problem": None,
        "patch": patch or {},
        "patch_problem": None,
        "unlisted": [],
        **changes,
    }


MISTYPED = {"token.defualt-expiry": 3600}
UNLISTED = seen(unlisted=["token.defualt-expiry"])


def ledger(wanted: Any = None, *, confirmed: bool = False, due: bool = False) -> Ledger:
    recorded = model.empty()
    for path, value in (wanted or {}).items():
        recorded = model.record_supplied(recorded, fact_of(path), digest(value), SUPPLIED)
        if confirmed:
            recorded = model.confirm_supplied(recorded, fact_of(path), AFTER)
    return model.due(recorded, FACT, SUPPLIED) if due else recorded


@pytest.mark.parametrize(
    ("wanted", "found", "recorded", "started", "state", "changed", "supplied"),
    [
        pytest.param(TLS, seen(), ledger(), BEFORE, "drifted", True, TLS, id="first-run"),
        pytest.param(TLS, seen(present=False), ledger(), None, "drifted", True, TLS, id="never-started"),
        pytest.param({"security.tls": False}, seen(), ledger(), BEFORE, "in_order", False, {}, id="known-default"),
        pytest.param(TLS, seen({"security.tls": "true"}), ledger(), BEFORE, "in_order", False, {}, id="shown"),
        pytest.param(EXPIRY, seen(), ledger(), BEFORE, "drifted", True, EXPIRY, id="unknown-default"),
        pytest.param(
            EXPIRY, seen({"token.default-expiry": "60"}), ledger(), BEFORE, "drifted", True, EXPIRY, id="other-value"
        ),
        pytest.param(
            TLS, seen({}, {"security.tls": "true"}), ledger(TLS, due=True), BEFORE, "in_order", False, {}, id="waiting"
        ),
        pytest.param(
            TLS, seen({}, {"security.tls": "true"}), ledger(), BEFORE, "drifted", True, TLS, id="waiting-unrecorded"
        ),
        pytest.param(
            TLS, seen({}, {"security.tls": "true"}), ledger(TLS), BEFORE, "drifted", True, TLS, id="waiting-not-due"
        ),
        pytest.param(TLS, seen(), ledger(TLS, due=True), BEFORE, "drifted", True, TLS, id="patch-taken-away"),
        pytest.param(
            TLS, seen({"security.tls": "true"}), ledger(TLS, due=True), AFTER, "in_order", True, {}, id="taken-unproven"
        ),
        pytest.param(
            TLS, seen({"security.tls": "true"}), ledger(TLS, confirmed=True), AFTER, "in_order", False, {}, id="proven"
        ),
        pytest.param(EXPIRY, seen(), ledger(EXPIRY), AFTER, "in_order", True, {}, id="not-shown-so-it-is-the-default"),
        pytest.param(EXPIRY, seen(), ledger(EXPIRY, confirmed=True), AFTER, "in_order", False, {}, id="default-proven"),
        pytest.param(MISTYPED, UNLISTED, ledger(MISTYPED), AFTER, "unknown", False, {}, id="mistyped"),
        pytest.param(
            MISTYPED, UNLISTED, ledger(MISTYPED, confirmed=True), AFTER, "unknown", False, {}, id="known-no-longer"
        ),
        pytest.param(
            MISTYPED,
            seen(unlisted=["token.defualt-expiry"], patch=MISTYPED),
            ledger(MISTYPED, due=True),
            BEFORE,
            "in_order",
            False,
            {},
            id="mistyped-and-no-start-yet",
        ),
        pytest.param(TLS, seen(), ledger(TLS), AFTER, "unknown", False, {}, id="not-taken"),
        pytest.param(
            EXPIRY, seen({"token.default-expiry": "60"}), ledger(EXPIRY), AFTER, "unknown", False, {}, id="not-taken-so"
        ),
        pytest.param(TLS, seen(), ledger(TLS, confirmed=True), AFTER, "drifted", True, TLS, id="changed-since"),
        pytest.param(
            TLS, seen({}, {"security.tls": "true"}), ledger(TLS), AFTER, "unknown", False, {}, id="left-and-not-taken"
        ),
        pytest.param(
            TLS,
            seen({"security.tls": "true"}, {"security.tls": "true"}),
            ledger(TLS, confirmed=True),
            AFTER,
            "in_order",
            False,
            {},
            id="left-and-taken",
        ),
        pytest.param(
            TLS, seen({}, {"security.tls": "false"}), ledger(), BEFORE, "unknown", False, {}, id="another-patch-waits"
        ),
        pytest.param(
            TLS,
            seen({"security.tls": "true"}, {"security.tls": "false"}),
            ledger(),
            BEFORE,
            "unknown",
            False,
            {},
            id="another-patch-would-undo-it",
        ),
        pytest.param(
            TLS,
            seen({}, {"security.tls": "false"}),
            ledger({"security.tls": False}, due=True),
            BEFORE,
            "drifted",
            True,
            TLS,
            id="our-own-older-patch-waits",
        ),
        pytest.param(
            TLS, seen({}, {"a.b": "1"}), ledger(), BEFORE, "drifted", True, TLS, id="patch-with-other-settings-waits"
        ),
        pytest.param(TLS, seen(patch_problem="line 1"), ledger(), BEFORE, "unknown", False, {}, id="unreadable-patch"),
        pytest.param(TLS, seen(problem="line 1"), ledger(), BEFORE, "unknown", False, {}, id="unreadable-latest"),
        pytest.param(TLS, seen(pending=[IMPORT]), ledger(), BEFORE, "unknown", False, {}, id="import-waits"),
        pytest.param(
            {"security": "x"}, seen({"security.tls": "true"}), ledger(), BEFORE, "unknown", False, {}, id="a-section"
        ),
        pytest.param(
            {"a": [1, True]}, seen({"a": ["1", "true"]}), ledger(), BEFORE, "in_order", False, {}, id="list-as-text"
        ),
    ],
)
def test_judge_access_config(
    wanted: Any, found: Any, recorded: Any, started: Any, state: str, changed: bool, supplied: Any
) -> None:
    judged = judge_access_config(found, recorded, wanted, started_at=started and stamp(started))
    assert (judged.verdict.state, judged.change.changed, judged.supplied) == (state, changed, supplied)


@pytest.mark.parametrize(
    ("found", "recorded", "started"),
    [
        pytest.param(seen(), ledger(TLS), AFTER, id="not-taken"),
        pytest.param(seen({}, {"security.tls": "false"}), ledger(), BEFORE, id="another-patch-waits"),
        pytest.param(seen(patch_problem="line 1"), ledger(), BEFORE, id="unreadable-patch"),
    ],
)
def test_judge_access_config_told_to_supply_does_so(found: Any, recorded: Any, started: datetime) -> None:
    judged = judge_access_config(found, recorded, TLS, started_at=stamp(started), on_unknown="supply")
    assert (judged.verdict.state, judged.supplied) == ("drifted", TLS)


def test_judge_access_config_drift_names_the_settings_and_their_values() -> None:
    judged = judge_access_config(seen(), ledger(), {**TLS, **EXPIRY, "token.max-expiry": 0}, started_at=None)
    assert judged.change.drift == ["security.tls", "state", "token.default-expiry"]
    assert "security.tls is false instead of true" in judged.verdict.reason
    assert "token.default-expiry is not shown instead of 3600" in judged.verdict.reason


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({"security": {"tls": True}}, {"security.tls": True}, id="nested"),
        pytest.param({"security.tls": "True"}, {"security.tls": True}, id="text-of-a-template"),
        pytest.param({"token": {"max-expiry": "3600"}}, {"token.max-expiry": 3600}, id="number-of-a-template"),
        pytest.param({"a": ["1", "x"], "b": "010"}, {"a": [1, "x"], "b": "010"}, id="list-and-no-number"),
    ],
)
def test_check_settings_gives_them_by_dotted_path(settings: Any, expected: Any) -> None:
    assert check_settings(settings) == expected


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        pytest.param(["security.tls"], "no mapping", id="list"),
        pytest.param({"security": {}}, "empty section", id="empty-section"),
        pytest.param({"security": {"tls": True}, "security.tls": False}, "twice", id="twice"),
        pytest.param({"security": {"tls": None}}, "has no value", id="null"),
        pytest.param({"a b": 1}, "no dotted path", id="space"),
        pytest.param({"a": [{"b": 1}]}, "more than single values", id="list-of-mappings"),
        pytest.param({"a": "x\ny"}, "control character", id="line-end"),
        pytest.param({"a": float("nan")}, "no finite number", id="nan"),
        pytest.param({"ldap": {"managerPassword": "geheim"}}, "holds a secret", id="secret-by-name"),
        pytest.param({"a": "-----BEGIN PRIVATE KEY-----geheim"}, "holds a secret", id="secret-by-value"),
    ],
)
def test_check_settings_unusable_is_refused_without_its_value(settings: Any, words: str) -> None:
    with pytest.raises(InventoryError) as caught:
        check_settings(settings)
    assert words in caught.value.msg
    assert "geheim" not in caught.value.msg


def test_yaml_text_of_settings_keeps_types() -> None:
    written = yaml_text.text_of({"a.b": True, "a.c-d": 'x: "y"', "e": [1, "2"], "no.1": 0.5, "f": "true"})
    assert written == 'a:\n  b: true\n  c-d: "x: \\"y\\""\ne: [1, "2"]\nf: "true"\n"no":\n  "1": 0.5\n'


def test_setting_that_access_does_not_show_is_said_to_be_its_default_or_unknown() -> None:
    wanted = {**TLS, **EXPIRY}
    found = judge_access_config(
        seen({"security.tls": "true"}), ledger(wanted, confirmed=True), wanted, started_at=stamp(AFTER)
    )

    assert found.verdict.state == "in_order"
    assert found.verdict.reason == (
        "the settings are in use; not shown, so that it is the default or nothing that Access knows: "
        "token.default-expiry"
    )


TEMPLATE = """# DO NOT IMPORT THIS FILE.
---
do-not-import-this-file # a guard
security:
  tls: false  # whether services speak TLS
  authentication:
    mtls: {enabled: false}
token:
  # default-expiry: 31536000
  - one-of-a-list: 1
"""


@pytest.mark.parametrize(
    ("path", "listed"),
    [
        pytest.param("security.tls", True, id="set"),
        pytest.param("token.default-expiry", True, id="commented-out"),
        pytest.param("security.authentication.mtls.enabled", True, id="in-one-line"),
        pytest.param("token.one-of-a-list", True, id="in-a-list"),
        pytest.param("token.tls", True, id="a-name-of-another-section"),
        pytest.param("token.defualt-expiry", False, id="mistyped-setting"),
        pytest.param("securty.tls", False, id="mistyped-section"),
        pytest.param("token.guard", False, id="word-of-a-comment"),
    ],
)
def test_unlisted_is_what_the_template_has_no_name_of(path: str, listed: bool) -> None:
    assert unlisted([path], TEMPLATE) == ([] if listed else [path])


@pytest.mark.parametrize("template", ["", "no settings"], ids=["empty", "without-names"])
def test_unlisted_without_a_template_is_nothing(template: str) -> None:
    assert unlisted(["a.b"], template) == []


def test_setting_that_access_neither_shows_nor_lists_is_told_with_both_ways_out() -> None:
    wanted = {**MISTYPED, **TLS}
    found = judge_access_config(
        seen({"security.tls": "false"}, unlisted=["token.defualt-expiry"]),
        ledger(wanted),
        wanted,
        started_at=stamp(AFTER),
    )

    first, second = found.verdict.reason.split("; security.tls: ")
    assert first.startswith("token.defualt-expiry: supplied")
    assert "Correct the name; if it is right" in first
    assert "Access does not have what was asked for" in second

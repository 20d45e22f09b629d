# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import ast
import json
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.admin_token import token_in
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import LedgerError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.foreign_json import DEEPEST, parsed
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding import record
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import support_request
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action import node_script

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
# What reads only what this collection has written in the same process, or in the script that it sent.
OWN = {"plugin_utils/_action/node_script.py", "module_utils/_domain/replication/state.py"}
DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("NaN", id="no-number"),
        pytest.param('{"a": -Infinity}', id="no-end"),
        pytest.param("1e999", id="no-float"),
        pytest.param("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), id="one-level-too-deep"),
        pytest.param('{"a":' * (DEEPEST + 1) + "1" + "}" * (DEEPEST + 1), id="objects-too-deep"),
        pytest.param(DEEP, id="deeper-than-python-goes"),
        pytest.param(b"\xff", id="bytes-that-are-no-text"),
    ],
)
def test_parsed_what_is_no_json_of_a_product_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}, id="plain"),
        pytest.param(b'"\xc3\xa9"', "\u00e9", id="bytes"),
        pytest.param('{"\\ud83d": "\\ud83d\\ude00\\ud83d!"}', {"\ufffd": "\U0001f600\ufffd!"}, id="half-a-character"),
        pytest.param('{"a": 1, "a": 2}', {"a": 2}, id="same-key-twice"),
        pytest.param('"' + "[" * 1_000 + '"', "[" * 1_000, id="brackets-in-a-text"),
        pytest.param("[" + "[]," * 1_000 + "[]]", [[]] * 1_001, id="wide"),
    ],
)
def test_parsed_json_is_its_value(text: str | bytes, expected: Any) -> None:
    assert parsed(text) == expected


def test_parsed_as_deep_as_may_be_is_taken() -> None:
    assert parsed("[" * DEEPEST + "]" * DEEPEST) is not None


def test_parsed_large_list_costs_little_more_than_bare_reading() -> None:
    text = json.dumps([{"name": f"user{number}", "groups": ["a", "b"]} for number in range(20_000)])

    def seconds(read: Any) -> float:
        begun = time.process_time()
        read(text)
        return time.process_time() - begun

    assert min(seconds(parsed) for _ in range(5)) < 2 * min(seconds(json.loads) for _ in range(5))


def test_ledger_that_is_nested_too_deep_is_damaged() -> None:
    with pytest.raises(LedgerError):
        ledger.parse(DEEP)


@pytest.mark.parametrize(
    "text", [DEEP, '{"version": 1, "left_at": 5}', "[]"], ids=["too-deep", "time-that-is-a-number", "list"]
)
def test_record_of_an_offboarding_that_is_damaged_is_told(text: str) -> None:
    with pytest.raises(LedgerError):
        record.parse(text)


def test_token_file_that_is_nested_too_deep_has_no_token() -> None:
    assert token_in(DEEP) is None


def test_support_request_that_is_nested_too_deep_or_has_other_types_is_none() -> None:
    facts = dict.fromkeys(("platform", "name", "url", "subject", "serial", "not_before", "not_after", "sha256"), "x")

    assert support_request.parse(DEEP, "pem") is None
    assert support_request.parse(json.dumps({**facts, "platform": 5}), "pem") is None
    assert support_request.parse(json.dumps(facts), "pem") is not None


def test_output_of_a_node_that_is_nested_too_deep_is_no_answer() -> None:
    assert node_script.answers_in(node_script.MARK + DEEP) == []


def test_all_foreign_json_is_read_here() -> None:
    others = {
        str(path.relative_to(PLUGINS))
        for path in PLUGINS.rglob("*.py")
        if path.name != "foreign_json.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("load", "loads") and "json" in ast.unparse(node.value)
    }

    assert others <= OWN

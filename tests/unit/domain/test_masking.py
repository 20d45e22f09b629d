# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import masking
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.masking import MASK

JWT = "eyJ2ZXIiOiIyIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"
REFERENCE = base64.b64encode(b"reftkn:01:1760000000:Ab3dEf6hIj").decode()


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        pytest.param(f"Bearer {JWT},", [], f"Bearer {MASK},", id="json-web-token"),
        pytest.param(f"x {REFERENCE} y", [], f"x {MASK} y", id="reference-token"),
        pytest.param("line one\nline two", [], "line one\nline two", id="line-ends-stay"),
        pytest.param("abc abcd", ["abc", "abcd", ""], f"{MASK} {MASK}", id="longer-secret-first"),
        pytest.param("eyJ is no token", [], "eyJ is no token", id="no-token"),
    ],
)
def test_hide_takes_tokens_and_secrets_out(text: str, secrets: list[str], expected: str) -> None:
    assert masking.hide(text, secrets) == expected


ANSWER = {
    "tokens": [{"token_id": "1", "subject": "jfac@1/users/anna"}, {"token_id": "2", "subject": None}],
    "user": {"email": "anna@example.com", "details": {"email": "other@example.com"}},
}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param([], ANSWER, id="nothing"),
        pytest.param(
            ["email"],
            {"tokens": ANSWER["tokens"], "user": {"email": MASK, "details": {"email": MASK}}},
            id="key-at-any-depth",
        ),
        pytest.param(
            ["user.email"],
            {"tokens": ANSWER["tokens"], "user": {"email": MASK, "details": {"email": "other@example.com"}}},
            id="path",
        ),
        pytest.param(
            ["$.tokens[*].subject"],
            {
                "tokens": [{"token_id": "1", "subject": MASK}, {"token_id": "2", "subject": None}],
                "user": ANSWER["user"],
            },
            id="any-item-and-null-stays-null",
        ),
        pytest.param(["tokens[1]"], {"tokens": [ANSWER["tokens"][0], MASK], "user": ANSWER["user"]}, id="whole-item"),
        pytest.param(["$.email"], ANSWER, id="only-at-the-top"),
        pytest.param(["$.user"], {"tokens": ANSWER["tokens"], "user": MASK}, id="whole-object"),
    ],
)
def test_rules_mask_what_they_mean(rules: list[str], expected: Any) -> None:
    found, wrong = masking.rules_of(rules)

    assert wrong == []
    assert masking.mask(ANSWER, found).data == expected


def test_mask_tells_what_it_hid() -> None:
    found, _wrong = masking.rules_of(["user"])

    assert masking.mask(ANSWER, found).hidden == {"anna@example.com", "other@example.com"}


@pytest.mark.parametrize(
    "text",
    ["", "$", ".", "a..b", "a[b]", "a[", "[*", "a[-1]", "$.a[?(@.b)]", "$a", "a" * 5000 + "["],
    ids=lambda text: text[:12] or "empty",
)
def test_text_that_is_no_rule_is_told(text: str) -> None:
    assert masking.rules_of(["fine", text]) == ([masking.Rule(("fine",), anywhere=True)], [text])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param({"pairing_token": "abc"}, {"pairing_token": MASK}, id="pairing-token"),
        pytest.param({"licenseKeys": ["one", "two"]}, {"licenseKeys": MASK}, id="licence-keys-echoed"),
        pytest.param({"License-Key": "one"}, {"License-Key": MASK}, id="spelling-does-not-count"),
        pytest.param({"password": None, "token": True}, {"password": None, "token": True}, id="no-secret-values"),
        pytest.param({"token": {"id": "7"}}, {"token": {"id": "7"}}, id="object-with-the-name-of-one"),
        pytest.param([f"see {JWT}", {JWT: 1}], [f"see {MASK}", {MASK: 1}], id="token-in-texts-and-keys"),
        pytest.param({"token_id": "7", "key": "x"}, {"token_id": "7", "key": "x"}, id="what-only-sounds-alike"),
    ],
)
def test_secrets_are_masked_unless_that_is_switched_off(data: Any, expected: Any) -> None:
    assert masking.mask(data, ()).data == expected
    assert masking.mask(data, (), tokens=False).data == data


@pytest.mark.parametrize("as_text", [False, True], ids=["data", "json-text"])
def test_secrets_of_a_body_are_found_when_they_are_long_enough(as_text: bool) -> None:
    body = {"name": "x", "remote": {"password": "marked-secret", "token": "short"}}

    assert masking.secrets_in(json.dumps(body) if as_text else body) == {"marked-secret"}
    assert masking.secrets_in("no json") == set()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "password"]), inner),
)


@given(values)
def test_mask_keeps_the_shape_and_hides_every_value_of_a_key(data: Any) -> None:
    rules, _wrong = masking.rules_of(["a"])
    shown = masking.mask(data, rules).data

    def values_of(value: Any) -> list[Any]:
        if isinstance(value, dict):
            return [*([value["a"]] if "a" in value else []), *(v for item in value.values() for v in values_of(item))]
        return [v for item in value for v in values_of(item)] if isinstance(value, list) else []

    assert set(map(str, values_of(shown))) <= {MASK, "None"}
    assert json.dumps(shown)

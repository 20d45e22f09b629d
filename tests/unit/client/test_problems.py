# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.problems import MAX_LENGTH, messages, scrub
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.masking import MASK

TOKEN = "eyJ2ZXIiOiIyIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param(" \n ", [], id="blank"),
        pytest.param('{"errors":[{"status":401,"message":"Bad credentials"}]}', ["Bad credentials"], id="artifactory"),
        pytest.param(
            '{"errors":[{"code":"UNAUTHORIZED","message":"Invalid token, expired","detail":"at 12:00"}]}',
            ["Invalid token, expired: at 12:00"],
            id="access",
        ),
        pytest.param(
            '{"errors":[{"message":"HTTP 404 Not Found","type":"Exception"}]}',
            ["HTTP 404 Not Found"],
            id="mission-control",
        ),
        pytest.param(
            '{"errors":[{"message":"Validation constraint violation","details":["a bad","b bad"]}]}',
            ["Validation constraint violation: a bad; b bad"],
            id="mission-control-validation",
        ),
        pytest.param(
            '{"status_code":404,"message":"Not found","details":"x/1"}',
            ["Not found: x/1"],
            id="distribution",
        ),
        pytest.param('{"errors":[{"message":"one"},{"message":"two"}]}', ["one", "two"], id="several"),
        pytest.param('{"error":"unsupported"}', ["unsupported"], id="error-text"),
        pytest.param('{"errors":["plain"]}', ["plain"], id="text-in-errors"),
        pytest.param('{"errors":[{"detail":"only a detail"}]}', ["only a detail"], id="detail-alone"),
        pytest.param('{"errors":[]}', ['{"errors":[]}'], id="no-error-in-errors"),
        pytest.param('{"foo":1}', ['{"foo":1}'], id="other-json"),
        pytest.param("[]", ["[]"], id="array"),
        pytest.param('{"errors":[{"message":null}]}', ['{"errors":[{"message":null}]}'], id="null-message"),
        pytest.param("<html><title>502 Bad &amp; Gateway</title></html>", ["502 Bad & Gateway"], id="html"),
        pytest.param("<!DOCTYPE html>\n<html><body><h1>Sign in</h1></body></html>", ["Sign in"], id="html-untitled"),
        pytest.param("\nupstream down\nmore\n", ["upstream down"], id="text"),
        pytest.param("{broken", ["{broken"], id="broken-json"),
        pytest.param("\x00\x01", [""], id="binary"),
    ],
)
def test_messages_of_body_are_found(body: str, expected: list[str]) -> None:
    assert messages(body) == expected


def test_messages_of_long_text_is_cut() -> None:
    (message,) = messages("x" * 5000)

    assert len(message) == MAX_LENGTH
    assert message.endswith("...")


@pytest.mark.parametrize(
    ("text", "secrets", "expected"),
    [
        pytest.param(f"bad token {TOKEN}!", [], f"bad token {MASK}!", id="anything-like-a-token"),
        pytest.param("key 0123abcd used", ["0123abcd"], f"key {MASK} used", id="known-secret"),
        pytest.param("abc abcd", ["abc", "abcd"], f"{MASK} {MASK}", id="longer-secret-first"),
        pytest.param("\x1b[31mred\x07", [], " [31mred ", id="what-steers-a-terminal"),
        pytest.param("nothing here", ["", "0123"], "nothing here", id="nothing-to-hide"),
    ],
)
def test_scrub_hides_secrets_only(text: str, secrets: list[str], expected: str) -> None:
    assert scrub(text, secrets) == expected


def test_messages_hide_a_secret_that_stands_where_the_text_is_cut() -> None:
    key = "0123456789abcdef" * 4

    (message,) = messages("x" * (MAX_LENGTH - 30) + key, [key])

    assert key[:8] not in message


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"message":"' + "eyJ" * 1_000_000 + '"}', id="beginnings-of-tokens"),
        pytest.param("<html>" + "<" * 1_000_000, id="beginnings-of-tags"),
        pytest.param("<html>" + "<title" * 200_000, id="beginnings-of-titles"),
        pytest.param("<html>" + "<title>" * 200_000, id="titles-without-an-end"),
    ],
)
def test_messages_of_a_body_made_to_be_slow_come_at_once(body: str) -> None:
    begun = time.process_time()

    messages(body)

    assert time.process_time() - begun < 1

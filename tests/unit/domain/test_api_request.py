# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import api_request as requests


@pytest.mark.parametrize(
    ("path", "says"),
    [
        pytest.param("/artifactory/api/system/ping", None, id="plain"),
        pytest.param("/artifactory/repo/a%20b;v=1/@x", None, id="what-paths-may-have"),
        pytest.param("/access/api/v1/service_trust/pairings/*", None, id="star"),
        pytest.param("artifactory/api", "does not start with one '/'", id="no-slash"),
        pytest.param("https://evil.example.com/x", "does not start with one '/'", id="url"),
        pytest.param("//evil.example.com/x", "does not start with one '/'", id="other-host"),
        pytest.param("", "does not start with one '/'", id="empty"),
        pytest.param("/a?b=c", "option query", id="query"),
        pytest.param("/a#b", "option query", id="fragment"),
        pytest.param("/a/../../b", "step '.' or '..'", id="upwards"),
        pytest.param("/a/./b", "step '.' or '..'", id="dot"),
        pytest.param("/a/%2e%2E/b", "step '.' or '..'", id="upwards-encoded"),
        pytest.param("/a/%252e%252e/b", "step '.' or '..'", id="upwards-encoded-twice"),
        pytest.param("/a%2f..%2fb", "step '.' or '..'", id="slash-encoded"),
        pytest.param("/a\\..\\b", "backslashes", id="backslash"),
        pytest.param("/a b", "Write a blank as %20", id="blank"),
        pytest.param("/a\r\nX: y", "control characters", id="line-end"),
    ],
)
def test_path_stays_within_the_deployment(path: str, says: str | None) -> None:
    problem = requests.path_problem(path)

    assert (problem is None) if says is None else (says in str(problem))


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        pytest.param({"X-JFrog-Override-Base-Url": "https://edge.example.com", "Accept": "*/*"}, None, id="allowed"),
        pytest.param({"AUTHORIZATION": "Basic x"}, "AUTHORIZATION is set by the connection", id="authorization"),
        pytest.param({"content-type": "x/y"}, "the content type has an option of its own", id="content-type"),
        pytest.param({"X-A": "1\r\nAuthorization: x"}, "has signs in it", id="line-end-in-value"),
        pytest.param({"X A": "1"}, "has signs in it", id="blank-in-name"),
    ],
)
def test_headers_of_the_connection_are_its_own(headers: dict[str, Any], says: str | None) -> None:
    problem = requests.header_problem(headers)

    assert (problem is None) if says is None else (says in str(problem))


def test_headers_worth_having_are_told_and_cookies_are_not() -> None:
    answered = {
        "Content-Type": "application/json",
        "Set-Cookie": "SESSION=1",
        "X-JFrog-Version": "Artifactory/7.104.2",
        "X-Checksum-Sha256": "ab",
        "Server": "nginx",
        "Location": "/x",
    }

    assert requests.told_headers(answered) == {
        "content-type": "application/json",
        "x-jfrog-version": "Artifactory/7.104.2",
        "x-checksum-sha256": "ab",
        "location": "/x",
    }


@pytest.mark.parametrize(
    ("body", "body_format", "expected"),
    [
        pytest.param({"a": [1, None]}, "json", '{"a": [1, null]}', id="json"),
        pytest.param('{"a":1}', "json", '{"a":1}', id="text-that-is-json"),
        pytest.param(False, "json", "false", id="json-false"),
        pytest.param({"a": "x y", "b": [1, True], "c": "&"}, "form-urlencoded", "a=x+y&b=1&b=true&c=%26", id="form"),
        pytest.param("items.find()", "raw", "items.find()", id="raw"),
    ],
)
def test_body_is_encoded(body: Any, body_format: str, expected: str) -> None:
    assert requests.encode(body, body_format) == expected


@pytest.mark.parametrize(
    ("body", "body_format", "says"),
    [
        pytest.param("marked-secret", "json", "use body_format=raw", id="text-that-is-no-json"),
        pytest.param(["marked-secret"], "form-urlencoded", "has to be a dictionary", id="form-of-a-list"),
        pytest.param({"a": "marked-secret"}, "raw", "has to be a text", id="raw-object"),
    ],
)
def test_body_that_cannot_be_sent_is_refused_without_showing_it(body: Any, body_format: str, says: str) -> None:
    with pytest.raises(requests.Unusable, match=says) as refused:
        requests.encode(body, body_format)
    assert "marked-secret" not in str(refused.value)


def test_query_has_words_of_rest_and_leaves_null_out() -> None:
    assert requests.query_of({"a": True, "b": 1, "c": None, "d": ["x", False]}) == {
        "a": "true",
        "b": "1",
        "d": ["x", "false"],
    }


@pytest.mark.parametrize(
    ("text", "content_type", "expected"),
    [
        pytest.param('{"a":1}', "application/json; charset=utf-8", {"a": 1}, id="json"),
        pytest.param('{"a":1}', "application/vnd.org.jfrog.artifactory.x+json", {"a": 1}, id="vendor-json"),
        pytest.param("{broken", "application/json", None, id="broken"),
        pytest.param("1", "text/plain", None, id="text"),
        pytest.param("", "", None, id="nothing"),
    ],
)
def test_answer_is_json_when_it_says_so_and_is(text: str, content_type: str, expected: Any) -> None:
    assert requests.decoded(text, content_type) == expected


@pytest.mark.parametrize(
    ("method", "safe", "status", "changing", "expected"),
    [
        pytest.param("GET", False, 200, None, False, id="get"),
        pytest.param("HEAD", False, 200, None, False, id="head"),
        pytest.param("POST", True, 204, None, False, id="safe-post"),
        pytest.param("POST", False, 201, None, True, id="post"),
        pytest.param("PUT", False, 304, None, False, id="not-modified"),
        pytest.param("DELETE", False, 204, None, True, id="delete"),
        pytest.param("DELETE", False, 404, None, False, id="delete-of-nothing"),
        pytest.param("PUT", False, 404, None, True, id="other-404"),
        pytest.param("DELETE", False, None, None, True, id="predicted"),
        pytest.param("PUT", False, 200, [201], False, id="status-of-no-change"),
        pytest.param("PUT", False, 201, [201], True, id="status-of-a-change"),
        pytest.param("GET", False, 202, [202], True, id="get-that-changes"),
        pytest.param("PUT", False, None, [201], True, id="predicted-with-statuses"),
        pytest.param("PUT", False, None, [], False, id="predicted-never"),
    ],
)
def test_changes(method: str, safe: bool, status: int | None, changing: list[int] | None, expected: bool) -> None:
    assert requests.changes(method, safe=safe, status=status, changing=changing) is expected

# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import version
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("7.104.2", (7, 104, 2), id="plain"),
        pytest.param("6.23.42", (6, 23, 42), id="legacy"),
        pytest.param("7.25", (7, 25, 0), id="two-numbers"),
        pytest.param(" 7.29.7\n", (7, 29, 7), id="blanks-around"),
        pytest.param("7.29.7-SNAPSHOT", (7, 29, 7), id="suffix"),
        pytest.param("7.104.2.1", (7, 104, 2), id="fourth-number"),
    ],
)
def test_parse_version_gives_three_numbers(text: str, numbers: tuple[int, int, int]) -> None:
    assert version.parse(text) == numbers


@pytest.mark.parametrize("text", ["", "7", "seven.one.two", "v7.104.2", "<html>", "7.104.2 rc", "7.1.\u0662"])
def test_parse_something_else_is_refused(text: str) -> None:
    with pytest.raises(EdgeError, match=r"^Cannot read the version .*: it does not look like 7\.104\.2\. Check "):
        version.parse(text)


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        pytest.param("6.23.42", False, id="legacy"),
        pytest.param("7.25.7", False, id="older"),
        pytest.param("7.29.6", False, id="last-without"),
        pytest.param("7.29.7", True, id="first-with"),
        pytest.param("7.104.2", True, id="compared-as-numbers-not-as-text"),
        pytest.param("8.0.0", True, id="next-major"),
        pytest.param(None, None, id="not-known"),
        pytest.param("rubbish", None, id="not-readable"),
    ],
)
def test_supports_pairing_token_from_7_29_7_on(text: str | None, supported: bool | None) -> None:
    assert version.supports_pairing_token(text) is supported


@pytest.mark.parametrize(
    ("text", "affected"),
    [
        pytest.param("7.59.8", False, id="before"),
        pytest.param("7.59.9", True, id="first"),
        pytest.param("7.61.0", True, id="between"),
        pytest.param("7.63.7", True, id="last"),
        pytest.param("7.63.8", False, id="after"),
        pytest.param(None, False, id="not-known"),
    ],
)
def test_loses_join_key_registrations_in_the_affected_versions_only(text: str | None, affected: bool) -> None:
    assert version.loses_join_key_registrations(text) is affected

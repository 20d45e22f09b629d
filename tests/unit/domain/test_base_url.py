# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Custom base URLs: which are the same, and which can be one."""

from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.base_url import (
    change,
    check_base_url,
    same_base_url,
    without_context,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError

EDGE = "https://edge.example.net"


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        pytest.param(EDGE, f"{EDGE}/", True, id="slash"),
        pytest.param(EDGE, f"{EDGE}/artifactory", True, id="context"),
        pytest.param(f"{EDGE}/artifactory/", f"{EDGE}/artifactory", True, id="context-with-slash"),
        pytest.param("https://EDGE.example.net:443", EDGE, True, id="case-and-default-port"),
        pytest.param("https://edge.example.net:8443", EDGE, False, id="port"),
        pytest.param("http://edge.example.net", EDGE, False, id="scheme"),
        pytest.param(f"{EDGE}/jfrog/artifactory", f"{EDGE}/jfrog", True, id="context-below-a-path"),
        pytest.param(f"{EDGE}/jfrog", EDGE, False, id="path"),
        pytest.param(f"{EDGE}/my-artifactory", EDGE, False, id="path-that-only-ends-like-it"),
        pytest.param(None, EDGE, False, id="none-is-set"),
        pytest.param(None, None, True, id="none-and-none"),
    ],
)
def test_base_urls_are_compared_without_what_does_not_count(left: str | None, right: str | None, same: bool) -> None:
    assert same_base_url(left, right) is same


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        pytest.param(f"{EDGE}/", EDGE, id="slash-goes"),
        pytest.param(f"{EDGE}/artifactory/", f"{EDGE}/artifactory", id="context-stays"),
        pytest.param("HTTPS://Edge.example.net:443/jfrog", f"{EDGE}/jfrog", id="normal"),
    ],
)
def test_base_url_is_sent_in_its_normal_form(text: str, sent: str) -> None:
    assert check_base_url(text, "base_url") == sent


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "base_url: it is empty", id="empty"),
        pytest.param("edge.example.net", "not a URL with http or https", id="no-scheme"),
        pytest.param("https://anna:word@edge.example.net", "it holds credentials", id="credentials"),
        pytest.param(f"{EDGE}/access", "/access in it", id="another-service"),
        pytest.param(f"{EDGE}/artifactory/api", "/artifactory in it", id="below-the-context"),
    ],
)
def test_text_that_is_no_base_url_is_refused(text: str, says: str) -> None:
    with pytest.raises(InventoryError) as caught:
        check_base_url(text, "base_url")

    assert says in caught.value.msg
    assert "word" not in caught.value.msg


@pytest.mark.parametrize(
    ("current", "changed", "after"),
    [
        pytest.param(None, True, EDGE, id="set"),
        pytest.param("https://old.example.net", True, EDGE, id="replaced"),
        pytest.param(f"{EDGE}/artifactory", False, f"{EDGE}/artifactory", id="left-as-it-is"),
    ],
)
def test_change_keeps_what_is_the_same(current: str | None, changed: bool, after: str) -> None:
    found = change(current, EDGE)

    assert (found.changed, found.after["base_url"], found.before["base_url"]) == (changed, after, current)
    assert found.drift == (["base_url"] if changed else [])


def test_shared_base_url_has_one_slash() -> None:
    assert without_context(f" {EDGE}/artifactory\n") == f"{EDGE}/"

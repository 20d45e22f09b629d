# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.proxy import (
    DIRECT,
    ENVIRONMENT,
    THROUGH,
    Proxy,
    exceptions_problem,
    proxy_problem,
    split_exceptions,
)

SECRET = "marked%40secret"
URL = f"http://anna:{SECRET}@proxy.example.com:3128"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("http://proxy.example.com:3128", id="http"),
        pytest.param("https://proxy.example.com:3129/", id="https"),
        pytest.param("http://192.0.2.7:3128", id="address"),
        pytest.param("http://[2001:db8::7]:3128", id="address-6"),
        pytest.param("http://proxy", id="without-a-port"),
        pytest.param(URL, id="with-credentials"),
    ],
)
def test_proxy_url_that_can_be_used_has_no_problem(text: str) -> None:
    assert proxy_problem(text) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("proxy.example.com:3128", "does not begin with http://", id="no-scheme"),
        pytest.param(
            f"anna:{SECRET}@proxy.example.com:3128", "does not begin with http://", id="no-scheme-credentials"
        ),
        pytest.param(f"socks5://anna:{SECRET}@proxy.example.com", "its scheme is 'socks5'", id="socks"),
        pytest.param("", "does not begin with http://", id="empty"),
        pytest.param("http://", "no URL with a host", id="no-host"),
        pytest.param("http://proxy.example.com:port", "no URL with a host", id="port-in-letters"),
        pytest.param("http://proxy.example.com:0", "no URL with a host", id="port-zero"),
        pytest.param("http://proxy.example.com:3128/pac", "nothing behind them", id="path"),
        pytest.param(f"http://anna:{SECRET}?x@proxy.example.com:3128", "%40 for '@'", id="question-mark-in-password"),
        pytest.param(f"http://anna:{SECRET}/x@proxy.example.com:3128", "%40 for '@'", id="slash-in-password"),
        pytest.param(f"http://anna:{SECRET}@x@proxy.example.com:3128", "%40 for '@'", id="at-in-password"),
        pytest.param(f"http://anna:{SECRET}\n@proxy.example.com", "line ends", id="line-end"),
    ],
)
def test_proxy_url_that_cannot_be_used_is_told_without_showing_it(text: str, says: str) -> None:
    problem = proxy_problem(text)

    assert problem is not None
    assert says in problem
    assert SECRET not in problem
    assert "anna" not in problem


@pytest.mark.parametrize(
    ("url", "entry", "excepted"),
    [
        pytest.param("https://edge.example.com", "edge.example.com", True, id="host"),
        pytest.param("https://EDGE.example.com", "Edge.Example.com", True, id="case"),
        pytest.param("https://edge.example.com", "example.com", True, id="domain"),
        pytest.param("https://edge.example.com", ".example.com", True, id="domain-with-dot"),
        pytest.param("https://edge.example.com", "*.example.com", True, id="domain-with-asterisk"),
        pytest.param("https://edge.notexample.com", "example.com", False, id="other-domain"),
        pytest.param("https://edge.example.com.evil.net", "example.com", False, id="domain-in-front"),
        pytest.param("https://edge.example.com:8443", "edge.example.com:8443", True, id="port"),
        pytest.param("https://edge.example.com", "edge.example.com:443", True, id="default-port"),
        pytest.param("https://edge.example.com", "edge.example.com:8443", False, id="other-port"),
        pytest.param("https://192.0.2.30:8443", "192.0.2.0/24", True, id="network"),
        pytest.param("https://192.0.3.30:8443", "192.0.2.0/24", False, id="other-network"),
        pytest.param("https://192.0.2.30", "192.0.2.30", True, id="address"),
        pytest.param("https://192.0.2.30", "192.0.2.3", False, id="other-address"),
        pytest.param("https://[2001:db8::7]:8443", "2001:db8::/32", True, id="network-6"),
        pytest.param("https://[2001:db8::7]", "[2001:db8::7]", True, id="address-6-in-brackets"),
        pytest.param("https://edge.example.com", "192.0.2.0/24", False, id="name-is-in-no-network"),
        pytest.param("https://edge.example.com", "*", True, id="everything"),
    ],
)
def test_way_to_an_excepted_host_is_direct(url: str, entry: str, excepted: bool) -> None:
    assert exceptions_problem([entry]) is None
    assert Proxy(URL, (entry,)).way_to(url) == (DIRECT if excepted else THROUGH)
    assert Proxy(None, (entry,)).way_to(url) == (DIRECT if excepted else ENVIRONMENT)


@pytest.mark.parametrize("entry", ["https://edge.example.com", "edge example", "edge/", "user@edge", ":8443"])
def test_exception_that_is_no_host_is_told(entry: str) -> None:
    assert repr(entry) in str(exceptions_problem([entry]))


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        pytest.param(None, (), id="none"),
        pytest.param(["a", " b "], ("a", "b"), id="list"),
        pytest.param("a, b,", ("a", "b"), id="text-like-no-proxy"),
    ],
)
def test_exceptions_are_a_list_or_a_text(value: object, entries: tuple[str, ...]) -> None:
    assert split_exceptions(value) == entries


def test_name_of_a_proxy_has_no_credentials() -> None:
    assert Proxy(URL).name == "proxy.example.com:3128"
    assert Proxy("http://[2001:db8::7]:3128").name == "[2001:db8::7]:3128"
    assert Proxy("https://proxy.example.com").name == "proxy.example.com:443"


def test_secrets_of_a_proxy_are_its_password_in_both_forms() -> None:
    assert Proxy(URL).secrets == {SECRET, "marked@secret"}
    assert Proxy("http://proxy.example.com").secrets == frozenset()


def test_repr_of_a_proxy_shows_nothing() -> None:
    assert "proxy.example.com" not in repr(Proxy(URL))

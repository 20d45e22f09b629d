# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings.router_proxy import check_proxy, settings_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings.system_yaml import check_settings

PROXY = {"http_url": "http://proxy.example.com:3128", "https_url": "http://proxy.example.com:3128/"}


def test_settings_have_the_hosts_that_must_not_be_caught() -> None:
    proxy = {**PROXY, "ignored_hosts": ["Xray.example.com", "10.0.0.0/8", ".corp.example.com"]}
    settings = settings_of(
        proxy, own=["192.0.2.11", "osaka-1", "127.0.0.1"], peers=["192.0.2.12", "osaka-1.", "[fd00::2]"]
    )

    assert settings == {
        "router.proxy.httpUrl": "http://proxy.example.com:3128",
        "router.proxy.httpsUrl": "http://proxy.example.com:3128",
        "router.proxy.ignoredHosts": [
            "localhost",
            "127.0.0.1",
            ".corp.example.com",
            "10.0.0.0/8",
            "192.0.2.11",
            "192.0.2.12",
            "fd00::2",
            "osaka-1",
            "xray.example.com",
        ],
    }
    assert check_settings(settings, "edge_system_yaml") == settings


@pytest.mark.parametrize(
    ("proxy", "expected"),
    [
        pytest.param({}, {}, id="nothing-asked-for"),
        pytest.param(
            {"https_url": "http://p:1"},
            {"router.proxy.httpsUrl": "http://p:1", "router.proxy.ignoredHosts": ["localhost", "127.0.0.1"]},
            id="one-url-leaves-the-other-alone",
        ),
        pytest.param(
            {"http_url": "", "https_url": "http://p:1"},
            {
                "router.proxy.httpUrl": None,
                "router.proxy.httpsUrl": "http://p:1",
                "router.proxy.ignoredHosts": ["localhost", "127.0.0.1"],
            },
            id="empty-url-is-taken-out",
        ),
        pytest.param(
            {"http_url": "", "https_url": ""},
            {"router.proxy.httpUrl": None, "router.proxy.httpsUrl": None, "router.proxy.ignoredHosts": None},
            id="no-proxy-any-more",
        ),
    ],
)
def test_settings_of_part_of_a_proxy(proxy: dict[str, Any], expected: dict[str, Any]) -> None:
    assert settings_of(proxy) == expected


@given(st.permutations(["b", "a", "192.0.2.1", "c.example.com", "a"]))
def test_settings_do_not_depend_on_the_order_of_what_was_found(hosts: list[str]) -> None:
    assert settings_of(PROXY, own=hosts) == settings_of(PROXY, peers=sorted(hosts))


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        pytest.param("http://p:1", "no mapping", id="text"),
        pytest.param({"url": "http://p:1"}, "does not know url", id="unknown-name"),
        pytest.param({"ignored_hosts": ["a"]}, "has no URL", id="hosts-only"),
        pytest.param({"http_url": 1}, "no text", id="number"),
        pytest.param({"http_url": "proxy.example.com:3128"}, "begin with http", id="no-scheme"),
        pytest.param({"http_url": "socks5://p:1"}, "socks5", id="another-scheme"),
        pytest.param({"http_url": "http://p:1/x"}, "nothing behind", id="path"),
        pytest.param({"http_url": "http://p :1"}, "blanks", id="blank"),
        pytest.param({"https_url": "http://u:hunter2@p:1"}, "user or a password", id="credentials"),
        pytest.param({"http_url": "http://u@p:1"}, "option secrets of hybrid.jfrog.system_yaml", id="user"),
        pytest.param({**PROXY, "ignored_hosts": {"a": 1}}, "no list of hosts", id="hosts-are-a-mapping"),
        pytest.param({**PROXY, "ignored_hosts": ["http://a/"]}, "no host name", id="host-is-a-url"),
        pytest.param({**PROXY, "ignored_hosts": ["a b"]}, "no host name", id="host-with-a-blank"),
    ],
)
def test_check_proxy_unusable_ones_are_refused_without_a_secret(proxy: Any, says: str) -> None:
    with pytest.raises(InventoryError) as caught:
        check_proxy(proxy, "edge_router_proxy")
    assert caught.value.msg.startswith("Cannot use edge_router_proxy")
    assert says in caught.value.msg
    assert "hunter2" not in caught.value.msg

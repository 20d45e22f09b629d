# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Environment
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.settings.environment import judge_environment

OWN = ["192.0.2.11", "osaka-1"]
PEERS = ["192.0.2.12"]
ENOUGH = ["127.0.0.1", "192.0.2.11", "192.0.2.12", "localhost", "osaka-1"]


def seen(
    overrides: list[str] | None = None, proxies: list[str] | None = None, no_proxy: list[str] | None = None
) -> Environment:
    return {"overrides": overrides or [], "proxies": proxies or [], "no_proxy": no_proxy or []}


def test_override_of_a_managed_setting_is_named_with_its_variable() -> None:
    found = judge_environment(
        seen(["JF_ROUTER_PROXY_HTTPURL", "JF_SHARED_DATABASE_PASSWORD"]),
        {"router.proxy.httpUrl": "http://p:1", "shared.node.id": "a"},
    )

    assert [finding["what"] for finding in found] == ["router.proxy.httpUrl"]
    assert "JF_ROUTER_PROXY_HTTPURL" in found[0]["reason"]
    assert "JF_ROUTER_PROXY_HTTPURL" in found[0]["remedy"]


@pytest.mark.parametrize(
    ("environment", "settings", "in_file", "caught"),
    [
        pytest.param(seen(), {}, {}, None, id="no-proxy-at-all"),
        pytest.param(seen(proxies=["HTTP_PROXY"], no_proxy=ENOUGH), {}, {}, None, id="all-are-spared"),
        pytest.param(seen(proxies=["HTTP_PROXY"], no_proxy=["*"]), {}, {}, None, id="star"),
        pytest.param(
            seen(proxies=["https_proxy"], no_proxy=["localhost", "127.0.0.0/8", "192.0.2.0/24", "osaka-1"]),
            {},
            {},
            None,
            id="networks",
        ),
        pytest.param(
            seen(proxies=["HTTP_PROXY"]),
            {},
            {},
            "localhost, 127.0.0.1, 192.0.2.11, osaka-1, 192.0.2.12",
            id="nobody-is-spared",
        ),
        pytest.param(
            seen(proxies=["HTTP_PROXY"], no_proxy=["localhost", "127.0.0.1", *OWN]), {}, {}, "192.0.2.12", id="peer"
        ),
        pytest.param(
            seen(proxies=["HTTP_PROXY"], no_proxy=["localhost", "127.0.0.1"]),
            {"router.proxy.httpUrl": "http://p:1"},
            {},
            None,
            id="router-has-its-own",
        ),
        pytest.param(
            seen(proxies=["HTTP_PROXY"]),
            {},
            {"router.proxy.httpsUrl": "http://p:1"},
            "localhost, 127.0.0.1",
            id="other-services-still-call-the-router",
        ),
    ],
)
def test_proxy_of_the_environment_that_catches_inner_calls_is_found(
    environment: Environment, settings: dict[str, Any], in_file: dict[str, Any], caught: str | None
) -> None:
    found = judge_environment(environment, settings, in_file=in_file, own=OWN, peers=PEERS)

    assert len(found) == (caught is not None)
    if caught is not None:
        assert f"NO_PROXY has not {caught}" in found[0]["reason"]
        assert caught.replace(", ", ",") in found[0]["remedy"]

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A proxy that catches calls between the routers (node-files.md 7, Traps 27)."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.node import Node
from simulator.node.proxy import Proxy
from simulator.node.testing import Workbench, put, restart, start, switch_tls

PROXY = "http://proxy.example.com:3128"
MESSAGE = "Routing mechanism unavailable on entrypoints: external (:8082): Head"


def configure(node: Node, *, ip: str = "192.0.2.7", **router: object) -> None:
    settings = "".join(f"    {key}: {value}\n" for key, value in router.items())
    assert node.layout.system_yaml is not None
    text = (
        f"shared:\n  node:\n    ip: {ip}\nrouter:\n  proxy:\n{settings}"
        if settings
        else f"shared:\n  node:\n    ip: {ip}\n"
    )
    put(node.layout.system_yaml, text)


def verdict(node: Node) -> tuple[int, str, str]:
    """Status and words of the health page, and the states of the services."""
    page = node.health()
    assert page is not None
    return page[0], page[1]["router"]["state"], ",".join(sorted({one["state"] for one in page[1]["services"]}))


WELL = (200, "HEALTHY", "HEALTHY")
ILL = (503, "UNHEALTHY", "HEALTHY")


@pytest.mark.parametrize(
    ("router", "expected"),
    [
        pytest.param({}, WELL, id="no-proxy"),
        pytest.param({"httpUrl": PROXY}, ILL, id="caught"),
        pytest.param({"httpsUrl": PROXY}, WELL, id="other-scheme"),
        pytest.param({"httpUrl": PROXY, "ignoredHosts": '["192.0.2.7"]'}, WELL, id="address-ignored"),
        pytest.param({"httpUrl": PROXY, "ignoredHosts": "[localhost]"}, ILL, id="only-localhost"),
        pytest.param({"httpUrl": PROXY, "ignoredHosts": '["192.0.2.0/24"]'}, WELL, id="network"),
        pytest.param({"httpUrl": PROXY, "ignoredHosts": '["*"]'}, WELL, id="everything"),
    ],
)
def test_own_address_has_to_be_ignored(tmp_path: Path, router: dict[str, object], expected: object) -> None:
    node = Workbench(tmp_path).node()
    configure(node, **router)
    start(node)
    assert verdict(node) == expected
    assert (MESSAGE in node.logs.text("jfrou")) is (expected == ILL)
    page = node.health()
    assert page is not None
    if expected == ILL:
        assert page[1]["router"]["message"] == f'{MESSAGE} "http://192.0.2.7:8082/": context deadline exceeded'


def test_machines_own_address_counts_when_no_other_is_set(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(node.layout.system_yaml, f"router:\n  proxy:\n    httpUrl: {PROXY}\n")  # type: ignore[arg-type]
    start(node)
    assert verdict(node) == ILL
    node.environment = {"JF_ROUTER_PROXY_IGNOREDHOSTS": "127.0.0.1"}
    restart(node)
    assert verdict(node) == WELL


def test_with_tls_the_https_proxy_counts(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    configure(node, httpsUrl=PROXY)
    switch_tls(node, True)
    start(node)
    assert verdict(node) == ILL
    page = node.health()
    assert page is not None
    assert "https://192.0.2.7:8082/" in page[1]["router"]["message"]


def test_peer_has_to_be_ignored_while_it_runs(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    first, second = bench.node("osaka-1"), bench.node("osaka-2")
    configure(first, ip="192.0.2.1", httpUrl=PROXY, ignoredHosts='["192.0.2.1"]')
    configure(second, ip="192.0.2.2")
    start(first)
    put(second.layout.master_key, first.layout.master_key.read_text())
    assert verdict(first) == WELL
    start(second)
    first.tick()
    assert verdict(first) == ILL
    assert verdict(second) == WELL
    assert "192.0.2.2" in first.logs.text("jfrou").rpartition(MESSAGE)[2]
    second.stop()
    assert verdict(first) == WELL


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({"HTTP_PROXY": PROXY}, ILL, id="caught"),
        pytest.param({"http_proxy": PROXY}, ILL, id="lower-case"),
        pytest.param({"HTTPS_PROXY": PROXY}, WELL, id="other-scheme"),
        pytest.param({"HTTP_PROXY": PROXY, "NO_PROXY": "localhost, 192.0.2.7"}, WELL, id="ignored"),
        pytest.param({"HTTP_PROXY": PROXY, "NO_PROXY": "example.com"}, ILL, id="another-host-ignored"),
        pytest.param({"JF_ROUTER_PROXY_HTTPURL": PROXY}, ILL, id="router-variable"),
        pytest.param(
            {"JF_ROUTER_PROXY_HTTPURL": PROXY, "JF_ROUTER_PROXY_IGNOREDHOSTS": "192.0.2.7"}, WELL, id="router-ignored"
        ),
        pytest.param(
            {"JF_ROUTER_PROXY_HTTPURL": PROXY, "NO_PROXY": "192.0.2.7"}, ILL, id="own-configuration-wins-over-no-proxy"
        ),
        pytest.param(
            {"HTTP_PROXY": PROXY, "JF_ROUTER_PROXY_HTTPSURL": PROXY}, WELL, id="own-configuration-wins-over-http-proxy"
        ),
    ],
)
def test_proxy_of_the_environment_counts(tmp_path: Path, environment: dict[str, str], expected: object) -> None:
    node = Workbench(tmp_path).node()
    configure(node)
    node.environment = environment
    start(node)
    assert verdict(node) == expected


@pytest.mark.parametrize(("spares", "expected"), [pytest.param(True, WELL, id="spares"), (False, ILL)])
def test_loopback_in_the_environments_proxy_is_a_switch(tmp_path: Path, spares: bool, expected: object) -> None:
    node = Workbench(tmp_path, environment_proxy_spares_loopback=spares).node()
    node.environment = {"HTTP_PROXY": PROXY}
    start(node)
    assert verdict(node) == expected


def test_env_map_of_the_file_adds_a_proxy_but_no_setting(tmp_path: Path) -> None:
    node = Workbench(tmp_path).node()
    put(
        node.layout.system_yaml,  # type: ignore[arg-type]
        "shared:\n  node:\n    ip: 192.0.2.7\n"
        f"router:\n  env:\n    HTTP_PROXY: {PROXY}\n    JF_SHARED_NODE_ID: other\n",
    )
    start(node)
    assert verdict(node) == ILL
    assert node.node_id == "lyon-1"


@pytest.mark.parametrize(
    ("pattern", "host", "caught"),
    [
        ("example.com", "edge.example.com", False),
        (".example.com", "edge.example.com", False),
        ("*.example.com", "edge.example.com", False),
        ("example.com", "example.com", False),
        ("example.com", "anexample.com", True),
        ("localhost", "localhost", False),
        ("127.0.0.0/8", "127.0.0.1", False),
    ],
)
def test_list_of_hosts(pattern: str, host: str, caught: bool) -> None:
    assert Proxy(http_url=PROXY, ignored=(pattern,)).catches("http", host) is caught

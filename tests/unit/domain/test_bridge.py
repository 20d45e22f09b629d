# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import bridge
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.url import is_bridge, normal


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("lyon", None, id="word"),
        pytest.param("edge-lyon-01", None, id="digits-and-hyphens"),
        pytest.param("7", None, id="digit"),
        pytest.param("", "is empty", id="empty"),
        pytest.param("Lyon", "lower-case letters, digits and hyphens only", id="upper-case"),
        pytest.param("edge_lyon", "lower-case letters, digits and hyphens only", id="underscore"),
        pytest.param("lyon\n", "lower-case letters, digits and hyphens only", id="line-end"),
        pytest.param("lyon/x", "lower-case letters, digits and hyphens only", id="slash"),
        pytest.param("bridge-lyon", "Give the id without it", id="with-the-prefix"),
    ],
)
def test_id_of_a_bridge(text: str, says: str | None) -> None:
    problem = bridge.id_problem(text)

    assert (problem is None) if says is None else (says in str(problem))


def test_url_of_a_bridge_is_one_and_gives_the_id_back() -> None:
    url = bridge.jpd_url("edge-lyon-01")

    assert url == "http://localhost:8046/bridge-edge-lyon-01/" == normal(url)
    assert is_bridge(url)
    assert bridge.bridge_id(url) == "edge-lyon-01"


@pytest.mark.parametrize("url", ["https://edge.example.com/", "http://localhost:8046/", "http://localhost:1/bridge-a"])
def test_other_url_has_no_id(url: str) -> None:
    assert bridge.bridge_id(url) is None


@pytest.mark.parametrize(
    ("version", "expected"),
    [("7.125.3", False), ("7.125.4", True), ("7.146.0", True), ("8.0.0", True), (None, None), ("unknown", None)],
)
def test_version_that_can_have_a_bridge(version: str | None, expected: bool | None) -> None:
    assert bridge.is_supported(version) is expected
    assert bridge.demand() == "7.125.4"


SNAPSHOT = [
    {"id": "osaka", "config": {"remote": {"url": "https://other.jfrog.io", "token": "<removed>"}, "local": {}}},
    {"id": "lyon", "config": {"remote": {"url": "https://ACME.jfrog.io"}, "local": {"url": "https://lyon.lan:8082"}}},
    "rubbish",
    {"config": {"bridge_id": "kyoto", "remote": "https://acme.jfrog.io", "local": None}},
]


def test_bridges_of_a_snapshot_have_one_form_and_no_token() -> None:
    assert bridge.from_api(SNAPSHOT) == [
        {"id": "kyoto", "remote_url": "https://acme.jfrog.io/", "local_url": ""},
        {"id": "lyon", "remote_url": "https://acme.jfrog.io/", "local_url": "https://lyon.lan:8082/"},
        {"id": "osaka", "remote_url": "https://other.jfrog.io/", "local_url": ""},
    ]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        pytest.param("lyon", None, id="there"),
        pytest.param("kyoto", None, id="there-as-a-bare-url"),
        pytest.param(
            "osaka",
            "the bridge 'osaka' leads to https://other.jfrog.io/ instead of https://acme.jfrog.io/",
            id="to-another-platform",
        ),
        pytest.param("quito", "the Edge has no bridge 'quito'; it has kyoto, lyon, osaka", id="not-there"),
    ],
)
def test_bridge_has_to_be_there_and_to_lead_to_the_platform(wanted: str, reason: str | None) -> None:
    problem = bridge.problem(bridge.from_api(SNAPSHOT), wanted, "https://acme.jfrog.io")

    assert (problem and problem.reason) == reason


def test_edge_without_any_bridge_is_told_so() -> None:
    problem = bridge.problem([], "lyon", "https://acme.jfrog.io")

    assert problem == bridge.Problem(
        "the Edge has no bridge 'lyon'", "Make the bridge as docs/bridge.md says, or correct edge_bridge_id"
    )

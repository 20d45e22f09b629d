# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages, scopes, versions and lag of Access v2: security-replication.md 5.1 and 5.8."""

from __future__ import annotations

import time
from typing import Any

import pytest

from simulator.simulator import Simulator
from unit.simulator.calling import Client, message

ACCESS = "/access/api/v2"
KEYS = {"users": "username", "groups": "group_name", "permissions": "name"}
NAMES = {
    "users": ["_internal", "access-admin", "admin", "anonymous", "xray"],
    "groups": ["alpha", "beta", "readers"],
    "permissions": ["Any Remote", "Anything"],
}


@pytest.fixture(autouse=True)
def _groups(simulator: Simulator, call: Client) -> None:
    for name in ("alpha", "beta"):
        call(simulator.platform, "POST", f"{ACCESS}/groups", json={"name": name})


def pages(simulator: Simulator, call: Client, kind: str, **query: Any) -> list[list[str]]:
    """The names on each page."""
    found = []
    while True:
        answer = call(simulator.platform, "GET", f"{ACCESS}/{kind}", params=query).json()
        found.append([one[KEYS[kind]] for one in answer[kind]])
        if "cursor" not in answer or len(found) > 9:
            return found
        query["cursor"] = answer["cursor"]


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("by", ["limit", "switch"])
def test_pages_of_two_have_every_object_once(simulator: Simulator, call: Client, kind: str, by: str) -> None:
    simulator.switches.security_page_size = 2 if by == "switch" else None
    names = NAMES[kind]
    query = {"limit": 2} if by == "limit" else {}
    assert pages(simulator, call, kind, **query) == [names[at : at + 2] for at in range(0, len(names), 2)]


@pytest.mark.parametrize("kind", ["users", "groups"])
def test_pages_in_descending_order_go_on_downwards(simulator: Simulator, call: Client, kind: str) -> None:
    found = pages(simulator, call, kind, limit=2, descendingOrder="true")
    assert [name for one in found for name in one] == NAMES[kind][::-1]


def test_cursor_of_permissions_is_the_last_name(simulator: Simulator, call: Client) -> None:
    answer = call(simulator.platform, "GET", f"{ACCESS}/permissions?limit=1").json()
    assert answer["cursor"] == "Any Remote"
    rest = call(simulator.platform, "GET", f"{ACCESS}/permissions", params={"cursor": "Anything"}).json()
    assert rest == {"permissions": []}


@pytest.mark.parametrize("kind", ["users", "groups"])
@pytest.mark.parametrize("lost", ["no_cursor", "cursor_repeats"])
def test_list_loses_its_pages_on_demand(simulator: Simulator, call: Client, kind: str, lost: Any) -> None:
    simulator.switches.security_page_size, simulator.switches.security_page_lost = 1, lost
    first, *rest = pages(simulator, call, kind)
    assert first == NAMES[kind][:1]
    assert rest == ([] if lost == "no_cursor" else [NAMES[kind][1:2]] * 9)


@pytest.mark.parametrize("limit", ["0", "100000", "-1", "many"])
def test_limit_has_its_limits(simulator: Simulator, call: Client, limit: str) -> None:
    response = call(simulator.platform, "GET", f"{ACCESS}/users", params={"limit": limit})
    assert (response.status_code, message(response)) == (400, f"Invalid limit: '{limit}'")


def test_cursor_that_nobody_made_is_refused(simulator: Simulator, call: Client) -> None:
    response = call(simulator.platform, "GET", f"{ACCESS}/users", params={"cursor": "é"})
    assert (response.status_code, message(response)) == (400, "Invalid cursor: 'é'")


@pytest.mark.parametrize(
    ("scope", "path", "status"),
    [
        ("system:identities:r", "users", 200),
        ("system:identities:r", "groups", 200),
        ("system:identities:r", "permissions", 403),
        ("system:identities:r", "users/admin", 200),
        ("system:permissions:r", "permissions", 200),
        ("system:permissions:r", "permissions/Anything", 200),
        ("system:permissions:r", "groups/readers", 403),
        ("applied-permissions/user", "users", 403),
        ("applied-permissions/admin", "users", 200),
    ],
)
def test_scope_opens_what_it_names(simulator: Simulator, call: Client, scope: str, path: str, status: int) -> None:
    token = simulator.platform.admin_token(username="robot", scope=scope)
    assert call(simulator.platform, "GET", f"{ACCESS}/{path}", token=token).status_code == status


@pytest.mark.parametrize("path", ["users/admin", "groups/readers", "permissions/Anything"])
def test_narrow_scope_may_be_for_lists_only(simulator: Simulator, call: Client, path: str) -> None:
    simulator.switches.narrow_scope_reads_objects = False
    token = simulator.platform.admin_token(username="robot", scope="system:identities:r system:permissions:r")
    assert call(simulator.platform, "GET", f"{ACCESS}/{path}", token=token).status_code == 403
    assert call(simulator.platform, "GET", f"{ACCESS}/{path.partition('/')[0]}", token=token).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "users"), ("PATCH", "groups/readers"), ("DELETE", "permissions/Anything")]
)
def test_token_that_may_read_may_not_write(simulator: Simulator, call: Client, method: str, path: str) -> None:
    simulator.calls.clear()
    token = simulator.platform.admin_token(username="robot", scope="system:identities:r system:permissions:r")
    content = {} if method == "DELETE" else {"json": {}}
    assert call(simulator.platform, method, f"{ACCESS}/{path}", token=token, **content).status_code == 403
    assert simulator.calls.writes == []


def test_access_takes_no_password(simulator: Simulator, call: Client) -> None:
    headers = {"Authorization": "Basic YWRtaW46cGFzc3dvcmQ="}
    assert call(simulator.platform, "GET", f"{ACCESS}/users", headers=headers).status_code == 401
    assert call(simulator.platform, "GET", "/artifactory/api/security/users", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("version", "served"),
    [
        ("7.49.2", set()),
        ("7.49.3", {"users", "groups"}),
        ("7.71.9", {"users", "groups"}),
        ("7.72.0", {"users", "groups", "permissions"}),
    ],
)
def test_kinds_come_with_versions(simulator: Simulator, call: Client, version: str, served: set[str]) -> None:
    edge = simulator.add_edge("lyon", version=version)
    statuses = {kind: call(edge, "GET", f"{ACCESS}/{kind}").status_code for kind in KEYS}
    assert statuses == {kind: 200 if kind in served else 404 for kind in KEYS}


def test_reads_lag_behind_writes_on_demand(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    simulator.switches.security_read_lag = 0.6
    begun = time.monotonic()
    assert call(acme, "POST", f"{ACCESS}/groups", json={"name": "late"}).status_code == 201
    assert call(acme, "PATCH", f"{ACCESS}/groups/late", json={"description": "x"}).status_code == 200
    first = call(acme, "GET", f"{ACCESS}/groups/late").status_code
    assert first == 404 or time.monotonic() - begun > 0.6
    assert call(acme, "POST", f"{ACCESS}/groups", json={"name": "late"}).status_code == 409
    while call(acme, "GET", f"{ACCESS}/groups/late").status_code == 404:
        assert time.monotonic() - begun < 10
    assert time.monotonic() - begun >= 0.6


def test_reads_lag_behind_deletions_as_well(simulator: Simulator, call: Client) -> None:
    acme = simulator.platform
    acme.security.settle()
    simulator.switches.security_read_lag = 30.0
    for path in ("users/anonymous", "groups/alpha", "permissions/Anything"):
        assert call(acme, "DELETE", f"{ACCESS}/{path}").status_code == 204
        assert call(acme, "GET", f"{ACCESS}/{path}").status_code == 200
        assert call(acme, "DELETE", f"{ACCESS}/{path}").status_code == 404
    acme.security.settle()
    assert call(acme, "GET", f"{ACCESS}/users/anonymous").status_code == 404


def test_sites_have_nothing_in_common(simulator: Simulator, call: Client) -> None:
    edge = simulator.add_edge("lyon")
    call(edge, "POST", f"{ACCESS}/groups", json={"name": "dev"})
    assert edge.security.names("groups") == ["dev", "readers"]
    assert simulator.platform.security.names("groups") == ["alpha", "beta", "readers"]

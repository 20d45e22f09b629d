# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which API serves each kind: security-replication.md 5.1 and 5.8."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.credentials import Account
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.probing import Instance, probe
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, EdgeError
from simulator.simulator import Simulator
from simulator.sites import Site
from unit.client.security.instances import calls, opener

KINDS = ("users", "groups", "permissions")


def probed(simulator: Simulator, site: Site, **options: Any) -> Instance:
    choice = {"choice": options.pop("choice")} if "choice" in options else {}
    with opener(simulator, site, read_only=True, **options)() as session:
        return probe(session, **choice)


@pytest.mark.parametrize(
    ("version", "apis"),
    [
        pytest.param("7.146.7", ("access", "access", "access"), id="newest"),
        pytest.param("7.84.2", ("legacy_v1", "access", "access"), id="users-are-faulty"),
        pytest.param("7.71.9", ("legacy_v1", "access", "legacy_v2"), id="permissions-not-yet"),
        pytest.param("7.49.2", ("legacy_v1", "legacy_v1", "legacy_v2"), id="before-access-v2"),
        pytest.param("6.5.9", ("legacy_v1", "legacy_v1", "legacy_v1"), id="before-permissions-v2"),
    ],
)
def test_version_decides_and_the_answer_confirms(
    simulator: Simulator, version: str, apis: tuple[str, str, str]
) -> None:
    edge = simulator.add_edge("lyon", version=version)
    found = probed(simulator, edge)
    assert tuple(found.served[kind].api for kind in KINDS) == apis
    assert (found.version, found.service_id) == (version, edge.database.service("jfrt"))
    assert all(found.served[kind].reason for kind in KINDS)


@pytest.mark.parametrize("kind", ["404", "405", "406"])
def test_endpoint_that_is_missing_or_blocked_falls_back_and_says_why(simulator: Simulator, kind: str) -> None:
    simulator.faults.add(path="/access/api/v2/permissions", kind=kind, times=None)
    served = probed(simulator, simulator.platform).served
    assert [served[kind].api for kind in KINDS] == ["access", "access", "legacy_v2"]
    assert served["permissions"].reason == f"Access answers {kind}"


def test_reason_names_the_version_that_is_too_old(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon", version="7.84.2")
    reason = probed(simulator, edge).served["users"].reason
    assert reason == "Access serves users from 7.84.3 on, and this is 7.84.2"


def test_instance_that_does_not_tell_its_version_is_judged_by_what_answers(simulator: Simulator) -> None:
    simulator.faults.add(path="/artifactory/api/system/version", kind="404", times=None)
    found = probed(simulator, simulator.platform)
    assert (found.version, {one.api for one in found.served.values()}) == (None, {"access"})


def test_kind_that_no_api_serves_is_an_error_with_all_reasons(simulator: Simulator) -> None:
    simulator.switches.legacy_security_api = "blocked"
    simulator.faults.add(path="/access/api/v2/groups", kind="405", times=None)
    with pytest.raises(EdgeError, match=r"Cannot replicate the groups of .*: Access answers 405; ") as caught:
        probed(simulator, simulator.platform)
    assert caught.value.details == {
        "kind": "groups",
        "reasons": ["Access answers 405", "/artifactory/api/security/groups answers 406"],
    }


@pytest.mark.parametrize(
    ("choice", "version", "apis"),
    [
        pytest.param("legacy", "7.146.7", {"legacy_v1", "legacy_v2"}, id="legacy"),
        pytest.param("access", "7.84.2", {"access"}, id="access-though-users-are-faulty"),
    ],
)
def test_choice_is_obeyed(simulator: Simulator, choice: str, version: str, apis: set[str]) -> None:
    edge = simulator.add_edge("lyon", version=version)
    assert {one.api for one in probed(simulator, edge, choice=choice).served.values()} == apis


def test_choice_has_no_fall_back(simulator: Simulator) -> None:
    edge = simulator.add_edge("lyon", version="7.25.7")
    with pytest.raises(EdgeError, match="Cannot replicate the users of"):
        probed(simulator, edge, choice="access")


@pytest.mark.parametrize(
    ("scope", "may_write"),
    [("system:identities:r system:permissions:r", False), ("applied-permissions/admin", True)],
    ids=["reads", "writes"],
)
def test_token_that_may_only_read_is_known_before_anything_is_written(
    simulator: Simulator, scope: str, may_write: bool
) -> None:
    token = simulator.platform.admin_token(username="robot", scope=scope)
    found = probed(simulator, simulator.platform, token=token)
    assert (found.may_write, found.username) == (may_write, "robot")


@pytest.mark.parametrize(
    ("version", "apis", "reason"),
    [
        pytest.param(
            "7.146.7",
            ["legacy_v1", "legacy_v1", "legacy_v2"],
            "Access takes an access token, and this is an account with a password",
            id="newest",
        ),
        pytest.param(
            "6.5.9",
            ["legacy_v1", "legacy_v1", "legacy_v1"],
            "Access serves users from 7.84.3 on, and this is 6.5.9",
            id="before-access-tokens",
        ),
    ],
)
def test_account_with_a_password_is_served_by_the_legacy_api_only(
    simulator: Simulator, version: str, apis: list[str], reason: str
) -> None:
    edge = simulator.add_edge("lyon", version=version)
    found = probed(simulator, edge, token=Account("admin", "password"))
    assert [found.served[kind].api for kind in KINDS] == apis
    assert found.served["users"].reason == reason
    assert (found.may_write, found.username) == (None, "admin")
    assert [call.path for call in calls(simulator, edge) if call.path.startswith("/access/")] == []


def test_account_with_a_password_is_not_served_where_only_access_may_be_used(simulator: Simulator) -> None:
    with pytest.raises(EdgeError, match=r"users of .*: Access takes an access token, and this is an account"):
        probed(simulator, simulator.platform, token=Account("admin", "password"), choice="access")


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        pytest.param(401, {"expires_in": -10}, id="expired"),
        pytest.param(403, {"scope": "applied-permissions/user"}, id="no-rights"),
        pytest.param(403, {"scope": "system:identities:r"}, id="no-permissions"),
    ],
)
def test_token_that_is_refused_is_no_missing_endpoint(simulator: Simulator, kind: int, options: dict[str, Any]) -> None:
    token = simulator.platform.admin_token(username="robot", **options)
    with pytest.raises(ApiError) as caught:
        probed(simulator, simulator.platform, token=token)
    assert caught.value.details["http_status"] == kind


def test_probe_costs_one_call_for_each_kind_and_three_for_the_instance(simulator: Simulator) -> None:
    probed(simulator, simulator.platform)
    assert [(call.method, call.path) for call in calls(simulator, simulator.platform)] == [
        ("GET", "/artifactory/api/system/version"),
        ("GET", "/access/api/v1/tokens/me"),
        ("GET", "/access/api/v2/users"),
        ("GET", "/access/api/v2/groups"),
        ("GET", "/access/api/v2/permissions"),
        ("GET", "/artifactory/api/system/service_id"),
    ]


def test_two_urls_of_one_instance_have_one_service_id(simulator: Simulator) -> None:
    edge = simulator.add_edge("osaka", nodes=2, version="7.146.7")
    ids = set()
    for url in (edge.url, *(node.url for node in edge.nodes)):
        with opener(simulator, edge)() as session:
            session.url = url
            ids.add(probe(session).service_id)
    assert ids == {edge.database.service("jfrt")}

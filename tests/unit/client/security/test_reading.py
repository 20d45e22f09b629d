# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole instance as a snapshot: security-replication.md 2.2, 5.2 to 5.8."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security import listing
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access import AccessGroups, AccessUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.access_permissions import AccessPermissions
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.incomplete import IncompleteError
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy import LegacyGroups, LegacyUsers
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.legacy_permissions import (
    LegacyPermissionsV1,
    LegacyPermissionsV2,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.lines import Lines
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.security.reading import read_instance
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.side_by_side import Progress
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, EdgeError, TransportError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.canonical import canonicalise
from simulator.security.state import new_group, new_permission, new_user
from simulator.simulator import Simulator
from simulator.sites import Site
from unit.client.security.instances import ALL, DOCS, VERSIONS, calls, fill, objects_read, opener, read

OWN_USERS = ["_internal", "access-admin", "admin", "anonymous", "xray"]


def instance(simulator: Simulator, api: str = "access") -> Site:
    site = simulator.add_edge("lyon", version=VERSIONS[api])
    fill(site)
    simulator.calls.clear()
    return site


def test_snapshot_has_everything_at_its_place(simulator: Simulator) -> None:
    site = instance(simulator)
    reading = read(simulator, site)
    roles = ("reports_manager", "watch_manager", "policy_manager", "policy_viewer")
    users, groups, permissions = (reading.snapshot[kind] for kind in ("users", "groups", "permissions"))
    assert users["anna"] == {
        "email": "anna@example.com",
        "admin": False,
        "updatable": True,
        "enabled": True,
        "locked": False,
        "realm": "internal",
        "disable_ui_access": False,
        "internal_password_disabled": False,
        **dict.fromkeys((*roles, "resources_manager", "manage_webhook", "platform_auditor"), False),
        "groups": ["dev", "readers"],
        "permissions": {},
    }
    assert users["bert"]["permissions"] == {"team docs": "rs"}
    assert groups["dev"] == {
        "description": "Developers",
        "realm": "internal",
        "realmattrs": None,
        "isdefault": False,
        "admin": False,
        "external_id": None,
        **dict.fromkeys((*roles, "manage_resources", "manage_webhook"), False),
        "permissions": {"team docs": "drw"},
    }
    patterns = {"includes": ["docs/**"], "excludes": ["docs/private/**"]}
    assert permissions["team docs"] == {"targets": {"libs": patterns, "npm-cache": patterns}}
    assert (sorted(users), sorted(groups)) == (sorted(["anna", "bert", *OWN_USERS]), ["dev", "ops", "readers"])
    assert sorted(permissions) == ["Any Remote", "Anything", "team docs"]
    assert reading.roles is True
    assert reading.dangling == []


def test_repositories_are_told_with_their_types(simulator: Simulator) -> None:
    site = instance(simulator)
    assert read(simulator, site).repositories == {
        "artifactory-edge-uploads": "LOCAL",
        "libs": "LOCAL",
        "docs": "LOCAL",
        "npm": "REMOTE",
    }


def told_by_all(snapshot: Any, repositories: Any) -> dict[str, Any]:
    """The canonical snapshot without the fields that only Access knows."""
    canonical = canonicalise(snapshot, repositories=repositories, by_repository=True)
    beyond = {
        *("resources_manager", "manage_webhook", "platform_auditor", "manage_resources", "policy_viewer"),
    }
    return {
        kind: {name: {key: value for key, value in one.items() if key not in beyond} for name, one in objects.items()}
        for kind, objects in canonical.items()
    }


@pytest.mark.parametrize("api", ["legacy_v2", "legacy_v1"])
def test_every_api_tells_the_same(simulator: Simulator, api: str) -> None:
    new, old = instance(simulator), simulator.add_edge("quito", version=VERSIONS[api])
    fill(old)
    for site in (new, old):
        # Legacy has one word for all three wildcards.
        site.security.remove("permissions", "Anything")
    expected, found = read(simulator, new), read(simulator, old)
    assert found.instance.served["permissions"].api == api
    assert told_by_all(found.snapshot, found.repositories) == told_by_all(expected.snapshot, expected.repositories)


@pytest.mark.parametrize("api", VERSIONS)
def test_each_object_is_read_once_over_a_few_connections(simulator: Simulator, api: str) -> None:
    site = instance(simulator, api)
    for number in range(30):
        site.security.put("users", f"user{number}", new_user(email="x@example.com", groups=["dev"]))
    reading = read(simulator, site)
    counts = Counter(objects_read(simulator, site))
    assert len(counts) == sum(len(objects) for objects in reading.snapshot.values()) == 37 + 3 + 3
    assert set(counts.values()) == {1}
    assert 1 <= len({call.connection for call in calls(simulator, site)}) <= 4
    assert simulator.calls.writes == []


def test_calls_beside_the_objects_are_few_and_known(simulator: Simulator) -> None:
    site = instance(simulator)
    read(simulator, site)
    beside = [call for call in calls(simulator, site) if call.path not in objects_read(simulator, site)]
    # For each kind: the probe, the list, and its end once more.
    assert Counter(call.path for call in beside) == {
        "/artifactory/api/system/version": 1,
        "/artifactory/api/system/service_id": 1,
        "/access/api/v1/tokens/me": 1,
        "/artifactory/api/repositories": 1,
        "/access/api/v2/users": 3,
        "/access/api/v2/groups": 3,
        "/access/api/v2/permissions": 3,
    }


def test_pages_of_two_are_put_together(simulator: Simulator) -> None:
    site = instance(simulator)
    whole = read(simulator, site).snapshot
    simulator.switches.security_page_size = 2
    assert read(simulator, site).snapshot == whole


@pytest.mark.parametrize(
    ("level", "kinds"), [(1, {"users"}), (2, {"users", "groups"}), (3, {"users", "groups", "permissions"})]
)
def test_level_decides_what_is_asked_for_and_told(simulator: Simulator, level: int, kinds: set[str]) -> None:
    site = instance(simulator)
    anna = read(simulator, site, level=level).snapshot["users"]["anna"]
    asked = {call.path.split("/")[4] for call in calls(simulator, site) if call.path.startswith("/access/api/v2/")}
    assert asked == kinds
    assert ("groups" in anna, "permissions" in anna) == (level >= 2, level >= 3)


def test_grants_of_other_resource_types_are_told_apart(simulator: Simulator) -> None:
    site = instance(simulator)
    granted = {"users": {"anna": ["READ"]}, "groups": {"dev": ["MANAGE", "EXECUTE"]}}
    section = {"actions": granted, "targets": {"artifactory-build-info": ALL}}
    site.security.put("permissions", "builds", new_permission({"build": section}))
    snapshot = read(simulator, site).snapshot
    assert snapshot["users"]["anna"]["resources"] == {"build": {"builds": "r"}}
    assert snapshot["groups"]["dev"]["resources"] == {"build": {"builds": "mx"}}
    assert snapshot["permissions"]["builds"] == {
        "targets": {},
        "resources": {"build": {"targets": {"artifactory-build-info": {"includes": ["**"], "excludes": []}}}},
    }


@pytest.mark.parametrize("name", ["a b", "a/b", "a+b", "a%2Fb", "é@x", "n" * 255])
@pytest.mark.parametrize("api", VERSIONS)
def test_name_of_any_characters_is_read(simulator: Simulator, api: str, name: str) -> None:
    site = instance(simulator, api)
    section = {"actions": {"users": {}, "groups": {"dev": ["READ"]}}, "targets": {"libs": ALL}}
    site.security.put("permissions", name, new_permission({"artifact": section}))
    site.security.put("groups", name[:64], new_group(description="odd"))
    snapshot = read(simulator, site).snapshot
    assert snapshot["groups"]["dev"]["permissions"][name] == "r"
    assert snapshot["groups"][name[:64]]["description"] == "odd"


@pytest.mark.parametrize(("kind", "size"), [("users", 3), ("groups", 7), ("permissions", 7)])
@pytest.mark.parametrize("lost", ["no_cursor", "cursor_repeats"])
def test_list_with_a_part_of_its_objects_is_an_error(simulator: Simulator, kind: str, size: int, lost: Any) -> None:
    site = instance(simulator)
    for number in range(18):
        if kind != "users":
            site.security.put(kind, f"more{number}", new_group() if kind == "groups" else new_permission({}))
    # Of this kind there are three pages, and one of each of the others.
    simulator.switches.security_page_size, simulator.switches.security_page_lost = size, lost
    with pytest.raises(IncompleteError, match=f"Cannot read all {kind} of ") as caught:
        read(simulator, site)
    assert caught.value.details == {"kind": kind, "url": site.url}


def test_list_of_more_pages_than_anybody_has_is_an_error(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGES", 2)
    site = instance(simulator)
    for number in range(18):
        site.security.put("groups", f"more{number}", new_group())
    simulator.switches.security_page_size = 5
    with pytest.raises(IncompleteError, match="after 2 pages with 15 the list has no end"):
        read(simulator, site)


@pytest.mark.parametrize("kind", ["users", "groups"])
def test_list_that_lacks_what_others_mention_is_an_error(simulator: Simulator, kind: str) -> None:
    site = instance(simulator)
    hidden = "anna" if kind == "users" else "dev"
    names = site.security.names
    site.security.names = lambda of, **lag: [  # type: ignore[method-assign]
        name for name in names(of, **lag) if (of, name) != (kind, hidden)
    ]
    with pytest.raises(IncompleteError, match=f"lacks '{hidden}', which others mention and which is there"):
        read(simulator, site)


def test_mention_of_what_is_not_there_is_told_and_left_out(simulator: Simulator) -> None:
    site = instance(simulator)
    section = {"actions": {"users": {"gone": ["READ"]}, "groups": {}}, "targets": {"libs": ALL}}
    site.security.put("permissions", "old", new_permission({"artifact": section}))
    reading = read(simulator, site)
    assert reading.dangling == ["users: gone"]
    assert "gone" not in reading.snapshot["users"]
    assert reading.snapshot["permissions"]["old"] == {"targets": {"libs": {"includes": ["**"], "excludes": []}}}


def test_accounts_of_the_servers_may_be_mentioned_and_not_listed(simulator: Simulator) -> None:
    site = instance(simulator)
    simulator.switches.internal_users_listed = False
    section = {"actions": {"users": {"xray": ["READ"]}, "groups": {}}, "targets": {"libs": ALL}}
    site.security.put("permissions", "scan", new_permission({"artifact": section}))
    reading = read(simulator, site)
    assert sorted(reading.snapshot["users"]) == ["admin", "anna", "anonymous", "bert"]
    assert reading.dangling == []


@pytest.mark.parametrize("api", VERSIONS)
def test_object_that_is_deleted_after_the_list_is_gone(simulator: Simulator, api: str) -> None:
    site = instance(simulator, api)
    names, first = site.security.names, []

    def with_a_ghost(kind: str, **lag: float) -> list[str]:
        # What is listed for the last time when the list is put together is not there for the next call.
        found = names(kind, **lag)
        ghosts = ["ghost"] if kind == "permissions" and len(first) < ghosts_listed else []
        first.extend(ghosts)
        return [*found, *ghosts]

    ghosts_listed = 3 if api == "access" else 2
    site.security.names = with_a_ghost  # type: ignore[method-assign]
    assert "ghost" not in read(simulator, site).snapshot["permissions"]


def test_object_that_stays_listed_and_cannot_be_read_is_an_error(simulator: Simulator) -> None:
    site = instance(simulator)
    simulator.faults.add(path="/access/api/v2/users/anna", kind="404", times=None)
    with pytest.raises(IncompleteError, match="'anna' is in the list and cannot be read"):
        read(simulator, site)


@pytest.mark.parametrize(
    ("api", "path"),
    [
        pytest.param(AccessUsers, "/access/api/v2/users", id="access-users"),
        pytest.param(AccessGroups, "/access/api/v2/groups", id="access-groups"),
        pytest.param(AccessPermissions, "/access/api/v2/permissions", id="access-permissions"),
        pytest.param(LegacyUsers, "/artifactory/api/security/users", id="legacy-users"),
        pytest.param(LegacyGroups, "/artifactory/api/security/groups", id="legacy-groups"),
        pytest.param(LegacyPermissionsV1, "/artifactory/api/security/permissions", id="legacy-permissions-v1"),
        pytest.param(LegacyPermissionsV2, "/artifactory/api/v2/security/permissions", id="legacy-permissions-v2"),
    ],
)
def test_missing_object_is_told_from_a_missing_endpoint(simulator: Simulator, api: Any, path: str) -> None:
    site = instance(simulator)
    with opener(simulator, site)() as session:
        assert api(session).read("nobody") is None
        simulator.faults.add(path=path, kind="404", times=None)
        with pytest.raises(ApiError, match="Cannot list the") as caught:
            api(session).read("nobody")
    assert caught.value.details["http_status"] == 404


def test_missing_user_may_be_a_bad_request(simulator: Simulator) -> None:
    simulator.switches.legacy_user_missing_status = 400
    with opener(simulator, instance(simulator))() as session:
        assert LegacyUsers(session).read("nobody") is None


@pytest.mark.parametrize("kind", ["users", "groups", "permissions"])
@pytest.mark.parametrize("fault", ["401", "403", "405", "406", "500", "501", "503", "502_html", "hang_up"])
def test_object_that_cannot_be_read_ends_the_reading(simulator: Simulator, kind: str, fault: str) -> None:
    site = instance(simulator)
    name = {"users": "anna", "groups": "dev", "permissions": "team docs"}[kind]
    simulator.faults.add(path=f"/access/api/v2/{kind}/{name}", kind=fault, times=None)
    with pytest.raises((ApiError, TransportError), match=f"Cannot read the {kind[:-1]} '{name}'"):
        read(simulator, site)


def test_first_error_leaves_the_rest_unread(simulator: Simulator) -> None:
    site = instance(simulator)
    for number in range(200):
        site.security.put("users", f"user{number:03}", new_user(email="x@example.com"))
    simulator.faults.add(path="/access/api/v2/users/a", kind="403", times=None)
    with pytest.raises(ApiError, match="it answered 403"):
        read(simulator, site)
    assert len(objects_read(simulator, site)) < 20


def test_busy_instance_is_asked_again(simulator: Simulator) -> None:
    site = instance(simulator)
    whole = read(simulator, site).snapshot
    simulator.faults.add(path="/access/api/v2", kind="429", times=5)
    assert read(simulator, site).snapshot == whole


def test_list_of_repositories_that_is_refused_is_not_known(simulator: Simulator) -> None:
    site = instance(simulator)
    simulator.faults.add(path="/artifactory/api/repositories", kind="403", times=None)
    assert read(simulator, site).repositories is None


def test_token_that_may_only_read_reads_everything(simulator: Simulator) -> None:
    site = instance(simulator)
    token = site.admin_token(username="robot", scope="system:identities:r system:permissions:r")
    reading = read(simulator, site, token=token)
    assert reading.instance.may_write is False
    assert reading.snapshot == read(simulator, site).snapshot


def test_work_is_side_by_side_within_the_limit_and_tells_of_its_progress(simulator: Simulator) -> None:
    site = instance(simulator)
    simulator.faults.add(path="/access/api/v2/users/", kind="slow", seconds=0.15, times=None)
    told: list[tuple[int, int]] = []
    progress = Progress(0.05, lambda done, seconds, running: told.append((done, len(running))))
    with Lines(opener(simulator, site, read_only=True), 3) as lines:
        read_instance(lines, level=1, progress=progress)
    assert told
    assert all(1 <= running <= 3 for _, running in told)
    assert max(running for _, running in told) == 3
    assert len({call.connection for call in calls(simulator, site)}) <= 3


def test_remote_and_wildcard_quirks_do_not_show_in_the_canonical_snapshot(simulator: Simulator) -> None:
    site = instance(simulator)
    section = {"actions": {"users": {}, "groups": {}}, "targets": {"ANY LOCAL": ALL, "npm": DOCS}}
    site.security.put("permissions", "team docs", new_permission({"artifact": section}))
    plain = read(simulator, site)
    before = canonicalise(plain.snapshot, repositories=plain.repositories, by_repository=True)
    simulator.switches.any_local_expanded, simulator.switches.remote_repositories_shown = True, "both"
    odd = read(simulator, site)
    assert odd.snapshot != plain.snapshot
    after = canonicalise(odd.snapshot, repositories=odd.repositories, like=before, by_repository=True)
    assert after["permissions"]["team docs"] == before["permissions"]["team docs"]


def test_kind_that_nobody_serves_stops_before_anything_is_read(simulator: Simulator) -> None:
    site = instance(simulator)
    simulator.faults.add(path="/access/api/v2/permissions", kind="406", times=None)
    simulator.faults.add(path="/artifactory/api/v2/security", kind="406", times=None)
    simulator.faults.add(path="/artifactory/api/security/permissions", kind="406", times=None)
    with pytest.raises(EdgeError, match="Cannot replicate the permissions"):
        read(simulator, site)
    assert objects_read(simulator, site) == []

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was replicated, as clients read it that others wrote for the real product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from artifactory import ArtifactoryPath
from pyartifactory import Artifactory
from pyartifactory.exception import GroupNotFoundError, PermissionNotFoundError, UserNotFoundError

from simulator.security.state import new_permission
from simulator.simulator import Simulator
from unit.plugin_utils.replication.mesh import NAMES, Mesh

DOCS = {"include_patterns": ["docs/**"], "exclude_patterns": ["docs/private/**"]}
# Osaka has permissions of version 1 only, and is called with a password throughout.
OLD = "6.5.9"
ACCOUNT = {"access_token": None, "username": "admin", "password": "password"}


@pytest.fixture
def mesh(simulator: Simulator, tmp_path: Path) -> Mesh:
    """Three instances after two runs: what acme had is everywhere, and what it lost again is nowhere."""
    mesh = Mesh(simulator, tmp_path, versions={"osaka": OLD})
    mesh.instances["osaka"].update(ACCOUNT)
    for site in mesh.sites.values():
        site.repositories.create("npm", site.now(), "admin", {"rclass": "remote"})
    mesh.add_group("acme", "dev", description="Developers")
    mesh.add_group("acme", "gone")
    mesh.add_user("acme", "alice", groups=["dev"], disable_ui_access=True)
    mesh.add_user("lyon", "bob.1@example.com", email="bob@example.com")
    mesh.add_user("acme", "gone")
    section = {
        "actions": {"users": {"alice": ["READ", "ANNOTATE"]}, "groups": {"dev": ["READ", "WRITE", "DELETE"]}},
        "targets": {"libs": DOCS, "npm": DOCS},
    }
    mesh.put("acme", "permissions", "team docs", new_permission({"artifact": section}))
    mesh.put("acme", "permissions", "gone", new_permission({"artifact": section}))
    mesh.run()
    for kind in ("users", "groups", "permissions"):
        mesh.sites["acme"].security.remove(kind, "gone")
    result = mesh.run(delete_thresholds={kind: {"percent": 100} for kind in ("users", "groups", "permissions")})
    assert "failed" not in result, result
    return mesh


def pyartifactory(mesh: Mesh, name: str, *, version: int = 1) -> Artifactory:
    site = mesh.sites[name]
    who: dict[str, Any] = {"auth": ("admin", "password")} if name == "osaka" else {"access_token": mesh.tokens[name]}
    options = {"verify": str(mesh.simulator.ca_path), "api_version": version}
    return Artifactory(url=f"{site.url}/artifactory", **who, **options)


def dohq(mesh: Mesh, name: str) -> ArtifactoryPath:
    session = requests.Session()
    session.verify, session.trust_env = str(mesh.simulator.ca_path), False
    if name == "osaka":
        session.auth = ("admin", "password")
    else:
        session.headers["Authorization"] = f"Bearer {mesh.tokens[name]}"
    return ArtifactoryPath(f"{mesh.sites[name].url}/artifactory", verify=session.verify, session=session)


@pytest.mark.parametrize("name", NAMES)
def test_pyartifactory_reads_what_was_replicated(mesh: Mesh, name: str) -> None:
    client = pyartifactory(mesh, name)

    alice = client.users.get("alice")
    assert (alice.email, alice.groups, alice.admin) == ("alice@example.com", ["dev"], False)
    assert (alice.disableUIAccess, alice.profileUpdatable, alice.realm) == (True, True, "internal")
    assert client.users.get("bob.1@example.com").email == "bob@example.com"
    dev = client.groups.get("dev")
    assert (dev.description, dev.autoJoin, dev.adminPrivileges) == ("Developers", False, False)
    docs = client.permissions.get("team docs")
    assert (docs.includesPattern, docs.excludesPattern) == ("docs/**", "docs/private/**")
    assert sorted(docs.repositories) == ["libs", "npm-cache"]
    granted = docs.principals.model_dump(mode="json")
    assert {kind: {who: sorted(said) for who, said in one.items()} for kind, one in granted.items()} == {
        "users": {"alice": ["n", "r"]},
        "groups": {"dev": ["d", "r", "w"]},
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ["acme", "lyon"])
def test_pyartifactory_reads_permissions_of_version_2(mesh: Mesh, name: str) -> None:
    docs = pyartifactory(mesh, name, version=2).permissions.get("team docs")

    assert sorted(docs.repo.repositories) == ["libs", "npm-cache"]
    assert (docs.repo.includePatterns, docs.repo.excludePatterns) == (["docs/**"], ["docs/private/**"])
    assert docs.repo.actions.model_dump(mode="json") == {
        "users": {"alice": ["read", "annotate"]},
        "groups": {"dev": ["read", "write", "delete"]},
    }
    assert docs.build is None


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_pyartifactory_finds_nothing_of_what_was_deleted(mesh: Mesh, name: str) -> None:
    client = pyartifactory(mesh, name)

    assert "gone" not in [one.name for one in client.users.list()]
    with pytest.raises(UserNotFoundError):
        client.users.get("gone")
    with pytest.raises(GroupNotFoundError):
        client.groups.get("gone")
    with pytest.raises(PermissionNotFoundError):
        client.permissions.get("gone")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_dohq_reads_what_was_replicated(mesh: Mesh, name: str) -> None:
    client = dohq(mesh, name)

    alice = client.find_user("alice")
    assert (alice.email, alice.admin, alice.disable_ui_access) == ("alice@example.com", False, True)
    assert [group.name for group in alice.groups] == ["dev"]
    dev = client.find_group("dev")
    assert (dev.description, dev.auto_join) == ("Developers", False)
    docs = client.find_permission_target("team docs")
    assert (docs.includesPattern, docs.excludesPattern) == ("docs/**", "docs/private/**")
    assert sorted(docs.raw["repositories"]) == ["libs", "npm-cache"]
    assert {user.name: sorted(letters) for user, letters in docs.users.items()} == {"alice": ["n", "r"]}
    assert {group.name: sorted(letters) for group, letters in docs.groups.items()} == {"dev": ["d", "r", "w"]}
    assert [client.find_user("gone"), client.find_group("gone"), client.find_permission_target("gone")] == [None] * 3


def test_all_instances_are_alike_to_dohq(mesh: Mesh) -> None:
    """Besides what each of them has for itself: its own accounts, and permissions that no run touches."""

    def told(name: str) -> dict[str, Any]:
        client = dohq(mesh, name)
        return {
            "users": {
                one.name: (one.email, one.admin, sorted(g.name for g in one.groups)) for one in client.get_users()
            },
            "groups": {one.name: (one.description, one.auto_join) for one in client.get_groups()},
            "permissions": {one.name: sorted(one.raw["repositories"]) for one in client.get_permissions()},
        }

    acme = told("acme")

    assert {"alice", "bob.1@example.com", "admin"} <= set(acme["users"])
    assert [told(name) for name in ("lyon", "osaka")] == [acme, acme]

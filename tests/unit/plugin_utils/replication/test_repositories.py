# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Permissions on repositories that are missing, appear later, or are remote: security-replication.md 5.4, 5.7, 7.4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulator.security.state import new_permission
from simulator.simulator import Simulator
from unit.plugin_utils.replication.mesh import EVERYTHING, NAMES, Mesh

VERSIONS = {"access": "7.146.7", "legacy_v2": "7.25.7", "legacy_v1": "6.5.9"}
NPM = "readers of npm"


@pytest.fixture(params=VERSIONS)
def mesh(request: pytest.FixtureRequest, simulator: Simulator, tmp_path: Path) -> Mesh:
    """Everybody has libs and carol, acme and lyon have npm, which is remote. Osaka speaks each of the APIs."""
    mesh = Mesh(simulator, tmp_path, versions={"osaka": VERSIONS[request.param]})
    for name in ("acme", "lyon"):
        make(mesh, name, "npm", "remote")
    mesh.add_user("acme", "carol")
    return mesh


def make(mesh: Mesh, name: str, repository: str, rclass: str) -> None:
    site = mesh.sites[name]
    site.repositories.create(repository, site.now(), "admin", {"rclass": rclass})


def naming(*repositories: str, letters: tuple[str, ...] = ("READ",)) -> dict[str, Any]:
    section = {"actions": {"users": {"carol": [*letters]}, "groups": {}}}
    return new_permission({"artifact": {**section, "targets": dict.fromkeys(repositories, EVERYTHING)}})


def targets(mesh: Mesh, name: str) -> list[str]:
    """The repositories of the permission as the instance keeps it."""
    return sorted(mesh.get(name, "permissions", NPM)["resources"]["artifact"]["targets"])


def grants(mesh: Mesh, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = mesh.get(name, "permissions", NPM)["resources"]["artifact"]["actions"]["users"]
    return found


def pending(result: dict[str, Any], name: str) -> list[tuple[list[str], str]]:
    return [(one["path"], one["reason"]) for one in result["instances"][name]["pending"]]


MISSING = [(["permissions", NPM, "targets", "npm"], "the repository npm is not here")]


@pytest.mark.parametrize("rclass", ["local", "remote", "federated"])
def test_permission_is_written_without_a_repository_that_is_missing_and_with_it_when_it_appears(
    mesh: Mesh, rclass: str
) -> None:
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))

    first = mesh.run()

    assert "failed" not in first, first
    assert {name: targets(mesh, name) for name in NAMES} == {
        "acme": ["libs", "npm"],
        "lyon": ["libs", "npm"],
        "osaka": ["libs"],
    }
    assert pending(first, "osaka") == MISSING

    again = mesh.run()

    assert (again["changed"], mesh.writes, pending(again, "osaka")) == (False, [], MISSING)

    make(mesh, "osaka", "npm", rclass)
    appeared = mesh.run()

    assert targets(mesh, "osaka") == ["libs", "npm"]
    assert {line.split()[1] for line in mesh.writes} == {"osaka"}
    assert pending(appeared, "osaka") == []
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


def test_permission_on_missing_repositories_only_is_made_when_one_appears(mesh: Mesh) -> None:
    mesh.put("acme", "permissions", NPM, naming("npm"))

    first = mesh.run()

    assert "failed" not in first, first
    assert mesh.holds("permissions", NPM) == ["acme", "lyon"]
    assert pending(first, "osaka") == MISSING
    assert (mesh.run()["changed"], mesh.writes) == (False, [])

    make(mesh, "osaka", "npm", "remote")
    mesh.run()

    assert (targets(mesh, "osaka"), grants(mesh, "osaka")) == (["npm"], {"carol": ["READ"]})
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


def test_change_of_a_permission_reaches_an_instance_that_lacks_one_of_its_repositories(mesh: Mesh) -> None:
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))
    mesh.run()

    mesh.put("osaka", "permissions", NPM, naming("libs", letters=("READ", "WRITE")))
    mesh.run()

    assert {name: grants(mesh, name)["carol"] for name in NAMES} == {name: ["READ", "WRITE"] for name in NAMES}
    assert {name: targets(mesh, name) for name in NAMES} == {
        "acme": ["libs", "npm"],
        "lyon": ["libs", "npm"],
        "osaka": ["libs"],
    }


@pytest.mark.parametrize("rclass", ["local", "remote"])
def test_permission_that_named_the_repository_before_it_was_there_is_saved_again_once(mesh: Mesh, rclass: str) -> None:
    mesh.simulator.switches.unknown_repository_in_permission = "kept"
    for name in NAMES:
        mesh.put(name, "permissions", NPM, naming("libs", "npm"))
    mesh.run()
    assert (mesh.run()["changed"], mesh.writes) == (False, [])

    make(mesh, "osaka", "npm", rclass)
    saved = mesh.run()

    assert [(one["action"], one["name"]) for one in saved["instances"]["osaka"]["plan"]] == [("resave", NPM)]
    assert saved["changed"]
    assert [(line.split()[:2]) for line in mesh.writes] == [["PUT", "osaka"]]
    assert targets(mesh, "osaka") == ["libs", "npm"]
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


def test_permission_is_saved_again_when_its_repository_is_of_another_type(mesh: Mesh) -> None:
    make(mesh, "osaka", "npm", "local")
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))
    mesh.run()
    mesh.sites["osaka"].repositories.remove("npm")
    make(mesh, "osaka", "npm", "remote")

    mesh.run()

    assert [(line.split()[:2]) for line in mesh.writes] == [["PUT", "osaka"]]
    assert targets(mesh, "osaka") == ["libs", "npm"]
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


def test_saving_again_that_fails_is_tried_by_the_next_run(mesh: Mesh) -> None:
    mesh.simulator.switches.unknown_repository_in_permission = "kept"
    for name in NAMES:
        mesh.put(name, "permissions", NPM, naming("libs", "npm"))
    mesh.run()
    make(mesh, "osaka", "npm", "remote")
    mesh.simulator.faults.add(site="osaka", method="PUT", kind="500", times=None)

    failed = mesh.run()

    assert f"osaka: permissions {NPM}" in failed["msg"]

    mesh.simulator.faults.clear()
    mended = mesh.run()

    assert [(one["action"], one["outcome"]) for one in mended["instances"]["osaka"]["outcomes"]] == [
        ("resave", "written")
    ]
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


@pytest.mark.parametrize("shown", ["cache", "both", "plain"])
def test_remote_repository_is_one_target_however_instances_call_it(mesh: Mesh, shown: Any) -> None:
    mesh.simulator.switches.remote_repositories_shown = shown
    make(mesh, "osaka", "npm", "remote")
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))

    mesh.run()

    assert {name: targets(mesh, name) for name in NAMES} == {name: ["libs", "npm"] for name in NAMES}
    assert (mesh.run()["changed"], mesh.writes) == (False, [])

    # What people change does not bring a second name of it along.
    mesh.put("lyon", "permissions", NPM, naming("libs", "npm", letters=("READ", "DELETE")))
    mesh.run()

    assert {name: grants(mesh, name)["carol"] for name in NAMES} == {name: ["READ", "DELETE"] for name in NAMES}
    assert {name: targets(mesh, name) for name in NAMES} == {name: ["libs", "npm"] for name in NAMES}
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


def test_local_repository_that_is_really_named_so_stays_what_it_is(mesh: Mesh) -> None:
    for name in NAMES:
        make(mesh, name, "tools-cache", "local")
    mesh.put("acme", "permissions", NPM, naming("libs", "tools-cache"))

    mesh.run()

    assert {name: targets(mesh, name) for name in NAMES} == {name: ["libs", "tools-cache"] for name in NAMES}
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


def test_local_repository_named_as_a_cache_is_not_mistaken_for_that_of_a_remote_one(mesh: Mesh) -> None:
    """At osaka, "tools" is remote: there "tools-cache" would be another repository than elsewhere."""
    for name in ("acme", "lyon"):
        make(mesh, name, "tools-cache", "local")
    make(mesh, "osaka", "tools", "remote")
    mesh.put("acme", "permissions", NPM, naming("libs", "tools-cache"))

    result = mesh.run()

    assert {name: targets(mesh, name) for name in NAMES} == {
        "acme": ["libs", "tools-cache"],
        "lyon": ["libs", "tools-cache"],
        "osaka": ["libs"],
    }
    assert [path[-1] for path, _reason in pending(result, "osaka")] == ["tools-cache"]
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


def test_value_that_an_instance_drops_without_a_word_stays_elsewhere(mesh: Mesh) -> None:
    """D9 of 2.7, at an instance that does not tell its repositories."""
    mesh.simulator.switches.unknown_repository_in_permission = "dropped"
    mesh.simulator.faults.add(site="osaka", path="/artifactory/api/repositories", kind="403", times=None)
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))

    for _run in range(2):
        result = mesh.run()

        assert "failed" not in result, result
        assert {name: targets(mesh, name) for name in NAMES} == {
            "acme": ["libs", "npm"],
            "lyon": ["libs", "npm"],
            "osaka": ["libs"],
        }
        [left] = mesh.state["instances"]["osaka"]["pending"]
        assert left["reason"] == "it was written, and the instance has something else"


def lose(mesh: Mesh, name: str, *, left: tuple[str, ...]) -> None:
    """The instance's repository is gone, and its permission names it no more."""
    mesh.sites[name].repositories.remove("npm")
    mesh.put(name, "permissions", NPM, naming(*left))


def test_repository_that_an_instance_has_lost_stays_in_the_permission_elsewhere(mesh: Mesh) -> None:
    """Whether the server took it out, or somebody there: that instance is none to say."""
    make(mesh, "osaka", "npm", "remote")
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))
    mesh.run()
    lose(mesh, "osaka", left=("libs",))

    lost = mesh.run()

    assert {name: targets(mesh, name) for name in NAMES} == {
        "acme": ["libs", "npm"],
        "lyon": ["libs", "npm"],
        "osaka": ["libs"],
    }
    assert (mesh.writes, pending(lost, "osaka")) == ([], MISSING)

    make(mesh, "osaka", "npm", "local")
    mesh.run()

    assert targets(mesh, "osaka") == ["libs", "npm"]
    assert (mesh.run()["changed"], mesh.writes) == (False, [])


def test_repository_that_an_instance_has_lost_stays_where_another_one_that_is_away_had_it(mesh: Mesh) -> None:
    make(mesh, "osaka", "npm", "remote")
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))
    mesh.run()
    for name in ("acme", "osaka"):
        lose(mesh, name, left=("libs",))
    mesh.simulator.faults.add(site="lyon", kind="refuse", times=None)

    mesh.run()
    mesh.simulator.faults.clear()
    mesh.run()

    assert targets(mesh, "lyon") == ["libs", "npm"]


def test_repository_that_is_nowhere_any_more_is_taken_out_of_the_permission(mesh: Mesh) -> None:
    make(mesh, "osaka", "npm", "remote")
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))
    mesh.run()
    for name in NAMES:
        lose(mesh, name, left=("libs",))

    result = mesh.run()

    assert {name: targets(mesh, name) for name in NAMES} == {name: ["libs"] for name in NAMES}
    assert pending(result, "osaka") == []


def test_repository_that_somebody_takes_out_of_a_permission_is_taken_out_everywhere(mesh: Mesh) -> None:
    make(mesh, "osaka", "npm", "remote")
    mesh.put("acme", "permissions", NPM, naming("libs", "npm"))
    mesh.run()
    mesh.put("osaka", "permissions", NPM, naming("libs"))

    mesh.run()

    assert {name: targets(mesh, name) for name in NAMES} == {name: ["libs"] for name in NAMES}

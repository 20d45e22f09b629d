# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Instances that are called with a user and a password, as old ones have to be: security-replication.md 5.1, 7.3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from simulator.security.state import new_user
from simulator.simulator import Simulator
from unit.plugin_utils.replication.mesh import NAMES, Mesh, granting

PASSWORD, API_KEY = "marked-password", "AKCp-marked-key"
ACCOUNT = {"access_token": None, "username": "robot", "password": PASSWORD}


@pytest.fixture
def mesh(simulator: Simulator, tmp_path: Path) -> Mesh:
    """Osaka is an Artifactory 6, at which "robot" is an admin."""
    mesh = Mesh(simulator, tmp_path, versions={"osaka": "6.5.9"})
    osaka = mesh.sites["osaka"]
    osaka.security.put("users", "robot", new_user(email="robot@example.com", admin=True), password=PASSWORD)
    osaka.database.users["robot"].api_key = API_KEY
    return mesh


@pytest.mark.parametrize("secret", [PASSWORD, API_KEY], ids=["password", "api-key"])
def test_old_instance_is_kept_in_step_by_an_account_that_is_not_replicated(mesh: Mesh, secret: str) -> None:
    mesh.instances["osaka"].update({**ACCOUNT, "password": secret})
    mesh.add_group("acme", "dev", description="Developers")
    mesh.add_user("acme", "alice", groups=["dev"])
    mesh.put("acme", "permissions", "readers of libs", granting("libs", alice=["READ"]))
    mesh.add_user("osaka", "bob")

    result = mesh.run()

    assert "failed" not in result, result
    # The legacy API tells other fields of a group than Access, which is no disagreement.
    assert result["conflicts"] == []
    assert mesh.get("osaka", "users", "alice")["groups"] == ["dev"]
    told = mesh.get("osaka", "permissions", "readers of libs")["resources"]["artifact"]
    assert (told["actions"]["users"], list(told["targets"])) == ({"alice": ["READ"]}, ["libs"])
    assert mesh.holds("users", "bob") == [*NAMES]
    assert mesh.holds("users", "robot") == ["osaka"]
    assert {call.path.split("/")[1] for call in mesh.simulator.calls if call.site == "osaka"} == {"artifactory"}
    again = mesh.run()
    assert (again["changed"], mesh.writes) == (False, [])


def test_state_and_result_have_no_password(mesh: Mesh, tmp_path: Path) -> None:
    mesh.instances["osaka"].update(ACCOUNT)
    mesh.add_user("acme", "alice")

    result = mesh.run()

    shown = str(result) + "".join(path.read_text() for path in tmp_path.glob("state*"))
    assert "marked" not in shown


def test_password_that_is_refused_keeps_its_instance_out_of_the_run(mesh: Mesh) -> None:
    mesh.instances["osaka"].update({**ACCOUNT, "password": "marked-other"})
    mesh.add_user("acme", "alice")

    result = mesh.run()

    assert "Correct username and password" in result["unreachable"]["osaka"]
    assert "marked" not in str(result)
    assert mesh.holds("users", "alice") == ["acme", "lyon"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        pytest.param({"access_token": None}, "osaka: access_token is missing; an old instance takes", id="nothing"),
        pytest.param({"username": "robot"}, "osaka: access_token excludes username and password", id="both"),
        pytest.param({**ACCOUNT, "password": None}, "osaka: username and password belong together", id="no-password"),
        pytest.param({**ACCOUNT, "username": None}, "osaka: username and password belong together", id="no-username"),
        pytest.param({**ACCOUNT, "username": "a:b"}, "osaka: username has a colon in it", id="colon"),
        pytest.param({**ACCOUNT, "password": "marked\n"}, "osaka: password has a line end", id="line-end"),
        pytest.param({"access_token": "marked token"}, "osaka: access_token has blanks", id="no-token"),
        pytest.param({**ACCOUNT, "api": "access"}, "osaka: api is 'access', which takes an access_token", id="access"),
    ],
)
def test_credentials_that_are_none_are_told_with_all_other_problems(
    mesh: Mesh, said: dict[str, Any], problem: str
) -> None:
    mesh.instances["osaka"].update(said)
    mesh.instances["lyon"]["url"] = "ftp://x"

    with pytest.raises(EdgeError) as refused:
        mesh.run()

    assert problem in refused.value.msg
    assert "lyon: Cannot use url" in refused.value.msg
    assert "marked" not in refused.value.msg
    assert list(mesh.simulator.calls) == []

# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs over a mesh of simulated instances: security-replication.md 2.7, 7.1 to 7.4."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from simulator.simulator import Simulator
from unit.plugin_utils.replication.mesh import NAMES, Mesh, granting, outcomes

NOTHING: list[str] = []


@pytest.fixture
def mesh(simulator: Simulator, tmp_path: Path) -> Mesh:
    return Mesh(simulator, tmp_path)


@pytest.fixture
def agreed(mesh: Mesh) -> Mesh:
    """All three have alice, who is a developer and may read; everybody knows it."""
    mesh.add_group("acme", "dev", description="Developers")
    mesh.add_user("acme", "alice", groups=["dev"])
    mesh.put("acme", "permissions", "readers of libs", granting("libs", alice=["READ"]))
    result = mesh.run()
    assert "failed" not in result, result
    return mesh


def grants_of(mesh: Mesh, permission: str) -> list[dict[str, Any]]:
    """Who has what by a permission, on each instance."""
    return [mesh.get(name, "permissions", permission)["resources"]["artifact"]["actions"] for name in NAMES]


def test_first_contact_gives_to_all_what_one_has_and_takes_nothing_away(mesh: Mesh) -> None:
    mesh.add_group("acme", "dev", description="Developers")
    mesh.add_user("acme", "alice", groups=["dev"])
    mesh.add_user("osaka", "bob")
    mesh.put("lyon", "permissions", "readers of libs", granting("libs"))

    result = mesh.run()

    assert "failed" not in result, result
    assert result["changed"]
    assert mesh.holds("users", "alice") == mesh.holds("users", "bob") == [*NAMES]
    assert mesh.holds("permissions", "readers of libs") == [*NAMES]
    assert mesh.get("lyon", "users", "alice")["groups"] == ["dev"]
    assert not any(line.startswith("DELETE") for line in mesh.writes)
    assert "password" in result["not_replicable"]


def test_second_run_writes_nothing_and_reads_each_object_once(agreed: Mesh) -> None:
    result = agreed.run()

    assert (result["changed"], agreed.writes) == (False, NOTHING)
    marks = ("/access/api/v2/users/", "/access/api/v2/groups/", "/access/api/v2/permissions/")
    read = Counter((call.site, call.path) for call in agreed.simulator.calls if call.path.startswith(marks))
    assert {site for site, _path in read} == {*NAMES}
    assert {path: count for path, count in read.items() if count > 1} == {}


def test_run_in_check_mode_plans_the_same_and_writes_nothing_anywhere(mesh: Mesh, tmp_path: Path) -> None:
    mesh.add_user("acme", "alice")

    predicted = mesh.run(check_mode=True)

    assert (predicted["changed"], mesh.writes) == (True, NOTHING)
    assert [(one["action"], one["name"]) for one in predicted["instances"]["lyon"]["plan"]] == [("create", "alice")]
    assert [path.name for path in tmp_path.glob("state*")] == NOTHING
    done = mesh.run()
    assert {name: one["plan"] for name, one in done["instances"].items()} == {
        name: one["plan"] for name, one in predicted["instances"].items()
    }


def test_instance_that_joins_is_only_told_until_somebody_confirms_how(mesh: Mesh) -> None:
    mesh.instances["osaka"] = {}
    mesh.add_user("acme", "alice")
    mesh.add_user("osaka", "bob")

    waiting = mesh.run()

    assert mesh.holds("users", "alice") == ["acme", "lyon"]
    assert mesh.holds("users", "bob") == ["osaka"]
    assert [(one["action"], one["name"]) for one in waiting["waiting"]["osaka"]["plan"]] == [("create", "alice")]
    assert any("osaka joins the mesh" in told for told in mesh.warned)

    mesh.instances["osaka"] = {"join": "adopt"}
    mesh.run()
    assert mesh.holds("users", "alice") == [*NAMES]
    assert mesh.holds("users", "bob") == ["osaka"]


def test_deletion_on_one_instance_is_a_deletion_on_all(agreed: Mesh) -> None:
    agreed.sites["osaka"].security.remove("users", "alice")

    agreed.run()

    assert agreed.holds("users", "alice") == NOTHING
    assert agreed.run()["changed"] is False


def test_instance_that_was_away_brings_nothing_back_and_loses_nothing_of_its_own(agreed: Mesh) -> None:
    agreed.sites["acme"].security.remove("users", "alice")
    agreed.simulator.faults.add(site="lyon", kind="refuse", times=None)
    agreed.add_user("lyon", "carol")

    away = agreed.run()

    assert list(away["unreachable"]) == ["lyon"]
    assert agreed.holds("users", "alice") == ["lyon"]

    agreed.simulator.faults.clear()
    agreed.run()
    assert agreed.holds("users", "alice") == NOTHING
    assert agreed.holds("users", "carol") == [*NAMES]


def test_conflict_is_decided_by_priority_and_told_with_all_sides(agreed: Mesh) -> None:
    for name, email in (("lyon", "lyon@example.com"), ("osaka", "osaka@example.com")):
        agreed.add_user(name, "alice", groups=["dev"], email=email)

    result = agreed.run()

    assert {name: agreed.get(name, "users", "alice")["email"] for name in NAMES} == dict.fromkeys(
        NAMES, "lyon@example.com"
    )
    [conflict] = result["conflicts"]
    assert (conflict["path"], conflict["base"], conflict["winner"]) == (
        ["users", "alice", "email"],
        "alice@example.com",
        "lyon",
    )


def test_write_that_fails_is_told_and_made_by_the_next_run_and_is_no_deletion(mesh: Mesh) -> None:
    mesh.add_user("acme", "alice")
    mesh.simulator.faults.add(site="lyon", method="POST", path="/access/api/v2/users", kind="500", times=None)

    failed = mesh.run()

    assert failed["failed"]
    assert "lyon: users alice" in failed["msg"]
    assert outcomes(failed, "lyon") == {"users alice": "failed"}
    assert mesh.holds("users", "alice") == ["acme", "osaka"]
    lyon, osaka = (mesh.state["instances"][name] for name in ("lyon", "osaka"))
    assert [(one["path"], one["seen"]) for one in lyon["pending"]] == [(["users", "alice"], None)]
    assert (lyon["last_success"], osaka["last_success"] is None) == (None, False)

    mesh.simulator.faults.clear()
    mended = mesh.run()
    assert "failed" not in mended
    assert mesh.holds("users", "alice") == [*NAMES]


def test_run_of_which_no_write_succeeds_has_changed_nothing(mesh: Mesh) -> None:
    del mesh.instances["osaka"]
    mesh.add_user("acme", "alice")
    mesh.simulator.faults.add(site="lyon", method="POST", path="/access/api/v2/users", kind="500", times=None)

    result = mesh.run()

    assert (result["failed"], result["changed"]) == (True, False)


@pytest.mark.parametrize("lost", ["no_cursor", "cursor_repeats"])
def test_instance_that_answers_with_half_of_its_objects_takes_no_part_and_nothing_is_deleted(
    agreed: Mesh, lost: Any
) -> None:
    for number in range(6):
        agreed.add_user("acme", f"user{number}")
    agreed.run()
    agreed.simulator.switches.security_page_size = 2
    agreed.simulator.switches.security_page_lost = lost

    result = agreed.run()

    assert set(result["unreachable"]) == {*NAMES}
    assert (result["failed"], agreed.writes) == (True, NOTHING)


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        pytest.param("system:identities:r system:permissions:r", "may read and not write", id="reads-only"),
        pytest.param("applied-permissions/user", "403", id="reads-nothing"),
    ],
)
def test_token_that_may_not_write_keeps_its_instance_out_of_the_run(agreed: Mesh, scope: str, words: str) -> None:
    agreed.tokens["lyon"] = agreed.sites["lyon"].admin_token(scope=scope)
    agreed.add_user("acme", "bob")

    result = agreed.run()

    assert words in result["unreachable"]["lyon"]
    assert agreed.holds("users", "bob") == ["acme", "osaka"]
    # As a source it is good enough, where it may read.
    agreed.instances["lyon"]["direction"] = "source"
    assert ("lyon" in agreed.run()["unreachable"]) is (words == "403")


def test_source_is_not_written_to_and_a_target_tells_nobody(mesh: Mesh) -> None:
    mesh.instances = {
        "acme": {"join": "union", "direction": "source"},
        "lyon": {"join": "union", "direction": "target"},
    }
    mesh.add_user("acme", "alice")
    mesh.add_user("lyon", "bob")

    mesh.run()

    assert mesh.holds("users", "alice") == ["acme", "lyon"]
    assert mesh.holds("users", "bob") == ["lyon"]
    assert [line for line in mesh.writes if " acme " in line] == NOTHING


def test_too_many_deletions_delete_nothing_and_fail_with_the_list(agreed: Mesh) -> None:
    for number in range(5):
        agreed.add_user("acme", f"user{number}")
    agreed.run()
    for number in range(4):
        agreed.sites["acme"].security.remove("users", f"user{number}")

    result = agreed.run()

    assert result["failed"]
    assert "user0, user1, user2, user3" in result["msg"]
    assert agreed.holds("users", "user0") == ["lyon", "osaka"]

    allowed = agreed.run(delete_thresholds={"users": {"percent": 100}})
    assert "failed" not in allowed
    assert agreed.holds("users", "user0") == NOTHING


def test_instance_that_is_taken_out_of_the_list_is_left_as_it_is(agreed: Mesh) -> None:
    del agreed.instances["osaka"]
    agreed.sites["acme"].security.remove("users", "alice")

    result = agreed.run()

    assert result["archived"] == ["osaka"]
    assert (sorted(agreed.state["instances"]), sorted(agreed.state["archived"])) == (["acme", "lyon"], ["osaka"])
    assert agreed.sites["osaka"].security.has("users", "alice")
    assert [line for line in agreed.writes if " osaka " in line] == NOTHING


def test_lost_state_is_a_first_contact_that_deletes_nothing(agreed: Mesh, tmp_path: Path) -> None:
    (tmp_path / "state.json").unlink()
    agreed.sites["lyon"].security.remove("users", "alice")

    agreed.run()

    assert agreed.holds("users", "alice") == [*NAMES]


@pytest.mark.parametrize(
    ("options", "instances", "words"),
    [
        pytest.param({"policy": {"deletes": "maybe"}}, {}, "deletes is 'maybe'", id="policy"),
        pytest.param({"include": {"users": ["nobody*"]}}, {}, "include users: nobody*", id="pattern-without-effect"),
        pytest.param({"delete_thresholds": {"users": {"share": 1}}}, {}, "users has 'share'", id="threshold"),
        pytest.param({"mesh": "other"}, {}, "it is of the mesh 'security'", id="state-of-another-mesh"),
        pytest.param({}, {"osaka": {"name": "lyon"}}, "two instances have the name 'lyon'", id="one-name"),
        pytest.param({}, {"osaka": {"url": "ftp://x"}}, "osaka: ", id="url"),
        pytest.param({"keep": 0}, {}, "keep is 0", id="nothing-kept"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_written(
    agreed: Mesh, options: dict[str, Any], instances: dict[str, Any], words: str
) -> None:
    agreed.add_user("acme", "bob")
    for name, said in instances.items():
        agreed.instances[name] = said

    with pytest.raises(EdgeError) as refused:
        agreed.run(**options)

    assert words in refused.value.msg
    assert agreed.writes == NOTHING


def test_two_urls_of_one_instance_are_refused(agreed: Mesh) -> None:
    agreed.instances["osaka"] = {"url": agreed.sites["lyon"].url.replace("127.0.0.1", "localhost")}
    agreed.tokens["osaka"] = agreed.tokens["lyon"]

    with pytest.raises(EdgeError, match="lyon and osaka are one instance"):
        agreed.run()

    assert agreed.writes == NOTHING


def test_earlier_run_is_restored_everywhere_and_predicted_before(agreed: Mesh) -> None:
    run = agreed.state["run"]
    agreed.sites["lyon"].security.remove("users", "alice")
    agreed.run()
    assert agreed.holds("users", "alice") == NOTHING

    predicted = agreed.run(check_mode=True, restore_run=run)
    assert (predicted["changed"], agreed.holds("users", "alice")) == (True, NOTHING)
    restored = agreed.run(restore_run=run)

    assert agreed.holds("users", "alice") == [*NAMES]
    plans = [{name: one["plan"] for name, one in result["instances"].items()} for result in (predicted, restored)]
    assert plans[0] == plans[1]
    assert [grant["users"] for grant in grants_of(agreed, "readers of libs")] == [{"alice": ["READ"]}] * 3
    assert agreed.run()["changed"] is False


def test_run_that_is_not_kept_is_not_restored_and_those_that_are_kept_are_named(agreed: Mesh) -> None:
    agreed.run()

    told = r"Cannot restore run 7: its state is not kept. Name one of those that are: 1, 2\."
    with pytest.raises(EdgeError, match=told):
        agreed.run(restore_run=7)

    assert agreed.writes == NOTHING

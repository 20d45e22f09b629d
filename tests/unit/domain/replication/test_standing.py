# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a mesh stands, between runs, and what is said of it on a terminal (7.3, validate)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication import standing as standings
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.policies import Policies
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.safeguards import Threshold
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.text import of_standing
from unit.domain.replication.mesh import CONFIRMED, Mesh, permission, security, user
from unit.domain.replication.stands import LAST, in_step, stand

NOTHING: list[Any] = []


def mesh_of(**users: Any) -> Mesh:
    same = security(users)
    return in_step(a=same, b=same, c=same)


def states(found: dict[str, Any]) -> dict[str, str]:
    return {row["name"]: row["state"] for row in found["instances"]}


def persons(found: dict[str, Any]) -> list[tuple[str, str]]:
    """What somebody has to look at, and why."""
    return [(one["what"], one["reason"]) for one in found["findings"] if one["needs_person"]]


def test_mesh_in_step_has_nothing_to_write_and_no_findings() -> None:
    found = stand(mesh_of(u=user()), max_age=timedelta(hours=2))

    assert (found["state"], found["run"], found["findings"]) == ("in_order", 1, NOTHING)
    assert found["headline"] == "Security is in step on all 3 instances."
    assert found["instances"][1] == {
        "name": "b",
        "url": "https://b.example.com/",
        "direction": "both",
        "state": "in_order",
        "reason": "",
        "version": None,
        "service_id": None,
        "username": None,
        "may_write": None,
        "apis": {"users": "access"},
        "joining": False,
        "drift": {},
        "pending": [],
        "last_success": LAST,
        "age_seconds": 3600,
    }


def test_edit_on_one_instance_is_drift_of_the_others_by_kind_and_name() -> None:
    mesh = mesh_of(u=user(), v=user())
    mesh.a["users"]["u"]["email"] = "new@example.com"
    mesh.a["permissions"]["p"] = permission()

    found = stand(mesh)

    assert {row["name"]: row["drift"] for row in found["instances"]} == {
        "a": {},
        "b": {"users": ["u"], "permissions": ["p"]},
        "c": {"users": ["u"], "permissions": ["p"]},
    }
    assert (found["state"], found["headline"]) == ("drifted", "Security on 3 instances: 2 drifted, 1 in order.")
    assert "    to write: users: u" in of_standing(found).splitlines()


def test_instance_that_takes_no_part_is_told_with_its_reason_and_its_last_success() -> None:
    mesh = mesh_of(u=user())
    mesh.instances["c"].up = False

    found = stand(mesh, away="Cannot reach it: connection refused")

    assert (found["state"], states(found)) == ("unreachable", {"a": "in_order", "b": "in_order", "c": "unreachable"})
    assert found["instances"][2]["last_success"] == LAST
    assert persons(found) == [("c", "Cannot reach it: connection refused")]


def test_instance_that_joins_waits_for_a_person_and_tells_what_would_be_written() -> None:
    mesh = mesh_of(u=user())
    mesh.policies = Policies()
    mesh.instances["d"] = type(mesh.instances["a"])(security())

    found = stand(mesh, max_age=timedelta(hours=2))

    assert (found["state"], found["instances"][3]["drift"]) == ("needs_person", {"users": ["u"]})
    assert persons(found) == [("d", "it joins the mesh, and nobody has confirmed how")]


@pytest.mark.parametrize(
    ("last", "told"),
    [
        pytest.param("2026-11-22T10:29:59Z", "the last run that succeeded was at 2026-11-22T10:29:59Z", id="too-old"),
        pytest.param(None, "no run has succeeded yet", id="never"),
        pytest.param("2026-11-22T10:30:00Z", None, id="just-young-enough"),
        pytest.param("2026-11-22T13:30:00Z", None, id="of-a-clock-that-is-ahead"),
    ],
)
def test_last_success_that_is_too_old_needs_a_person(last: str | None, told: str | None) -> None:
    mesh = mesh_of(u=user())
    mesh.state["instances"]["b"]["last_success"] = last

    found = stand(mesh, max_age=timedelta(hours=2))

    assert persons(found) == ([("b", told)] if told else [])
    assert found["state"] == ("needs_person" if told else "in_order")
    assert persons(stand(mesh)) == NOTHING


def test_conflict_that_policy_leaves_to_people_is_a_finding() -> None:
    mesh = mesh_of(u=user())
    mesh.policies = Policies(join="union", scalar_conflict="keep")
    for name in "ab":
        mesh.instances[name].data["users"]["u"]["email"] = f"{name}@example.com"

    found = stand(mesh)

    assert [what for what, _reason in persons(found)] == ["users u email"]
    assert [one["winner"] for one in found["conflicts"]] == [None]


def test_run_that_would_stop_needs_a_person_on_all_instances() -> None:
    mesh = mesh_of(u=user())
    mesh.policies = Policies(join="union", scalar_conflict="fail")
    for name in "ab":
        mesh.instances[name].data["users"]["u"]["email"] = f"{name}@example.com"

    found = stand(mesh)

    assert states(found) == dict.fromkeys("abc", "needs_person")
    assert found["headline"] == "Security on 3 instances: 3 for a person."


def test_too_many_deletions_are_a_finding_with_the_list() -> None:
    mesh = mesh_of(u=user(), v=user())
    mesh.policies, mesh.thresholds = CONFIRMED, {"users": Threshold(number=1)}
    del mesh.a["users"]["u"], mesh.a["users"]["v"]

    assert [what for what, reason in persons(stand(mesh)) if "u, v" in reason] == ["the mesh", "the mesh"]


def test_permission_on_a_repository_that_is_missing_is_a_note_and_no_drift() -> None:
    mesh = mesh_of(u=user())
    mesh.a["permissions"]["p"] = permission("libs")
    for name, repositories in (("a", {"libs": "LOCAL"}), ("b", {}), ("c", {"libs": "LOCAL"})):
        mesh.instances[name].repositories = repositories
    mesh.run()

    found = stand(mesh)

    assert found["state"] == "in_order"
    assert [(one["what"], one["needs_person"]) for one in found["findings"]] == [("b", False)]
    assert [one["path"][:2] for one in found["instances"][1]["pending"]] == [["permissions", "p"]]


def test_mesh_at_which_nobody_could_look_needs_a_person() -> None:
    found = standings.not_looked_at("security", "The state is damaged.")

    assert (found["state"], persons(found)) == ("needs_person", [("the mesh", "The state is damaged.")])
    assert of_standing(found).splitlines() == [
        "needs a person: the mesh: The state is damaged. Correct that, and look again.",
        "Security could not be looked at.",
    ]


def test_text_has_one_line_for_what_a_server_said_and_few_names_of_many() -> None:
    mesh = mesh_of(u=user())
    mesh.instances["c"].up = False
    mesh.a["users"].update({f"n{number:02}": user() for number in range(12)})

    lines = of_standing(stand(mesh, away="no\nanswer\x1b[2J")).splitlines()

    assert any(line.startswith("needs a person: c: no answer [2J. Bring it back") for line in lines)
    [told] = [line for line in lines if line.startswith("    to write")]
    assert told.endswith("n08, n09 and 2 more")

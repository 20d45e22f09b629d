# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file of a saved plan on the controller: what of it can be read, and what a run notes in it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.desired.shapes import DesiredFleet
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import PlanError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.policy import Policy
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import saved_plan
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.planning import Inputs
from unit.domain.fleet_shapes import HOME, NOW, PLATFORM_URL, edge, jpd, node, platform, seen


def inputs(*names: str, tags: Any = ("x",), policy: Policy | None = None, **options: Any) -> Inputs:
    """What is known of Edges whose tags are not the wanted ones."""
    edges = tuple(replace(edge(name), policy=policy or Policy()) for name in names)
    jpds = [jpd(name, identifier=f"JPD-{number}", tags=list(tags)) for number, name in enumerate(names, 2)]
    return Inputs(
        DesiredFleet(PLATFORM_URL, edges),
        {f"{name}-1": node() for name in names},
        {"platform": platform(jpds=[HOME, *jpds]), "edges": {name: seen() for name in names}},
        {"unreachable": {}, "onboarding": False, "allowed": (), "now": NOW, **options},
    )


def save(path: Path, known: Inputs) -> str:
    return saved_plan.save(known, known.plan(), str(path))


def apply(
    path: Path, known: Inputs, phase: str = saved_plan.BEGIN, warnings: list[str] | None = None
) -> dict[str, Any]:
    told: list[str] = [] if warnings is None else warnings
    return saved_plan.apply(known, str(path), phase, now=NOW, warn=told.append)


def left(plan: dict[str, Any]) -> dict[str, list[str]]:
    return {planned["name"]: [change["step"] for change in planned["changes"]] for planned in plan["edges"]}


def test_saved_plan_is_private_and_counts_what_it_would_do(tmp_path: Path) -> None:
    told = save(tmp_path / "plans/a.json", inputs("lyon", "osaka"))

    assert (tmp_path / "plans/a.json").stat().st_mode & 0o777 == 0o600
    assert "2 changes on 2 of 2 Edges" in told


def test_plan_that_policy_wants_to_be_asked_about_is_approved_by_applying_it(tmp_path: Path) -> None:
    asked = inputs("lyon", policy=Policy("ask"), approved=())
    save(tmp_path / "a.json", asked)

    plan = apply(tmp_path / "a.json", asked)

    assert (left(asked.plan()), left(plan)) == ({"lyon": []}, {"lyon": ["jpd"]})


def test_plan_never_approves_what_policy_only_reports(tmp_path: Path) -> None:
    reported = inputs("lyon", policy=Policy("report"))
    save(tmp_path / "a.json", reported)

    assert left(apply(tmp_path / "a.json", reported)) == {"lyon": []}


def test_run_notes_where_it_began_and_where_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    save(path, inputs("lyon", "osaka"))

    apply(path, inputs("lyon", "osaka"))
    assert json.loads(path.read_text())["begun"] == dict.fromkeys(("lyon", "osaka"), "2026-11-22T12:30:00Z")
    apply(path, inputs("lyon", tags=("hybrid",)), saved_plan.END)

    assert json.loads(path.read_text())["done"] == {"lyon": "2026-11-22T12:30:00Z"}


def test_look_notes_nothing(tmp_path: Path) -> None:
    save(tmp_path / "a.json", inputs("lyon"))
    before = (tmp_path / "a.json").read_text()

    apply(tmp_path / "a.json", inputs("lyon"), saved_plan.LOOK)

    assert (tmp_path / "a.json").read_text() == before


def test_edge_that_the_plan_does_not_have_gets_no_work_and_a_note(tmp_path: Path) -> None:
    save(tmp_path / "a.json", inputs("lyon"))

    plan = apply(tmp_path / "a.json", inputs("lyon", "osaka"))

    assert (left(plan), [work["host"] for work in plan["work"]]) == ({"lyon": ["jpd"], "osaka": []}, ["lyon-1"])
    assert plan["waves"] == [["lyon"]]
    assert plan["edges"][1]["state"] == "drifted"
    assert [finding["what"] for finding in plan["edges"][1]["findings"]] == ["applied plan"]


def test_plan_is_refused_as_a_whole_when_one_edge_has_moved(tmp_path: Path) -> None:
    save(tmp_path / "a.json", inputs("lyon", "osaka"))
    before = (tmp_path / "a.json").read_text()

    with pytest.raises(PlanError) as refused:
        apply(tmp_path / "a.json", inputs("lyon", "osaka", tags=("y",)))

    assert list(refused.value.details["moved"]) == ["lyon", "osaka"]
    assert (tmp_path / "a.json").read_text() == before


def test_second_pass_of_an_edge_that_needs_something_else_is_left(tmp_path: Path) -> None:
    save(tmp_path / "a.json", inputs("lyon", tags=("hybrid",)))

    plan = apply(tmp_path / "a.json", inputs("lyon"), saved_plan.AGAIN)

    assert (left(plan), plan["work"]) == ({"lyon": []}, [])
    assert "its second pass is left: jpd on lyon-1 is needed now" in plan["edges"][0]["findings"][0]["reason"]


def make_folder(path: Path) -> None:
    path.mkdir()


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_binary(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\x00")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        pytest.param(lambda path: None, "no such file or directory", id="missing"),
        pytest.param(make_folder, "is a directory", id="folder"),
        pytest.param(make_pipe, "it is no plain file", id="pipe"),
        pytest.param(make_binary, "it is no text", id="binary"),
    ],
)
def test_plan_that_cannot_be_read_is_refused_with_a_remedy(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    make(tmp_path / "a.json")

    with pytest.raises(PlanError) as refused:
        apply(tmp_path / "a.json", inputs("lyon"))

    assert refused.value.msg == (
        f"Cannot read the plan {tmp_path}/a.json: {why}. Name a file that report_drift.yml saved with edge_plan_path."
    )


def test_plan_in_which_nothing_can_be_noted_is_carried_out_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "a.json", inputs("lyon"))
    warnings: list[str] = []
    # Who is root may write everywhere, so that a folder without rights is no obstacle.
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))

    plan = apply(tmp_path / "a.json", inputs("lyon"), warnings=warnings)

    assert left(plan) == {"lyon": ["jpd"]}
    assert "read-only file system" in warnings[0]
    assert "If this run is interrupted, the next one needs a new plan." in warnings[0]

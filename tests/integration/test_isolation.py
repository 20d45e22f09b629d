# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A step that fails ends the plan of its own host: the other Edges go on, and the report tells all."""

from __future__ import annotations

from integration.fleet import Fleet


def test_step_that_fails_on_one_edge_leaves_the_others_alone_and_is_reported(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.add("osaka")
    fleet.simulator.faults.add(site="lyon", path="/access/api/v1/service_trust", kind="503", times=None)

    run = fleet.run("onboard_edge.yml")

    assert run.code == 2, run.output
    assert fleet.edge_states(run) == {"lyon": "drifted", "osaka": "corrected"}
    (failure,) = run.edge("lyon")["failed"]
    assert (failure["host"], failure["step"]) == ("lyon-1", "jpd")
    assert "Cannot create a pairing token" in failure["message"]
    assert f"failed: jpd on lyon-1: {failure['message']}" in run.output
    assert run.edge("osaka")["failed"] == []


def test_step_that_fails_on_all_edges_ends_with_a_report_and_the_next_run_finishes(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.add("osaka")
    fleet.simulator.faults.add(site="acme", method="POST", path="/mc/api/v1/jpds", kind="503", times=None)

    broken = fleet.run("onboard_edge.yml")

    assert broken.code == 2, broken.output
    assert fleet.edge_states(broken) == {"lyon": "drifted", "osaka": "drifted"}
    assert [failure["step"] for name in ("lyon", "osaka") for failure in broken.edge(name)["failed"]] == ["jpd"] * 2

    fleet.simulator.faults.clear()
    mended = fleet.run("onboard_edge.yml")

    assert mended.code == 0, mended.output
    assert fleet.edge_states(mended) == {"lyon": "corrected", "osaka": "corrected"}

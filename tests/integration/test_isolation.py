# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A step that fails ends the plan of its own host: the other Edges go on, and the report tells all."""

from __future__ import annotations

import pytest

from integration.fleet import Fleet
from simulator import pgp
from simulator.signing_keys import KeyPair


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


@pytest.mark.slow
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


def test_step_for_all_edges_at_once_that_cannot_be_done_fails_only_for_those_whom_it_is_about(fleet: Fleet) -> None:
    public, private = pgp.sample("canary")
    fleet.simulator.platform.key_pairs["release-key"] = KeyPair("release-key", "release-key", "GPG", public, private)
    fleet.common = {"platform_canary_repository": "canary-local", "platform_canary_signing_key": "release-key"}
    fleet.add("lyon", edge_join_key_file=None)
    fleet.add("osaka", edge_join_key_file=None, edge_canary=True)

    # The repository is not there, and may not be made, which no preflight has told: nothing can be proven for anybody.
    run = fleet.run("correct_drift.yml")

    assert run.code == 2, run.output
    assert fleet.edge_states(run) == {"lyon": "corrected", "osaka": "needs_person"}
    assert [failure["step"] for failure in run.edge("osaka")["failed"]] == ["canary"]
    # And the run did not lose the other one: both were looked at again.
    assert (run.edge("lyon")["failed"], run.executions) == ([], {"lyon-1": 2, "osaka-1": 2})

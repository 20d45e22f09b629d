# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``offboarding_plan``: what it wants of the inventory. What it plans is in tests/unit/domain/test_offboarding.py."""

from __future__ import annotations

from typing import Any

import pytest

from integration.fleet import Fleet
from simulator.simulator import Simulator

PLAYBOOK = "offboard_edge.yml"


@pytest.fixture
def fleet(simulator: Simulator, tmp_path: Any) -> Fleet:
    fleet = Fleet(simulator, tmp_path / "controller")
    fleet.add("lyon")
    return fleet


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        pytest.param(
            {"edge_offboard_acknowledged": "osaka"},
            "edge_offboard_acknowledged names osaka, which is no Edge of this run",
            id="acknowledged-another-edge",
        ),
        pytest.param(
            {"edge_offboard_host_is_dead": ["kyoto"]}, "edge_offboard_host_is_dead names kyoto", id="another-one-dead"
        ),
        pytest.param({"edge_offboard_edge_tokens": {"a": 1}}, "edge_offboard_edge_tokens is no list", id="no-list"),
        pytest.param({"edge_access_token": ""}, "edge_access_token of host 'lyon-1' is missing", id="no-token"),
        pytest.param({"edge_name": ""}, "host 'lyon-1' has no edge_name", id="no-name"),
    ],
)
def test_variables_that_cannot_be_meant_are_refused_before_anything_is_done(
    fleet: Fleet, variables: dict[str, Any], says: str
) -> None:
    fleet.variables["lyon"].update(variables)

    run = fleet.run(PLAYBOOK, "-e", "edge_hosts=lyon")

    assert run.code == 2, run.output
    assert says in " ".join(run.output.split())
    assert fleet.simulator.calls.writes == []

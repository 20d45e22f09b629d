# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``pairing``: what an Edge gave to the platform when they were paired is worth nothing any more."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.simulator import Simulator
from unit.modules.rest_cases import assert_no_secret, edge_options, jpd_options, platform_options
from unit.modules.run_module import run_module

PATH = "/access/api/v1/service_trust/pairings/*"


def options(simulator: Simulator, **changes: Any) -> dict[str, Any]:
    return {**platform_options(simulator), **edge_options(simulator, "lyon"), **changes}


def status(simulator: Simulator) -> str:
    return simulator.jpd_view.status(simulator.platform.jpd("lyon"))


@pytest.fixture
def paired(simulator: Simulator) -> Simulator:
    simulator.add_edge("lyon")
    assert run_module("jpd", jpd_options(simulator))["changed"]
    simulator.calls.clear()
    return simulator


def test_pairing_is_revoked_on_both_sides_once(paired: Simulator) -> None:
    predicted = run_module("pairing", options(paired), check=True)
    assert (predicted["changed"], predicted["revoked"], paired.calls.writes) == (True, ["edge", "platform"], [])
    assert status(paired) == "ONLINE"

    revoked = run_module("pairing", options(paired))
    assert (revoked["changed"], revoked["drift"]) == (True, ["edge", "platform"])
    assert status(paired) == "UNAUTHORIZED"
    assert revoked["diff"]["before"] == {"edge": "established", "platform": "established"}

    again = run_module("pairing", options(paired))
    assert (again["changed"], again["revoked"], again["warnings"]) == (False, [], [])

    assert run_module("jpd", jpd_options(paired))["changed"]
    assert status(paired) == "ONLINE"
    assert run_module("pairing", options(paired))["revoked"] == ["edge", "platform"]


@pytest.mark.parametrize("side", ["edge", "platform"])
def test_pairing_is_revoked_on_one_side_without_the_token_of_the_other(paired: Simulator, side: str) -> None:
    other = {"edge": "platform", "platform": "edge"}[side]
    told = {key: value for key, value in options(paired, sides=[side]).items() if key != f"{other}_access_token"}

    assert run_module("pairing", told)["revoked"] == [side]
    assert [call.site for call in paired.calls.find(path=PATH)] == [{"edge": "lyon", "platform": "acme"}[side]]
    assert status(paired) == "UNAUTHORIZED"


def test_pairing_whose_answer_was_lost_is_gone_all_the_same(paired: Simulator) -> None:
    paired.faults.add(site="lyon", method="DELETE", path=PATH, kind="drop_answer", times=1)

    result = run_module("pairing", options(paired))

    assert (result.get("msg"), result["changed"], result["revoked"]) == (None, True, ["edge", "platform"])
    assert status(paired) == "UNAUTHORIZED"
    assert not run_module("pairing", options(paired))["changed"]


@pytest.mark.parametrize(("kind", "revoked"), [("429", []), ("503", ["edge", "platform"])])
def test_busy_server_that_has_no_pairing_is_not_told_to_have_had_one(
    paired: Simulator, kind: str, revoked: list[str]
) -> None:
    """429 says that nothing was done; of 503 nobody knows."""
    run_module("pairing", options(paired))
    paired.faults.add(site="lyon", method="DELETE", path=PATH, kind=kind)
    paired.faults.add(site="acme", method="DELETE", path=PATH, kind=kind)

    assert run_module("pairing", options(paired))["revoked"] == revoked


@pytest.mark.parametrize("kind", ["403", "501"])
def test_platform_that_does_not_revoke_is_a_warning(paired: Simulator, kind: str) -> None:
    paired.faults.add(site="acme", method="DELETE", path=PATH, kind=kind)

    result = run_module("pairing", options(paired))

    assert result["revoked"] == ["edge"]
    assert any("keeps its side of the pairing until the JPD is deleted" in text for text in result["warnings"])


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        pytest.param({"kind": "401"}, "Cannot revoke the pairings with", id="401"),
        pytest.param({"kind": "403"}, "403", id="403"),
        pytest.param({"kind": "refuse"}, "Cannot", id="no-answer"),
    ],
)
def test_edge_that_does_not_revoke_is_a_failure(paired: Simulator, fault: dict[str, Any], says: str) -> None:
    paired.faults.add(site="lyon", method="DELETE" if fault["kind"] != "refuse" else None, **fault)

    told = options(paired)
    result = run_module("pairing", told)

    assert result["failed"]
    assert says in result["msg"]
    assert_no_secret(result, paired, told["platform_access_token"], told["edge_access_token"])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"edge_access_token": ""}, "edge_access_token is missing", id="no-token"),
        pytest.param({"edge_url": "lyon"}, "Cannot use edge_url", id="no-url"),
    ],
)
def test_pairing_without_what_it_needs_is_refused(paired: Simulator, changes: dict[str, Any], says: str) -> None:
    result = run_module("pairing", options(paired, **changes))

    assert says in result["msg"]
    assert paired.calls.writes == []

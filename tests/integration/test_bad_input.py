# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input gets an error that says what is wrong and what to do, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from integration.fleet import Fleet
from simulator.simulator import Simulator


@dataclass(frozen=True)
class Mistake:
    """A mistake in the inventory or around it, and what the user reads."""

    make: Callable[[Fleet], None]
    says: tuple[str, ...]
    code: int = 2


def set_on(edge: str, **variables: object) -> Callable[[Fleet], None]:
    def make(fleet: Fleet) -> None:
        fleet.variables[edge].update(variables)
        if "edge_join_key" in variables:
            fleet.variables[edge].pop("edge_join_key_file", None)

    return make


def without_admin_rights(fleet: Fleet) -> None:
    fleet.common["platform_access_token"] = fleet.simulator.platform.admin_token(
        username="reader", scope="applied-permissions/user"
    )


def edge_without_admin_rights(fleet: Fleet) -> None:
    fleet.variables["lyon"]["edge_access_token"] = fleet.simulator.edge("lyon").admin_token(
        username="reader", scope="applied-permissions/user"
    )


def platform_down(fleet: Fleet) -> None:
    fleet.common["platform_url"] = "https://127.0.0.1:1"


def same_name_twice(fleet: Fleet) -> None:
    fleet.add("nice", edge_name="lyon")


def group_misspelt(fleet: Fleet) -> None:
    fleet.group = "edges"


MISTAKES = {
    "join-key-of-48-digits": Mistake(set_on("lyon", edge_join_key="ab" * 24), ("48", "32", "64")),
    "join-key-not-hexadecimal": Mistake(set_on("lyon", edge_join_key="z" * 64), ("hexadecimal",)),
    "published-default-key": Mistake(set_on("lyon", edge_join_key="F" * 64), ("published",)),
    "platform-url-with-a-path": Mistake(
        lambda fleet: fleet.common.update(platform_url=f"{fleet.simulator.platform.url}/artifactory"), ("/artifactory",)
    ),
    "edge-url-with-a-path": Mistake(
        set_on("lyon", edge_url="https://edge-lyon.example.com/artifactory"), ("edge_url", "/artifactory")
    ),
    "two-edges-with-one-name": Mistake(same_name_twice, ("lyon", "nice-1")),
    "platform-token-without-admin-rights": Mistake(without_admin_rights, ("403", "admin"), code=4),
    "edge-token-without-admin-rights": Mistake(edge_without_admin_rights, ("lyon", "admin")),
    "edge-that-runs-at-another-address": Mistake(
        set_on("lyon", edge_url="https://127.0.0.1:1"), ("edge_url", "connection refused"), code=4
    ),
    "group-of-the-nodes-misspelt": Mistake(group_misspelt, ("edge_nodes",), code=4),
    "platform-that-cannot-be-reached": Mistake(platform_down, ("https://127.0.0.1:1", "connection refused"), code=4),
}


@pytest.mark.parametrize("case", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_named_and_nothing_is_written(fleet: Fleet, case: Mistake) -> None:
    fleet.add("lyon")
    case.make(fleet)
    before = fleet.snapshot()

    run = fleet.run("onboard_edge.yml")

    assert run.code == case.code, run.output
    told = re.sub(r"\s+", " ", run.output)
    assert [words for words in case.says if words not in told] == []
    assert "Traceback" not in run.output
    assert fleet.simulator.calls.writes == []
    assert fleet.snapshot() == before


@pytest.mark.parametrize("playbook", ["report_drift.yml", "federate_access.yml"])
def test_limit_to_a_host_that_is_no_edge_node_ends_with_an_error(fleet: Fleet, playbook: str) -> None:
    fleet.add("lyon")
    fleet.other_groups["databases"] = {"hosts": {"db-1": {}}}

    run = fleet.run(playbook, "--limit", "db-1")

    assert run.code != 0, run.output
    assert "no host in the group edge_nodes within the limit db-1." in re.sub(r"\s+", " ", run.output)
    assert [call for call in fleet.simulator.calls if call.by_client] == []


def test_limit_to_an_edge_node_is_no_error(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.add("osaka")

    run = fleet.run("federate_access.yml", "--limit", "osaka,db*:!lyon")

    assert (run.code, list(run.recap)) == (0, ["osaka-1"]), run.output


@pytest.mark.parametrize("playbook", ["report_drift.yml", "preflight.yml"])
def test_edge_hosts_that_match_no_host_end_with_an_error(fleet: Fleet, playbook: str) -> None:
    fleet.add("lyon")

    run = fleet.run(playbook, "-e", "edge_hosts=lion")

    assert run.code != 0, run.output
    assert "the inventory has no host in lion." in re.sub(r"\s+", " ", run.output)
    assert [call for call in fleet.simulator.calls if call.by_client] == []


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        pytest.param({"edge_trust_method": "pairing_token"}, "7.29.7", id="pairing-token-on-an-older-edge"),
        pytest.param({}, "edge_circle_of_trust_acknowledged", id="circle-of-trust-without-acknowledgement"),
    ],
)
def test_edge_that_cannot_be_trusted_as_asked_is_left_alone_and_the_others_are_joined(
    fleet: Fleet, variables: dict[str, str], says: str
) -> None:
    fleet.add("lyon")
    fleet.add("quito", version="7.25.7", **variables)

    run = fleet.run("onboard_edge.yml")

    assert run.code == 2
    assert says in run.output
    assert (run.edge("quito")["state"], run.edge("lyon")["state"]) == ("needs_person", "corrected")
    assert [call for call in fleet.simulator.calls.writes if call.site == "quito"] == []
    assert [jpd["name"] for jpd in fleet.simulator.platform.jpds] == ["HOME", "lyon"]


def test_edge_that_the_platform_cannot_reach_is_reported_with_its_answer(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.simulator.faults.add(site="lyon", path="/access/api/v1/service_trust/exchange", kind="hang_up", times=100)

    run = fleet.run("onboard_edge.yml")

    assert run.code == 2
    assert "lyon" in run.output
    assert re.search(r"Failed to (connect to|join) the JPD", run.output)
    assert [jpd["name"] for jpd in fleet.simulator.platform.jpds] == ["HOME"]


def test_wrong_clock_of_an_edge_is_told_before_anything_is_changed(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.simulator.clock.skew["lyon"] = -3600

    run = fleet.run("onboard_edge.yml")

    assert run.code == 2
    assert re.search(r"needs a person: preflight: clock.*300 s", run.output), run.output
    assert fleet.simulator.calls.writes == []


def test_answer_lost_after_the_registration_leads_to_one_deployment(fleet: Fleet, simulator: Simulator) -> None:
    fleet.add("lyon")
    simulator.faults.add(site="acme", method="POST", path="/mc/api/v1/jpds", kind="drop_answer")

    run = fleet.run("onboard_edge.yml")

    assert run.code == 0, run.output
    assert [jpd["name"] for jpd in simulator.platform.jpds] == ["HOME", "lyon"]
    minted = simulator.calls.find(site="lyon", method="POST", path="/access/api/v1/service_trust/pairing")
    assert len(minted) == 1


def test_node_that_is_not_reachable_stops_only_its_own_edge(fleet: Fleet) -> None:
    fleet.add("lyon")
    fleet.add("osaka", nodes=2)
    fleet.node_variables["osaka-2"] = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}

    run = fleet.run("onboard_edge.yml")

    assert run.code == 4, run.output
    assert run.edge("lyon")["state"] == "corrected"
    assert run.edge("osaka")["state"] == "unreachable"


def test_limit_to_half_of_an_ha_edge_is_refused_before_anything_is_written(fleet: Fleet) -> None:
    fleet.add("osaka", nodes=2)

    run = fleet.run("onboard_edge.yml", "--limit", "osaka-1")

    assert run.code == 2
    assert "osaka-2" in run.output
    assert fleet.simulator.calls.writes == []

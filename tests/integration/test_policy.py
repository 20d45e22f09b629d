# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy, fact by fact and Edge by Edge: what is left, what an approval lets through, and what cannot be taken back."""

from __future__ import annotations

import json

import pytest

from integration.fleet import Fleet, fleet_at

pytestmark = pytest.mark.xdist_group("policy")

OTHER_KEY = "0123456789abcdef" * 4


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    """Two Edges that are joined; each test leaves them as it found them."""
    folder = tmp_path_factory.mktemp("policy")
    with fleet_at(folder) as fleet:
        fleet.add("lyon")
        fleet.add("osaka", nodes=2)
        fleet.keep_master_key("osaka")
        fleet.onboard()
        yield fleet


def held(run: object, edge: str) -> list[tuple[str, str, str | None]]:
    return [(one["name"], one["policy"], one["waits_for"]) for one in run.edge(edge)["held"]]  # type: ignore[attr-defined]


def test_base_url_with_the_policy_report_is_told_and_left(joined: Fleet) -> None:
    lyon = joined.simulator.edge("lyon")
    joined.variables["lyon"] |= {"edge_base_url": lyon.url, "edge_policy": {"base_url": "report"}}
    joined.simulator.platform.edit_jpd("osaka", tags=["x"])

    corrected = joined.run("correct_drift.yml", "-e", "edge_approve=all")

    assert corrected.code == 2, corrected.output
    assert Fleet.edge_states(corrected) == {"lyon": "drifted", "osaka": "corrected"}
    assert lyon.custom_base_url is None
    assert held(corrected, "lyon") == [("base_url", "report", None), ("jpd", "report", "base_url")]
    assert [fact["state"] for fact in corrected.edge("lyon")["facts"] if fact["fact"] == "base_url"] == ["drifted"]
    assert "left by policy: base url on lyon-1: none is set instead of" in corrected.output.replace("\n", " ")


def test_base_url_with_the_policy_ask_waits_for_the_approval_of_a_run(joined: Fleet) -> None:
    lyon = joined.simulator.edge("lyon")
    joined.variables["lyon"] |= {"edge_base_url": lyon.url, "edge_policy": {"base_url": "ask"}}
    joined.simulator.calls.clear()

    asked = joined.run("correct_drift.yml")

    assert (asked.code, joined.simulator.calls.writes) == (2, []), asked.output
    assert held(asked, "lyon") == [("base_url", "ask", None), ("jpd", "ask", "base_url")]
    assert "edge_approve" in asked.output

    approved = joined.run("correct_drift.yml", "-e", "edge_approve=base_url")

    assert approved.code == 0, approved.output
    assert [change["step"] for change in approved.edge("lyon")["corrected"]] == ["base_url", "jpd"]
    assert lyon.custom_base_url is not None
    assert joined.run("report_drift.yml").code == 0
    del joined.variables["lyon"]["edge_policy"]


def test_join_key_of_an_edge_that_has_started_is_left_until_somebody_says_so(joined: Fleet) -> None:
    lyon = joined.simulator.edge("lyon")
    lyon.replace_join_key_in_database(OTHER_KEY)

    left = joined.run("correct_drift.yml", "-e", "edge_approve=all")

    assert left.code == 2, left.output
    assert held(left, "lyon") == [("join_key", "report", None), ("restart", "report", "join_key")]
    assert lyon.database.join_key == OTHER_KEY

    joined.variables["lyon"]["edge_policy"] = {"join_key": "ask"}
    supplied = joined.run("correct_drift.yml", "-e", "edge_approve=join_key")

    assert supplied.code == 0, supplied.output
    assert lyon.database.join_key == (joined.folder / "secrets/lyon.join.key").read_text()
    del joined.variables["lyon"]["edge_policy"]


def test_master_key_that_another_node_proves_is_put_back_without_a_word(joined: Fleet) -> None:
    node = joined.simulator.edge("osaka").node("osaka-2")
    kept = node.layout.master_key.read_text()
    node.layout.master_key.unlink()

    corrected = joined.run("correct_drift.yml")

    assert corrected.code == 0, corrected.output
    assert node.layout.master_key.read_text() == kept


def test_policy_that_cannot_be_meant_is_refused_with_all_its_problems_before_anything_is_written(
    joined: Fleet,
) -> None:
    joined.variables["lyon"]["edge_policy"] = {"base_urll": "ask", "jpd": "sometimes"}
    joined.variables["osaka"]["edge_policy"] = "never"
    joined.simulator.calls.clear()

    refused = joined.run("correct_drift.yml")

    del joined.variables["lyon"]["edge_policy"], joined.variables["osaka"]["edge_policy"]
    assert (refused.code, joined.simulator.calls.writes) == (2, [])
    for words in ("Did you mean base_url?", "jpd: 'sometimes'", "edge_policy is 'never'"):
        assert words in refused.output, refused.output


def test_approval_of_something_that_is_no_fact_is_refused(joined: Fleet) -> None:
    refused = joined.run("correct_drift.yml", "-e", json.dumps({"edge_approve": ["base_urll"]}))

    assert refused.code == 2
    assert "base_urll" in refused.output

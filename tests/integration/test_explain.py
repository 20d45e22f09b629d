# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""``explain_edge.yml``: one Edge of the inventory in words, read only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integration.fleet import Fleet, Run, fleet_at

pytestmark = pytest.mark.xdist_group("explain")


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("explain")
    with fleet_at(folder) as fleet:
        fleet.add("lyon")
        fleet.add("osaka", nodes=2)
        fleet.onboard()
        yield fleet


def explain(fleet: Fleet, name: str | None) -> Run:
    return fleet.run("explain_edge.yml", *(() if name is None else ("-e", f"edge_explain={name}")))


def section(run: Run, title: str) -> list[str]:
    """The lines under a title, without their indentation."""
    lines = run.output.split(f"\n{title}\n", 1)[1].splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith("  "))
    return [line.strip() for line in lines[:end]]


def test_edge_in_order_is_explained_without_looking_at_the_others(joined: Fleet) -> None:
    joined.simulator.calls.clear()

    run = explain(joined, "osaka")

    assert run.code == 0, run.output
    assert "osaka is in order: paired, by pairing token, because Artifactory 7.104.2 has pairing tokens" in run.output
    assert "tags: hybrid (edge_tags)" in section(run, "Desired")
    assert {"on osaka-1:", "on osaka-2:", "over REST:", "at the platform:"} <= set(section(run, "Observed"))
    assert section(run, "Drift") == ["none: everything that is managed is as it is wanted"]
    assert section(run, "Plan") == ["nothing is to be done"]
    assert run.executions == {"osaka-1": 1, "osaka-2": 1}
    assert joined.simulator.calls.writes == []


def test_edge_that_drifted_is_explained_with_its_plan_and_what_policy_leaves(joined: Fleet) -> None:
    joined.simulator.platform.edit_jpd("lyon", tags=["x"])
    joined.variables["lyon"] |= {
        "edge_base_url": joined.simulator.edge("lyon").url,
        "edge_policy": {"base_url": "ask"},
    }
    joined.simulator.calls.clear()

    run = explain(joined, "lyon")

    assert run.code == 0, run.output
    assert 'jpd differs in tags: tags is ["x"] instead of ["hybrid"]' in section(run, "Drift")
    assert section(run, "Plan")[0] == '1. jpd on lyon-1: tags is ["x"] instead of ["hybrid"]'
    assert "Run with -e edge_approve=base_url" in section(run, "Held by policy")[0]
    key = (joined.folder / "secrets/lyon.join.key").read_text()
    assert key not in run.output
    assert joined.simulator.calls.writes == []


def test_edge_with_a_node_that_is_away_is_explained_all_the_same(joined: Fleet) -> None:
    joined.node_variables["osaka-2"] = {
        "ansible_connection": "ssh",
        "ansible_host": "127.0.0.1",
        "ansible_port": 1,
    }

    run = explain(joined, "osaka")

    joined.node_variables.clear()
    assert run.code == 0, run.output
    assert any(line.startswith("node of osaka-2 cannot be reached: ") for line in section(run, "Drift"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        pytest.param("lyno", "no Edge is called 'lyno'. Did you mean 'lyon'?", id="misspelt"),
        pytest.param(None, "no Edge is named. Name one with -e edge_explain=NAME", id="nothing"),
    ],
)
def test_name_that_is_none_lists_those_that_are(joined: Fleet, name: str | None, words: str) -> None:
    run = explain(joined, name)

    assert run.code == 2
    assert words in run.output
    assert "In this run are: lyon, osaka." in run.output

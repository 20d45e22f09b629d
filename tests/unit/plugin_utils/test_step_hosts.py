# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""For whom an action works that carries out one step of the plan for all Edges of a batch."""

from __future__ import annotations

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.step_hosts import hosts_of

PLANS: dict[str, Any] = {
    "lyon-1": {"steps": ["jpd", "signing_key"], "nodes": ["lyon-1"]},
    "osaka-1": {"steps": ["jpd"], "nodes": ["osaka-1"]},
    "quito-1": {"steps": ["signing_key"], "nodes": ["quito-1", "quito-2"]},
}


def variables(*failed: str) -> dict[str, Any]:
    return {
        "ansible_play_batch": [*PLANS, "cairo-1"],
        "groups": {"edge_plan_failed": list(failed)} if failed else {},
        "hostvars": {**{host: {"edge_plan": plan} for host, plan in PLANS.items()}, "cairo-1": {}},
    }


def test_hosts_whose_plan_lacks_the_step_are_left_out_and_those_without_a_plan_are_not() -> None:
    assert hosts_of(variables(), None, "signing_key") == ["lyon-1", "quito-1", "cairo-1"]


def test_edge_of_which_another_node_has_failed_is_left_out() -> None:
    assert hosts_of(variables("quito-2"), None, "signing_key") == ["lyon-1", "cairo-1"]


def test_without_a_step_the_whole_batch_counts_and_named_hosts_win() -> None:
    assert hosts_of(variables(), None, None) == [*PLANS, "cairo-1"]
    assert hosts_of(variables(), ["osaka-1"], "signing_key") == ["osaka-1"]

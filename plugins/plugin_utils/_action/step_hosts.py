# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""For whom an action works that carries out one step of the plan for all Edges at once."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence

FAILED = "edge_plan_failed"  # the group of hosts on which a step has failed in this run


def hosts_of(task_vars: Mapping[str, Any], hosts: Optional[Sequence[str]], step: Optional[str]) -> list[str]:
    """The hosts that were named; else those of the batch whose ``edge_plan`` has the step, or who have no plan.

    An Edge of which a host has failed is left out: what is left of its plan is not carried out.
    """
    if hosts:
        return list(hosts)
    batch = list(task_vars["ansible_play_batch"])
    if step is None:
        return batch
    failed = set(task_vars["groups"].get(FAILED, ()))
    plans = {host: task_vars["hostvars"][host].get("edge_plan") for host in batch}
    return [
        host
        for host, plan in plans.items()
        if not isinstance(plan, Mapping) or (step in plan["steps"] and failed.isdisjoint(plan["nodes"]))
    ]

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""One Edge of the inventory, found by its name, and planned alone to be explained."""

from __future__ import annotations

import difflib
from datetime import datetime
from typing import Any, List, Mapping, Sequence

from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.explain.explanation import explain
from ...module_utils._domain.observed import Fleet
from .inventory import inventory_variables
from .planning import gather

_NAMED = 20


def hosts_of_edge(task_vars: Mapping[str, Any], name: str) -> List[str]:
    """The hosts of the play that are nodes of this Edge. Raises InventoryError with the names that are known."""
    variables = inventory_variables(task_vars, task_vars["ansible_play_hosts_all"], ("edge_name",))
    names = {host: str(values["edge_name"]) for host, values in variables.items() if values.get("edge_name")}
    found = [host for host, own in names.items() if own == name]
    if found:
        return found
    known = list(dict.fromkeys(names.values()))
    more = f" and {len(known) - _NAMED} more" if len(known) > _NAMED else ""
    near = difflib.get_close_matches(name, known, n=1)
    what = f"no Edge is called '{name}'" if name else "no Edge is named"
    meant = f" Did you mean '{near[0]}'?" if near else ""
    raise InventoryError(
        f"Cannot explain: {what}.{meant} Name one with -e edge_explain=NAME. "
        f"In this run are: {', '.join(known[:_NAMED]) or 'none'}{more}.",
        known=known,
    )


def explain_edge(
    task_vars: Mapping[str, Any],
    hosts: Sequence[str],
    *,
    fleet: Fleet,
    nodes_variable: str,
    onboarding: bool,
    approve: Sequence[str],
    loader: Any,
    now: datetime,
) -> tuple[dict[str, Any], List[dict[str, Any]]]:
    """The plan of the Edge, which has these hosts, and its explanation. Raises EdgeError."""
    inputs = gather(
        task_vars,
        fleet=fleet,
        hosts=hosts,
        nodes_variable=nodes_variable,
        onboarding=onboarding,
        allow=(),
        approve=approve,
        group_prefix="edge_plan",
        waves=None,
        waves_first=None,
        waves_max_fail_percentage=0,
        loader=loader,
        now=now,
    )
    edge, planned = inputs.desired.edges[0], inputs.plan()["edges"][0]
    seen = fleet["edges"].get(edge.name)
    return planned, explain(edge, planned, nodes=inputs.nodes, seen=seen, platform=fleet["platform"])

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""From what Ansible knows of the hosts to the arguments of the pure plan."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

from ...module_utils._domain.desired.fleet import VARIABLES, parse_fleet
from ...module_utils._domain.desired.shapes import DesiredFleet
from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.observed import Fleet
from ...module_utils._domain.plan.fleet import plan_fleet
from ...module_utils._domain.plan.waves import FIRST, MAX_FAIL_PERCENTAGE, WAVES, read_rollout
from .._files.key_source import beside_inventory, read_key_file, read_staged_key, refuse_in_inventory_folder
from .._files.key_version import is_under_way
from .inventory import inventory_variables, registered
from .unread import NO_ACCESS, NOT_OBSERVED, why_unread

KEYS = ("edge_join_key", "edge_master_key")
# A plan has no use for a token, and a template of one, such as a lookup, costs as much as the plan of its Edge.
READ = tuple(name for name in VARIABLES if not name.endswith("_access_token"))
PLACES = ("inventory_dir", "edge_support_request_dir")
OF_THE_RUN = (WAVES, FIRST, MAX_FAIL_PERCENTAGE)
PLATFORM_NODES = "platform_nodes"  # the nodes of a self-hosted platform
EDGE_NODES = "edge_nodes"  # the group that the playbooks work on by default


@dataclass(frozen=True)
class Inputs:
    """What the plan of a fleet is made of, and what may be asked of that later."""

    desired: DesiredFleet
    nodes: Mapping[str, Any]
    fleet: Fleet
    options: Mapping[str, Any]

    def plan(self, **changed: Any) -> dict[str, Any]:
        """The plan; ``changed`` options are for this one only."""
        return plan_fleet(self.desired, self.nodes, self.fleet, **{**self.options, **changed})


def gather(
    task_vars: Mapping[str, Any],
    *,
    fleet: Fleet,
    hosts: Sequence[str] | None,
    nodes_variable: str,
    onboarding: bool,
    allow: Sequence[str],
    approve: Sequence[str],
    group_prefix: str,
    waves: Any,
    waves_first: Any,
    waves_max_fail_percentage: Any,
    loader: Any,
    now: datetime,
) -> Inputs:
    """What is known of the hosts (default: all hosts of the play). Raises InventoryError or KeyFormatError."""
    planned = list(hosts or task_vars["ansible_play_hosts_all"])
    variables = inventory_variables(task_vars, planned, (*READ, *PLACES, *OF_THE_RUN))
    rotating = _rotating(variables.values())
    _read_keys(variables.values(), loader, task_vars.get("ansible_inventory_sources") or ())
    desired, absent = parse_fleet(variables), absent_nodes(task_vars, planned)
    _refuse_differing(variables)
    known = {*(edge.name for edge in desired.edges), *absent}
    rollout = read_rollout(waves, waves_first, waves_max_fail_percentage, known=known)
    seen = {host: observation(result) for host, result in registered(task_vars, planned, nodes_variable).items()}
    return Inputs(
        desired,
        {host: node for host, (node, _error) in seen.items()},
        fleet,
        {
            "unreachable": {host: error for host, (_node, error) in seen.items() if error},
            "absent": absent,
            "onboarding": onboarding,
            "allowed": allow,
            "approved": approve,
            "group_prefix": group_prefix,
            "rollout": rollout,
            "now": now,
            # Another controller, which only looks after the fleet, need not have it.
            "unrequested": _unrequested(variables.values()) if onboarding else (),
            "rotating": rotating,
            "staged": _staged_keys(variables.values(), loader),
            "owns_platform": bool(task_vars["groups"].get(PLATFORM_NODES)),
        },
    )


def _refuse_differing(hosts: Mapping[str, Mapping[str, Any]]) -> None:
    """What is about the run as a whole cannot be different for some of its hosts: it would be lost unnoticed."""
    problems = [
        f"{name} is not the same for all hosts of the run. Set it for all of them, or with --extra-vars."
        for name in OF_THE_RUN
        if len({repr(variables.get(name)) for variables in hosts.values()}) > 1
    ]
    if problems:
        raise InventoryError(f"Cannot divide the run into waves: {' '.join(problems)}", problems=problems)


def _read_keys(hosts: Iterable[dict[str, Any]], loader: Any, sources: Iterable[Any] = ()) -> None:
    """Put each key in the place of its file on the controller, where that file exists.

    ``sources`` are the inventory's files and folders. Raises InventoryError for a file that is read as inventory.

    The nodes of an Edge share a file, and to decrypt one costs more than everything else that is planned for a host.
    """
    known: dict[str, str | None] = {}
    for variables in hosts:
        for name in KEYS:
            given = variables.get(f"{name}_file")
            if not given or variables.get(name):
                continue
            path = variables[f"{name}_file"] = beside_inventory(str(given), variables)
            if path not in known:
                refuse_in_inventory_folder(path, sources, f"{name}_file")
                known[path] = read_key_file(path, loader=loader)
            if known[path] is not None:
                variables[name] = known[path]
                del variables[f"{name}_file"]


def _rotating(hosts: Iterable[Mapping[str, Any]]) -> set[str]:
    """The Edges whose key file on this controller is in the middle of a rotation."""
    return {name for name, store in _stores(hosts).items() if is_under_way(Path(store))}


def _staged_keys(hosts: Iterable[Mapping[str, Any]], loader: Any) -> dict[str, str]:
    """By Edge, the join key that was made for its file, where an interrupted run did not give that file its name."""
    found = {name: read_staged_key(store, loader=loader) for name, store in _stores(hosts).items()}
    return {name: key for name, key in found.items() if key is not None}


def _stores(hosts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By Edge, the file of its join key; after ``_read_keys`` only those that are not there."""
    return {
        str(variables.get("edge_name")): beside_inventory(str(variables["edge_join_key_file"]), variables)
        for variables in hosts
        if variables.get("edge_join_key_file")
    }


def _unrequested(hosts: Iterable[Mapping[str, Any]]) -> set[str]:
    """The Edges whose support request is not on this controller, where the role trusted_certificate writes it."""
    written: dict[str, bool] = {}
    for variables in hosts:
        name = str(variables.get("edge_name"))
        if name not in written:  # the first node of an Edge writes it
            folder = variables.get("edge_support_request_dir") or beside_inventory("support_requests", variables)
            written[name] = os.path.exists(os.path.join(os.path.expanduser(str(folder)), name, "request.txt"))
    return {name for name, there in written.items() if not there}


def observation(result: Any) -> tuple[Any, str]:
    """What node_info returned for a host, or why it returned nothing."""
    if not isinstance(result, Mapping):
        return None, NOT_OBSERVED
    if "node" in result:
        return result["node"], "" if result["node"] is not None else NO_ACCESS
    return None, why_unread(result)


def absent_nodes(task_vars: Mapping[str, Any], planned: Sequence[str]) -> dict[str, list[str]]:
    """Nodes of the inventory that belong to an Edge but not to this run, by Edge name.

    They are left out by ``--limit`` or by a narrower ``edge_hosts``. Without a limit only the group of all Edge nodes
    is looked at, because other hosts, such as a database server, may share the variables of an Edge.
    """
    groups = task_vars["groups"]
    known = groups["all"] if task_vars.get("ansible_limit") else groups.get(EDGE_NODES, ())
    here = {*planned, *task_vars["ansible_play_hosts_all"]}
    others = [host for host in known if host not in here]
    absent: dict[str, list[str]] = {}
    for host, variables in inventory_variables(task_vars, others, ("edge_name",)).items():
        if variables.get("edge_name"):
            absent.setdefault(str(variables["edge_name"]), []).append(host)
    return absent

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads which Edges trust each other, at once, on the controller. Documented in plugins/modules/trust_mesh.py."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import mesh as domain
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import connections as inventory
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._trust import mesh as adapter

display = Display()
SPEC: dict[str, dict[str, Any]] = {
    "hosts": {"type": "list", "elements": "str"},
    "nodes_variable": {"type": "str", "default": "edge_observed"},
    "wait_timeout": {"type": "int", "default": 0},
    "report": {"type": "bool", "default": False},
    "max_parallel": {"type": "int", "default": 32},
}


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec=SPEC)
        try:
            mesh, work = _observe(task_vars or {}, args, check_mode=self._task.check_mode)
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        result |= {"changed": False, "mesh": mesh, "work": work, "matrix": domain.matrix(mesh).splitlines()}
        if args["report"]:
            display.display(domain.matrix(mesh))
            result |= _ending(mesh, check_mode=self._task.check_mode)
        return result


def _observe(variables: dict[str, Any], args: dict[str, Any], *, check_mode: bool) -> tuple[Any, list[dict[str, Any]]]:
    hosts = args["hosts"] or variables["ansible_play_hosts_all"]
    edges = inventory.edges_of(variables, hosts, adapter.VARIABLES)
    pairs = domain.wanted_pairs(adapter.peers_of(variables, edges))
    adapter.demand_acknowledgement(edges, pairs)
    members = {name: values for name, values in edges.items() if any(name in pair for pair in pairs)}
    reached = inventory.connections(members)
    for connection in reached.values():
        for warning in connection.warnings():
            warn(warning)
    mesh = adapter.observe_mesh(
        [adapter.source(name, connection) for name, connection in reached.items()],
        pairs,
        max_parallel=args["max_parallel"],
        seconds=0 if check_mode else args["wait_timeout"],
        clock=Clock(),
    )
    work = []
    for name, certificates in domain.missing(mesh).items():
        host = adapter.first_node(variables, edges[name]["hosts"], args["nodes_variable"])
        if host is not None:
            work.append({"host": host, "edge": name, "certificates": certificates})
    return mesh, work


def _ending(mesh: Any, *, check_mode: bool) -> dict[str, Any]:
    """How the run ends: unreachable when an Edge could not be asked, failed when one is still not accepted."""
    found = domain.problems(mesh)
    if not found:
        return {
            "msg": "All Edges of the mesh trust each other." if mesh["pairs"] else "There is no mesh: no two Edges."
        }
    told = {
        "msg": f"The mesh is not whole: {'; '.join(found)}. Settle that where it is not a matter of time, then run the "
        "playbook again: it supplies what is missing."
    }
    if any(pair["trusted"] is None for pair in mesh["pairs"]):
        return {**told, "unreachable": True}
    return {**told, "failed": not check_mode}

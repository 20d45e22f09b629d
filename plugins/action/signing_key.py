# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Propagates signing keys to all Edges at once, on the controller. Documented in plugins/modules/signing_key.py."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import require_requests
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution.versions import AUTO, FORMS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.step_hosts import hosts_of
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution.propagation import Asked, Outcome, propagate
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import connections as inventory

KEY = "edge_signing_key"
SPEC: Family = {
    "hosts": {"type": "list", "elements": "str"},
    "step": {"type": "str"},
    "name": {"type": "str"},
    "release_bundle": {"type": "str", "choices": list(FORMS), "default": AUTO},
    "on_failure": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
    "require_all": {"type": "bool", "default": False},
    "max_parallel": {"type": "int", "default": 32},
}


def _ensure(
    params: dict[str, Any], *, variables: dict[str, Any], warn: Callable[[str], None], check_mode: bool, **_: Any
) -> dict[str, Any]:
    outcome, warnings = _propagate(variables, params, check_mode=check_mode)
    for warning in [*warnings, *outcome.warnings]:
        warn(warning)
    result = {
        "changed": bool(outcome.before),
        "edges": outcome.edges,
        "others": outcome.others,
        "drift": sorted(outcome.before),
        "diff": {"before": outcome.before, "after": outcome.after},
    }
    problems = _problems(outcome, params)
    if problems:
        result |= {"failed": True, "msg": f"Cannot propagate the signing key: {'; '.join(problems)}."}
    return result


def _propagate(task_vars: dict[str, Any], args: Mapping[str, Any], *, check_mode: bool) -> tuple[Outcome, list[str]]:
    require_requests()
    hosts = hosts_of(task_vars, args["hosts"], args["step"])
    edges = inventory.edges_of(task_vars, hosts, (KEY,))
    wanted = {name: str(args["name"] or values.get(KEY) or "") for name, values in edges.items()}
    chosen = {name: edges[name] for name, key in wanted.items() if key}
    if not chosen:
        raise InventoryError(
            f"Cannot propagate a signing key: no Edge of these hosts has {KEY}. Set it, or give the task a name."
        )
    platform = inventory.platform_of(task_vars, hosts)
    reached = inventory.connections(chosen)
    outcome = propagate(
        platform,
        [Asked(name, wanted[name], connection) for name, connection in reached.items()],
        release_bundle=args["release_bundle"],
        read_only=check_mode,
        max_parallel=args["max_parallel"],
    )
    warnings = [warning for one in (platform, *reached.values()) for warning in one.warnings()]
    return outcome, list(dict.fromkeys(warnings))


def _problems(outcome: Outcome, args: Mapping[str, Any]) -> list[str]:
    found = [f"{name}: {outcome.edges[name]['reason']}" for name in outcome.failed if args["on_failure"] == "fail"]
    if args["require_all"]:
        found += [f"{name}: {told['status']}" for name, told in outcome.others.items() if not told["ok"]]
    return found


class ActionModule(FleetAction):
    SPEC = SPEC
    ensure = staticmethod(_ensure)

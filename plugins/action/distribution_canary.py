# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves distribution to Edges at once, on the controller. Documented in plugins/modules/distribution_canary.py."""

from __future__ import annotations

from typing import Any, Callable, Mapping

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import require_requests
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.distribution.versions import AUTO, FORMS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.step_hosts import hosts_of
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._distribution.canary import (
    Asked,
    Proof,
    Settings,
    facts,
    prove,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet import connections as inventory

MARK = "edge_canary"
TARGET = "edge_canary_repository"
KEY = "edge_signing_key"
SOURCE = "platform_canary_repository"
CREATE = "platform_canary_create_repository"
SIGNED_WITH = "platform_canary_signing_key"
SPEC: Family = {
    "hosts": {"type": "list", "elements": "str"},
    "step": {"type": "str"},
    "marked_only": {"type": "bool", "default": False},
    "repository": {"type": "str"},
    "create_repository": {"type": "bool"},
    "signing_key_name": {"type": "str"},
    "release_bundle": {"type": "str", "choices": list(FORMS), "default": AUTO},
    "wait_timeout": {"type": "float", "default": 300.0},
    "on_failure": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
    "max_parallel": {"type": "int", "default": 32},
}


def _ensure(
    params: dict[str, Any],
    *,
    variables: dict[str, Any],
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Clock,
    **_: Any,
) -> dict[str, Any]:
    proof, warnings = _prove(variables, params, check_mode=check_mode, clock=clock)
    for warning in [*warnings, *(f"The canary is left behind in part: {text}" for text in proof.left)]:
        warn(warning)
    result = {
        "changed": proof.created_repository or bool(proof.removed),
        **facts(proof),
        "msg": _told(proof, check_mode=check_mode),
        "diff": _diff(proof),
    }
    if proof.failed and params["on_failure"] == "fail" and not check_mode:
        texts = "; ".join(f"{verdict.name}: {verdict.text}" for verdict in proof.failed)
        result |= {"failed": True, "msg": f"Distribution is not proven. {texts}."}
    return result


def _prove(
    task_vars: dict[str, Any], args: Mapping[str, Any], *, check_mode: bool, clock: Clock
) -> tuple[Proof, list[str]]:
    require_requests()
    hosts = hosts_of(task_vars, args["hosts"], args["step"])
    found = inventory.edges_of(task_vars, hosts, (MARK, TARGET, KEY, SOURCE, CREATE, SIGNED_WITH))
    edges = {name: values for name, values in found.items() if not args["marked_only"] or _is_marked(name, values)}
    if not edges:
        return Proof(), []
    settings = _settings(edges, args)
    platform = inventory.platform_of(task_vars, hosts)
    reached = inventory.connections(edges)
    proof = prove(
        platform,
        [
            Asked(name, connection, str(edges[name].get(TARGET) or settings.source))
            for name, connection in reached.items()
        ],
        settings,
        read_only=check_mode,
        clock=clock,
    )
    warnings = [warning for one in (platform, *reached.values()) for warning in one.warnings()]
    return proof, list(dict.fromkeys(warnings))


def _settings(edges: Mapping[str, Mapping[str, Any]], args: Mapping[str, Any]) -> Settings:
    source = args["repository"] or _first(edges, SOURCE)
    if not source:
        raise InventoryError(
            f"Cannot prove distribution: {SOURCE} is missing. Set it to a local generic repository of the platform."
        )
    create = args["create_repository"]
    if create is None:
        create = _boolean(CREATE, _first(edges, CREATE))
    shared = {str(values[KEY]) for values in edges.values() if values.get(KEY)}
    key = args["signing_key_name"] or _first(edges, SIGNED_WITH) or (shared.pop() if len(shared) == 1 else None)
    return Settings(
        source=str(source),
        key=str(key) if key else None,
        release_bundle=args["release_bundle"],
        create_repository=create,
        seconds=args["wait_timeout"],
        max_parallel=args["max_parallel"],
    )


def _first(edges: Mapping[str, Mapping[str, Any]], name: str) -> Any:
    """The platform's variables are the same for all hosts; the first that has one counts."""
    return next((values[name] for values in edges.values() if values.get(name)), None)


def _is_marked(name: str, values: Mapping[str, Any]) -> bool:
    return _boolean(f"{MARK} of the Edge '{name}'", values.get(MARK))


def _boolean(what: str, value: Any) -> bool:
    try:
        return value is not None and bool(boolean(value))
    except TypeError:
        raise InventoryError(f"Cannot use {what}: it is neither true nor false. Correct it.") from None


def _told(proof: Proof, *, check_mode: bool) -> str:
    """The result in a sentence."""
    names = ", ".join(name for name, verdict in proof.verdicts.items() if verdict.proven)
    if not proof.verdicts:
        return f"No Edge of these hosts has {MARK}=true, so nothing was proven."
    if check_mode:
        return (
            f"A release bundle {proof.form} would be distributed to {names or 'no Edge'}, its file compared there, and "
            "all of it removed again."
        )
    return f"A release bundle {proof.form} reached {names or 'no Edge'}."


def _diff(proof: Proof) -> dict[str, Any]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    if proof.created_repository:
        before["source_repository"], after["source_repository"] = "absent", "present"
    if proof.removed:
        before["left_behind"], after["left_behind"] = proof.removed, []
    return {"before": before, "after": after}


class ActionModule(FleetAction):
    SPEC = SPEC
    ensure = staticmethod(_ensure)

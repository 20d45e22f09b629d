# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks how the old user plugin stands, on the controller. Documented in plugins/modules/replication_plugin_info.py."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Callable, Iterable, Sequence

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication_plugin_options import (
    INFO_OPTIONS,
    INFO_RULES,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ConflictError,
    EdgeError,
    InventoryError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin import findings, versions
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication_plugin.reach import Reach, Standing
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication_plugin.source import plugin_of

IN_ORDER = "in_order"


def _ensure(
    params: dict[str, Any], *, variables: dict[str, Any], warn: Callable[[str], None], **_: Any
) -> dict[str, Any]:
    plugin = plugin_of(params, variables)
    version = None if plugin is None else versions.check_plugin(*plugin)
    _check_upgrade(params, version)
    reach = Reach(params, read_only=True)
    for warning in reach.warnings(params["urls"]):
        warn(warning)
    standings = {url: reach.standing(url) for url in params["urls"]}
    known = {url: one.version for url, one in standings.items() if one.version is not None and one.problem is None}
    for warning in versions.mesh_warnings(known, version, safety=params["safety"]):
        warn(warning)
    found = _validated(reach, standings)
    problems = _problems(standings.values(), found, params["demand"])
    told = {
        "changed": False,
        "instances": [asdict(one) for one in standings.values()],
        "findings": found,
        "in_order": not _problems(standings.values(), found, IN_ORDER),
    }
    if problems:
        return {**told, "failed": True, "msg": f"The plugin is not {params['demand']}: {' '.join(problems)}"}
    return told


def _validated(reach: Reach, standings: dict[str, Standing]) -> list[dict[str, Any]]:
    """What each instance finds. One that cannot be asked has a problem from here on."""
    found = {}
    for url in [url for url, one in standings.items() if one.plugin_loaded]:
        try:
            found[url] = findings.of_mesh(reach.mesh(url), url)
        except EdgeError as exc:
            standings[url] = replace(standings[url], problem=exc.msg)
    return findings.together(found)


def _check_upgrade(params: dict[str, Any], version: str | None) -> None:
    """Raises ConflictError, and InventoryError, for an upgrade that the plugin would not survive."""
    target = params["upgrade_to"]
    if target is None:
        return
    if version is None:
        raise InventoryError("Cannot look at the upgrade: plugin_path is missing. Name your copy of the plugin there.")
    problem = versions.upgrade_problem(target, version, safety=params["safety"])
    if problem is not None:
        raise ConflictError(f"Cannot upgrade Artifactory to {target} with the plugin: {problem}.")


def _problems(standings: Iterable[Standing], found: Sequence[dict[str, Any]], demand: str) -> list[str]:
    """What does not meet the demand, as sentences."""
    standings = list(standings)
    if demand == "nothing":
        return []
    problems = [one.problem for one in standings if one.problem]
    if demand == IN_ORDER:
        missing = [one.url for one in standings if one.plugin_loaded is False]
        problems += [f"The plugin is not loaded on {url}." for url in missing]
        problems += [one["text"] for one in found]
    return problems


class ActionModule(FleetAction):
    SPEC = INFO_OPTIONS
    RULES = INFO_RULES
    ensure = staticmethod(_ensure)

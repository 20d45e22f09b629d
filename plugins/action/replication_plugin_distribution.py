# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the old user plugin into use, on the controller.

The documentation is in plugins/modules/replication_plugin_distribution.py.
"""

from __future__ import annotations

from typing import Any, Callable

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication_plugin_options import (
    DISTRIBUTION_OPTIONS,
    DISTRIBUTION_RULES,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin import configuration, versions
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication_plugin.steps import Wanted
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication_plugin.distributing import Distribution
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication_plugin.reach import Reach, demand_ready
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication_plugin.source import plugin_of


def _ensure(
    params: dict[str, Any], *, variables: dict[str, Any], warn: Callable[[str], None], check_mode: bool, **_: Any
) -> dict[str, Any]:
    settings = configuration.read(params)
    source = params["source"] or settings.urls[0]
    if source not in settings.urls:
        raise InventoryError(f"Cannot distribute the plugin from '{source}': it is not one of urls. Correct source.")
    for option in ("node_urls", "written"):
        strangers = sorted(set(params[option]) - set(settings.urls))
        if strangers:
            raise InventoryError(f"Cannot use {option}: '{strangers[0]}' is not one of urls. Correct it.")
    plugin, where = plugin_of(params, variables) or ("", "")
    wanted = Wanted(settings, versions.check_plugin(plugin, where))
    reach = Reach(params, read_only=check_mode)
    for warning in reach.warnings(list(settings.urls)):
        warn(warning)
    demand_ready([reach.standing(url) for url in settings.urls])
    distribution = Distribution(reach, wanted, source=source, plugin=plugin, node_urls=params["node_urls"])
    steps = distribution.predict(params["written"]) if check_mode else distribution.run()
    return {"changed": bool(steps), "steps": [step.told() for step in steps]}


class ActionModule(FleetAction):
    SPEC = DISTRIBUTION_OPTIONS
    RULES = DISTRIBUTION_RULES
    ensure = staticmethod(_ensure)

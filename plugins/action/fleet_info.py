# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the platform and all Edges at once, on the controller. Documented in plugins/modules/fleet_info.py."""

from __future__ import annotations

from typing import Any, Callable

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.fleet_options import READING
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.progress import Speaker
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.observing import observe_fleet

SPEC: Family = {**READING, "preflight": {"type": "bool", "default": False}}


def _observe(
    params: dict[str, Any],
    *,
    variables: dict[str, Any],
    warn: Callable[[str], None],
    clock: Clock,
    **_: Any,
) -> dict[str, Any]:
    began = clock.now()
    hosts, max_parallel, preflight = (params.pop(name) for name in ("hosts", "max_parallel", "preflight"))
    fleet, warnings = observe_fleet(
        variables,
        hosts=hosts,
        options=params,
        max_parallel=max_parallel,
        clock=clock,
        preflight=preflight,
        speaker=Speaker(params.pop("progress_interval"), Display().display),
    )
    for warning in warnings:
        warn(warning)
    return {"changed": False, "fleet": fleet, "began_at": stamp(began), "ended_at": stamp(clock.now())}


class ActionModule(FleetAction):
    SPEC = SPEC
    ensure = staticmethod(_observe)

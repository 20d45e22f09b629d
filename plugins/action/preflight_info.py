# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at platform and Edges before anything is changed, on the controller. See plugins/modules/preflight_info.py."""

from __future__ import annotations

from typing import Any, Callable

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.fleet_options import READING
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.progress import Speaker
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._fleet.preflight import preflight_fleet


def _look(
    params: dict[str, Any],
    *,
    loader: Any,
    variables: dict[str, Any],
    warn: Callable[[str], None],
    clock: Clock,
    **_: Any,
) -> dict[str, Any]:
    hosts, max_parallel = params.pop("hosts"), params.pop("max_parallel")
    speaker = Speaker(params.pop("progress_interval"), Display().display)
    preflight, warnings = preflight_fleet(
        variables, hosts=hosts, options=params, max_parallel=max_parallel, loader=loader, clock=clock, speaker=speaker
    )
    for warning in warnings:
        warn(warning)
    return {"changed": False, "preflight": preflight}


class ActionModule(FleetAction):
    SPEC = READING
    ensure = staticmethod(_look)

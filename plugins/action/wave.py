# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Begins and ends a wave of Edges, on the controller. The documentation is in plugins/modules/wave.py."""

from __future__ import annotations

from typing import Any, Mapping

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan import wave
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.wording import printable
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.fleet_options import FAILURES, TIMES

display = Display()

BEGIN, VERIFY, END = "begin", "verify", "end"
PHASES = {BEGIN: "converge", VERIFY: "verify"}


SPEC: Family = {
    "phase": {"type": "str", "choices": [BEGIN, VERIFY, END], "required": True},
    "plan": {"type": "dict", "required": True},
    "number": {"type": "int", "required": True},
    "verified": {"type": "list", "elements": "dict"},
    **TIMES,
    **FAILURES,
}
RULES = {"required_if": [("phase", END, ["verified"])]}


def _ensure(params: dict[str, Any], *, clock: Clock, **_: Any) -> dict[str, Any]:
    told = {"changed": False, "number": params["number"]}
    if params["phase"] == END:
        return {**told, **_end(params)}
    time = {"phase": PHASES[params["phase"]], "at": stamp(clock.now())}
    return {**told, "time": time, **(_begin(params) if params["phase"] == BEGIN else {})}


def _begin(args: Mapping[str, Any]) -> dict[str, Any]:
    plan, number = args["plan"], args["number"]
    msg = wave.beginning(plan, number)
    if len(plan["waves"]) > 1:
        display.display(printable(msg))
    return {"msg": msg, "edges": plan["waves"][number - 1], "hosts": wave.hosts(plan, number)}


def _end(args: Mapping[str, Any]) -> dict[str, Any]:
    plan, number = args["plan"], args["number"]
    failed = wave.failed_edges(plan, number, args["verified"], args["failures"])
    stopped = wave.stop(plan, number, failed)
    msg = wave.ending(plan, number, failed, stopped)
    if failed and plan["stops_above"] is not None:
        display.display(printable(msg))
    kept = {name: args[name] for name in ("verified", "times")}
    return {"msg": msg, "failed_edges": failed, "stopped": stopped, **kept}


class ActionModule(FleetAction):
    SPEC = SPEC
    RULES = RULES
    ensure = staticmethod(_ensure)

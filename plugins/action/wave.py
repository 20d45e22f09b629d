# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Begins and ends a wave of Edges, on the controller. The documentation is in plugins/modules/wave.py."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Mapping

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.plan import wave
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.wording import printable

display = Display()

BEGIN, VERIFY, END = "begin", "verify", "end"
PHASES = {BEGIN: "converge", VERIFY: "verify"}


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "phase": {"type": "str", "choices": [BEGIN, VERIFY, END], "required": True},
                "plan": {"type": "dict", "required": True},
                "number": {"type": "int", "required": True},
                "verified": {"type": "list", "elements": "dict"},
                "times": {
                    "type": "list",
                    "elements": "dict",
                    "default": [],
                    "options": {name: {"type": "str", "required": True} for name in ("phase", "at")},
                },
                "failures": {
                    "type": "list",
                    "elements": "dict",
                    "default": [],
                    "options": {name: {"type": "str", "required": True} for name in ("host", "step", "message")},
                },
            },
            required_if=[("phase", END, ["verified"])],
        )
        if args["phase"] == END:
            return {**result, "changed": False, "number": args["number"], **_end(args)}
        time = {"phase": PHASES[args["phase"]], "at": stamp(datetime.now(timezone.utc))}
        told = _begin(args) if args["phase"] == BEGIN else {}
        return {**result, "changed": False, "number": args["number"], "time": time, **told}


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

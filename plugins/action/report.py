# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on the whole fleet at once, on the controller. The documentation is in plugins/modules/report.py."""

from __future__ import annotations

from typing import Any, Sequence

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import stamp
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import document as report
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.text import AUTO, EDGES, text
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.times import spent
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.fleet_options import FAILURES, TIMES
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.warning import warn
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._report.reporting import (
    FORMATS,
    Destinations,
    write_reports,
)

display = Display()

BEGIN = "begin"
FINISH = "finish"

# How the run ends, by the report's outcome: as the task's result keys, from which ansible-playbook makes its exit code.
ENDINGS: dict[str, dict[str, Any]] = {
    report.IN_ORDER: {},
    report.CORRECTED: {},
    report.DRIFT: {"failed": True},
    report.NEEDS_PERSON: {"failed": True},
    report.UNREACHABLE: {"unreachable": True},
}


SPEC: Family = {
    "phase": {"type": "str", "choices": [BEGIN, FINISH], "default": FINISH},
    "plan": {"type": "dict"},
    "verified": {"type": "dict"},
    "mode": {"type": "str", "choices": ["report", "converge"], "default": "report"},
    **FAILURES,
    "stopped": {"type": "dict"},
    "replication": {"type": "dict"},
    **TIMES,
    "edges": {"type": "str", "choices": list(EDGES), "default": AUTO},
    **{each.option: {"type": "path"} for each in FORMATS},
    "history_keep": {"type": "int", "default": 30},
    "metrics_labels": {"type": "dict", "default": {}},
}
RULES = {"required_if": [("phase", FINISH, ("plan",))]}


def _ensure(params: dict[str, Any], *, check_mode: bool, clock: Clock, **_: Any) -> dict[str, Any]:
    began = clock.now()
    destinations = Destinations.from_options(params)
    if params["phase"] == BEGIN:
        return {"changed": False, "began_at": stamp(began), **_refusal(destinations.problems())}
    try:
        times = spent(params["times"], ended=began)
    except ValueError as exc:
        msg = f"Cannot tell how long the run took: {exc}. Give each of 'times' the time at which its phase began."
        return {"failed": True, "msg": msg}
    mode = report.PREVIEW if check_mode and params["mode"] == report.CONVERGE else params["mode"]
    document = report.document(
        params["plan"],
        times=times,
        verified=params["verified"],
        mode=mode,
        failures=params["failures"],
        stopped=params["stopped"] or None,
        replication=params["replication"] or None,
    )
    display.display(text(document, edges=params["edges"]))
    problems = write_reports(document, destinations, warn=warn, clock=clock)
    ending = {} if (mode, document["outcome"]) == (report.PREVIEW, report.DRIFT) else ENDINGS[document["outcome"]]
    # A failure shows its whole result on the terminal, where the text above has said it already.
    found = {} if ending or problems else {"report": document}
    return {"changed": False, **found, **_ended(document["headline"], ending, problems)}


def _refusal(problems: Sequence[str]) -> dict[str, Any]:
    return {"failed": True, "msg": " ".join(problems), "problems": list(problems)} if problems else {}


def _ended(headline: str, ending: dict[str, Any], problems: Sequence[str]) -> dict[str, Any]:
    """How the run ends. A file that could not be written is a failure, and never hides that something was silent."""
    if not problems:
        return {"msg": headline, **ending}
    return {"msg": " ".join([*problems, headline]), "problems": list(problems), **(ending or {"failed": True})}


class ActionModule(FleetAction):
    SPEC = SPEC
    RULES = RULES
    ensure = staticmethod(_ensure)

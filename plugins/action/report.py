# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports on the whole fleet at once, on the controller. The documentation is in plugins/modules/report.py."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.reporting import write_document
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report import document as report
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.text import text
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.report.times import spent

display = Display()

# What a run with --check is for: it says what would be corrected, and that is no failure.
PREVIEW = "preview"

# How the run ends, by the report's outcome: as the task's result keys, from which ansible-playbook makes its exit code.
ENDINGS: dict[str, dict[str, Any]] = {
    report.IN_ORDER: {},
    report.CORRECTED: {},
    report.DRIFT: {"failed": True},
    report.NEEDS_PERSON: {"failed": True},
    report.UNREACHABLE: {"unreachable": True},
}


class ActionModule(ActionBase):
    BYPASS_HOST_LOOP = True
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(
            argument_spec={
                "plan": {"type": "dict", "required": True},
                "verified": {"type": "dict"},
                "mode": {"type": "str", "choices": ["report", "converge"], "default": "report"},
                "path": {"type": "path"},
                "failures": {
                    "type": "list",
                    "elements": "dict",
                    "default": [],
                    "options": {name: {"type": "str", "required": True} for name in ("host", "step", "message")},
                },
            }
        )
        mode = PREVIEW if self._task.check_mode and args["mode"] == report.CONVERGE else args["mode"]
        document = report.document(
            args["plan"],
            times=spent((), ended=datetime.now(timezone.utc)),
            verified=args["verified"],
            mode=mode,
            failures=args["failures"],
        )
        display.display(text(document))
        if args["path"]:
            try:
                write_document(document, args["path"])
            except EdgeError as exc:
                return {**result, "failed": True, **exc.to_fail_json()}
        ending = {} if (mode, document["outcome"]) == (PREVIEW, report.DRIFT) else ENDINGS[document["outcome"]]
        # A failure shows its whole result on the terminal, where the text above has said it already.
        found = {} if ending else {"report": document}
        return {**result, "changed": False, "msg": document["headline"], **found, **ending}

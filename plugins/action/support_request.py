# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps support requests on the controller. The documentation is in plugins/modules/support_request.py."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import diff_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.load import load_trusted
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust.support_request import Waiting, waiting
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.url import base_url
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._files.support_bundle import keep

SPEC: dict[str, dict[str, Any]] = {
    "path": {"type": "path", "required": True},
    "platform": {"type": "str", "required": True},
    "waiting": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "name": {"type": "str", "required": True},
            "url": {"type": "str", "required": True},
            "certificate": {"type": "str", "required": True},
            "present": {"type": "str"},
        },
    },
    "settled": {"type": "list", "elements": "str", "default": []},
}


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(argument_spec=SPEC)
        try:
            platform = base_url(args["platform"], "platform")
            edges = [_waiting(platform, item) for item in args["waiting"]]
            kept = keep(args["path"], platform, edges, args["settled"], check_mode=self._task.check_mode)
        except EdgeError as exc:
            return {**result, "failed": True, **exc.to_fail_json()}
        if self._task.diff:
            result["diff"] = diff_of(kept.change, args["path"])
        request = {"path": args["path"], "waiting": list(kept.waiting), "common": kept.common}
        return {**result, "changed": kept.change.changed, "drift": kept.change.drift, "request": request}


def _waiting(platform: str, item: dict[str, Any]) -> Waiting:
    """An Edge that waits. A private key in the place of its certificate is refused here."""
    what = f"the root certificate of the Edge '{item['name']}'"
    certificate = load_trusted(item["certificate"], now=datetime.now(timezone.utc), what=what)
    return waiting(
        platform=platform,
        name=item["name"],
        url=base_url(item["url"], "url"),
        pem=certificate.pem,
        facts=certificate.facts(),
        present=item["present"],
    )

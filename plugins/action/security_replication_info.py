# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks how a mesh stands, on the controller. Documented in plugins/modules/security_replication_info.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Callable

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication import standing
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.text import of_standing
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.verdict import DRIFTED
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.inspecting import inspect
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.options import MESH_OPTIONS, mesh_of

display = Display()

SPEC: Family = {
    **MESH_OPTIONS,
    "max_age_hours": {"type": "float"},
    "fail_when_out_of_step": {"type": "bool", "default": False},
    "on_failure": {"type": "str", "choices": ["fail", "report"], "default": "fail"},
}
# How a task that is to fail ends, as the keys from which ansible-playbook makes its exit code.
ENDINGS: dict[str, dict[str, Any]] = {
    standing.UNREACHABLE: {"unreachable": True},
    DRIFTED: {"failed": True},
    standing.NEEDS_PERSON: {"failed": True},
}


def _ensure(
    params: dict[str, Any], *, variables: dict[str, Any], warn: Callable[[str], None], clock: Clock, **_: Any
) -> dict[str, Any]:
    try:
        found = _look(params, variables, warn, clock)
    except EdgeError as exc:
        if params["on_failure"] == "fail":
            raise
        found = standing.not_looked_at(params["mesh"], exc.msg)
    if not params["fail_when_out_of_step"]:
        return {"changed": False, "replication": found}
    display.display(of_standing(found))
    ending = ENDINGS.get(found["state"], {})
    # A failure shows its whole result on the terminal, where the text above has said it already.
    told = {"msg": found["headline"], **ending} if ending else {"replication": found}
    return {"changed": False, **told}


def _look(
    params: dict[str, Any], variables: dict[str, Any], warn: Callable[[str], None], clock: Clock
) -> dict[str, Any]:
    hours = params["max_age_hours"]
    if hours is not None and hours <= 0:
        raise InventoryError(f"Cannot look at the replication: max_age_hours is {hours:g}, and has to be more than 0.")
    mesh = mesh_of(params, variables=variables, say=display.display, warn=warn)
    return inspect(mesh, now=clock.now(), max_age=None if hours is None else timedelta(hours=hours))


class ActionModule(FleetAction):
    SPEC = SPEC
    ensure = staticmethod(_ensure)

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replicates security between instances, on the controller. Documented in plugins/modules/security_replication.py."""

from __future__ import annotations

import os
import socket
from typing import Any, Callable

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.text import of_run
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._action.controller import FleetAction
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication import telling
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.lock import Lock
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.options import (
    MESH_OPTIONS,
    RUN_OPTIONS,
    mesh_of,
)
from ansible_collections.hybrid.jfrog.plugins.plugin_utils._replication.running import dry_run, run, trouble

display = Display()

SPEC: Family = {**MESH_OPTIONS, **RUN_OPTIONS}


def _ensure(
    params: dict[str, Any],
    *,
    variables: dict[str, Any],
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Clock,
    **_: Any,
) -> dict[str, Any]:
    mesh = mesh_of(params, variables=variables, say=display.display, warn=warn)
    if check_mode:
        ran = dry_run(mesh.members, mesh.wishes, mesh.store, speaker=mesh.speaker)
    else:
        owner = f"{os.environ.get('USER', 'process')} {os.getpid()} on {socket.gethostname()}"
        lock = Lock(f"{mesh.store.path}.lock", owner=owner, seconds=params["lock_seconds"], clock=clock, warn=warn)
        ran = run(mesh.members, mesh.wishes, mesh.store, lock, speaker=mesh.speaker, clock=clock)
    for warning in telling.warnings(ran):
        warn(warning)
    told = telling.result(ran)
    display.display(of_run(told, predicted=check_mode))
    failure = trouble(ran)
    if failure is not None:
        ending = {"failed": True, "msg": f"Cannot replicate everything: {failure}."}
    else:
        ending = {"msg": telling.away(ran)} if told["unreachable"] else {}
    return {**told, "diff": telling.diffs(ran), **ending}


class ActionModule(FleetAction):
    SPEC = SPEC
    ensure = staticmethod(_ensure)

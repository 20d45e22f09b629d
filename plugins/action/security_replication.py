# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replicates security between instances, on the controller. Documented in plugins/modules/security_replication.py."""

from __future__ import annotations

import os
import socket
from typing import Any, Callable

from ansible.utils.display import Display

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.controller_action import FleetAction
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.key_source import beside_inventory
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import Family
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.progress import Speaker
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication import telling
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication.lock import Lock
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication.members import (
    INSTANCE_OPTIONS,
    members_of,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication.running import (
    Wishes,
    dry_run,
    run,
    trouble,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.replication.store import Store
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.policies import read_policies
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.safeguards import read_thresholds
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.scope import read_scope

SPEC: Family = {
    "instances": {"type": "list", "elements": "dict", "required": True, "options": INSTANCE_OPTIONS},
    "mesh": {"type": "str", "default": "security"},
    "state_path": {"type": "str", "required": True},
    "level": {"type": "int", "choices": [1, 2, 3], "default": 3},
    "include": {"type": "dict", "default": {}},
    "exclude": {"type": "dict", "default": {}},
    "protected": {"type": "dict", "default": {}},
    "realms": {"type": "list", "elements": "str", "default": ["internal"]},
    "policy": {"type": "raw", "default": {}},
    "delete_thresholds": {"type": "dict", "default": {}},
    "give_up_after": {"type": "int", "default": 10},
    "keep": {"type": "int", "default": 10},
    "lock_seconds": {"type": "int", "default": 3600},
    "max_parallel": {"type": "int", "default": 4},
    "progress_interval": {"type": "float", "default": 10.0},
    "timeout": {"type": "float", "default": 60.0},
}


def _ensure(
    params: dict[str, Any],
    *,
    variables: dict[str, Any],
    warn: Callable[[str], None],
    check_mode: bool,
    clock: Clock,
    **_: Any,
) -> dict[str, Any]:
    for name in ("give_up_after", "keep", "lock_seconds", "max_parallel"):
        if params[name] < 1:
            raise InventoryError(f"Cannot replicate: {name} is {params[name]}, and has to be 1 at least.")
    members = members_of(params["instances"], timeout=params["timeout"])
    wishes = Wishes(
        mesh=params["mesh"],
        scope=read_scope(
            params["level"],
            include=params["include"],
            exclude=params["exclude"],
            protected=params["protected"],
            realms=params["realms"],
        ),
        policies=read_policies(params["policy"]),
        thresholds=read_thresholds(params["delete_thresholds"]),
        parallel=params["max_parallel"],
        give_up_after=params["give_up_after"],
    )
    for member in members:
        for warning in member.connection.warnings():
            warn(warning)
    path = beside_inventory(params["state_path"], variables)
    store = Store(path, mesh=params["mesh"], keep=params["keep"])
    speaker = Speaker(params["progress_interval"], Display().display)
    if check_mode:
        ran = dry_run(members, wishes, store, speaker=speaker)
    else:
        owner = f"{os.environ.get('USER', 'process')} {os.getpid()} on {socket.gethostname()}"
        lock = Lock(f"{store.path}.lock", owner=owner, seconds=params["lock_seconds"], clock=clock, warn=warn)
        ran = run(members, wishes, store, lock, speaker=speaker, clock=clock)
    for warning in telling.warnings(ran):
        warn(warning)
    told = {**telling.result(ran), "diff": telling.diffs(ran)}
    failure = trouble(ran)
    return told if failure is None else {**told, "failed": True, "msg": f"Cannot replicate everything: {failure}."}


class ActionModule(FleetAction):
    SPEC = SPEC
    ensure = staticmethod(_ensure)

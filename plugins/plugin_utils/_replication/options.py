# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What an inventory says of a mesh. Documented in plugins/doc_fragments/replication.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from ...module_utils._adapter.options import Family
from ...module_utils._domain.errors import InventoryError
from ...module_utils._domain.replication.policies import read_policies
from ...module_utils._domain.replication.safeguards import read_thresholds
from ...module_utils._domain.replication.scope import read_scope
from .._action.progress import Speaker
from .._files.key_source import beside_inventory
from .members import INSTANCE_OPTIONS, Member, members_of
from .running import Wishes
from .store import Store

MESH_OPTIONS: Family = {
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
    "max_parallel": {"type": "int", "default": 4},
    "progress_interval": {"type": "float", "default": 10.0},
    "timeout": {"type": "float", "default": 60.0},
}
RUN_OPTIONS: Family = {
    "restore_run": {"type": "int"},
    "give_up_after": {"type": "int", "default": 10},
    "keep": {"type": "int", "default": 10},
    "lock_seconds": {"type": "int", "default": 3600},
}
_AT_LEAST_ONE = ("max_parallel", "give_up_after", "keep", "lock_seconds")


@dataclass(frozen=True)
class Mesh:
    """The instances, what is wanted of them, and where the state is."""

    members: Sequence[Member]
    wishes: Wishes
    store: Store
    speaker: Speaker


def mesh_of(
    params: Mapping[str, Any],
    *,
    variables: Mapping[str, Any],
    say: Callable[[str], None],
    warn: Callable[[str], None],
) -> Mesh:
    """The mesh that the options of a task describe. Raises InventoryError for what cannot be meant."""
    for name in _AT_LEAST_ONE:
        if params.get(name, 1) < 1:
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
        give_up_after=params.get("give_up_after", 1),
        restore=params.get("restore_run"),
    )
    for member in members:
        for warning in member.connection.warnings():
            warn(warning)
    store = Store(beside_inventory(params["state_path"], variables), mesh=params["mesh"], keep=params.get("keep", 1))
    return Mesh(members, wishes, store, Speaker(params["progress_interval"], say))

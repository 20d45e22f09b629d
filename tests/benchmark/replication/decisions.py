# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long the decisions take when people were busy on three instances at once.

``python -m benchmark.replication.decisions USERS`` prints the seconds of the merge, of so many users and a tenth as
many groups and permissions, of which every instance changed one in twenty, another one each.
"""

from __future__ import annotations

import copy
import json
import sys
import time
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.difference import diff
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.replication.merging import merge
from benchmark.replication.simulated import GROUPS_OF_A_USER, NAMES, TENTH, USERS_OF_A_PERMISSION

CHANGED = 20
REPEATS = 5


def snapshot(users: int) -> dict[str, Any]:
    """What the simulated instances hold, in the form that is compared."""
    tenth = users // TENTH
    people = {
        f"user-{number:05}": {
            "email": f"user-{number}@example.com",
            "admin": False,
            "groups": sorted(f"group-{(number * 7 + one) % tenth:04}" for one in range(GROUPS_OF_A_USER)),
            "permissions": {f"permission-{number // TENTH:04}": "rw"} if number % TENTH < USERS_OF_A_PERMISSION else {},
        }
        for number in range(users)
    }
    groups = {
        f"group-{number:04}": {"description": f"Group {number}", "permissions": {f"permission-{number:04}": "nr"}}
        for number in range(tenth)
    }
    patterns = {"includes": ["**"], "excludes": ["private/**"]}
    permissions = {
        f"permission-{number:04}": {"targets": {f"repo-{(number + one) % tenth:04}": patterns for one in range(2)}}
        for number in range(tenth)
    }
    return {"users": people, "groups": groups, "permissions": permissions}


def edited(base: dict[str, Any], instance: int) -> dict[str, Any]:
    """The snapshot after people were there."""
    made = copy.deepcopy(base)
    for number, user in enumerate(made["users"].values()):
        if number % CHANGED == instance:
            user.update({"email": f"{instance}-{user['email']}", "groups": user["groups"][:1]})
    for kind, field, value in (("groups", "description", "Changed"), ("permissions", "targets", {})):
        for number, one in enumerate(made[kind].values()):
            if number % CHANGED == instance:
                one[field] = value
    return made


def seconds(users: int) -> float:
    """The fastest of some merges: what else the machine does only makes them slower."""
    base = snapshot(users)
    sides = {name: edited(base, number) for number, name in enumerate(NAMES)}
    taken = []
    for _ in range(REPEATS):
        begun = time.perf_counter()
        diffs = {name: diff(base, side) for name, side in sides.items()}
        merge(base, diffs, bases=dict.fromkeys(NAMES, base), order=NAMES, run=2)
        taken.append(time.perf_counter() - begun)
    return min(taken)


if __name__ == "__main__":
    print(json.dumps(round(seconds(int(sys.argv[1])), 3)))

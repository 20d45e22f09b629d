# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three instances that are in step, in a process of their own.

``python -m benchmark.replication.simulated FOLDER USERS`` makes them, writes an inventory for the playbook, and serves
until its standard input ends. What it is asked there, a word per line, it answers with one line of JSON.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from simulator.node.installation import write_private
from simulator.security.state import new_group, new_permission, new_user
from simulator.simulator import Simulator
from simulator.sites import Site

TOKEN_SECONDS = 7 * 86_400
NAMES = ("acme", "lyon", "osaka")
# Of ten users one is a group and one a permission.
TENTH = 10
SINGLE = ("/access/api/v2/users/", "/access/api/v2/groups/", "/access/api/v2/permissions/")
PATTERNS = {"include_patterns": ["**"], "exclude_patterns": ["private/**"]}
GROUPS_OF_A_USER, USERS_OF_A_PERMISSION = 3, 5


def fill(site: Site, users: int) -> None:
    """The same on each instance: people in some groups, and permissions of both on some repositories."""
    state, tenth = site.security, users // TENTH
    for number in range(tenth):
        site.repositories.create(
            f"repo-{number:04}", site.now(), "admin", {"rclass": "remote" if number % 2 else "local"}
        )
        state.put("groups", f"group-{number:04}", new_group(description=f"Group {number}"))
    for number in range(users):
        groups = sorted(f"group-{(number * 7 + one) % tenth:04}" for one in range(GROUPS_OF_A_USER))
        state.put("users", f"user-{number:05}", new_user(email=f"user-{number}@example.com", groups=groups))
    for number in range(tenth):
        granted = {f"user-{(number * TENTH + one):05}": ["READ", "WRITE"] for one in range(USERS_OF_A_PERMISSION)}
        actions = {"users": granted, "groups": {f"group-{number:04}": ["READ", "ANNOTATE"]}}
        targets = {f"repo-{(number + one) % tenth:04}": PATTERNS for one in range(2)}
        state.put(
            "permissions",
            f"permission-{number:04}",
            new_permission({"artifact": {"actions": actions, "targets": targets}}),
        )


def inventory(simulator: Simulator, sites: list[Site]) -> dict[str, Any]:
    """What the playbook takes, and the bare client as well."""
    instances = [
        {
            "name": site.name,
            "url": site.url,
            "access_token": site.admin_token(expires_in=TOKEN_SECONDS),
            "ca_path": str(simulator.ca_path),
        }
        for site in sites
    ]
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "security_replication_instances": instances,
        "security_replication_state_path": "state/security.json",
        "security_replication_policy": {"join": "union"},
    }
    return {"all": {"hosts": {"localhost": variables}}}


def counts(simulator: Simulator) -> dict[str, int]:
    """What was asked for since the log was cleared."""
    asked = list(simulator.calls)
    objects = Counter((call.site, call.path) for call in asked if call.path.startswith(SINGLE))
    return {
        "requests": len(asked),
        "objects": len(objects),
        "most_reads_of_an_object": max(objects.values(), default=0),
        "connections": len({(call.site, call.connection) for call in asked}),
        "writes": len(simulator.calls.writes),
    }


def serve(folder: Path, users: int) -> None:
    """Answer until standard input ends."""
    with Simulator(folder / "simulator") as simulator:
        sites: list[Site] = [simulator.add_platform(NAMES[0]), *(simulator.add_edge(name) for name in NAMES[1:])]
        for site in sites:
            fill(site, users)
        (folder / "controller").mkdir()
        write_private(folder / "controller/inventory.json", json.dumps(inventory(simulator, sites), indent=1))
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            answer: Any = None
            if line.strip() == "clear":
                simulator.calls.clear()
            elif line.strip() == "counts":
                answer = counts(simulator)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))

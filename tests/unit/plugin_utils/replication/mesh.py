# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Three simulated instances as a mesh, and runs over them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ansible_collections.hybrid.jfrog.plugins.action import security_replication
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from simulator.security.state import new_group, new_permission, new_user
from simulator.simulator import Simulator
from simulator.sites import Site

EVERYTHING = {"include_patterns": ["**"], "exclude_patterns": []}
NAMES = ("acme", "lyon", "osaka")


def granting(repository: str, **users: list[str]) -> dict[str, Any]:
    """A permission of users on one repository."""
    actions = {"users": users, "groups": {}}
    return new_permission({"artifact": {"actions": actions, "targets": {repository: EVERYTHING}}})


class Mesh:
    """The platform first, then two Edges, perhaps of an old version; ``run`` is the task."""

    def __init__(self, simulator: Simulator, folder: Path, versions: Mapping[str, str] = MappingProxyType({})) -> None:
        self.simulator = simulator
        self.folder = folder
        self.sites: dict[str, Site] = {"acme": simulator.platform}
        for name in NAMES[1:]:
            self.sites[name] = simulator.add_edge(name, **({"version": versions[name]} if name in versions else {}))
        for site in self.sites.values():
            site.repositories.create("libs", site.now(), "admin", {"rclass": "local"})
        self.instances: dict[str, dict[str, Any]] = {name: {"join": "union"} for name in NAMES}
        self.tokens = {name: site.admin_token() for name, site in self.sites.items()}
        self.warned: list[str] = []

    def run(self, *, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """The result of the task. Raises EdgeError as the task fails by it."""
        spec = security_replication.SPEC
        suboptions = spec["instances"]["options"]
        own = {name: option.get("default") for name, option in suboptions.items()}
        params = {
            **{name: option.get("default") for name, option in spec.items()},
            "instances": [
                {
                    **own,
                    "name": name,
                    "url": self.sites[name].url,
                    "access_token": self.tokens[name],
                    "ca_path": str(self.simulator.ca_path),
                    **said,
                }
                for name, said in self.instances.items()
            ],
            "state_path": str(self.folder / "state.json"),
            "progress_interval": 0.0,
            **options,
        }
        self.warned.clear()
        self.simulator.calls.clear()
        return security_replication.ActionModule.ensure(
            params, variables={}, warn=self.warned.append, check_mode=check_mode, clock=Clock(), loader=None
        )

    def put(self, name: str, kind: str, what: str, value: dict[str, Any]) -> None:
        self.sites[name].security.put(kind, what, value)

    def add_user(self, name: str, user: str, **fields: Any) -> None:
        self.put(name, "users", user, new_user(**{"email": f"{user}@example.com", **fields}))

    def add_group(self, name: str, group: str, **fields: Any) -> None:
        self.put(name, "groups", group, new_group(**fields))

    def holds(self, kind: str, what: str) -> list[str]:
        """The instances that have it."""
        return [name for name in self.instances if self.sites[name].security.has(kind, what)]

    def get(self, name: str, kind: str, what: str) -> dict[str, Any]:
        found = self.sites[name].security.get(kind, what)
        assert found is not None, f"{name} has no {kind} {what}"
        return found

    @property
    def state(self) -> dict[str, Any]:
        """What is remembered."""
        found: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return found

    @property
    def writes(self) -> list[str]:
        """All requests that wrote, as method, site and path."""
        return [f"{call.method} {call.site} {call.path}" for call in self.simulator.calls.writes]


def outcomes(result: dict[str, Any], name: str) -> dict[str, str]:
    return {f"{one['kind']} {one['name']}": one["outcome"] for one in result["instances"][name]["outcomes"]}

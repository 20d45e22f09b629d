# Copyright: (c) 2026, hybrid.jfrog contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mesh of simulated 6.x instances for the modules about the old user plugin."""

from __future__ import annotations

from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from simulator.simulator import Simulator
from simulator.sites import Edge
from simulator.user_plugins.testing import CRON, configuration_text, install, plugin_text, plugin_url

SECRET = "marked-s3cret-of-the-mesh"
PLUGIN = plugin_text()


class PluginMesh:
    """Instances whose admin has the password ``SECRET``, and the options of the modules for them."""

    def __init__(self, simulator: Simulator, **nodes: int) -> None:
        self.simulator = simulator
        self.edges = [simulator.add_edge(name, generation="6", nodes=count) for name, count in nodes.items()]
        for edge in self.edges:
            edge.database.users["admin"].password = SECRET
        self.warned: list[str] = []

    @property
    def urls(self) -> list[str]:
        return [plugin_url(edge) for edge in self.edges]

    def install(self, *edges: Edge, plugin: str = PLUGIN, load: bool = True, **values: Any) -> None:
        """Both files, on some instances or on all."""
        for edge in edges or self.edges:
            install(edge, plugin, configuration_text(self.edges, edge, SECRET, **values), load=load)

    def ensure(self, action: Any, *, check: bool = False, **options: Any) -> dict[str, Any]:
        """The result of one of the actions on the controller. Raises EdgeError."""
        given = {
            "username": "admin",
            "password": SECRET,
            "urls": self.urls,
            "ca_path": str(self.simulator.ca_path),
            "timeout": 10.0,
            **options,
        }
        checked = ArgumentSpecValidator(action.SPEC, **action.RULES).validate(given)
        assert checked.error_messages == []
        result: dict[str, Any] = action.ensure(
            checked.validated_parameters, variables={}, warn=self.warned.append, check_mode=check
        )
        assert SECRET not in str(result) + str(self.warned)
        return result

    def writes(self) -> list[str]:
        """What clients changed, as methods and last parts of paths."""
        return [
            f"{call.method} {call.path.rpartition('/')[2]}" for call in self.simulator.calls.writes if call.by_client
        ]

    def loaded(self) -> list[tuple[str | None, str] | None]:
        """Version and cron expression in the memory of each node, in the order of the instances."""
        found = [node.plugins.get("securityReplication") for edge in self.edges for node in edge.nodes]
        return [one and (one.version, one.cron) for one in found]


IN_USE = ("6.23.1", CRON)

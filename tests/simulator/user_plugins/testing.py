# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stand-ins for the plugin's two files, for tests: the plugin itself is JFrog's, and no part of this collection."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from simulator.sites import Edge

# What every fresh Artifactory has.
PASSWORD = "password"
CRON = "0 0/30 * * * ?"


def plugin_text(version: str = "6.23.1") -> str:
    """A file that the simulator, and whoever looks for the version, takes for the plugin."""
    return f'// a stand-in\npluginVersion = "{version}"\nexecutions {{\n}}\n'


def plugin_url(edge: Edge) -> str:
    """An instance as the plugin knows it: with the context of Artifactory."""
    return f"{edge.url}/artifactory"


def configuration_text(edges: Sequence[Edge], of: Edge, password: str = PASSWORD, **values: Any) -> str:
    """The configuration file of one instance."""
    content = {
        "authorization": {"username": "admin", "password": password},
        "urls": [plugin_url(edge) for edge in edges],
        "whoami": plugin_url(of),
        "filter": 1,
        "cron_job": CRON,
        "safety": True,
        **values,
    }
    return json.dumps({"securityReplication": content})


def install(edge: Edge, plugin: str, configuration: str, *, load: bool = True) -> None:
    """Put both files on every node of an instance; ``load``: into the memory as well."""
    for node in edge.nodes:
        node.layout.plugins.mkdir(parents=True, exist_ok=True)
        (node.layout.plugins / "securityReplication.json").write_text(configuration)
        node.deploy_plugin("securityReplication", plugin, loads=load)

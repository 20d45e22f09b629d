# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An Ansible inventory of what the simulator serves, so that nothing has to be written for a rehearsal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simulator.sites import Edge, Site

# Every deployment needs a place. Nothing depends on which.
SOMEWHERE = {"city_name": "Somewhere", "country_code": "DE", "latitude": 50.0, "longitude": 8.0}


def inventory(folder: Path, platform: Site, edges: list[Edge]) -> dict[str, Any]:
    """It has no secret in it: tokens and keys are looked up in the files of the simulator's folder.

    All but the place are variables of hosts. So they win over an inventory that is given before, in whatever group
    that has them, and no rehearsal calls a platform that is real.
    """
    common = {
        "platform_url": platform.url,
        "platform_access_token": _content(folder / f"secrets/{platform.name}.token"),
        "platform_ca_path": str(folder / "tls/ca.pem"),
        # The nodes are folders of this machine.
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
    }
    groups = {edge.name: {"hosts": _hosts(folder, edge, common)} for edge in edges}
    nodes = {node.name: {**common, "platform_artifactory_home": str(node.home)} for node in platform.nodes}
    return {
        "edge_nodes": {"vars": {"edge_location": SOMEWHERE}, "children": groups},
        **({"platform_nodes": {"hosts": nodes}} if nodes else {}),
    }


def _hosts(folder: Path, edge: Edge, common: dict[str, Any]) -> dict[str, Any]:
    variables = {
        **common,
        "edge_name": edge.name,
        "edge_url": edge.url,
        "edge_access_token": _content(folder / f"secrets/{edge.name}.token"),
        "edge_ca_path": str(folder / "tls/ca.pem"),
        "edge_join_key_file": str(folder / f"secrets/{edge.name}.join.key"),
        "edge_node_ca_path": str(folder / "tls/ca.pem"),
        "edge_service_control": "artifactoryctl",
        "edge_support_request_dir": str(folder / "support_requests"),
    }
    return {
        node.name: {**variables, "edge_artifactory_home": str(node.home), "edge_node_url": node.url}
        for node in edge.nodes
    }


def _content(path: Path) -> str:
    return f"{{{{ lookup('ansible.builtin.file', '{path}') }}}}"

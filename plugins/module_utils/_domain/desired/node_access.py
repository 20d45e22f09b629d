# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What an inventory must not want of an Edge whose nodes nobody works on: everything that is done in their files."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from .shapes import NO_ACCESS

_PAIRS = ("edge_server", "edge_access_ca", "edge_token_signing")
# What these say is carried out in files of the nodes, and read at a start of them. How a node is reached or restarted
# is not among them: that may be said once for all Edges, and concerns nobody here.
ON_NODES = (
    *("edge_join_key", "edge_join_key_file", "edge_master_key", "edge_master_key_file"),
    *("edge_tls_ca_certificates", "edge_tls", "edge_access_config", "edge_router_proxy", "edge_system_yaml"),
    *(f"{subject}_{what}" for subject in _PAIRS for what in ("certificate", "private_key")),
)


def problems(found: Mapping[str, Any], variables: Mapping[str, Any]) -> Iterator[str]:
    """What the host's variables want of nodes that are not worked on; ``found`` has those that could be read.

    An empty dictionary of settings wants nothing.
    """
    if found.get("edge_node_access") != NO_ACCESS:
        return
    wanted = [name for name in ON_NODES if variables.get(name) is not None and variables[name] != {}]
    if wanted:
        yield (
            f"edge_node_access is none, and {', '.join(wanted)} would have to be carried out on its nodes. Set this "
            "where the Edge is installed, such as in the values of its Helm chart, and remove it here or set it to null"
        )

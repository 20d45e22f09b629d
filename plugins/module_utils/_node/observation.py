# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What ``node_info`` does on a node, from its options to its result."""

from __future__ import annotations

from typing import Any, Dict, Mapping

from .._domain.errors import EdgeError
from .._domain.observed import Node
from . import layout as layouts
from . import service as services
from .observe import observe


def read(options: Mapping[str, Any]) -> Node:
    """The observed node. Raises LayoutError and LedgerError."""
    home = options["artifactory_home"]
    service = services.find(layouts.find(home), options["control"], options["unit"])
    return observe(home, service, node_url=options["node_url"], ca_path=options["node_ca_path"])


def result(options: Mapping[str, Any]) -> Dict[str, Any]:
    """The keys of the module's result, of a designed error as well."""
    try:
        return {"changed": False, "node": read(options)}
    except EdgeError as exc:
        return {"changed": False, "failed": True, **exc.to_fail_json()}

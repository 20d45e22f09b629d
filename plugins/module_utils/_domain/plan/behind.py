# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Nodes that an interrupted run left behind: they have not started since the Edge got what all its nodes share."""

from __future__ import annotations

from typing import List

from ..keys import keys
from ..moment import is_later
from ..observed import Node
from .shapes import ACCESS_CA_CERTIFICATE, ACCESS_CONFIG, JOIN_KEY, TOKEN_SIGNING_CERTIFICATE, EdgeView

# What one node is given and every node takes from the database at its next start, by the ledger's name for it.
_SHARED = (ACCESS_CONFIG, ACCESS_CA_CERTIFICATE, TOKEN_SIGNING_CERTIFICATE)


def behind(view: EdgeView) -> dict[str, List[str]]:
    """By host, what another node was given and has taken at a start since, and this one has not started after.

    Nothing in the ledger of such a node tells of it.
    """
    entry = keys.newest_join_key_entry(list(view.nodes.values())) if view.edge.join_key is not None else None
    taken = _taken(view)
    missed: dict[str, List[str]] = {}
    for host, node in view.nodes.items():
        missed[host] = [JOIN_KEY] if keys.has_missed_join_key(node, entry) else []
        if node["join_key"]["written_at"] is not None:
            missed[host] += [fact for fact, since in taken.items() if not _started_since(node, since)]
    return missed


def _taken(view: EdgeView) -> dict[str, str]:
    """When each fact was last supplied to a node that has started since."""
    taken: dict[str, str] = {}
    for node in view.nodes.values():
        for name, entry in node["ledger"]["certificates"].items():
            fact, since = name.partition(":")[0], str(entry["supplied_at"])
            if fact in _SHARED and _started_since(node, since) and is_later(since, taken.get(fact)):
                taken[fact] = since
    return taken


def _started_since(node: Node, since: str) -> bool:
    """By the live join key, which each start writes anew (node-files.md 1.2), or by the ledger."""
    return any(is_later(start, since) for start in (node["join_key"]["written_at"], node["ledger"]["started_at"]))

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What lies on any node of an Edge for Access's next start and is explained by no supply of ours.

The database is shared, so a file on one node changes the whole Edge when just that node is started (node-files.md 3.4,
4, trap 23). Whoever manages nothing of this still wants to know that the next start will change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, List, Mapping, Optional

from ..observed import CertificateFile, Node
from .access_config import FACT as SETTINGS
from .access_config import IMPORT
from .bootstrap_pair import ACCESS_CA, TOKEN_SIGNING
from .ca_renewal import FACT as RENEWAL


@dataclass(frozen=True)
class Finding:
    """``fact`` is what the next start would change, ``host`` the node on which that lies; None: on several."""

    fact: str
    host: Optional[str]
    what: str
    reason: str
    remedy: str


_PAIRS = {
    TOKEN_SIGNING: ("token signing pair", "root.crt and private.key", "all access tokens would end"),
    ACCESS_CA: (
        "CA of Access",
        "ca.crt and ca.private.key",
        "other products and load balancers would distrust the nodes",
    ),
}


def unexplained(nodes: Mapping[str, Node]) -> List[Finding]:
    """Findings on the nodes of one Edge, by host."""
    found = [finding for host, node in nodes.items() for finding in _of_node(host, node)]
    marked = [host for host, node in nodes.items() if node["access_keys"]["reset_ca"]]
    if len(marked) > 1:
        found.append(
            Finding(
                RENEWAL,
                None,
                "CA of Access",
                f"the marker reset_ca_keys lies on {', '.join(marked)}, and each of them would make a new CA",
                "Remove it on all nodes but one",
            )
        )
    return found


def _of_node(host: str, node: Node) -> Iterator[Finding]:
    keys = node["access_keys"]
    yield from _of_pair(host, node, TOKEN_SIGNING, keys["root"], keys["pending_root"])
    yield from _of_pair(host, node, ACCESS_CA, keys["ca"], keys["pending_ca"])
    if keys["reset_ca"] and not _is_ordered(node):
        yield Finding(
            RENEWAL,
            host,
            f"CA of Access on {host}",
            "a marker reset_ca_keys lies in bootstrap/etc/access/keys, so that every start makes a new CA",
            "Remove it; to renew the CA once, use hybrid.jfrog.access_ca_certificate with state=renewed",
        )
    if IMPORT in node["access_config"]["pending"]:
        yield Finding(
            SETTINGS,
            host,
            f"settings of Access on {host}",
            f"an {IMPORT} waits, which replaces all settings of the Edge at the node's next start",
            "Start the node, or move that file away",
        )


def _is_ordered(node: Node) -> bool:
    """Whether the marker is ours: one that lies there after our renewal is done was put there by somebody else."""
    order = node["ledger"]["certificates"].get(RENEWAL)
    return order is not None and order["confirmed_at"] is None


def _of_pair(
    host: str, node: Node, fact: str, copy: Optional[CertificateFile], pending: Optional[CertificateFile]
) -> Iterator[Finding]:
    if pending is None:
        return
    recorded = node["ledger"]["certificates"].get(fact)
    if recorded is not None and recorded["sha256"] == pending["sha256"]:
        return
    what, files, means = _PAIRS[fact]
    in_use = copy is not None and copy["sha256"] == pending["sha256"]
    yield Finding(
        fact,
        host,
        f"{what} on {host}",
        f"{files} of the pair that is in use still lie in bootstrap/etc/access/keys, the private key too"
        if in_use
        else f"{files} of another pair wait in bootstrap/etc/access/keys for the node's next start, with which {means}",
        "Remove them" if in_use else "Remove them, or make that pair the one of the inventory",
    )

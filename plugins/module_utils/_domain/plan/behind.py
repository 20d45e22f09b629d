# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Nodes that an interrupted run left behind: they have not started since the Edge got what all its nodes share."""

from __future__ import annotations

from typing import List, Mapping, Optional, Tuple

from ..keys import keys
from ..moment import is_later, moment
from ..observed import CertificateEntry, CertificateFile, Node
from .shapes import ACCESS_CA_CERTIFICATE, ACCESS_CONFIG, JOIN_KEY, TOKEN_SIGNING_CERTIFICATE, EdgeView, Judged, names

# What one node is given and every node takes from the database at its next start, by the ledger's name for it.
_SHARED = (ACCESS_CONFIG, ACCESS_CA_CERTIFICATE, TOKEN_SIGNING_CERTIFICATE)


def behind(view: EdgeView) -> dict[str, List[str]]:
    """By host, what another node was given and takes at a start, and this one has not started after.

    That start may still be due: this one is then started after it, in the same run. Nothing in the ledger of such a
    node tells of it.
    """
    managed = view.edge.join_key is not None or view.staged_join_key is not None
    entry = keys.newest_join_key_entry(list(view.nodes.values())) if managed else None
    taken = _taken(view)
    due = {(fact, host) for host, node in view.nodes.items() for fact in shared_due(node)}
    missed: dict[str, List[str]] = {}
    for host, node in view.nodes.items():
        missed[host] = [JOIN_KEY] if keys.has_missed_join_key(node, entry) else []
        if node["join_key"]["written_at"] is not None:
            missed[host] += [
                fact for fact, (by, since) in taken.items() if host != by and not _started_since(node, since)
            ]
            missed[host] += sorted({fact for fact, by in due if host != by} - {*missed[host]})
    return missed


def shared_due(node: Node) -> List[str]:
    """What the node was given for all nodes and brings into the database at the start that is due."""
    return [fact for fact in node["ledger"]["restart_due"] if fact in _SHARED]


def _taken(view: EdgeView) -> dict[str, Tuple[str, str]]:
    """Which node was the last to bring each fact into the database by a start, and since when it is surely there.

    That is not the time of the supply: a node that starts in between finds the old one still. It is the start of the
    node to which it was supplied; where that node has started again since, the proof in the ledger is nearer.
    """
    taken: dict[str, Tuple[str, str]] = {}
    for host, node in view.nodes.items():
        for name, entry in node["ledger"]["certificates"].items():
            fact = name.partition(":")[0]
            since = _taken_at(node, entry)
            if fact in _SHARED and since is not None and (fact not in taken or is_later(since, taken[fact][1])):
                taken[fact] = host, since
    return taken


def _taken_at(node: Node, entry: CertificateEntry) -> Optional[str]:
    """When it was surely in the database at the latest; None while no start has taken it."""
    starts = [start for start in _starts(node) if is_later(start, entry["supplied_at"])]
    known = [time for time in (*starts, entry["confirmed_at"] if starts else None) if time is not None]
    return min(known, key=moment, default=None)


def _started_since(node: Node, since: str) -> bool:
    return any(is_later(start, since) for start in _starts(node))


def _starts(node: Node) -> Tuple[Optional[str], Optional[str]]:
    """By the live join key, which each start writes anew (node-files.md 1.2), and by the ledger."""
    return node["join_key"]["written_at"], node["ledger"]["started_at"]


def judge_copies(view: EdgeView) -> Judged:
    """Copies of what the nodes share that are not the same on all of them: one was not started since it was changed.

    A note and no more, because nothing says that every node writes its copy anew at a start (node-files.md 3.3).
    """
    judged = Judged()
    copies = {host: node["access_keys"] for host, node in view.nodes.items()}
    _compare(judged, "token signing certificate", {host: own["root"] for host, own in copies.items()})
    _compare(judged, "certificate authority of Access", {host: own["ca"] for host, own in copies.items()})
    return judged


def _compare(judged: Judged, what: str, copies: Mapping[str, Optional[CertificateFile]]) -> None:
    holders: dict[str, List[str]] = {}
    for host, copy in copies.items():
        if copy is not None and copy["sha256"] is not None:
            holders.setdefault(copy["sha256"], []).append(host)
    if len(holders) > 1:
        told = "; ".join(f"{digest[:16]} on {names(hosts)}" for digest, hosts in holders.items())
        remedy = "Start the nodes again that were not started since it was changed"
        judged.finding(what, f"the nodes have different copies of it: {told}", remedy, needs_person=False)

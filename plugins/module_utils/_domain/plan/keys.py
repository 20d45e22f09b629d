# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Master key and join key of an Edge's nodes, as the plan needs them; what is true of a key is in ``keys``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional

from ..desired.shapes import SUPPLY
from ..keys import keys
from ..observed import Node
from ..verdict import DRIFTED, UNKNOWN
from .shapes import JOIN_KEY, MASTER_KEY, EdgeView, Judged, names


@dataclass
class JudgedKeys(Judged):
    """The judgement, and what it means for the nodes.

    ``restart_first``: the node where a join key is supplied or waits, so that all nodes are to be started again.
    ``storeless``: the join key has a store without a key, and this run may not make one.
    """

    master_keys: List[str] = field(default_factory=list)
    restart_first: Optional[str] = None
    storeless: bool = False


def judge_keys(view: EdgeView) -> JudgedKeys:
    """Both keys. A master key that is in doubt stops everything: it decides what the node can read of its database."""
    judged = JudgedKeys()
    _judge_master_keys(view, judged)
    if view.rotating:
        judged.finding(
            "join key",
            "a rotation has begun and not ended: other products of this Edge may not have the new key yet",
            "Run rotate_join_key.yml for this Edge, which goes on where it was",
        )
    if view.edge.join_key is not None:
        _judge_join_key(view, judged, view.edge.join_key)
    elif view.edge.join_key_file is not None:
        _judge_store(view, judged, view.edge.join_key_file)
    return judged


def _judge_master_keys(view: EdgeView, judged: JudgedKeys) -> None:
    wanted = view.edge.master_key
    if wanted is None and len(view.edge.nodes) > 1 and view.is_new and not _has_master_key(view):
        reason = "its nodes have never started, and each would make a master key of its own; all need the same"
        judged.fact(MASTER_KEY, UNKNOWN, reason)
        remedy = "Set edge_master_key or edge_master_key_file, or put one master.key on all nodes"
        judged.finding("master key", reason, remedy)
        judged.stop = True
    for host, node in view.nodes.items():
        peers = [peer for name, peer in view.nodes.items() if name != host]
        verdict = keys.judge_master_key(node, peers, wanted)
        if wanted is None and verdict.in_order:
            continue
        judged.verdict(MASTER_KEY, verdict, node=host)
        if verdict.drifted:
            judged.master_keys.append(host)
            judged.need(MASTER_KEY, host, verdict.reason, final=_is_final_master_key(view, node, peers, wanted))
        elif verdict.unknown:
            judged.finding(
                f"master key of {host}",
                verdict.reason,
                "All nodes of an Edge need the key with which the first one started. Compare their master.key, and "
                "correct edge_master_key or the node that is wrong",
            )
            judged.stop = True


def _is_joining(view: EdgeView) -> bool:
    """Whether nobody works with the Edge yet: it never started, or is onboarded and unknown to the platform."""
    return view.is_new or (view.onboarding and view.is_registered is False)


def _is_final_master_key(view: EdgeView, node: Node, peers: List[Node], wanted: Optional[str]) -> bool:
    """A node that has started reads its database with its key. With another one it cannot, and nobody has the old."""
    if wanted is None or _is_joining(view) or not node["service"]["ever_started"]:
        return False
    return not keys.is_same_master_key(node, peers, wanted)


def _has_master_key(view: EdgeView) -> bool:
    return any(node["master_key"]["present"] for node in view.nodes.values())


def _judge_join_key(view: EdgeView, judged: JudgedKeys, key: str) -> None:
    nodes = list(view.nodes.values())
    if not nodes:
        return
    missing = [*view.absent, *view.unreachable]
    if missing and _lacks_record(nodes):
        reason = f"no node of this run has a record of it, and {names(missing)} may have one"
        judged.fact(JOIN_KEY, UNKNOWN, reason)
        judged.finding("join key", reason, "Run it with all nodes of the Edge", needs_person=False)
        return
    verdict = keys.judge_join_key(nodes, key, on_unknown=view.edge.on_unknown)
    judged.verdict(JOIN_KEY, verdict)
    if verdict.unknown:
        judged.finding(
            "join key",
            verdict.reason,
            "Set edge_on_unknown to supply to supply the key and restart, or leave it to a person",
            needs_person=False,
        )
    if not verdict.drifted:
        return
    waiting = next((host for host, node in view.nodes.items() if keys.waits_for_start(node, key)), None)
    judged.restart_first = waiting or _host_to_supply(view, key)
    blocked = _block_without_all_nodes(view, judged)
    if waiting is None or blocked:
        final = _is_final_join_key(view, nodes, key)
        judged.need(JOIN_KEY, judged.restart_first, verdict.reason, blocked=blocked, final=final)


def _is_final_join_key(view: EdgeView, nodes: List[Node], key: str) -> bool:
    """A join key replaces the one in the database, which cannot be read back, and by which other products have joined.

    To finish what has begun is none of that, and who set edge_on_unknown to supply has asked for a supply without a
    record.
    """
    asked = view.edge.on_unknown == SUPPLY and keys.newest_join_key_entry(nodes) is None
    return not (_is_joining(view) or asked or keys.is_unfinished(nodes, key))


def _lacks_record(nodes: List[Node]) -> bool:
    """Whether these nodes have started, but do not tell with which join key."""
    return keys.newest_join_key_entry(nodes) is None and any(node["service"]["ever_started"] for node in nodes)


def _judge_store(view: EdgeView, judged: JudgedKeys, path: str) -> None:
    """The store has no key. Making one for an Edge that has one already would lose the old key for ever."""
    nodes, staged = list(view.nodes.values()), view.staged_join_key
    entry = keys.newest_join_key_entry(nodes)
    if staged is not None and keys.judge_join_key(nodes, staged).in_order:
        reason = f"the run that made it ended before the file {path} got its name"
        judged.fact(JOIN_KEY, DRIFTED, reason, drift=[JOIN_KEY])
        if view.onboarding:
            judged.need(JOIN_KEY, view.first, reason)
        else:
            judged.finding("join key", reason, "Run onboard_edge.yml for this Edge, which gives it the name")
            judged.storeless = True
    elif entry is not None and entry["confirmed_at"] is not None:
        reason = f"a join key was supplied at {entry['supplied_at']}, and its file {path} is missing"
        judged.fact(JOIN_KEY, UNKNOWN, reason)
        judged.finding("join key", reason, "Restore the file, or put a new key there to replace the old one")
        judged.storeless = True
    elif not view.onboarding:
        reason = f"there is no join key in {path} yet, and only onboarding makes one"
        judged.fact(JOIN_KEY, UNKNOWN, reason)
        judged.finding("join key", reason, "Run onboard_edge.yml for this Edge, or put its join key there")
        judged.storeless = True
    elif view.nodes:
        reason = f"there is no join key in {path} yet: generate and supply one"
        judged.fact(JOIN_KEY, DRIFTED, reason, drift=[JOIN_KEY])
        judged.restart_first = view.first
        blocked = _block_without_all_nodes(view, judged)
        judged.need(JOIN_KEY, view.first, reason, blocked=blocked, final=not _is_joining(view))


def _block_without_all_nodes(view: EdgeView, judged: JudgedKeys) -> bool:
    """A join key needs a start of every node; one that is left out would be refused by the others."""
    if not view.unreachable:
        return False
    judged.finding(
        "join key",
        f"it changes for all nodes of the Edge at once, and {names(view.unreachable)} cannot be reached",
        "Make all its nodes reachable, or take those that are gone out of the inventory",
    )
    return True


def _host_to_supply(view: EdgeView, key: str) -> str | None:
    """The node whose ledger has the supply that is not confirmed yet, because the proof is noted there; else the one
    that ``keys`` names."""
    hosts, nodes = list(view.nodes), list(view.nodes.values())
    position = keys.node_to_supply(nodes, key)
    if position == 0:
        recorded = (host for host, node in view.nodes.items() if _is_unconfirmed(node, key))
        return next(recorded, hosts[0])
    return hosts[position]


def _is_unconfirmed(node: Node, key: str) -> bool:
    entry = node["ledger"]["join_key"]
    return entry is not None and entry["confirmed_at"] is None and keys.matches(entry, key)

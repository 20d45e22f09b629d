# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Join keys and master keys: their form, how to recognise one without showing it, and what witnesses say of them."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from typing import Iterable, Sequence

from ..errors import KeyFormatError
from ..health import UNREACHABLE
from ..moment import is_later, stamp
from ..observed import KeyEntry, KeyFile, Node
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN, Verdict

JOIN_KEY = "join key"
MASTER_KEY = "master key"

# What the router leaves behind with shared.security.masterKeyExternal: true (node-files.md 2, trap 5).
KEPT_IN_MEMORY = "the node keeps its master key in memory only (shared.security.masterKeyExternal)"

# Artifactory's own tools write none, and no source says that Access strips it (node-files.md 1.1, trap 16).
LINE_END = "it ends with a line end, which the product may take for a part of the key"

_FORM = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{64}")
_HEX = re.compile(r"[0-9a-fA-F]+")
_GENERATE = "Generate one with 'openssl rand -hex 32'."

# The problem of such a key, which is told apart because it is the one that makes a key worthless.
PUBLISHED = "it is a default that the vendor published as an example, so everybody knows it"

# SHA-256 of the lower-case form of keys that everybody can read: the placeholders of the vendor's Helm chart
# (all E and all F, node-files.md 1.1) and the two defaults that releases of the vendor's Ansible collection
# had in group_vars/all/vars.yml.
_PUBLISHED = frozenset(
    {
        "dfb417454d7432715ecfaa33d89abdaba4457c3b2cbd85a4a20620d0cd806da6",
        "add5b41fc5a881fc87ef4640581ed5ff7fe5eab39640b3a3e6e8b90f0aa71730",
        "352302489bc2fcf025cf00cda8308033f97ac87712ce90b4d7cd72c58e4c3af9",
        "df0790f236013511e91fa4532fb7761f62320a51a3868dabf4a13fe5f53e3263",
        "49668baac5c1d4630b9ac2357c2e704ca7b0edf128fa57dadd27d12c40eb0a05",
        "433aa8013f8497ac8bc4c58fda99f20c94f85cfca5cf2dd3ea7004b8fee2d8fc",
    }
)


def check_key(text: str, kind: str) -> str:
    """The key, unchanged. Raises KeyFormatError for everything but 32 or 64 hexadecimal digits."""
    problem = key_problem(text)
    if problem is None:
        return text
    raise KeyFormatError(f"Cannot use the given text as a {kind}: {problem}.{_remedy(problem)}")


def has_form(text: str) -> bool:
    """Whether the text is 32 or 64 hexadecimal digits, be it a key that may be supplied or not."""
    return _FORM.fullmatch(text) is not None


def key_problem(text: str) -> str | None:
    """Why the text is no key that may be supplied, in words that do not show it; None when it is one."""
    if not text:
        return "it is empty"
    if text.startswith(("\ufeff", "\xef\xbb\xbf")):
        return "it starts with a byte order mark; save it as plain text without one"
    if text.endswith("\r\n") or "\r" in text:
        return "it has Windows line ends; give the digits alone, without a line end"
    if text != text.strip():
        where = "ends with a line end" if text.rstrip("\n") == text.strip() else "has white space around it"
        return f"it {where}; give the digits alone"
    if not _HEX.fullmatch(text):
        return f"it is no hexadecimal text ({len(text)} characters, some of them not 0-9 or a-f)"
    if len(text) == 48:
        return "it has 48 hexadecimal digits (192 bits), and the product documents 32 (128 bits) and 64 (256 bits) only"
    if not _FORM.fullmatch(text):
        return f"it has {len(text)} hexadecimal digits instead of 32 or 64"
    return PUBLISHED if hashlib.sha256(text.lower().encode()).hexdigest() in _PUBLISHED else None


def _remedy(problem: str) -> str:
    """Nothing where the problem says what to do with the key that is there."""
    return "" if ";" in problem else f" {_GENERATE}"


def fingerprint(key: str) -> str:
    """A short name of a key, the same on every machine, from which the key cannot be computed."""
    return "sha256:" + hashlib.sha256(b"hybrid.jfrog\0" + key.encode()).hexdigest()[:16]


def new_salt() -> str:
    """A fresh salt for one ledger entry."""
    return secrets.token_hex(16)


def salted_hash(key: str, salt_hex: str) -> str:
    """What the ledger keeps of a key."""
    return hmac.new(bytes.fromhex(salt_hex), key.encode(), hashlib.sha256).hexdigest()


def new_entry(key: str, now: datetime) -> KeyEntry:
    """The ledger entry of a key that was just supplied."""
    salt = new_salt()
    return {"salt": salt, "hash": salted_hash(key, salt), "supplied_at": stamp(now), "confirmed_at": None}


def matches(entry: KeyEntry, key: str) -> bool:
    """Whether the ledger entry is of this key."""
    return hmac.compare_digest(entry["hash"], salted_hash(key, entry["salt"]))


def newest_join_key_entry(nodes: Sequence[Node]) -> KeyEntry | None:
    """The newest ledger entry of a join key over the nodes of one Edge."""
    newest: KeyEntry | None = None
    for node in nodes:
        entry = node["ledger"]["join_key"]
        if entry is not None and (newest is None or is_later(entry["supplied_at"], newest["supplied_at"])):
            newest = entry
    return newest


def has_missed_join_key(node: Node, entry: KeyEntry | None) -> bool:
    """Whether the node has not started since the Edge got its join key on another one.

    A node takes the key out of the database at its start (node-files.md 1.3). A run that ended between the starts of
    two nodes leaves such a node behind, with nothing in its own ledger.
    """
    if entry is None or entry["confirmed_at"] is None or node["join_key"]["written_at"] is None:
        return False
    starts = (node["join_key"]["written_at"], node["ledger"]["started_at"])
    return not any(is_later(start, entry["supplied_at"]) for start in starts)


def judge_join_key(nodes: Sequence[Node], key: str | None, *, on_unknown: str = "report") -> Verdict:
    """Whether the Edge that these nodes belong to uses the wanted join key.

    The live file is cipher text and the truth is in the database, so witnesses decide (node-files.md 1.4):

    ============================================================  =========================================
    no key is wanted                                              in order
    not in any ledger; the wanted key waits in a bootstrap folder drifted, to be recorded (interrupted run)
    not in any ledger; no node has ever started                   drifted
    not in any ledger; a node has started                         unknown (drifted with on_unknown=supply)
    the newest ledger entry is of another key                     drifted
    another key waits in a bootstrap folder                       drifted
    supplied, the start with it not yet confirmed                 drifted
    a bootstrap key was imported after the confirmation           drifted
    services are refused when they join                           drifted
    else                                                          in order
    ============================================================  =========================================
    """
    if key is None:
        return Verdict(IN_ORDER, "no join key is managed")
    entry = newest_join_key_entry(nodes)
    if entry is None:
        return _judge_unrecorded(nodes, key, on_unknown)
    if not matches(entry, key):
        return Verdict(DRIFTED, f"the wanted join key is another one than was supplied at {entry['supplied_at']}")
    if any(_foreign(node, key) for node in nodes):
        return Verdict(DRIFTED, "another join key waits in the bootstrap folder for the next start")
    confirmed_at = entry["confirmed_at"]
    if confirmed_at is None:
        return Verdict(DRIFTED, f"supplied at {entry['supplied_at']}, the start with it is not yet confirmed")
    for node in nodes:
        seen = node["join_key"]
        if is_later(seen["imported_at"], confirmed_at) and not seen["pending"]["present"]:
            return Verdict(
                DRIFTED, f"somebody supplied a join key through the bootstrap folder at {seen['imported_at']}"
            )
    refused = [node["join_key"]["refused_at"] for node in nodes if node["join_key"]["refused_at"]]
    if refused:
        return Verdict(
            DRIFTED, f"services of the node are refused since {min(refused)}: the database holds another join key"
        )
    return Verdict(IN_ORDER, f"supplied at {entry['supplied_at']}, confirmed at {confirmed_at}")


def waits_for_start(node: Node, key: str) -> bool:
    """Whether the key is recorded and lies in the bootstrap folder of the node, so that only its start is missing."""
    entry, pending = node["ledger"]["join_key"], node["join_key"]["pending"]
    return (
        entry is not None
        and matches(entry, key)
        and pending["fingerprint"] == fingerprint(key)
        and "join_key" in node["ledger"]["restart_due"]
    )


def is_unfinished(nodes: Sequence[Node], key: str) -> bool:
    """Whether the wanted key was supplied already and only the proof of its start is missing, or its record is."""
    entry = newest_join_key_entry(nodes)
    if entry is None:
        return any(_pending(node) == fingerprint(key) for node in nodes)
    return matches(entry, key) and entry["confirmed_at"] is None and not any(_foreign(node, key) for node in nodes)


def has_foreign_join_key(node: Node, key: str) -> bool:
    """Whether another key waits on the node, which its next start would take."""
    return _foreign(node, key)


def node_to_supply(nodes: Sequence[Node], key: str) -> int:
    """Which node gets the join key: one where another key waits, because its next start would win, else the first."""
    return next((position for position, node in enumerate(nodes) if _foreign(node, key)), 0)


def _judge_unrecorded(nodes: Sequence[Node], key: str, on_unknown: str) -> Verdict:
    if any(_pending(node) == fingerprint(key) for node in nodes):
        return Verdict(DRIFTED, "the wanted join key waits in the bootstrap folder, but is in no ledger")
    if not any(node["service"]["ever_started"] for node in nodes):
        return Verdict(DRIFTED, "no join key was ever supplied, and no node has started yet")
    reason = "this collection has not supplied a join key to this Edge, which has started with one"
    return Verdict(DRIFTED if on_unknown == "supply" else UNKNOWN, reason)


def _pending(node: Node) -> str | None:
    waiting = node["join_key"]["pending"]
    return (waiting["fingerprint"] or "unusable") if waiting["present"] else None


def _foreign(node: Node, key: str) -> bool:
    return _pending(node) not in (None, fingerprint(key))


def judge_master_key(node: Node, peers: Sequence[Node], key: str | None, *, restarts: bool = False) -> Verdict:
    """Whether this node has the wanted master key; peers are the other nodes of the same Edge.

    Unknown means here that nothing may be written: another key on a node that has started makes its stored
    secrets unreadable and is a hard failure (node-files.md 2, "Mismatch messages"). ``restarts``: a start follows, for
    which a node that keeps its key in memory needs the file back (trap 5).
    """
    if key is None:
        return _judge_unmanaged_master_key(node, peers)
    wanted, seen, started = fingerprint(key), node["master_key"], node["service"]["ever_started"]
    if seen["fingerprint"] == wanted:
        # A node that has started can read its file as it is; its line end is only in doubt before (node-files.md 1.1).
        if seen["problem"] and not (started and seen["problem"] == LINE_END):
            return Verdict(DRIFTED, f"the node has the wanted master key {wanted}, but {seen['problem']}")
        return Verdict(IN_ORDER, f"the node has the wanted master key {wanted}")
    if seen["present"] and started:
        held = seen["fingerprint"] or "no usable key"
        return Verdict(
            UNKNOWN,
            f"the node has started with another master key ({held} instead of {wanted}){_cut(seen, key)}; "
            "nothing is written",
        )
    others = _fingerprints(peer for peer in peers if peer["service"]["ever_started"]) - {wanted}
    if others:
        return Verdict(
            UNKNOWN,
            f"another node of the Edge has started with the master key {', '.join(sorted(others))} instead of "
            f"{wanted}; nothing is written",
        )
    mute = [peer for peer in peers if peer["service"]["ever_started"] and peer["master_key"]["fingerprint"] is None]
    entry = next((peer["ledger"]["master_key"] for peer in mute if _has_other_master_key(peer, key)), None)
    if entry is not None:
        return Verdict(
            UNKNOWN,
            f"another node of the Edge has started with the other master key that was supplied at "
            f"{entry['supplied_at']}; nothing is written",
        )
    entry = node["ledger"]["master_key"]
    if started and entry is not None and not matches(entry, key):
        return Verdict(
            UNKNOWN,
            f"the file is missing, and the node has started with the other master key that was supplied at "
            f"{entry['supplied_at']}; nothing is written",
        )
    in_memory = seen["problem"] == KEPT_IN_MEMORY and not restarts
    if in_memory and _runs(node) and not node["ledger"]["restart_due"]:
        return Verdict(IN_ORDER, f"{KEPT_IN_MEMORY}; the file has to be put back before a restart")
    if seen["present"]:
        return Verdict(DRIFTED, f"the node has another master key than {wanted}, and has not started yet")
    return Verdict(DRIFTED, f"the node has no master key file; wanted is {wanted}")


def is_same_master_key(node: Node, peers: Sequence[Node], key: str) -> bool:
    """Whether it is proven that the node has worked with this key: it has it still, our record of it says so, or
    another node of the Edge that has started has it. To put it back changes nothing then."""
    wanted, entry = fingerprint(key), node["ledger"]["master_key"]
    started = (peer for peer in peers if peer["service"]["ever_started"])
    return (
        node["master_key"]["fingerprint"] == wanted
        or (entry is not None and matches(entry, key))
        or any(peer["master_key"]["fingerprint"] == wanted for peer in started)
    )


def lacks_key_for_start(node: Node, key: str | None) -> bool:
    """Whether a start of this node would fail, because it keeps its master key in memory and nobody knows the key."""
    return key is None and node["master_key"]["problem"] == KEPT_IN_MEMORY


def _runs(node: Node) -> bool:
    """Whether the node runs; where its control cannot tell, whether it answers."""
    running, health = node["service"]["running"], node["health"]
    return running or (running is None and health is not None and health["state"] != UNREACHABLE)


def _has_other_master_key(node: Node, key: str) -> bool:
    """By the ledger, for a node that keeps its key in memory or has lost the file."""
    entry = node["ledger"]["master_key"]
    return entry is not None and not matches(entry, key)


def _cut(seen: KeyFile, key: str) -> str:
    """The migration from 6.x to 7.x keeps the first 32 characters of a longer master key (node-files.md 2, trap 19)."""
    if seen["fingerprint"] != fingerprint(key[:32]):
        return ""
    return (
        ", namely the first 32 digits of the wanted one, as the migration from 6.x leaves it (the old file is kept as "
        "backup_master.key): want those"
    )


def _judge_unmanaged_master_key(node: Node, peers: Sequence[Node]) -> Verdict:
    own, others = node["master_key"]["fingerprint"], _fingerprints(peers)
    if own is None and others and not node["service"]["running"]:
        return Verdict(UNKNOWN, f"the node has no master key, other nodes of the Edge have {', '.join(sorted(others))}")
    if own is not None and others - {own}:
        return Verdict(
            UNKNOWN,
            f"the node has the master key {own}, other nodes of the Edge have {', '.join(sorted(others - {own}))}; "
            "all need the same",
        )
    return Verdict(IN_ORDER, "no master key is managed")


def _fingerprints(nodes: Iterable[Node]) -> set[str]:
    return {found for found in (node["master_key"]["fingerprint"] for node in nodes) if found is not None}

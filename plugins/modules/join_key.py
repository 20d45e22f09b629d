#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: join_key
short_description: Supply the join key of an Artifactory Edge
version_added: 1.0.0
description:
  - Supplies the join key through the bootstrap folder of a node, the only door that the product leaves open once it
    has started, and records the supply in the ledger of this collection.
  - The product encrypts its own copy of the key and keeps the truth in its database, so the key cannot be read back.
    What is compared is the ledger's salted hash, the bootstrap folder, the times in the node's logs, and the node's
    health.
  - The key is in use after the next start. Let M(hybrid.jfrog.artifactory_service) follow, which also notes the
    proof. Where others restart the node, this module notes the proof at its next run, with O(node_url) only if the
    node is healthy then.
  - A second run changes nothing while all witnesses agree, although the product takes the supplied file away. A key
    that somebody else supplied, or that was replaced in the database, is found and supplied again.
  - One node of an Edge is enough, because its nodes share one database. Restart that node first, then the others.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.node.health
  - hybrid.jfrog.attributes
options:
  key:
    description:
      - The join key, 32 or 64 hexadecimal digits without anything around them.
      - Keys that the vendor published as examples are refused.
      - Mutually exclusive with O(key_file), and one of the two is required.
    type: str
  key_file:
    description:
      - File on the controller that holds the join key, plain or encrypted with Ansible Vault.
      - A line end at its end is no part of the key. A byte order mark and Windows line ends are refused.
      - A relative path is seen from the folder of the inventory.
    type: str
  generate:
    description:
      - Whether to make a key when O(key_file) does not exist.
      - A key that was just made is supplied to an Edge that has started, too, whatever O(on_unknown) says, because
        no node can have it yet. But when the ledger tells of an earlier key, the module fails, since that key's file
        must have been lost.
      - The file gets its name only when the node has the key, so an interrupted run can be repeated.
      - In check mode nothing is made.
    type: bool
    default: false
  bits:
    description: Length of a key that is made.
    type: int
    choices: [128, 256]
    default: 256
  vault:
    description:
      - Whether a key that is made is encrypted with the first vault secret of the run, instead of being a plain file
        with mode C(0600).
    type: bool
    default: false
  on_unknown:
    description:
      - What to do on an Edge that has started, when no ledger tells which key was supplied to it.
      - With V(report), nothing is changed and a warning says so. With V(supply), the key is supplied, which replaces
        the one in use.
    type: str
    choices: [report, supply]
    default: report
  peers:
    description:
      - What M(hybrid.jfrog.node_info) returned under RV(hybrid.jfrog.node_info#module:node) for the other nodes of
        the same Edge.
      - Their ledgers and logs are witnesses like those of this node.
    type: list
    elements: dict
    default: []
  made:
    description:
      - Whether O(key) was made for this very supply.
      - This is set on the way to the node by O(generate); do not set it yourself.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The key appears as its fingerprint; the fingerprint of a key that is not made yet is told as such.
  idempotent:
    support: full
notes:
  - The key files are read, made and checked on the controller, before any connection is made.
seealso:
  - module: hybrid.jfrog.artifactory_service
  - module: hybrid.jfrog.master_key
  - module: hybrid.jfrog.node_info
  - name: Manage keys
    description: JFrog's page on join keys and master keys.
    link: https://docs.jfrog.com/installation/docs/manage-keys
"""

EXAMPLES = r"""
- name: Supply the join key of the Edge, and make one at the first run
  hybrid.jfrog.join_key:
    key_file: "{{ inventory_dir }}/secrets/lyon.join.key"
    generate: true
    vault: true
  become: true

- name: Supply a join key that is kept elsewhere
  hybrid.jfrog.join_key:
    key: "{{ lookup('ansible.builtin.env', 'LYON_JOIN_KEY') }}"
    node_url: http://127.0.0.1:8082
  become: true
"""

RETURN = r"""
key:
  description: The wanted join key.
  returned: success
  type: dict
  contains:
    fingerprint:
      description: Short fingerprint of the key.
      type: str
    state:
      description:
        - V(in_use) when that is proven, V(waiting) when the next start takes it, V(unknown) when nothing can be told.
      type: str
    restart_due:
      description: Whether a restart is due for it.
      type: bool
  sample: {fingerprint: "sha256:5be2a0c19d3f4471", state: in_use, restart_due: false}
verdict:
  description: What the witnesses say, before a change. C(state) is V(in_order), V(drifted) or V(unknown).
  returned: success
  type: dict
  sample: {state: in_order, reason: "supplied at 2026-11-22T10:00:00.000Z, confirmed at 2026-11-22T10:02:11.482Z"}
evidence:
  description: What each witness on this node said before a change.
  returned: success
  type: dict
  contains:
    supplied_at:
      description: When this collection last supplied a key here; V(null) without a record.
      type: str
    confirmed_at:
      description: When the supply was proven.
      type: str
    pending:
      description: Fingerprint of the key in the bootstrap folder.
      type: str
    imported_at:
      description: When a start last took a key from the bootstrap folder, by the node's logs.
      type: str
    refused_at:
      description: Since when services of this node are refused with their key, by the node's logs.
      type: str
  sample: {supplied_at: "2026-11-22T10:00:00.000Z", confirmed_at: "2026-11-22T10:02:11.482Z", pending: null,
           imported_at: "2026-11-22T10:01:40.007Z", refused_at: null}
key_file:
  description: The file on the controller; C(created) tells whether it was made, or would be made, by this run.
  returned: when O(key_file) is given
  type: dict
  sample: {path: /home/anna/edges/secrets/lyon.join.key, created: false}
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [state]
"""

from datetime import datetime, timezone
from typing import Any, Dict, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import JOIN_KEY_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import NONE, Change, reconcile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, KeyFormatError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Node
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.verdict import Verdict
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import join_key, ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.observe import health_of, look
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.service import Service

IN_USE = "in_use"
WAITING = "waiting"
UNKNOWN = "unknown"
UNRECORDED = "unrecorded"  # an earlier run ended between supply and record
MISSING = "missing"  # supplied, and gone without a start that took it
ANOTHER = "another key"


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Supply the key, or note the proof of an earlier supply, or leave all as it is."""
    if params["key"] is None:
        raise KeyFormatError("Cannot supply the join key: no key was given. Set key, or key_file.")
    key = keys.check_key(params["key"], keys.JOIN_KEY)
    layout = layouts.require(params["artifactory_home"])
    node = look(layout, Service(), health_of(layout, params["node_url"], params["node_ca_path"]))
    nodes = [node, *params["peers"]]
    if params["made"]:
        refuse_second_key(nodes, key)
    verdict = keys.judge_join_key(nodes, key, on_unknown="supply" if params["made"] else params["on_unknown"])
    proven = verdict.drifted and is_recorded(node, key) and join_key.is_in_use(layout, node)
    before, after = facts(node, key, verdict, proven=proven)
    change = reconcile(before, after) if after is not None else Change(NONE, before or {}, before or {})
    if change.changed and not check_mode:
        if proven:
            ledger.write(layout, join_key.confirm(layout, node["ledger"], now))
        else:
            join_key.supply(layout, key, now)
    state = (after or before or {"state": UNKNOWN})["state"]
    return Outcome(
        change,
        facts={
            "key": {"fingerprint": keys.fingerprint(key), "state": state, "restart_due": state == WAITING},
            "verdict": {"state": verdict.state, "reason": verdict.reason},
            "evidence": evidence(node),
        },
        warnings=[f"The join key was left as it is: {verdict.reason}. Set on_unknown to supply to replace it."]
        if verdict.unknown
        else [],
        subject=str(layout.bootstrap_join_key),
    )


def facts(node: Node, key: str, verdict: Verdict, *, proven: bool) -> Any:
    """The managed facts as they are (None: no key was ever supplied) and as they will be (None: left as they are)."""
    wanted = keys.fingerprint(key)
    waiting = {"fingerprint": wanted, "state": WAITING}
    if verdict.unknown:
        return {"fingerprint": UNKNOWN, "state": UNKNOWN}, None
    if verdict.in_order:
        return {"fingerprint": wanted, "state": IN_USE}, None
    if proven:
        return waiting, {"fingerprint": wanted, "state": IN_USE}
    if join_key.is_waiting(node, key) and join_key.FACT in node["ledger"]["restart_due"]:
        return waiting, None
    return current(node, key), waiting


def current(node: Node, key: str) -> Optional[Dict[str, str]]:
    """What can be said of the key before it is supplied; None when none ever was."""
    wanted = keys.fingerprint(key)
    entry, pending = node["ledger"]["join_key"], node["join_key"]["pending"]
    if pending["present"] and pending["fingerprint"] != wanted:
        return {"fingerprint": ANOTHER, "state": WAITING}
    if entry is None:
        if pending["present"]:
            return {"fingerprint": wanted, "state": UNRECORDED}
        return {"fingerprint": UNKNOWN, "state": UNKNOWN} if node["service"]["ever_started"] else None
    if not is_recorded(node, key):
        return {"fingerprint": ANOTHER, "state": IN_USE if entry["confirmed_at"] else WAITING}
    if entry["confirmed_at"] is None:
        return {"fingerprint": wanted, "state": MISSING}
    return {"fingerprint": ANOTHER, "state": IN_USE}


def is_recorded(node: Node, key: str) -> bool:
    """Whether this node's ledger has the wanted key."""
    entry = node["ledger"]["join_key"]
    return entry is not None and keys.matches(entry, key)


def refuse_second_key(nodes: Any, key: str) -> None:
    """A key is made once per Edge. Raises ConflictError when the ledger knows one in use, whose file is gone."""
    entry = keys.newest_join_key_entry(nodes)
    if entry is not None and entry["confirmed_at"] is not None and not keys.matches(entry, key):
        raise ConflictError(
            f"Cannot make a join key for this Edge: one was supplied at {entry['supplied_at']}, and its file on the "
            "controller is missing. Restore that file, or give a new key by hand to replace the old one."
        )


def evidence(node: Node) -> Dict[str, Any]:
    """What each witness on this node says."""
    entry, seen = node["ledger"]["join_key"], node["join_key"]
    return {
        "supplied_at": entry["supplied_at"] if entry else None,
        "confirmed_at": entry["confirmed_at"] if entry else None,
        "pending": seen["pending"]["fingerprint"],
        "imported_at": seen["imported_at"],
        "refused_at": seen["refused_at"],
    }


def main() -> None:
    module = create_module(JOIN_KEY_OPTIONS, mutually_exclusive=[("key", "key_file")])
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

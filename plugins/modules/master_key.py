#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: master_key
short_description: Supply the master key of an Artifactory node
version_added: 1.0.0
description:
  - Writes the master key file of a node before its first start, or puts a lost file back, and records the supply in
    the ledger of this collection.
  - All nodes of one Edge need the same master key, and need it before they start for the first time.
  - A node that has started with another key is never touched. That is a failure, in check mode as well, because
    everything that the node has encrypted would become unreadable.
  - A missing file on a node that has started is put back only when neither the ledger nor O(peers) tell of another
    key.
  - A node that has not started yet, but has another key in C(shared.security.masterKey) of its C(system.yaml), is a
    failure as well, since its first start would take that one.
  - Where C(shared.security.masterKeyFile) names another file, that file is meant.
  - A second run changes nothing.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.node.control
  - hybrid.jfrog.node.health
  - hybrid.jfrog.attributes
options:
  key:
    description:
      - The master key, 32 or 64 hexadecimal digits without anything around them.
      - Keys that the vendor published as examples are refused.
      - Mutually exclusive with O(key_file), and one of the two is required.
    type: str
  key_file:
    description:
      - File on the controller that holds the master key, plain or encrypted with Ansible Vault.
      - A line end at its end is no part of the key. A byte order mark and Windows line ends are refused.
      - A relative path is seen from the folder of the inventory.
    type: str
  peers:
    description:
      - What M(hybrid.jfrog.node_info) returned under RV(hybrid.jfrog.node_info#module:node) for the other nodes of
        the same Edge.
      - A peer that has started with another key makes the module refuse the supply.
    type: list
    elements: dict
    default: []
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The key appears as its fingerprint.
  idempotent:
    support: full
notes:
  - A healthy node needs no restart when its lost file is put back; without O(node_url) one is due then.
  - The key file is read and checked on the controller, before any connection is made.
  - On a node that keeps its master key in memory only (C(shared.security.masterKeyExternal)), a missing file is in
    order while the node runs and no restart is due. M(hybrid.jfrog.artifactory_service) with O(key) as its
    O(hybrid.jfrog.artifactory_service#module:master_key) puts it back right before a start.
seealso:
  - module: hybrid.jfrog.join_key
  - module: hybrid.jfrog.artifactory_service
  - name: Manage keys
    description: JFrog's page on join keys and master keys.
    link: https://docs.jfrog.com/installation/docs/manage-keys
"""

EXAMPLES = r"""
- name: Give all nodes of the Edge the same master key before their first start
  hybrid.jfrog.master_key:
    key_file: "{{ inventory_dir }}/secrets/osaka.master.key"
  become: true
"""

RETURN = r"""
key:
  description: The master key file as it is now, or as it would be.
  returned: success
  type: dict
  contains:
    fingerprint:
      description: Short fingerprint of the key.
      type: str
    owner:
      description: User that owns the file.
      type: str
    group:
      description: Group that owns the file.
      type: str
    mode:
      description: Mode of the file.
      type: str
  sample: {fingerprint: "sha256:5be2a0c19d3f4471", owner: artifactory, group: artifactory, mode: "0640"}
verdict:
  description: What the witnesses say, before a change. C(state) is V(in_order) or V(drifted).
  returned: success
  type: dict
  sample: {state: drifted, reason: "the node has no master key file; wanted is sha256:5be2a0c19d3f4471"}
backup_file:
  description: Where another key was kept that lay on a node which had never started.
  returned: when another key was replaced
  type: str
  sample: /opt/jfrog/artifactory/var/etc/security/master.key.1f0a22bc.backup
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [fingerprint]
"""

import os
import stat
from datetime import datetime, timezone
from typing import Any, Dict, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import MASTER_KEY_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import NONE, Change, reconcile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ConflictError,
    KeyFormatError,
    KeyMismatchError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Node
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import master_key, system_yaml
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.account import Account
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.observe import health_of, look


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Supply the key where that does no harm. Raises KeyMismatchError where it would."""
    if params["key"] is None:
        raise KeyFormatError("Cannot supply the master key: no key was given. Set key, or key_file.")
    key = keys.check_key(params["key"], keys.MASTER_KEY)
    layout = layouts.require(params["artifactory_home"])
    service = services.find(layout, params["control"], params["unit"])
    node = look(layout, service, health_of(layout, params["node_url"], params["node_ca_path"]))
    verdict = keys.judge_master_key(node, params["peers"], key)
    if verdict.unknown:
        raise KeyMismatchError(
            f"Cannot supply the master key {keys.fingerprint(key)} to {layout.master_key}: {verdict.reason}. "
            "Put the key that the Edge has into the inventory; a key that is lost needs JFrog's procedure "
            "'How to recover the master key'.",
            path=str(layout.master_key),
        )
    refuse_other_setting(layout, node, key)
    before = facts(layout, node)
    change = Change(NONE, before or {}, before or {})
    if verdict.drifted:
        change = reconcile(before, wanted_facts(layout, key))
    backup = master_key.supply(layout, node, key, now) if change.changed and not check_mode else None
    return Outcome(
        change,
        facts={
            "key": change.after or None,
            "verdict": {"state": verdict.state, "reason": verdict.reason},
            **({"backup_file": str(backup)} if backup else {}),
        },
        subject=str(layout.master_key),
    )


def refuse_other_setting(layout: Layout, node: Node, key: str) -> None:
    """Raises ConflictError where the first start would take another key out of system.yaml (node-files.md 2)."""
    if node["service"]["ever_started"] or layout.system_yaml is None:
        return
    setting = system_yaml.read(layout.system_yaml).get("shared.security.masterKey")
    if setting and setting != key:
        raise ConflictError(
            f"Cannot supply the master key {keys.fingerprint(key)} to {layout.master_key}: {layout.system_yaml} has "
            f"another one in shared.security.masterKey ({keys.fingerprint(setting)}), which the first start would "
            "take. Remove it there, or make both the same.",
            path=str(layout.system_yaml),
        )


def facts(layout: Layout, node: Node) -> Optional[Dict[str, Any]]:
    """The file as it is; None when it is not there."""
    if not node["master_key"]["present"]:
        return None
    status = os.lstat(layout.master_key)
    account = Account.of(status)
    fingerprint = node["master_key"]["fingerprint"] or "no usable key"
    if node["master_key"]["problem"] == keys.LINE_END and not node["service"]["ever_started"]:
        fingerprint += " and a line end"
    return {
        "fingerprint": fingerprint,
        "owner": account.user,
        "group": account.group,
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
    }


def wanted_facts(layout: Layout, key: str) -> Dict[str, Any]:
    """The file as it should be."""
    account = layout.account()
    return {
        "fingerprint": keys.fingerprint(key),
        "owner": account.user,
        "group": account.group,
        "mode": f"{master_key.FILE_MODE:04o}",
    }


def main() -> None:
    module = create_module(MASTER_KEY_OPTIONS, mutually_exclusive=[("key", "key_file")])
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

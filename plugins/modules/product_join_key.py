#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: product_join_key
short_description: Give another JFrog product the join key of its Edge
version_added: 1.0.0
description:
  - Supplies the join key to a node of Xray, Distribution, Insight or another product that joins an Edge, starts the
    product again and waits until it has joined.
  - A product signs what it says to the Edge with the join key, so it is refused from the moment at which the Edge
    has another one. There is no overlap; give it the new key right after the Edge.
  - A key in C(shared.security.joinKey) of the product's C(system.yaml), plain or encrypted, is replaced there,
    because that setting wins. Otherwise the file C(var/etc/security/join.key) is written, or the file that
    C(shared.security.joinKeyFile) names. What lay there is kept beside it.
  - The product encrypts what it reads, so a key that cannot be read back is compared with the ledger that this
    collection keeps with the product.
  - A second run changes nothing.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
options:
  product:
    description: Name of the product as its folder, its unit and its control script have it, for example V(xray).
    type: str
    required: true
  product_home:
    description:
      - The folder in which the product was installed, C($JFROG_HOME/<product>), which holds C(app) and C(var).
      - C(/opt/jfrog/) and the product's name when not given.
    type: str
  key:
    description:
      - The join key, 32 or 64 hexadecimal digits without anything around them.
      - Mutually exclusive with O(key_file), and one of the two is required.
    type: str
  key_file:
    description:
      - File on the controller that holds the join key, plain or encrypted with Ansible Vault.
      - A relative path is seen from the folder of the inventory.
    type: str
  control:
    description:
      - How the product's service is controlled.
      - V(auto) takes the systemd unit where systemd runs the host and the unit exists, else the product's own control
        script in C(app/bin), which V(artifactoryctl) means here, else V(none).
    type: str
    choices: [auto, systemd, artifactoryctl, command, none]
    default: auto
  unit:
    description: The systemd unit; the product's name with C(.service) when not given.
    type: str
  restart_command:
    description: The command that starts the product again, as a list of words, for O(control=command).
    type: list
    elements: str
    default: []
  wait:
    description: Whether to wait until the product has joined, as its logs tell. Not done in check mode.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds the product may take until it has joined.
    type: int
    default: 600
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
  - Run it as a user who may read and write the product's files, usually with C(become).
  - A key in the environment of the product's service (C(JF_SHARED_SECURITY_JOINKEY)) wins over both places and is not
    seen here; a product that is refused after its start hints at it.
  - With O(control=none) the product is not started again. A warning says so until its logs tell that it has joined.
  - The key file is read and checked on the controller, before any connection is made.
seealso:
  - module: hybrid.jfrog.join_key
  - name: Manage keys
    description: JFrog's page on join keys and master keys.
    link: https://docs.jfrog.com/installation/docs/manage-keys
"""

EXAMPLES = r"""
- name: Give Xray the new join key of its Edge
  hybrid.jfrog.product_join_key:
    product: xray
    key_file: "{{ inventory_dir }}/secrets/osaka.join.key"
  become: true
"""

RETURN = r"""
key:
  description: The product's join key as it is now, or as it would be.
  returned: success
  type: dict
  contains:
    fingerprint:
      description: Short fingerprint of the key.
      type: str
    state:
      description: V(in_use), or V(waiting) when the product has not started with it yet.
      type: str
    door:
      description: Where the product reads it, V(file) or V(setting).
      type: str
    path:
      description: The file that holds it.
      type: str
  sample: {fingerprint: "sha256:5be2a0c19d3f4471", state: in_use, door: file,
           path: /opt/jfrog/xray/var/etc/security/join.key}
verdict:
  description: What the witnesses say, before a change. C(state) is V(in_order) or V(drifted).
  returned: success
  type: dict
  sample: {state: drifted, reason: the product has no join key}
backup_file:
  description: Where the file was kept that was replaced.
  returned: when a file was replaced
  type: str
  sample: /opt/jfrog/xray/var/etc/security/join.key.1f0a22bc.backup
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [fingerprint, state]
"""

import time
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import PRODUCT_JOIN_KEY_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import reconcile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import KeyFormatError, ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys.product_key import (
    ProductKeySeen,
    judge_product_join_key,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.moment import is_later
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.verdict import Verdict
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import product as products
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import product_join_key
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.service import Service

IN_USE = "in_use"
WAITING = "waiting"
UNKNOWN = "unknown"


def ensure(
    params: Mapping[str, Any],
    *,
    check_mode: bool,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Supply the key and let the product join with it. Raises before anything is written where that cannot be."""
    if params["key"] is None:
        raise KeyFormatError("Cannot supply the join key: no key was given. Set key, or key_file.")
    key, product = keys.check_key(params["key"], keys.JOIN_KEY), params["product"]
    layout = products.require(params["product_home"] or f"/opt/jfrog/{product}", product)
    service = services.find(
        layout, params["control"], params["unit"] or f"{product}.service", params["restart_command"]
    )
    if service.control == services.COMMAND and not params["restart_command"]:
        raise ServiceError(f"Cannot control {product}: control is command. Set restart_command, too.")
    seen = product_join_key.look(layout)
    verdict = judge_product_join_key(seen, key)
    by_others = service.control == services.NONE
    left = by_others and verdict.drifted and not started_by_others(seen, key)
    after = {"fingerprint": keys.fingerprint(key), "state": WAITING if left else IN_USE}
    change = reconcile(before(seen, key, verdict), after)
    backup = None
    if change.changed and not check_mode:
        if not (seen.restart_due and is_supplied(seen, key)):
            backup = product_join_key.supply(layout, seen, key, datetime.now(timezone.utc))
        if not by_others:
            start_again(params, layout, service, clock, sleep)
        if not left:
            product_join_key.confirm(layout, datetime.now(timezone.utc))
    return Outcome(
        change,
        facts={
            "key": {**after, "door": seen.door, "path": seen.path},
            "verdict": {"state": verdict.state, "reason": verdict.reason},
            **({"backup_file": str(backup)} if backup else {}),
        },
        warnings=warnings(product, layout, after),
        subject=seen.path,
    )


def before(seen: ProductKeySeen, key: str, verdict: Verdict) -> Optional[Dict[str, Any]]:
    """The managed facts as they are; None when the product has no key at all."""
    if not seen.present:
        return None
    fingerprint = keys.fingerprint(key) if is_supplied(seen, key) else seen.fingerprint or UNKNOWN
    state = IN_USE if verdict.in_order else WAITING if seen.restart_due else UNKNOWN
    return {"fingerprint": fingerprint, "state": state}


def is_supplied(seen: ProductKeySeen, key: str) -> bool:
    """Whether the wanted key lies where the product reads it, for all that can be told."""
    if seen.fingerprint is not None:
        return seen.fingerprint == keys.fingerprint(key)
    return seen.present and seen.entry is not None and keys.matches(seen.entry, key)


def started_by_others(seen: ProductKeySeen, key: str) -> bool:
    """Whether a product that we cannot start has joined since the key was supplied."""
    supplied_at = seen.entry["supplied_at"] if seen.entry is not None else None
    return (
        seen.restart_due
        and is_supplied(seen, key)
        and supplied_at is not None
        and is_later(seen.joined_at, supplied_at)
    )


def start_again(
    params: Mapping[str, Any],
    layout: Layout,
    service: Service,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Start the product with the key and see it join."""
    begun = datetime.now(timezone.utc)
    service.restart()
    if params["wait"]:
        product_join_key.wait_until_joined(
            layout, params["product"], since=begun, timeout=params["wait_timeout"], clock=clock, sleep=sleep
        )


def warnings(product: str, layout: Layout, after: Mapping[str, Any]) -> List[str]:
    """What is left to others."""
    if after["state"] == IN_USE:
        return []
    return [f"The product {product} in {layout.home} has to be started again by hand, because control is none."]


def main() -> None:
    module = create_module(PRODUCT_JOIN_KEY_OPTIONS, mutually_exclusive=[("key", "key_file")])
    run(module, lambda: ensure(module.params, check_mode=module.check_mode))


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: master_key_reset
short_description: Do the steps of a master key's reset on a node
version_added: 1.0.0
description:
  - Brings one node to a step of the documented reset of a master key. The playbook C(hybrid.jfrog.reset_master_key)
    leads through all of them; this module alone does not reset anything, because the database has to be done as well.
  - How far a node is lies in the folder C(hybrid.jfrog/master_key_reset) of the node, together with copies of the
    master key, of the keys of Access and of the settings files. Until the key is replaced,
    M(hybrid.jfrog.artifactory_service) refuses to start the node.
  - A step that is done already is not done again.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.node.control
  - hybrid.jfrog.attributes
options:
  state:
    description:
      - With V(prepared), the node stands still and the copies are made.
      - With V(replaced), the node has the new master key, or none when O(key) is not given. The database has to be
        done before.
      - With V(trusted), the former root certificate is supplied to the node's Access, so that tokens that it signed
        are accepted. Do it once per Edge, when the node runs.
      - With V(finished), the reset is ended; the copies stay in a folder whose name has the time of its beginning.
    type: str
    choices: [prepared, replaced, trusted, finished]
    required: true
  stop:
    description: Whether V(prepared) stops a node that runs. Without it, a running node is a failure.
    type: bool
    default: false
  key:
    description:
      - The new master key, 32 or 64 hexadecimal digits without anything around them, for V(replaced).
      - Without it, and without O(key_file), the node makes one at its start, which an Edge of several nodes cannot use.
    type: str
  key_file:
    description:
      - File on the controller that holds the new master key, plain or encrypted with Ansible Vault.
      - A relative path is seen from the folder of the inventory.
    type: str
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The step is shown, no key.
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.master_key_reset_info
  - name: How to recover the master key
    description: JFrog's page on the reset of a master key.
    link: https://jfrog.com/help/r/how-to-recover-the-master-key/7.x-master-key-reset-steps
"""

EXAMPLES = r"""
- name: Stop the node and make the copies
  hybrid.jfrog.master_key_reset:
    state: prepared
    stop: true
  become: true
"""

RETURN = r"""
step:
  description: The step that the node has come to, or would come to.
  returned: success
  type: str
  sample: prepared
folder:
  description: Where the copies are.
  returned: success
  type: str
  sample: /opt/jfrog/artifactory/var/hybrid.jfrog/master_key_reset
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [step]
"""

from datetime import datetime, timezone
from typing import Any, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import MASTER_KEY_RESET_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import reconcile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import cipher_texts, master_key_reset
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.master_key_reset import Reset
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.service import Service

PREPARED = "prepared"
REPLACED = "replaced"
TRUSTED = "trusted"
FINISHED = "finished"
STEPS = ("none", PREPARED, REPLACED, TRUSTED)


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Bring the node to the step. Raises before anything is written where the step before it is missing."""
    layout = layouts.require(params["artifactory_home"])
    service = services.find(layout, params["control"], params["unit"])
    reset = master_key_reset.read(layout)
    step, wanted = step_of(reset), params["state"]
    done = reset is None if wanted == FINISHED else STEPS.index(step) >= STEPS.index(wanted)
    change = reconcile({"step": step}, {"step": step if done else wanted})
    where = master_key_reset.folder(layout)
    if not done:
        refuse_unready(params, layout, service, reset)
    if not done and not check_mode:
        if reset is None:
            if service.running() is not False:
                service.stop()
            master_key_reset.prepare(layout, now)
        elif wanted == REPLACED:
            key = params["key"]
            master_key_reset.replace(layout, reset, key and keys.check_key(key, keys.MASTER_KEY), now)
        elif wanted == TRUSTED:
            master_key_reset.trust_former_root(layout, reset, now)
        else:
            where = master_key_reset.finish(layout, reset)
    return Outcome(change, facts={"step": change.after["step"], "folder": str(where)}, subject=str(where))


def step_of(reset: Optional[Reset]) -> str:
    """The last step that is done."""
    if reset is None:
        return "none"
    if reset["trusted_at"]:
        return TRUSTED
    return REPLACED if reset["replaced_at"] else PREPARED


def refuse_unready(params: Mapping[str, Any], layout: Layout, service: Service, reset: Optional[Reset]) -> None:
    """Raises ConflictError or ServiceError where the step cannot be done now."""
    wanted = params["state"]
    if wanted == PREPARED:
        if service.running() is not False and not params["stop"]:
            raise ServiceError(
                f"Cannot prepare the node in {layout.home} for a reset of its master key: it runs, or cannot be told "
                "to stand still. Stop it, or set stop to true."
            )
        return
    if reset is None or (wanted != REPLACED and not reset["replaced_at"]):
        before = PREPARED if reset is None else REPLACED
        raise ConflictError(
            f"Cannot go on with the reset of the master key on the node in {layout.home}: it is not {before} yet. Run "
            "the playbook reset_master_key.yml, which keeps the order."
        )
    if wanted == REPLACED:
        if service.running() is not False:
            raise ServiceError(
                f"Cannot replace the master key of the node in {layout.home}: it runs, or cannot be told to stand "
                "still. Stop all nodes of the Edge; the statements for the database have to be run again then."
            )
        left = cipher_texts.find(layout)
        if left:
            told = ", ".join(f"{one['key']} in {one['file']}" for one in left)
            raise ConflictError(
                f"Cannot replace the master key of the node in {layout.home}: nothing could read {told} any more. Put "
                "the plain text there."
            )


def main() -> None:
    module = create_module(MASTER_KEY_RESET_OPTIONS, mutually_exclusive=[("key", "key_file")])
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: offboarding
short_description: Bring a node through the offboarding of its Edge
version_added: 1.0.0
description:
  - Carries out one step of an offboarding on one node. The playbook C(hybrid.jfrog.offboard_edge) keeps the order over
    all nodes and does the platform's part; do not offboard an Edge with this module alone.
  - What was revoked while the Edge ran cannot be proven once it stands still, so it is written down on the node, in the
    file C(offboarding.json) beside the ledger. A run that goes on where another was interrupted reads it there.
  - A step that is done is not done again.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.node.control
  - hybrid.jfrog.node.health
  - hybrid.jfrog.attributes
options:
  state:
    description:
      - With V(left), it is recorded that the tokens and the pairing of the Edge are revoked.
      - With V(stopped), the node is stopped.
      - With V(closed), the record is closed. It stays, and a later onboarding and offboarding begin anew.
      - With V(keys_removed), the files of the master key and the join key are taken away from a node that stands still.
        Copies stay in C(backups/offboarding) beside the ledger; without the keys the node does not start.
    type: str
    choices: [left, stopped, closed, keys_removed]
    required: true
  edge:
    description: Name of the Edge. Required when O(state=left).
    type: str
  platform:
    description: Base URL of the platform that the Edge leaves. Required when O(state=left).
    type: str
  jpd_id:
    description: Id of the Edge's JPD, by which its licences are released.
    type: str
  trusts_platform:
    description: Whether the Edge accepts the platform's tokens; nobody can be asked once it stands still.
    type: bool
  trusted_by_platform:
    description: Whether the platform accepts the Edge's tokens.
    type: bool
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.offboarding_info
  - module: hybrid.jfrog.offboarding_plan
"""

EXAMPLES = r"""
- name: Note that the Edge was left
  hybrid.jfrog.offboarding:
    state: left
    edge: osaka
    platform: https://acme.jfrog.io
  become: true

- name: Stop the node
  hybrid.jfrog.offboarding:
    state: stopped
  become: true
"""

RETURN = r"""
offboarding:
  description: The record as it is now, or would be; V(null) where there is none.
  returned: success
  type: dict
  sample: {edge: osaka, platform: "https://acme.jfrog.io/", jpd_id: JPD-7, left_at: "2026-11-22T10:00:00.000Z",
           trusts_platform: null, trusted_by_platform: null, supplied: {}, closed_at: null}
kept:
  description: Copies of the key files that this run took away.
  returned: success
  type: list
  elements: str
  sample: []
drift:
  description: Names of the managed facts that differed, C(state), C(running) or C(keys).
  returned: success
  type: list
  elements: str
  sample: [state]
"""

from datetime import datetime, timezone
from typing import Any, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import OFFBOARDING_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import Change, reconcile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding import record as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.offboarding.record import Record
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import ledger, offboarding, start
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.observe import health_of, look

LEFT = "left"
STOPPED = "stopped"
CLOSED = "closed"
KEYS_REMOVED = "keys_removed"


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Carry out the step."""
    layout = layouts.require(params["artifactory_home"])
    if params["state"] == STOPPED:
        return stop(params, layout, check_mode=check_mode)
    if params["state"] == KEYS_REMOVED:
        return remove_keys(params, layout, check_mode=check_mode)
    return note(params, layout, now=now, check_mode=check_mode)


def note(params: Mapping[str, Any], layout: Layout, *, now: datetime, check_mode: bool) -> Outcome:
    """Begin the record, or close it."""
    known = offboarding.read(layout)
    if params["state"] == LEFT:
        seen = {name: params[name] for name in ("edge", "platform", "jpd_id", "trusts_platform", "trusted_by_platform")}
        wanted = model.leave(known, **seen, ledger=ledger.read(layout), now=now)
    elif known is not None:
        wanted = model.close(known, now)
    else:
        raise ConflictError(
            f"Cannot close the offboarding of the node in {layout.home}: none was begun here. Run the playbook "
            "offboard_edge, which keeps the order."
        )
    if wanted != known and not check_mode:
        offboarding.write(layout, wanted)
    change = reconcile(facts(known), facts(wanted))
    return outcome(layout, change, wanted)


def facts(record: Optional[Record]) -> dict[str, Any]:
    """What is shown of a record: ``state`` and whose it is."""
    if record is None:
        return {"state": "none"}
    told = {name: value for name, value in record.items() if name not in ("left_at", "closed_at", "supplied")}
    return {**told, "state": LEFT if record["closed_at"] is None else CLOSED}


def stop(params: Mapping[str, Any], layout: Layout, *, check_mode: bool) -> Outcome:
    """Stop the node, unless it stands still."""
    still = stands_still(params, layout)
    change = reconcile({"running": not still}, {"running": False})
    if not still and not check_mode:
        services.find(layout, params["control"], params["unit"]).stop()
    return outcome(layout, change, offboarding.read(layout))


def remove_keys(params: Mapping[str, Any], layout: Layout, *, check_mode: bool) -> Outcome:
    """Put the key files aside. Raises ServiceError for a node that may run."""
    found = offboarding.keys(layout)
    change = reconcile({"keys": [str(key) for key in found]}, {"keys": []})
    if found and not check_mode and not stands_still(params, layout):
        raise ServiceError(
            f"Cannot remove the keys of the node in {layout.home}: it runs, or cannot be told to stand still. Stop it "
            "first."
        )
    kept = [] if check_mode else [str(offboarding.put_aside(layout, key)) for key in found]
    return outcome(layout, change, offboarding.read(layout), kept=kept)


def stands_still(params: Mapping[str, Any], layout: Layout) -> bool:
    service = services.find(layout, params["control"], params["unit"])
    return start.stands_still(look(layout, service, health_of(layout, params["node_url"], params["node_ca_path"])))


def outcome(layout: Layout, change: Change, record: Optional[Record], *, kept: Any = ()) -> Outcome:
    """What the module returns."""
    told = {"offboarding": record, "kept": list(kept)}
    return Outcome(change, facts=told, subject=str(offboarding.path(layout)))


def main() -> None:
    module = create_module(OFFBOARDING_OPTIONS, required_if=[("state", LEFT, ["edge", "platform"])])
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: artifactory_service
short_description: Start an Artifactory node when it is due
version_added: 1.0.0
description:
  - Starts a node that does not run, and starts it again when something was supplied that takes effect only at a
    start. The ledger of this collection tells that.
  - Waits until the node is healthy. After that nothing is due any more, and what was supplied before counts as
    proven.
  - A node that does not come up is a failure that quotes the reasons in the node's logs. The restart stays due then.
  - A second run changes nothing.
  - The nodes of an HA Edge take turns; use C(throttle=1), or a loop over the nodes.
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
      - With V(restarted_when_due), the node is started when it does not run, and started again when that is due.
      - With V(started), it is only started when it does not run.
    type: str
    choices: [started, restarted_when_due]
    default: restarted_when_due
  restart_command:
    description:
      - The command that starts the node again, as a list of words, for O(control=command). No shell is involved.
      - It has to start a node that does not run, too.
    type: list
    elements: str
    default: []
  master_key:
    description:
      - The Edge's master key, for a node that keeps it in memory only (C(shared.security.masterKeyExternal)).
      - Such a node has removed the file while it runs, and needs it back before each start. It is put back only when
        a start follows, and only when neither the ledger nor O(peers) tell of another key.
      - On other nodes it has no effect. See M(hybrid.jfrog.master_key) for its form.
    type: str
  master_key_file:
    description:
      - File on the controller that holds the master key, plain or encrypted with Ansible Vault.
      - A relative path is seen from the folder of the inventory.
      - Mutually exclusive with O(master_key).
    type: str
  peers:
    description:
      - What M(hybrid.jfrog.node_info) returned under RV(hybrid.jfrog.node_info#module:node) for the other nodes of
        the same Edge.
      - They are witnesses for O(master_key).
    type: list
    elements: dict
    default: []
  due_for:
    description:
      - Reasons for a restart that this node's ledger does not know of, such as a join key that was supplied on
        another node of the same Edge.
      - The node is started again at every run with a reason here.
    type: list
    elements: str
    default: []
  wait:
    description: Whether to wait until the node is healthy. Needs O(node_url), and is not done in check mode.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds the node may take until it is healthy.
    type: int
    default: 600
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(due_for), the node is started again at every run.
notes:
  - The file of O(master_key_file) is read and checked on the controller, before any connection is made.
  - With O(control=none) nothing is started. A restart that is due is told by RV(service.restart_due) and a warning.
  - Without O(node_url), or with O(wait=false), nothing is proven by the start.
seealso:
  - module: hybrid.jfrog.join_key
  - module: hybrid.jfrog.master_key
  - module: hybrid.jfrog.node_info
"""

EXAMPLES = r"""
- name: Start the node again when something that was supplied needs it
  hybrid.jfrog.artifactory_service:
    node_url: http://127.0.0.1:8082
  become: true

- name: The same for a node that keeps its master key in memory only
  hybrid.jfrog.artifactory_service:
    node_url: http://127.0.0.1:8082
    master_key_file: "{{ inventory_dir }}/secrets/osaka.master.key"
  become: true

- name: The same for a node in a container
  hybrid.jfrog.artifactory_service:
    control: command
    restart_command: [podman, restart, artifactory]
    node_url: http://127.0.0.1:8082
"""

RETURN = r"""
service:
  description: The service as it is now, or as it would be.
  returned: success
  type: dict
  contains:
    control:
      description: How it is controlled.
      type: str
    running:
      description: Whether it runs; V(null) when that cannot be told.
      type: bool
    started:
      description: Whether it was started, or would be, by this run.
      type: bool
    restart_due:
      description: Whether a restart is due and is left to others.
      type: bool
    reasons:
      description: What the restart was due for.
      type: list
      elements: str
  sample: {control: systemd, running: true, started: true, restart_due: false, reasons: [join_key]}
health:
  description: The node's health at the end; V(null) when it was not read. In check mode as it is now.
  returned: success
  type: dict
  sample: {url: "http://127.0.0.1:8082", state: HEALTHY, error: null, services: []}
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [restart_due]
"""

import time
from datetime import datetime, timezone
from typing import Any, Callable, Dict, List, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import SERVICE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain import ledger as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import NONE, Change, reconcile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Health, Node
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import ca_renewal, ledger, master_key, start
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.observe import health_of, look
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.service import Service

# Where no start was made, all that the logs still have may tell why the node is not well.
EVER = datetime.fromtimestamp(0, timezone.utc)


def ensure(
    params: Mapping[str, Any],
    *,
    check_mode: bool,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Start the node, or start it again, or leave it as it is."""
    layout = layouts.require(params["artifactory_home"])
    service = services.find(layout, params["control"], params["unit"], params["restart_command"])
    node = look(layout, service, health_of(layout, params["node_url"], params["node_ca_path"]))
    still, reasons = start.stands_still(node), due(params, layout, node)
    if service.control == services.COMMAND and not params["restart_command"]:
        raise ServiceError("Cannot control the service of the node: control is command. Set restart_command, too.")
    if service.control == services.NONE:
        return left_to_others(node, reasons, still=still)
    before = {"running": not still, "restart_due": listed(params, node)}
    change = reconcile(before, wanted(params, before))
    begin = still or bool(reasons)
    seen = node["health"]
    if begin:
        start.refuse_during_reset(layout)
    missing = master_key_for_start(params, layout, node, check_mode=check_mode) if begin else None
    if not check_mode:
        begun = datetime.now(timezone.utc) if begin else None
        if begun is not None:
            if missing is not None:
                master_key.put_back(layout, missing, begun)
            start_again(params, layout, service, still=still, now=begun)
        seen = wait(params, layout, service, seen, begun or EVER, clock, sleep)
        if change.changed:
            after = look(layout, service, seen)
            ledger.write(layout, start.settle(layout, after, datetime.now(timezone.utc), begun=begun))
    return Outcome(
        change,
        facts={"service": facts(service, reasons, running=not still or begin, started=begin), "health": seen},
        subject=str(layout.home),
    )


def due(params: Mapping[str, Any], layout: Layout, node: Node) -> List[str]:
    """What a restart is due for and has not happened for yet."""
    if params["state"] == "started":
        return []
    return sorted({*start.open_reasons(layout, node["ledger"]), *params["due_for"]})


def listed(params: Mapping[str, Any], node: Node) -> List[str]:
    """What a restart is due for by ledger and options, whether it has happened or not."""
    return sorted({*node["ledger"]["restart_due"], *params["due_for"]})


def wanted(params: Mapping[str, Any], before: Mapping[str, Any]) -> Dict[str, Any]:
    """The facts to be reached. A start settles everything that is due, a node that runs is settled only when asked."""
    if params["state"] == "started" and before["running"]:
        return {"running": True}
    return {"running": True, "restart_due": []}


def master_key_for_start(params: Mapping[str, Any], layout: Layout, node: Node, *, check_mode: bool) -> Optional[str]:
    """The master key that is put back before the start, if that is needed. Raises before anything is done.

    In check mode it may be missing: a task before this one may be about to put it back.
    """
    key = params["master_key"]
    if key is None and check_mode:
        return None
    return start.master_key_to_put_back(layout, node, params["peers"], key and keys.check_key(key, keys.MASTER_KEY))


def start_again(params: Mapping[str, Any], layout: Layout, service: Service, *, still: bool, now: datetime) -> None:
    """Record what is due, so that an interrupted run is finished by the next one; then start."""
    known = ledger.read(layout)
    # A marker that an earlier start has obeyed would make this one do so again.
    recorded = ca_renewal.settle(layout, known, now)
    for reason in params["due_for"]:
        recorded = model.due(recorded, reason, now)
    if recorded != known:
        ledger.write(layout, recorded)
    if still:
        service.start()
    else:
        service.restart()


def wait(
    params: Mapping[str, Any],
    layout: Layout,
    service: Service,
    seen: Optional[Health],
    since: datetime,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Optional[Health]:
    """The health once the node is well; as it was seen where nobody asks to wait."""
    if not params["wait"] or not params["node_url"]:
        return seen
    return start.wait_until_healthy(
        layout,
        service,
        params["node_url"],
        params["node_ca_path"],
        since=since,
        timeout=params["wait_timeout"],
        clock=clock,
        sleep=sleep,
    )


def left_to_others(node: Node, reasons: List[str], *, still: bool) -> Outcome:
    """Nothing is done without a control; what is due is told."""
    warnings = []
    if still or reasons:
        health = node["health"]
        silent = f"it does not answer at {health['url']} ({health['error']})" if health else "it does not run"
        why = silent if still else f"a restart is due for {', '.join(reasons)}"
        warnings = [f"The node in {node['layout']['home']} has to be started by hand, because control is none: {why}."]
    service = facts(Service(), reasons, running=False if still else None, started=False)
    return Outcome(Change(NONE), facts={"service": service, "health": node["health"]}, warnings=warnings)


def facts(service: Service, reasons: List[str], *, running: Optional[bool], started: bool) -> Dict[str, Any]:
    """The service as it is returned."""
    return {
        "control": service.control,
        "running": running,
        "started": started,
        "restart_due": bool(reasons) and not started,
        "reasons": reasons,
    }


def main() -> None:
    module = create_module(SERVICE_OPTIONS)
    run(module, lambda: ensure(module.params, check_mode=module.check_mode))


if __name__ == "__main__":
    main()

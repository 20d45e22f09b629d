#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: admin_token
short_description: Get the first admin token of an Edge without its web page
version_added: 1.0.0
description:
  - Keeps a file on the controller with an access token that works at the Edge. An Edge that nobody can log in to yet is
    asked for its first admin token through a file on the node, which needs a start of the node.
  - The node writes a token that lives 15 minutes. It is exchanged at once for one with the wanted life and scope, and
    exists nowhere else, neither in a result nor in a log.
  - The token in the file is tried at the Edge on every run. While it works, nothing is changed. When its end is near,
    it mints its own successor, and the node is not started again.
  - Needs Artifactory 7.38.4 on the node. One node of an HA Edge is enough, because its nodes share one database.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.node.control
  - hybrid.jfrog.node.health
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  edge_url:
    description:
      - Base URL of the Edge, as the controller reaches it, without C(/artifactory).
    type: str
    required: true
  edge_access_token:
    description:
      - Not used. The Edge has no token yet, or it is in O(token_file).
    type: str
  token_file:
    description:
      - File on the controller in which the token is kept, with mode C(0600).
      - A relative path is seen from the folder of the inventory.
    type: str
    required: true
  vault:
    description:
      - Whether a token that is stored is encrypted with the first vault secret of the run.
    type: bool
    default: false
  scope:
    description: Scope of the token.
    type: str
    default: applied-permissions/admin
  audience:
    description: The services that accept the token.
    type: str
    default: "*@*"
  valid_days:
    description: For how many days a new token is valid. V(0) is for ever.
    type: int
    default: 365
  renew_before:
    description: How many days before its end a token is replaced.
    type: int
    default: 30
  restart_command:
    description:
      - The command that starts the node again, as a list of words, for O(control=command). No shell is involved.
    type: list
    elements: str
    default: []
  master_key:
    description:
      - The node's master key, for one that keeps it in memory only and needs its file back for the start.
    type: str
  wait_timeout:
    description: How many seconds the node may take, first until it has written the token, then until it is healthy.
    type: int
    default: 600
  seal:
    description:
      - With what the node hides the token on its way to the controller. This is set on the way to the node; do not set
        it yourself.
    type: str
attributes:
  check_mode:
    support: full
    details:
      - The node is not started in check mode.
  diff_mode:
    support: full
    details:
      - The token appears as its state.
  idempotent:
    support: full
notes:
  - The former token is not revoked, because others may still use it; it ends by itself.
  - Options of the platform are accepted so that C(group/hybrid.jfrog.api) can be used; they have no effect.
  - The user C(admin), to whom the token belongs, need not exist at the Edge.
seealso:
  - module: hybrid.jfrog.bootstrap_credentials
  - module: hybrid.jfrog.artifactory_service
  - name: Create an automatic admin token
    description: JFrog's page on the files.
    link: https://docs.jfrog.com/installation/docs/create-an-automatic-admin-token
"""

EXAMPLES = r"""
- name: Get the first admin token of the Edge
  hybrid.jfrog.admin_token:
    edge_url: https://edge-lyon.example.com
    node_url: http://127.0.0.1:8082
    token_file: secrets/lyon.token
    vault: true
  become: true
"""

RETURN = r"""
admin_token:
  description: The token in the file; without its id and times in check mode, when it would be made.
  returned: success
  type: dict
  contains:
    state:
      description: V(works).
      type: str
    token_id:
      description: Id, by which it can be revoked.
      type: str
    subject:
      description: Whose token it is.
      type: str
    scope:
      description: Scope.
      type: str
    expires_at:
      description: When it ends, in UTC; V(null) for never.
      type: str
    fingerprint:
      description: Short fingerprint of the token.
      type: str
  sample:
    state: works
    token_id: 11111111-2222-4333-8444-555555555555
    subject: jfac@01abc/users/admin
    scope: applied-permissions/admin
    expires_at: "2027-11-22T10:00:00.000Z"
    fingerprint: "sha256:5be2a0c19d3f4471"
token_file:
  description: The file; C(written) tells whether it was written, or would be, by this run.
  returned: success
  type: dict
  sample: {path: /home/anna/edges/secrets/lyon.token, written: false}
node:
  description: Whether the node was started, or would be, for the token.
  returned: success
  type: dict
  sample: {started: false}
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [state]
"""

import time
from datetime import datetime, timezone
from typing import Any, Callable, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import ADMIN_TOKEN_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import EdgeError, ServiceError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.keys import keys
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import Node
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.seal import FROM_NODE, sealed
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import admin_token, ledger, master_key, start
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import service as services
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.observe import health_of, look
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.service import Service


def ensure(
    params: Mapping[str, Any],
    *,
    check_mode: bool,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Start the node with the request for a token, and return the token, hidden."""
    if not params["seal"]:
        raise EdgeError(
            "Cannot get an admin token by this module alone: its action on the controller has to take the token over. "
            "Run it as a task of the collection, by its full name hybrid.jfrog.admin_token."
        )
    layout = layouts.require(params["artifactory_home"])
    admin_token.demand_version(layout)
    service = controlled(params, layout)
    node = look(layout, service, health_of(layout, params["node_url"], params["node_ca_path"]))
    missing = key_for_start(params, layout, node, check_mode=check_mode)
    if check_mode:
        return Outcome(facts={"started": True, "token": None})
    begun = datetime.now(timezone.utc)
    mark = admin_token.ask(layout)
    try:
        if missing is not None:
            master_key.put_back(layout, missing, begun)
        start_now(service, still=start.stands_still(node))
        token = admin_token.wait_for_answer(
            layout,
            service,
            mark,
            health=lambda: health_of(layout, params["node_url"], params["node_ca_path"]),
            timeout=params["wait_timeout"],
            clock=clock,
            sleep=sleep,
        )
    finally:
        admin_token.withdraw(layout)
    settle(params, layout, service, begun, clock, sleep)
    return Outcome(facts={"started": True, "token": sealed(token, params["seal"], FROM_NODE)})


def controlled(params: Mapping[str, Any], layout: Layout) -> Service:
    """The way to start the node. Raises ServiceError where there is none."""
    service = services.find(layout, params["control"], params["unit"], params["restart_command"])
    if service.control == services.COMMAND and not params["restart_command"]:
        raise ServiceError("Cannot control the service of the node: control is command. Set restart_command, too.")
    if service.control == services.NONE:
        raise ServiceError(
            "Cannot get an admin token from the node: it makes one at a start only, and no control is set. "
            "Set control, or create a token in the web page and put it into edge_access_token."
        )
    return service


def key_for_start(params: Mapping[str, Any], layout: Layout, node: Node, *, check_mode: bool) -> Optional[str]:
    """The master key that has to be put back for the start, if any. Raises before anything is done."""
    key = params["master_key"]
    if key is None and check_mode:
        return None
    return start.master_key_to_put_back(layout, node, [], key and keys.check_key(key, keys.MASTER_KEY))


def start_now(service: Service, *, still: bool) -> None:
    """Start it, or start it again."""
    if still:
        service.start()
    else:
        service.restart()


def settle(
    params: Mapping[str, Any],
    layout: Layout,
    service: Service,
    begun: datetime,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> None:
    """Wait until the node is healthy, and note what else was due for a start: this was one."""
    if not params["node_url"]:
        return
    seen = start.wait_until_healthy(
        layout,
        service,
        params["node_url"],
        params["node_ca_path"],
        since=begun,
        timeout=params["wait_timeout"],
        clock=clock,
        sleep=sleep,
    )
    after = look(layout, service, seen)
    if after["ledger"]["present"]:
        ledger.write(layout, start.settle(layout, after, datetime.now(timezone.utc), begun=begun))


def main() -> None:
    module = create_module(ADMIN_TOKEN_OPTIONS)
    run(module, lambda: ensure(module.params, check_mode=module.check_mode))


if __name__ == "__main__":
    main()

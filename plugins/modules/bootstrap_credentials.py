#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: bootstrap_credentials
short_description: Give a new Edge its first administrator
version_added: 1.0.0
description:
  - Writes the first administrator of an Edge into C(bootstrap.creds), from where Access takes it at its first start,
    instead of the user V(admin) with the password that everybody knows.
  - Access does not start when the file has another mode than C(0600) or another owner than the service user, and all
    other services complain about the join key then. A wrong mode or owner is repaired on every node, whether it has
    started or not. When the logs tell that it has stopped Access, a restart is noted as due; let
    M(hybrid.jfrog.artifactory_service) follow.
  - On an Edge that has started, nothing else is written. Access reads the file at every start, so it would take back
    a password that was changed since. That is also why the file is better removed after the first start.
  - A second run changes nothing. Lines for other administrators are kept.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.attributes
options:
  state:
    description:
      - With V(present), the administrator is in the file when the Edge starts for the first time.
      - With V(absent), the file is removed with all that is in it. Let the node be healthy first.
    type: str
    choices: [present, absent]
    default: present
  username:
    description: Name of the administrator.
    type: str
    default: admin
  address:
    description: The IP address from which this administrator may log in, or V(*) for all.
    type: str
    default: "*"
  password:
    description:
      - The password, without blanks. The product's default is refused. Required when O(state=present).
    type: str
  peers:
    description:
      - What M(hybrid.jfrog.node_info) returned under RV(hybrid.jfrog.node_info#module:node) for the other nodes of
        the same Edge.
      - When one of them has started, the Edge has its administrators, and nothing is written on a new node.
    type: list
    elements: dict
    default: []
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Of the password it is told whether it is the wanted one.
  idempotent:
    support: full
notes:
  - Whether Access removes the file after use is not documented; both are in order.
seealso:
  - module: hybrid.jfrog.admin_token
  - module: hybrid.jfrog.artifactory_service
  - name: Recreate the default admin user
    description: JFrog's page on the file.
    link: https://jfrog.com/help/r/jfrog-platform-administration-documentation/recreate-the-default-admin-user
"""

EXAMPLES = r"""
- name: Choose the first administrator's password before the first start
  hybrid.jfrog.bootstrap_credentials:
    password: "{{ vault_lyon_admin_password }}"
  become: true

- name: Take the password off the disk once the node is healthy
  hybrid.jfrog.bootstrap_credentials:
    state: absent
  become: true
"""

RETURN = r"""
credentials:
  description: The file as it is now, or as it would be.
  returned: success
  type: dict
  contains:
    path:
      description: The file.
      type: str
    present:
      description: Whether it is there.
      type: bool
    administrator:
      description: The administrator and the address, as C(user@address); V(null) when nothing is written.
      type: str
  sample: {path: /opt/jfrog/artifactory/var/etc/access/bootstrap.creds, present: true, administrator: "admin@*"}
verdict:
  description: What was found. C(state) is V(in_order) or V(drifted).
  returned: success
  type: dict
  sample: {state: in_order, reason: "the node has started, so it has its administrators"}
drift:
  description: Names of the managed facts that differed, C(administrator), C(password), C(mode) and C(owner).
  returned: success
  type: list
  elements: str
  sample: [mode]
"""

from datetime import datetime, timezone
from typing import Any, Callable, Dict, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import BOOTSTRAP_CREDENTIALS_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import bootstrap_credentials as model
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.bootstrap_credentials import Credentials
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import NONE, Change, reconcile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.verdict import DRIFTED, IN_ORDER
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import bootstrap_credentials
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.bootstrap_credentials import CredentialsFile
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout

WANTED = "as wanted"
ANOTHER = "another one"
MODE = f"{bootstrap_credentials.FILE_MODE:04o}"


def ensure(params: Mapping[str, Any], *, check_mode: bool) -> Outcome:
    """Write the administrator, or repair the file, or leave all as it is."""
    if params["state"] == "absent":
        return ensure_absent(layouts.require(params["artifactory_home"]), check_mode=check_mode)
    wanted = model.check(params["username"], params["address"], params["password"])
    layout = layouts.require(params["artifactory_home"])
    seen = bootstrap_credentials.look(layout)
    reason = model.why_not(layout.ever_started(), params["peers"])
    if reason is not None:
        return ensure_form(layout, seen, reason, check_mode=check_mode)
    return ensure_administrator(layout, seen, wanted, check_mode=check_mode)


def ensure_administrator(
    layout: Layout, seen: Optional[CredentialsFile], wanted: Credentials, *, check_mode: bool
) -> Outcome:
    """Before the first start: the administrator is in the file."""
    listed = model.parse(seen.text) if seen is not None else ()
    found = model.find(listed, wanted)
    name = f"{wanted.user}@{wanted.address}"
    before: Optional[Dict[str, Any]] = None
    if seen is not None:
        password = None if found is None else WANTED if found.password == wanted.password else ANOTHER
        before = {"administrator": found and name, "password": password, "mode": seen.mode, "owner": seen.owner}
    after = {"administrator": name, "password": WANTED, "mode": MODE, "owner": layout.account().user}
    change = reconcile(before, after)
    if change.changed and not check_mode:
        repaired(layout, lambda: bootstrap_credentials.write(layout, model.merged(listed, wanted)))
    what = "is in the file" if not change.changed else "is not in the file as Access needs it"
    reason = f"no node of the Edge has started, and {name} {what}"
    return outcome(layout, change, reason, administrator=name, present=True, warnings=model.warnings(wanted))


def ensure_form(layout: Layout, seen: Optional[CredentialsFile], reason: str, *, check_mode: bool) -> Outcome:
    """After the first start: whatever is in the file, the next start must not fail because of its mode."""
    if seen is None:
        return outcome(layout, Change(NONE), reason, present=False)
    change = reconcile({"mode": seen.mode, "owner": seen.owner}, {"mode": MODE, "owner": layout.account().user})
    if change.changed:
        reason += ", but its next start would fail because of this file"
        if not check_mode:
            repaired(layout, lambda: bootstrap_credentials.repair(layout))
    left = (
        f"The file {layout.bootstrap_credentials} still holds a password in plain text, which Access sets again at "
        "every start. Remove it with state=absent once the node is healthy."
    )
    return outcome(layout, change, reason, present=True, warnings=[left])


def repaired(layout: Layout, repair: Callable[[], None]) -> None:
    """Repair the file. A node that it has stopped is to be started again, which is noted first, because a run that ends
    in between finds nothing to repair later."""
    if bootstrap_credentials.stopped_access(layout):
        bootstrap_credentials.note_restart(layout, datetime.now(timezone.utc))
    repair()


def ensure_absent(layout: Layout, *, check_mode: bool) -> Outcome:
    """The file is gone."""
    seen = bootstrap_credentials.look(layout)
    change = reconcile(None if seen is None else {"mode": seen.mode, "owner": seen.owner}, None)
    if change.changed and not check_mode:
        bootstrap_credentials.remove(layout)
    return outcome(layout, change, "the file is to be gone", present=False)


def outcome(
    layout: Layout,
    change: Change,
    reason: str,
    *,
    present: bool,
    administrator: Optional[str] = None,
    warnings: Any = (),
) -> Outcome:
    """The result."""
    path = str(layout.bootstrap_credentials)
    return Outcome(
        change,
        facts={
            "credentials": {"path": path, "present": present, "administrator": administrator},
            "verdict": {"state": DRIFTED if change.changed else IN_ORDER, "reason": reason},
        },
        warnings=warnings,
        subject=path,
    )


def main() -> None:
    module = create_module(BOOTSTRAP_CREDENTIALS_OPTIONS, required_if=[("state", "present", ["password"])])
    run(module, lambda: ensure(module.params, check_mode=module.check_mode))


if __name__ == "__main__":
    main()

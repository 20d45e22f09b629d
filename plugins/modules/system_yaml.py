#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: system_yaml
short_description: Manage single settings in the system.yaml of a JFrog product
version_added: 1.0.0
description:
  - Sets and removes the settings that are named, and leaves every other character of the file as it is, with its
    comments, order, quotes, anchors, blank lines and line ends.
  - The file of the node itself is edited by default. With O(path) it is that of another JFrog product on the same
    host.
  - The file is read on the node, decided on the controller and swapped on the node. When somebody changed it
    meanwhile, nothing is written. What was there before is kept in a backup beside it, with the same owner and mode.
  - The product encrypts secrets in the file at its first start. Cipher text is therefore never a difference.
  - Settings take effect at the next start. For the node itself the restart is recorded as due, so that
    M(hybrid.jfrog.artifactory_service) makes it; another product has to be restarted by other means.
  - A file that is not plain UTF-8 text with one valid YAML document is refused, and so are keys that stand there
    twice, a link in its place, and a file that does not belong to the service user.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.attributes
options:
  path:
    description:
      - The file, for example C(/opt/jfrog/xray/var/etc/system.yaml).
      - C(var/etc/system.yaml) of O(artifactory_home), when not given.
    type: str
  settings:
    description:
      - The settings, as nested mappings, or by their dotted path such as V(router.proxy.httpUrl), or both.
      - Values are texts, numbers, truth values, or lists of them. A list is managed as a whole.
      - A setting that is V(null) is removed.
      - What is a secret, by its name or its value, is refused here; it belongs to O(secrets).
    type: dict
    default: {}
  secrets:
    description:
      - Settings like those of O(settings) whose values are never shown, such as V(shared.database.password).
      - V(shared.security.joinKey) and V(shared.security.masterKey) are refused on a node that has started before,
        because its database wins then. Use M(hybrid.jfrog.join_key) and M(hybrid.jfrog.master_key) there.
    type: dict
    default: {}
  absent:
    description: Dotted paths of settings, or of whole sections, that are not to be in the file.
    type: list
    elements: str
    default: []
  rewrite_secrets:
    description:
      - Whether to write those of O(secrets) again that the file has as cipher text.
      - It cannot be told what cipher text stands for, so they are written at every run.
    type: bool
    default: false
  create:
    description: Whether to make the file when it does not exist. Its folder has to exist.
    type: bool
    default: false
  exchange:
    description:
      - What the controller and the node tell each other.
      - This is set on the way to the node; do not set it yourself.
    type: dict
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The managed settings are shown, secrets as V((secret\)) and V((encrypted\)).
  idempotent:
    support: partial
    details:
      - With O(rewrite_secrets=true), secrets that the product has encrypted are written at every run.
requirements:
  - ruamel.yaml on the controller
notes:
  - Environment variables win over the file. M(hybrid.jfrog.node_info) tells which ones the service has.
seealso:
  - module: hybrid.jfrog.artifactory_service
  - module: hybrid.jfrog.node_info
  - name: Using system YAML files
    description: JFrog's page on the file.
    link: https://docs.jfrog.com/installation/docs/using-system-yamls
"""

EXAMPLES = r"""
- name: Give an HA node its identity
  hybrid.jfrog.system_yaml:
    settings:
      shared:
        node:
          id: osaka-1
          ip: 192.0.2.11
          haEnabled: true
  become: true

- name: Give Xray on the same host the password of its database
  hybrid.jfrog.system_yaml:
    path: /opt/jfrog/xray/var/etc/system.yaml
    settings:
      shared.database.username: xray
    secrets:
      shared.database.password: "{{ vault_xray_database_password }}"
    absent:
      - router.proxy
  become: true
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /opt/jfrog/artifactory/var/etc/system.yaml
created:
  description: Whether the file was made, or would be made, by this run.
  returned: success
  type: bool
  sample: false
restart_due:
  description: Whether a restart of the node is due for its system.yaml. It is V(false) for the file of another product.
  returned: success
  type: bool
  sample: true
backup_file:
  description: The file as it was before.
  returned: when the file was changed
  type: str
  sample: /opt/jfrog/artifactory/var/etc/system.yaml.5be2a0c1.backup
drift:
  description: Names of the managed facts that differed, as dotted paths.
  returned: success
  type: list
  elements: str
  sample: [shared.node.id]
"""

from datetime import datetime, timezone
from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import SYSTEM_YAML_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.seal import FROM_NODE, TO_NODE, opened, sealed
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import ledger, system_yaml_file


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Tell the controller what stands in the file, or swap it for what the controller decided."""
    exchange = params["exchange"]
    if not exchange:
        raise ConflictError(
            "Cannot edit system.yaml: this module does its work together with the action of the same name. Call it "
            "as hybrid.jfrog.system_yaml in a task."
        )
    target = system_yaml_file.find(params["artifactory_home"], params["path"])
    if "sealed" in exchange:
        if check_mode:
            raise ConflictError(f"Cannot edit {target.path}: nothing is written in check mode.")
        text = opened(exchange["sealed"], exchange["key"], TO_NODE)
        backup = system_yaml_file.replace(target, text, expected=exchange["expected"], now=now)
        return Outcome(facts={"backup_file": str(backup) if backup else None})
    before = system_yaml_file.load(target)
    due = ledger.read(target.layout)["restart_due"] if target.layout else {}
    return Outcome(
        facts={
            "path": str(target.path),
            "own": target.layout is not None,
            "ever_started": target.ever_started(),
            "restart_due": system_yaml_file.FACT in due,
            "digest": system_yaml_file.digest(before),
            "sealed": None if before is None else sealed(before, exchange["key"], FROM_NODE),
        }
    )


def main() -> None:
    module = create_module(SYSTEM_YAML_OPTIONS)
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

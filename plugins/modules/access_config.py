#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_config
short_description: Manage settings of Access on an Artifactory Edge
version_added: 1.0.0
description:
  - Supplies settings of Access, such as C(security.tls), through the file C(access.config.patch.yml) of a node. Only
    the settings that are named are managed; all others stay as they are.
  - The product applies the file at the next start and removes it, so its presence tells nothing. What is compared is
    C(access.config.latest.yml), in which Access shows what differs from the defaults, a table of known defaults, and
    the ledger of this collection for settings whose default is not known.
  - A setting that was supplied, whose default is not known, and that Access does not show, has its default. When
    C(access.config.template.yml), the list of Access's settings, does not have its name either, it may be mistyped, and
    that is a failure.
  - The settings are in use after the next start. Let M(hybrid.jfrog.artifactory_service) follow, which also notes the
    proof. Where others restart the node, this module notes the proof at its next run.
  - A second run changes nothing, whether the settings wait for the start or are in use. A setting that was changed
    since is found and supplied again.
  - A setting that a start has taken away, and that Access does not show afterwards, is a failure and not supplied
    again, because the same would happen again.
  - One node of an Edge is enough, because its nodes share one database.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.attributes
options:
  settings:
    description:
      - The managed settings, as mappings in mappings like in the product's file. A dotted name stands for mappings,
        too.
      - A value is a text, a number, V(true), V(false), or a list of these. Values are compared by their text.
      - There is no way to remove a setting; to set it back, give its default.
      - Secrets are refused, because the file can be read by everybody on the node.
    type: dict
    required: true
  on_unknown:
    description:
      - What to do where a person should look first.
      - With V(report), the module fails and changes nothing when the product did not take an earlier supply, and when
        a patch of somebody else's waits that cannot be read or has another value.
      - With V(supply), the settings are supplied again in the first case. In the second they replace what waits, of
        which a copy is kept in the folder of this collection on the node.
    type: str
    choices: [report, supply]
    default: report
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(on_unknown=supply), a setting that the product does not take is supplied at every run after a start.
notes:
  - With C(security.tls), plain HTTP is refused from the next start on. Every client needs the CA first; the role
    C(hybrid.jfrog.access_config) alone does not see to that.
  - A C(access.config.import.yml) that waits for a start is a failure, because it would replace all settings.
  - Artifactory 6.x has no such file.
seealso:
  - module: hybrid.jfrog.artifactory_service
  - module: hybrid.jfrog.node_info
  - name: Access YAML configuration
    description: JFrog's page on the files of Access's configuration.
    link: https://jfrog.com/help/r/jfrog-installation-setup-documentation/access-yaml-configuration
"""

EXAMPLES = r"""
- name: Let users be identified by a client certificate that the reverse proxy has checked
  hybrid.jfrog.access_config:
    settings:
      security:
        authentication:
          mtls:
            enabled: true
            extraction-regex: CN=([^,]+)
  become: true

- name: Limit the life of tokens
  hybrid.jfrog.access_config:
    settings:
      token:
        max-expiry: 31536000
  become: true
"""

RETURN = r"""
settings:
  description: The managed settings by their dotted path, as they will be.
  returned: success
  type: dict
  sample: {security.tls: "true"}
state:
  description:
    - V(in_use) when all settings are, V(waiting) when the next start takes them.
  returned: success
  type: str
  sample: waiting
restart_due:
  description: Whether a restart is due for them.
  returned: success
  type: bool
  sample: true
verdict:
  description: What was found, before a change. C(state) is V(in_order) or V(drifted).
  returned: success
  type: dict
  sample: {state: drifted, reason: security.tls is false instead of true}
backup:
  description: Where a patch of somebody else's was kept that was replaced.
  returned: when one was replaced
  type: str
  sample: /opt/jfrog/artifactory/var/hybrid.jfrog/backups/access_config/access.config.patch.yml.5e0d9a7c.backup
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [security.tls, state]
"""

from datetime import datetime, timezone
from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import ACCESS_CONFIG_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.access_config import (
    PATCH,
    WAITING,
    check_settings,
    judge_access_config,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import access_config, ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Supply what differs, or note the proof of an earlier supply, or leave all as it is."""
    wanted = check_settings(params["settings"])
    layout = layouts.require(params["artifactory_home"])
    if layout.generation == layouts.SIX:
        raise LayoutError(f"Cannot set settings of Access in {layout.home}: {access_config.NO_PATCH_ON_6}.")
    recorded = ledger.read(layout)
    seen = access_config.observe(layout, recorded)
    judged = judge_access_config(
        seen, recorded, wanted, started_at=access_config.started_at(layout), on_unknown=params["on_unknown"]
    )
    if judged.verdict.unknown:
        raise ConflictError(f"Cannot set settings of Access in {layout.home}: {judged.verdict.reason}.")
    backup = None
    if judged.supplied:
        access_config.demand_mergeable(layout, judged.supplied)
    if judged.change.changed and not check_mode:
        if judged.supplied:
            backup = access_config.supply(layout, judged.supplied, now)
        else:
            ledger.write(layout, access_config.confirm(layout, recorded, now, judged.proven))
    state = judged.change.after["state"]
    facts = {
        "settings": {path: value for path, value in judged.change.after.items() if path != "state"},
        "state": state,
        "restart_due": state == WAITING,
        "verdict": {"state": judged.verdict.state, "reason": judged.verdict.reason},
    }
    if backup is not None:
        facts["backup"] = str(backup)
    return Outcome(judged.change, facts=facts, subject=str(layout.access / PATCH))


def main() -> None:
    module = create_module(ACCESS_CONFIG_OPTIONS)
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

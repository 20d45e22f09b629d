#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: offboarding_info
short_description: Tell how far the offboarding of a node's Edge is
version_added: 1.0.0
description:
  - Returns the record that M(hybrid.jfrog.offboarding) keeps on a node.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
attributes:
  check_mode:
    description: Can run in check mode.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would be changed, in diff mode.
    support: none
    details: Nothing is changed.
  idempotent:
    description: Running it again changes nothing.
    support: full
seealso:
  - module: hybrid.jfrog.offboarding
"""

EXAMPLES = r"""
- name: See whether the Edge has left its platform
  hybrid.jfrog.offboarding_info:
  become: true
"""

RETURN = r"""
offboarding:
  description: The record; V(null) where there is none. C(closed_at) is V(null) while the offboarding is under way.
  returned: success
  type: dict
  sample: {edge: osaka, platform: "https://acme.jfrog.io/", jpd_id: JPD-7, left_at: "2026-11-22T10:00:00.000Z",
           trusts_platform: null, trusted_by_platform: null, supplied: {}, closed_at: null}
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import HOME_OPTION
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import offboarding


def look(params: Mapping[str, Any]) -> Outcome:
    """What lies beside the ledger. A folder without a node has no record either."""
    layout = layouts.find(params["artifactory_home"])
    return Outcome(facts={"offboarding": None if layout is None else offboarding.read(layout)})


def main() -> None:
    module = create_module(HOME_OPTION)
    run(module, lambda: look(module.params))


if __name__ == "__main__":
    main()

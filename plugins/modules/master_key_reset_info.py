#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: master_key_reset_info
short_description: Tell what a reset of the master key needs to know of a node
version_added: 1.0.0
description:
  - Tells where a node's settings hold cipher text, whether its embedded Mission Control is switched on, and how far a
    reset of the master key is.
  - Files are told by their paths, and values by their keys. No value is returned.
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
  - module: hybrid.jfrog.master_key_reset
"""

EXAMPLES = r"""
- name: See which passwords have to be put back in plain text
  hybrid.jfrog.master_key_reset_info:
  become: true
"""

RETURN = r"""
reset:
  description: What was found.
  returned: success
  type: dict
  contains:
    cipher_texts:
      description: File and key of each value that is cipher text.
      type: list
      elements: dict
    mission_control:
      description: Whether C(mc.enabled) is set in C(system.yaml).
      type: bool
    reset:
      description: When the reset that is under way was begun, and its steps were done; V(null) without one.
      type: dict
  sample:
    cipher_texts: [{file: /opt/jfrog/artifactory/var/etc/system.yaml, key: shared.database.password}]
    mission_control: false
    reset: null
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import HOME_OPTION
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import cipher_texts, master_key_reset, system_yaml
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts


def look(params: Mapping[str, Any]) -> Outcome:
    """What the folder tells. Raises LayoutError where there is no node."""
    layout = layouts.require(params["artifactory_home"])
    settings = system_yaml.read(layout.system_yaml) if layout.system_yaml is not None else {}
    found = {
        "cipher_texts": cipher_texts.find(layout),
        "mission_control": settings.get("mc.enabled", "").lower() == "true",
        "reset": master_key_reset.read(layout),
    }
    return Outcome(facts={"reset": found})


def main() -> None:
    module = create_module(HOME_OPTION)
    run(module, lambda: look(module.params))


if __name__ == "__main__":
    main()

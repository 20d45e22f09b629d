#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: replication_plugin_info
short_description: See how the old user plugin that replicates security stands
version_added: 1.0.0
description:
  - Looks whether each instance answers, has a version of Artifactory that the plugin can work with, takes the plugin's
    account as an admin, and has the plugin loaded.
  - Lets the plugin of each instance validate the mesh (C(secRepValidate)), and tells what it finds as findings with
    cause and remedy. The configurations that the plugin itself would print hold passwords, and are not shown.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.replication_plugin
  - hybrid.jfrog.replication_plugin.way
options:
  username:
    description: The plugin's account.
    type: str
    required: true
  password:
    description: Its password or API key.
    type: str
    required: true
  urls:
    description: The URLs of the instances, with the context of Artifactory and without a slash at the end.
    type: list
    elements: str
    required: true
  upgrade_to:
    description:
      - The version that Artifactory is about to get. The module fails when it cannot be upgraded to that with the
        plugin of O(plugin_path).
    type: str
  demand:
    description:
      - What makes the module fail. With V(ready), an instance that cannot take part, with V(in_order) a finding of the
        validation as well, and an instance on which the plugin is not loaded.
    type: str
    choices: [nothing, ready, in_order]
    default: nothing
seealso:
  - module: hybrid.jfrog.replication_plugin
  - module: hybrid.jfrog.replication_plugin_distribution
"""

EXAMPLES = r"""
- name: See from a schedule whether the plugin works everywhere
  hybrid.jfrog.replication_plugin_info:
    username: replicator
    password: "{{ vault_replicator_api_key }}"
    urls:
      - https://lyon.example.com/artifactory
      - https://osaka.example.com/artifactory
    demand: in_order
  run_once: true
"""

RETURN = r"""
instances:
  description: One item for each of O(urls).
  returned: always
  type: list
  elements: dict
  contains:
    url:
      description: The URL.
      type: str
    reachable:
      description: Whether it answered.
      type: bool
    version:
      description: Its version of Artifactory; V(null) when it did not tell.
      type: str
    plugin_loaded:
      description: Whether the plugin is loaded; V(null) when it did not tell.
      type: bool
    problem:
      description: Why it cannot take part; V(null) when it can.
      type: str
findings:
  description:
    - What the validation finds. C(code) is V(V1) to V(V9) in the order of the plugin's checks, C(seen_from) the
      instances that found it, C(text) all of it in words.
    - The checks are V(V1) own configuration, V(V2) instance, V(V3) node, V(V4) version on the disk, V(V5) loaded
      version, V(V6) same version, V(V7) configuration, V(V8) same configuration and own URL, V(V9) loaded cron
      expression.
  returned: always
  type: list
  elements: dict
  sample:
    - code: V9
      instance: https://osaka.example.com/artifactory
      node: osaka-1
      cause: the plugin runs by the cron expression '0 0 0/1 * * ?', and '0 0 4 * * ?' is configured
      remedy: Reload the plugins of the node with hybrid.jfrog.replication_plugin_distribution, or restart Artifactory
      seen_from: [https://lyon.example.com/artifactory]
in_order:
  description: Whether every instance takes part, and nothing was found.
  returned: always
  type: bool
  sample: true
"""

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: replication_plugin_distribution
short_description: Bring the old user plugin that replicates security into use on all of its instances
version_added: 1.0.0
description:
  - Asks the plugin of each instance what is loaded and what lies on its disks, and does what is missing. That is a
    reload of the user plugins where something else is loaded, and the plugin's own distribution (C(distSecRep)) from
    one instance where the files of others differ, or where a reload did not load the plugin.
  - An instance where a reload has no effect gets your copy of the plugin by Artifactory's own call for that, which
    loads it.
  - Before anything is done, each instance has to answer to the account as an admin, and to be older than 7.x. The
    distribution would stop in the middle otherwise, because it ends at the first instance that refuses.
  - A second run does nothing.
  - It runs once, on the controller.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
  - hybrid.jfrog.replication_plugin
  - hybrid.jfrog.replication_plugin.settings
  - hybrid.jfrog.replication_plugin.way
options:
  username:
    description: The plugin's account, with which the instances are called as well.
    type: str
    required: true
  password:
    description: Its password or API key.
    type: str
    required: true
  urls:
    description: The URLs of all instances, as M(hybrid.jfrog.replication_plugin) wrote them.
    type: list
    elements: str
    required: true
  source:
    description: The URL of the instance that distributes. Its files have to be there. The first of O(urls) by default.
    type: str
  node_urls:
    description:
      - The URLs of the nodes of instances with several of them, as lists by the URL of the instance. Each node loads
        plugins on its own, so without it only the node that the load balancer chooses is reloaded.
    type: dict
    default: {}
  written:
    description:
      - The URLs of the instances whose files an earlier task writes. In check mode, where it has not written them, they
        are taken for written, as those of O(source) are.
    type: list
    elements: str
    default: []
attributes:
  check_mode:
    support: full
    details:
      - The files of O(source) and O(written) are taken for written.
      - Of an instance on which the plugin is not loaded only the reload is predicted, which may show that more is
        missing.
  diff_mode:
    support: none
  idempotent:
    support: full
notes:
  - Let it run at a time when the plugin does not replicate. JFrog says that a reload in the middle of that can make the
    plugin stop working until Artifactory is started again.
seealso:
  - module: hybrid.jfrog.replication_plugin
  - module: hybrid.jfrog.replication_plugin_info
"""

EXAMPLES = r"""
- name: Bring the plugin into use on all instances
  hybrid.jfrog.replication_plugin_distribution:
    plugin_path: files/securityReplication.groovy
    username: replicator
    password: "{{ vault_replicator_api_key }}"
    credential: api_key
    urls:
      - https://lyon.example.com/artifactory
      - https://osaka.example.com/artifactory
  run_once: true
"""

RETURN = r"""
steps:
  description:
    - What was done, or would be done. C(action) is V(reload), V(distribute) or V(deploy), C(instance) is the URL of the
      instance that was called.
  returned: success
  type: list
  elements: dict
  sample: [{action: reload, instance: "https://lyon.example.com/artifactory", why: the plugin is not loaded there}]
"""

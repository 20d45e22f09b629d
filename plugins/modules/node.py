#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: node
short_description: Carry out several steps on an Artifactory node in one execution
version_added: 1.0.0
description:
  - Does what M(hybrid.jfrog.master_key), M(hybrid.jfrog.join_key), M(hybrid.jfrog.system_yaml),
    M(hybrid.jfrog.tls_ca_certificate), M(hybrid.jfrog.server_certificate), M(hybrid.jfrog.access_config) and
    M(hybrid.jfrog.artifactory_service) do, in this order, for those of them that are given.
  - Each of them looks, decides and writes as in a task of its own. What is saved is the way to the node, which costs
    more than the work there.
  - The options of all steps are checked, and keys and certificates are read on the controller, before anything is done
    on the node.
  - A step that fails ends the task. What the steps before it have done stays, and a second run goes on from there.
  - Where Ansible cannot pipe a module to the node, each step is an execution of its own.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.node.control
  - hybrid.jfrog.node.health
  - hybrid.jfrog.attributes
options:
  peers:
    description:
      - What M(hybrid.jfrog.node_info) returned under RV(hybrid.jfrog.node_info#module:node) for the other nodes of
        the same Edge.
    type: list
    elements: dict
    default: []
  master_key:
    description:
      - Options of M(hybrid.jfrog.master_key).
      - Here and in the other steps, an option that is empty counts as not given, and those of this module need not be
        repeated.
    type: dict
  join_key:
    description: Options of M(hybrid.jfrog.join_key).
    type: dict
  system_yaml:
    description: Options of M(hybrid.jfrog.system_yaml).
    type: dict
  tls_ca_certificate:
    description: Options of M(hybrid.jfrog.tls_ca_certificate).
    type: dict
  server_certificate:
    description: Options of M(hybrid.jfrog.server_certificate).
    type: dict
  access_config:
    description: Options of M(hybrid.jfrog.access_config).
    type: dict
  restart:
    description:
      - Options of M(hybrid.jfrog.artifactory_service); V({}) is enough.
      - The nodes of an HA Edge take turns, so for them the restart is a task of its own.
    type: dict
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - The steps are carried out by an action plugin of the same name.
seealso:
  - module: hybrid.jfrog.node_info
"""

EXAMPLES = r"""
- name: Give a node its join key and a setting, and start it again
  hybrid.jfrog.node:
    node_url: http://127.0.0.1:8082
    join_key:
      key_file: "{{ inventory_dir }}/secrets/lyon.join.key"
    system_yaml:
      settings:
        shared.logging.consoleLog.enabled: true
    restart: {}
  become: true
"""

RETURN = r"""
steps:
  description: What the module of each step returned, by the step's name. It ends with the one that failed.
  returned: always
  type: dict
  sample:
    join_key: {changed: true, drift: [fingerprint, state]}
    restart: {changed: true, drift: [restart_due]}
step:
  description: The step that failed.
  returned: failure
  type: str
  sample: restart
"""

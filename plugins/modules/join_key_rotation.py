#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: join_key_rotation
short_description: Lead the rotation of Edges' join keys
version_added: 1.0.0
description:
  - Tells, for all Edges of a play at once, what is left to do of a rotation of their join keys. The playbook
    C(hybrid.jfrog.rotate_join_key) carries that out.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - An Edge takes part when all of its nodes are in the run, reachable and healthy, and can be started by this
    collection. The others are left as they are, with the reason.
  - The new key is in its file on the controller before the first node is touched, under the name that the inventory
    knows; the former key stays beside it, in a file whose name ends in C(.backup). A vaulted file stays vaulted.
  - A rotation that was interrupted is gone on with, with the same key. What is left is told by the nodes, by their
    ledgers, and by a file beside the key file that lies there from the beginning of the rotation to its end.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
options:
  phase:
    description:
      - With V(begin), a new version of each key file is made, unless a rotation is under way, and the work of the
        nodes is returned.
      - With V(products), the work of the other products is returned, for Edges whose nodes all have the key.
      - With V(finish), the result is printed, the rotation of each Edge is ended that has nothing left to do, and
        the task fails when there is another one.
    type: str
    choices: [begin, products, finish]
    required: true
  nodes_variable:
    description: The variable in which each host has the result of M(hybrid.jfrog.node_info).
    type: str
    default: edge_observed
  products_group:
    description:
      - The group of the hosts of other products. Each has C(product_name) and C(product_edge), the C(edge_name) of
        the Edge that it joins.
    type: str
    default: jfrog_products
attributes:
  check_mode:
    description: Can run in check mode.
    support: full
    details: No key is made, and no work is returned.
  diff_mode:
    description: Returns details on what has changed, or would be changed, in diff mode.
    support: none
    details: A key file shows nothing.
  idempotent:
    description: Running it again changes nothing.
    support: partial
    details: With V(begin), a rotation begins at every run that finds none under way.
notes:
  - An Edge has one join key at a time, so there are windows. From the moment at which the first node starts with the
    new key until it is healthy, the Edge's other nodes are refused by their database, and no node serves. A product
    is refused from the same moment until M(hybrid.jfrog.product_join_key) has given it the key. Apart from that an
    Edge of several nodes behind a load balancer serves all the time.
  - It reads C(edge_name), C(edge_join_key_file) or C(edge_join_key), C(edge_join_key_bits), C(edge_new_join_key),
    C(edge_master_key) and C(edge_products) of the nodes. With C(edge_join_key), the key of the inventory is the new
    one, and no file is made.
  - C(edge_products) lists the products that join the Edge. Those without a host in the group are told at the end.
seealso:
  - module: hybrid.jfrog.join_key
  - module: hybrid.jfrog.product_join_key
  - module: hybrid.jfrog.artifactory_service
"""

EXAMPLES = r"""
- name: Begin the rotation
  hybrid.jfrog.join_key_rotation:
    phase: begin
  register: edge_rotation
  run_once: true
"""

RETURN = r"""
rotation:
  description: The Edges, and the work of their hosts in this phase.
  returned: success
  type: dict
  contains:
    edges:
      description:
        - One entry per Edge. C(state) is V(refused), V(predicted), V(rotating) or V(done); C(reason) and C(remedy)
          say why. C(untold) are declared products without a host.
      type: list
      elements: dict
    work:
      description: Hosts, the groups that they belong to in this phase, and C(edge_plan) for the roles.
      type: list
      elements: dict
  sample: {edges: [{name: osaka, state: rotating, fingerprint: "sha256:5be2a0c19d3f4471"}], work: []}
"""

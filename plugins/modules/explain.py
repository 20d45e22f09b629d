#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: explain
short_description: Explain one Edge in words
version_added: 1.0.0
description:
  - Says of one Edge what the inventory wants of it and which variable says so, what was observed on its nodes, over
    REST and at the platform, what differs, what would be done in which order and why, what policy leaves, and what a
    person has to do.
  - It decides with the same functions as M(hybrid.jfrog.plan), so it explains just what that plans.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true). It changes nothing.
  - No secret is shown; keys appear as fingerprints.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.fleet.planning
options:
  edge:
    description: Name of the Edge, as in C(edge_name) of its hosts.
    type: str
    required: true
  fleet:
    description:
      - What M(hybrid.jfrog.fleet_info) returned under RV(hybrid.jfrog.fleet_info#module:fleet).
      - Without it the hosts of the Edge are only looked up.
    type: dict
seealso:
  - module: hybrid.jfrog.plan
  - module: hybrid.jfrog.fleet_info
  - module: hybrid.jfrog.node_info
"""

EXAMPLES = r"""
- name: Find the nodes of the Edge
  hybrid.jfrog.explain:
    edge: lyon
  register: edge_found
  run_once: true

- name: Explain it, when its nodes and the fleet were observed
  hybrid.jfrog.explain:
    edge: lyon
    fleet: "{{ edge_fleet.fleet }}"
  run_once: true
"""

RETURN = r"""
hosts:
  description: The hosts of the play that are nodes of the Edge.
  returned: success
  type: list
  elements: str
  sample: [edge-lyon-1.example.com]
explanation:
  description: Sections with a C(title) and C(lines), as they are printed.
  returned: when O(fleet) is given
  type: list
  elements: dict
  sample:
    - title: Drift
      lines: ["jpd differs in tags: tags is [\"x\"] instead of [\"hybrid\"]"]
plan:
  description: What the plan says of the Edge, in the form of an item of C(edges) of M(hybrid.jfrog.plan).
  returned: when O(fleet) is given
  type: dict
"""

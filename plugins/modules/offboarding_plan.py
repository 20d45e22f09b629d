#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: offboarding_plan
short_description: Plan the offboarding of Edges, and report its end
version_added: 1.0.0
description:
  - Tells, for all Edges of a play at once, what an offboarding does and why, in order, and what it cannot take back.
    The playbook C(hybrid.jfrog.offboard_edge) carries that out.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - It reads the platform with its JPDs, licence buckets, sources of Access Federation and tokens, the Edges, and what
    was observed of the nodes. Nothing is written.
  - The plan is printed. Unless every Edge that would be offboarded is named in C(edge_offboard_acknowledged), the task
    fails with it.
  - The platform itself, and a JPD that has only the name or only the URL of an Edge, are refused.
  - An Edge that does not answer is refused, because its pairing could not be revoked. One in
    C(edge_offboard_host_is_dead) loses what the platform has of it, and the plan says what stays on the dead host. It
    is refused when any of its nodes or its URL answers.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
options:
  phase:
    description:
      - With V(begin), the plan is made and printed, and the hosts with their groups are returned.
      - With V(finish), the platform is read again, and what was done and what is left is printed. The task fails when
        something failed or needs a person.
    type: str
    choices: [begin, finish]
    required: true
  plan:
    description: What V(begin) returned under RV(plan). Required with V(finish).
    type: list
    elements: dict
  failures:
    description: Steps that failed in this run.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: The host.
        type: str
        required: true
      step:
        description: The step.
        type: str
        required: true
      message:
        description: What it said.
        type: str
        required: true
  path:
    description: File on the controller to which the report is written as JSON, with V(finish).
    type: path
  nodes_variable:
    description: The variable in which each host has the result of M(hybrid.jfrog.node_info).
    type: str
    default: edge_observed
  record_variable:
    description: The variable in which each host has the result of M(hybrid.jfrog.offboarding_info).
    type: str
    default: edge_offboard_record
attributes:
  check_mode:
    description: Can run in check mode.
    support: full
    details: The plan is printed, and no work is returned.
  diff_mode:
    description: Returns details on what has changed, or would be changed, in diff mode.
    support: none
    details: It changes nothing on an Edge or at the platform.
  idempotent:
    description: Running it again changes nothing.
    support: full
notes:
  - It reads C(edge_name), the variables of the connections, C(edge_connection), C(edge_bridge_id), C(edge_node_access),
    C(edge_support_request_dir), C(edge_offboard_acknowledged), C(edge_offboard_host_is_dead),
    C(edge_offboard_remove_keys), C(edge_offboard_restart), C(edge_offboard_edge_tokens) and
    C(edge_offboard_platform_tokens) of the hosts.
  - On an Edge, tokens whose description begins with C(hybrid.jfrog) are revoked, but for the one in use. At the
    platform these are the tokens with the description C(hybrid.jfrog edge NAME). The two variables name others by
    their descriptions.
seealso:
  - module: hybrid.jfrog.offboarding
  - module: hybrid.jfrog.pairing
  - module: hybrid.jfrog.jpd
"""

EXAMPLES = r"""
- name: Plan the offboarding
  hybrid.jfrog.offboarding_plan:
    phase: begin
  register: edge_offboarding
  run_once: true
"""

RETURN = r"""
plan:
  description:
    - One entry per Edge. C(state) is V(refused), V(planned) or V(gone); C(reason) and C(remedy) say why it is not
      planned. C(steps) are in order, C(left) is what stays.
  returned: with V(begin), also on failure for want of an acknowledgement
  type: list
  elements: dict
  sample: [{name: osaka, state: planned, reason: "", remedy: "", steps: [], left: [], work: {}}]
work:
  description: Hosts, the groups of their steps, and C(edge_offboard) for the role.
  returned: with V(begin)
  type: list
  elements: dict
  sample: [{host: osaka-1, groups: [edge_offboard_pairing], edge_offboard: {}}]
edges:
  description: What came of it, one entry per Edge.
  returned: with V(finish), when nothing is left to a person
  type: list
  elements: dict
  sample: [{name: osaka, state: offboarded, done: [pairing, jpd], not_done: [], failed: [], still: [], left: []}]
"""

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: plan
short_description: Plan what brings a fleet of Edge nodes to its desired state
version_added: 1.0.0
description:
  - Compares the inventory with what M(hybrid.jfrog.node_info) and M(hybrid.jfrog.fleet_info) observed, for all Edges
    at once, and returns every managed fact with its verdict, and the changes that would remove the drift, in order and
    with reasons.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true), so that every host gets its result.
  - Changes nothing on an Edge or at the platform. All problems of the inventory are reported in one failure, before
    anything is written anywhere.
  - The modules that carry a plan out decide with the same functions, so the plan and they cannot disagree.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.fleet.planning
options:
  fleet:
    description: What M(hybrid.jfrog.fleet_info) returned under RV(hybrid.jfrog.fleet_info#module:fleet).
    type: dict
    required: true
  hosts:
    description:
      - The hosts to plan for.
      - All hosts of the play, when not given.
    type: list
    elements: str
  allow:
    description:
      - Changes that break something which works, for others too, and that this run may plan all the same for an Edge
        that has started. Without it such a change needs a person, who runs the playbook that is made for it.
      - V(access_ca_certificate) makes other products and load balancers distrust the nodes until they have the new
        certificate, V(token_signing_certificate) ends all access tokens, V(tls) ends plain HTTP.
    type: list
    elements: str
    choices: [access_ca_certificate, token_signing_certificate, tls]
    default: []
  save_path:
    description:
      - File on the controller to which the plan is saved, for a person to review and for O(apply_path) of a later run.
      - It is JSON, readable by its owner only. What policy wants to be asked about is among its changes, because to
        apply the plan is the answer.
    type: path
  apply_path:
    description:
      - File of a saved plan that this run is to carry out, and nothing else.
      - Everything is observed and planned anew. The task fails when an Edge of the run is not as it was when the plan
        was saved, and names every such Edge with what differs.
      - An Edge of which nothing is left to do is in order. An Edge with which an earlier run had begun is gone on with.
        An Edge that the plan does not have is left.
    type: path
  apply_phase:
    description:
      - V(begin) compares, and notes in the file of O(apply_path) with which Edges the run begins.
      - V(look) only compares, as check mode does.
      - V(again) is for a second pass, which does nothing that the plan does not have.
      - V(end) notes where nothing is left to do, and compares nothing.
    type: str
    choices: [look, begin, again, end]
    default: begin
  group_prefix:
    description: How the names of the groups begin into which the hosts with work are to be put.
    type: str
    default: edge_plan
  waves:
    description:
      - In how many steps the work is done, as the keyword C(serial) of a play has it, but in whole Edges. A list of
        numbers of Edges and of percentages of the Edges that have work; the last one repeats.
      - All Edges are one wave, when not given.
    type: raw
  waves_first:
    description:
      - Names of Edges that come before all others, in this order.
      - One that has nothing to change is looked at again all the same when it does not answer, and proven with a
        release bundle when its C(edge_canary) is true, before the others begin.
      - Without O(waves) they are the first wave, and all others the second.
    type: raw
  waves_max_fail_percentage:
    description: Which percentage of a wave's Edges may fail; when more do, no further wave is begun.
    type: raw
    default: 0
attributes:
  check_mode:
    description: Can run in check mode and return the same as without it.
    support: full
  diff_mode:
    description: Returns details on what has changed, or would be changed, in diff mode.
    support: none
    details: Nothing is changed; the drift is in RV(plan).
  idempotent:
    description: Running it again with nothing changed in between returns the same.
    support: full
seealso:
  - module: hybrid.jfrog.node_info
  - module: hybrid.jfrog.fleet_info
  - module: hybrid.jfrog.report
"""

EXAMPLES = r"""
- name: Save the plan for a review
  hybrid.jfrog.plan:
    fleet: "{{ edge_fleet.fleet }}"
    save_path: plans/tuesday.json
  register: edge_planned
  run_once: true

- name: Carry out what was reviewed, if the fleet is still as it was
  hybrid.jfrog.plan:
    fleet: "{{ edge_fleet.fleet }}"
    apply_path: plans/tuesday.json
  register: edge_planned
  run_once: true

- name: Plan the changes
  hybrid.jfrog.plan:
    fleet: "{{ edge_fleet.fleet }}"
  register: edge_planned
  run_once: true
"""

RETURN = r"""
plan:
  description: The plan of the fleet.
  returned: success
  type: dict
  contains:
    platform:
      description:
        - The platform's C(url), whether it was C(reachable), and the C(error) if it was not.
        - C(certificates) is its certificate calendar in the form of that of an Edge, as far as this run read it;
          C(findings) are sentences on what its owner has to do.
      type: dict
    edges:
      description: One item per Edge, in the order of the inventory.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the Edge, which is the name of its JPD.
          type: str
        url:
          description: Base URL of the Edge.
          type: str
        state:
          description: V(in_order), V(drifted), V(unknown), V(needs_person) or V(unreachable).
          type: str
        trust_method:
          description: The way in which the Edge is joined, V(pairing_token), V(join_key) or V(circle_of_trust).
          type: str
        trust_reason:
          description: Why that way.
          type: str
        trust_state:
          description: How far the trust is established, in words.
          type: str
        jpd:
          description: Id and status of the registered deployment; V(null) when there is none.
          type: dict
        facts:
          description: Every managed fact with its verdict, those in order too.
          type: list
          elements: dict
        changes:
          description:
            - The changes in order, each with the host that carries it out and the reason.
            - C(pass) is 2 for what follows only when the Edge was looked at again after the other changes.
          type: list
          elements: dict
        held:
          description:
            - What policy keeps from being done. The fact stays drifted.
            - Each has the keys of a change, and C(name), as C(edge_policy) and O(approve) call it, C(policy), which is
              V(report) or V(ask), and C(waits_for), the name of another one without which it makes no sense.
          type: list
          elements: dict
        findings:
          description: What a person has to look at, each with a remedy.
          type: list
          elements: dict
        certificates:
          description:
            - The certificate calendar of the Edge, what ends first comes first.
            - Each row has C(where), C(kind), C(subject), C(sha256), C(not_after), C(days_left) and C(state), which is
              V(ok), V(expiring), V(expired) or V(not_yet_valid).
            - A client certificate of remote repositories has its C(alias) as well; its C(sha256) is V(null) when
              Artifactory's fingerprint has an unknown form.
          type: list
          elements: dict
    made_at:
      description: When the plan was made, in UTC.
      type: str
    waves:
      description: Names of the Edges that have work, wave by wave; one wave when none were asked for.
      type: list
      elements: list
    serial:
      description: How many hosts of RV(plan.work) each wave has.
      type: list
      elements: int
    stops_above:
      description: Which percentage of a wave's Edges may fail before the run stops; V(null) when nothing stops it.
      type: float
    work:
      description:
        - The hosts that have work, with the groups that they belong to, in the order of the waves.
        - In C(edge_plan), C(steps) are those of the host, and C(wave_steps) those of all hosts of its C(wave). The step
          C(node) stands for C(node_steps), which M(hybrid.jfrog.node) carries out in one execution.
      type: list
      elements: dict
    summary:
      description: How many Edges are in which state.
      type: dict
  sample:
    platform: {url: "https://acme.jfrog.io/", reachable: true, error: null, certificates: [], findings: []}
    edges:
      - name: lyon
        url: https://edge-lyon.example.com/
        state: drifted
        trust_method: pairing_token
        trust_reason: Artifactory 7.104.2 supports pairing tokens (7.29.7 or newer)
        trust_state: not registered
        jpd: null
        facts:
          - fact: jpd
            node: null
            state: drifted
            drift: [name]
            reason: the Edge is not registered at the platform
        changes:
          - step: jpd
            host: lyon-1
            reason: the Edge is not registered at the platform
            pass: 1
        findings: []
        certificates: []
    made_at: "2026-07-01T12:00:00Z"
    waves: [[lyon]]
    serial: [1]
    stops_above: null
    work:
      - host: lyon-1
        groups: [edge_plan_jpd, edge_plan_work]
        edge_plan:
          nodes: [lyon-1]
          ordinal: 1
          steps: [jpd]
          node_steps: []
          trust_method: pairing_token
          wave: 1
          wave_steps: [jpd]
    summary: {in_order: 0, drifted: 1, unknown: 0, needs_person: 0, unreachable: 0}
ended_at:
  description: When the plan was made, in UTC.
  returned: success
  type: str
  sample: "2026-11-22T12:30:05.500Z"
"""

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: wave
short_description: Begin and end a wave of Edges, and tell whether the run stops after it
version_added: 1.0.0
description:
  - A run goes over the Edges in the waves of its plan. This says which wave begins, and judges it when its Edges were
    looked at again.
  - An Edge failed when a step failed there, when something is still to do, when it cannot be reached, or when it needs
    a person for something that the plan did not tell before.
  - Runs once for all hosts of the wave, on the controller. Give the task C(run_once=true), so that every host gets its
    result. It changes nothing, and never fails because of an Edge.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.fleet.failures
options:
  phase:
    description: V(begin) before the work of the wave, V(verify) before they are looked at again, V(end) after that.
    type: str
    choices: [begin, verify, end]
    required: true
  plan:
    description: The plan of the run, as M(hybrid.jfrog.plan) made it before anything was changed.
    type: dict
    required: true
  number:
    description: Which wave, beginning with 1.
    type: int
    required: true
  verified:
    description: The C(edges) of a plan that was made after the work of the wave. Required with O(phase=end).
    type: list
    elements: dict
  times:
    description: RV(time) of the other phases, which is returned with the wave.
    type: list
    elements: dict
    default: []
    suboptions:
      phase:
        description: What began.
        type: str
        required: true
      at:
        description: When it began.
        type: str
        required: true
seealso:
  - module: hybrid.jfrog.plan
  - module: hybrid.jfrog.report
"""

EXAMPLES = r"""
- name: Begin the wave
  hybrid.jfrog.wave:
    phase: begin
    plan: "{{ edge_planned.plan }}"
    number: "{{ edge_plan.wave }}"
  register: edge_wave
  run_once: true
"""

RETURN = r"""
number:
  description: Which wave it is.
  returned: success
  type: int
  sample: 2
time:
  description: Which C(phase) of the run began C(at) which time.
  returned: when O(phase) is V(begin) or V(verify)
  type: dict
  sample: {phase: converge, at: "2026-07-01T12:00:00.000Z"}
edges:
  description: The Edges of the wave.
  returned: when O(phase=begin)
  type: list
  elements: str
  sample: [lyon, osaka]
hosts:
  description: All nodes of these Edges, those without work too.
  returned: when O(phase=begin)
  type: list
  elements: str
  sample: [lyon-1, osaka-1]
failed_edges:
  description: Why Edges of the wave are not as they should be, by their names.
  returned: when O(phase=end)
  type: dict
  sample: {lyon: jpd failed on lyon-1}
stopped:
  description:
    - After which C(wave) C(of) how many the run stops, the Edges that C(failed) in it, and those that are C(not_begun).
    - V(null) when the run goes on, or ends here anyway.
  returned: when O(phase=end)
  type: dict
  sample: {wave: 1, of: 3, failed: [lyon], not_begun: [osaka, quito]}
verified:
  description: What was given as O(verified).
  returned: when O(phase=end)
  type: list
  elements: dict
  sample: []
times:
  description: What was given as O(times).
  returned: when O(phase=end)
  type: list
  elements: dict
  sample: []
"""

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: report
short_description: Report on a fleet of Edge nodes, and end the run accordingly
version_added: 1.0.0
description:
  - Prints one line per Edge, with its drift, its changes and what a person has to do, and returns the same as data.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - Fails, so that C(ansible-playbook) ends with code 2, when drift is left or an Edge needs a person, and ends as
    unreachable (code 4) when the platform, an Edge or a node could not be observed.
  - In check mode, drift that a run without check mode would correct does not fail the run.
  - An Edge that waits for the platform to trust its root certificate is in order as far as this collection can bring
    it, and does not fail the run.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
options:
  plan:
    description: The plan that M(hybrid.jfrog.plan) made before anything was changed.
    type: dict
    required: true
  verified:
    description: The plan of the changed Edges that was made after the changes; not given when nothing was changed.
    type: dict
  mode:
    description: V(report) when the run only looked; V(converge) when it carried the plan out.
    type: str
    choices: [report, converge]
    default: report
  failures:
    description: Steps of the plan that failed in this run.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: The host on which it failed.
        type: str
        required: true
      step:
        description: The step, as the plan names it.
        type: str
        required: true
      message:
        description: What the failed task said.
        type: str
        required: true
  path:
    description: File on the controller to write the report to, as JSON with mode 0600.
    type: path
attributes:
  check_mode:
    description: Can run in check mode.
    support: full
    details: The report file is written in check mode too; it is no part of what is managed.
  diff_mode:
    description: Returns details on what has changed, or would be changed, in diff mode.
    support: none
    details: Nothing that is managed is changed.
  idempotent:
    description: Running it again with the same plans gives the same report.
    support: full
seealso:
  - module: hybrid.jfrog.plan
"""

EXAMPLES = r"""
- name: Report on every Edge
  hybrid.jfrog.report:
    plan: "{{ edge_planned.plan }}"
    path: /var/lib/hybrid-jfrog/report.json
  run_once: true
"""

RETURN = r"""
report:
  description: The report as data; the same as the file.
  returned: when the run does not fail
  type: dict
  contains:
    outcome:
      description: V(in_order), V(corrected), V(drift), V(needs_person) or V(unreachable).
      type: str
    headline:
      description: The outcome in one sentence.
      type: str
    edges:
      description: One item per Edge with its state, JPD, trust, drift, corrections and findings.
      type: list
      elements: dict
  sample:
    outcome: in_order
    headline: "All 3 Edges are in order."
    edges: []
"""

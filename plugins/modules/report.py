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
  - Prints one line per Edge, with its drift, its changes and what a person has to do, the worst Edges first, and
    returns the same as data. On request it writes the same as JSON, HTML, JUnit XML and metrics for Prometheus, and
    remembers the last runs.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - Fails, so that C(ansible-playbook) ends with code 2, when drift is left or an Edge needs a person, and ends as
    unreachable (code 4) when the platform, an Edge or a node could not be observed.
  - In check mode, drift that a run without check mode would correct does not fail the run.
  - An Edge that waits for the platform to trust its root certificate is in order as far as this collection can bring
    it, and does not fail the run.
  - A file that cannot be written fails the run when the report was printed and all other files were written; it is
    named with its cause. With O(phase=begin) most of such causes are found before anything else is done.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.fleet.failures
requirements:
  - junitparser 2.8 or newer on the controller, for O(junit_path)
  - prometheus-client 0.8 or newer on the controller, for O(metrics_path)
  - pygal 3.0 or newer on the controller, for O(html_path)
options:
  phase:
    description:
      - V(begin), before a run, only looks whether the files could be written, and whether the Python packages for their
        formats are there, and returns the time. It fails when not, and names all problems at once.
      - V(finish) reports.
    type: str
    choices: [begin, finish]
    default: finish
  plan:
    description:
      - The plan that M(hybrid.jfrog.plan) made before anything was changed.
      - Required when O(phase=finish).
    type: dict
  verified:
    description: The plan of the changed Edges that was made after the changes; not given when nothing was changed.
    type: dict
  mode:
    description: V(report) when the run only looked; V(converge) when it carried the plan out.
    type: str
    choices: [report, converge]
    default: report
  stopped:
    description:
      - What stopped the run before its last wave, as C(wave) and C(of), which are numbers, and C(failed) and
        C(not_begun), which are lists of Edges. Empty when the run went through.
    type: dict
  replication:
    description:
      - How the instances stand whose security is replicated, as
        RV(hybrid.jfrog.security_replication_info#module:replication) tells. The run ends as the worst of them, or of
        the Edges.
    type: dict
  times:
    description:
      - When the phases of the run began. Each lasts until the next one, the last one until this task; a phase that is
        there several times is added up.
    type: list
    elements: dict
    default: []
    suboptions:
      phase:
        description: Name of the phase.
        type: str
        required: true
      at:
        description: The time, as ISO 8601.
        type: str
        required: true
  edges:
    description:
      - Which Edges the terminal shows. The files have all of them.
      - V(all) shows all, V(changed) those of which there is something to tell. V(auto) shows all of a fleet of up to 30
        Edges, and of a larger one as V(changed), but no more than 100; how many are left out is said by state.
    type: str
    choices: [all, changed, auto]
    default: auto
  path:
    description:
      - File on the controller to write the report to, as JSON. C(docs/report.schema.json) is its schema.
      - The files have mode 0600, and what their owner allowed to others is kept. They are replaced as a whole, and
        folders are made. Here and below, a file that is a folder, a device or a pipe is refused.
    type: path
  html_path:
    description: File on the controller to write the report to, as one HTML page that needs nothing else.
    type: path
  junit_path:
    description:
      - File on the controller to write the report to, as JUnit XML, with a test suite for each Edge and a test case for
        each fact.
    type: path
  metrics_path:
    description:
      - File on the controller to write metrics to, in the text format of Prometheus, for the textfile collector of
        C(node_exporter), which reads files whose names end with C(.prom).
      - It has mode 0644, because another user reads it. No secret is in it.
    type: path
  metrics_labels:
    description:
      - Labels for each metric, beside C(platform). Needed where several runs write files of their own on one host, to
        tell them apart.
    type: dict
    default: {}
  history_path:
    description:
      - File on the controller that keeps how the last runs ended, with the state of each Edge and its drifted facts.
        Runs at the same time may share it.
      - The page of O(html_path) shows it, and O(metrics_path) has the time of the last success from it.
      - One that is damaged is put aside, with a warning.
    type: path
  history_keep:
    description: How many runs are kept.
    type: int
    default: 30
attributes:
  check_mode:
    description: Can run in check mode.
    support: full
    details: The files are written in check mode too; they are no part of what is managed.
  diff_mode:
    description: Returns details on what has changed, or would be changed, in diff mode.
    support: none
    details: Nothing that is managed is changed.
  idempotent:
    description: Running it again with the same plans gives the same report, but for its times.
    support: full
seealso:
  - module: hybrid.jfrog.plan
"""

EXAMPLES = r"""
- name: Begin, and see whether the report can be written when the run ends
  hybrid.jfrog.report:
    phase: begin
    metrics_path: /var/lib/node_exporter/textfile/hybrid_jfrog.prom
  register: edge_begun
  run_once: true

- name: Report on every Edge
  hybrid.jfrog.report:
    plan: "{{ edge_planned.plan }}"
    path: /var/lib/hybrid-jfrog/report.json
    metrics_path: /var/lib/node_exporter/textfile/hybrid_jfrog.prom
    times:
      - {phase: observe, at: "{{ edge_begun.began_at }}"}
  run_once: true
"""

RETURN = r"""
began_at:
  description: When the run began, in UTC.
  returned: with O(phase=begin)
  type: str
  sample: "2026-11-22T12:28:36.000Z"
problems:
  description: Why a file could not be written, or could not be later on; all reasons.
  returned: when there are any
  type: list
  elements: str
report:
  description: The report as data; the same as the file of O(path).
  returned: when the run does not fail
  type: dict
  contains:
    version:
      description: The version of this structure, of which C(docs/report.schema.json) is the schema.
      type: int
    mode:
      description: V(report), V(converge), or V(preview) for the check mode of the latter.
      type: str
    outcome:
      description: V(in_order), V(corrected), V(drift), V(needs_person) or V(unreachable).
      type: str
    headline:
      description: The outcome in one sentence.
      type: str
    started_at:
      description: When the run began, in UTC; V(null) when O(times) did not tell.
      type: str
    finished_at:
      description: When it ended, in UTC.
      type: str
    duration_seconds:
      description: How long it took; V(null) when O(times) did not tell.
      type: float
    phases:
      description: By phase, how many seconds it took.
      type: dict
    stopped:
      description: What stopped the run before its last wave; V(null) when nothing did.
      type: dict
    platform:
      description: The platform, with what a person has to do there, and what ends when.
      type: dict
    summary:
      description: The number of Edges by state.
      type: dict
    replication:
      description: How the instances stand whose security is replicated; V(null) when O(replication) was not given.
      type: dict
    edges:
      description: One item per Edge with its state, JPD, trust, drift, corrections and findings.
      type: list
      elements: dict
  sample:
    version: 2
    mode: report
    outcome: in_order
    headline: "All 3 Edges are in order."
    started_at: "2026-11-22T12:28:36Z"
    finished_at: "2026-11-22T12:30:00Z"
    duration_seconds: 84.0
    phases: {nodes: 64.5, fleet: 17.75, plan: 1.75}
    stopped: null
    edges: []
    replication: null
"""

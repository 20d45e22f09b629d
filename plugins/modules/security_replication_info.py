#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: security_replication_info
short_description: See whether users, groups and permissions of several instances are in step
version_added: 1.0.0
description:
  - Looks whether each instance answers, what the token may do, which API and version serves each kind, what the next
    run of M(hybrid.jfrog.security_replication) would write there, what waits, and when a run last succeeded.
  - Changes nothing, neither on the instances nor in the state.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.replication
options:
  max_age_hours:
    description:
      - How old the last success of an instance may be. An older one, or none, is a finding that needs a person.
      - Any age, when not given.
    type: float
  fail_when_out_of_step:
    description:
      - Whether to tell on the terminal how the instances stand, and to end accordingly, so that C(ansible-playbook)
        ends with code 2 when something is to be written or needs a person, and with code 4 when an instance takes no
        part.
    type: bool
    default: false
  on_failure:
    description:
      - V(report) makes what keeps it from looking, such as a state that is damaged, a finding of RV(replication) and no
        failure of the task.
    type: str
    choices: [fail, report]
    default: fail
notes:
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - Give it the options of the task that replicates. With others it tells of other runs.
seealso:
  - module: hybrid.jfrog.security_replication
"""

EXAMPLES = r"""
- name: See whether two instances are in step
  hybrid.jfrog.security_replication_info:
    state_path: state/security.json
    max_age_hours: 26
    fail_when_out_of_step: true
    instances:
      - name: acme
        url: https://acme.jfrog.io
        access_token: "{{ acme_access_token }}"
      - name: lyon
        url: https://edge-lyon.example.com
        access_token: "{{ lyon_access_token }}"
  run_once: true
"""

RETURN = r"""
replication:
  description: How the instances stand.
  returned: when the task does not fail
  type: dict
  contains:
    mesh:
      description: The name of the instances together.
      type: str
    run:
      description: The number of the last run; 0 when there was none.
      type: int
    state:
      description: The worst of all, V(unreachable), V(drifted), V(needs_person) or V(in_order).
      type: str
    headline:
      description: The same in one sentence.
      type: str
    instances:
      description: One item for each instance, in the order of their priority.
      type: list
      elements: dict
      contains:
        name:
          description: Its name.
          type: str
        url:
          description: Its URL.
          type: str
        direction:
          description: V(both), V(source) or V(target).
          type: str
        state:
          description: V(unreachable), V(drifted), V(needs_person) or V(in_order).
          type: str
        reason:
          description: Why it takes no part; empty when it does.
          type: str
        version:
          description: Of Artifactory; V(null) when it is not told.
          type: str
        service_id:
          description: Who it is, whatever its URL is; V(null) when it is not told.
          type: str
        username:
          description: The account that is used; V(null) when it is not told.
          type: str
        may_write:
          description: Whether that account has the rights of an admin; V(null) when it is not told.
          type: bool
        apis:
          description: By kind, V(access), V(legacy_v2) or V(legacy_v1).
          type: dict
        joining:
          description: Whether nobody has confirmed yet how it joins.
          type: bool
        drift:
          description: By kind, the names of what the next run would write there.
          type: dict
        pending:
          description: What it cannot be given yet, with reasons.
          type: list
          elements: dict
        last_success:
          description: When the last run succeeded there, in UTC; V(null) for never.
          type: str
        age_seconds:
          description: How long that is ago.
          type: int
    findings:
      description: What somebody should know, as C(what), C(reason), C(remedy) and C(needs_person).
      type: list
      elements: dict
    conflicts:
      description: What people disagree about, as in M(hybrid.jfrog.security_replication).
      type: list
      elements: dict
    not_replicable:
      description: What no run replicates, and why.
      type: dict
  sample:
    mesh: security
    run: 7
    state: drifted
    headline: "Security on 2 instances: 1 drifted, 1 in order."
    instances:
      - name: lyon
        state: drifted
        drift: {users: [alice]}
"""

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: security_replication
short_description: Keep users, groups and permissions of several instances in step
version_added: 1.0.0
description:
  - Reads users, groups and permissions of all instances, finds what people did on each of them since the last run,
    brings it together by priority and policy, and writes what differs. Nothing is installed on the instances.
  - Every instance is compared with what it was last seen to hold. So an instance that was away brings nothing back that
    was deleted meanwhile, and a write that failed is never taken for a deletion.
  - An instance at its first contact, or after its state was lost, loses nothing.
  - Passwords, API keys, tokens and keys are not replicated, because no API tells them; RV(not_replicable) lists all
    that is left out. An account that is made has no password of its own; it is for single sign-on, or for a token.
  - A second run writes nothing.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
  - hybrid.jfrog.replication
options:
  restore_run:
    description:
      - The number of an earlier run, RV(run), whose state is kept. What the instances agreed on at its end holds again,
        on all of them, whatever they agreed on since. An edit that no run has replicated yet is kept where the earlier
        state says nothing against it.
      - Look at it with C(--check --diff) first, and give it for one run only. The limits of O(delete_thresholds) hold.
    type: int
  give_up_after:
    description: After how many objects that could not be written the rest of an instance is left for the next run.
    type: int
    default: 10
  keep:
    description: How many states of earlier runs are kept beside O(state_path).
    type: int
    default: 10
  lock_seconds:
    description: After how many seconds without a sign of life another run may take the lock over.
    type: int
    default: 3600
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - An instance that cannot be read whole takes no part in the run; RV(unreachable) says why.
"""

EXAMPLES = r"""
- name: Keep two instances in step
  hybrid.jfrog.security_replication:
    state_path: state/security.json
    instances:
      - name: acme
        url: https://acme.jfrog.io
        access_token: "{{ acme_access_token }}"
      - name: lyon
        url: https://edge-lyon.example.com
        access_token: "{{ lyon_access_token }}"
        join: adopt
      - name: museum # Artifactory 6
        url: https://artifactory.example.com
        username: replication
        password: "{{ museum_api_key }}"
  run_once: true
"""

RETURN = r"""
run:
  description: The number of the run.
  returned: success
  type: int
  sample: 7
instances:
  description:
    - By name what was planned for each instance, what became of it, and what stays as it is, with reasons.
  returned: success
  type: dict
  sample:
    lyon:
      plan: [{action: create, kind: users, name: alice, changes: []}]
      outcomes: [{action: create, kind: users, name: alice, outcome: written, reason: ""}]
      pending: []
      broken_off: ""
waiting:
  description: By name the instances whose joining nobody has confirmed, with the plan that they would have.
  returned: success
  type: dict
unreachable:
  description: By name why an instance took no part.
  returned: success
  type: dict
archived:
  description: Instances that the state knew and the list does not name any more.
  returned: success
  type: list
  elements: str
conflicts:
  description: What people disagreed about. C(base), each side, C(winner) and C(reason).
  returned: success
  type: list
  elements: dict
stops:
  description: Why the run was not allowed to do everything.
  returned: success
  type: list
  elements: str
dangling:
  description: By name of an instance, grants and memberships of somebody whom it does not have.
  returned: success
  type: dict
not_replicable:
  description: What no run replicates, and why.
  returned: success
  type: dict
"""

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
options:
  instances:
    description: The instances, in the order of their priority. Two at least.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: The name of the instance in results and in the state. It keeps its name when its URL changes.
        type: str
        required: true
      url:
        description: The URL of the instance, without C(/artifactory).
        type: str
        required: true
      access_token:
        description:
          - An access token with the scope of an admin. Its account is never replicated.
          - Every instance needs either this, or O(instances[].username) and O(instances[].password).
        type: str
      username:
        description:
          - An account with admin rights, for an old instance that has no access tokens. It is never replicated.
          - An account can use the legacy API only.
        type: str
      password:
        description: The password or the API key of O(instances[].username).
        type: str
      ca_path:
        description: File with the CA certificates that the instance's certificate is verified with.
        type: path
      validate_certs:
        description: Whether the instance's certificate is verified.
        type: bool
        default: true
      proxy_url:
        description: URL of the proxy through which the instance is called.
        type: str
      no_proxy:
        description: Hosts that are called without the proxy.
        type: list
        elements: str
      client_certificate_path:
        description: File with the certificate that is shown to the instance.
        type: path
      client_key_path:
        description: File with the key of O(instances[].client_certificate_path).
        type: path
      direction:
        description:
          - V(source), nothing is written there. V(target), what people do there goes to nobody.
        type: str
        choices: [both, source, target]
        default: both
      api:
        description:
          - Which API is used. V(auto) takes Access where it answers, and the legacy API otherwise, for each kind.
        type: str
        choices: [auto, access, legacy]
        default: auto
      join:
        description:
          - How the instance joins, when nothing is known of it yet. It confirms what C(join) of O(policy) holds back.
          - V(report) only tells, V(union) gives what only it has to all, V(adopt) gives it what is agreed and leaves it
            what only it has, V(adopt_and_prune) takes that away.
        type: str
        choices: [report, union, adopt, adopt_and_prune]
  mesh:
    description: The name of the instances together. A state is of one mesh.
    type: str
    default: security
  state_path:
    description:
      - File on the controller that holds what was agreed, and what each instance was last seen to hold. It has no
        secrets, and all accounts and rights.
      - A relative path is seen from the folder of the inventory.
    type: str
    required: true
  level:
    description: V(1) are users, V(2) users and groups, V(3) users, groups and permissions.
    type: int
    choices: [1, 2, 3]
    default: 3
  include:
    description:
      - Patterns of names by C(users), C(groups) and C(permissions). A kind without any is replicated whole.
      - A pattern that fits no name on any instance is an error.
    type: dict
    default: {}
  exclude:
    description: Patterns of names by C(users), C(groups) and C(permissions) that are left alone.
    type: dict
    default: {}
  protected:
    description:
      - More patterns of names that are never touched. The product's own accounts and permissions always are, and the
        accounts of the tokens.
    type: dict
    default: {}
  realms:
    description: Realms of users and groups that are replicated; V(*) is any.
    type: list
    elements: str
    default: [internal]
  policy:
    description:
      - What is done where people disagree, or where an instance is missing. A mapping of C(scalar_conflict)
        (C(priority), C(fail), C(keep)), C(delete_against_modify) (C(delete), C(modify), C(fail)), C(create_on_both)
        (C(priority), C(principals_united), C(union), C(fail)), C(actions) (C(elements), C(whole)), C(patterns)
        (C(whole), C(elements)), C(unreachable) (C(skip), C(quorum), C(all), C(no_deletes)), C(join) (C(report),
        C(union), C(adopt), C(adopt_and_prune)), C(references) (C(clean), C(leave)) and C(deletes) (true, false). The
        first of each is the default.
      - V(plugin_compatible) decides as the old user plugin did.
    type: raw
    default: {}
  delete_thresholds:
    description:
      - How much a run may delete on one instance, by C(users), C(groups) and C(permissions), as C(number) and
        C(percent).
      - When one would be exceeded, nothing is deleted anywhere, and the task fails.
      - Without it, C(percent) is 20.
    type: dict
    default: {}
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
  max_parallel:
    description: How many requests at a time one instance gets.
    type: int
    default: 4
  progress_interval:
    description: Every how many seconds a line says how far the reading is. V(0) means never.
    type: float
    default: 10
  timeout:
    description: How many seconds one answer may take.
    type: float
    default: 60
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

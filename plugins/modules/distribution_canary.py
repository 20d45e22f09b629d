#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: distribution_canary
short_description: Prove that release bundles reach the Edges
version_added: 1.0.0
description:
  - Deploys a small file to a repository of the platform, makes a release bundle of it, distributes that to all Edges at
    once, follows the distribution, fetches the file from each Edge and compares its SHA-256. Then it removes
    everything again, at the Edges and at the platform, also after a failure.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true), so that every host gets its result.
    One bundle and one distribution serve all Edges that have the same target repository, so the requests to the
    platform do not grow with their number.
  - The Edges are those of the hosts' variable C(edge_name), which is the name of their JPD. They and the platform are
    reached by the C(edge_) and C(platform_) variables of the inventory, as M(hybrid.jfrog.fleet_info) does.
  - An Edge that is not registered, or that the platform shows as C(OFFLINE) or C(UNAUTHORIZED), is not proven and does
    not keep the others from it.
  - When it fails, the texts of the platform's tracker are told, and the usual causes that the facts point to, which are
    no licence, an Edge that is offline, a signing key that the Edge does not trust, a missing repository, broken trust.
  - The bundle's name is C(edge-canary), and its version is unlike that of any other run. What an interrupted run left
    behind is found by the files in the folder C(edge-canary) of the source repository, and removed by the next run of
    the same controller. Other controllers wait for over an hour, because it may belong to a run that is still going on.
  - Repositories that it needed stay, at the platform as well as at the Edges.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
options:
  hosts:
    description:
      - The hosts whose Edges are to be proven. All hosts of the play, of a play with C(serial) those of the batch, that
        have not failed, when not given.
    type: list
    elements: str
  step:
    description:
      - Leave out hosts whose C(edge_plan), which M(hybrid.jfrog.plan) makes, does not have this step, and those of
        Edges on which a step has failed in this run. Hosts without a plan are not left out.
    type: str
  marked_only:
    description:
      - Whether only Edges whose variable C(edge_canary) is V(true) are proven.
    type: bool
    default: false
  repository:
    description:
      - Local generic repository of the platform for the file. The variable C(platform_canary_repository), when not
        given.
      - At an Edge, the file goes to the repository of its variable C(edge_canary_repository), or to one of the same
        name. It is created by the distribution when it is missing.
    type: str
  create_repository:
    description:
      - Whether the repository is created at the platform when it is missing. The variable
        C(platform_canary_create_repository), or V(false), when not given.
    type: bool
  signing_key_name:
    description:
      - Name of the platform's key pair that signs the bundle. The variable C(platform_canary_signing_key), when not
        given, and else the C(edge_signing_key) that all these Edges have in common.
      - Without any, the platform takes its default. Bundles of the form V(v1) are always signed with that.
    type: str
  release_bundle:
    description:
      - The form of the release bundle. V(auto) means V(v2) from Artifactory 7.63.2 with Distribution 2.19.1 on, and
        V(v1) for older platforms.
    type: str
    choices: [auto, v2, v1]
    default: auto
  wait_timeout:
    description:
      - For how many seconds to wait for the bundle to be made, and then for its distribution.
    type: float
    default: 300.0
  on_failure:
    description:
      - Whether the task fails when an Edge is not proven. With V(report), RV(edges) tells it, so that each host can
        judge its own part.
    type: str
    choices: [fail, report]
    default: fail
  max_parallel:
    description: How many Edges are asked at the same time.
    type: int
    default: 32
attributes:
  check_mode:
    support: full
    details:
      - It reads what stands in the way, and tells what it would do.
  diff_mode:
    support: full
    details:
      - The source repository when it is created, and bundles of earlier runs that are removed.
  idempotent:
    support: full
    details:
      - Every run proves anew. It reports a change when it creates the source repository or removes what an earlier run
        left behind; what it makes itself is gone at its end.
seealso:
  - module: hybrid.jfrog.signing_key
  - module: hybrid.jfrog.jpd
"""

EXAMPLES = r"""
- name: Prove that release bundles reach all Edges of this play
  hybrid.jfrog.distribution_canary:
    repository: canary-generic-local
    signing_key_name: release-key
  run_once: true

- name: Prove the marked ones, and let each host judge its part
  hybrid.jfrog.distribution_canary:
    marked_only: true
    on_failure: report
  register: canary
  run_once: true
"""

RETURN = r"""
edges:
  description:
    - By Edge whether distribution to it is proven, C(ok), or would be tried in check mode; the C(reason) in words, with
      the texts of the platform's tracker; the usual C(causes) that the facts point to, with what to do; and both in one
      C(text).
  returned: success
  type: dict
  sample:
    lyon:
      ok: false
      reason: 'the distribution to it failed ("Signature verification failed")'
      causes: ["It does not trust the signing key 'release-key': propagate it, for example with edge_signing_key"]
      text: >-
        the distribution to it failed ("Signature verification failed"). It does not trust the signing key
        'release-key': propagate it, for example with edge_signing_key
release_bundle:
  description: The form of the release bundle, V(v2) or V(v1).
  returned: success
  type: str
  sample: v2
name:
  description: Name of the release bundle.
  returned: success
  type: str
  sample: edge-canary
versions:
  description: Versions that were made and removed, one for each target repository.
  returned: success
  type: list
  elements: str
  sample: [v2-20261122T173900-4f1d20a1b2c3d]
removed:
  description: Versions of earlier runs that were left behind and are removed now.
  returned: success
  type: list
  elements: str
  sample: []
left_behind:
  description: What could not be removed, in words. A later run tries again.
  returned: success
  type: list
  elements: str
  sample: []
"""

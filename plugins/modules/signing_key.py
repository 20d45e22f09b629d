#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: signing_key
short_description: Let the platform propagate its signing key to the Edges that lack it
version_added: 1.0.0
description:
  - Reads which public keys the Edges trust for release bundles, side by side, and lets the platform propagate the key
    pair that they lack. That is one request per key, however many Edges there are, because the platform propagates a
    key to all its deployments at once.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true), so that every host gets its result.
  - The Edges are those of the hosts' variable C(edge_name), which is the name of their JPD. They and the platform are
    reached by the C(edge_) and C(platform_) variables of the inventory, as M(hybrid.jfrog.fleet_info) does.
  - An Edge has a key when it trusts one with the same alias, and with the same fingerprint as far as the platform and
    the Edge tell it. A second run changes nothing.
  - The platform's answer has a status for each deployment. What it says of others than the Edges of this task is told
    in RV(others) and no failure, unless O(require_all=true).
  - The request is sent once. After a lost answer, the Edges themselves say who got the key.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
options:
  hosts:
    description:
      - The hosts whose Edges are to have the key. All hosts of the play, of a play with C(serial) those of the batch,
        that have not failed, when not given.
    type: list
    elements: str
  step:
    description:
      - Leave out hosts whose C(edge_plan), which M(hybrid.jfrog.plan) makes, does not have this step, and those of
        Edges on which a step has failed in this run. Hosts without a plan are not left out.
    type: str
  name:
    description:
      - Name of the platform's key pair, for all these Edges. The variable C(edge_signing_key) of each Edge, when not
        given; an Edge that has none is left alone.
    type: str
  release_bundle:
    description:
      - For which form of release bundles the key is. V(auto) means V(v2) from Artifactory 7.63.2 with Distribution
        2.19.1 on, and V(v1) for older platforms.
      - With V(v1), Distribution before 2.13.2 propagates its default key, whatever O(name) is.
    type: str
    choices: [auto, v2, v1]
    default: auto
  on_failure:
    description:
      - Whether the task fails when one of the Edges did not get the key. With V(report), RV(edges) tells it, so that
        each host can judge its own part.
    type: str
    choices: [fail, report]
    default: fail
  require_all:
    description:
      - Whether a failure at a deployment that is none of these Edges counts as well.
    type: bool
    default: false
  max_parallel:
    description: How many Edges are asked at the same time.
    type: int
    default: 32
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - For each Edge that lacks its key, the reason.
  idempotent:
    support: partial
    details:
      - An Edge whose trusted keys cannot be read gets the key on every run.
seealso:
  - module: hybrid.jfrog.trusted_signing_key
  - module: hybrid.jfrog.distribution_canary
  - name: Propagate Public Signing Key
    description: The REST call.
    link: https://jfrog.com/help/r/jfrog-rest-apis/propagate-public-signing-key
"""

EXAMPLES = r"""
- name: Let all Edges have the key that signs our release bundles
  hybrid.jfrog.signing_key:
    name: release-key
  run_once: true

- name: Let each Edge have the key of its edge_signing_key
  hybrid.jfrog.signing_key:
    on_failure: report
  register: answer
  run_once: true
"""

RETURN = r"""
edges:
  description:
    - By Edge its C(key); C(ok), whether it has it; C(state), one of V(present), V(propagated), V(to be propagated) in
      check mode, and V(failed); and the C(reason) in words.
  returned: success
  type: dict
  sample:
    lyon: {key: release-key, ok: true, state: propagated, reason: the platform propagated the key to it}
others:
  description: By JPD what the platform said of deployments that are none of these Edges.
  returned: success
  type: dict
  sample:
    HOME: {key: release-key, ok: true, status: SUCCESS}
drift:
  description: Names of the Edges that lacked their key.
  returned: success
  type: list
  elements: str
  sample: [lyon]
"""

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: root_rotation
short_description: Tell how far the rotation of Edges' root certificates is
version_added: 1.0.0
description:
  - Reads the root certificates of the Edges and who trusts whom, and tells for every Edge with a new token signing pair
    what comes next, so that everybody who trusts the Edge knows the new root before the Edge signs with it.
  - It is what the playbook C(hybrid.jfrog.rotate_root_certificate) goes by, and changes nothing itself.
  - The stage is read from what is observed alone. So a rotation that was interrupted anywhere goes on where it was.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true). The nodes have to be observed with
    M(hybrid.jfrog.node_info) before, those of the group C(platform_nodes) too.
  - An Edge rotates when its hosts have C(edge_token_signing_certificate) and C(edge_token_signing_private_key). The
    pair is checked first.
  - Who trusts an Edge are those that C(edge_trust_peers) names, those that accept its tokens now, those to which this
    collection has supplied a root of the Edge before, and the platform with a circle of trust.
  - An Edge that C(edge_trust_peers) does not rule out, or a platform, keeps the Edge from being switched when it cannot
    be asked whether it accepts the tokens, unless C(edge_rotation_accept_gap) is true.
  - That JFrog Support has made a platform in the cloud trust the new root cannot be seen before the Edge uses it.
    C(edge_root_certificate_confirmed) says it, with the SHA-256 of that certificate. Without it the Edge is not
    switched, unless C(edge_rotation_accept_gap) is true.
  - An old root cannot be withdrawn. The databases that trust it go on doing so; only the record of it is dropped.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes.info
options:
  hosts:
    description: The hosts to look at. All hosts of the play, when not given.
    type: list
    elements: str
  nodes_variable:
    description: The variable in which the hosts have what M(hybrid.jfrog.node_info) returned.
    type: str
    default: edge_observed
  wait_timeout:
    description: For how many seconds a proof that does not come at once is waited for. Not done in check mode.
    type: int
    default: 0
  report:
    description:
      - Whether to print how far each Edge is and to end the run accordingly, as failed when a rotation is not finished,
        and as unreachable when an Edge or a node of it could not be read.
      - An Edge that was switched and waits for a platform in the cloud does not fail the run.
    type: bool
    default: false
  max_parallel:
    description: How many deployments are asked at the same time.
    type: int
    default: 32
seealso:
  - module: hybrid.jfrog.token_signing_certificate
  - module: hybrid.jfrog.trusted_certificate
  - module: hybrid.jfrog.trust_mesh
  - module: hybrid.jfrog.support_request
"""

EXAMPLES = r"""
- name: See how far the rotation is
  hybrid.jfrog.root_rotation:
    report: true
  run_once: true
"""

RETURN = r"""
rotations:
  description:
    - Per Edge its C(name), C(stage), C(reason), C(problems) and C(notes), and what is to be supplied to which host.
    - The stages are C(make the new root known), C(not switched), C(switch), C(start again), C(prove),
      C(forget the old root), C(in order) and C(unreachable).
  returned: success
  type: list
  elements: dict
  sample:
    - name: lyon
      stage: in order
      reason: the Edge signs with the certificate of the inventory
      problems: []
      notes: []
      supplies: []
supplies:
  description: Per host the certificates that it needs, each with C(name) and C(content).
  returned: success
  type: list
  elements: dict
  sample: []
requests:
  description: The Edges that a platform in the cloud is to trust, as M(hybrid.jfrog.support_request) takes them.
  returned: success
  type: list
  elements: dict
  sample: []
settled:
  description: The Edges whose requests are done.
  returned: success
  type: list
  elements: str
  sample: [lyon]
switches:
  description: The hosts on which the new pair is to be supplied.
  returned: success
  type: list
  elements: str
  sample: []
restarts:
  description: The hosts that are to be started again, each with the C(nodes) of its Edge in their order.
  returned: success
  type: list
  elements: dict
  sample: []
forgets:
  description: The records of old roots that are to be dropped, each with its C(host), C(name) and C(sha256).
  returned: success
  type: list
  elements: dict
  sample: []
platform:
  description: Base URL of the platform.
  returned: success
  type: str
  sample: https://acme.jfrog.io/
"""

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trust_mesh
short_description: Read which Edges trust each other, and what is missing
version_added: 1.0.0
description:
  - Reads the root certificate of every Edge of a mesh, and asks each Edge which of the others accept its tokens, side
    by side. That is one question per pair and direction.
  - Tells for each Edge that does not accept another which certificates it needs, and on which of its nodes.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - The Edges are those of the hosts' variable C(edge_name), reached by C(edge_url), C(edge_access_token) and the other
    C(edge_) options of this collection's modules.
  - C(edge_trust_peers) of an Edge names the Edges that it forms a mesh with, as a list of names, or as the name of a
    group whose hosts belong to them. It is enough when one of two names the other. Without it, all Edges of the play
    are meant.
  - Every Edge of the mesh needs C(edge_circle_of_trust_acknowledged=true), because administrators of each become
    administrators of all others, and once a certificate was imported that cannot be taken back.
  - An Edge that does not answer stops no other.
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
    description:
      - For how many seconds those who are not accepted are asked again, because an import takes up to 90 seconds. Not
        done in check mode.
    type: int
    default: 0
  report:
    description:
      - Whether to print the matrix and to end the run accordingly, as failed when an Edge is not accepted, and as
        unreachable when that could not be asked.
    type: bool
    default: false
  max_parallel:
    description: How many Edges are asked at the same time.
    type: int
    default: 32
seealso:
  - module: hybrid.jfrog.trusted_certificate
  - module: hybrid.jfrog.root_certificate_info
"""

EXAMPLES = r"""
- name: See which Edges trust each other
  hybrid.jfrog.trust_mesh:
    report: true
  run_once: true
"""

RETURN = r"""
mesh:
  description: What the Edges said.
  returned: success
  type: dict
  contains:
    members:
      description: By Edge its URL, an error, and its root certificate with its facts and C(pem).
      type: dict
    pairs:
      description:
        - Which C(truster) accepts which C(issuer). C(trusted) is V(null) when that could not be asked, with C(error).
      type: list
      elements: dict
  sample:
    members: {}
    pairs: [{truster: lyon, issuer: quito, trusted: true, error: null}]
matrix:
  description: The same as lines of text, a row per Edge that accepts, and a column per Edge that is accepted.
  returned: success
  type: list
  elements: str
  sample: ["accepts  lyon  quito", "lyon     -     yes", "quito    yes   -"]
work:
  description: The hosts that need certificates, each with a list of C(name) and C(content).
  returned: success
  type: list
  elements: dict
  sample: []
"""

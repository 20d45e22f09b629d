#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_federation_fleet
short_description: Federate the Edges of the inventory as a star or a mesh
version_added: 1.0.0
description:
  - Lets the platform tell the Edges of the inventory of its users, groups, permissions and tokens (a star), or lets all
    Edges tell each other (a mesh). See M(hybrid.jfrog.access_federation) for what that is and how it is done.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true).
  - C(edge_federation) of an Edge says what it is told, as a list of entities, as a dictionary of C(entities),
    C(permission_filters) and C(group_filters), or V(true) for all entities. With V(false) it is told nothing and tells
    nothing. An Edge without it is not managed.
  - Every Edge that is told something needs C(edge_circle_of_trust_acknowledged=true), because it needs a circle of
    trust, in which administrators of each side are administrators of the other.
  - A source or a target that cannot be federated stops no other. All of them are named at the end.
  - The list of a source's targets is read right before it is written and looked at again afterwards, so that two
    controllers over different Edges of one platform do not lose each other's changes.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.attributes
options:
  topology:
    description:
      - Whether the platform tells the Edges, or all tell each other.
    type: str
    choices: [star, mesh]
    default: star
  platform_federation:
    description:
      - What the platform is told in a mesh, as C(edge_federation). It is no member, when not given.
    type: raw
  prune:
    description:
      - Whether sources forget targets that are no Edge of the inventory any more.
    type: bool
    default: false
  full_broadcast:
    description:
      - Whether the sources send everything to the targets once more, see M(hybrid.jfrog.access_federation).
      - C(edge_federation_full_broadcast) of each Edge, when not given, and V(never) for an Edge that does not have it.
    type: str
    choices: [never, when_changed, always]
  hosts:
    description:
      - The hosts to look at. All hosts of the play, of a play with C(serial) those of the batch, when not given.
    type: list
    elements: str
  step:
    description:
      - Leave out hosts whose C(edge_plan), which M(hybrid.jfrog.plan) makes, does not have this step, and those of
        Edges on which a step has failed in this run. Hosts without a plan are not left out.
    type: str
  on_failure:
    description:
      - Whether the task fails when an Edge cannot be federated, or reports it in RV(edges) only. What concerns all
        Edges, such as a platform that does not answer, fails it in any case.
    type: str
    choices: [fail, report]
    default: fail
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - Shows the managed facts of the targets, of a mesh by their sources.
  idempotent:
    support: partial
    details:
      - With O(full_broadcast=always), everything is sent on every run, which counts as a change.
seealso:
  - module: hybrid.jfrog.access_federation
  - module: hybrid.jfrog.trust_mesh
"""

EXAMPLES = r"""
- name: Let all Edges of the play tell each other
  hybrid.jfrog.access_federation_fleet:
    topology: mesh
  run_once: true
"""

RETURN = r"""
federation:
  description: By source the targets that are wanted.
  returned: success
  type: dict
  sample: {}
differences:
  description: What was different, or is in check mode, in words.
  returned: success
  type: list
  elements: str
  sample: ["lyon: osaka is no target"]
broadcasts:
  description: The full broadcasts that were asked for, each with C(source), C(target) and C(status).
  returned: success
  type: list
  elements: dict
  sample: []
drift:
  description: Names of the sources that differ, of a star those of the targets.
  returned: success
  type: list
  elements: str
  sample: [lyon]
edges:
  description:
    - By Edge that says what it is told, whether it is C(ok), whether something differed (C(changed)), and the
      C(reason) why it is not so.
  returned: success
  type: dict
  sample:
    lyon: {ok: true, changed: true, reason: null}
failures:
  description: What could not be federated, each with C(what), C(reason) and C(remedy).
  returned: when something could not be federated
  type: list
  elements: dict
"""

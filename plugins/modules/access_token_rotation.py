#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_token_rotation
short_description: Replace the automation's own access token by a new one
version_added: 1.0.0
description:
  - Takes the access token in a file on the controller, lets it make its successor, proves that with a read, stores it
    in place of the former one, and only then revokes the former one.
  - The successor has the same user and the same scope, unless O(scope) says otherwise. Its description names the token
    that it has replaced. So what an interrupted run has left is recognised by the next run, which revokes a successor
    whose value nobody has, and a former token that still works, and no other.
  - Runs on the controller, whatever host the task is for.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  of:
    description:
      - Whose token it is. The URL of that side is needed.
    type: str
    choices: [platform, edge]
    default: platform
  platform_access_token:
    description:
      - Not used. The token is in O(token_file).
    type: str
  edge_access_token:
    description:
      - Not used. The token is in O(token_file).
    type: str
  token_file:
    description:
      - File on the controller that holds the token, plain or encrypted with Ansible Vault.
      - A relative path is seen from the folder of the inventory.
    type: str
    required: true
  vault:
    description:
      - Whether the new token is encrypted with the first vault secret of the run.
    type: bool
    default: false
  description:
    description:
      - What the token is for. The id of the former token is added to it.
    type: str
    default: hybrid.jfrog automation
  scope:
    description:
      - What the new token may do. The same as the former one, when not given.
    type: str
  audience:
    description:
      - The services that accept the new token.
    type: str
    default: "*@*"
  expires_in:
    description:
      - For how many seconds the new token is valid. V(0) is for ever.
    type: int
    default: 31536000
  renew_before:
    description:
      - Replace the token only when it ends within so many seconds, for runs on a schedule.
      - It is replaced on every run, when not given; a run that finishes an interrupted one does no more than that.
    type: int
  force_revocable:
    description:
      - Whether a token of less than 6 hours can be revoked as well. Needs Artifactory 7.50.3.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - No token is made or revoked in check mode.
  diff_mode:
    support: full
    details:
      - The token appears as V(due), V(rotated) or V(works), and what an interrupted run has left as its number.
  idempotent:
    support: partial
    details:
      - The token is replaced on every run, unless O(renew_before) is given.
notes:
  - Whoever else has a copy of the former token loses access. Let the inventory look the token up in the file, so that
    the tasks that follow take the new one.
seealso:
  - module: hybrid.jfrog.access_token
  - module: hybrid.jfrog.admin_token
"""

EXAMPLES = r"""
- name: Replace the token with which this collection works at the platform
  hybrid.jfrog.access_token_rotation:
    platform_url: https://acme.jfrog.io
    token_file: secrets/platform.token
    vault: true

- name: Replace the token of an Edge when it ends within two weeks
  hybrid.jfrog.access_token_rotation:
    of: edge
    edge_url: https://edge-lyon.example.com
    token_file: secrets/lyon.token
    renew_before: 1209600
"""

RETURN = r"""
access_token:
  description: The token in the file, as M(hybrid.jfrog.access_token) returns it; V(null) in check mode when it is due.
  returned: success
  type: dict
  sample:
    token_id: 11111111-2222-4333-8444-555555555555
    subject: jfac@01abc/users/admin
    username: admin
    scope: applied-permissions/admin
    description: hybrid.jfrog automation (replaces 66666666-7777-4888-8999-000000000000)
    issued_at: "2026-11-22T10:00:00.000Z"
    expires_at: "2027-11-22T10:00:00.000Z"
    fingerprint: "sha256:5be2a0c19d3f4471"
token_file:
  description: The file; C(written) tells whether it was written, or would be, by this run.
  returned: success
  type: dict
  sample: {path: /home/anna/edges/secrets/platform.token, written: true}
revoked:
  description: Ids of the tokens that were revoked by this run.
  returned: success
  type: list
  elements: str
  sample: [66666666-7777-4888-8999-000000000000]
drift:
  description: What differed, C(token) when it was due, and C(left_over) for what an interrupted run has left.
  returned: success
  type: list
  elements: str
  sample: [token]
"""

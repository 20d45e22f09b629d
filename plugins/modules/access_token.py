#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_token
short_description: Keep a scoped access token in a file, or revoke one
version_added: 1.0.0
description:
  - Makes an access token of the platform or of an Edge, keeps its value in a file on the controller, and renews it
    before its end. The value is never part of a result, a diff or a log.
  - A token is found again by its O(description), and its user when O(username) is given. The token in the file is tried
    at the server on every run. While it works, has the wanted scope and does not end soon, nothing is changed.
  - A new token is made, tried and stored, and only then are the former ones with the same description revoked. What an
    interrupted run has left is found by the description and revoked by the next run.
  - Making a token is not repeated blindly. After a lost answer the server's list is read, a token whose value nobody
    has is revoked, and one more attempt is made.
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
      - Whose token it is. The URL of that side, and an access token of it with admin scope, are needed.
    type: str
    choices: [platform, edge]
    default: platform
  state:
    description:
      - V(present) keeps one working token in O(token_file).
      - V(absent) revokes the tokens with O(description), the one with O(token_id) and the one in O(token_file), of
        which one at least is given, and then removes the file.
    type: str
    choices: [present, absent]
    default: present
  description:
    description:
      - What the token is for. It is the only mark that a token keeps, so use each description for one file only.
      - Required when O(state=present).
    type: str
  token_id:
    description:
      - Id of a token that is to be revoked. For O(state=absent).
    type: str
  token_file:
    description:
      - File on the controller in which the value is kept, with mode C(0600). Required when O(state=present).
      - A relative path is seen from the folder of the inventory.
    type: str
  vault:
    description:
      - Whether a token that is stored is encrypted with the first vault secret of the run.
    type: bool
    default: false
  username:
    description:
      - Whose token it is, who need not exist. The user of the access token that makes it, when not given.
    type: str
  scope:
    description:
      - What the token may do, for example V(applied-permissions/admin) or V(applied-permissions/groups:readers).
        Several scopes are separated by a blank.
    type: str
    default: applied-permissions/user
  audience:
    description:
      - The services that accept the token, separated by blanks, for example V(jfrt@*).
    type: str
    default: "*@*"
  expires_in:
    description:
      - For how many seconds a new token is valid. V(0) is for ever.
      - One of less than 21600 seconds (6 hours) cannot be revoked, unless O(force_revocable=true); that gives a warning
        before it is made.
    type: int
    default: 31536000
  renew_before:
    description:
      - How many seconds before its end a token is replaced.
    type: int
    default: 2592000
  include_reference_token:
    description:
      - Whether the file holds the short reference token instead. Needs Artifactory 7.38.10, and 7.53.1 to try it.
    type: bool
    default: false
  force_revocable:
    description:
      - Whether a token of less than 6 hours can be revoked as well. Needs Artifactory 7.50.3.
    type: bool
    default: false
  project_key:
    description:
      - The project to which the token belongs.
    type: str
  former:
    description:
      - What becomes of other tokens with this description when O(state=present).
      - With V(keep) they work until their end, so that those who still use them have time. One that an interrupted run
        has made and nobody has stays as well.
    type: str
    choices: [revoke, keep]
    default: revoke
attributes:
  check_mode:
    support: full
    details:
      - No token is made or revoked in check mode.
  diff_mode:
    support: full
    details:
      - The token appears as its state, and the other tokens with its description as their number.
  idempotent:
    support: partial
    details:
      - Tokens with this description that cannot be revoked are told as drift, with a warning, until they end.
notes:
  - What else a description belonged to is not known to a server, so changing O(description) leaves the token with the
    old one. Revoke that by O(state=absent).
seealso:
  - module: hybrid.jfrog.access_token_info
  - module: hybrid.jfrog.access_token_rotation
  - module: hybrid.jfrog.admin_token
  - name: Create Token
    description: The REST call that makes a token.
    link: https://jfrog.com/help/r/jfrog-rest-apis/create-token
"""

EXAMPLES = r"""
- name: Keep a token for the pipeline that reads from the Edge
  hybrid.jfrog.access_token:
    of: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    description: pipeline of Lyon
    username: pipeline-lyon
    scope: applied-permissions/groups:readers
    expires_in: 7776000
    token_file: secrets/lyon-pipeline.token
    vault: true

- name: Revoke it, wherever it is, and remove the file
  hybrid.jfrog.access_token:
    of: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    description: pipeline of Lyon
    token_file: secrets/lyon-pipeline.token
    state: absent
"""

RETURN = r"""
access_token:
  description: The token in the file; V(null) when there is none, or when it would be made in check mode.
  returned: success
  type: dict
  contains:
    token_id:
      description: Id, by which it can be revoked.
      type: str
    subject:
      description: Whose token it is.
      type: str
    username:
      description: The user in the subject.
      type: str
    scope:
      description: Scope.
      type: str
    description:
      description: Description; V(null) when the server does not keep the token, because its life is short.
      type: str
    issued_at:
      description: When it was made, in UTC.
      type: str
    expires_at:
      description: When it ends, in UTC; V(null) for never.
      type: str
    fingerprint:
      description: Short fingerprint of the value in the file.
      type: str
  sample:
    token_id: 11111111-2222-4333-8444-555555555555
    subject: jfac@01abc/users/pipeline-lyon
    username: pipeline-lyon
    scope: applied-permissions/groups:readers
    description: pipeline of Lyon
    issued_at: "2026-11-22T10:00:00.000Z"
    expires_at: "2027-02-20T10:00:00.000Z"
    fingerprint: "sha256:5be2a0c19d3f4471"
token_file:
  description: The file; C(written) tells whether it was written, or would be, by this run. V(null) without a file.
  returned: success
  type: dict
  sample: {path: /home/anna/edges/secrets/lyon-pipeline.token, written: true}
revoked:
  description: Ids of the tokens that were revoked by this run.
  returned: success
  type: list
  elements: str
  sample: [66666666-7777-4888-8999-000000000000]
drift:
  description: What differed, C(state) and C(others) with O(state=present), C(tokens) and C(file) with O(state=absent).
  returned: success
  type: list
  elements: str
  sample: [state]
"""

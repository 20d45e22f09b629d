#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: pairing_token
short_description: Put a pairing token of an Edge into a file, to be pasted by hand
version_added: 1.0.0
description:
  - Lets an Edge make a pairing token and puts it into a file on the controller, for those who have to paste it into the
    platform's page themselves, because they get no access token of the platform. Everybody else uses
    M(hybrid.jfrog.jpd), which makes the token, gives it to the platform in the same process, and writes it nowhere.
  - JFrog's page on Hybrid Distribution calls this way "Using the Scoped Tokens API (Manual)" and speaks of the call
    that makes an access token, which the platform would refuse. Its example is the call for a pairing token, at another
    port. This module makes the call of the example, at the base URL of the Edge.
  - The token lives 300 seconds and works once. A run on which the file has a token that lasts for a minute or longer
    leaves it; one that has ended is replaced.
  - Runs on the controller, whatever host the task is for.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  edge_url:
    description:
      - Base URL of the Edge, as the controller reaches it, without C(/artifactory).
    type: str
    required: true
  state:
    description:
      - Whether there is to be a usable token in the file. V(absent) removes the file; the token itself cannot be taken
        back, and ends by itself.
    type: str
    choices: [present, absent]
    default: present
  url:
    description:
      - Base URL of the Edge, as the platform reaches it. The token names the Edge's own base URL, and is not written
        when that has another host, because the platform would refuse it.
      - The same as O(edge_url), when not given.
    type: str
  token_file:
    description:
      - File on the controller into which the token is put, with mode C(0600). A file that holds something else is kept.
      - A relative path is seen from the folder of the inventory.
    type: str
    required: true
  acknowledge_token_in_file:
    description:
      - Whether you know that whoever reads the file within 300 seconds can pair a platform of theirs with the Edge.
      - Without it no token is made.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - No token is made in check mode.
  diff_mode:
    support: full
    details:
      - The token appears as V(absent), V(usable) or V(ended).
  idempotent:
    support: partial
    details:
      - A token is replaced when it has ended, which it does after 300 seconds.
notes:
  - Whether the token was used already is not known to the Edge's REST interface. If the platform says that it failed to
    join, remove the file and make another one.
  - Options of the platform are accepted so that C(group/hybrid.jfrog.api) can be used; they have no effect.
seealso:
  - module: hybrid.jfrog.jpd
  - name: Create Pairing Token
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/create-pairing-token
"""

EXAMPLES = r"""
- name: Make a pairing token that somebody pastes into the platform's page
  hybrid.jfrog.pairing_token:
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    token_file: ~/lyon.pairing
    acknowledge_token_in_file: true

- name: Remove it when that is done
  hybrid.jfrog.pairing_token:
    edge_url: https://edge-lyon.example.com
    token_file: ~/lyon.pairing
    state: absent
"""

RETURN = r"""
pairing_token:
  description: The token in the file, without its value; V(null) when there is none, or when it would be made.
  returned: success
  type: dict
  contains:
    base_url:
      description: Base URL by which the Edge calls itself, where the platform will look for it.
      type: str
    expires_at:
      description: When it ends, in UTC.
      type: str
    seconds_left:
      description: How many seconds that is from now.
      type: int
  sample:
    base_url: https://edge-lyon.example.com
    expires_at: "2026-11-22T10:05:00.000Z"
    seconds_left: 299
token_file:
  description: The file; C(written) tells whether it was written, or would be, by this run.
  returned: success
  type: dict
  sample: {path: /home/anna/lyon.pairing, written: true}
drift:
  description: C(token), when there was none that could be used, or one that was not wanted.
  returned: success
  type: list
  elements: str
  sample: [token]
"""

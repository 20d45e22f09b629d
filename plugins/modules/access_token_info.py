#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_token_info
short_description: List the access tokens of the platform or of an Edge
version_added: 1.0.0
description:
  - Lists the access tokens that a server keeps, and how many days each has left. A server never tells their values.
  - Tokens of less than 3 hours are not kept, and so not listed, unless they can be revoked. An administrator sees the
    tokens of all users, others see their own.
  - Nothing fails because nothing matches.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.attributes.api
options:
  of:
    description:
      - Whose tokens are listed, those at O(platform_url) or those at O(edge_url).
      - The access token of that side is needed as well.
    type: str
    choices: [platform, edge]
    default: platform
  description:
    description:
      - Only tokens with this description. An asterisk at its end stands for any end.
    type: str
  username:
    description:
      - Only tokens of this user.
    type: str
  token_id:
    description:
      - Only the token with this id.
    type: str
  refreshable:
    description:
      - Only tokens that can be refreshed, or that cannot.
    type: bool
  ends_within_days:
    description:
      - Only tokens that end within so many days.
    type: int
  order_by:
    description:
      - The order of the list.
    type: str
    choices: [created, token_id, owner, subject, expiry]
    default: created
  descending:
    description:
      - Whether the order is turned round.
    type: bool
    default: false
seealso:
  - module: hybrid.jfrog.access_token
  - name: Get Tokens
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/get-tokens
"""

EXAMPLES = r"""
- name: Look for tokens of the platform that end soon
  hybrid.jfrog.access_token_info:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    ends_within_days: 14
    order_by: expiry
  delegate_to: localhost
  register: ending

- name: List what runs of this collection have left at an Edge
  hybrid.jfrog.access_token_info:
    of: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    description: hybrid.jfrog*
  delegate_to: localhost
"""

RETURN = r"""
tokens:
  description: The tokens, in the order that was asked for.
  returned: success
  type: list
  elements: dict
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
      description: Scope; V(null) when the server does not tell.
      type: str
    description:
      description: Description; V(null) for none.
      type: str
    issued_at:
      description: When it was made, in UTC.
      type: str
    expires_at:
      description: When it ends, in UTC; V(null) for never.
      type: str
    days_left:
      description: Whole days until its end; V(null) for never.
      type: int
    refreshable:
      description: Whether it can be refreshed.
      type: bool
    last_used:
      description: When it was used last, in UTC, where the server keeps account of it; V(null) else.
      type: str
  sample:
    - token_id: 11111111-2222-4333-8444-555555555555
      subject: jfac@01abc/users/pipeline-lyon
      username: pipeline-lyon
      scope: applied-permissions/groups:readers
      description: pipeline of Lyon
      issued_at: "2026-11-22T10:00:00.000Z"
      expires_at: "2027-02-20T10:00:00.000Z"
      days_left: 90
      refreshable: false
      last_used: null
"""

from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import connection_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access import access_token as model

OPTIONS: dict[str, dict[str, Any]] = {
    "of": {"type": "str", "choices": ["platform", "edge"], "default": "platform"},
    "description": {"type": "str"},
    "username": {"type": "str"},
    "token_id": {"type": "str", "no_log": False},
    "refreshable": {"type": "bool"},
    "ends_within_days": {"type": "int"},
    "order_by": {"type": "str", "choices": list(model.ORDERS), "default": "created"},
    "descending": {"type": "bool", "default": False},
}


def query_of(params: Mapping[str, Any]) -> dict[str, str]:
    query = {name: params[name] for name in ("description", "username", "token_id") if params[name] is not None}
    if params["refreshable"] is not None:
        query["refreshable"] = str(params["refreshable"]).lower()
    if params["order_by"] != "created":
        query["order_by"] = params["order_by"]
    if params["descending"]:
        query["descending_order"] = "true"
    return query


def main() -> None:
    module = create_module(
        PLATFORM_OPTIONS,
        EDGE_OPTIONS,
        OPTIONS,
        required_if=[
            ("of", "platform", ["platform_url", "platform_access_token"]),
            ("of", "edge", ["edge_url", "edge_access_token"]),
        ],
    )
    params = module.params

    def read() -> Outcome:
        connection = connection_of(params["of"], params)
        warn(module, connection.warnings())
        with connection.session(read_only=True) as session:
            listed = [model.from_api(item) for item in Access(session).list_tokens(**query_of(params))]
        now = Clock().now()
        found = model.select(
            listed,
            description=params["description"],
            username=params["username"],
            ends_within_days=params["ends_within_days"],
            now=now,
        )
        return Outcome(facts={"tokens": [token.listing(now) for token in found]})

    run(module, read)


if __name__ == "__main__":
    main()

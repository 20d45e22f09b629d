#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: pairing
short_description: Revoke the pairing of an Edge with the platform
version_added: 1.0.0
description:
  - Revokes the master tokens that an Edge gave to the platform when the two were paired, and what the platform knows
    of the pairing. To pair them is the work of M(hybrid.jfrog.jpd).
  - No call lists pairings. So each side is told to revoke, and its answer tells whether there was one. A second run
    changes nothing.
  - To unregister an Edge does not end its pairing for certain, so revoke it before that, while the Edge still runs.
  - A platform that does not let its customers do that is no failure, because it forgets the pairing with the JPD. This
    is told by a warning.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  platform_url:
    description:
      - Base URL of the JFrog platform, for example V(https://acme.jfrog.io), without C(/artifactory).
      - If not given, the environment variable E(JFROG_PLATFORM_URL) is used.
    type: str
    required: true
  edge_url:
    description:
      - Base URL of the Edge, without C(/artifactory).
    type: str
    required: true
  state:
    description:
      - There is no other state than V(absent).
    type: str
    choices: [absent]
    default: absent
  sides:
    description:
      - Where the pairing is revoked. Each side needs its access token with admin scope.
    type: list
    elements: str
    choices: [edge, platform]
    default: [edge, platform]
  registered_url:
    description:
      - Base URL under which the platform knows the Edge. The same as O(edge_url), when not given.
    type: str
attributes:
  check_mode:
    support: partial
    details:
      - Whether there is a pairing cannot be read. In check mode it is taken for granted.
  diff_mode:
    support: full
  idempotent:
    support: full
seealso:
  - module: hybrid.jfrog.jpd
  - module: hybrid.jfrog.access_token
  - name: Revoke Pairing
    description: The REST call that revokes a pairing.
    link: https://jfrog.com/help/r/jfrog-rest-apis/revoke-pairing
"""

EXAMPLES = r"""
- name: End the trust between an Edge and the platform, before the Edge is unregistered
  hybrid.jfrog.pairing:
    state: absent
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
  delegate_to: localhost
"""

RETURN = r"""
revoked:
  description: The sides on which there was a pairing, or may be one in check mode.
  returned: success
  type: list
  elements: str
  sample: [edge, platform]
drift:
  description: Names of the managed facts that differed, C(edge) and C(platform).
  returned: success
  type: list
  elements: str
  sample: [edge]
"""

from typing import Any, List, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import (
    EDGE_OPTIONS,
    PLATFORM_OPTIONS,
    required,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import (
    edge_connection,
    platform_connection,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.service_trust import ServiceTrust
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import DELETE, NONE, Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ApiError, InventoryError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.url import base_url

EDGE = "edge"
PLATFORM = "platform"
OPTIONS: dict[str, dict[str, Any]] = {
    "state": {"type": "str", "choices": ["absent"], "default": "absent"},
    "sides": {"type": "list", "elements": "str", "choices": [EDGE, PLATFORM], "default": [EDGE, PLATFORM]},
    "registered_url": {"type": "str"},
}
# Not for customers of this platform, or not since its version: it forgets the pairing with the JPD.
REFUSED = (400, 403, 405, 501)


def check(params: Mapping[str, Any]) -> None:
    missing = [f"{side}_access_token" for side in params["sides"] if not params[f"{side}_access_token"]]
    if missing:
        raise InventoryError(
            f"Cannot revoke the pairing of {params['edge_url']} with {params['platform_url']}: {', '.join(missing)} is "
            "missing. Give it, or leave that side out of sides."
        )


def revoke(params: Mapping[str, Any], warnings: List[str]) -> List[str]:
    """The Edge first: its master token is what the platform holds, and is worth nothing from then on."""
    revoked = []
    if EDGE in params["sides"]:
        with edge_connection(params).session(read_only=False) as session:
            if ServiceTrust(session).revoke_pairings(params["platform_url"]):
                revoked.append(EDGE)
    if PLATFORM in params["sides"]:
        with platform_connection(params).session(read_only=False) as session:
            try:
                if ServiceTrust(session).revoke_pairings(params["registered_url"] or params["edge_url"]):
                    revoked.append(PLATFORM)
            except ApiError as exc:
                if exc.details["http_status"] not in REFUSED:
                    raise
                warnings.append(f"The platform keeps its side of the pairing until the JPD is deleted. {exc.msg}")
    return revoked


def ensure(params: Mapping[str, Any], *, check_mode: bool) -> Outcome:
    for option in ("platform_url", "edge_url"):
        base_url(params[option], option)
    check(params)
    warnings: List[str] = []
    revoked = list(params["sides"]) if check_mode else revoke(params, warnings)
    before = dict.fromkeys(revoked, "established")
    change = Change(DELETE, before=before) if revoked else Change(NONE)
    subject = f"pairing of {params['edge_url']} with {params['platform_url']}"
    return Outcome(change, {"revoked": revoked}, warnings=warnings, subject=subject)


def main() -> None:
    module = create_module(
        required(PLATFORM_OPTIONS, "platform_url"),
        required(EDGE_OPTIONS, "edge_url"),
        OPTIONS,
    )
    params = module.params

    def work() -> Outcome:
        connections = {EDGE: edge_connection, PLATFORM: platform_connection}
        warn(module, [text for side in params["sides"] for text in connections[side](params).warnings()])
        return ensure(params, check_mode=module.check_mode)

    run(module, work)


if __name__ == "__main__":
    main()

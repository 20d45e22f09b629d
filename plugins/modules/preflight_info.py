#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: preflight_info
short_description: Look for what would make an onboarding fail, before anything is changed
version_added: 1.0.0
description:
  - Looks at the platform and at every Edge, all Edges in parallel, and returns named findings, each with its cause and
    with what to do about it. It changes nothing, and a check that failed does not make the module fail.
  - "The way from the controller: C(dns), C(proxy), C(port), C(tls) with the issuer of a certificate that is not
    trusted, and C(answer)."
  - "C(clock), the differences between the clocks of the Edge, the platform and the controller: a pairing token lives
    300 seconds by the clock of its Edge."
  - "C(version), C(license), C(token) with scope, audience and what the services say to it, and C(mission_control)."
  - "C(base_url), what the pairing token would carry. What a reverse proxy adds in the header
    C(X-JFrog-Override-Base-Url) cannot be seen, and the finding says so."
  - "C(edge_to_platform), for which the Edge itself calls the platform, and C(platform_to_edge), for which a self-hosted
    platform calls the Edge. A platform in the cloud does not do that for us, so only the Edge's address is looked at."
  - "C(join_key_registration), for Edges of 7.59.9 to 7.63.7, which forget a platform that registered them with a join
    key, and C(default_keys), the keys that the vendor has published as examples."
  - "C(signing_key), C(license_bucket) and C(canary_repository), where the inventory names them: whether the platform
    has what C(edge_signing_key), C(edge_license_bucket) and, for Edges with C(edge_canary),
    C(platform_canary_repository) name."
  - Runs once for the whole play, on the controller. Give the task C(run_once=true), so that every host gets its result.
  - The Edges and the platform come from the inventory, as with M(hybrid.jfrog.fleet_info). Besides what that reads,
    C(edge_base_url), C(edge_connection), C(edge_license_bucket), C(edge_license_keys) and the join keys and master
    keys count, also under the names that the vendor's installer collection has for them.
  - The number of requests to the platform does not grow with the number of Edges, unless it is self-hosted and is asked
    to call each of them.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.fleet
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.attributes.api
requirements:
  - requests >= 2.25 on the controller
  - cryptography on the controller
options:
  hosts:
    description:
      - The hosts whose Edges are looked at.
      - All hosts of the play, when not given.
    type: list
    elements: str
seealso:
  - module: hybrid.jfrog.fleet_info
  - module: hybrid.jfrog.base_url
"""

EXAMPLES = r"""
- name: Look at the platform and all Edges
  hybrid.jfrog.preflight_info:
  register: looked
  run_once: true

- name: Look at the Edges of two hosts
  hybrid.jfrog.preflight_info:
    hosts: [lyon-1, osaka-1]
    timeout: 20
  register: looked
  run_once: true
"""

RETURN = r"""
preflight:
  description: The findings. No access token is in them.
  returned: success
  type: dict
  contains:
    platform:
      description:
        - The platform's C(url) and its C(checks), each with C(id), C(state), C(cause) and C(remedy).
        - The state is V(passed), V(warning), V(failed), or V(unknown) for what cannot be known now; nothing is assumed
          in its place.
      type: dict
    edges:
      description: The same by Edge name.
      type: dict
    summary:
      description: The number of checks of each state.
      type: dict
    problems:
      description: The failed checks, each in one line with its cause and remedy.
      type: list
      elements: str
    notes:
      description: The warnings and what is unknown, each in one line that begins with its state.
      type: list
      elements: str
  sample:
    platform:
      url: https://acme.jfrog.io/
      checks:
        - {id: dns, state: passed, cause: acme.jfrog.io is 198.51.100.7, remedy: ""}
    edges:
      lyon:
        url: https://edge-lyon.example.com/
        checks:
          - id: base_url
            state: failed
            cause: >-
              the pairing token would carry https://10.1.2.3/, and the Edge is to be registered as
              https://edge-lyon.example.com/
            remedy: Set edge_base_url to https://edge-lyon.example.com/, or correct edge_url
    summary: {passed: 1, warning: 0, failed: 1, unknown: 0}
    problems:
      - >-
        Edge 'lyon': base_url: the pairing token would carry https://10.1.2.3/, and the Edge is to be registered as
        https://edge-lyon.example.com/. Set edge_base_url to https://edge-lyon.example.com/, or correct edge_url.
    notes: []
"""

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What is done once for the whole fleet: how it is read, planned, and told of."""

from __future__ import annotations


class ModuleDocFragment:
    # Reading it. What a task does not say, the inventory does.
    DOCUMENTATION = r"""
options:
  platform_url:
    description:
      - Base URL of the JFrog platform. The hosts' variable C(platform_url), when not given.
    type: str
  platform_access_token:
    description:
      - Access token of the platform with admin scope. The hosts' variable C(platform_access_token), when not given.
    type: str
  platform_ca_path:
    description:
      - File with the CA certificates, in PEM format, that the platform's TLS certificate is verified with. The hosts'
        variable C(platform_ca_path), when not given.
    type: path
  platform_validate_certs:
    description:
      - Whether the platform's TLS certificate is verified. The hosts' variable C(platform_validate_certs), or V(true),
        when not given.
    type: bool
    aliases: [validate_certs]
  platform_proxy_url:
    description:
      - The proxy through which the platform is called, as in M(hybrid.jfrog.jpd_info). The hosts' variable
        C(platform_proxy_url), when not given.
    type: str
  platform_no_proxy:
    description:
      - Hosts that are called without a proxy. The hosts' variable C(platform_no_proxy), when not given.
    type: list
    elements: str
  platform_client_certificate_path:
    description:
      - File with the TLS client certificate for the platform, in PEM format. The hosts' variable
        C(platform_client_certificate_path), when not given.
    type: path
  platform_client_key_path:
    description:
      - File with the private key of O(platform_client_certificate_path). The hosts' variable
        C(platform_client_key_path), when not given.
    type: path
  timeout:
    description:
      - For how many seconds an answer may keep us waiting. 60 seconds, when not given.
    type: float
  max_parallel:
    description:
      - How many Edges are read at the same time.
    type: int
    default: 32
  edge_timeout:
    description:
      - For how many seconds one Edge is read altogether, however many calls that takes. What was read until then
        counts, and the Edge is told as one that does not answer. The others are read side by side meanwhile.
    type: float
    default: 60
  progress_interval:
    description:
      - While it takes long, a line every so many seconds says how many Edges are read and which ones are waited for.
        V(0) means no such lines.
    type: float
    default: 10
"""

    PLANNING = r"""
options:
  nodes_variable:
    description: Name of the variable in which each host has the registered result of M(hybrid.jfrog.node_info).
    type: str
    default: edge_observed
  onboarding:
    description:
      - Whether a join key may be made for an Edge whose key file does not exist yet.
      - When V(false), such an Edge needs a person.
    type: bool
    default: false
  approve:
    description:
      - What this run may do where the policy of an Edge (C(edge_policy)) is V(ask).
      - V(all) is everything.
    type: list
    elements: str
    choices:
      - all
      - master_key
      - join_key
      - system_yaml
      - tls_ca_certificate
      - server_certificate
      - access_ca_certificate
      - token_signing_certificate
      - access_config
      - tls
      - restart
      - artifactory_license
      - trusted_certificate
      - base_url
      - jpd
      - jpd_license
      - signing_key
      - trusted_signing_key
      - access_federation
      - tls_ca_prune
    default: []
"""

    FAILURES = r"""
options:
  failures:
    description: Steps of the plan that failed in this run.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: The host on which it failed.
        type: str
        required: true
      step:
        description: The step, as the plan names it.
        type: str
        required: true
      message:
        description: What the failed task said.
        type: str
        required: true
"""

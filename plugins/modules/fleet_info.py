#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: fleet_info
short_description: Read the platform and the REST side of all Edges at once
version_added: 1.0.0
description:
  - Reads the registered deployments and the root certificate of the platform, and health, version, licence and admin
    rights of every Edge, all Edges in parallel. Edges of a circle of trust are asked for that trust in both directions.
  - Runs once for the whole play, on the controller. Give the task C(run_once=true), so that every host gets its result.
  - The Edges come from the inventory. Hosts with the same C(edge_name) are the nodes of one Edge; of each Edge it reads
    C(edge_url), C(edge_access_token), C(edge_ca_path), C(edge_validate_certs), C(edge_proxy_url), C(edge_no_proxy),
    C(edge_client_certificate_path), C(edge_client_key_path) and C(edge_trust_method). The platform's options come from
    the inventory as well, under the names of this module's options, when the task does not give them.
  - An Edge or a platform that cannot be reached, or that refuses the access token, is part of the result and no
    failure. What is missing in the inventory is a failure that lists all of it.
  - The number of requests to the platform does not grow with the number of Edges, apart from circles of trust.
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
      - The hosts whose Edges are read.
      - All hosts of the play, when not given.
    type: list
    elements: str
  preflight:
    description:
      - Whether Edges that the platform does not know yet are looked at as M(hybrid.jfrog.preflight_info) does, so that
        the plan can tell what would make their onboarding fail. An Edge that is registered costs nothing more.
    type: bool
    default: false
seealso:
  - module: hybrid.jfrog.node_info
  - module: hybrid.jfrog.plan
"""

EXAMPLES = r"""
- name: Observe the platform and the Edges
  hybrid.jfrog.fleet_info:
  register: edge_fleet
  run_once: true

- name: Observe the platform and the Edges of two hosts
  hybrid.jfrog.fleet_info:
    hosts: [lyon-1, osaka-1]
    timeout: 20
  register: edge_fleet
  run_once: true
"""

RETURN = r"""
fleet:
  description: What the platform and the Edges say. No access token is in it.
  returned: success
  type: dict
  contains:
    platform:
      description:
        - The platform with its C(url); C(reachable), whether its JPDs could be read; C(error), why something could not;
          C(jpds), each as M(hybrid.jfrog.jpd_info) returns it; and C(root_certificate) as subject, issuer, serial,
          validity and sha256.
        - C(remote_certificates) has the client certificates of its remote repositories, each as
          M(hybrid.jfrog.artifactory_certificate_info) returns it. It is V(null) when it does not tell them, and
          C(remote_certificates_error) says why not.
      type: dict
    edges:
      description:
        - By Edge name, its C(url); C(reachable); C(error), why something could not be read; C(version);
          C(license_type); C(admin), whether the access token has admin rights; C(health) as
          M(hybrid.jfrog.health_info) returns it; C(trusts_platform) and C(trusted_by_platform), the two directions of a
          circle of trust, V(null) when not asked.
        - C(client_certificate), here as for the platform, is the certificate that the controller shows, where it does;
          C(remote_certificates) and C(remote_certificates_error) are as for the platform.
        - What the inventory manages is there as well, for example C(licenses), C(base_url) and C(trusted_signing_keys);
          C(unread) says by these names why one of them could not be read. The platform's are C(license_buckets),
          C(federation) and C(trusted_signing_keys). C(preflight) has what was seen of an Edge that is not registered.
      type: dict
  sample:
    platform:
      url: https://acme.jfrog.io/
      reachable: true
      error: null
      jpds: []
      root_certificate:
        subject: CN=JFrog Token Issuer
        issuer: CN=JFrog Token Issuer
        serial: 2f8e
        not_before: "2024-01-01T00:00:00Z"
        not_after: "2034-01-01T00:00:00Z"
        sha256: 0f343b0931126a20f133d67c2b018a3b5c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f
      remote_certificates: []
      remote_certificates_error: null
    edges:
      lyon:
        url: https://edge-lyon.example.com/
        reachable: true
        error: null
        version: 7.104.2
        license_type: Edge
        admin: true
        health: {url: "https://edge-lyon.example.com/", state: HEALTHY, error: null, services: []}
        trusts_platform: null
        trusted_by_platform: null
        remote_certificates: []
        remote_certificates_error: null
began_at:
  description: When the reading began, in UTC.
  returned: success
  type: str
  sample: "2026-11-22T12:30:00.250Z"
ended_at:
  description: When it ended, in UTC.
  returned: success
  type: str
  sample: "2026-11-22T12:30:04.125Z"
"""

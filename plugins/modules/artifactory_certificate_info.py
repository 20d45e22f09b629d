#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: artifactory_certificate_info
short_description: List the client certificates of remote repositories
version_added: 1.0.0
description:
  - Lists the TLS client certificates that are installed in Artifactory for its remote repositories.
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
      - Whose certificates are listed, those at O(edge_url) or those at O(platform_url).
      - The access token of that side is needed as well.
    type: str
    choices: [edge, platform]
    default: edge
  alias:
    description:
      - List the certificate with this alias only.
    type: str
seealso:
  - module: hybrid.jfrog.artifactory_certificate
  - name: Get Certificates
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/get-certificates
"""

EXAMPLES = r"""
- name: List the client certificates of an Edge's remote repositories
  hybrid.jfrog.artifactory_certificate_info:
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
  delegate_to: localhost
  register: lyon_certificates
"""

RETURN = r"""
certificates:
  description: The certificates, in the order in which Artifactory lists them.
  returned: success
  type: list
  elements: dict
  contains:
    alias:
      description: Alias, by which a remote repository chooses it.
      type: str
    issued_to:
      description: Who it was issued to.
      type: str
    issued_by:
      description: Who issued it.
      type: str
    issued_on:
      description: When it was issued, as Artifactory writes it.
      type: str
    valid_until:
      description: Until when it is valid, as Artifactory writes it.
      type: str
    sha256:
      description: SHA-256 of its DER form in hexadecimal; V(null) when Artifactory's fingerprint has an unknown form.
      type: str
  sample:
    - alias: platform-mtls
      issued_to: edge-lyon.example.com
      issued_by: Example CA
      issued_on: "2026-01-01T00:00:00.000Z"
      valid_until: "2027-01-01T00:00:00.000Z"
      sha256: 0f343b0931126a20f133d67c2b018a3b5c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f
"""

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import connection_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.artifactory import Artifactory
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.tls import client_certificate

OPTIONS: dict[str, dict[str, Any]] = {
    "of": {"type": "str", "choices": ["edge", "platform"], "default": "edge"},
    "alias": {"type": "str"},
}


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
            found = [client_certificate.from_api(item) for item in Artifactory(session).list_certificates()]
        alias = params["alias"]
        return Outcome(facts={"certificates": [one for one in found if alias is None or one["alias"] == alias]})

    run(module, read)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: root_certificate_info
short_description: Read the root certificate of a platform or an Edge
version_added: 1.0.0
description:
  - Reads the root certificate with which Access signs tokens. In a circle of trust, each side has the other's.
  - This is not the certificate of a TLS connection.
  - A certificate that has expired or is not valid yet is an error, because nobody can trust it.
  - With O(accepted_by), it also tells whether another deployment trusts it.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes.info
  - hybrid.jfrog.attributes.api
requirements:
  - cryptography on the host that runs the module
options:
  of:
    description:
      - Whose root certificate to read, that of O(platform_url) or that of O(edge_url).
      - The access token of that side is needed as well.
    type: str
    choices: [platform, edge]
    default: platform
  accepted_by:
    description:
      - Base URL of another deployment, as the one that is read reaches it.
      - The deployment that is read is asked whether its tokens are accepted there, which changes nothing.
    type: str
seealso:
  - module: hybrid.jfrog.trusted_certificate
  - name: Get Root Certificate
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/get-root-certificate
"""

EXAMPLES = r"""
- name: Read the platform's root certificate
  hybrid.jfrog.root_certificate_info:
    platform_url: https://acme.jfrog.io
    platform_access_token: "{{ vault_platform_access_token }}"
  delegate_to: localhost
  register: platform_root

- name: Read the root certificate of an Edge
  hybrid.jfrog.root_certificate_info:
    of: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    accepted_by: https://acme.jfrog.io
  delegate_to: localhost
"""

RETURN = r"""
certificate:
  description: The root certificate.
  returned: success
  type: dict
  contains:
    url:
      description: Base URL of the deployment that it was read from.
      type: str
    subject:
      description: Subject.
      type: str
    issuer:
      description: Issuer.
      type: str
    serial:
      description: Serial number in hexadecimal.
      type: str
    not_before:
      description: Start of its validity, in UTC.
      type: str
    not_after:
      description: End of its validity, in UTC.
      type: str
    sha256:
      description: SHA-256 of its DER form in hexadecimal.
      type: str
    pem:
      description: The certificate in PEM form.
      type: str
  sample:
    url: https://acme.jfrog.io/
    subject: CN=JFrog Token Issuer
    issuer: CN=JFrog Token Issuer
    serial: 2f8e
    not_before: "2024-01-01T00:00:00Z"
    not_after: "2034-01-01T00:00:00Z"
    sha256: 0f343b0931126a20f133d67c2b018a3b5c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f
    pem: "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n"
accepted:
  description: Whether O(accepted_by) accepts tokens that were signed with it; V(null) when that was not asked.
  returned: success
  type: bool
  sample: true
"""

from typing import Any

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import connection_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.access import Access
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.load import load_trusted
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.url import base_url, normal

OPTIONS: dict[str, dict[str, Any]] = {
    "of": {"type": "str", "choices": ["platform", "edge"], "default": "platform"},
    "accepted_by": {"type": "str"},
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

    def read() -> Outcome:
        connection = connection_of(module.params["of"], module.params)
        warn(module, connection.warnings())
        other = module.params["accepted_by"]
        target = base_url(other, "accepted_by").rstrip("/") + "/access" if other else None
        with connection.session(read_only=True) as session:
            access = Access(session)
            text = access.root_certificate()
            accepted = access.validate_server(target) if target else None
        certificate = load_trusted(text, now=Clock().now(), what=f"the root certificate of {connection.url}")
        facts = {"url": normal(connection.url), **certificate.facts(), "pem": certificate.pem}
        return Outcome(facts={"certificate": facts, "accepted": accepted})

    run(module, read)


if __name__ == "__main__":
    main()

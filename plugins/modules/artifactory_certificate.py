#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: artifactory_certificate
short_description: Install a client certificate for remote repositories
version_added: 1.0.0
description:
  - Installs a TLS client certificate with its private key in Artifactory, replaces it, or removes it. A remote
    repository shows it to its source when it names its alias.
  - It has nothing to do with trust. See M(hybrid.jfrog.trusted_certificate) and M(hybrid.jfrog.tls_ca_certificate) for
    that.
  - Artifactory never gives the certificate back, only its SHA-256, by which it is compared. A second run changes
    nothing.
  - The certificate is checked before anything is sent. It must be valid, belong to the private key, and be allowed for
    use as a client; the private key has no password, because Artifactory could not be told one.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.pair
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
requirements:
  - cryptography on the host that runs the module
options:
  of:
    description:
      - Where it is installed, at O(edge_url) or at O(platform_url). The access token of that side is needed as well.
    type: str
    choices: [edge, platform]
    default: edge
  state:
    description:
      - Whether the certificate is to be installed.
      - A remote repository that names the alias of a certificate that was removed cannot reach its source any more.
    type: str
    choices: [present, absent]
    default: present
  alias:
    description:
      - Name of the certificate, by which remote repositories choose it.
    type: str
    required: true
  certificate:
    description:
      - The certificate in PEM form. The certificates of CAs between may follow it.
      - One of this and O(certificate_path) is required when O(state=present).
    type: str
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The certificate appears as its SHA-256, and the private key not at all.
  idempotent:
    support: full
notes:
  - A fingerprint of a form that is not known cannot be compared. The certificate is left as it is then, with a warning.
seealso:
  - module: hybrid.jfrog.artifactory_certificate_info
  - name: Add Certificate
    description: The REST call that is used.
    link: https://jfrog.com/help/r/jfrog-rest-apis/add-certificate
"""

EXAMPLES = r"""
- name: Install the certificate that the Edge's smart remote repositories show to the platform
  hybrid.jfrog.artifactory_certificate:
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    alias: platform-mtls
    certificate_path: pki/lyon.crt
    private_key: "{{ vault_lyon_client_key }}"
  delegate_to: localhost

- name: Remove it
  hybrid.jfrog.artifactory_certificate:
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ vault_lyon_access_token }}"
    alias: platform-mtls
    state: absent
  delegate_to: localhost
"""

RETURN = r"""
certificate:
  description: The certificate as it is now, or as it would be in check mode; V(null) after O(state=absent).
  returned: success
  type: dict
  contains:
    alias:
      description: Its alias.
      type: str
    sha256:
      description: SHA-256 of its DER form in hexadecimal.
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
  sample:
    alias: platform-mtls
    sha256: 0f343b0931126a20f133d67c2b018a3b5c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f
    subject: CN=edge-lyon.example.com
    issuer: CN=Example CA
    serial: 2f8e
    not_before: "2026-01-01T00:00:00Z"
    not_after: "2027-01-01T00:00:00Z"
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [sha256]
"""

from datetime import datetime
from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.client_certificate import first_certificate
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run, warn
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.options import EDGE_OPTIONS, PLATFORM_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.sessions import connection_of
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.waiting import Clock
from ansible_collections.hybrid.jfrog.plugins.module_utils._client.artifactory import Artifactory
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.certificate.pair import CLIENT, Pair, load_pair
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import (
    ApiError,
    CertificateError,
    ConflictError,
    TransportError,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.tls import client_certificate

OPTIONS: dict[str, dict[str, Any]] = {
    "of": {"type": "str", "choices": ["edge", "platform"], "default": "edge"},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "alias": {"type": "str", "required": True},
    "certificate": {"type": "str"},
    "certificate_path": {"type": "str"},
    "private_key": {"type": "str", "no_log": True},
    "private_key_path": {"type": "str", "no_log": False},
}


def wanted_pair(params: Mapping[str, Any], alias: str, *, now: datetime) -> Pair:
    """The checked pair that the options give. Raises CertificateError."""
    for name in ("certificate", "private_key"):
        if params[name] is None:
            raise CertificateError(
                f"Cannot install the client certificate '{alias}': {name} is missing. Give it, or {name}_path."
            )
    return load_pair(
        first_certificate(params["certificate"]),
        params["private_key"],
        now=now,
        what=f"the client certificate '{alias}'",
        purpose=CLIENT,
    )


def ensure_present(params: Mapping[str, Any], artifactory: Artifactory, *, check_mode: bool) -> Outcome:
    alias = client_certificate.check_alias(params["alias"])
    pair = wanted_pair(params, alias, now=Clock().now())
    wanted = pair.certificate.sha256
    current = client_certificate.find(artifactory.list_certificates(), alias)
    change = client_certificate.change(current, wanted)
    warnings = list(pair.warnings)
    if client_certificate.is_unknown(current):
        warnings.append(
            f"The client certificate '{alias}' was left as it is: Artifactory tells a fingerprint that is no SHA-256, "
            "which cannot be compared. Remove it with state=absent to have it installed anew."
        )
    if change.changed and not check_mode:
        chain = params["certificate"].strip()
        install(artifactory, alias, f"{pair.private_key.strip()}\n{chain}\n", wanted)
    facts = {"alias": alias, **pair.certificate.facts()}
    return Outcome(change, {"certificate": facts}, warnings=warnings, subject=f"client certificate {alias}")


def install(artifactory: Artifactory, alias: str, pem: str, wanted: str) -> None:
    """Install it, once; after an unclear answer, what Artifactory lists decides. Raises EdgeError."""
    try:
        artifactory.install_certificate(alias, pem)
    except (ApiError, TransportError):
        if not is_there(artifactory, alias, wanted):
            raise
        return
    confirm(artifactory, alias, wanted)


def is_there(artifactory: Artifactory, alias: str, wanted: str) -> bool:
    """Whether it lists the certificate; not when it cannot be read, because the first error says more."""
    try:
        seen = client_certificate.find(artifactory.list_certificates(), alias)
    except (ApiError, TransportError):
        return False
    return seen is not None and seen["sha256"] == wanted


def confirm(artifactory: Artifactory, alias: str, wanted: str) -> None:
    """Look whether Artifactory has what was sent. Raises ConflictError."""
    seen = client_certificate.find(artifactory.list_certificates(), alias)
    if not client_certificate.is_unknown(seen) and (seen is None or seen["sha256"] != wanted):
        what = "does not list it" if seen is None else f"lists another one (SHA-256 {seen['sha256']})"
        raise ConflictError(
            f"Cannot install the client certificate '{alias}': Artifactory took it, and {what} under this alias. "
            "See artifactory-service.log, and whether somebody else manages it."
        )


def ensure_absent(params: Mapping[str, Any], artifactory: Artifactory, *, check_mode: bool) -> Outcome:
    alias = client_certificate.check_alias(params["alias"])
    current = client_certificate.find(artifactory.list_certificates(), alias)
    change = client_certificate.change(current, None)
    if change.changed and not check_mode:
        artifactory.delete_certificate(alias)
    return Outcome(change, {"certificate": None}, subject=f"client certificate {alias}")


def main() -> None:
    module = create_module(
        PLATFORM_OPTIONS,
        EDGE_OPTIONS,
        OPTIONS,
        mutually_exclusive=[("certificate", "certificate_path"), ("private_key", "private_key_path")],
        required_if=[
            ("of", "platform", ["platform_url", "platform_access_token"]),
            ("of", "edge", ["edge_url", "edge_access_token"]),
        ],
    )
    params, check_mode = module.params, module.check_mode

    def ensure() -> Outcome:
        connection = connection_of(params["of"], params)
        warn(module, connection.warnings())
        act = ensure_present if params["state"] == "present" else ensure_absent
        with connection.session(read_only=check_mode) as session:
            return act(params, Artifactory(session), check_mode=check_mode)

    run(module, ensure)


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trusted_certificate
short_description: Make an Artifactory Edge trust the tokens of a peer
version_added: 1.0.0
description:
  - Supplies a peer's root certificate, which signs its access tokens, through the watched folder
    C(access/keys/trusted) of a node, and proves that the Edge accepts the peer.
  - Whoever is an administrator of the peer then is one of the Edge, too. There is no documented way to take that
    back.
  - The certificate is checked on the controller before anything is written. A private key, an expired certificate
    and several certificates in one text are refused.
  - The product imports the file into its database and removes it, so the folder tells nothing. With the platform
    options the peer itself is asked whether the Edge accepts it; besides, the ledger of this collection tells what
    was supplied.
  - A second run changes nothing while the proof holds. Without the platform options the record counts as the proof.
  - No restart is needed, and one node of an Edge is enough, because its nodes share one database.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.platform
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  name:
    description: Name of the peer, which is the file's name without its ending, and the name in the ledger.
    type: str
    required: true
  content:
    description:
      - The peer's root certificate, one certificate in PEM form.
      - The bare base64 that the peer's REST API answers by default is accepted as well.
    type: str
    required: true
  repair:
    description:
      - When to supply the certificate again that was supplied before.
      - V(when_broken) does so when the Edge does not accept the peer, V(never) leaves that to others, V(always)
        supplies it at every run.
    type: str
    choices: [never, when_broken, always]
    default: when_broken
  wait:
    description: Whether to wait until the Edge accepts the peer. Needs O(edge_url), and is not done in check mode.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most. An import takes up to 90 seconds.
    type: int
    default: 120
  edge_url:
    description:
      - Base URL of the Edge as the peer reaches it, without C(/artifactory).
      - With O(platform_url) and O(platform_access_token), the platform is the peer, and is asked from the controller
        whether the Edge accepts it. Without one of them nothing is asked.
    type: str
  probe:
    description:
      - Whether the Edge accepts the peer now.
      - This is set on the way to the node from what the peer answered; do not set it yourself.
    type: bool
  confirm:
    description:
      - Whether to note the proof in the ledger and do nothing else.
      - This is set on the way to the node once the Edge accepts the peer; do not set it yourself.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(repair=always), the certificate is supplied at every run.
notes:
  - The folder for TLS certificates is another one; a certificate that is needed for C(https) does not belong here.
seealso:
  - module: hybrid.jfrog.root_certificate_info
  - module: hybrid.jfrog.jpd
  - name: Establish a circle of trust
    description: JFrog's page on trusting another deployment's tokens.
    link: https://jfrog.com/help/r/jfrog-platform-administration-documentation/how-to-establish-a-circle-of-trust
"""

EXAMPLES = r"""
- name: Read the platform's root certificate
  hybrid.jfrog.root_certificate_info:
    platform_url: https://acme.example.com
    platform_access_token: "{{ platform_access_token }}"
  delegate_to: localhost
  register: platform_root

- name: Make the Edge trust the platform
  hybrid.jfrog.trusted_certificate:
    name: acme
    content: "{{ platform_root.root_certificate.pem }}"
    platform_url: https://acme.example.com
    platform_access_token: "{{ platform_access_token }}"
    edge_url: https://edge-lyon.example.com
  become: true
"""

RETURN = r"""
certificate:
  description:
    - The certificate. On the node itself only its SHA-256 and name are known; the rest is added on the controller.
  returned: success
  type: dict
  contains:
    name:
      description: Name of the peer.
      type: str
    sha256:
      description: SHA-256 of the DER form.
      type: str
    subject:
      description: Subject of the certificate.
      type: str
    issuer:
      description: Issuer of the certificate.
      type: str
    serial:
      description: Serial number in hexadecimal form.
      type: str
    not_before:
      description: Start of its validity.
      type: str
    not_after:
      description: End of its validity.
      type: str
  sample:
    name: acme
    sha256: 5be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f4471
    subject: CN=acme
    issuer: CN=acme
    serial: 1f0a22bc
    not_before: "2026-01-01T00:00:00Z"
    not_after: "2036-01-01T00:00:00Z"
verdict:
  description: What the witnesses say, before a change. C(state) is V(in_order), V(drifted) or V(unknown).
  returned: success
  type: dict
  sample: {state: in_order, reason: the Edge accepts the platform}
evidence:
  description: What each witness said.
  returned: success
  type: dict
  contains:
    probe:
      description: Whether the Edge accepts the peer, at the end; V(null) when that was not asked.
      type: bool
    pending:
      description: SHA-256 of the certificate that waited in the folder, before a change.
      type: str
    recorded:
      description: SHA-256 of what the ledger told, before a change.
      type: str
  sample: {probe: true, pending: null, recorded: 5be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f4471}
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: []
"""

from datetime import datetime, timezone
from typing import Any, Dict, Mapping, Optional

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import TRUSTED_CERTIFICATE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import CREATE, NONE, UPDATE, Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pem import der_sha256
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust import judge_trusted_certificate
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import files, ledger, trusted_certificate
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout

UNUSABLE = "no certificate"


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Supply the certificate unless the witnesses agree that it is there, or only note the proof."""
    name = trusted_certificate.check_name(params["name"])
    wanted = der_sha256(params["content"])
    layout = layouts.require(params["artifactory_home"])
    evidence = look(layout, name, params["probe"])
    verdict = judge_trusted_certificate(**evidence, wanted=wanted, repair=params["repair"])
    if params["confirm"]:
        if not check_mode:
            trusted_certificate.confirm(layout, name, wanted, now)
        change = Change(NONE)
    else:
        change = change_of(evidence, wanted) if verdict.drifted else Change(NONE)
        if change.changed and not check_mode:
            trusted_certificate.supply(layout, name, params["content"], wanted, now)
    return Outcome(
        change,
        facts={
            "certificate": {"name": name, "sha256": wanted},
            "verdict": {"state": verdict.state, "reason": verdict.reason},
            "evidence": evidence,
        },
        warnings=[f"The certificate '{name}' was left as it is: {verdict.reason}."] if verdict.unknown else [],
        subject=str(trusted_certificate.file_of(layout, name)),
    )


def look(layout: Layout, name: str, probe: Optional[bool]) -> Dict[str, Any]:
    """What each witness says: the peer, the folder and the ledger."""
    text = files.read_text(trusted_certificate.file_of(layout, name))
    pending = None
    if text is not None:
        try:
            pending = der_sha256(text)
        except CertificateError:
            pending = UNUSABLE
    recorded = ledger.read(layout)["trusted_certificates"].get(name)
    return {"probe": probe, "pending": pending, "recorded": recorded["sha256"] if recorded else None}


def change_of(evidence: Mapping[str, Any], wanted: str) -> Change:
    """The managed facts before and after a supply."""
    known = evidence["pending"] or evidence["recorded"]
    after = {"sha256": wanted, "accepted": None if evidence["probe"] is None else True}
    if known is None:
        return Change(CREATE, after=after)
    return Change(UPDATE, before={"sha256": known, "accepted": evidence["probe"]}, after=after)


def main() -> None:
    module = create_module(TRUSTED_CERTIFICATE_OPTIONS)
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

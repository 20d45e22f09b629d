#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: trusted_certificate
short_description: Make an Artifactory node trust the tokens of a peer
version_added: 1.0.0
description:
  - Supplies a peer's root certificate, which signs its access tokens, through the watched folder
    C(access/keys/trusted) of a node, and proves that the node's deployment accepts the peer.
  - The deployment is an Edge that is to trust the platform or another Edge, or a self-hosted platform that is to trust
    an Edge.
  - Whoever is an administrator of the peer then is one of the deployment, too. Once the certificate was imported there
    is no documented way to take that back. Only a file that still waits in the folder can be taken away.
  - The certificate is checked on the controller before anything is written. A private key, an expired certificate
    and several certificates in one text are refused.
  - The product imports the file into its database and removes it, so the folder tells nothing. With the options of
    the peer the peer itself is asked whether it is accepted; besides, the ledger of this collection tells what was
    supplied.
  - A second run changes nothing while the proof holds. Without the options of the peer the record counts as the proof.
  - No restart is needed, and one node of a deployment is enough, because its nodes share one database.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.platform
  - hybrid.jfrog.edge
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  state:
    description:
      - With V(present), the certificate is supplied.
      - With V(absent), a certificate that still waits for its import is taken away, which un-does the supply. One that
        was imported is an error that says what that means, unless O(forget) is true.
    type: str
    choices: [present, absent]
    default: present
  name:
    description: Name of the peer, which is the file's name without its ending, and the name in the ledger.
    type: str
    required: true
  content:
    description:
      - The peer's root certificate, one certificate in PEM form.
      - The bare base64 that the peer's REST API answers by default is accepted as well.
      - Required when O(state=present).
    type: str
  repair:
    description:
      - When to supply the certificate again that was supplied before.
      - V(when_broken) does so when the peer is not accepted, V(never) leaves that to others, V(always) supplies it at
        every run.
    type: str
    choices: [never, when_broken, always]
    default: when_broken
  forget:
    description:
      - Whether O(state=absent) drops the record of a certificate that was imported, with a warning.
      - That is bookkeeping. The deployment goes on trusting the certificate until somebody removes it from its
        database with the help of JFrog Support.
    type: bool
    default: false
  issuer:
    description:
      - Whose root certificate it is. This side is asked whether it is accepted, with its options below.
    type: str
    choices: [platform, edge]
    default: platform
  truster_url:
    description:
      - Base URL of the deployment that is to trust the certificate, as the issuer reaches it, without C(/artifactory).
      - When not given, this is O(edge_url) with O(issuer=platform), and O(platform_url) with O(issuer=edge).
    type: str
  proof:
    description:
      - What counts as the proof.
      - With V(acceptance), the issuer is asked whether its tokens are accepted.
      - With V(import), nobody is asked, because the issuer does not sign with this certificate yet. That the service
        has taken the file out of the folder has to do.
    type: str
    choices: [acceptance, import]
    default: acceptance
  wait:
    description:
      - Whether to wait for the proof. Not done in check mode, and with O(proof=acceptance) not without the issuer's URL
        and access token and the URL of the other side.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait at most. An import takes up to 90 seconds.
    type: int
    default: 120
  edge_url:
    description:
      - Base URL of the Edge, without C(/artifactory).
      - With O(issuer=platform), this is the Edge that is to trust the platform, as the platform reaches it.
    type: str
  probe:
    description:
      - Whether the issuer is accepted now, as far as that is known before.
      - This is set on the way to the node from what the issuer answered; without a way to ask it is taken as it is.
    type: bool
  confirm:
    description:
      - Whether to note the proof in the ledger and do nothing else.
      - This is set on the way to the node once the issuer is accepted; do not set it yourself.
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
  - The folder for TLS certificates is another one, C(etc/security/keys/trusted). A certificate that is needed for
    C(https) belongs there, with M(hybrid.jfrog.tls_ca_certificate). Here, its owner could sign tokens for the Edge.
seealso:
  - module: hybrid.jfrog.tls_ca_certificate
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
    content: "{{ platform_root.certificate.pem }}"
    platform_url: https://acme.example.com
    platform_access_token: "{{ platform_access_token }}"
    edge_url: https://edge-lyon.example.com
  become: true

- name: Make a self-hosted platform trust the Edge
  hybrid.jfrog.trusted_certificate:
    name: lyon
    content: "{{ lyon_root.certificate.pem }}"
    issuer: edge
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ lyon_access_token }}"
    platform_url: https://jfrog.example.com
  delegate_to: platform-1.example.com
  become: true

- name: Take away what was supplied by mistake and still waits
  hybrid.jfrog.trusted_certificate:
    name: acme
    state: absent
  become: true
"""

RETURN = r"""
certificate:
  description:
    - The certificate. On the node itself only its SHA-256 and name are known; the rest is added on the controller.
    - V(null) with O(state=absent).
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
      description: Whether the peer is accepted, at the end; V(null) when that was not asked.
      type: bool
    pending:
      description: SHA-256 of the certificate that waited in the folder, before a change.
      type: str
    recorded:
      description: SHA-256 of what the ledger told, before a change.
      type: str
  sample: {probe: true, pending: null, recorded: 5be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f4471}
still_trusted:
  description:
    - With O(state=absent), whether the certificate was imported and so is trusted for good; V(null) otherwise.
  returned: success
  type: bool
  sample: null
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: []
"""

import time
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Tuple

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import (
    TRUSTED_CERTIFICATE_OPTIONS,
    TRUSTED_CERTIFICATE_RULES,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import CREATE, DELETE, NONE, UPDATE, Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError, TrustError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pem import der_sha256
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.trust.trust import (
    PERMANENT,
    judge_trusted_certificate,
    judge_withdrawal,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.verdict import Verdict
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import files, ledger, trusted_certificate
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout

UNUSABLE = "no certificate"


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Supply the certificate or take it away, as it is asked for."""
    name = trusted_certificate.check_name(params["name"])
    layout = layouts.require(params["artifactory_home"])
    if params["state"] == "absent":
        return ensure_absent(params, layout, name, check_mode=check_mode)
    return ensure_present(params, layout, name, now=now, check_mode=check_mode)


def ensure_present(
    params: Mapping[str, Any],
    layout: Layout,
    name: str,
    *,
    now: datetime,
    check_mode: bool,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Supply the certificate unless the witnesses agree that it is there, or only note the proof."""
    wanted = der_sha256(params["content"])
    evidence = look(layout, name, params["probe"])
    truster, issuer = sides(params)
    verdict = judge_trusted_certificate(
        **evidence, wanted=wanted, repair=params["repair"], truster=truster, issuer=issuer
    )
    change = Change(NONE)
    if params["confirm"]:
        if not check_mode:
            trusted_certificate.confirm(layout, name, wanted, now)
    else:
        change = change_of(evidence, wanted) if verdict.drifted else change
        if change.changed and not check_mode:
            trusted_certificate.supply(layout, name, params["content"], wanted, now)
        if params["proof"] == "import" and params["wait"] and not check_mode:
            trusted_certificate.wait_for_import(layout, name, timeout=params["wait_timeout"], clock=clock, sleep=sleep)
    warnings = [f"The certificate '{name}' was left as it is: {verdict.reason}."] if verdict.unknown else []
    certificate = {"name": name, "sha256": wanted}
    return outcome(layout, name, change, verdict, evidence, certificate=certificate, warnings=warnings)


def ensure_absent(params: Mapping[str, Any], layout: Layout, name: str, *, check_mode: bool) -> Outcome:
    """Take the file away while it waits. What was imported cannot be taken back, only be dropped from the record."""
    evidence = look(layout, name, params["probe"])
    found = judge_withdrawal(**evidence)
    if found.imported and not params["forget"]:
        raise imported(layout, name, evidence)
    if not check_mode:
        # The file may be imported at any moment, also between the look and this.
        taken = evidence["pending"] is None or trusted_certificate.take_away(layout, name)
        if not taken and not params["forget"]:
            raise imported(layout, name, evidence)
        trusted_certificate.forget(layout, name)
    known = evidence["pending"] or evidence["recorded"]
    change = Change(DELETE, before={"sha256": known}) if known is not None else Change(NONE)
    still = f"'{name}' is forgotten here, but the deployment still trusts it: {PERMANENT}."
    warnings = [still] if found.imported and change.changed else []
    return outcome(layout, name, change, found.verdict, evidence, warnings=warnings, still_trusted=found.imported)


def imported(layout: Layout, name: str, evidence: Mapping[str, Any]) -> TrustError:
    """The error for a certificate that cannot be taken back any more."""
    return TrustError(
        f"Cannot withdraw the trusted certificate '{name}' of the node in {layout.home}: it was imported, and "
        f"{PERMANENT}. Administrators of that peer stay administrators here. Ask JFrog Support to remove it from the "
        "database, then set forget to true to drop it from the record.",
        evidence=dict(evidence),
    )


def sides(params: Mapping[str, Any]) -> Tuple[str, str]:
    """The truster and the issuer, as texts name them."""
    if params["issuer"] == "platform":
        return "the Edge", "the platform"
    return "this deployment", f"'{params['name']}'"


def look(layout: Layout, name: str, probe: Optional[bool]) -> Dict[str, Any]:
    """What each witness says: the issuer, the folder and the ledger."""
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


def outcome(
    layout: Layout,
    name: str,
    change: Change,
    verdict: Verdict,
    evidence: Mapping[str, Any],
    *,
    certificate: Optional[Dict[str, Any]] = None,
    warnings: Sequence[str] = (),
    still_trusted: Optional[bool] = None,
) -> Outcome:
    """What the module returns."""
    return Outcome(
        change,
        facts={
            "certificate": certificate,
            "verdict": {"state": verdict.state, "reason": verdict.reason},
            "evidence": evidence,
            "still_trusted": still_trusted,
        },
        warnings=warnings,
        subject=str(trusted_certificate.file_of(layout, name)),
    )


def main() -> None:
    module = create_module(TRUSTED_CERTIFICATE_OPTIONS, required_if=TRUSTED_CERTIFICATE_RULES)
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

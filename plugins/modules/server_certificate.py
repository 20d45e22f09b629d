#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: server_certificate
short_description: Give the router of a node its own TLS server certificate
version_added: 1.0.0
description:
  - Supplies a certificate and its private key through the folder C(bootstrap/router/keys) of a node, which the router
    reads when it starts. The router then shows this certificate in place of the one that Access makes for the node.
  - Everything that the product demands of such a certificate is checked before anything is written. It and its key
    belong together, the key is an RSA key of 1024 bits at least, its subject's common name is the node's address
    (C(shared.node.ip)) and is among its subject alternative names, its key usage is critical with digitalSignature and
    keyEncipherment, its extended key usage has serverAuth and clientAuth, and its issuer is the given CA.
  - What the router shows on its port is the truth. While TLS between the services is off, it shows nothing, and the
    ledger of this collection tells what was supplied.
  - A change is recorded as a restart that is due. The module M(hybrid.jfrog.artifactory_service) does it. For
    Artifactory's own port 8443 to show the certificate as well, set C(artifactory.tomcat.httpsConnector.enabled) in
    system.yaml after that restart, and restart once more.
  - Artifactory 6.x has no router, so it is refused there.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.pair
  - hybrid.jfrog.attributes
options:
  certificate:
    description:
      - The certificate in PEM form, without those of its CAs.
      - Exactly one of O(certificate) and O(certificate_path) is needed.
    type: str
  ca:
    description:
      - The certificate of the CA that issued the certificate, in PEM form. With it, the issuer is checked.
      - The node's services must go by this CA before, or they refuse the router. So it must be among those that
        M(hybrid.jfrog.tls_ca_certificate) has put on the node, or be Access's own CA.
    type: str
  ca_path:
    description: File on the controller with the CA's certificate. A relative path is seen from the inventory's folder.
    type: str
  cas:
    description:
      - The CAs that the node's services go by, as they are given to M(hybrid.jfrog.tls_ca_certificate).
      - Where neither O(ca) nor O(ca_path) is given, the one among them that issued the certificate is taken for it, and
        a certificate that none of them issued is warned about.
      - In check mode they count as supplied, because M(hybrid.jfrog.tls_ca_certificate) has only predicted that.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the CA.
        type: str
        required: true
      content:
        description: One certificate in PEM form.
        type: str
      path:
        description: File on the controller with the certificate. A relative path is seen from the inventory's folder.
        type: str
  address:
    description:
      - The node's address, which the certificate has to be issued for.
      - By default, C(shared.node.ip) of the node's system.yaml. Where that is not set, the address is not checked.
    type: str
  node_url:
    description:
      - URL of the node's router as the node itself reaches it, for example V(https://127.0.0.1:8082).
      - The certificate is read there. Without it, only the bootstrap folder and the ledger tell.
    type: str
  days_left:
    description: How many days before its end the certificate is warned about.
    type: int
    default: 30
  names:
    description:
      - Common names of the certificate's subject.
      - This is set on the way to the node; do not set it yourself.
    type: list
    elements: str
  issuer_sha256:
    description:
      - SHA-256 of the CA's certificate.
      - This is set on the way to the node; do not set it yourself.
    type: str
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - What lay in the bootstrap folder before is kept in C(hybrid.jfrog/backups/server_certificate) of the node.
    Once the router shows the new certificate, only the last of the private keys there stays.
seealso:
  - module: hybrid.jfrog.tls_ca_certificate
  - module: hybrid.jfrog.artifactory_service
"""

EXAMPLES = r"""
- name: Make the node's services go by the company's CA
  hybrid.jfrog.tls_ca_certificate:
    certificates:
      - name: company
        path: tls/company-ca.pem
  become: true

- name: Give the router its certificate
  hybrid.jfrog.server_certificate:
    certificate_path: "tls/{{ inventory_hostname }}.crt"
    private_key_path: "tls/{{ inventory_hostname }}.key"
    ca_path: tls/company-ca.pem
    node_url: https://127.0.0.1:8082
  become: true
"""

RETURN = r"""
certificate:
  description:
    - The certificate. On the node itself only its SHA-256 is known; the rest is added on the controller.
  returned: success
  type: dict
  contains:
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
    days_left:
      description: Days until its end.
      type: int
    state:
      description: V(ok) or V(expiring).
      type: str
  sample:
    sha256: 5be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f4471
    subject: CN=10.20.0.5
    issuer: CN=Company CA 2026
    serial: 1f0a22bc
    not_before: "2026-01-01T00:00:00Z"
    not_after: "2027-01-01T00:00:00Z"
    days_left: 40
    state: ok
verdict:
  description: What the witnesses say, before a change. C(state) is V(in_order), V(drifted) or V(unknown).
  returned: success
  type: dict
  sample: {state: in_order, reason: the router shows it}
evidence:
  description: What each witness said, before a change.
  returned: success
  type: dict
  contains:
    served:
      description: SHA-256 of the certificate that the router shows.
      type: str
    error:
      description: Why the router shows none.
      type: str
    pending:
      description: SHA-256 of the certificate that waits in the bootstrap folder with its key.
      type: str
    recorded:
      description: SHA-256 of what the ledger told.
      type: str
  sample: {served: null, error: the router speaks no TLS, pending: null, recorded: null}
backup_files:
  description: Where the files are kept that were written over.
  returned: success
  type: list
  elements: str
  sample: []
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [sha256]
"""

from datetime import datetime, timezone
from typing import Any, List, Mapping, Optional, Set, Tuple

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import SERVER_CERTIFICATE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import CREATE, NONE, UPDATE, Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import (
    CertificateEntry,
    CertificateFile,
    ServerCertificate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pem import der_sha256
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.tls.server_certificate import (
    judge_server_certificate,
    refuse_other_address,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import (
    certificate_files,
    ledger,
    server_certificate,
    system_yaml,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Supply the pair unless the witnesses agree that the router has it."""
    certificate, private_key = content_of(params)
    wanted = der_sha256(certificate)
    layout = layouts.require(params["artifactory_home"])
    folder = server_certificate.require_folder(layout)
    refuse_other_address(params["names"] or [], address_of(params, layout))
    seen = look(layout, params["node_url"], private_key)
    recorded = ledger.read(layout)
    entry = recorded["certificates"].get(server_certificate.FACT)
    due = server_certificate.start_is_due(layout, recorded)
    verdict = judge_server_certificate(seen, entry, wanted, tls=None, due=due)
    change = change_of(seen, entry, wanted) if verdict.drifted else Change(NONE)
    warnings = [f"The server certificate was left as it is: {verdict.reason}."] if verdict.unknown else []
    backup_files = []
    if change.changed:
        warnings += warnings_of_trust(layout, params["issuer_sha256"], check_mode=check_mode)
        if not check_mode:
            backup_files = server_certificate.supply(layout, certificate, private_key, wanted, now)
    return Outcome(
        change,
        facts={
            "certificate": {"sha256": wanted},
            "verdict": {"state": verdict.state, "reason": verdict.reason},
            "evidence": {
                "served": sha256_of(seen["served"]),
                "error": seen["error"],
                "pending": sha256_of(seen["pending"]),
                "recorded": entry["sha256"] if entry else None,
            },
            "backup_files": [str(path) for path in backup_files],
        },
        warnings=warnings,
        subject=str(folder / server_certificate.CERTIFICATE),
    )


def content_of(params: Mapping[str, Any]) -> Tuple[str, str]:
    """The pair. Paths were replaced by what is in the files on the controller."""
    for name in ("certificate", "private_key"):
        if params[name] is None:
            raise CertificateError(f"Cannot supply a server certificate: {name} is missing. Give it.")
    return params["certificate"], params["private_key"]


def address_of(params: Mapping[str, Any], layout: Layout) -> Optional[str]:
    """The node's own word, when the controller had none to check the certificate against."""
    if params["address"] is not None or params["names"] is None or layout.system_yaml is None:
        return None
    return system_yaml.read(layout.system_yaml).get("shared.node.ip")


def look(layout: Layout, node_url: Optional[str], private_key: str) -> ServerCertificate:
    """What the router shows, and what waits. A certificate that waits with another key does not count."""
    seen = server_certificate.observe(layout, node_url)
    if seen["pending"] is not None and not server_certificate.holds_key(layout, private_key):
        return {**seen, "pending": {**seen["pending"], "sha256": None}}
    return seen


def change_of(seen: ServerCertificate, entry: Optional[CertificateEntry], wanted: str) -> Change:
    """The managed fact before and after a supply."""
    known = sha256_of(seen["pending"]) or sha256_of(seen["served"]) or (entry["sha256"] if entry else None)
    if known is None:
        return Change(CREATE, after={"sha256": wanted})
    return Change(UPDATE, before={"sha256": known if known != wanted else None}, after={"sha256": wanted})


def warnings_of_trust(layout: Layout, issuer: Optional[str], *, check_mode: bool) -> List[str]:
    """Raises CertificateError when the node's services would refuse the router; check mode only warns, because what
    makes them accept it may have been predicted a moment ago."""
    if issuer is None or issuer in known_authorities(layout):
        return []
    if check_mode:
        return [
            "The node's services do not go by the CA of the server certificate now. Unless tls_ca_certificate gives it "
            "to them before, the certificate is refused outside check mode."
        ]
    raise CertificateError(
        "Cannot supply the server certificate: the node's services do not go by its CA, so they would refuse the "
        "router after its next start. Give the CA to tls_ca_certificate first."
    )


def known_authorities(layout: Layout) -> Set[Optional[str]]:
    """The CAs that the node's services go by, by SHA-256. They learn Access's own by themselves (node-files.md 4)."""
    access = certificate_files.access_keys(layout)
    files = [*certificate_files.in_folder(layout.tls_trusted), access["ca"], access["pending_ca"]]
    return {file["sha256"] for file in files if file is not None}


def sha256_of(file: Optional[CertificateFile]) -> Optional[str]:
    return file["sha256"] if file is not None else None


def main() -> None:
    module = create_module(SERVER_CERTIFICATE_OPTIONS)
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

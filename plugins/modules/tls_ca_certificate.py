#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: tls_ca_certificate
short_description: Make the services of a node accept TLS servers of a CA
version_added: 1.0.0
description:
  - Puts CA certificates into the folder C(etc/security/keys/trusted) of a node. Its services accept TLS servers whose
    certificates these CAs issued, when they are the client.
  - This is about encrypted connections only. It makes nobody an administrator, and is not what makes the tokens of
    another deployment valid. That is done with M(hybrid.jfrog.trusted_certificate), which uses another folder,
    C(access/keys/trusted), with a name that is easily mistaken for this one. A certificate that is known to sign tokens
    is refused here.
  - The folder is compared by the certificates in it, not by the names of its files. A certificate that is there under
    another name, or in a file with several, is in order.
  - The certificates are checked on the controller before anything is written. A private key, an expired certificate, a
    certificate that is no CA's and several certificates in one text are refused.
  - The files stay in the folder, so they are the truth. Every node of an Edge needs them, because they are not copied
    from node to node.
  - The services read the folder when they start, so a change is recorded as a restart that is due. The module
    M(hybrid.jfrog.artifactory_service) does it.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.attributes
options:
  certificates:
    description: The CA certificates. Each has a O(certificates[].content) or a O(certificates[].path).
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name of the CA, which is the name of a new file without its ending.
        type: str
        required: true
      content:
        description:
          - One certificate in PEM form.
          - A CA's certificate, or that of a server that signed its own.
        type: str
      path:
        description: File on the controller with the certificate. A relative path is seen from the inventory's folder.
        type: str
  prune:
    description:
      - Whether to take away all files that hold other certificates.
      - They are kept in the folder C(hybrid.jfrog/backups/tls_ca_certificate) of the node, which no service reads.
        A file without a certificate is never touched.
    type: bool
    default: false
  days_left:
    description: How many days before its end a certificate is warned about.
    type: int
    default: 30
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - Several certificates in one text are refused here, although such a file is understood on the node. Each is told when
    it ends, and goes by its name.
seealso:
  - module: hybrid.jfrog.trusted_certificate
  - module: hybrid.jfrog.server_certificate
  - module: hybrid.jfrog.artifactory_service
"""

EXAMPLES = r"""
- name: Make the node's services accept servers of the company's CA
  hybrid.jfrog.tls_ca_certificate:
    certificates:
      - name: company-2026
        path: tls/company-ca-2026.pem
      - name: company-2027
        content: "{{ company_ca_2027 }}"
  become: true

- name: Accept nothing but the new CA
  hybrid.jfrog.tls_ca_certificate:
    certificates:
      - name: company-2027
        content: "{{ company_ca_2027 }}"
    prune: true
  become: true
"""

RETURN = r"""
certificates:
  description:
    - The wanted certificates.
    - On the node itself only name, file and SHA-256 are known; the rest is added on the controller.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the CA.
      type: str
    file:
      description: File in the folder that holds it at the end, or would.
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
    days_left:
      description: Days until its end.
      type: int
    state:
      description: V(ok) or V(expiring).
      type: str
  sample:
    - name: company-2026
      file: company-2026.crt
      sha256: 5be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f4471
      subject: CN=Company CA 2026
      issuer: CN=Company CA 2026
      serial: 1f0a22bc
      not_before: "2026-01-01T00:00:00Z"
      not_after: "2027-01-01T00:00:00Z"
      days_left: 40
      state: ok
superfluous:
  description: Files with a certificate that nobody asked for, before a change.
  returned: success
  type: list
  elements: str
  sample: [old-proxy.crt]
removed:
  description: Files that were taken away, or would be.
  returned: success
  type: list
  elements: str
  sample: []
backup_files:
  description: Where the files are kept that were taken away or written over.
  returned: success
  type: list
  elements: str
  sample: []
drift:
  description: Names of the managed facts that differed. Here these are the names of files.
  returned: success
  type: list
  elements: str
  sample: [company-2026.crt]
"""

from datetime import datetime, timezone
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import TLS_CA_CERTIFICATE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import CertificateError
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.file_name import check_name
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.observed import CertificateFile
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.pem import der_sha256
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.tls.tls_trust import (
    ENDING,
    judge_tls_trust,
    refuse_token_issuers,
    superfluous,
    token_issuers_among,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import certificate_files, ledger, tls_ca_certificate
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout

Named = Tuple[str, str]


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Write what is missing, and with prune remove what is superfluous."""
    texts = {sha256_of(item): item["content"] for item in params["certificates"]}
    wanted = [(check_name(item["name"], "a TLS CA certificate"), sha256_of(item)) for item in params["certificates"]]
    layout = layouts.require(params["artifactory_home"])
    refuse_token_issuers(wanted, issuers(layout))
    seen = certificate_files.in_folder(layout.tls_trusted)
    change = judge_tls_trust(seen, wanted, prune=params["prune"])
    backup_files = []
    if change.changed and not check_mode:
        backup_files = tls_ca_certificate.supply(layout, change, texts, now)
    return Outcome(
        change,
        facts={
            "certificates": facts(seen, wanted, change),
            "superfluous": superfluous(seen, wanted),
            "removed": [name for name, held in change.after.items() if held is None],
            "backup_files": [str(path) for path in backup_files],
        },
        subject=str(layout.tls_trusted),
    )


def sha256_of(item: Mapping[str, Any]) -> str:
    """SHA-256 of one item. A path was replaced by its content on the controller."""
    if item["content"] is None:
        raise CertificateError(f"Cannot use '{item['name']}' as a TLS CA certificate: it has no content. Give it.")
    return der_sha256(item["content"])


def issuers(layout: Layout) -> Dict[str, str]:
    """Whose tokens are signed with what the node knows."""
    waiting = certificate_files.in_folder(layout.trusted)
    return token_issuers_among(certificate_files.access_keys(layout), waiting, ledger.read(layout))


def facts(seen: Sequence[CertificateFile], wanted: Sequence[Named], change: Change) -> List[Dict[str, Any]]:
    """The wanted certificates and the file that holds each at the end."""
    files = [(file["file"], file["sha256"]) for file in seen if file["file"] not in change.after]
    files += [(file, sha256) for file, sha256s in change.after.items() for sha256 in sha256s or []]
    held = {sha256: file for file, sha256 in files}
    return [{"name": name, "file": held.get(sha256, name + ENDING), "sha256": sha256} for name, sha256 in wanted]


def main() -> None:
    module = create_module(TLS_CA_CERTIFICATE_OPTIONS)
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: access_ca_certificate
short_description: Give Access on an Artifactory Edge a CA of one's own, or let it renew its own
version_added: 1.0.0
description:
  - Access is the certificate authority that signs the certificates of the Edge's nodes for TLS.
  - With O(state=present), a CA certificate and its private key are supplied through the bootstrap folder of a node.
    Access takes them into its database at the next start. The pair is checked on the controller before.
  - With O(state=renewed), Access makes a new CA of its own at the next start when the one in use has expired, or is
    about to. The marker that asks for it is taken back after that start, because each further start would make
    another CA.
  - The truth is what the Edge shows by REST. Without O(edge_url) the copy in C(access/keys/ca.crt) counts, which is
    weaker evidence, because only a start of the same node writes it.
  - Let M(hybrid.jfrog.artifactory_service) follow, which also notes the proof, and removes the files that the product
    left. Where others restart the node, this module does so at its next run.
  - A second run changes nothing, whether the change waits for the start or is in use. An interrupted renewal is
    finished by the next run and not begun again.
  - One node of an Edge is enough, because its nodes share one database, and a renewal must be asked for on one node
    only. The other nodes have to be started again, too.
author:
  - hybrid.jfrog contributors (@hybrid-jfrog)
extends_documentation_fragment:
  - hybrid.jfrog.node
  - hybrid.jfrog.edge
  - hybrid.jfrog.pair
  - hybrid.jfrog.pair.access
  - hybrid.jfrog.attributes
  - hybrid.jfrog.attributes.api
options:
  state:
    description:
      - V(present) for a CA of one's own, V(renewed) for one of Access's making.
    type: str
    choices: [present, renewed]
    default: present
  certificate:
    description:
      - The CA certificate in PEM form.
      - Mutually exclusive with O(certificate_path); one of the two is required with O(state=present).
    type: str
  renew_when_days_left:
    description:
      - With O(state=renewed), renew the CA when it is valid for this many days or less.
      - V(0) renews it when it has expired.
    type: int
    default: 0
  force:
    description:
      - With O(state=renewed), renew the CA whatever its validity is.
      - Each run renews it again after the renewal of the one before was done.
    type: bool
    default: false
  needed:
    description:
      - Whether the CA has to be renewed.
      - This is set on the way to the node from the validity of the CA; do not set it yourself.
    type: bool
attributes:
  idempotent:
    support: partial
    details:
      - With O(force=true), the CA is renewed again by every run after a start.
notes:
  - With TLS, other products and load balancers that talk to the Edge need the new CA certificate. The result lists
    that under RV(consequences), and has the certificate under RV(certificate) once it is in use.
  - Artifactory 6.x has no such CA.
seealso:
  - module: hybrid.jfrog.artifactory_service
  - module: hybrid.jfrog.tls_ca_certificate
  - module: hybrid.jfrog.access_config
  - name: Establish TLS
    description: JFrog's page on TLS in the platform.
    link: https://docs.jfrog.com/installation/docs/establish-tls-in-artifactory-and-jfrog-platform
"""

EXAMPLES = r"""
- name: Let our own CA sign the certificates of the Edge's nodes
  hybrid.jfrog.access_ca_certificate:
    certificate_path: pki/lyon.ca.crt
    private_key_path: pki/lyon.ca.key
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ edge_access_token }}"
  become: true

- name: Renew the CA that Access made, a month before it expires
  hybrid.jfrog.access_ca_certificate:
    state: renewed
    renew_when_days_left: 30
  become: true
"""

RETURN = r"""
certificate:
  description:
    - The CA certificate that is in use, or will be after the next start. That of a renewal is known after the start.
  returned: success
  type: dict
  sample:
    sha256: 5be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f4471
    subject: CN=lyon CA
    issuer: CN=lyon CA
    serial: 1f0a22bc
    not_before: "2026-01-01T00:00:00Z"
    not_after: "2036-01-01T00:00:00Z"
    pem: "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n"
state:
  description: V(in_use), or V(waiting) when the next start takes the pair, or makes the new CA.
  returned: success
  type: str
  sample: waiting
restart_due:
  description: Whether a restart is due for it.
  returned: success
  type: bool
  sample: true
verdict:
  description: What was found, before a change. C(state) is V(in_order) or V(drifted).
  returned: success
  type: dict
  sample: {state: drifted, reason: the CA has to be renewed}
evidence:
  description:
    - Who says what was in use before a change, V(rest) for the Edge itself and V(copy) for the file on the node, which
      is weaker.
  returned: success
  type: str
  sample: rest
consequences:
  description: Who needs the new CA certificate, in sentences.
  returned: success
  type: list
  elements: str
  sample: []
backup:
  description: Folder on the node in which somebody else's pair was kept that was replaced.
  returned: when one was replaced
  type: str
  sample: /opt/jfrog/artifactory/var/hybrid.jfrog/backups/access_ca_certificate
copy:
  description: The copy of the CA certificate on the node, before a change.
  returned: success
  type: dict
  sample: {file: ca.crt, sha256: 0f343b09, der: MIID}
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [sha256, state]
"""

from datetime import datetime, timezone
from typing import Any, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter import pair_module
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import ACCESS_CA_CERTIFICATE_OPTIONS
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.bootstrap_pair import REPORT, WAITING
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.ca_renewal import (
    Renewal,
    consequences,
    judge_renewal,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import UPDATE, Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import ConflictError, LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import bootstrap_pair, ca_renewal, ledger
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.bootstrap_pair import AUTHORITY, Place

WHAT = "the CA of Access"


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Supply the pair or order the renewal; or note the proof; or leave all as it is."""
    layout = layouts.require(params["artifactory_home"])
    if layout.generation == layouts.SIX:
        raise LayoutError(
            f"Cannot supply {WHAT} to {layout.home}: Artifactory 6.x has no such CA, and no bootstrap folder for "
            "certificates. Leave it out for this node, or upgrade to 7.x."
        )
    place = Place(layout, AUTHORITY)
    if params["state"] == "renewed":
        return ensure_renewed(place, params, now=now, check_mode=check_mode)
    return ensure_present(place, params, now=now, check_mode=check_mode)


def ensure_present(place: Place, params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """A CA of one's own. What would make another one at the next start goes first."""
    wanted = pair_module.wanted_pair(params)
    recorded, served = ledger.read(place.layout), pair_module.served_sha256(params)
    renewing = ca_renewal.look(place.layout, recorded, served=served)
    refuse_marker(renewing, params)
    seen = bootstrap_pair.look(place, recorded, served=served, key=wanted.private_key)
    judged = pair_module.judged(seen, wanted, params, WHAT)
    change = without_marker(judged.change) if renewing.marker else judged.change
    further = {}
    if change.changed and not check_mode:
        if renewing.marker:
            ca_renewal.withdraw(place.layout)
        further = pair_module.carry_out(place, judged, wanted, seen, now)
    told = consequences(wanted.sha256)
    return pair_module.outcome(place, change, judged.verdict, by=seen.by, consequences=told, further=further)


def ensure_renewed(place: Place, params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """A new CA of Access's own making, once."""
    recorded, served = ledger.read(place.layout), pair_module.served_sha256(params)
    seen = ca_renewal.look(place.layout, recorded, served=served)
    pair = bootstrap_pair.look(place, recorded, served=served)
    if pair.waits and not pair.is_proven:
        raise ConflictError(
            f"Cannot renew {WHAT}: a pair waits in {place.folder} for a start, which would bring another CA. Start the "
            "node first, or move that pair away."
        )
    judged = judge_renewal(seen, needed=bool(params["needed"]), on_unknown=params["on_unknown"])
    if judged.verdict.unknown:
        raise pair_module.undecided(WHAT, judged.verdict)
    if judged.change.changed and not check_mode:
        if judged.order and seen.in_use is not None:
            ca_renewal.order(place.layout, seen.in_use, now)
        if judged.confirm:
            ledger.write(place.layout, ca_renewal.confirm(place.layout, recorded, now))
    told, further = consequences(None), {}
    if judged.change.after["state"] == WAITING:
        further = {"certificate": None}
    return pair_module.outcome(place, judged.change, judged.verdict, by=pair.by, consequences=told, further=further)


def without_marker(change: Change) -> Change:
    """The change with the marker among the managed facts: it would make another CA at the next start."""
    return Change(UPDATE, {**change.before, "reset_ca_keys": True}, {**change.after, "reset_ca_keys": False})


def refuse_marker(renewing: Renewal, params: Mapping[str, Any]) -> None:
    """Raises ConflictError for a marker that this collection did not write."""
    if renewing.marker and renewing.recorded is None and params["on_unknown"] == REPORT:
        raise ConflictError(
            f"Cannot supply {WHAT}: a marker reset_ca_keys lies in the bootstrap folder that this collection did not "
            "write, so every start makes a new CA. Remove it, or set on_unknown to supply."
        )


def main() -> None:
    module = create_module(ACCESS_CA_CERTIFICATE_OPTIONS)
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

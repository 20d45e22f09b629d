#!/usr/bin/python
# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: token_signing_certificate
short_description: Give an Artifactory Edge a token signing pair of one's own
version_added: 1.0.0
description:
  - Supplies the root certificate and its private key, with which Access signs all access tokens, through the bootstrap
    folder of a node. Access takes them into its database at the next start.
  - The pair is checked on the controller before anything is written. It must belong together, be RSA, be a CA
    certificate that may sign, and stay valid for seven days at least.
  - With the previous root certificate kept, which is the default, it is first supplied as a trusted certificate, and
    imported, so that the tokens that were issued so far stay valid. Without it all of them end.
  - The truth is what the Edge shows by REST. Without O(edge_url) the copy in C(access/keys/root.crt) counts, which is
    weaker evidence, because only a start of the same node writes it.
  - The pair is in use after the next start. Let M(hybrid.jfrog.artifactory_service) follow, which also notes the proof
    and removes the files if the product left them. Where others restart the node, this module does so at its next run.
  - A second run changes nothing, whether the pair waits for the start or is in use.
  - One node of an Edge is enough, because its nodes share one database. The other nodes have to be started again, too.
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
  certificate:
    description:
      - The root certificate in PEM form.
      - Mutually exclusive with O(certificate_path), and one of the two is required.
    type: str
  keep_previous:
    description:
      - Whether to keep the root certificate trusted that is in use so far, so that its tokens stay valid.
      - Whoever has its private key can make tokens that this Edge accepts, and there is no documented way to take that
        back. If the private key was stolen, set it to V(false) and O(acknowledge_tokens_end) to V(true).
    type: bool
    default: true
  acknowledge_tokens_end:
    description:
      - Whether it is agreed that all access tokens of the Edge end.
      - Needed on an Edge that has started, when the previous root certificate is not kept.
    type: bool
    default: false
  wait_timeout:
    description:
      - How many seconds the Edge may take to import the previous root certificate, before the new pair is supplied.
      - It is waited for when the Edge has answered at O(edge_url).
    type: int
    default: 120
attributes:
  idempotent:
    support: full
notes:
  - Every peer that trusts this Edge's tokens needs the new root certificate; a platform in the cloud gets it through
    JFrog Support. The result lists that under RV(consequences).
  - On Artifactory 6.x there is no bootstrap folder for certificates, and Access refuses to start with another key than
    its database knows. Only a pair of its own making can be asked for, by an empty file
    C(access/etc/bootstrap.reset_root_keys) and a restart.
seealso:
  - module: hybrid.jfrog.artifactory_service
  - module: hybrid.jfrog.trusted_certificate
  - module: hybrid.jfrog.root_certificate_info
  - name: Custom token certificates
    description: JFrog's page on token signing pairs of one's own.
    link: https://docs.jfrog.com/installation/docs/custom-token-certificates
"""

EXAMPLES = r"""
- name: Sign the tokens of the Edge with a pair of our own, and keep the tokens valid that are in use
  hybrid.jfrog.token_signing_certificate:
    certificate_path: pki/lyon.root.crt
    private_key_path: pki/lyon.root.key
    edge_url: https://edge-lyon.example.com
    edge_access_token: "{{ edge_access_token }}"
  become: true

- name: Let all tokens end, because the private key was stolen
  hybrid.jfrog.token_signing_certificate:
    certificate_path: pki/lyon.new-root.crt
    private_key_path: pki/lyon.new-root.key
    keep_previous: false
    acknowledge_tokens_end: true
  become: true
"""

RETURN = r"""
certificate:
  description: The root certificate that is in use, or will be after the next start.
  returned: success
  type: dict
  sample:
    sha256: 5be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f44715be2a0c19d3f4471
    subject: CN=lyon token issuer
    issuer: CN=lyon token issuer
    serial: 1f0a22bc
    not_before: "2026-01-01T00:00:00Z"
    not_after: "2036-01-01T00:00:00Z"
    pem: "-----BEGIN CERTIFICATE-----\n...\n-----END CERTIFICATE-----\n"
state:
  description: V(in_use), or V(waiting) when the next start takes the pair.
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
  sample: {state: drifted, reason: "another one is in use (0f343b0931126a20)"}
evidence:
  description:
    - Who says what was in use before a change, V(rest) for the Edge itself and V(copy) for the file on the node, which
      is weaker.
  returned: success
  type: str
  sample: rest
previous:
  description: The root certificate that is replaced, and under which name it is kept trusted.
  returned: when another one was in use
  type: dict
  sample:
    sha256: 0f343b0931126a20f133d67c2b018a3b5c1e2d3f4a5b6c7d8e9f0a1b2c3d4e5f
    name: previous-root-0f343b09
    kept: true
consequences:
  description: What the next start means for tokens and peers, in sentences.
  returned: success
  type: list
  elements: str
  sample: []
backup:
  description: Folder on the node in which somebody else's pair was kept that was replaced.
  returned: when one was replaced
  type: str
  sample: /opt/jfrog/artifactory/var/hybrid.jfrog/backups/token_signing_certificate
copy:
  description: The copy of the root certificate on the node, before a change.
  returned: success
  type: dict
  sample: {file: root.crt, sha256: 0f343b09, der: MIID}
drift:
  description: Names of the managed facts that differed.
  returned: success
  type: list
  elements: str
  sample: [previous_root_trusted, sha256, state]
"""

import time
from datetime import datetime, timezone
from typing import Any, Dict, Mapping

from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter import pair_module
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.module import Outcome, create_module, run
from ansible_collections.hybrid.jfrog.plugins.module_utils._adapter.node_options import (
    TOKEN_SIGNING_CERTIFICATE_OPTIONS,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.access.token_signing import (
    Previous,
    consequences,
    demand_overlap,
    previous_root,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.change import CREATE, NONE, UPDATE, Change
from ansible_collections.hybrid.jfrog.plugins.module_utils._domain.errors import LayoutError
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import (
    bootstrap_pair,
    files,
    ledger,
    trusted_certificate,
)
from ansible_collections.hybrid.jfrog.plugins.module_utils._node import layout as layouts
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.bootstrap_pair import SIGNING, Place
from ansible_collections.hybrid.jfrog.plugins.module_utils._node.layout import Layout

WHAT = "the token signing pair"


def ensure(params: Mapping[str, Any], *, now: datetime, check_mode: bool) -> Outcome:
    """Keep the previous root trusted, then supply the pair; or note the proof; or leave all as it is."""
    wanted = pair_module.wanted_pair(params)
    layout = layouts.require(params["artifactory_home"])
    refuse_six(layout)
    place, recorded = Place(layout, SIGNING), ledger.read(layout)
    seen = bootstrap_pair.look(place, recorded, served=pair_module.served_sha256(params), key=wanted.private_key)
    judged = pair_module.judged(seen, wanted, params, WHAT)
    previous = previous_root(recorded, started=layout.ever_started(), in_use=seen.in_use)
    is_replaced = (judged.supply or seen.pending == wanted.sha256) and seen.in_use != wanted.sha256
    if judged.supply:
        demand_overlap(previous, keep=params["keep_previous"], acknowledged=params["acknowledge_tokens_end"])
    keeps = is_replaced and previous.sha256 is not None and params["keep_previous"]
    change = with_previous(judged.change, previous) if keeps else judged.change
    further: Dict[str, Any] = {}
    if change.changed and not check_mode:
        if keeps:
            keep(layout, place, previous, params, now)
        further = pair_module.carry_out(place, judged, wanted, seen, now)
    if is_replaced and previous.sha256 is not None:
        kept = keeps or previous.kept
        further["previous"] = {"sha256": previous.sha256, "name": previous.name if kept else None, "kept": kept}
    told = consequences(previous, kept=keeps or previous.kept, sha256=wanted.sha256) if is_replaced else []
    return pair_module.outcome(place, change, judged.verdict, by=seen.by, consequences=told, further=further)


def refuse_six(layout: Layout) -> None:
    """6.x has no door for a pair of one's own (node-files.md 3.4, 6)."""
    if layout.generation == layouts.SIX:
        raise LayoutError(
            f"Cannot supply {WHAT} to {layout.home}: Artifactory 6.x has no bootstrap folder for certificates, and "
            "refuses to start with another private.key in access/etc/keys than its database knows ('Provided private "
            "key and latest private key fingerprints mismatch'). It can make a new pair of its own: put an empty file "
            "access/etc/bootstrap.reset_root_keys there and start it again; or upgrade to 7.x."
        )


def with_previous(change: Change, previous: Previous) -> Change:
    """The change with the previous root among the managed facts."""
    before = {**change.before, "previous_root_trusted": previous.kept}
    after = {**change.after, "previous_root_trusted": True}
    if change.action == CREATE:
        return Change(CREATE, after=after)
    return Change(NONE if before == after else UPDATE, before, after)


def keep(layout: Layout, place: Place, previous: Previous, params: Mapping[str, Any], now: datetime) -> None:
    """Make the current root a trusted certificate before another one takes its place.

    It is waited for until the Edge has imported it, which it does only while it runs: then no moment comes in which
    tokens of the current root are refused. Raises TrustError when it takes too long; nothing was switched then.
    """
    if previous.sha256 is not None and not previous.kept:
        pem = params["served"] or files.read_text(place.copy) or ""
        trusted_certificate.supply(layout, previous.name, pem, previous.sha256, now)
    if params["served"]:
        trusted_certificate.wait_for_import(
            layout, previous.name, timeout=params["wait_timeout"], clock=time.monotonic, sleep=time.sleep
        )


def main() -> None:
    module = create_module(TOKEN_SIGNING_CERTIFICATE_OPTIONS)
    run(module, lambda: ensure(module.params, now=datetime.now(timezone.utc), check_mode=module.check_mode))


if __name__ == "__main__":
    main()

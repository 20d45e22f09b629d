# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Certificates with private keys in the plan: Access's two pairs, and the server certificate of each router."""

from __future__ import annotations

from typing import Optional

from ..access.bootstrap_inputs import unexplained
from ..access.bootstrap_pair import judge_pair, witnesses
from ..access.ca_renewal import FACT as RENEWAL
from ..certificate.demands import AUTHORITY, SERVER, SIGNING, Purpose
from ..certificate.pair import load_pair
from ..desired.shapes import CertificateAndKey
from ..errors import CertificateError
from ..observed import SIX, Node
from ..settings.node_ids import ADDRESS
from ..tls.server_certificate import judge_on
from ..tls.tls_switch import missing_issuer
from ..verdict import UNKNOWN, Verdict
from .access import node_with_patch
from .settings import wanted_settings
from .shapes import (
    ACCESS_CA_CERTIFICATE,
    ACCESS_CONFIG,
    DISRUPTIVE,
    SERVER_CERTIFICATE,
    TOKEN_SIGNING_CERTIFICATE,
    EdgeView,
    Judged,
)

# What the change of a pair means to others, and the playbook that does it when they are prepared.
_CONSEQUENCES = {
    ACCESS_CA_CERTIFICATE: (
        "other products and load balancers distrust the nodes until they have the new ca.crt",
        "rotate_access_ca.yml",
    ),
    TOKEN_SIGNING_CERTIFICATE: (
        "all access tokens end but those that the previous root certificate signed and keeps alive, and every peer "
        "needs the new one",
        "rotate_root_certificate.yml",
    ),
}


def judge_pairs(view: EdgeView) -> Judged:
    """What the inventory gives is checked as a whole only when it is to be supplied: a fleet has many keys."""
    judged = Judged()
    _judge_shared(view, judged, ACCESS_CA_CERTIFICATE, view.edge.access_ca, AUTHORITY)
    _judge_shared(view, judged, TOKEN_SIGNING_CERTIFICATE, view.edge.token_signing, SIGNING)
    _note_unexplained(view, judged)
    for host, node in view.nodes.items():
        wanted = view.edge.of_nodes[host].server_certificate if host in view.edge.of_nodes else None
        if wanted is not None:
            _judge_server(view, judged, host, node, wanted)
    return judged


def _note_unexplained(view: EdgeView, judged: Judged) -> None:
    """What waits for a start and is not judged elsewhere.

    Somebody may want it so where the inventory does not manage it, and is told. Where it does, this would undo it, and
    a person has to look; but not twice on the node by which the managed fact is judged.
    """
    edge = view.edge
    managed = {
        TOKEN_SIGNING_CERTIFICATE: edge.token_signing is not None,
        ACCESS_CA_CERTIFICATE: edge.access_ca is not None,
        RENEWAL: edge.access_ca is not None,
        ACCESS_CONFIG: bool(edge.access_config) or edge.tls is not None,
    }
    judged_by = {
        TOKEN_SIGNING_CERTIFICATE: _node_with_pair(view, TOKEN_SIGNING_CERTIFICATE),
        ACCESS_CA_CERTIFICATE: _node_with_pair(view, ACCESS_CA_CERTIFICATE),
        ACCESS_CONFIG: node_with_patch(view),
    }
    for found in unexplained(view.nodes):
        is_managed = managed[found.fact]
        if not (is_managed and found.host is not None and found.host == judged_by.get(found.fact)):
            judged.finding(found.what, found.reason, found.remedy, needs_person=is_managed)


def _judge_shared(
    view: EdgeView, judged: Judged, fact: str, wanted: Optional[CertificateAndKey], purpose: Purpose
) -> None:
    """A pair that is in the database, by the copy that a start of the node wrote; REST is asked by the module."""
    host = _node_with_pair(view, fact)
    if wanted is None or host is None:
        return
    node, which = view.nodes[host], "ca" if fact == ACCESS_CA_CERTIFICATE else "root"
    own = node["access_keys"]
    copy, pending = (own["ca"], own["pending_ca"]) if which == "ca" else (own["root"], own["pending_root"])
    key_waits = own["pending_ca_key"] if which == "ca" else own["pending_root_key"]
    judgement = judge_pair(
        witnesses(
            node["ledger"],
            fact,
            served=None,
            copy=copy["sha256"] if copy else None,
            pending=pending["sha256"] if pending else None,
            waits=pending is not None or key_waits,
            complete=key_waits,
            started_at=node["join_key"]["written_at"],
        ),
        wanted.sha256,
        on_unknown=view.edge.on_unknown,
    )
    judged.verdict(fact, judgement.verdict)
    if judgement.verdict.unknown:
        what = fact.replace("_", " ")
        judged.finding(what, judgement.verdict.reason, "Settle it on the node, or set edge_on_unknown to supply")
    elif judgement.verdict.drifted and _may_change(view, judged, fact, judgement.verdict):
        _need_pair(judged, view, fact, host, wanted, purpose, judgement.verdict, shared=True)


def _may_change(view: EdgeView, judged: Judged, fact: str, verdict: Verdict) -> bool:
    """Whether a change that others feel may be planned: on a new Edge, or in the run that is made for it."""
    if fact not in DISRUPTIVE or view.is_new or fact in view.allowed:
        return True
    means, playbook = _CONSEQUENCES[fact]
    judged.finding(fact.replace("_", " "), verdict.reason, f"Prepare for this: {means}. Then run {playbook}")
    return False


def _judge_server(view: EdgeView, judged: Judged, host: str, node: Node, wanted: CertificateAndKey) -> None:
    if node["layout"]["generation"] == SIX:
        reason = "Artifactory 6.x has no router that could take a certificate"
        judged.fact(SERVER_CERTIFICATE, UNKNOWN, reason, node=host)
        judged.finding(f"server certificate of {host}", reason, "Give it to the reverse proxy in front of the node")
        return
    verdict = judge_on(node, wanted.sha256)
    judged.verdict(SERVER_CERTIFICATE, verdict, node=host)
    if verdict.unknown:
        judged.finding(
            f"server certificate of {host}", verdict.reason, "Look into its log, and correct the certificate"
        )
    elif verdict.drifted:
        supplied = {one.name: one.content for one in view.edge.tls_ca_certificates or ()}
        issuer = missing_issuer(node, wanted.certificate, supplied)
        if issuer is not None:
            judged.finding(
                f"server certificate for {host}",
                f"its CA {issuer} is none that the node trusts, so that its services would refuse the router",
                "Put that CA into edge_tls_ca_certificates, or give a certificate of a CA that is there",
            )
            judged.stop = True
        address = wanted_settings(view, host).get(ADDRESS) or node["system_yaml"]["settings"].get(ADDRESS)
        _need_pair(judged, view, SERVER_CERTIFICATE, host, wanted, SERVER, verdict, shared=False, address=address)


def _need_pair(
    judged: Judged,
    view: EdgeView,
    fact: str,
    host: str,
    wanted: CertificateAndKey,
    purpose: Purpose,
    verdict: Verdict,
    *,
    shared: bool,
    address: Optional[str] = None,
) -> None:
    """A pair that cannot be used is told before anything is written to the Edge."""
    what = f"edge_{fact.removesuffix('_certificate')}_certificate"
    try:
        load_pair(wanted.certificate, wanted.private_key, now=view.now, what=what, purpose=purpose, address=address)
    except CertificateError as exc:
        judged.finding_of(f"{fact.replace('_', ' ')} for {host}", exc)
        judged.stop = True
        return
    judged.need(fact, host, verdict.reason, shared=shared)


def _node_with_pair(view: EdgeView, fact: str) -> Optional[str]:
    """The node on which the pair waits or was supplied before; else the first one."""
    for host, node in view.nodes.items():
        if fact in node["ledger"]["certificates"] or fact in node["ledger"]["restart_due"]:
            return host
    return view.first

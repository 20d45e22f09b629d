# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The TLS certificates that the nodes trust, as the plan needs it; what is true of that folder is in ``tls_trust``."""

from __future__ import annotations

from typing import Mapping

from ..certificate.load import load_ca
from ..errors import CertificateError
from ..tls.tls_trust import judge_tls_trust, refuse_token_issuers, superfluous, token_issuers
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN
from .shapes import TLS_CA_CERTIFICATE, TLS_CA_PRUNE, EdgeView, Judged, names


def judge_tls_trust_of_nodes(view: EdgeView) -> Judged:
    """The folder of each node. What belongs into the folder of the token issuers stops the Edge: it is a mistake."""
    judged = Judged()
    if view.edge.tls_ca_certificates is None:
        return judged
    lacking: dict[str, str] = {}
    crowded: dict[str, str] = {}
    wanted = [(certificate.name, certificate.sha256) for certificate in view.edge.tls_ca_certificates]
    for host, node in view.nodes.items():
        try:
            refuse_token_issuers(wanted, token_issuers(node))
        except CertificateError as exc:
            judged.fact(TLS_CA_CERTIFICATE, UNKNOWN, exc.msg, node=host)
            judged.finding(f"TLS CA certificate of {host}", exc.msg, "Correct edge_tls_ca_certificates")
            judged.stop = True
            continue
        change = judge_tls_trust(node["tls_ca_certificates"], wanted, prune=view.edge.tls_ca_prune)
        if not change.changed:
            judged.fact(TLS_CA_CERTIFICATE, IN_ORDER, "the node trusts the wanted certificates for TLS", node=host)
            continue
        reason = f"the folder for TLS differs: {names(change.drift)}"
        judged.fact(TLS_CA_CERTIFICATE, DRIFTED, reason, node=host, drift=change.drift)
        if judge_tls_trust(node["tls_ca_certificates"], wanted, prune=False).changed:
            lacking[host] = reason
        gone = superfluous(node["tls_ca_certificates"], wanted) if view.edge.tls_ca_prune else []
        if gone:
            crowded[host] = f"edge_tls_ca_prune is set, and nobody asked for {names(gone)}"
    if lacking or crowded:
        _need_list(judged, view, lacking, crowded)
    return judged


def _need_list(judged: Judged, view: EdgeView, lacking: Mapping[str, str], crowded: Mapping[str, str]) -> None:
    """The list is looked at only when it is to be supplied, and as a whole, as it is supplied. Of one that has ended
    and lies on every node already, the calendar tells. What is taken away has a policy of its own."""
    usable = True
    for certificate in view.edge.tls_ca_certificates or ():
        try:
            load_ca(certificate.content, now=view.now, what=f"'{certificate.name}'")
        except CertificateError as exc:
            usable = False
            remedy = f"Give its successor, or take '{certificate.name}' out of edge_tls_ca_certificates"
            judged.finding("TLS CA certificate", exc.msg, remedy)
    for host, reason in lacking.items():
        judged.need(TLS_CA_CERTIFICATE, host, reason, blocked=not usable)
    for host, reason in crowded.items():
        judged.need(TLS_CA_CERTIFICATE, host, reason, blocked=not usable, part=TLS_CA_PRUNE)

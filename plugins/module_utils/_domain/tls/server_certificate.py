# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The own server certificate of a node's router: whether it is the one that the inventory gives (node-files.md 4)."""

from __future__ import annotations

from typing import Sequence

from ..errors import CertificateError
from ..host_name import normal
from ..moment import is_later
from ..observed import CertificateEntry, CertificateFile, Node, ServerCertificate
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN, Verdict

FACT = "server_certificate"


def judge_server_certificate(
    seen: ServerCertificate,
    recorded: CertificateEntry | None,
    wanted: str,
    *,
    tls: bool | None,
    due: bool | None = None,
) -> Verdict:
    """Whether the router has the wanted certificate, given by SHA-256.

    Three witnesses count: what the router shows on its TLS port, which it read at its last start; what waits in the
    bootstrap folder for the next one; and the ledger. ``tls``: whether Access wants TLS (None: unknown); without it the
    port shows nothing. ``due``: whether the start after the supply is still to come (None: unknown). The first row
    that fits decides:

    =======================================================  ==================================================
    another one waits in the bootstrap folder                drifted: the next start would take that one
    the router shows the wanted one                          in order
    the wanted one waits, the router shows none              in order, to be read at a start, or shown with TLS
    the wanted one waits, the router shows another           in order; unknown when it has started since
    another one, or none, was supplied                       drifted
    it was supplied, the router shows none                   in order, the record counts
    it was supplied, the router shows another                in order while its start is to come, then unknown
    it was supplied and shown, the router shows another      drifted
    =======================================================  ==================================================
    """
    served, pending = _sha256(seen["served"]), _sha256(seen["pending"])
    if seen["pending"] is not None and pending != wanted:
        return Verdict(DRIFTED, "another certificate waits in the bootstrap folder in its place")
    if served == wanted:
        return Verdict(IN_ORDER, "the router shows it")
    to_come = due is not False
    if pending == wanted:
        if served is None:
            return Verdict(IN_ORDER, f"supplied; {_silence(seen, tls)}")
        if to_come:
            return Verdict(IN_ORDER, "supplied; the router shows it after its next start")
        return Verdict(
            UNKNOWN,
            "it lies in the bootstrap folder, and the router has started since and shows another one: it was refused, "
            "and router-service.log says why",
        )
    if recorded is None or recorded["sha256"] != wanted:
        instead = f"the router shows another one ({served[:16]})" if served else "it was never supplied"
        return Verdict(DRIFTED, instead)
    if served is None:
        return Verdict(IN_ORDER, f"supplied; {_silence(seen, tls)}")
    if recorded["confirmed_at"] is None:
        if to_come:
            return Verdict(IN_ORDER, "supplied; the router shows it after its next start")
        return Verdict(
            UNKNOWN,
            f"it was supplied, and the router has started since and shows another one ({served[:16]}): it was refused, "
            "or node_url leads to something in front of the router",
        )
    return Verdict(DRIFTED, f"it was supplied, and the router shows another one ({served[:16]})")


def judge_on(node: Node, wanted: str) -> Verdict:
    """The same for a node that was observed: its ledger and its last start say whether a start is still to come."""
    since = node["ledger"]["restart_due"].get(FACT)
    return judge_server_certificate(
        node["server_certificate"],
        node["ledger"]["certificates"].get(FACT),
        wanted,
        tls=node["access_config"]["settings"].get("security.tls", "false") == "true",
        due=since is not None and not is_later(node["join_key"]["written_at"], since),
    )


def refuse_other_address(names: Sequence[str], address: str | None) -> None:
    """Raises CertificateError when none of the certificate's common names is the node's address."""
    if address is None or normal(address) in {normal(name) for name in names}:
        return
    shown = ", ".join(names) or "nothing"
    raise CertificateError(
        f"Cannot use the certificate as the router's server certificate: its subject's common name is {shown}, and "
        f"must be the node's address, which is {address} in system.yaml (shared.node.ip). Make one with CN={address}, "
        "or correct the address."
    )


def _silence(seen: ServerCertificate, tls: bool | None) -> str:
    """Why the router shows no certificate."""
    if tls is False:
        return "TLS between services is off, so the router does not show it"
    return f"the router does not show it now ({seen['error']})" if seen["error"] else "the router was not asked"


def _sha256(file: CertificateFile | None) -> str | None:
    return file["sha256"] if file is not None else None

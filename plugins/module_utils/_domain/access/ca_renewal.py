# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A new CA of Access's own making, once: the marker that asks for it makes one at every start until it is taken back.

The ledger has the SHA-256 of the CA that is to go (node-files.md 4: "reset_ca_keys"). While that record is open, no
second renewal begins; it is closed, and the marker taken back, when another CA is in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, List, Optional

from ..change import NONE, UPDATE, Change
from ..moment import is_later
from ..observed import CertificateEntry, Ledger
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN, Verdict
from .bootstrap_pair import ACCESS_CA, IN_USE, REPORT, SUPPLY, UNRECORDED, WAITING

FACT: Final = f"{ACCESS_CA}:renewal"


@dataclass(frozen=True)
class Renewal:
    """What is known of a renewal; the CA by the SHA-256 of its DER form."""

    in_use: Optional[str]
    marker: bool
    recorded: Optional[CertificateEntry]
    restart_due: bool
    started_at: Optional[str]

    @property
    def is_open(self) -> bool:
        return self.recorded is not None and self.recorded["confirmed_at"] is None

    @property
    def was_started_since(self) -> bool:
        return self.recorded is not None and is_later(self.started_at, self.recorded["supplied_at"])

    @property
    def is_done(self) -> bool:
        """Whether a start has made the new CA, which the ledger does not know yet."""
        if self.recorded is None or not self.is_open or not self.was_started_since:
            return False
        return self.in_use is not None and self.in_use != self.recorded["sha256"]


@dataclass(frozen=True)
class Judgement:
    """``order``: write the marker and the record; ``confirm``: take the marker back and note the proof."""

    verdict: Verdict
    change: Change
    order: bool = False
    confirm: bool = False


def renewal(ledger: Ledger, *, in_use: Optional[str], marker: bool, started_at: Optional[str]) -> Renewal:
    """What is known of a renewal, with what the ledger tells."""
    return Renewal(in_use, marker, ledger["certificates"].get(FACT), ACCESS_CA in ledger["restart_due"], started_at)


def judge_renewal(of: Renewal, *, needed: bool, on_unknown: str = REPORT) -> Judgement:
    """Whether the CA has to be renewed. The first row that fits decides:

    ======================================================  ==================================================
    it was ordered, a start came since, another CA is used  in order: the marker is taken back
    it was ordered, a start came since, the same CA is used unknown: the product did not do it
    it was ordered, marker and due restart are there        in order, the next start makes the CA
    it was ordered, and one of them is not there            drifted: ordered again, by the same record
    a marker lies there that nobody here knows of           unknown
    the CA has to be renewed, and cannot be seen            unknown
    the CA has to be renewed                                drifted
    anything else                                           in order
    ======================================================  ==================================================

    With ``on_unknown`` "supply", an order that was not carried out is given again, and an unknown marker is no
    obstacle.
    """
    if of.is_done:
        return _of(of, Verdict(IN_ORDER, "the CA was renewed by the last start"), confirm=True)
    if of.is_open and of.was_started_since and on_unknown != SUPPLY:
        why = "a renewal was ordered, and the node has started since, but the same CA is in use or none can be seen"
        return _of(
            of, Verdict(UNKNOWN, f"{why}. Look into access-service.log; to order it again, set on_unknown to supply")
        )
    if of.is_open and not of.was_started_since:
        if of.marker and of.restart_due:
            return _of(of, Verdict(IN_ORDER, "the next start makes a new CA"))
        return _of(of, Verdict(DRIFTED, "a renewal was ordered, but a run ended before all was written"), order=True)
    if of.marker and not of.is_open and on_unknown != SUPPLY:
        why = "a marker reset_ca_keys lies there that this collection did not write: every start makes a new CA"
        return _of(of, Verdict(UNKNOWN, f"{why}. Remove it, or set on_unknown to supply"))
    if of.in_use is None and needed:
        return _of(of, Verdict(UNKNOWN, "its CA cannot be seen: Access has not started here, or give edge_url"))
    if needed or of.is_open:
        return _of(of, Verdict(DRIFTED, "the CA has to be renewed"), order=True)
    return _of(of, Verdict(IN_ORDER, "the CA does not have to be renewed yet"))


def consequences(sha256: Optional[str]) -> List[str]:
    """Who has to get another CA, before it is used (node-files.md 4 "Spreading trust")."""
    which = (
        f"the new CA certificate ({sha256[:16]})" if sha256 else "the new CA certificate, once the start has made it"
    )
    return [
        f"With TLS, every other product that talks to this Edge needs {which} from etc/access/keys/ca.crt in its own "
        "etc/security/keys/trusted, and load balancers have to import it. The Edge's own nodes learn it by themselves.",
    ]


def _of(of: Renewal, verdict: Verdict, *, order: bool = False, confirm: bool = False) -> Judgement:
    replaced = of.recorded["sha256"] if of.recorded is not None and of.is_open else of.in_use
    waiting = of.is_open and not of.is_done
    state = IN_USE if not waiting else WAITING if of.marker and of.restart_due else UNRECORDED
    before = {"sha256": of.in_use, "state": state}
    if confirm:
        return Judgement(verdict, Change(UPDATE, {"sha256": replaced, "state": WAITING}, before), confirm=True)
    if order:
        return Judgement(verdict, Change(UPDATE, before, {"sha256": of.in_use, "state": WAITING}), order=True)
    return Judgement(verdict, Change(NONE, before, before))

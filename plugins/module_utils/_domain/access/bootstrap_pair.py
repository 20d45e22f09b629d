# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""A certificate and key of Access's own that were or are to be supplied through the bootstrap folder.

The truth is in Access's database (node-files.md 3.3), which REST shows: ``cert/root`` and ``cert/ca``. The files in
``etc/access/keys`` are copies that a start writes: weaker evidence, because a node that was not started since an other
one of its Edge took a new pair still has the old copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Optional

from ..change import CREATE, NONE, UPDATE, Change
from ..moment import is_later
from ..observed import CertificateEntry, Ledger
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN, Verdict

TOKEN_SIGNING: Final = "token_signing_certificate"  # noqa: S105, the name of a fact
ACCESS_CA: Final = "access_ca_certificate"

IN_USE = "in_use"
WAITING = "waiting"
UNRECORDED = "unrecorded"  # it waits, but a run ended before all was written
UNKNOWN_STATE = "unknown"

REPORT = "report"
SUPPLY = "supply"
SERVED = "rest"
COPY = "copy"


@dataclass(frozen=True)
class Witnesses:
    """What is known of one pair; certificates by the SHA-256 of their DER form."""

    served: Optional[str]  # by REST; None: not asked
    copy: Optional[str]  # the file in etc/access/keys
    pending: Optional[str]  # the certificate in the bootstrap folder
    waits: bool  # anything of a pair lies in the bootstrap folder
    complete: bool  # the certificate and the key that belongs to it lie there
    recorded: Optional[CertificateEntry]
    restart_due: bool
    started_at: Optional[str]  # when the node last started

    @property
    def in_use(self) -> Optional[str]:
        """The certificate that is in use; None when that cannot be told."""
        return self.served or self.copy

    @property
    def by(self) -> Optional[str]:
        """Who says so."""
        return SERVED if self.served else COPY if self.copy else None

    @property
    def was_started_since(self) -> bool:
        return self.recorded is not None and is_later(self.started_at, self.recorded["supplied_at"])

    def is_recorded(self, sha256: Optional[str]) -> bool:
        return self.recorded is not None and self.recorded["sha256"] == sha256

    @property
    def is_of_others(self) -> bool:
        """Whether somebody else's pair waits. Our key without a certificate is what an interrupted run leaves."""
        if not self.waits or self.is_recorded(self.pending):
            return False
        return self.pending is not None or not (self.complete or self.recorded is not None)

    @property
    def is_proven(self) -> bool:
        """Whether what was supplied is in use, which the ledger does not know yet, or lies there still."""
        if self.recorded is None or not self.is_recorded(self.in_use) or not self.was_started_since:
            return False
        return self.recorded["confirmed_at"] is None or (self.waits and self.pending == self.in_use)


@dataclass(frozen=True)
class Judgement:
    """``supply``: write the pair; ``withdraw``: take away what waits; ``confirm``: note the proof and clean up."""

    verdict: Verdict
    change: Change
    supply: bool = False
    withdraw: bool = False
    confirm: bool = False


def witnesses(
    ledger: Ledger,
    fact: str,
    *,
    served: Optional[str],
    copy: Optional[str],
    pending: Optional[str],
    waits: bool,
    complete: bool,
    started_at: Optional[str],
) -> Witnesses:
    """What is known of a pair, with what the ledger tells of its fact."""
    return Witnesses(
        served=served,
        copy=copy,
        pending=pending,
        waits=waits,
        complete=complete,
        recorded=ledger["certificates"].get(fact),
        restart_due=fact in ledger["restart_due"],
        started_at=started_at,
    )


def judge_pair(of: Witnesses, wanted: str, *, on_unknown: str = REPORT) -> Judgement:
    """Whether Access uses the wanted pair. The first row that fits decides:

    ==========================================================  ======================================
    it was supplied, a start came since, and it is in use       in order, the proof is noted
    it is in use, and no other one waits                        in order
    it waits whole and recorded, and a restart is due           in order, the next start takes it
    it waits otherwise                                          drifted: written again
    it is in use, and our earlier pair waits                    drifted: what waits is taken away
    a pair of somebody else's waits                             unknown, or replaced on request
    it was supplied, a start came since, another one is in use  unknown: the product did not take it
    anything else                                               drifted
    ==========================================================  ======================================
    """
    if of.in_use == wanted and of.is_proven:
        return _of(of, wanted, Verdict(IN_ORDER, "it is in use since the last start"), confirm=True)
    if of.in_use == wanted and (not of.waits or of.pending == wanted):
        return _of(of, wanted, Verdict(IN_ORDER, _told("it is in use", of)))
    if of.pending == wanted and not of.was_started_since:
        if of.complete and of.is_recorded(wanted) and of.restart_due:
            return _of(of, wanted, Verdict(IN_ORDER, "it waits for the next start"))
        return _of(of, wanted, Verdict(DRIFTED, "it waits, but a run ended before all was written"), supply=True)
    if of.is_of_others and on_unknown != SUPPLY:
        which = of.pending[:16] if of.pending else "without a certificate"
        why = f"another pair waits for a start ({which}), of somebody else's"
        return _of(of, wanted, Verdict(UNKNOWN, why))
    if of.in_use == wanted:
        return _of(of, wanted, Verdict(DRIFTED, "it is in use, but another pair waits for a start"), withdraw=True)
    if _was_not_taken(of, wanted) and on_unknown != SUPPLY:
        why = f"it was supplied, and the node has started since, but {_other(of)}"
        return _of(of, wanted, Verdict(UNKNOWN, why))
    return _of(of, wanted, Verdict(DRIFTED, _other(of)), supply=True)


def _was_not_taken(of: Witnesses, wanted: str) -> bool:
    if of.recorded is None or not of.is_recorded(wanted) or not of.was_started_since:
        return False
    return of.recorded["confirmed_at"] is None and of.in_use is not None


def _of(
    of: Witnesses,
    wanted: str,
    verdict: Verdict,
    *,
    supply: bool = False,
    withdraw: bool = False,
    confirm: bool = False,
) -> Judgement:
    before, after = _before(of, wanted), {"sha256": wanted, "state": WAITING}
    if verdict.unknown or not (supply or withdraw or confirm):
        return Judgement(verdict, Change(NONE, before, before))
    if not supply:
        after = {"sha256": wanted, "state": IN_USE}
        before = {"sha256": wanted if confirm else of.pending, "state": WAITING}
    nothing = of.in_use is None and not of.waits
    change = Change(CREATE, after=after) if nothing else Change(UPDATE, before, after)
    return Judgement(verdict, change, supply, withdraw, confirm)


def _before(of: Witnesses, wanted: str) -> dict[str, Optional[str]]:
    if of.waits and not of.was_started_since:
        whole = of.complete and of.is_recorded(of.pending) and of.restart_due
        return {"sha256": of.pending, "state": WAITING if whole else UNRECORDED}
    if of.in_use is None:
        return {"sha256": None, "state": UNKNOWN_STATE}
    return {"sha256": of.in_use, "state": IN_USE}


def _other(of: Witnesses) -> str:
    if of.in_use is None:
        return "what is in use cannot be told: Access has not started here"
    return _told(f"another one is in use ({of.in_use[:16]})", of)


def _told(what: str, of: Witnesses) -> str:
    """With the weakness of the evidence named."""
    return what if of.by == SERVED else f"{what}, by the node's own copy"

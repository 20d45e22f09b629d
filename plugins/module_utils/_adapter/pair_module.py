# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the modules for pairs of Access's own have in common on the node."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, List, Mapping, Optional

from .._domain.access.bootstrap_pair import IN_USE, SUPPLY, WAITING, Judgement, Witnesses, judge_pair
from .._domain.change import Change
from .._domain.errors import CertificateError, ConflictError
from .._domain.pem import der_sha256
from .._domain.verdict import Verdict
from .._node import bootstrap_pair, certificate_files, ledger
from .._node.bootstrap_pair import Place
from .module import Outcome


@dataclass(frozen=True)
class Wanted:
    """The pair that was asked for, as the controller checked it."""

    certificate: str
    private_key: str = field(repr=False)
    sha256: str


def wanted_pair(params: Mapping[str, Any]) -> Wanted:
    """The pair of the options. Raises CertificateError where one half is missing, or is no certificate."""
    if not (params["certificate"] and params["private_key"]):
        raise CertificateError(
            "Cannot supply the pair: certificate and private_key belong together. Give both, as texts or as files."
        )
    return Wanted(params["certificate"], params["private_key"], der_sha256(params["certificate"]))


def served_sha256(params: Mapping[str, Any]) -> Optional[str]:
    """The certificate that REST showed to the controller."""
    return der_sha256(params["served"]) if params["served"] else None


def judged(seen: Witnesses, wanted: Wanted, params: Mapping[str, Any], what: str) -> Judgement:
    """The judgement. Raises ConflictError where a person has to look first."""
    found = judge_pair(seen, wanted.sha256, on_unknown=params["on_unknown"])
    if found.verdict.unknown:
        raise undecided(what, found.verdict)
    return found


def carry_out(place: Place, found: Judgement, wanted: Wanted, seen: Witnesses, now: datetime) -> Dict[str, Any]:
    """Do what was judged. Further facts of the result."""
    if found.supply:
        kept = bootstrap_pair.supply(
            place, wanted.certificate, wanted.private_key, wanted.sha256, now, replaced=seen.is_of_others
        )
        return {"backup": str(kept)} if kept else {}
    if found.withdraw:
        bootstrap_pair.withdraw(place)
    if found.confirm:
        ledger.write(place.layout, bootstrap_pair.confirm(place, ledger.read(place.layout), now))
    return {}


def undecided(what: str, verdict: Verdict) -> ConflictError:
    """The error for an unknown state: nothing was written."""
    told = (
        verdict.reason
        if verdict.reason.endswith(SUPPLY)
        else f"{verdict.reason}. Settle it, or set on_unknown to supply"
    )
    return ConflictError(f"Cannot supply {what}: {told}.")


def outcome(
    place: Place,
    change: Change,
    verdict: Verdict,
    *,
    by: Optional[str],
    consequences: List[str],
    further: Mapping[str, Any],
) -> Outcome:
    """The result on the node; the controller adds what the certificates say."""
    state = change.after.get("state", IN_USE)
    return Outcome(
        change,
        facts={
            "certificate": {"sha256": change.after.get("sha256")},
            "state": state,
            "restart_due": state == WAITING,
            "verdict": {"state": verdict.state, "reason": verdict.reason},
            "evidence": by,
            "consequences": consequences if state == WAITING else [],
            "copy": certificate_files.first_of(place.copy),
            **further,
        },
        subject=str(place.certificate),
    )

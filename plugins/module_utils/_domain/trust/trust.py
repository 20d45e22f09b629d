# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""How an Edge and the platform come to trust each other, and whether one trusts the other's root certificate."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import TrustError
from ..pairing import ALWAYS, NEVER
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN, Verdict
from ..version import PAIRING_TOKEN_SINCE, supports_pairing_token

AUTO = "auto"
PAIRING_TOKEN = "pairing_token"  # noqa: S105
JOIN_KEY = "join_key"
CIRCLE_OF_TRUST = "circle_of_trust"
METHODS = (PAIRING_TOKEN, JOIN_KEY, CIRCLE_OF_TRUST)
REQUESTS = (AUTO, *METHODS)

# node-files.md 3.1: only what was not imported yet can be taken back.
PERMANENT = "once imported it cannot be withdrawn: the product documents no way to"

_SINCE = ".".join(str(number) for number in PAIRING_TOKEN_SINCE)


@dataclass(frozen=True)
class TrustChoice:
    """The trust method, and why it is this one."""

    method: str
    reason: str


def choose_method(requested: str, version: str | None, *, acknowledged: bool, rest_only: bool = False) -> TrustChoice:
    """The trust method for an Edge of this version.

    "auto" takes a pairing token where the Edge has them, else a circle of trust, which needs the acknowledgement
    because each side becomes a full administrator of the other (control-plane-api.md 3.4). ``rest_only``: nothing can
    be put into files of the Edge's nodes, which every method but a pairing token takes. Raises TrustError.
    """
    supported = supports_pairing_token(version)
    if requested == AUTO and supported is None:
        raise _impossible(
            "Cannot choose a trust method: the version of the Edge is not known",
            "Make the Edge reachable, or set edge_trust_method",
        )
    if requested == PAIRING_TOKEN and supported is False:
        raise _impossible(
            f"Cannot pair with a pairing token: Artifactory {version} is older than {_SINCE}, which brought them",
            "Upgrade the Edge, or set edge_trust_method to auto or circle_of_trust",
        )
    if rest_only and requested not in (AUTO, PAIRING_TOKEN):
        raise _impossible(
            f"Cannot join the Edge by {requested}: that puts a file on its nodes, and edge_node_access is none",
            f"Set edge_trust_method to auto or {PAIRING_TOKEN}, which takes Artifactory {_SINCE} or newer",
        )
    if rest_only and not supported and requested == AUTO:
        raise _impossible(
            f"Cannot join the Edge: Artifactory {version} is older than pairing tokens ({_SINCE}), every other way "
            "puts a file on its nodes, and edge_node_access is none",
            "Upgrade the Edge, or give the run its nodes with edge_node_access full",
        )
    if requested == AUTO:
        if supported:
            return TrustChoice(PAIRING_TOKEN, f"Artifactory {version} has pairing tokens (since {_SINCE})")
        return _circle(
            f"Artifactory {version} is older than pairing tokens ({_SINCE})", acknowledged, "upgrade the Edge"
        )
    if requested == CIRCLE_OF_TRUST:
        return _circle("edge_trust_method asks for it", acknowledged, "set edge_trust_method to auto")
    return TrustChoice(requested, "edge_trust_method asks for it")


def _circle(reason: str, acknowledged: bool, instead: str) -> TrustChoice:
    if not acknowledged:
        raise _impossible(
            f"Cannot use a circle of trust ({reason}): it makes the platform and the Edge full administrators of each "
            "other, and nobody has agreed to that",
            f"Set edge_circle_of_trust_acknowledged to true, or {instead}",
        )
    return TrustChoice(CIRCLE_OF_TRUST, reason)


def _impossible(happened: str, remedy: str) -> TrustError:
    return TrustError(f"{happened}. {remedy}.", happened=happened, remedy=remedy)


def judge_trusted_certificate(
    probe: bool | None,
    pending: str | None,
    recorded: str | None,
    wanted: str,
    *,
    repair: str,
    truster: str = "the Edge",
    issuer: str = "the platform",
) -> Verdict:
    """Whether a deployment trusts the wanted root certificate; ``truster`` and ``issuer`` are the two in words.

    The file is swallowed and the truth is in a database, so three witnesses count (node-files.md 3.1):
    ``probe``: does the service accept the peer now (None: not asked); ``pending``: SHA-256 of the file that waits
    in the trusted folder; ``recorded``: SHA-256 of what the ledger says was supplied. The first row that fits decides:

    =====================================================  ==================================
    the wanted certificate waits in the folder             in order, to be imported
    another one waits in its place                         drifted
    the policy is to supply always                         drifted
    another one was supplied                               drifted: the peer has a new root
    the probe accepts the peer                             in order
    no supply is recorded                                  drifted
    the probe was not possible                             in order, the record counts
    the probe refuses the peer, the policy is never        unknown: told not to repair
    the probe refuses the peer                             drifted
    =====================================================  ==================================
    """
    if pending is not None:
        if pending == wanted:
            return Verdict(IN_ORDER, "supplied; the service has not imported it yet")
        return Verdict(DRIFTED, "another certificate waits in the trusted folder in its place")
    if repair == ALWAYS:
        return Verdict(DRIFTED, "edge_repair is always, so it is supplied on every run")
    if recorded is not None and recorded != wanted:
        return Verdict(DRIFTED, f"{issuer} has another root certificate than was supplied ({recorded[:16]})")
    if probe:
        return Verdict(IN_ORDER, f"{truster} accepts {issuer}")
    if recorded is None:
        return Verdict(DRIFTED, f"the root certificate of {issuer} was never supplied")
    if probe is None:
        return Verdict(IN_ORDER, f"supplied; whether {truster} accepts {issuer} could not be asked")
    if repair == NEVER:
        return Verdict(UNKNOWN, f"supplied, but {truster} does not accept {issuer}; edge_repair is never")
    return Verdict(DRIFTED, f"supplied, but {truster} does not accept {issuer} any more")


@dataclass(frozen=True)
class Withdrawal:
    """What it takes that a certificate is not trusted. ``imported``: it was, and that cannot be undone."""

    verdict: Verdict
    imported: bool


def judge_withdrawal(probe: bool | None, pending: str | None, recorded: str | None) -> Withdrawal:
    """Whether a certificate that is not to be trusted still waits, or was imported; witnesses as above.

    A file that waits under the name of another certificate that was supplied earlier says that the earlier one was
    imported, and so does a peer that is accepted.
    """
    imported = probe is True or (recorded is not None and recorded != pending)
    if pending is not None:
        return Withdrawal(Verdict(DRIFTED, "it waits for its import, so taking the file away un-does it"), imported)
    if imported:
        return Withdrawal(Verdict(DRIFTED, f"it was imported into the database, and {PERMANENT}"), True)
    return Withdrawal(Verdict(IN_ORDER, "nothing waits under this name, and no supply is recorded"), False)

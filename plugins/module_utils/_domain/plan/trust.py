# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The trust between an Edge and the platform, as the plan needs it; what is true of trust is in ``trust``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..errors import TrustError
from ..trust.support_request import is_cloud
from ..trust.trust import AUTO, CIRCLE_OF_TRUST, JOIN_KEY, PERMANENT, choose_method, judge_trusted_certificate
from ..url import host
from ..verdict import DRIFTED, IN_ORDER, UNKNOWN, Verdict
from .shapes import TRUSTED_CERTIFICATE, EdgeView, Judged

PAIRED = "paired"
BROKEN = "pairing broken"
NOT_REGISTERED = "not registered"
BY_JOIN_KEY = "registered with the join key"
BOTH_WAYS = "trusted both ways"
WAITING = "waiting for the platform"
NOT_YET = "the Edge does not trust the platform"
NOT_KNOWN = "not known"
NOT_DECIDED = "not decided"


@dataclass
class JudgedTrust(Judged):
    """The judgement, and the method that it is about; None when there is none to be had."""

    method: Optional[str] = None
    reason: str = ""


def judge_trust(view: EdgeView) -> JudgedTrust:
    """The trust method, and for a circle of trust both directions."""
    judged = JudgedTrust()
    try:
        choice = choose_method(
            view.edge.trust_method,
            view.version,
            acknowledged=view.edge.acknowledged,
            rest_only=view.edge.rest_only,
        )
    except TrustError as exc:
        judged.reason = str(exc.details["happened"])
        if view.edge.trust_method != AUTO or view.version is not None:
            judged.finding_of("trust method", exc)
            judged.stop = True
        return judged
    judged.method, judged.reason = choice.method, choice.reason
    if choice.method == CIRCLE_OF_TRUST:
        _judge_trusted_certificate(view, judged)
        _judge_trusted_by_platform(view, judged, ours=view.owns_platform)
    return judged


def trust_state(view: EdgeView, method: str | None, status: str | None, *, broken: bool) -> str:
    """The trust in two or three words; ``status`` None: the Edge has no JPD, or that could not be read."""
    if method is None:
        return NOT_DECIDED
    if method == CIRCLE_OF_TRUST:
        return _circle_state(view)
    if not view.platform["reachable"]:
        return NOT_KNOWN
    if status is None:
        return NOT_REGISTERED
    if broken:
        return BROKEN
    return BY_JOIN_KEY if method == JOIN_KEY else PAIRED


def _circle_state(view: EdgeView) -> str:
    trusts = view.seen["trusts_platform"] if view.seen else None
    trusted = view.seen["trusted_by_platform"] if view.seen else None
    if trusts is False:
        return NOT_YET
    if trusted is False:
        return WAITING
    return BOTH_WAYS if trusts and trusted else NOT_KNOWN


def _judge_trusted_certificate(view: EdgeView, judged: JudgedTrust) -> None:
    root = view.platform["root_certificate"]
    if root is None:
        reason = view.platform["error"] or "the platform's root certificate could not be read"
        judged.fact(TRUSTED_CERTIFICATE, UNKNOWN, reason)
        judged.need(TRUSTED_CERTIFICATE, view.first, reason, blocked=True)
        if view.platform["reachable"]:
            judged.finding("trusted certificate", reason, "Correct that at the platform; the Edge has to trust it")
        return
    probe = view.seen["trusts_platform"] if view.seen else None
    wanted = str(root["sha256"])
    verdict = judge_trusted_certificate(
        probe, _pending(view, wanted), _recorded(view, wanted), wanted, repair=view.edge.repair
    )
    if verdict.drifted and probe is None and view.unreachable:
        verdict = Verdict(UNKNOWN, "the Edge could not be asked, and not all its nodes could be read")
    judged.verdict(TRUSTED_CERTIFICATE, verdict)
    if verdict.drifted:
        judged.need(TRUSTED_CERTIFICATE, view.first, f"{verdict.reason}; {PERMANENT}")
    elif verdict.unknown and probe is False:
        judged.finding("trusted certificate", verdict.reason, "Set edge_repair to when_broken to supply it again")


def _judge_trusted_by_platform(view: EdgeView, judged: JudgedTrust, *, ours: bool) -> None:
    """The other direction. On SaaS it is not ours to change (control-plane-api.md 4): waiting for it is no drift."""
    trusted = view.seen["trusted_by_platform"] if view.seen else None
    if trusted is None:
        reason = (view.seen["error"] if view.seen else None) or "whether the platform trusts the Edge was not asked"
        judged.fact("trusted_by_platform", UNKNOWN, reason)
    elif trusted:
        judged.fact("trusted_by_platform", IN_ORDER, "the platform accepts the Edge")
    elif ours:
        reason = "the self-hosted platform does not trust the Edge's root certificate"
        judged.fact("trusted_by_platform", DRIFTED, reason, drift=["trusted_by_platform"])
        if not judged.has_need(TRUSTED_CERTIFICATE):  # one step does both directions
            judged.need(TRUSTED_CERTIFICATE, view.first, f"{reason}; {PERMANENT}")
    else:
        _wait_for_platform(view, judged)


def _wait_for_platform(view: EdgeView, judged: JudgedTrust) -> None:
    if view.unrequested and not judged.has_need(TRUSTED_CERTIFICATE):
        reason = "the request that makes the platform trust the Edge is not written yet"
        judged.fact("support_request", DRIFTED, reason, drift=["support_request"])
        judged.need(TRUSTED_CERTIFICATE, view.first, reason)
    remedy = "Send the support request that was written for this Edge to JFrog Support"
    if not is_cloud(view.platform["url"]):
        remedy = (
            "On a self-hosted platform, put its nodes into the group platform_nodes, or the Edge's root.crt "
            "into its folder access/keys/trusted; on JFrog SaaS, send the support request that was written for this "
            "Edge to JFrog Support"
        )
    judged.finding("trust", f"{WAITING}: it does not trust the Edge's root certificate yet", remedy, needs_person=False)


def _pending(view: EdgeView, wanted: str) -> str | None:
    """The certificate that waits under the platform's name in a trusted folder; the wanted one, if there are two."""
    own = f"{_name(view)}.crt"
    waiting = [
        item["sha256"] or "no certificate"
        for node in view.nodes.values()
        for item in node["trusted_certificates"]
        if item["file"] == own
    ]
    return wanted if wanted in waiting else next(iter(waiting), None)


def _recorded(view: EdgeView, wanted: str) -> str | None:
    """The certificate that a ledger says was supplied: the Edge has one database, so any node's ledger counts."""
    name = _name(view)
    ledgers = [node["ledger"]["trusted_certificates"] for node in view.nodes.values()]
    supplied = [str(entries[name]["sha256"]) for entries in ledgers if name in entries]
    return wanted if wanted in supplied else next(iter(supplied), None)


def _name(view: EdgeView) -> str:
    """The name under which the role trusted_certificate supplies the platform's certificate."""
    return host(view.platform["url"]) or ""

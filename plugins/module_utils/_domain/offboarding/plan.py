# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""The plan of one Edge: pure, and the same for the first run and for one that goes on where another was killed."""

from __future__ import annotations

from typing import List, Optional, Tuple

from ..errors import ConflictError
from ..health import UNREACHABLE
from ..observed import Jpd
from .belongings import licenses_of, sources_of, tokens_of
from .left import left_behind, remembered, waits_for_stop
from .refusal import closed, refusal, registered, under_way
from .shapes import (
    FEDERATION,
    GONE,
    JPD,
    KEYS,
    LEDGER,
    LICENSE,
    ON_EACH_NODE,
    PAIRING,
    PLANNED,
    RECORD,
    REFUSED,
    RESTART,
    STEPS,
    STOP,
    TOKENS,
    TRUST,
    Centre,
    Leaving,
    Plan,
    Step,
)


def plan_edge(edge: Leaving, centre: Centre) -> Plan:
    """What happens to this Edge, why, and what stays."""
    refused = refusal(edge, centre)
    if refused is not None:
        return Plan(edge.name, REFUSED, refused.reason, refused.remedy)
    try:
        jpd = registered(edge, centre)
    except ConflictError as exc:
        return Plan(edge.name, REFUSED, exc.details["happened"], exc.details["remedy"])
    found = _Steps(edge, centre, jpd)
    steps = found.all()
    if not steps:
        reason = "nothing of it is left at the platform, nor to be done on its nodes"
        return Plan(edge.name, GONE, reason, left=remembered(edge, centre))
    return Plan(edge.name, PLANNED, steps=steps, left=left_behind(edge, centre, jpd), work=found.work)


class _Steps:
    """The steps of one Edge, in their order."""

    def __init__(self, edge: Leaving, centre: Centre, jpd: Optional[Jpd]) -> None:
        self._edge, self._centre, self._jpd = edge, centre, jpd
        self._begun = under_way(edge)
        recorded = (record["jpd_id"] for record in edge.records.values() if record is not None)
        self._id = jpd["id"] if jpd is not None else next((one for one in recorded if one is not None), None)
        self._sources = [one for one in sources_of(edge, jpd, centre) if one.host is not None]
        self._tokens = tokens_of(edge, centre)
        self._licenses = licenses_of(edge, self._id, centre)
        self._ended = jpd is None and closed(edge, centre)

    @property
    def work(self) -> dict[str, object]:
        """What the steps need to know."""
        begun = self._begun
        return {
            "name": self._edge.name,
            "url": self._edge.wanted.url,
            "nodes": list(self._edge.nodes),
            "dead": self._without_nodes,
            "jpd_id": self._id,
            "federation": [source.facts() for source in self._sources],
            "tokens": self._tokens,
            "buckets": sorted(self._licenses),
            "sides": self._sides(),
            "certificate": self._edge.certificate,
            "trusts_platform": begun["trusts_platform"] if begun else self._edge.rest["trusts_platform"],
            "trusted_by_platform": begun["trusted_by_platform"] if begun else self._edge.rest["trusted_by_platform"],
            "last": self._edge.nodes[0],
        }

    def all(self) -> List[Step]:
        reasons = {
            FEDERATION: self._federation(),
            TOKENS: self._revoked(),
            PAIRING: self._pairing(),
            STOP: self._stop(),
            LICENSE: self._released(),
            JPD: self._unregistered(),
            TRUST: self._trust(),
            KEYS: self._keys(),
            RESTART: self._restart(),
        }
        if not self._without_nodes and (self._begun is not None or any(reasons.values())) and not self._ended:
            reasons[RECORD] = self._record()
            reasons[LEDGER] = "the nodes note that the Edge has left the platform, so that a later onboarding is new"
        return [Step(name, reasons[name], self._hosts(name)) for name in STEPS if reasons.get(name)]

    @property
    def _without_nodes(self) -> bool:
        return self._edge.wishes.dead or self._edge.rest_only

    def _hosts(self, step: str) -> Tuple[str, ...]:
        if step == STOP:
            return tuple(host for host in self._edge.nodes if not self._stands_still(host))
        if step == TRUST:
            return self._trust_hosts()
        return self._edge.nodes if step in ON_EACH_NODE else self._edge.nodes[:1]

    def _federation(self) -> str:
        if not self._sources:
            return ""
        told = ", ".join(f"{one.name} to {', '.join(str(t['name']) for t in one.targets)}" for one in self._sources)
        return f"Access Federation goes from {told}"

    def _revoked(self) -> str:
        if not self._tokens:
            return ""
        count = {side: sum(token["of"] == side for token in self._tokens) for side in ("edge", "platform")}
        return f"{count['edge']} of our tokens on the Edge and {count['platform']} at the platform still work"

    def _sides(self) -> List[str]:
        """The side whose master token it is comes first: once that is revoked, the other one is worth nothing."""
        edge = ["edge"] if self._edge.answers and not self._ended else []
        return [*edge, *(["platform"] if self._jpd is not None else [])]

    def _pairing(self) -> str:
        if self._sides() == ["edge", "platform"]:
            return "the platform may hold a master token of the Edge, which lets it do all that it needs there"
        if self._sides() == ["edge"]:
            return "the Edge is not registered, and may still have given a master token to the platform"
        if self._sides() == ["platform"] and self._edge.wishes.dead:
            return "the platform holds a pairing with a host that is gone"
        return ""

    def _record(self) -> str:
        if self._begun is not None:
            return f"the Edge was left at {self._begun['left_at']}, by an earlier run"
        return "that tokens and pairing are revoked cannot be proven once the Edge stands still"

    def _stop(self) -> str:
        running = [host for host in self._edge.nodes if not self._stands_still(host)]
        leaving = self._jpd is not None or self._begun is not None
        if self._without_nodes or not running or not leaving:
            return ""
        if self._licenses:
            return "the platform releases licences only of a JPD that is OFFLINE"
        return "" if self._edge.wishes.restart else "an Edge that has left the platform serves nobody"

    def _stands_still(self, host: str) -> bool:
        node = self._edge.seen.get(host)
        if node is None:
            return True
        if node["service"]["running"] is None:
            return node["health"] is not None and node["health"]["state"] == UNREACHABLE
        return not node["service"]["running"]

    def _released(self) -> str:
        if waits_for_stop(self._edge, self._jpd, self._licenses):
            return ""
        counted = ", ".join(f"{count} of '{name}'" for name, count in sorted(self._licenses.items()))
        return f"it holds licences of the platform: {counted}" if counted else ""

    def _unregistered(self) -> str:
        if waits_for_stop(self._edge, self._jpd, self._licenses):
            return ""
        return f"it is registered as {self._jpd['id']}, {self._jpd['status']['code']}" if self._jpd is not None else ""

    def _trust_hosts(self) -> Tuple[str, ...]:
        """The nodes that have something under the platform's name; one does what is to be done at the platform."""
        name = self._edge.certificate
        holders = [
            host
            for host, node in self._edge.seen.items()
            if name in node["ledger"]["trusted_certificates"]
            or any(one["file"] == f"{name}.crt" for one in node["trusted_certificates"])
        ]
        first = self._edge.nodes[:1] if self._at_platform() else ()
        return tuple(host for host in self._edge.nodes if host in holders or host in first)

    def _at_platform(self) -> bool:
        """Whether a certificate may wait on the platform's own node, or a request for it on the controller."""
        supplied = self._centre.owned and (self._jpd is not None or self._begun is not None)
        return supplied or self._edge.requested

    def _trust(self) -> str:
        return "the Edge and the platform may trust each other's tokens" if self._trust_hosts() else ""

    def _keys(self) -> str:
        if not self._edge.wishes.remove_keys or self._edge.wishes.dead:
            return ""
        with_keys = any(node["master_key"]["present"] or node["join_key"]["live"] for node in self._edge.seen.values())
        return "edge_offboard_remove_keys asks for it; copies are kept" if with_keys else ""

    def _restart(self) -> str:
        if not self._edge.wishes.restart or self._edge.wishes.dead or self._ended:
            return ""
        still = [host for host in self._edge.nodes if self._stands_still(host)]
        return "edge_offboard_restart asks for it" if still or self._stop() else ""

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the judges of the plan read and return: one Edge as seen in this run, facts, needs and findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Iterable, List, Mapping, Optional, Sequence, Tuple

from ..deployment import Registered
from ..desired.shapes import DesiredEdge
from ..errors import ConflictError, EdgeError
from ..health import HEALTHY
from ..observed import EdgeSeen, Jpd, Node, Platform
from ..verdict import Verdict
from ..version import parse

MASTER_KEY = "master_key"
JOIN_KEY = "join_key"
SYSTEM_YAML = "system_yaml"
TLS_CA_CERTIFICATE = "tls_ca_certificate"
SERVER_CERTIFICATE = "server_certificate"
ACCESS_CA_CERTIFICATE = "access_ca_certificate"
TOKEN_SIGNING_CERTIFICATE = "token_signing_certificate"  # noqa: S105
ACCESS_CONFIG = "access_config"
TLS = "tls"
RESTART = "restart"
ARTIFACTORY_LICENSE = "artifactory_license"
TRUSTED_CERTIFICATE = "trusted_certificate"
BASE_URL = "base_url"
JPD = "jpd"
JPD_LICENSE = "jpd_license"
SIGNING_KEY = "signing_key"
TRUSTED_SIGNING_KEY = "trusted_signing_key"
ACCESS_FEDERATION = "access_federation"

# The order in which changes are carried out: what a start reads before the start, TLS trust before what is to be
# trusted, and that before TLS is switched on; trust, and the base URL that a pairing token carries, before
# registration; and after it what Mission Control does with a registered Edge.
STEPS = (
    MASTER_KEY,
    JOIN_KEY,
    SYSTEM_YAML,
    TLS_CA_CERTIFICATE,
    SERVER_CERTIFICATE,
    ACCESS_CA_CERTIFICATE,
    TOKEN_SIGNING_CERTIFICATE,
    ACCESS_CONFIG,
    TLS,
    RESTART,
    ARTIFACTORY_LICENSE,
    TRUSTED_CERTIFICATE,
    BASE_URL,
    JPD,
    JPD_LICENSE,
    SIGNING_KEY,
    TRUSTED_SIGNING_KEY,
    ACCESS_FEDERATION,
)
# What takes effect at a start.
READ_AT_START = STEPS[STEPS.index(SYSTEM_YAML) : STEPS.index(RESTART)]
# What is done over REST, and so needs none of the Edge's nodes.
OVER_REST = (ARTIFACTORY_LICENSE, *STEPS[STEPS.index(BASE_URL) :])
# What can be carried out on a node in one execution, under this name, when it is the first that a host has to do. The
# restart is one of them on an Edge of one node; those of an HA Edge take turns.
NODE = "node"
TOGETHER = (
    MASTER_KEY,
    JOIN_KEY,
    SYSTEM_YAML,
    TLS_CA_CERTIFICATE,
    SERVER_CERTIFICATE,
    ACCESS_CONFIG,
    RESTART,
)
# What the inventory may name in an Edge's policy: the steps, and a part of one that takes something away.
TLS_CA_PRUNE = "tls_ca_prune"
POLICY_NAMES = (*STEPS, TLS_CA_PRUNE)
# What breaks something that works, for others too: it is planned only when the run allows it, or on a new Edge.
DISRUPTIVE = (ACCESS_CA_CERTIFICATE, TOKEN_SIGNING_CERTIFICATE, TLS)

# The state of a node, an Edge or a platform that gave no answer; beside the three of ``verdict``.
UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class EdgeView:
    """Everything that this run knows of one Edge.

    ``nodes`` are those that were read and have Artifactory, in the inventory's order; ``empty`` those without it.
    ``absent`` are nodes that belong to the Edge but not to this run.
    ``unrequested``: the support request of a circle of trust is not written, as an interrupted run leaves it.
    ``owns_platform``: nodes of a self-hosted platform are in the inventory, through which it can be made to trust us.
    ``rotating``: a rotation of its join key has begun and not ended.
    ``staged_join_key`` was made for the store of the Edge, which has not got its name yet.
    ``allowed``: disruptive steps that this run may plan for an Edge that has started.
    ``approved``: what this run may do where the policy of the Edge is to ask.
    ``group_prefix`` begins the names of the groups into which hosts with work are put.
    """

    edge: DesiredEdge
    platform: Platform
    registered: Registered
    seen: Optional[EdgeSeen]
    nodes: Mapping[str, Node]
    now: datetime
    empty: Mapping[str, Node] = field(default_factory=dict)
    unreachable: Mapping[str, str] = field(default_factory=dict)
    absent: Tuple[str, ...] = ()
    onboarding: bool = False
    unrequested: bool = False
    rotating: bool = False
    staged_join_key: Optional[str] = field(default=None, repr=False)
    owns_platform: bool = False
    allowed: Tuple[str, ...] = ()
    approved: Tuple[str, ...] = ()
    group_prefix: str = "edge_plan"

    @property
    def first(self) -> Optional[str]:
        """The node that does what is done once per Edge; without access to nodes, the host that stands for them."""
        return next(iter(self.edge.nodes if self.edge.rest_only else self.nodes), None)

    @property
    def is_new(self) -> bool:
        """Whether no node of the Edge has ever started, as far as they were read. Where none can be, some node has."""
        return not self.edge.rest_only and not any(node["service"]["ever_started"] for node in self.nodes.values())

    @property
    def version(self) -> Optional[str]:
        """The version that the Edge tells, else the lowest that lies on its nodes' disks."""
        if self.seen is not None and self.seen["version"]:
            return self.seen["version"]
        readable = [(numbers, text) for numbers, text in map(_numbers, self.nodes.values()) if numbers]
        return min(readable)[1] if readable else None

    @property
    def jpd(self) -> Optional[Jpd]:
        """The Edge's JPD. None as well when it is in doubt which one that is: the judge of JPDs tells, and stops."""
        return self.registered.find(self.edge.deployment, adopt_by_name=self.edge.adopt_by_name)

    @property
    def is_registered(self) -> Optional[bool]:
        """Whether the Edge has a JPD; None when the platform does not answer, or ``jpd`` is in doubt."""
        if not self.platform["reachable"]:
            return None
        try:
            jpd = self.registered.match(self.edge.deployment, adopt_by_name=self.edge.adopt_by_name)
        except ConflictError:
            return None
        return jpd is not None

    @property
    def waits_for_start(self) -> bool:
        """Whether a node does not serve, or is due for a start: the Edge may answer at the turn of a later step."""
        return any(
            node["health"] is None or node["health"]["state"] != HEALTHY or bool(node["ledger"]["restart_due"])
            for node in self.nodes.values()
        )

    def unread(self, fact: str) -> Optional[str]:
        """Why the Edge did not tell this fact; None when it told it, or was not asked."""
        return self.seen.get("unread", {}).get(fact) if self.seen is not None else None


@dataclass(frozen=True)
class Need:
    """A step that a fact needs.

    ``blocked``: it cannot be done now, and so nothing that comes after it. ``shared``: it is done on one node, and
    takes effect at the next start of each. ``later``: it follows when all other steps are done and the Edge was looked
    at again. ``part``: the name that policy has for it, where it is not that of the step. ``final``: it cannot be taken
    back, and the inventory does not ask for just this. ``after``: steps without which it would do harm or be in vain.
    """

    step: str
    host: Optional[str]
    reason: str
    blocked: bool = False
    shared: bool = False
    later: bool = False
    part: Optional[str] = None
    final: bool = False
    after: Tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What policy calls it."""
        return self.part or self.step

    @property
    def key(self) -> Tuple[Any, ...]:
        """What stays of it when the reason is told differently."""
        return self.later, self.step, self.host, self.part, self.after


@dataclass
class Judged:
    """What one judge says. ``stop``: nothing may be changed on this Edge."""

    facts: List[dict[str, Any]] = field(default_factory=list)
    needs: List[Need] = field(default_factory=list)
    findings: List[dict[str, Any]] = field(default_factory=list)
    stop: bool = False

    def fact(self, name: str, state: str, reason: str, *, node: str | None = None, drift: Sequence[str] = ()) -> None:
        """Note what was judged; ``drift`` names what differs."""
        self.facts.append({"fact": name, "node": node, "state": state, "drift": list(drift), "reason": reason})

    def verdict(self, name: str, verdict: Verdict, *, node: str | None = None) -> None:
        """Note a verdict on a fact that has no parts."""
        self.fact(name, verdict.state, verdict.reason, node=node, drift=[name] if verdict.drifted else [])

    def need(
        self,
        step: str,
        host: str | None,
        reason: str,
        *,
        blocked: bool = False,
        shared: bool = False,
        later: bool = False,
        part: str | None = None,
        final: bool = False,
        after: Sequence[str] = (),
    ) -> None:
        """Note a step that would put a fact in order."""
        blocked = blocked or host is None
        self.needs.append(Need(step, host, reason, blocked, shared, later, part, final, tuple(after)))

    def finding(self, what: str, reason: str, remedy: str, *, needs_person: bool = True) -> None:
        """Note something that the collection does not change by itself."""
        self.findings.append({"what": what, "reason": reason, "remedy": remedy, "needs_person": needs_person})

    def finding_of(self, what: str, error: EdgeError) -> None:
        """Note a designed error as something that only a person can settle."""
        self.finding(what, str(error.details["happened"]), str(error.details["remedy"]))

    def add(self, other: Judged) -> None:
        """Take over what another judge says."""
        self.facts += other.facts
        self.needs += other.needs
        self.findings += other.findings
        self.stop = self.stop or other.stop

    def has_need(self, *steps: str) -> bool:
        """Whether any of these steps is needed."""
        return any(need.step in steps for need in self.needs)


def names(hosts: Iterable[str]) -> str:
    """Hosts in words."""
    return ", ".join(hosts)


def _numbers(node: Node) -> Tuple[Optional[Tuple[int, int, int]], str]:
    text = node["version"] or ""
    try:
        return parse(text), text
    except EdgeError:
        return None, text

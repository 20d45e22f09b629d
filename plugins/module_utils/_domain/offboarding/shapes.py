# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What an offboarding knows and decides: the Edge that leaves, the platform that it leaves, steps, and what stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from ..access.access_token import Token
from ..deployment import Deployment
from ..health import UNREACHABLE
from ..observed import EdgeSeen, Node, Platform
from .record import Record

# The steps, in their order. What needs an Edge that answers comes before it is stopped; the platform releases licences
# only of a JPD that is OFFLINE, and by its id, so before it is unregistered (control-plane-api.md 1.7, 1.8).
FEDERATION = "federation"
TOKENS = "tokens"
PAIRING = "pairing"
RECORD = "record"
STOP = "stop"
LICENSE = "license"
JPD = "jpd"
TRUST = "trust"
LEDGER = "ledger"
KEYS = "keys"
RESTART = "restart"
STEPS = (FEDERATION, TOKENS, PAIRING, RECORD, STOP, LICENSE, JPD, TRUST, LEDGER, KEYS, RESTART)
# Those that every node carries out; the others are one for the whole Edge, done from its first node.
ON_EACH_NODE = (RECORD, STOP, TRUST, LEDGER, KEYS, RESTART)

# What is known of an Edge before the first step.
REFUSED = "refused"
PLANNED = "planned"
GONE = "gone"


@dataclass(frozen=True)
class Wishes:
    """What the inventory says about the offboarding of one Edge."""

    dead: bool = False
    remove_keys: bool = False
    restart: bool = False
    edge_tokens: Tuple[str, ...] = ()  # descriptions, besides our own; an asterisk at the end stands for any end
    platform_tokens: Tuple[str, ...] = ()


@dataclass(frozen=True)
class Centre:
    """The platform, as every Edge of the run sees it.

    ``ways``: which host of the inventory belongs to a deployment's URL, so that other sources of federation can be
    reached. ``owned``: its nodes are in the inventory.
    """

    seen: Platform
    tokens: Optional[Sequence[Token]]  # None: they could not be read
    ways: Mapping[str, str] = field(default_factory=dict)
    owned: bool = False


@dataclass(frozen=True)
class Leaving:
    """One Edge, its nodes in the order of the inventory, and what was read of it.

    ``own_token``: id of the token with which it is worked on, which is not revoked. ``requested``: a request that the
    platform may trust it lies on the controller. ``rest_only``: nothing is done on its nodes, by design.
    """

    wanted: Deployment
    nodes: Tuple[str, ...]
    seen: Mapping[str, Node]
    unreachable: Mapping[str, str]
    absent: Tuple[str, ...]
    rest: EdgeSeen
    tokens: Optional[Sequence[Token]]
    records: Mapping[str, Optional[Record]]
    wishes: Wishes
    certificate: str = ""  # the name of the platform's certificate on the nodes
    own_token: str = ""
    requested: bool = False
    rest_only: bool = False

    @property
    def name(self) -> str:
        return self.wanted.name

    @property
    def alive(self) -> bool:
        """Whether something of it answers at its URL. A load balancer without any node behind it is not the Edge."""
        health = self.rest["health"]
        says_something = self.rest["admin"] is not None or (health is not None and health["state"] != UNREACHABLE)
        return self.rest["reachable"] and says_something

    @property
    def answers(self) -> bool:
        """Whether its REST side can be worked on."""
        return self.rest["reachable"] and self.rest["admin"] is True


@dataclass(frozen=True)
class Step:
    """One step and why. ``hosts``: who carries it out."""

    name: str
    reason: str
    hosts: Tuple[str, ...]

    def facts(self) -> dict[str, Any]:
        """As it is returned and printed."""
        return {"step": self.name, "reason": self.reason, "hosts": list(self.hosts)}


@dataclass(frozen=True)
class Left:
    """What stays after the last step. A note needs nobody; the rest needs a person."""

    what: str
    reason: str
    remedy: str
    needs_person: bool = True

    def facts(self) -> dict[str, Any]:
        """As it is returned and printed."""
        return {
            "what": self.what,
            "reason": self.reason,
            "remedy": self.remedy,
            "needs_person": self.needs_person,
        }


@dataclass(frozen=True)
class Refusal:
    """Why an Edge is left as it is, and what to do about it; both without a full stop."""

    reason: str
    remedy: str


@dataclass
class Plan:
    """What happens to one Edge. ``work``: what the steps need to know; it holds no secret."""

    name: str
    state: str
    reason: str = ""
    remedy: str = ""
    steps: List[Step] = field(default_factory=list)
    left: List[Left] = field(default_factory=list)
    work: dict[str, Any] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """Plain data, which crosses the border between tasks."""
        return {
            "name": self.name,
            "state": self.state,
            "reason": self.reason,
            "remedy": self.remedy,
            "steps": [step.facts() for step in self.steps],
            "left": [left.facts() for left in self.left],
            "work": self.work,
        }

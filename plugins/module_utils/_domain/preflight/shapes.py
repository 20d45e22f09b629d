# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""What the preflight reads and says. Plain dictionaries, because they cross process borders; none holds a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple, TypedDict

from ..trust.trust import AUTO

PASSED = "passed"
WARNING = "warning"
FAILED = "failed"
UNKNOWN = "unknown"
STATES = (PASSED, WARNING, FAILED, UNKNOWN)

# What is looked at, in the order in which one needs the other.
DNS = "dns"
PROXY = "proxy"
PORT = "port"
TLS = "tls"
ANSWER = "answer"
CLOCK = "clock"
VERSION = "version"
LICENSE = "license"
TOKEN = "token"  # noqa: S105
MISSION_CONTROL = "mission_control"
BASE_URL = "base_url"
EDGE_TO_PLATFORM = "edge_to_platform"
PLATFORM_TO_EDGE = "platform_to_edge"
JOIN_KEY_REGISTRATION = "join_key_registration"
DEFAULT_KEYS = "default_keys"
SIGNING_KEY = "signing_key"
LICENSE_BUCKET = "license_bucket"
CANARY_REPOSITORY = "canary_repository"
# The way to a server: where a connection can end before there is an answer.
WAY = (DNS, PROXY, PORT, TLS, ANSWER)


class Call(TypedDict):
    """One call: what it gave, or why it gave nothing.

    ``status`` is None when there was no answer or no call, and 0 when something answered that is not the service.
    """

    value: Any
    status: Optional[int]
    said: List[str]  # the messages of a refusal
    error: Optional[str]


class WaySeen(TypedDict):
    """How far the first call came from the host that runs this."""

    url: str
    proxy: Optional[str]  # host and port of the proxy that is used; None: it is called directly
    addresses: List[str]  # of the host name; empty when a proxy resolves it
    ended: Optional[str]  # of WAY: where the call ended; None: it was answered
    reason: Optional[str]
    verified: bool  # whether the TLS certificate is verified
    certificate: Optional[Dict[str, Any]]  # that was refused: subject, issuer, validity


class TokenFacts(TypedDict):
    """What an access token says of itself. None: it does not say, as a reference token does not."""

    reference: bool
    scope: Optional[str]
    audience: Optional[List[str]]
    expires_at: Optional[str]


class SiteSeen(TypedDict):
    """What the platform and an Edge have in common."""

    way: WaySeen
    clock_ahead: Optional[float]  # seconds by which its clock is ahead of ours
    version: Call
    license: Call  # the type; admins only, so it shows what Artifactory thinks of the token
    access: Call  # for admins as well, at Access
    token: TokenFacts


class _Has(TypedDict, total=False):
    """What the inventory names of the platform, by the check: names of key pairs and of buckets, and a repository."""

    has: Dict[str, Call]


class PlatformPreflight(SiteSeen, _Has):
    """The platform before anything is changed."""

    mission_control: Call  # its ping
    jpds: Call  # how many there are
    self_hosted: Optional[bool]  # None: cannot be told


class JpdSeen(TypedDict):
    """The Edge in the platform's list. A status of None: it is not registered."""

    known: bool
    status: Optional[str]


class PreflightSeen(SiteSeen):
    """One Edge before anything is changed."""

    base_url: Call  # the custom base URL
    calls_platform: Call  # the Edge's own call to the platform
    called_by_platform: Optional[Call]  # a self-hosted platform's own call to the Edge; None: it was not asked
    jpd: JpdSeen


class PreflightFleet(TypedDict):
    """The platform and the Edges, by name."""

    platform: PlatformPreflight
    edges: Dict[str, PreflightSeen]


class Check(TypedDict):
    """One finding. The remedy is empty where there is nothing to do."""

    id: str
    state: str
    cause: str
    remedy: str


@dataclass(frozen=True)
class Intended:
    """What the inventory intends with an Edge, as far as the preflight is concerned.

    ``licensed``: it gives the Edge a licence. ``canary``: a release bundle is to prove it. ``published_keys`` names
    settings that hold a default of the vendor's.
    ``client_at_platform``, ``client_at_edge``: we show a client certificate there, so others may have to as well.
    """

    name: str
    url: str
    trust_method: str = AUTO
    base_url: Optional[str] = None
    bridge: bool = False
    licensed: bool = False
    published_keys: Tuple[str, ...] = ()
    client_at_platform: bool = False
    client_at_edge: bool = False
    signing_key: Optional[str] = None
    license_bucket: Optional[str] = None
    canary: bool = False


def check(identifier: str, state: str, cause: str, remedy: str = "") -> Check:
    """One finding, worded as everywhere: no full stops, which the report adds."""
    return {"id": identifier, "state": state, "cause": cause, "remedy": remedy}


def count(checks: Sequence[Check]) -> Dict[str, int]:
    """How many findings there are of each state."""
    return {state: sum(one["state"] == state for one in checks) for state in STATES}


def told(who: str, one: Check) -> str:
    """A finding in one line."""
    remedy = f" {one['remedy']}." if one["remedy"] else ""
    return f"{who}: {one['id']}: {one['cause']}.{remedy}"

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Reads the whole fleet's REST side: the platform once, and all Edges side by side.

The number of requests to the platform does not grow with the number of Edges, except for a circle of trust, which only
the platform itself can test in its own direction. What goes wrong with one Edge is data of it and stops no other.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Optional, Sequence, cast

from .._domain import deployment as deployments
from .._domain.certificate.load import load_trusted
from .._domain.errors import ApiError, CertificateError, EdgeError, TransportError
from .._domain.observed import EdgeSeen, Fleet, Platform, WithRemoteCertificates
from .._domain.tls import client_certificate
from .._domain.trust.trust import AUTO, CIRCLE_OF_TRUST
from .._domain.url import normal
from .._domain.version import supports_pairing_token
from .access import Access
from .artifactory import Artifactory
from .facts import EDGE_FACTS, PLATFORM_FACTS, read_facts
from .health import answered_health, no_health
from .mission_control import MissionControl
from .session import JFrogSession
from .side_by_side import Progress, each

OpenSession = Callable[[], JFrogSession]
REFUSED = (401, 403)


@dataclass(frozen=True)
class EdgeSource:
    """One Edge to read: how to open a session with it, and the trust method that the inventory asks for.

    ``wanted`` are facts of ``facts.EDGE_FACTS`` that are read besides what is always read.
    """

    name: str
    url: str
    open: OpenSession
    trust_method: str = AUTO
    wanted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PlatformSource:
    """The platform to read; ``wanted`` are facts of ``facts.PLATFORM_FACTS``."""

    url: str
    open: OpenSession
    wanted: frozenset[str] = frozenset()


def read_fleet(
    platform: PlatformSource,
    edges: Sequence[EdgeSource],
    *,
    now: datetime,
    max_parallel: int = 32,
    progress: Optional[Progress] = None,
) -> Fleet:
    """What the platform and the Edges say. Never raises for what one of them does wrong."""
    with ThreadPoolExecutor(max_workers=max(1, min(max_parallel, len(edges) + 1))) as pool:
        wants_root = any(edge.trust_method in (AUTO, CIRCLE_OF_TRUST) for edge in edges)
        asked = pool.submit(_read_platform, platform, now=now, wants_root=wants_root)
        sources = {edge.name: edge for edge in edges}
        seen = each(pool, lambda edge: _read_edge(edge, platform.url), sources, progress)
        platform_seen = asked.result()
    if platform_seen["reachable"]:
        _ask_platform_for_trust(platform, edges, seen)
    return {"platform": platform_seen, "edges": seen}


def _read_platform(source: PlatformSource, *, now: datetime, wants_root: bool) -> Platform:
    seen: Platform = {
        "url": normal(source.url),
        "reachable": False,
        "error": None,
        "jpds": [],
        "root_certificate": None,
        "remote_certificates": None,
        "remote_certificates_error": None,
    }
    try:
        with source.open() as session:
            seen["jpds"] = [deployments.from_api(item) for item in MissionControl(session).list_jpds()]
            seen["reachable"] = True
            _read_remote_certificates(session, seen)
            seen.update(cast("Platform", read_facts(session, source.wanted, PLATFORM_FACTS)))
            if wants_root:
                text = Access(session).root_certificate()
                what = f"the root certificate of {session.url}"
                seen["root_certificate"] = load_trusted(text, now=now, what=what).facts()
    except (ApiError, TransportError, CertificateError) as exc:
        seen["error"] = exc.msg
    return seen


def _read_edge(source: EdgeSource, platform_url: str) -> EdgeSeen:
    seen: EdgeSeen = {
        "url": normal(source.url),
        "reachable": False,
        "error": None,
        "version": None,
        "license_type": None,
        "admin": None,
        "health": None,
        "trusts_platform": None,
        "trusted_by_platform": None,
        "remote_certificates": None,
        "remote_certificates_error": None,
    }
    try:
        with source.open() as session:
            try:
                _read_open_edge(session, source, platform_url, seen)
            except TransportError as exc:
                seen["reachable"] = False
                seen["error"] = exc.msg
                seen["health"] = seen["health"] or no_health(session, exc)
    except EdgeError as exc:  # the session could not be made: a CA file that is missing, for example
        seen["error"] = exc.msg
    return seen


def _read_open_edge(session: JFrogSession, source: EdgeSource, platform_url: str, seen: EdgeSeen) -> None:
    """Health first: it needs no token and is tried once, so an Edge that is gone costs one time limit."""
    seen["health"] = answered_health(session)
    seen["reachable"] = True
    artifactory = Artifactory(session)
    try:
        seen["version"] = str(artifactory.version()["version"])
        seen["license_type"] = str(artifactory.license()["type"])
        seen["admin"] = True
        _read_remote_certificates(session, seen)
        seen.update(cast("EdgeSeen", read_facts(session, source.wanted, EDGE_FACTS)))
        if _needs_circle(source, seen):
            seen["trusted_by_platform"] = Access(session).validate_server(_access_url(platform_url))
    except ApiError as exc:
        seen["error"] = exc.msg
        if exc.details["http_status"] in REFUSED:
            seen["admin"] = False


def _read_remote_certificates(session: JFrogSession, seen: WithRemoteCertificates) -> None:
    """Only the calendar needs them: a server that does not tell them is read all the same."""
    try:
        listed = Artifactory(session).list_certificates()
    except (ApiError, TransportError) as exc:
        seen["remote_certificates_error"] = exc.msg
    else:
        seen["remote_certificates"] = [client_certificate.from_api(item) for item in listed]


def _needs_circle(source: EdgeSource, seen: EdgeSeen) -> bool:
    if source.trust_method == AUTO:
        return supports_pairing_token(seen["version"]) is False
    return source.trust_method == CIRCLE_OF_TRUST


def _ask_platform_for_trust(platform: PlatformSource, edges: Sequence[EdgeSource], seen: dict[str, EdgeSeen]) -> None:
    """One request per Edge of a circle of trust, over one connection; no other Edge costs the platform anything."""
    circles = [edge for edge in edges if seen[edge.name]["reachable"] and _needs_circle(edge, seen[edge.name])]
    if not circles:
        return
    with platform.open() as session:
        for edge in circles:
            try:
                seen[edge.name]["trusts_platform"] = Access(session).validate_server(_access_url(edge.url))
            except (ApiError, TransportError) as exc:
                seen[edge.name]["error"] = seen[edge.name]["error"] or exc.msg


def _access_url(url: str) -> str:
    """Where the circle of trust is tested: the Access service of a deployment (control-plane-api.md 4)."""
    return url.rstrip("/") + "/access"

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Reads what the preflight looks at: the platform once, and all Edges side by side. What goes wrong is data.

The number of requests to the platform does not grow with the number of Edges, except for a self-hosted one, which is
asked to call each Edge: nobody else can tell whether it reaches them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from .._domain import deployment as deployments
from .._domain.access.access_token import from_api
from .._domain.access.claims import claims_of, time_of
from .._domain.errors import ApiError, EdgeError, TransportError
from .._domain.moment import stamp
from .._domain.observed import Jpd
from .._domain.preflight.belongings import Needed
from .._domain.preflight.reach import NOT_ON_SAAS
from .._domain.preflight.shapes import (
    ANSWER,
    CANARY_REPOSITORY,
    LICENSE_BUCKET,
    SIGNING_KEY,
    Call,
    JpdSeen,
    PlatformPreflight,
    PreflightFleet,
    PreflightSeen,
    SiteSeen,
    TokenFacts,
)
from .._domain.proxy import UNSET, Proxy
from .._domain.trust.support_request import is_cloud
from .._domain.url import normal
from .access import Access
from .artifactory import Artifactory
from .configuration import Configuration
from .license_buckets import LicenseBuckets
from .mission_control import MissionControl
from .repositories import Repositories
from .router import Router
from .session import JFrogSession
from .side_by_side import Progress, each
from .signing_keys import SigningKeys
from .way import end_way, open_way

OpenSession = Callable[[], JFrogSession]
Now = Callable[[], datetime]
PING = "/artifactory/api/system/ping"
NOTHING = Needed()
# How many calls to Edges a self-hosted platform has to make for us at the same time.
_CALLERS = 4
# What a load balancer says of a health page that no node serves. The router itself says 503 with JSON, which is read.
_NOBODY_BEHIND = (502, 503, 504)


@dataclass(frozen=True)
class Source:
    """The platform or an Edge: how to open a session, and what that session is made of."""

    name: str
    url: str
    open: OpenSession
    token: str = field(repr=False)
    proxy: Proxy = UNSET
    verified: bool = True


def read_preflight(
    platform: Source,
    edges: Sequence[Source],
    *,
    now: Now,
    max_parallel: int = 32,
    progress: Optional[Progress] = None,
    needed: Needed = NOTHING,
) -> PreflightFleet:
    """What the platform and the Edges say. Never raises for what one of them does wrong."""
    with ThreadPoolExecutor(max_workers=max(1, min(max_parallel, len(edges) + 1))) as pool:
        asked = pool.submit(_read_platform, platform, now, needed)
        sources = {edge.name: edge for edge in edges}
        seen = each(pool, lambda edge: _read_edge(edge, platform.url, now), sources, progress)
        found, jpds = asked.result()
    for edge in edges:
        seen[edge.name]["jpd"] = _jpd_of(edge, jpds)
    if found["self_hosted"] and found["way"]["ended"] is None:
        _let_platform_call(platform, edges, seen)
    return {"platform": found, "edges": seen}


class _Site:
    """One site that is being read. After the first call without an answer no other is made."""

    def __init__(self, source: Source, now: Now) -> None:
        self.source = source
        self.seen: SiteSeen = {
            "way": open_way(normal(source.url), source.proxy, verified=source.verified),
            "clock_ahead": None,
            "version": not_asked(),
            "license": not_asked(),
            "access": not_asked(),
            "token": _token_facts(source.token),
        }
        self._now = now
        self._silent: Optional[str] = None

    def first(self, session: JFrogSession, work: Callable[[], Any]) -> Call:
        """The call that shows whether there is a way at all, and the time there. Any answer of a service is one."""
        try:
            call = self._call(work)
        except TransportError as exc:
            self.gone(exc)
            return not_asked(self._silent)
        if call["status"] == 0:  # what answers is no JFrog, so nothing else is asked there, above all not with a token
            self.unserved(call)
        if session.server_time is not None:
            self.seen["clock_ahead"] = (session.server_time - self._now()).total_seconds()
        return call

    def ask(self, work: Callable[[], Any]) -> Call:
        """One call more."""
        if self._silent is not None:
            return not_asked(self._silent)
        try:
            return self._call(work)
        except TransportError as exc:
            self._silent = str(exc.details["reason"])
            return not_asked(self._silent)

    def unserved(self, call: Call) -> None:
        """Something answers, but not the service."""
        self._silent = call["error"]
        self.seen["way"]["ended"], self.seen["way"]["reason"] = ANSWER, call["error"]

    def gone(self, exc: EdgeError) -> None:
        """There is no way to it."""
        self._silent = str(exc.details.get("reason") or exc.msg.rstrip("."))
        end_way(self.seen["way"], exc, self.source.proxy)

    def _call(self, work: Callable[[], Any]) -> Call:
        try:
            return {"value": work(), "status": 200, "said": [], "error": None}
        except ApiError as exc:
            return _refused(exc)

    def read_token(self, session: JFrogSession) -> None:
        """A reference token says nothing of itself; the server may know it (control-plane-api.md 3.2)."""
        token = self.seen["token"]
        if not token["reference"]:
            return
        told = self.ask(lambda: from_api(Access(session).own_token()))["value"]
        if told is not None:
            token["scope"] = told.scope
            token["expires_at"] = None if told.expires_at is None else stamp(told.expires_at)


def _read_platform(source: Source, now: Now, needed: Needed) -> Tuple[PlatformPreflight, Optional[List[Jpd]]]:
    site = _Site(source, now)
    found: PlatformPreflight = {
        **site.seen,
        "mission_control": not_asked(),
        "jpds": not_asked(),
        "self_hosted": None,
        "has": {},
    }
    jpds: Optional[List[Jpd]] = None
    try:
        with source.open() as session:
            control, artifactory = MissionControl(session), Artifactory(session)
            found["mission_control"] = site.first(session, control.ping)
            listed = site.ask(lambda: [deployments.from_api(item) for item in control.list_jpds()])
            jpds = listed["value"]
            found["jpds"] = {**listed, "value": None if jpds is None else len(jpds)}
            found["version"] = site.ask(lambda: str(artifactory.version()["version"]))
            found["license"] = site.ask(lambda: str(artifactory.license()["type"]))
            found["access"] = site.ask(lambda: bool(Access(session).ca_certificate()))
            site.read_token(session)
            found["has"] = _read_belongings(site, session, needed)
    except EdgeError as exc:  # the session could not be made
        site.gone(exc)
    found["clock_ahead"] = site.seen["clock_ahead"]
    found["self_hosted"] = _self_hosted(source.url, found["license"])
    return found, jpds


def _read_belongings(site: _Site, session: JFrogSession, needed: Needed) -> Dict[str, Call]:
    """What the inventory names, as far as anybody wants it: one list each, and the one repository."""
    has: Dict[str, Call] = {}
    if needed.signing_keys:
        has[SIGNING_KEY] = site.ask(SigningKeys(session).pair_names)
    if needed.license_buckets:
        has[LICENSE_BUCKET] = site.ask(LicenseBuckets(session).names)
    if needed.repository is not None:
        key, repositories = needed.repository, Repositories(session)
        has[CANARY_REPOSITORY] = site.ask(
            lambda: {"name": key, "there": repositories.repository(key) is not None},
        )
    return has


def _read_edge(source: Source, platform_url: str, now: Now) -> PreflightSeen:
    """The health page first, as it needs no token and is tried once: an Edge that is gone costs one time limit."""
    site = _Site(source, now)
    jpd: JpdSeen = {"known": False, "status": None}
    found: PreflightSeen = {
        **site.seen,
        "base_url": not_asked(),
        "calls_platform": not_asked(),
        "called_by_platform": None,
        "jpd": jpd,
    }
    try:
        with source.open() as session:
            artifactory, configuration = Artifactory(session), Configuration(session)
            health = site.first(session, lambda: bool(Router(session).health()))
            if health["status"] in _NOBODY_BEHIND:
                site.unserved(health)
            found["version"] = site.ask(lambda: str(artifactory.version()["version"]))
            found["license"] = site.ask(lambda: str(artifactory.license()["type"]))
            found["access"] = site.ask(lambda: bool(Access(session).ca_certificate()))
            found["base_url"] = site.ask(configuration.base_url)
            site.read_token(session)
            found["calls_platform"] = site.ask(lambda: configuration.verify_connection(_ping_of(platform_url)))
    except EdgeError as exc:
        site.gone(exc)
    found["clock_ahead"] = site.seen["clock_ahead"]
    return found


def _let_platform_call(platform: Source, edges: Sequence[Source], seen: Mapping[str, PreflightSeen]) -> None:
    """One call for each Edge, over a few connections: each may take as long as the platform waits for an Edge."""

    def call(some: Sequence[Source]) -> None:
        with platform.open() as session:
            configuration = Configuration(session)
            for edge in some:
                seen[edge.name]["called_by_platform"] = _called(configuration, edge.url)

    with ThreadPoolExecutor(max_workers=_CALLERS) as pool:
        list(pool.map(call, (edges[start::_CALLERS] for start in range(min(_CALLERS, len(edges))))))


def _called(configuration: Configuration, edge_url: str) -> Call:
    try:
        configuration.verify_connection(_ping_of(edge_url))
    except ApiError as exc:
        return _refused(exc)
    except TransportError as exc:
        return not_asked(str(exc.details["reason"]))
    return {"value": None, "status": 200, "said": [], "error": None}


def _ping_of(url: str) -> str:
    return url.rstrip("/") + PING


def _jpd_of(edge: Source, jpds: Optional[List[Jpd]]) -> JpdSeen:
    if jpds is None:
        return {"known": False, "status": None}
    url = normal(edge.url)
    status = next((jpd["status"]["code"] for jpd in jpds if jpd["url"] == url), None)
    return {"known": True, "status": status}


def _self_hosted(url: str, licence: Call) -> Optional[bool]:
    """SaaS does not tell its licence (control-plane-api.md 5.3, Traps 26)."""
    if is_cloud(url):
        return False
    if licence["status"] == 200:
        return True
    return False if any(NOT_ON_SAAS in text for text in licence["said"]) else None


def _token_facts(token: str) -> TokenFacts:
    """What the token says of itself, without a request (control-plane-api.md 3.2, Traps 20)."""
    claims = claims_of(token)
    audience, scope, end = claims.get("aud"), claims.get("scp"), time_of(claims.get("exp"))
    return {
        "reference": not claims,
        "scope": scope if isinstance(scope, str) else None,
        "audience": audience.split() if isinstance(audience, str) else _texts(audience),
        "expires_at": None if end is None else stamp(end),
    }


def _texts(value: Any) -> Optional[List[str]]:
    return [str(item) for item in value] if isinstance(value, list) else None


def not_asked(error: Optional[str] = None) -> Call:
    """A call that was not made, or not answered."""
    return {"value": None, "status": None, "said": [], "error": error}


def _refused(exc: ApiError) -> Call:
    if exc.details["http_status"] is None:
        return not_asked(exc.msg)
    status, said = int(exc.details["http_status"]), [str(text) for text in exc.details["api_errors"]]
    if 200 <= status < 300:
        error = f"it answered {status} with something else than is documented, such as a page of a proxy"
    else:
        error = f"it answered {status}" + (f' ("{"; ".join(said)}")' if said else "")
    return {"value": None, "status": 0 if 200 <= status < 300 else status, "said": said, "error": error}

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pairing on the side that will be trusted: control-plane-api.md 2."""

from __future__ import annotations

import re
from typing import Optional

import jwt
from starlette.responses import JSONResponse, Response

from simulator import tokens
from simulator.envelopes import Refusal
from simulator.platform import Platform
from simulator.rest.endpoint import ANYONE, JSON, Endpoints, Incoming
from simulator.tokens import TokenRefused
from simulator.urls import is_url

ENDPOINTS = Endpoints()
SINCE = "7.29.7"
LIFETIME = 300
OVERRIDE = "X-JFrog-Override-Base-Url"
SCOPE = "internal:service-trust/pairing/{use_case}:x"
MASTER_SCOPE = "internal:service-trust/master/{use_case}:x"
ACCESS_USE_CASES = ("mission-control", "bridge", "platform-federation")
ARTIFACTORY_USE_CASES = re.compile(r"artifactory-cold(/[^/]+)?|federated-repo/[^/]+")
ARTIFACTORY_EXCHANGE = "/artifactory/api/v1/service_trust/exchange"
ACCESS_EXCHANGE = "/access/api/v1/service_trust/exchange"


@ENDPOINTS.add("POST", "/access/api/v1/service_trust/pairing/{use_case:path}", "2.1", since=SINCE)
def mint(incoming: Incoming) -> Response:
    """2.1 and 2.2: a new pairing token for each call, no body."""
    use_case = incoming.parameters["use_case"]
    if use_case not in ACCESS_USE_CASES:
        raise Refusal(404, f"Unknown use case '{use_case}'")
    return _pairing_token(incoming, use_case, incoming.simulator.switches.exchange_path, "jfac")


@ENDPOINTS.add("POST", "/artifactory/api/v1/service_trust/pairing/{use_case:path}", "2.1", since=SINCE)
def mint_for_artifactory(incoming: Incoming) -> Response:
    """2.1: Artifactory's own use cases, which may carry a namespace or a repository."""
    use_case = incoming.parameters["use_case"]
    if not ARTIFACTORY_USE_CASES.fullmatch(use_case):
        raise Refusal(404, f"Unknown use case '{use_case}'")
    return _pairing_token(incoming, use_case, ARTIFACTORY_EXCHANGE, "jfrt")


@ENDPOINTS.add("POST", ACCESS_EXCHANGE, "2.2 and 2.4", access=ANYONE, body=JSON, since=SINCE)
def exchange(incoming: Incoming) -> Response:
    """2.2: where the other side trades the pairing token. Only servers call it, so its form is the simulator's own."""
    return _exchange(incoming, "jfac")


@ENDPOINTS.add("POST", ARTIFACTORY_EXCHANGE, "2.2 and 2.4", access=ANYONE, body=JSON, since=SINCE)
def exchange_at_artifactory(incoming: Incoming) -> Response:
    """2.2: the same at Artifactory's path, which one report names for mission-control, too."""
    return _exchange(incoming, "jfrt")


@ENDPOINTS.add("POST", "/access/api/v1/registry/join", "node-files.md 1.3 and 1.7", access=ANYONE, body=JSON)
def join(incoming: Incoming) -> Response:
    """1.5: the older way: the caller proves that it knows the join key. Only servers call it; the form is our own."""
    database = incoming.site.database
    try:
        jwt.decode(_bearer(incoming), str(database.join_key), algorithms=["HS256"], options={"verify_exp": False})
    except jwt.InvalidTokenError as error:
        raise Refusal(401, "Invalid join key") from error
    return _master_token(incoming, "mission-control", incoming.site.base_url)


@ENDPOINTS.add("DELETE", "/access/api/v1/service_trust/pairings/*", "2.5", body=JSON, since=SINCE)
def revoke_pairings(incoming: Incoming) -> Response:
    """2.5: the star is part of the path, and the DELETE has a body."""
    return _revoke(incoming)


@ENDPOINTS.add("DELETE", "/artifactory/api/v1/service_trust/pairings/*", "2.5", body=JSON, since=SINCE)
def revoke_pairings_at_artifactory(incoming: Incoming) -> Response:
    """2.5: the same for Artifactory."""
    return _revoke(incoming)


@ENDPOINTS.add(
    "DELETE",
    "/artifactory/api/v1/service_trust/pairing/{use_case:path}",
    "2.5",
    body=JSON,
    query={"force"},
    since=SINCE,
)
def revoke_use_case(incoming: Incoming) -> Response:
    """2.5: the newer form, for one use case."""
    use_case = incoming.parameters["use_case"]
    if not ARTIFACTORY_USE_CASES.fullmatch(use_case):
        raise Refusal(404, f"Unknown use case '{use_case}'")
    return _revoke(incoming, MASTER_SCOPE.format(use_case=use_case))


def _pairing_token(incoming: Incoming, use_case: str, exchange_path: str, service: str) -> Response:
    site = incoming.site
    override = incoming.headers.get(OVERRIDE)
    if override is not None and not is_url(override):
        raise Refusal(400, f"Illegal base URL: '{override}'")
    base_url = (override or site.base_url_at(incoming.node)).rstrip("/")
    service_id = site.database.service(service)
    issuer = f"{service_id}/users/{incoming.user.username}"
    token, record = tokens.issue(
        site.database,
        subject=issuer,
        scope=SCOPE.format(use_case=use_case),
        audience=service_id,
        lifetime=LIFETIME,
        now=site.now(),
        kind="pairing",
        force_revocable=True,
        pair=incoming.signing_pair,
        extension={"base_url": base_url, "exchange_url": base_url + exchange_path, "revocable": True},
    )
    record.base_url = base_url
    return JSONResponse({"pairing_token": token})


def _exchange(incoming: Incoming, service: str) -> Response:
    """Check the pairing token, spend it, and hand out the master token (2.2, 2.4)."""
    site = incoming.site
    switches = incoming.simulator.switches
    try:
        caller = tokens.verify(
            site.database,
            _bearer(incoming),
            service=_audience(incoming),
            now=site.now(),
            switches=switches,
            pair=incoming.signing_pair,
        )
    except TokenRefused as refused:
        raise Refusal(401, f"Invalid token, {refused.word}") from refused
    extension = tokens.extension_of(caller.claims)
    use_case = _use_case(caller.scopes)
    if not use_case or not extension.get("exchange_url", "").endswith(incoming.path):
        raise Refusal(403, "Not a pairing token for this service")
    with site.database.lock:
        # 2.2: revoked after the first pairing. Of two calls at once, one gets here first.
        record = site.database.tokens.get(str(caller.token_id))
        if record is None or record.revoked:
            raise Refusal(401, "Invalid token, revoked")
        record.revoked = True
    return _master_token(incoming, use_case, str(extension["base_url"]))


def _audience(incoming: Incoming) -> str:
    """The token names the service that issued it, even where another one's path is used for the exchange."""
    claims = tokens.unverified_claims(_bearer(incoming)) or {}
    return str(claims.get("aud", "")).partition("@")[0]


def _use_case(scopes: tuple[str, ...]) -> str:
    before, _, after = SCOPE.partition("{use_case}")
    for scope in scopes:
        if scope.startswith(before) and scope.endswith(after):
            return scope.removeprefix(before).removesuffix(after)
    return ""


def _master_token(incoming: Incoming, use_case: str, base_url: str) -> Response:
    site = incoming.site
    content = incoming.json_object()
    peer_url = str(content.get("base_url", ""))
    token, record = tokens.issue(
        site.database,
        subject=str(content.get("service_id", "")),
        issuer=site.database.service_id,
        scope=MASTER_SCOPE.format(use_case=use_case),
        audience=site.database.service_id,
        lifetime=incoming.simulator.switches.master_token_lifetime,
        now=site.now(),
        kind="master",
        description=f"{use_case} trust of {peer_url}",
        force_revocable=True,
        pair=incoming.signing_pair,
    )
    record.base_url, record.peer_url = base_url, peer_url
    return JSONResponse({"master_token": token})


def _revoke(incoming: Incoming, scope: Optional[str] = None) -> Response:
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"base_url"}))
    base_url = content.get("base_url")
    if not is_url(base_url):
        raise Refusal(400, 'Field "base_url" must be a URL')
    count = incoming.site.revoke_pairings(str(base_url), scope)
    if scope is None and isinstance(incoming.site, Platform):
        count += incoming.site.forget_pairing(str(base_url))
    if not count:
        raise Refusal(404, "Base URL not found")
    return JSONResponse({"message": f"Trust with {base_url} was revoked"})


def _bearer(incoming: Incoming) -> str:
    kind, _, text = incoming.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise Refusal(401, "Authentication is required")
    return text.strip()

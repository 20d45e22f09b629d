# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who calls, and whether an endpoint is open to them: control-plane-api.md 0, 3.4 and 3.5."""

from __future__ import annotations

import base64
from typing import Optional

from simulator import envelopes, tokens
from simulator.envelopes import Refusal
from simulator.rest.endpoint import ADMIN, ANYONE, Endpoint, Incoming
from simulator.tokens import ADMIN_SCOPE, USER_SCOPE, Caller, TokenRefused
from simulator.versions import at_least

OWN_TOKEN = "/access/api/v1/tokens/me"
UNAUTHENTICATED = {"access": "Authentication is required", "artifactory": "Bad credentials"}
FORBIDDEN = {"access": "Admin privileges are required", "artifactory": "Forbidden"}
REFUSED_TOKEN = {"access": "Invalid token, {word}", "artifactory": "Token failed verification: {word}"}


def authenticate(incoming: Incoming, endpoint: Endpoint) -> Optional[Caller]:
    """The caller, or None where nobody has to say who they are. Raises Refusal 401 or 403."""
    if endpoint.access == ANYONE:
        return None
    service = envelopes.service_of(incoming.path) or ""
    caller = _caller(incoming, endpoint, service)
    if endpoint.open_by and getattr(incoming.simulator.switches, endpoint.open_by):
        return caller
    if caller is None:
        raise Refusal(401, UNAUTHENTICATED.get(service))
    allowed = caller.admin or (bool(endpoint.scope) and caller.may(endpoint.scope))
    if endpoint.access == ADMIN and not allowed:
        raise Refusal(403, FORBIDDEN.get(service))
    return caller


def _caller(incoming: Incoming, endpoint: Endpoint, service: str) -> Optional[Caller]:
    kind, _, credentials = incoming.headers.get("authorization", "").partition(" ")
    if not kind:
        return None
    if kind.lower() == "bearer":
        return _bearer(incoming, service, credentials.strip())
    if kind.lower() == "basic" and _basic_allowed(incoming, endpoint, service):
        return _basic(incoming, service, credentials.strip())
    refused = f"Unsupported authentication method {kind}" if service == "access" else UNAUTHENTICATED.get(service)
    raise Refusal(401, refused)


def _bearer(incoming: Incoming, service: str, text: str) -> Caller:
    site = incoming.site
    switches = incoming.simulator.switches
    if service == "access" and not site.access_settled(switches.access_settling_time):
        raise Refusal(401, f"Invalid token, {switches.untrusted_issuer_word}")
    try:
        caller = tokens.verify(
            site.database,
            text,
            service=None if _any_audience(incoming) else envelopes.SERVICES.get(service, ""),
            now=site.now(),
            switches=switches,
            pair=incoming.signing_pair,
        )
    except TokenRefused as refused:
        message = REFUSED_TOKEN.get(service)
        raise Refusal(401, message and message.format(word=refused.word)) from refused
    record = site.database.tokens.get(caller.token_id or "")
    if record is not None:
        record.last_used = site.now()
    return caller


def _any_audience(incoming: Incoming) -> bool:
    """3.2: a caller may look at its own token whatever that is for, on self-hosted sites since 7.68."""
    own = incoming.method == "GET" and incoming.path == OWN_TOKEN
    return own and not incoming.site.saas and at_least(incoming.site.version, "7.68.0")


def _basic_allowed(incoming: Incoming, endpoint: Endpoint, service: str) -> bool:
    """Artifactory takes passwords; Access before 7.12.0, and where an admin switched it on for the token endpoint."""
    version = incoming.site.version
    if service == "access":
        token_endpoint = endpoint.method == "POST" and endpoint.path == "/access/api/v1/tokens"
        switched_on = incoming.simulator.switches.basic_on_token_endpoint and at_least(version, "7.63.2")
        return not at_least(version, "7.12.0") or (token_endpoint and switched_on)
    return service == "artifactory"


def _basic(incoming: Incoming, service: str, credentials: str) -> Caller:
    try:
        name, _, password = base64.b64decode(credentials).decode("utf-8").partition(":")
    except ValueError as error:
        raise Refusal(401, UNAUTHENTICATED.get(service)) from error
    database = incoming.site.database
    user = database.users.get(name)
    # security-replication.md 1.1: Artifactory takes an API key in the place of the password.
    if user is None or password not in {user.password, *([user.api_key] if user.api_key else [])}:
        raise Refusal(401, UNAUTHENTICATED.get(service))
    scope = ADMIN_SCOPE if user.admin else USER_SCOPE
    return Caller(subject=f"{database.service_id}/users/{name}", scopes=(scope,))

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Access tokens: control-plane-api.md 3.1 and 3.2."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from simulator import tokens
from simulator.access_database import TokenRecord
from simulator.envelopes import Refusal
from simulator.rest.endpoint import JSON, JSON_OR_FORM, USER, Endpoints, Incoming
from simulator.rest.token_request import DEFAULT_EXPIRY, TokenRequest, default_expiry, seconds
from simulator.versions import at_least

ENDPOINTS = Endpoints()
LIST_FILTERS = {"description", "username", "refreshable", "token_id", "order_by", "descending_order"}
ORDERS = {
    "created": lambda record: record.issued_at.timestamp(),
    "token_id": lambda record: record.token_id,
    "owner": lambda record: tokens.username(record.subject),
    "subject": lambda record: record.subject,
    "expiry": lambda record: record.expires_at.timestamp() if record.expires_at else float("inf"),
}
ME = "me"
ME_SINCE = "7.53.1"
LAST_USED_SINCE = "7.108.3"
LAST_USED_FROM = timedelta(hours=6)


@ENDPOINTS.add("POST", "/access/api/v1/tokens", "3.1", access=USER, body=JSON_OR_FORM, since="7.21.1")
def create(incoming: Incoming) -> Response:
    """3.1: every call makes a new token."""
    request = TokenRequest.read(incoming)
    site = incoming.site
    previous = _refreshed(incoming, request) if request.grant_type == "refresh_token" else None
    if previous is not None:
        request = request.like(previous)
    else:
        request.check_rights(incoming)
    lifetime = request.lifetime(incoming)
    token, record = tokens.issue(
        site.database,
        subject=previous.subject if previous else f"{site.database.service_id}/users/{request.username}",
        issuer=incoming.user.subject,
        scope=request.scope,
        audience=request.audience,
        lifetime=lifetime,
        now=site.now(),
        description=request.description,
        force_revocable=request.force_revocable,
        refreshable=request.refreshable,
        reference=request.include_reference_token,
        pair=incoming.signing_pair,
    )
    answer: dict[str, Any] = {
        "token_id": record.token_id,
        "access_token": token,
        "scope": record.scope,
        "token_type": "Bearer",
    }
    if lifetime is not None:
        answer["expires_in"] = lifetime
    if record.refresh_token:
        answer["refresh_token"] = record.refresh_token
    if record.reference_token:
        answer["reference_token"] = record.reference_token
    return JSONResponse(answer)


@ENDPOINTS.add("GET", "/access/api/v1/tokens", "3.2", access=USER, query=LIST_FILTERS, since="7.21.1")
def list_tokens(incoming: Incoming) -> Response:
    """3.2: an admin sees all that are kept, others their own."""
    query = incoming.query
    order = query.get("order_by", "created")
    if order not in ORDERS:
        raise Refusal(400, f"Invalid order_by: '{order}'")
    for name in ("refreshable", "descending_order"):
        if query.get(name) not in (None, "true", "false"):
            raise Refusal(400, f"Invalid {name}: '{query[name]}'")
    found = [record for record in _kept(incoming) if _visible(incoming, record) and _wanted(query, record)]
    found.sort(key=ORDERS[order], reverse=query.get("descending_order", "false") == "true")
    return JSONResponse({"tokens": [_shown(incoming, record) for record in found]})


@ENDPOINTS.add("GET", "/access/api/v1/tokens/{token_id}", "3.2", access=USER, since="7.21.1")
def get(incoming: Incoming) -> Response:
    """3.2: one token that is kept, or with the id "me" the caller's own."""
    token_id = incoming.parameters["token_id"]
    if token_id == ME and at_least(incoming.site.version, ME_SINCE):
        return JSONResponse(_myself(incoming))
    return JSONResponse(_shown(incoming, _find(incoming, token_id)))


@ENDPOINTS.add("DELETE", "/access/api/v1/tokens/revoke", "3.2", access=USER, body=JSON, since="7.21.1")
def revoke_by_value(incoming: Incoming) -> Response:
    """3.2: DELETE with a body; 404 for a token that is unknown or cannot be revoked."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"token"}))
    value = content.get("token")
    if not isinstance(value, str) or not value:
        raise Refusal(400, 'Field "token" is required')
    claims = tokens.unverified_claims(value)
    token_id = str(claims.get("jti")) if claims else _id_of_reference(incoming, value)
    record = _find(incoming, token_id)
    _revoke(record)
    return JSONResponse({"revoked_token_id": record.token_id})


@ENDPOINTS.add("DELETE", "/access/api/v1/tokens/{token_id}", "3.2", access=USER, since="7.21.1")
def revoke(incoming: Incoming) -> Response:
    """3.2: by id, or "me"; 404 for a token that is unknown or cannot be revoked (3.4)."""
    token_id = incoming.parameters["token_id"]
    if token_id == ME and at_least(incoming.site.version, ME_SINCE):
        token_id = incoming.user.token_id or ""
    _revoke(_find(incoming, token_id))
    return Response(status_code=200)


@ENDPOINTS.add("GET", "/access/api/v1/config/token/default_expiry", "3.2")
def get_default_expiry(incoming: Incoming) -> Response:
    """3.2."""
    return JSONResponse({"default_token_expiration": default_expiry(incoming)})


@ENDPOINTS.add("PUT", "/access/api/v1/config/token/default_expiry", "3.2", body=JSON)
def set_default_expiry(incoming: Incoming) -> Response:
    """3.2."""
    content = incoming.json_object()
    incoming.refuse_unknown_fields(content, frozenset({"default_token_expiration"}))
    lifetime = seconds(content.get("default_token_expiration"), "default_token_expiration")
    database = incoming.site.database
    with database.lock:
        database.access_config.setdefault("token", {})[DEFAULT_EXPIRY] = lifetime
    return JSONResponse({"default_token_expiration": lifetime})


def _kept(incoming: Incoming) -> list[TokenRecord]:
    """Tokens in the database that are neither revoked nor over."""
    now = incoming.site.now()
    with incoming.site.database.lock:
        records = list(incoming.site.database.tokens.values())
    return [record for record in records if not record.revoked and not _over(record, now)]


def _over(record: TokenRecord, now: datetime) -> bool:
    return record.expires_at is not None and record.expires_at <= now


def _visible(incoming: Incoming, record: TokenRecord) -> bool:
    return incoming.user.admin or record.subject == incoming.user.subject


def _wanted(query: dict[str, str], record: TokenRecord) -> bool:
    description = query.get("description")
    if description is not None:
        prefix = description.removesuffix("*")
        mine = record.description or ""
        if not (mine.startswith(prefix) if description.endswith("*") else mine == description):
            return False
    refreshable = query.get("refreshable")
    return (
        (query.get("username") in (None, tokens.username(record.subject)))
        and (query.get("token_id") in (None, record.token_id))
        and (refreshable is None or (record.refresh_token is not None) == (refreshable == "true"))
    )


def _find(incoming: Incoming, token_id: str) -> TokenRecord:
    for record in _kept(incoming):
        if record.token_id == token_id and _visible(incoming, record):
            return record
    raise Refusal(404, "Token not found")


def _revoke(record: TokenRecord) -> None:
    if not record.revocable:
        raise Refusal(404, "Token not found or not revocable")
    record.revoked = True


def _id_of_reference(incoming: Incoming, value: str) -> str:
    return next((record.token_id for record in _kept(incoming) if record.reference_token == value), "")


def _refreshed(incoming: Incoming, request: TokenRequest) -> TokenRecord:
    """3.1 and 3.4: only the issuer refreshes, and a refresh token works once, while its signer is accepted."""
    accepted = tokens.accepted_roots(incoming.site.database, incoming.signing_pair)
    for record in _kept(incoming):
        if not (request.refresh_token and record.refresh_token == request.refresh_token and _visible(incoming, record)):
            continue
        if tokens.signed_by(record, accepted):
            record.refresh_token = None
            return record
    raise Refusal(400, "Invalid refresh token")


def _myself(incoming: Incoming) -> dict[str, Any]:
    caller = incoming.user
    record = incoming.site.database.tokens.get(caller.token_id or "")
    if record is not None:
        return _shown(incoming, record)
    claims = caller.claims
    shown = {
        "token_id": claims.get("jti"),
        "subject": claims.get("sub"),
        "issued_at": claims.get("iat"),
        "issuer": claims.get("iss"),
        "scope": claims.get("scp"),
        "refreshable": False,
    }
    if "exp" in claims:
        shown["expiry"] = claims["exp"]
    return shown


def _shown(incoming: Incoming, record: TokenRecord) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "token_id": record.token_id,
        "subject": record.subject,
        "issued_at": int(record.issued_at.timestamp()),
        "issuer": record.issuer,
        "scope": record.scope,
        "refreshable": record.refresh_token is not None,
    }
    if record.expires_at is not None:
        shown["expiry"] = int(record.expires_at.timestamp())
    if record.description is not None:
        shown["description"] = record.description
    if record.last_used is not None and _accounts_for_use(incoming, record):
        shown["last_used"] = int(record.last_used.timestamp())
    return shown


def _accounts_for_use(incoming: Incoming, record: TokenRecord) -> bool:
    """3.2: since 7.108.3, where it is switched on, and not for tokens under 6 hours."""
    if not (incoming.simulator.switches.token_last_used and at_least(incoming.site.version, LAST_USED_SINCE)):
        return False
    return record.expires_at is None or record.expires_at - record.issued_at >= LAST_USED_FROM

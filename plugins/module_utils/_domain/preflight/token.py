# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Whether an access token will do: its end, its scope, its audience, and what the services say to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import List, Mapping, Optional

from ..access.access_token import ADMIN_SCOPE, has_admin_scope
from ..moment import moment
from .shapes import FAILED, PASSED, TOKEN, UNKNOWN, WARNING, Call, Check, TokenFacts, check

# A run may take some minutes, and every step needs the token.
ENDS_SOON = timedelta(minutes=15)
_ADMIN = "Use an access token with admin scope"
_MINT = "Mint an access token with the audience *@* and admin scope, and use that"


def check_token(token: TokenFacts, calls: Mapping[str, Call], services: Mapping[str, str], *, now: datetime) -> Check:
    """The first thing that is wrong counts.

    ``calls`` are those for admins, by service; ``services`` has the prefixes of the services' ids.
    What a service answers is worth more than what the token says of itself: an admin's own need not name the scope.
    """
    ends = moment(token["expires_at"]) if token["expires_at"] is not None else None
    if ends is not None and ends <= now:
        return check(TOKEN, FAILED, f"the access token expired at {token['expires_at']}", _ADMIN)
    refused = [service for service, call in calls.items() if call["status"] == 401]
    forbidden = [service for service, call in calls.items() if call["status"] == 403]
    accepted = [service for service, call in calls.items() if call["status"] == 200]
    missing = _not_addressed(token, services)
    if refused:
        service = refused[0]
        cause = f"{service} refuses the access token: {_said(calls[service])}"
        if service in missing:
            return check(TOKEN, FAILED, f"{cause}; its audience is {_audience(token)}", _MINT)
        return check(TOKEN, FAILED, cause, f"{_ADMIN} that this deployment has made and that is still valid")
    if forbidden:
        cause = f"{forbidden[0]} finds no admin rights in the access token: {_said(calls[forbidden[0]])}"
        return check(TOKEN, FAILED, f"{cause}; its scope is {token['scope'] or 'not told'}", _ADMIN)
    if missing:
        cause = f"the audience of the access token is {_audience(token)}, which {', '.join(missing)} may refuse"
        return check(TOKEN, WARNING, cause, _MINT)
    if set(accepted) != set(calls):
        return _unproven(token, [service for service in calls if service not in accepted], calls)
    if ends is not None and ends - now < ENDS_SOON:
        return check(TOKEN, WARNING, f"the access token ends at {token['expires_at']}, perhaps before the run", _ADMIN)
    return check(TOKEN, PASSED, f"{' and '.join(accepted)} accept the access token as an administrator's")


def _unproven(token: TokenFacts, silent: List[str], calls: Mapping[str, Call]) -> Check:
    service = silent[0]
    cause = f"what {service} thinks of the access token could not be asked: {_said(calls[service])}"
    if token["scope"] is not None and not has_admin_scope(token["scope"]):
        cause += f"; its scope is {token['scope']}, without {ADMIN_SCOPE}"
    elif token["scope"] is None and token["reference"]:
        cause += "; a reference token does not tell its scope"
    return check(TOKEN, UNKNOWN, cause, "Settle that first, and look again")


def _not_addressed(token: TokenFacts, services: Mapping[str, str]) -> List[str]:
    """The services that the audience leaves out: service ids, with an asterisk for any (control-plane-api.md 3.1)."""
    audience = token["audience"]
    if audience is None:
        return []
    kinds = {entry.partition("@")[0] for entry in audience}
    return [service for service, prefix in services.items() if not kinds & {"*", prefix}]


def _audience(token: TokenFacts) -> str:
    return " ".join(token["audience"] or ["not told"])


def _said(call: Optional[Call]) -> str:
    return (call["error"] if call is not None else None) or "no answer"

# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""An Edge's admin token: what is asked for, what one says about itself, and when a new one is due.

Facts: node-files.md 3.4 (the file that a start leaves), control-plane-api.md 3 (tokens over REST).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Mapping, Optional

from ..errors import InventoryError
from ..foreign_json import parsed
from ..moment import stamp
from ..wording import token_problem
from .claims import claims_of, text_of, time_of

DAY = 86_400
# The states of the token in the store.
MISSING = "missing"
REFUSED = "refused"
OTHER_SCOPE = "other_scope"
ENDS_SOON = "ends_soon"
WORKS = "works"
# Those in which it may still mint its successor, so that the node need not be started again.
USABLE = (ENDS_SOON,)


@dataclass(frozen=True)
class TokenSeen:
    """What the Edge says about a token that it accepts. An expiry of None: never."""

    token_id: str
    subject: str
    scope: Optional[str]
    expires_at: Optional[datetime]

    def facts(self) -> dict[str, Any]:
        """What may be shown."""
        return {
            "token_id": self.token_id,
            "subject": self.subject,
            "scope": self.scope,
            "expires_at": None if self.expires_at is None else stamp(self.expires_at),
        }


def from_api(item: Mapping[str, Any]) -> TokenSeen:
    """An answer of ``tokens/me``. Times are epoch seconds (control-plane-api.md 3.2)."""
    return TokenSeen(
        token_id=text_of(item.get("token_id")),
        subject=text_of(item.get("subject")),
        scope=text_of(item.get("scope")) or None,
        expires_at=time_of(item.get("expiry")),
    )


def from_claims(token: str) -> TokenSeen:
    """What the token says about itself, for versions without ``tokens/me``. Empty for one that is no JWT."""
    claims = claims_of(token)
    return TokenSeen(
        token_id=text_of(claims.get("jti")),
        subject=text_of(claims.get("sub")),
        scope=text_of(claims.get("scp")) or None,
        expires_at=time_of(claims.get("exp")),
    )


def state_of(present: bool, seen: Optional[TokenSeen], *, scope: str, renew_before: int, now: datetime) -> str:
    """The state of the token in the store; ``seen`` is None when the Edge refuses it."""
    if not present:
        return MISSING
    if seen is None:
        return REFUSED
    if seen.scope is not None and not set(scope.split()) <= set(seen.scope.split()):
        return OTHER_SCOPE
    if seen.expires_at is not None and seen.expires_at - now < timedelta(days=renew_before):
        return ENDS_SOON
    return WORKS


def request(*, scope: str, audience: str, valid_days: int, description: str) -> dict[str, Any]:
    """The body that asks for the token. The expiry is always sent, because servers' defaults differ (3.1)."""
    return {
        "scope": scope,
        "audience": audience,
        "expires_in": valid_days * DAY,
        "description": description,
    }


def check_days(valid_days: int, renew_before: int) -> None:
    """Raises InventoryError for a life that ends before it begins to be renewed."""
    if valid_days < 0 or renew_before < 0:
        raise InventoryError("Cannot make an admin token: valid_days and renew_before are days, 0 or more.")
    if valid_days and renew_before >= valid_days:
        raise InventoryError(
            f"Cannot make an admin token that is valid for {valid_days} days and renewed {renew_before} days before "
            "its end: it would be renewed with every run. Make renew_before smaller."
        )


def token_in(text: str) -> Optional[str]:
    """The token in ``token.json``; None when the file is not complete yet.

    Its one key is reported by users' scripts only, so the first text that can be a token counts.
    """
    try:
        data = parsed(text)
    except ValueError:
        return None
    found = [data.get(name) for name in ("token", "access_token")] if isinstance(data, dict) else [data]
    return next((one for one in found if isinstance(one, str) and token_problem(one) is None), None)

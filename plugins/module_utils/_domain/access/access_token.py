# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Private to this collection: no promise is made to other importers.
"""Access tokens as their server lists them and as they describe themselves (control-plane-api.md 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Iterable, List, Mapping, Optional

from .. import observed
from ..errors import InventoryError
from ..moment import stamp
from .claims import claims_of, text_of, time_of

ADMIN_SCOPE = "applied-permissions/admin"

# Access revokes only tokens that live this long, and keeps only those that live half of it (control-plane-api.md 3.4:
# revocable-expiry-threshold and persistent-expiry-threshold, whose defaults these are).
REVOCABLE_FROM = 21_600
KEPT_FROM = 10_800

# What Access takes at most (control-plane-api.md 3.1).
LIMITS = {"description": 1024, "scope": 500, "username": 255, "audience": 255}

# In which order Access lists tokens (control-plane-api.md 3.2).
ORDERS = ("created", "token_id", "owner", "subject", "expiry")

# The states of the token in the file.
MISSING = "missing"
REFUSED = "refused"
OTHER = "other"
ENDS_SOON = "ends_soon"
WORKS = "works"


@dataclass(frozen=True)
class Token:
    """A token as its server describes it. An end of None: never; a description of None: none, or not told."""

    token_id: str
    subject: str
    scope: Optional[str] = None
    description: Optional[str] = None
    issued_at: Optional[datetime] = None
    expires_at: Optional[datetime] = None
    refreshable: Optional[bool] = None
    last_used: Optional[datetime] = None

    @property
    def username(self) -> str:
        """The user in ``jfac@<id>/users/<name>``; empty for a service's own token."""
        return self.subject.partition("/users/")[2]

    @property
    def lifetime(self) -> Optional[float]:
        """Seconds from its making to its end; None when it never ends or the server does not tell."""
        if self.issued_at is None or self.expires_at is None:
            return None
        return (self.expires_at - self.issued_at).total_seconds()

    def days_left(self, now: datetime) -> Optional[int]:
        """Whole days until its end, 0 when that was; None for never."""
        return None if self.expires_at is None else max(0, (self.expires_at - now).days)

    def facts(self) -> dict[str, Any]:
        """What may be shown."""
        return {
            "token_id": self.token_id,
            "subject": self.subject,
            "username": self.username,
            "scope": self.scope,
            "description": self.description,
            "issued_at": None if self.issued_at is None else stamp(self.issued_at),
            "expires_at": None if self.expires_at is None else stamp(self.expires_at),
        }

    def listing(self, now: datetime) -> dict[str, Any]:
        """What a list shows of it."""
        return {
            **self.facts(),
            "days_left": self.days_left(now),
            "refreshable": self.refreshable,
            "last_used": None if self.last_used is None else stamp(self.last_used),
        }


@dataclass(frozen=True)
class Wanted:
    """What a token is to be. Names as in the body of the call; a life of 0 seconds is for ever."""

    description: str
    scope: str
    expires_in: int
    username: Optional[str] = None
    audience: str = "*@*"
    include_reference_token: bool = False
    force_revocable: bool = False
    project_key: Optional[str] = None

    def body(self) -> dict[str, Any]:
        """The body of the call. The life is always sent, because servers' defaults differ (control-plane-api.md 3.1).

        What is not asked for is left out, because an older Access does not know it.
        """
        body: dict[str, Any] = {
            "scope": self.scope,
            "audience": self.audience,
            "expires_in": self.expires_in,
            "description": self.description,
        }
        if self.username is not None:
            body["username"] = self.username
        if self.project_key is not None:
            body["project_key"] = self.project_key
        for flag in ("include_reference_token", "force_revocable"):
            if getattr(self, flag):
                body[flag] = True
        return body

    def is_meant_by(self, token: Token) -> bool:
        """Whether a listed token is this one, whatever its scope and end: it has its description and its user."""
        return token.description == self.description and self.username in (None, token.username)


def check(wanted: Wanted, *, renew_before: int = 0) -> None:
    """Raises InventoryError for what no token can be, or would be made anew by every run."""
    problems: List[str] = []
    for name, limit in LIMITS.items():
        if len(getattr(wanted, name) or "") > limit:
            problems.append(f"{name} is longer than {limit} characters, which is more than Access takes")
    if not wanted.description.strip():
        problems.append("description is empty, by which the token is found again")
    if wanted.description.endswith("*"):
        problems.append("description ends with an asterisk, which stands for any end when Access looks for it")
    if wanted.expires_in < 0 or renew_before < 0:
        problems.append("expires_in and renew_before are seconds, 0 or more")
    elif 0 < wanted.expires_in <= renew_before:
        problems.append(
            f"with expires_in={wanted.expires_in} and renew_before={renew_before} it would be renewed with every run"
        )
    if problems:
        raise InventoryError(f"Cannot make an access token: {'; '.join(problems)}. Correct that.", problems=problems)


def revocability_warning(expires_in: int, *, force_revocable: bool) -> Optional[str]:
    """What to know before a token is made that nobody could take back; None when it can be revoked."""
    if force_revocable or expires_in == 0 or expires_in >= REVOCABLE_FROM:
        return None
    return (
        f"An access token that lives {expires_in} seconds cannot be revoked, and works until its end: Access revokes "
        f"those that live {REVOCABLE_FROM} seconds or longer, unless its revocable-expiry-threshold says otherwise. "
        f"Set force_revocable (Artifactory 7.50.3 and later), or expires_in to {REVOCABLE_FROM} or more."
    )


def state_of(present: bool, token: Optional[Token], wanted: Wanted, *, renew_before: int, now: datetime) -> str:
    """The state of the token in the file; ``token`` is None when the server refuses it."""
    if not present:
        return MISSING
    if token is None:
        return REFUSED
    if _is_other(token, wanted):
        return OTHER
    if token.expires_at is not None and token.expires_at - now <= timedelta(seconds=renew_before):
        return ENDS_SOON
    return WORKS


def find(tokens: Iterable[Token], wanted: Wanted) -> List[Token]:
    """Those that are meant. A server that does not know a filter lists them all, so it is looked at here as well."""
    return [token for token in tokens if wanted.is_meant_by(token)]


def select(
    tokens: Iterable[Token],
    *,
    description: Optional[str],
    username: Optional[str],
    ends_within_days: Optional[int],
    now: datetime,
) -> List[Token]:
    """Those that are asked for, also of a server that does not know a filter. An asterisk stands for any end."""
    limit = None if ends_within_days is None else now + timedelta(days=ends_within_days)
    return [
        token
        for token in tokens
        if (description is None or _fits(token.description or "", description))
        and username in (None, token.username)
        and (limit is None or (token.expires_at is not None and token.expires_at <= limit))
    ]


def from_api(item: Mapping[str, Any]) -> Token:
    """An item of the list, or the answer about one token. Times are epoch seconds (control-plane-api.md 3.2)."""
    description = item.get("description")
    refreshable = item.get("refreshable")
    return Token(
        token_id=text_of(item.get("token_id")),
        subject=text_of(item.get("subject")),
        scope=text_of(item.get("scope")) or None,
        description=text_of(description) if isinstance(description, str) else None,
        issued_at=time_of(item.get("issued_at")),
        expires_at=time_of(item.get("expiry")),
        refreshable=refreshable if isinstance(refreshable, bool) else None,
        last_used=time_of(item.get("last_used")),
    )


def of_claims(token: str) -> Optional[Token]:
    """What a token says of itself; None for a reference token, or when its end cannot be read."""
    claims = claims_of(token)
    expires_at = time_of(claims.get("exp"))
    if not claims or (expires_at is None and claims.get("exp") is not None):
        return None  # an end that cannot be read is not "never"
    return Token(
        token_id=text_of(claims.get("jti")),
        subject=text_of(claims.get("sub")),
        scope=text_of(claims.get("scp")) or None,
        issued_at=time_of(claims.get("iat")),
        expires_at=expires_at,
    )


def token_seen(token: str) -> Optional[observed.TokenSeen]:
    """The same for the plan (control-plane-api.md 3.2, "Other introspection")."""
    found = of_claims(token)
    if found is None:
        return None
    return {
        "token_id": found.token_id,
        "subject": found.subject,
        "scope": found.scope or "",
        "issued_at": None if found.issued_at is None else stamp(found.issued_at),
        "expires_at": None if found.expires_at is None else stamp(found.expires_at),
    }


def has_admin_scope(scope: str) -> bool:
    """Whether the scope names admin rights. A token without it may have them all the same, by its user or a group."""
    return ADMIN_SCOPE in scope.split()


def _fits(text: str, pattern: str) -> bool:
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


def _is_other(token: Token, wanted: Wanted) -> bool:
    """Whether the token in the file is another one than is wanted now, as far as its server tells."""
    if token.scope is not None and set(token.scope.split()) != set(wanted.scope.split()):
        return True
    if token.description is not None and token.description != wanted.description:
        return True
    return wanted.username is not None and bool(token.username) and token.username != wanted.username

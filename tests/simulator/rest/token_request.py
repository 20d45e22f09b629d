# Copyright: (c) 2026, hybrid.jfrog contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The body of ``POST /access/api/v1/tokens``: control-plane-api.md 3.1 and 3.3."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Optional

from simulator import tokens
from simulator.access_database import TokenRecord
from simulator.envelopes import Refusal
from simulator.rest.endpoint import Incoming
from simulator.tokens import USER_SCOPE
from simulator.versions import at_least

DEFAULT_EXPIRY = "default-expiry"
# Field: the version that brought it.
FIELDS = {
    "grant_type": "7.21.1",
    "refresh_token": "7.37.9",
    "username": "7.21.1",
    "scope": "7.21.1",
    "expires_in": "7.21.1",
    "refreshable": "7.21.1",
    "description": "7.21.1",
    "audience": "7.21.1",
    "include_reference_token": "7.38.10",
    "force_revocable": "7.50.3",
    "project_key": "7.21.1",
}
LIMITS = {"username": 255, "scope": 500, "description": 1024, "audience": 255}
LONGEST = 2**31 - 1
FLAGS = ("refreshable", "include_reference_token", "force_revocable")
SCOPE = re.compile(
    r"applied-permissions/(admin|user|groups:.+|roles:[^\s:]+(:.+)?)|(system|artifact|internal)[:/]\S+|\S+:\S+:[rwdamx,*]+"
)
# Names of groups may be quoted and then hold spaces.
SCOPE_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')


@dataclass(frozen=True)
class TokenRequest:
    """What was asked for, with the documented defaults filled in."""

    grant_type: str
    username: str
    scope: str
    audience: str
    expires_in: Optional[int]
    refresh_token: Optional[str]
    description: Optional[str]
    refreshable: bool
    include_reference_token: bool
    force_revocable: bool

    @classmethod
    def read(cls, incoming: Incoming) -> TokenRequest:
        """Check the form of every field. Raises Refusal 400."""
        content = incoming.fields()
        if incoming.content_type != "application/json":
            content = {name: _typed(name, text) for name, text in content.items()}
        known = frozenset(name for name, since in FIELDS.items() if at_least(incoming.site.version, since))
        incoming.refuse_unknown_fields(content, known)
        _text(content, "project_key")
        request = cls(
            grant_type=_text(content, "grant_type") or "client_credentials",
            username=_text(content, "username") or incoming.user.username,
            scope=_text(content, "scope") or USER_SCOPE,
            audience=_text(content, "audience") or "*@*",
            expires_in=_seconds(content),
            refresh_token=_text(content, "refresh_token"),
            description=_text(content, "description"),
            refreshable=_flag(content, "refreshable"),
            include_reference_token=_flag(content, "include_reference_token"),
            force_revocable=_flag(content, "force_revocable"),
        )
        if request.grant_type not in ("client_credentials", "refresh_token"):
            raise Refusal(400, f"Unsupported grant type: {request.grant_type}")
        for word in SCOPE_WORD.findall(request.scope):
            if not SCOPE.fullmatch(word):
                raise Refusal(400, f"Invalid scope: {word}")
        return request

    def like(self, previous: TokenRecord) -> TokenRequest:
        """A refreshed token is like the one before, but for its life."""
        return replace(
            self,
            scope=previous.scope,
            audience=previous.audience,
            description=previous.description,
            refreshable=True,
        )

    def check_rights(self, incoming: Incoming) -> None:
        """3.1: only admins ask for others, for more rights than their own, or for more time. Raises Refusal 403."""
        caller = incoming.user
        if caller.admin:
            return
        if self.username != caller.username:
            raise Refusal(403, "Only an admin can create a token for another user")
        wanted = set(SCOPE_WORD.findall(self.scope))
        if not wanted <= set(caller.scopes):
            raise Refusal(403, "The requested scope exceeds the permissions of the caller")
        limit = default_expiry(incoming)
        if self.expires_in == 0 or (self.expires_in or 0) > limit > 0:
            raise Refusal(403, "The requested expiry exceeds what is allowed for the caller")

    def lifetime(self, incoming: Incoming) -> Optional[int]:
        """Seconds, or None for ever."""
        seconds = default_expiry(incoming) if self.expires_in is None else self.expires_in
        return seconds or None


def default_expiry(incoming: Incoming) -> int:
    """3.1: what the server does when ``expires_in`` is not sent."""
    return tokens.setting(incoming.site.database, DEFAULT_EXPIRY, incoming.simulator.switches.token_default_expiry)


def _text(content: dict[str, Any], name: str) -> Optional[str]:
    value = content.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Refusal(400, f'Field "{name}" must be a string')
    if len(value) > LIMITS.get(name, len(value)):
        raise Refusal(400, f'Field "{name}" is longer than {LIMITS[name]} characters')
    return value


def _typed(name: str, text: str) -> Any:
    """A form holds nothing but text. Clients write flags as their language does: true, True."""
    if name in FLAGS and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if name == "expires_in" and text.isascii() and text.isdigit() and len(text) < 20 else text


def _flag(content: dict[str, Any], name: str) -> bool:
    value = content.get(name, False)
    if not isinstance(value, bool):
        raise Refusal(400, f'Field "{name}" must be true or false')
    return value


def _seconds(content: dict[str, Any]) -> Optional[int]:
    value = content.get("expires_in")
    return None if value is None else seconds(value, "expires_in")


def seconds(value: Any, name: str) -> int:
    """A length of time in a body: a whole number. Raises Refusal 400."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LONGEST:
        raise Refusal(400, f'Field "{name}" must be a number of seconds, 0 or more')
    return value
